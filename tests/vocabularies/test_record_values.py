"""The Record: frozen, typed, the same value however it was made; and its published JSON Schema."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from format_samples import records
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from vocabularies.formats.native import dump_native, parse_native
from vocabularies.formats.tabular import RowDefaults, dump_csv, parse_csv
from vocabularies.record import RECORD_CLASSES, RECORD_TYPES, Record, new_record, record_details
from vocabularies.schema import record_schema
from vocabularies.validation import validate

BASE = {"id": "urn:chm:ke:1", "title": {"en": "A"}, "publisher": {"node": "ke"}}


def test_there_are_sixteen_types_each_with_its_details() -> None:
    assert len(RECORD_TYPES) == len(set(RECORD_CLASSES.values())) == 16
    names = {type(record_details(new_record(type_, **BASE))).__name__ for type_ in RECORD_TYPES}
    assert len(names) == 16


def test_a_record_cannot_be_changed_but_gives_changed_copies() -> None:
    record = new_record("event", **BASE)
    with pytest.raises(ValidationError, match="frozen"):
        record.status = "draft"
    assert record.with_(status="draft").status == "draft"
    assert record.status == "published"


def test_attribute_names_and_json_names_make_the_same_record() -> None:
    assert new_record("event", **BASE, gbf_targets=["x"]) == new_record("event", **BASE, gbfTargets=["x"])


def test_texts_are_cleaned_and_their_languages_normalised() -> None:
    record = new_record("event", **{**BASE, "title": {"ZH_cn": "A\x00B", "fr": "", "es": "\x00"}})
    assert record.title == {"zh-Hans": "AB"}


def test_a_country_may_provide_a_technology_and_use_it_at_once() -> None:
    details = {"providerCountries": ["KE"], "countriesOfUse": ["KE", "UG"]}
    record = new_record("technology", **BASE, details=details)
    assert not [found for found in validate(record) if found.severity == "error"]


def test_a_need_tells_which_offers_answer_it_and_a_permit_whether_consent_was_given() -> None:
    matched = {"record": "urn:chm:de:o1", "state": "agreed", "date": "2024-06", "outcome": {"en": "Two courses held"}}
    need = new_record("need", **BASE, details={"state": "matched", "matches": [matched]})
    permit = new_record("legalInstrument", **BASE, details={"priorInformedConsent": True, "mutuallyAgreedTerms": False})
    for record in (need, permit):
        assert json.loads(dump_native(record))["details"] == record_details(record).model_dump(
            by_alias=True, exclude_defaults=True, mode="json"
        )
        assert next(parse_csv(b"".join(dump_csv([record])), RowDefaults(node="ke"))).parsed.record == record


def test_extra_values_have_one_order() -> None:
    one = new_record("event", **BASE, extra={"b": {"y": 1, "x": [{"d": 1, "c": 2}]}, "a": 1})
    other = new_record("event", **BASE, extra={"a": 1, "b": {"x": [{"c": 2, "d": 1}], "y": 1}})
    assert dump_native(one) == dump_native(other)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_json_cannot_hold_are_refused(number: float) -> None:
    with pytest.raises(ValidationError, match="finite"):
        new_record("need", **BASE, details={"budget": {"currency": "USD", "minimum": number}})


def test_the_published_schema_accepts_what_we_write_and_refuses_what_we_refuse() -> None:
    schema = record_schema()
    Draft202012Validator.check_schema(schema)
    judge = Draft202012Validator(schema)
    assert set(schema["discriminator"]["mapping"]) == set(RECORD_TYPES)
    for type_ in RECORD_TYPES:
        assert judge.is_valid(json.loads(dump_native(new_record(type_, **BASE, gbf_targets=("x",)))))
    assert not judge.is_valid({**BASE, "type": "event", "gbf_targets": ["x"]})
    assert not judge.is_valid({**BASE, "type": "evnt"})
    assert not judge.is_valid({**BASE, "type": "event", "dates": {"issued": "1 May"}})


JUDGE = Draft202012Validator(record_schema())
FOREIGN = [
    None, -1, 91.5, "x", "", [], {}, ["x"], {"en": "x"}, {"xx yy": "z"}, {"EN": "x"}, "zh_CN", "sr-Latn-RS",
    "2024", "2024-02", "2024-13", "2024-02-31", "24-01-01", "2024-06-30T10:00:00+02:00",
    "2024-06-30T25:00:00Z", "2024-06-30 10:00",
]  # fmt: skip


WHOLE_NUMBERS = ("bytes", "status", "revision", "hops")
"""A number in the cell of a table is text, and read as the number it is."""


def places(value: Any, path: tuple[int | str, ...] = ()) -> Iterator[tuple[int | str, ...]]:
    if path:
        yield path
    if path[:1] == ("extra",) or path[-1:] == ("fieldMap",):
        return
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in children:
        yield from places(child, (*path, step))


@given(records(), st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_schema_and_reader_agree_on_records_and_on_records_with_one_foreign_value(
    record: Record, data: st.DataObject
) -> None:
    value = json.loads(dump_native(record))
    assert JUDGE.is_valid(value)
    *above, last = data.draw(st.sampled_from(list(places(value))))
    holder = value
    for step in above:
        holder = holder[step]
    holder[last] = data.draw(st.sampled_from(FOREIGN))
    parsed = parse_native(json.dumps(value))
    codes = {found.code for found in parsed.problems}
    if JUDGE.is_valid(value):
        assert parsed.record is not None or holder[last] == "2024-02-31", (above, last, holder[last], codes)
    elif not (last in WHOLE_NUMBERS and holder[last] == "2024"):
        assert parsed.record is None or codes & {"PROPERTY_UNKNOWN"}, (above, last, holder[last])


@pytest.mark.parametrize("written", ["2024", "20240630", 1719741600, 3.5, True])
def test_a_bare_number_is_no_instant_though_it_could_be_seconds_since_1970(written: object) -> None:
    parsed = parse_native(json.dumps({**BASE, "type": "event", "validation": {"at": written}}))
    assert [(found.code, found.path) for found in parsed.problems] == [("VALUE_TYPE", "/validation/at")]


def test_texts_are_kept_composed() -> None:
    assert new_record("event", **{**BASE, "title": {"fr": "E\u0301tude"}}).title["fr"] == "\u00c9tude"


def test_the_published_schema_is_a_copy() -> None:
    record_schema()["$defs"].clear()
    assert record_schema()["$defs"]
