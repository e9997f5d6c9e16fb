"""Who may work on a source: one lease a source, taken and renewed by conditional updates, fenced by its token."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Engine, or_, select, update
from sqlalchemy.exc import DBAPIError, TimeoutError

from chm_node.publishing import sql
from harvester.operating_errors import LeaseLost, SourceLocked, UnknownSource
from harvester.tables import run, source

LEASE = timedelta(minutes=5)
HEARTBEAT_S = 20.0


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a source; ``token`` goes with every write."""

    source_id: str
    token: str
    owner: str


def this_process() -> str:
    """Give a name of this process that tells an operator where to look: machine, process and where it is numbered."""
    return f"{socket.gethostname()}:{os.getpid()}{_numbering()}"


@cache
def _numbering() -> str:
    """Name the set of processes in which our number means us: a container has its own beside the machine's."""
    try:
        return "@" + re.sub(r"\D", "", str(Path("/proc/self/ns/pid").readlink()))
    except OSError:  # no Linux: one set for the whole machine
        return ""


def has_died(owner: str) -> bool:
    """Tell whether a process named by ``this_process`` ran here and is no more; False where nobody here can know."""
    match = re.fullmatch(r"(.*):(\d+)(@\d+)?", owner)
    if os.name != "posix" or not match or (match[1], match[3] or "") != (socket.gethostname(), _numbering()):
        return False
    try:
        os.kill(int(match[2]), 0)  # signal 0 only asks
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def claim(connection: Connection, source_id: str, *, now: datetime) -> Lease:
    """Take the lease of a source; SourceLocked where another worker holds it.

    What a process of this machine holds that was killed is taken over.
    """
    free_dead(connection, source_id)
    own = Lease(source_id, str(uuid4()), this_process())
    values = {"lease_owner": own.owner, "lease_token": own.token, "lease_until": now + LEASE}
    if connection.execute(update(source).where(source.c.id == source_id, is_free(now)).values(values)).rowcount == 1:
        return own
    query = select(source.c.lease_owner, source.c.lease_until).where(source.c.id == source_id)
    held = connection.execute(query).first()
    if held is None:
        raise UnknownSource(source=source_id)
    until = f"{held.lease_until or now:%H:%M} UTC"
    raise SourceLocked(source=source_id, owner=held.lease_owner or "a moment ago", until=until)


def is_free(now: datetime) -> ColumnElement[bool]:
    """Give the condition that no living worker holds a source, as far as the database knows."""
    return or_(source.c.lease_until.is_(None), source.c.lease_until < now)


def renew(connection: Connection, lease: Lease, *, now: datetime) -> None:
    """Prolong the lease, and so prove in this transaction that it is still ours; LeaseLost where it is not."""
    mine = (source.c.id == lease.source_id) & (source.c.lease_token == lease.token)
    if connection.execute(update(source).where(mine).values(lease_until=now + LEASE)).rowcount != 1:
        raise LeaseLost(source=lease.source_id)


def release(connection: Connection, lease: Lease) -> None:
    """Give the lease back; nothing happens where it is no longer ours."""
    mine = (source.c.id == lease.source_id) & (source.c.lease_token == lease.token)
    connection.execute(update(source).where(mine).values(lease_owner=None, lease_token=None, lease_until=None))


def free_dead(connection: Connection, *source_ids: str) -> None:
    """Free these sources where the process that holds them was killed on this machine."""
    held = select(source.c.lease_owner, source.c.lease_token).where(source.c.id.in_(source_ids))
    for owner, token in connection.execute(held.where(source.c.lease_token.is_not(None))):
        if has_died(owner):
            mine = source.c.lease_token == token
            connection.execute(update(source).where(mine).values(lease_owner=None, lease_token=None, lease_until=None))


def release_all(connection: Connection) -> None:
    """Give back every lease of this process."""
    mine = source.c.lease_owner == this_process()
    connection.execute(update(source).where(mine).values(lease_owner=None, lease_token=None, lease_until=None))


@contextmanager
def heartbeat(
    engine: Engine, lease: Lease, run_id: int, clock: Callable[[], datetime], every_s: float = HEARTBEAT_S
) -> Iterator[None]:
    """Renew lease and heartbeat during the block, so that a slow source does not look like a dead worker."""
    done = Event()
    thread = Thread(target=_beat, args=(engine, lease, run_id, clock, every_s, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _beat(
    engine: Engine, lease: Lease, run_id: int, clock: Callable[[], datetime], every_s: float, done: Event
) -> None:
    while not done.wait(every_s):
        try:
            with sql.write(engine) as connection:
                renew(connection, lease, now=clock())
                connection.execute(update(run).where(run.c.id == run_id).values(heartbeat_at=clock()))
        except LeaseLost:
            return
        except (DBAPIError, TimeoutError):  # the database is busy or away for a moment: the next beat tries again
            continue
