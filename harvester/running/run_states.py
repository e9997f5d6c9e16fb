"""The states of a run and which may follow which, as a table checked at import; the only writer of a run's state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, update

from harvester.tables import run

QUEUED, RUNNING, STALLED, FAILED, HELD = "queued", "running", "stalled", "failed", "held"
DONE, DONE_WITH_ERRORS = "done", "done-with-errors"
TRANSITIONS: Mapping[str, frozenset[str]] = {
    # waits for a worker, for its host or for an hour; stalled where another run was started in its place
    QUEUED: frozenset({RUNNING, STALLED}),
    # back to the queue after a turn, where its source asked to be left alone, and where its worker died
    RUNNING: frozenset({QUEUED, HELD, DONE, DONE_WITH_ERRORS, FAILED, STALLED}),
    # waits for a person: released or discarded
    HELD: frozenset({DONE, DONE_WITH_ERRORS}),
    STALLED: frozenset(),
    DONE: frozenset(),
    DONE_WITH_ERRORS: frozenset(),
    FAILED: frozenset(),
}
"""What may become of a run in each state."""
_OTHER = run.alias()


def check(transitions: Mapping[str, frozenset[str]], begin: str) -> None:
    """Raise ValueError unless every state is named, can be reached from the first, and can reach an end."""
    ends = {state for state, following in transitions.items() if not following}
    for state, following in transitions.items():
        if unknown := following - transitions.keys():
            raise ValueError(f"{state} leads to {sorted(unknown)}, which is no state")
        if not _reached(transitions, state) & ends:
            raise ValueError(f"{state} never ends")
    if lost := transitions.keys() - _reached(transitions, begin):
        raise ValueError(f"nothing leads to {sorted(lost)}")


def _reached(transitions: Mapping[str, frozenset[str]], begin: str) -> set[str]:
    reached, ahead = {begin}, [begin]
    while ahead:
        new = transitions[ahead.pop()] - reached
        reached |= new
        ahead += new & transitions.keys()
    return reached


check(TRANSITIONS, QUEUED)
_BEFORE: Mapping[str, tuple[str, ...]] = {
    state: tuple(before for before, following in TRANSITIONS.items() if state in following) for state in TRANSITIONS
}


def move(connection: Connection, which: ColumnElement[bool], state: str, **values: Any) -> int:
    """Bring the runs that meet the condition and may go there to a state, and give how many did.

    One run of a source waits in the queue; none goes back there while another does.
    """
    allowed: ColumnElement[bool] = run.c.state.in_(_BEFORE[state])
    if state == QUEUED:
        allowed &= ~exists().where(_OTHER.c.source_id == run.c.source_id, _OTHER.c.state == QUEUED)
    return connection.execute(update(run).where(which, allowed).values(state=state, **values)).rowcount
