"""The native format: canonical, lossless, and never an exception for whatever comes in."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocabularies.fingerprint import canonical_bytes, fingerprint
from vocabularies.formats.native import MAX_RECORD_BYTES, dump_native, parse_native, parse_native_object
from vocabularies.problems import message
from vocabularies.record import RECORD_TYPES, Record, new_record

BASE: dict[str, Any] = {"id": "urn:chm:ke:1", "type": "resource", "title": {"en": "A"}, "publisher": {"node": "ke"}}

words = st.text(max_size=20) | st.sampled_from(
    ["مرحبا\u202e", "𐍈\u0000\ufffe", "  ", "\r\n\t", '"\\/', "é", "e\u0301", "<b>&amp;"]
)
languages = st.sampled_from(["en", "fr", "AR", "zh_CN", "pt-br", "und", "tl", "sr-latn"])
texts = st.dictionaries(languages, words, max_size=3)
dates = st.sampled_from(
    ["2024", "2024-02", "2024-02-29", "2024-02-29T10:00:00+02:00", "1066-10-14", "2024-02-29T23:59:59.5Z"]
)
instants = st.datetimes().map(lambda each: each.isoformat() + "Z")
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
some_words = st.lists(words, max_size=3)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """A record of any type, with awkward text in its fields."""
    fields: dict[str, Any] = {
        "id": draw(words), "title": draw(texts), "summary": draw(texts), "subjects": draw(some_words),
        "publisher": {"node": draw(words), "name": draw(texts)},
        "languages": draw(st.lists(languages, max_size=3)), "license": draw(st.none() | words),
        "links": [{"url": draw(words), "name": draw(texts), "bytes": draw(st.none() | st.integers(0, 10**12))}],
        "dates": {"issued": draw(dates), "published": draw(st.none() | dates)}, "revision": draw(st.integers(1, 10**6)),
        "spatial": draw(st.none() | st.fixed_dictionaries({"point": st.fixed_dictionaries(
            {"latitude": st.floats(-90, 90), "longitude": st.floats(-180, 180)})})),
        "provenance": [{"source": draw(words), "harvestedAt": draw(instants), "fieldMap": {draw(words): draw(values)}}],
        "extra": draw(st.dictionaries(words, values, max_size=3)),
    }  # fmt: skip
    return new_record(draw(st.sampled_from(RECORD_TYPES)), **fields)


def codes(payload: bytes | str) -> list[tuple[str, str]]:
    parsed = parse_native(payload)
    assert parsed.record is None
    return [(each.code, each.path) for each in parsed.problems]


def faults(**fields: Any) -> list[tuple[str, str]]:
    value = {**BASE, **fields}
    found = codes(json.dumps(value))
    assert [(each.code, each.path) for each in parse_native_object(value).problems] == found
    return found


@settings(max_examples=150, deadline=None)
@given(records())
def test_what_is_written_is_read_back_the_same(record: Record) -> None:
    written = dump_native(record)
    parsed = parse_native(written)
    assert parsed.problems == ()
    assert parsed.record == record
    assert type(parsed.record) is type(record)
    assert dump_native(parsed.record) == written
    assert parse_native_object(json.loads(written)).record == record


@pytest.mark.parametrize("type_", RECORD_TYPES)
def test_every_type_is_read_as_its_own_class(type_: str) -> None:
    parsed = parse_native(json.dumps({**BASE, "type": type_}))
    assert parsed.record is not None and parsed.record.type == type_
    assert parsed.problems == ()


def test_canonical_bytes_are_utf_8_camel_case_and_without_defaults() -> None:
    record = new_record(
        "event", id="urn:chm:ke:1", title={"fr": "Été", "ar": "صيف"}, publisher={"node": "ke"}, gbf_targets=("x",)
    )
    assert dump_native(record).decode() == (
        '{"id":"urn:chm:ke:1","type":"event","title":{"ar":"صيف","fr":"Été"},"publisher":{"node":"ke"},"gbfTargets":["x"]}'
    )


def test_an_unknown_property_is_kept_aside_with_a_warning() -> None:
    parsed = parse_native(
        json.dumps({**BASE, "countryRegion": ["KE"], "links": [{"url": "https://a.org", "a/b": {"c": None}}]})
    )
    assert parsed.record is not None
    assert parsed.record.extra == {"unmapped": {"/links/0/a~1b": {"c": None}, "countryRegion": ["KE"]}}
    assert {(each.code, each.severity, each.path) for each in parsed.problems} == {
        ("PROPERTY_UNKNOWN", "warning", "/countryRegion"),
        ("PROPERTY_UNKNOWN", "warning", "/links/0/a~1b"),
    }
    assert "Did you mean: countryRegions?" in message(next(p for p in parsed.problems if p.path == "/countryRegion"))
    assert parse_native(dump_native(parsed.record)).record == parsed.record


def test_what_was_aside_before_stays_beside_what_comes_now() -> None:
    parsed = parse_native(json.dumps({**BASE, "foo": 2, "extra": {"unmapped": {"foo": 1}, "ke": {"x": 1}}}))
    assert parsed.record is not None
    assert parsed.record.extra == {"unmapped": {"foo": 1, "/foo": 2}, "ke": {"x": 1}}
    parsed = parse_native(json.dumps({**BASE, "foo": 2, "extra": {"unmapped": "text"}}))
    assert parsed.record is not None
    assert parsed.record.extra == {"unmapped": {"foo": 2, "/extra/unmapped": "text"}}


def test_an_object_in_memory_is_not_changed_by_reading_it() -> None:
    value = {**BASE, "foo": 1}
    assert parse_native_object(value).record is not None
    assert value == {**BASE, "foo": 1}


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"type": "resourse"}, "TYPE_UNKNOWN", "/type"),
        ({"type": 7}, "TYPE_UNKNOWN", "/type"),
        ({"type": None}, "TYPE_MISSING", "/type"),
        ({"title": None}, "TITLE_MISSING", "/title"),
        ({"title": "Wetlands"}, "VALUE_TYPE", "/title"),
        ({"title": {"en": 3}}, "VALUE_TYPE", "/title/en"),
        ({"title": {"eng lish": "A"}}, "LANGUAGE_TAG", "/title"),
        ({"languages": ["en", "??"]}, "LANGUAGE_TAG", "/languages/1"),
        ({"summary": None}, "VALUE_MISSING", "/summary"),
        ({"gbfTargets": ["a", 3]}, "VALUE_TYPE", "/gbfTargets/1"),
        ({"gbfTargets": "GBF-TARGET-01"}, "VALUE_TYPE", "/gbfTargets"),
        ({"dates": {"issued": "2023-02-29"}}, "DATE_IMPOSSIBLE", "/dates/issued"),
        ({"dates": {"issued": "13/01/2024"}}, "DATE_IMPOSSIBLE", "/dates/issued"),
        ({"spatial": {"point": {"latitude": 91, "longitude": 0}}}, "NUMBER_RANGE", "/spatial/point/latitude"),
        ({"revision": 0}, "NUMBER_RANGE", "/revision"),
        ({"status": "pubished"}, "VALUE_UNKNOWN", "/status"),
        ({"links": [{}]}, "VALUE_MISSING", "/links/0/url"),
        ({"contacts": [{"consent": "perhaps"}]}, "VALUE_TYPE", "/contacts/0/consent"),
        ({"provenance": [{"source": "x", "harvestedAt": "yesterday"}]}, "VALUE_TYPE", "/provenance/0/harvestedAt"),
        ({"extra": [1]}, "VALUE_TYPE", "/extra"),
        ({"summary": {"en": "x" * 1_000_001}}, "TEXT_TOO_LONG", "/summary/en"),
    ],
)
def test_a_fault_becomes_a_problem_at_its_place(fields: dict[str, Any], code: str, path: str) -> None:
    assert faults(**fields) == [(code, path)]


def test_every_fault_is_told_at_once_and_names_the_record() -> None:
    parsed = parse_native(json.dumps({**BASE, "title": None, "revision": "x", "foo": 1}))
    assert {each.code for each in parsed.problems} == {"TITLE_MISSING", "VALUE_TYPE", "PROPERTY_UNKNOWN"}
    assert {each.record_id for each in parsed.problems} == {"urn:chm:ke:1"}


def test_a_mistyped_type_or_choice_comes_with_the_nearest() -> None:
    (problem,) = parse_native(json.dumps({**BASE, "type": "Evnt"})).problems
    assert problem.params["suggestion"].split(", ")[0] == "event"
    (problem,) = parse_native(json.dumps({**BASE, "status": "pubished"})).problems
    assert problem.params["suggestion"] == "published"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"", "JSON_SYNTAX"),
        (b'{"id": "a",}', "JSON_SYNTAX"),
        (b'{"id": NaN}', "JSON_SYNTAX"),
        (b'"\\ud800"', "JSON_SYNTAX"),
        (b"[]", "VALUE_TYPE"),
        (b"null", "VALUE_TYPE"),
        (b"\xff\xfe{}", "ENCODING"),
        ("\ud800", "ENCODING"),
        (b"[" * 100_000, "NESTING_TOO_DEEP"),
        (b" " * (MAX_RECORD_BYTES + 1), "RECORD_TOO_LARGE"),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_what_is_no_json_object_is_told_as_such(payload: bytes | str, code: str) -> None:
    assert codes(payload) == [(code, "")]


def test_the_place_of_a_json_fault_is_given() -> None:
    (problem,) = parse_native(b'{\n  "id": tru}').problems
    assert problem.params["line"] == "2"
    assert "tru" in problem.value


def test_a_byte_order_mark_is_no_fault() -> None:
    assert parse_native(b"\xef\xbb\xbf" + json.dumps(BASE).encode()).record is not None


def test_not_a_number_hides_nowhere() -> None:
    assert codes(json.dumps({**BASE, "extra": {"a": float("nan")}})) == [("JSON_SYNTAX", "")]
    assert parse_native(json.dumps({**BASE, "summary": {"en": "NaN and Infinity"}})).record is not None


@pytest.mark.parametrize("depth", [90, 150, 190])
def test_deep_values_are_read_and_written_or_refused(depth: int) -> None:
    for name in ("extra", "foo"):
        deep = "[" * depth + "]" * depth
        parsed = parse_native(json.dumps({**BASE, name: {"a": 0}}).replace('"a": 0', f'"a": {deep}'))
        if parsed.record is None:
            assert [each.code for each in parsed.problems if each.severity == "error"] == ["NESTING_TOO_DEEP"]
        else:
            assert parse_native(dump_native(parsed.record)).record == parsed.record


def test_more_faults_than_anyone_reads_are_one_problem() -> None:
    assert faults(**{f"unknown{number}": 1 for number in range(10_001)}) == [("FAULTS_TOO_MANY", "")]


def test_a_circle_and_things_json_has_no_form_for_are_refused() -> None:
    circle: list[Any] = []
    circle.append(circle)
    for value in (circle, object(), "\ud800"):
        parsed = parse_native_object({**BASE, "extra": {"a": value}})
        assert parsed.record is None and parsed.problems


@settings(deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60))
def test_no_bytes_make_reading_fail(payload: bytes | str) -> None:
    parsed = parse_native(payload)
    assert parsed.record is None and parsed.problems


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["links", "title", "extra", "details", "dates", "spatial", "keywords", "foo", "type"]), values
    )
)
def test_no_object_makes_reading_fail(fields: dict[str, Any]) -> None:
    value = {**BASE, **fields}
    parsed = parse_native_object(value)
    assert parsed == parse_native(json.dumps(value))
    assert (parsed.record is None) == any(each.severity == "error" for each in parsed.problems)
    for problem in parsed.problems:
        assert message(problem, "ru")


def test_the_fingerprint_tells_changes_of_content_only() -> None:
    record = new_record("event", id="urn:chm:ke:1", title={"en": "A"}, publisher={"node": "ke"})
    seen = new_record(
        "event", id="urn:chm:ke:1", title={"en": "A"}, publisher={"node": "ke"}, revision=7,
        provenance=[{"source": "x"}], dates={"published": "2024"},
    )  # fmt: skip
    changed = new_record("event", id="urn:chm:ke:1", title={"en": "B"}, publisher={"node": "ke"})
    assert fingerprint(seen) == fingerprint(record) != fingerprint(changed)
    assert canonical_bytes(record) == dump_native(record)
