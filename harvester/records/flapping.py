"""What goes back and forth: records whose versions take turns, and sources that answer and fail in turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from sqlalchemy import Connection, select

from harvester.raw import RawRecord, deleted_raw
from harvester.records.ledger import Turn, chunks
from harvester.records.observations import Observations
from harvester.tables import raw_record, run
from vocabularies.problems import Problem

FLAPS = 3
"""So often a record goes back to the version before before it is named."""
RUNS_SEEN = 10
ALTERNATIONS = 4
_GONE = deleted_raw("", format="").sha256
_GOOD = frozenset({"done", "done-with-errors"})
_BAD = frozenset({"failed", "stalled"})


def find_turns(connection: Connection, source_id: str, raws: Sequence[RawRecord]) -> dict[str, Turn]:
    """Give what to keep with the new versions of records that are held in another, by identifier."""
    table, new = raw_record.c, {raw.identifier: raw for raw in raws}
    turns: dict[str, Turn] = {}
    for chunk in chunks(list(new)):
        columns = (table.identifier, table.sha256, table.previous_sha256, table.flaps)
        query = select(*columns).where(table.source_id == source_id, table.identifier.in_(chunk))
        for row in connection.execute(query):
            if row.sha256 != new[row.identifier].sha256:
                turns[row.identifier] = _turn(new[row.identifier].sha256, row.sha256, Turn(*row[2:]))
    return turns


def _turn(new: str, held: str, before: Turn) -> Turn:
    if new == before.previous_sha256 or (held == _GONE and before.previous_sha256 is not None):
        return Turn(held, before.flaps + 1)
    # a third version ends the turns of two; a withdrawal is none
    return Turn(held, before.flaps if _GONE in (new, held) else 0)


def note_turns(observed: Observations, turns: Mapping[str, Turn]) -> None:
    """Note the records that went back and forth too often."""
    for identifier, turn in turns.items():
        if turn.flaps >= FLAPS:
            observed.note_flapping(identifier)


def remarks_of_records(observed: Observations) -> list[Problem]:
    """Name the records of a run that change back and forth."""
    if not observed.flapping:
        return []
    such = ", ".join(observed.flappers)
    text = f"{observed.flapping} records change back and forth, such as {such}"
    return [Problem("RECORDS_FLAP", "note", value=text)]


def remarks_of_source(connection: Connection, source_id: str, run_id: int) -> list[Problem]:
    """Name a source whose last runs, up to a good one with this number, were good and bad in turns."""
    query = select(run.c.state).where(run.c.source_id == source_id, run.c.kind == "harvest", run.c.id < run_id)
    latest = connection.execute(query.order_by(run.c.id.desc()).limit(RUNS_SEEN - 1)).scalars()
    went = [True, *(state in _GOOD for state in latest if state in _GOOD | _BAD)]
    turns = sum(one != other for one, other in pairwise(went))
    if turns < ALTERNATIONS:
        return []
    text = f"the source answers and fails in turns: it changed {turns} times in its last {len(went)} runs"
    return [Problem("SOURCE_FLAPS", "note", value=text)]
