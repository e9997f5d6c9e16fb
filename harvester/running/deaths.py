"""Workers that die over one page: counted between their runs' turns, so that no page kills its worker for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from harvester.database import Transactions
from harvester.tables import run_death

ALLOWED = 3
OVER = timedelta(seconds=10)
"""Three deaths in less time are one mishap of the machine, and say nothing of a page."""
CODE = "WORKER_DIES"
InHand = Callable[[bool], None]
"""Told whether there is something in hand that could kill the worker, beside waiting for the source."""


def note_death(connection: Connection, row: RowMapping, *, now: datetime) -> bool:
    """Count the death of a run's worker; tell whether so many died over the same page that it is to be left alone.

    The first death at a place is only remembered. From then on the next workers say when they have its page in hand,
    and only a death with the page in hand counts on: one that waits for a slow source is not to blame.
    """
    mine = run_death.c.run_id == row["id"]
    known = connection.execute(select(run_death).where(mine)).mappings().first()
    if known is None or row["read"] > known["place"]:
        values = {"place": row["read"], "times": 1, "since": now, "in_hand": False}
        if known is None:
            connection.execute(insert(run_death).values(run_id=row["id"], **values))
        else:
            connection.execute(update(run_death).where(mine).values(values))
        return False
    times = known["times"] + 1 if known["in_hand"] else known["times"]
    connection.execute(update(run_death).where(mine).values(times=times, in_hand=False))
    lasted: bool = now - known["since"] >= OVER
    return times >= ALLOWED and lasted


def find_place(connection: Connection, run_id: int) -> int | None:
    """Give how many records a run had read when its worker died last; None where none died."""
    query = select(run_death.c.place).where(run_death.c.run_id == run_id)
    place: int | None = connection.execute(query).scalar()
    return place


def forget(connection: Connection, run_id: int) -> None:
    """Forget the deaths of a run's workers, as another list is read now."""
    connection.execute(delete(run_death).where(run_death.c.run_id == run_id))


def watch(transactions: Transactions, run_id: int, at_place: Callable[[], bool]) -> InHand:
    """Give what stores that the page at which a worker died is in hand again; elsewhere nothing is written."""
    told = [False]

    def in_hand(there: bool) -> None:
        if there == told[0] or not at_place():
            return
        with transactions.write() as connection:
            connection.execute(update(run_death).where(run_death.c.run_id == run_id).values(in_hand=there))
        told[0] = there

    return in_hand


def reason(read: int) -> str:
    """Say of a run that was given up why, and what to do."""
    return (
        f"Each worker that went on after {read} records of this run died over the next page; what was saved before is"
        " kept. Look into the log of the workers' machine, most often its memory ran out, and report it. The source is"
        " tried again later."
    )
