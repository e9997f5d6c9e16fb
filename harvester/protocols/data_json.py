"""data.json (DCAT-US 1.1 and what is made after it) → raw records, dataset by dataset. Understands no metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import orjson

from harvester.errors import AnswerUnreadable
from harvester.protocols.dcat_payload import cannot_be_kept
from harvester.protocols.dcat_records import CONTENT
from harvester.protocols.json_array import JsonCut, cut_elements, find_members
from harvester.raw import RawRecord, new_raw
from vocabularies.problems import Problem

NAME = "dcat_us"
_OWN_CONTEXTS = re.compile(rb"project-open-data\.cio\.gov|resources\.data\.gov|dcat-us")
_IDENTIFIER = re.compile(rb'"identifier"\s*:\s*"((?:[^"\\]|\\.){1,500})"')
_MAX_DATESTAMP_BYTES = 64
_HEAD_BYTES = 20_000
_LIST_OF_OBJECTS = re.compile(rb"\[\s*+(?!\")")
LISTS = ("dataset", "datasetSeries", "service")
"""The lists of a catalogue; the last two are of DCAT-US 3. Where they hold addresses only, the document is JSON-LD."""

Members = Mapping[str, tuple[int, int]]


def get_members(body: bytes, *, url: str) -> Members:
    """Give where the values of the document's top level lie; AnswerUnreadable where it is no complete object."""
    try:
        return find_members(body)
    except JsonCut as error:
        raise AnswerUnreadable(url=url, reason=f"it is no complete JSON object: {error}") from None


def is_data_json(body: bytes, members: Members) -> bool:
    """Say whether a document is a data.json: it has one of LISTS, and no JSON-LD context but data.json's own."""
    if not any(_LIST_OF_OBJECTS.match(body, members[key][0]) for key in LISTS if key in members):
        return False
    told = [body[slice(*members[key])][:_HEAD_BYTES] for key in ("@context", "conformsTo") if key in members]
    return "@context" not in members or any(_OWN_CONTEXTS.search(text) for text in told)


def cut_datasets(body: bytes, members: Members, *, url: str) -> Iterator[RawRecord | Problem]:
    """Give each dataset as a raw record of canonical JSON, or the problem that stands in its way, in their order."""
    try:
        for name in LISTS:
            begin, _ = members.get(name, (0, 0))
            if _LIST_OF_OBJECTS.match(body, begin):
                for number, element in enumerate(cut_elements(body, begin), 1):
                    yield _cut_out(element, f"{name} {number}")
    except JsonCut as error:
        raise AnswerUnreadable(url=url, reason=f"its list of datasets is no JSON: {error}") from None


def find_name(body: bytes, members: Members) -> str:
    """Give what the catalogue calls itself, or nothing."""
    for key in ("title", "name"):
        if key in members:
            try:
                told = orjson.loads(body[slice(*members[key])])
            except orjson.JSONDecodeError:
                continue
            if isinstance(told, str):
                return told
    return ""


def _cut_out(element: bytes, name: str) -> RawRecord | Problem:
    try:
        dataset: Any = orjson.loads(element)
    except orjson.JSONDecodeError as error:
        return _unreadable(element, name, error)
    if not isinstance(dataset, dict):
        return Problem("VALUE_TYPE", "error", value=f"{name}: {_shown(element)}", params={"expected": "object"})
    payload = orjson.dumps(dataset, option=orjson.OPT_SORT_KEYS)
    identifier = _identifier(dataset) or CONTENT + sha256(payload).hexdigest()[:32]
    return cannot_be_kept(identifier, payload) or new_raw(
        identifier, payload, format=NAME, datestamp=_datestamp(dataset.get("modified"))
    )


def _unreadable(element: bytes, name: str, error: orjson.JSONDecodeError) -> Problem:
    told = _IDENTIFIER.search(element)
    identifier = told[1].decode("utf-8", "replace") if told else None
    if b"\xef\xbf\xbd" in element.decode("utf-8", "replace").encode() and b"\xef\xbf\xbd" not in element:
        return Problem("ENCODING", "error", value="letters that are not UTF-8", record_id=identifier)
    params = {"line": str(error.lineno), "column": str(error.colno)}
    return Problem("JSON_SYNTAX", "error", value=f"{name}: {_shown(element)}", params=params,
                   record_id=identifier)  # fmt: skip


def _identifier(dataset: Mapping[str, Any]) -> str:
    for key in ("identifier", "@id"):
        told = dataset.get(key)
        if isinstance(told, dict):
            told = told.get("@id") or told.get("notation")
        if isinstance(told, str | int) and not isinstance(told, bool) and str(told).strip():
            return str(told).strip()
    return ""


def _datestamp(told: object) -> str | None:
    plain = told.strip() if isinstance(told, str) else ""
    return plain if 0 < len(plain.encode()) <= _MAX_DATESTAMP_BYTES and "\x00" not in plain else None


def _shown(element: bytes) -> str:
    return element[:200].decode("utf-8", "replace")
