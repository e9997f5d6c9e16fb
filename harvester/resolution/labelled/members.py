"""Records of a labelled set as the resolver groups them, whatever little is known of them; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from harvester.resolution.clusters import Member, Origin
from harvester.resolution.forms.form import Form, dump_form
from harvester.resolution.keys import to_keys
from harvester.resolution.labelled.datasets import Labelled
from harvester.resolution.origin import is_copy
from vocabularies.record import RECORD_CLASSES, Record

_RANK = 3
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_ANY: Callable[..., Record] = RECORD_CLASSES["resource"].model_construct


def to_members(records: Sequence[Labelled], forms: Sequence[Form]) -> list[Member]:
    """Give the records of a set with their forms as members of things; all sources are of one rank.

    Types are told apart where they are ours.
    """
    return [_member(record, form) for record, form in zip(records, forms, strict=True)]


def _member(labelled: Labelled, form: Form) -> Member:
    origin = Origin(labelled.source, _RANK, "native", "")
    record, keys = labelled.record, form.ids
    if record is None:
        kind = form.type if form.type in RECORD_CLASSES else ""
        record = _ANY(id=labelled.name, type=kind, government=form.government or None, provenance=(), relations=())
    else:
        keys = to_keys(record)
    member = Member(origin, labelled.name, record, keys, _LONG_AGO, native=dump_form(form))
    return replace(member, is_copy=is_copy(member, frozenset()))
