"""JSON files → the objects in them, one at a time; a broken one costs no other. Knows no field but those of lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import orjson

from harvester.protocols.json_array import JsonCut, cut_elements, find_members
from harvester.raw import RawRecord
from vocabularies.problems import Problem

Cut = RawRecord | Mapping[str, object] | Problem
_BOM = b"\xef\xbb\xbf"
_HOLDERS = ("message", "hits", "response", "result", "data", "_embedded")
"""What services put around their list: Crossref, Elasticsearch and Zenodo, Solr, CKAN and others, HAL."""
_LISTED_UNDER = (
    "records",
    "results",
    "items",
    "features",
    "data",
    "rows",
    "value",
    "datasets",
    "dataset",
    "hits",
    "docs",
)


def cut_lines(body: bytes) -> Iterator[Cut]:
    """Give the object of each line; a line that is none becomes a problem with its number."""
    for number, line in enumerate(body.removeprefix(_BOM).splitlines(), 1):
        if line.strip():
            yield _parse(line, number)


def cut_json(body: bytes) -> Iterator[Cut]:
    """Give the objects of an array, of the list an object holds, or the one object there is.

    What breaks off gives what stands before the break, then a problem with the
    parameter ``breaks``.
    """
    body = body.removeprefix(_BOM).lstrip()
    number = 0
    try:
        begin = 0 if body[:1] == b"[" else _find_list(body)
        if begin is None:
            yield _parse(body, 1)
            return
        for element in cut_elements(body, begin):
            number += 1
            yield _parse(element, number)
    except JsonCut as error:
        value = f"after {number} records: {error}"
        yield Problem("JSON_SYNTAX", "error", "", value, {"line": "1", "column": "1", "breaks": "yes"})


def _find_list(body: bytes) -> int | None:
    """Give where the list of records of an object begins: under a usual name, else the only array there is."""
    members = find_members(body)
    arrays = _arrays(body, members)
    if not {"id", "type", "title"} <= members.keys():
        if known := [name for name in _LISTED_UNDER if name in arrays]:
            return members[known[0]][0]
        if (inner := _find_held(body, members)) is not None:
            return inner
    is_list = len(arrays) == 1 and len(members) <= 3 and "leader" not in members  # a leader is MARC's
    return members[arrays[0]][0] if is_list else None


def _find_held(body: bytes, members: Mapping[str, tuple[int, int]]) -> int | None:
    """Give where the list begins that an object inside holds under usual names of both."""
    for name in _HOLDERS:
        begin, end = members.get(name, (0, 0))
        if body[begin : begin + 1] != b"{" or not end:
            continue
        part = body[begin:end]
        inner = find_members(part)
        if known := [each for each in _LISTED_UNDER if each in _arrays(part, inner)]:
            return begin + inner[known[0]][0]
    return None


def _arrays(body: bytes, members: Mapping[str, tuple[int, int]]) -> list[str]:
    return [name for name, (begin, _) in members.items() if body[begin : begin + 1] == b"["]


def _parse(part: bytes, number: int) -> Cut:
    try:
        value = orjson.loads(part)
    except orjson.JSONDecodeError as error:
        params = {"line": str(number), "column": str(error.colno)}
        return Problem("JSON_SYNTAX", "error", "", part[:200].decode("utf-8", "replace"), params)
    if not isinstance(value, dict):
        return Problem("VALUE_TYPE", "error", "", str(value)[:200], {"expected": "a group of named values"})
    return value


def split_feature(given: Mapping[str, object]) -> tuple[Mapping[str, object], object]:
    """Give a GeoJSON feature as its properties with its id, and its geometry; anything else as it is, and None."""
    properties = given.get("properties")
    if given.get("type") != "Feature" or not isinstance(properties, Mapping):
        return given, None
    name = {"id": given["id"]} if "id" in given else {}
    return {**name, **properties}, given.get("geometry") or given.get("bbox")
