"""What another model has scored, matched again by the one in use, some records at a time; a row keeps how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import orjson
from sqlalchemy import Connection, func, select

from chm_node.publishing.sql import upsert
from harvester.resolution.graph.judgements import Place
from harvester.resolution.matching.stored_forms import VERSION
from harvester.resolution.waiting import enqueue
from harvester.tables import form, judgement, resolution_state

_KEY = "rescoring"
_SPAN = 500
_SPANS_AT_ONCE = 40
LIVE_OF_MODEL = judgement.c.ended_at.is_(None) & (judgement.c.by_kind == "model")
"""What the model says, as it counts."""


@dataclass(frozen=True, slots=True)
class Rescoring:
    """How far it is: judgements and then records are gone through by their numbers, up to the last there was."""

    model_version: str
    judgement: int = 0
    last_judgement: int = 0
    form: int = 0
    last_form: int = 0

    @property
    def is_done(self) -> bool:
        """Tell whether all was matched by this model, or waits to be."""
        return self.judgement >= self.last_judgement and self.form >= self.last_form


@dataclass(frozen=True, slots=True)
class Resting:
    """What still rests on another model: pairs it joined, and pairs it left to people."""

    model_version: str
    joined: int
    open: int


def find_rescoring(connection: Connection) -> Rescoring | None:
    """Give how far it is; None where no model was noted yet."""
    value = connection.execute(select(resolution_state.c.value).where(resolution_state.c.key == _KEY)).scalar()
    return Rescoring(**orjson.loads(value)) if value else None


def note_model(connection: Connection, model_version: str) -> None:
    """Note that this model is in use from now on, and what there is for it to score anew.

    What another model judged comes first, then every record: the new one may see pairs the other saw nothing in. Where
    other rules made the forms of records these are left to ``dupes rebuild``, which makes their keys anew as well.
    """
    last = int(connection.execute(select(func.max(judgement.c.id))).scalar() or 0)
    another = select(judgement.c.id).where(LIVE_OF_MODEL, judgement.c.model_version != model_version).limit(1)
    if connection.execute(another).first() is None:
        finish(connection, model_version)
        return
    outdated = select(form.c.no).where(form.c.version != VERSION, form.c.payload.is_not(None)).limit(1)
    ready = connection.execute(outdated).first() is None
    forms = int(connection.execute(select(func.max(form.c.no))).scalar() or 0) if ready else 0
    _keep(connection, Rescoring(model_version, 0, last, 0, forms))


def finish(connection: Connection, model_version: str) -> None:
    """Note that all was resolved by this model."""
    _keep(connection, Rescoring(model_version))


def take_up(connection: Connection, at: Rescoring, *, now: datetime) -> int:
    """Queue the next few records that are to be matched again, and give how many; call it while nothing else waits."""
    for _ in range(_SPANS_AT_ONCE):
        if at.is_done:
            break
        if at.judgement < at.last_judgement:
            places = _judged(connection, at)
            at = replace(at, judgement=at.judgement + _SPAN)
        else:
            places = _folded(connection, at)
            at = replace(at, form=at.form + _SPAN)
        if places:
            enqueue(connection, places, now=now)
            _keep(connection, at)
            return len(places)
    _keep(connection, at)
    return 0


def find_resting(connection: Connection, model_version: str) -> list[Resting]:
    """Count what rests on other models than this one; it looks at all judgements, so it is for a person who asks."""
    said = judgement.c
    query = select(said.model_version, said.verdict, func.count()).where(
        LIVE_OF_MODEL, said.model_version != model_version
    )
    counts: dict[str, dict[str, int]] = {}
    for version, verdict, count in connection.execute(query.group_by(said.model_version, said.verdict)):
        counts.setdefault(version, {})[verdict] = count
    return [Resting(version, each.get("same", 0), each.get("unsure", 0)) for version, each in sorted(counts.items())]


def _judged(connection: Connection, at: Rescoring) -> Sequence[Place]:
    """Give the records of the next judgements another model made."""
    said = judgement.c
    query = select(said.a_source, said.a_identifier, said.b_source, said.b_identifier).where(
        said.id > at.judgement, said.id <= at.judgement + _SPAN, LIVE_OF_MODEL, said.model_version != at.model_version
    )
    rows = [tuple(row) for row in connection.execute(query)]
    return sorted({place for row in rows for place in (row[:2], row[2:])})


def _folded(connection: Connection, at: Rescoring) -> Sequence[Place]:
    """Give the next living records."""
    query = select(form.c.source_id, form.c.identifier).where(
        form.c.no > at.form, form.c.no <= at.form + _SPAN, form.c.payload.is_not(None)
    )
    return [(source_id, identifier) for source_id, identifier in connection.execute(query)]


def _keep(connection: Connection, at: Rescoring) -> None:
    row = {"key": _KEY, "value": orjson.dumps(asdict(at)).decode()}
    upsert(connection, resolution_state, [row], key=("key",))
