"""How each host wants to be treated, whatever the source: one run at a time, its pace, its waits, its bad hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, exists, or_, select, update

from chm_node.publishing.sql import upsert
from harvester.tables import host, run

FAILURES_TO_OPEN = 5
FIRST_REST = timedelta(hours=1)
LONGEST_REST = timedelta(days=1)
_PORTS = {"https": 443, "http": 80}
_SLOWEST_NOTED_S = 0.05


@dataclass(frozen=True, slots=True)
class Contact:
    """What a run noticed of its host: whether it answered at all, when it wants to be asked again, its pace."""

    answered: bool
    delay_s: float
    slowed: bool = False
    wait_until: datetime | None = None


def host_of(url: str) -> str:
    """Give ``host:port`` of an address."""
    parts = urlsplit(url)
    return f"{(parts.hostname or '').lower()}:{parts.port or _PORTS.get(parts.scheme, 0)}"[:255]


def is_free(now: datetime, *, but: str = "") -> ColumnElement[bool]:
    """Give the condition that a host may be asked now: no run is at it, ``but`` is no matter, and it does not rest."""
    unused = or_(host.c.run_id.is_(None), host.c.name == but)
    patient = or_(host.c.not_before_at.is_(None), host.c.not_before_at <= now)
    closed = or_(host.c.open_until.is_(None), host.c.open_until <= now)
    return or_(host.c.name.is_(None), unused & patient & closed)


def take(connection: Connection, name: str, run_id: int) -> bool:
    """Let a run have a host for itself; False where another has it."""
    if connection.execute(select(host.c.name).where(host.c.name == name)).first() is None:
        # the guard never differs: a row that another worker has just made stays as it is
        new = {"name": name, "delay_s": 0.0, "failures": 0, "run_id": run_id}
        upsert(connection, host, [new], key=("name",), guard="name")
    mine = or_(host.c.run_id.is_(None), host.c.run_id == run_id)
    return connection.execute(update(host).where(host.c.name == name, mine).values(run_id=run_id)).rowcount == 1


def give_back(connection: Connection, run_id: int) -> None:
    """Let another run have the host."""
    connection.execute(update(host).where(host.c.run_id == run_id).values(run_id=None))


def free_forgotten(connection: Connection) -> None:
    """Free the hosts of runs that are not running any more."""
    at_work = exists().where(run.c.id == host.c.run_id, run.c.state == "running")
    # by their numbers: another worker may have taken the host since
    gone = list(connection.execute(select(host.c.run_id).where(host.c.run_id.is_not(None), ~at_work)).scalars())
    if gone:
        connection.execute(update(host).where(host.c.run_id.in_(gone)).values(run_id=None))


def delay_of(connection: Connection, name: str) -> float:
    """Give the least seconds between two requests that a host has taught us."""
    return float(connection.execute(select(host.c.delay_s).where(host.c.name == name)).scalar() or 0.0)


def note(connection: Connection, name: str, seen: Contact, *, now: datetime) -> None:
    """Keep what a run noticed of its host.

    After five runs in a row without an answer the host is left alone for an hour, then one run tries it; each further
    failure doubles the rest, up to a day. The pace a host asked for by 429 is halved with each run without one.
    """
    row = connection.execute(select(host).where(host.c.name == name)).first()
    if row is None:
        return
    delay_s = seen.delay_s if seen.slowed or not seen.answered else seen.delay_s / 2
    values = {"delay_s": delay_s if delay_s >= _SLOWEST_NOTED_S else 0.0, "not_before_at": seen.wait_until}
    if seen.answered:
        values |= {"failures": 0, "open_until": None}
    else:
        failures = row.failures + 1
        rest = min(FIRST_REST * 2 ** min(failures - FAILURES_TO_OPEN, 10), LONGEST_REST)
        values |= {"failures": failures, "open_until": now + rest if failures >= FAILURES_TO_OPEN else None}
    connection.execute(update(host).where(host.c.name == name).values(values))
