"""Stored records to forms, many at once; a record that cannot be folded keeps no other from it."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from harvester.records.isolation import Fault, attempt
from harvester.resolution.forms.form import Form
from harvester.resolution.forms.reading import facts_of, to_form, to_forms

Said = tuple[str, bytes]
"""A record's source, and the record as it is stored."""


def fold_records(records: Sequence[Said]) -> list[Form]:
    """Give the form of each record, in order.

    One that cannot be folded is logged; its form is empty, so that it shares no key with any other and stands alone
    until it, or the rules, change.
    """
    made = attempt(lambda: list(to_forms(facts_of(orjson.loads(said)) for _, said in records)))
    return [_fold(source_id, said) for source_id, said in records] if isinstance(made, Fault) else made


def _fold(source_id: str, said: bytes) -> Form:
    made = attempt(lambda: to_form(facts_of(orjson.loads(said))), f"Folding {_name(said)} of {source_id}")
    return Form() if isinstance(made, Fault) else made


def _name(said: bytes) -> str:
    found = attempt(lambda: str(orjson.loads(said)["id"]))
    return "a record" if isinstance(found, Fault) else found
