"""A data.json is cut dataset by dataset, without being built, and says where it breaks off."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.errors import AnswerUnreadable
from harvester.protocols.data_json import cut_datasets, get_members, is_data_json
from harvester.protocols.json_array import JsonCut, cut_elements, find_members
from harvester.raw import RawRecord
from vocabularies.problems import Problem

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(JSON, max_size=6), st.dictionaries(st.text(max_size=6), JSON, max_size=4), st.booleans())
def test_what_is_cut_is_what_is_there(elements: list[object], around: dict[str, object], indented: bool) -> None:
    body = orjson.dumps({**around, "list": elements}, option=orjson.OPT_INDENT_2 if indented else None)
    members = find_members(body)
    assert orjson.loads(body[slice(*members["list"])]) == elements
    assert [orjson.loads(element) for element in cut_elements(body, members["list"][0])] == elements


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(max_size=6), JSON, min_size=1, max_size=4), st.data())
def test_a_document_that_breaks_off_is_never_taken_for_whole(document: dict[str, object], data: st.DataObject) -> None:
    body = orjson.dumps(document)
    with pytest.raises(JsonCut):
        find_members(body[: data.draw(st.integers(0, len(body) - 1))])


def cut(document: object) -> list[RawRecord | Problem]:
    body = orjson.dumps(document)
    return list(cut_datasets(body, get_members(body, url="u"), url="u"))


def test_a_dataset_s_bytes_are_the_same_however_it_is_written() -> None:
    [first] = cut({"dataset": [{"identifier": "a", "title": "T", "modified": "2026-02-01"}]})
    [second] = cut({"x": 1, "dataset": [{"modified": "2026-02-01", "title": "T", "identifier": "a"}]})
    assert isinstance(first, RawRecord)
    assert first == second
    assert (first.identifier, first.datestamp, first.format) == ("a", "2026-02-01", "dcat_us")


@pytest.mark.parametrize(
    ("dataset", "identifier"),
    [
        ({"identifier": 17}, "17"),
        ({"@id": "https://data.example/1"}, "https://data.example/1"),
        ({"identifier": {"@id": "https://data.example/2"}}, "https://data.example/2"),
        ({"identifier": "", "title": "T"}, "content:"),
        ({"identifier": True, "title": "T"}, "content:"),
    ],
)
def test_a_dataset_has_an_identifier_whatever_was_written(dataset: object, identifier: str) -> None:
    [record] = cut({"dataset": [dataset]})
    assert isinstance(record, RawRecord)
    assert record.identifier.startswith(identifier)


def test_an_identifier_no_database_can_keep_is_told() -> None:
    found = cut({"dataset": [{"identifier": "a\x00b"}, {"identifier": "x" * 3000}, {"identifier": "good"}]})
    assert [entry.code if isinstance(entry, Problem) else entry.identifier for entry in found] == [
        "ID_SYNTAX", "ID_SYNTAX", "good",
    ]  # fmt: skip


def test_services_of_a_later_version_are_datasets_lists_neighbours() -> None:
    found = cut({"service": [{"identifier": "s"}], "dataset": [{"identifier": "d"}]})
    assert [entry.identifier for entry in found if isinstance(entry, RawRecord)] == ["d", "s"]


@pytest.mark.parametrize(
    ("document", "answer"),
    [
        ({"dataset": [{}]}, True),
        ({"dataset": []}, True),
        ({"@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld", "dataset": [{}]}, True),
        ({"@context": "https://semiceu.github.io/x.jsonld", "dataset": [{}]}, False),
        ({"dataset": ["https://data.example/1"]}, False),
        ({"dataset": {}}, False),
        ({"error": "x"}, False),
    ],
)
def test_a_data_json_is_told_from_json_ld(document: object, answer: bool) -> None:
    body = orjson.dumps(document)
    assert is_data_json(body, get_members(body, url="u")) is answer


@pytest.mark.parametrize("body", [b'{"dataset":[{"a":1}', b'{"dataset":[{} {}]}', b'{"dataset":[{},,{}]}'])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        list(cut_datasets(body, get_members(body, url="u"), url="u"))
