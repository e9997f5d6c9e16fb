"""The Record: frozen, typed, the same value however it was made; and its published JSON Schema."""

import json

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from vocabularies.formats.native import dump_native
from vocabularies.formats.tabular import RowDefaults, dump_csv, parse_csv
from vocabularies.record import RECORD_CLASSES, RECORD_TYPES, new_record, record_details
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


def test_the_published_schema_is_a_copy() -> None:
    record_schema()["$defs"].clear()
    assert record_schema()["$defs"]
