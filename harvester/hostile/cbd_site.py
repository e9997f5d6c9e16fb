"""A small CBD clearing-house in memory that behaves well, for scenarios to spoil; knows no misbehaviour itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import orjson

from harvester.hostile.scenario import Call
from harvester.testing import Recorded

SELECT_PATH = "/api/v2013/index/select"
DOCUMENTS_PATH = "/api/v2013/documents/"
_SPAN = re.compile(r"updatedDate_dt:\[(\S+) TO (\S+)\]")
_NAMED = re.compile(r'identifier_s:"([^"]+)"')
_UNDATED = "(*:* NOT updatedDate_dt:*)"
_PUBLIC = "_state_s:public"

Entry = dict[str, Any]


def identifier_of(number: int) -> str:
    """Give the identifier of a record."""
    return f"52000CBD-0000-4000-8000-{number:012}"


def an_entry(number: int, **more: Any) -> Entry:
    """Give an index entry with nothing wrong with it; None takes a field away."""
    entry = {
        "id": identifier_of(number).replace("-", "").lower(),
        "identifier_s": identifier_of(number),
        "uniqueIdentifier_s": f"chm-vlr-scbd-{number}-1",
        "schema_s": "resource",
        "schemaType_s": "reference",
        "realm_ss": ["chm"],
        "_state_s": "public",
        "_revision_i": 1,
        "createdDate_dt": "2024-01-01T08:00:00Z",
        "updatedDate_dt": "2024-03-01T08:00:00Z",
        "title_EN_s": f"Mangrove guide {number}",
        "title_FR_s": f"Guide des mangroves {number}",
        "summary_EN_t": f"How to restore mangroves, part {number}.",
        "url_ss": [f"https://chm.example/database/record?documentID={number}"],
        "cbdSubjects_ss": ["CBD-SUBJECT-MAR"],
        "gbfTargets_ss": ["GBF-TARGET-02"],
        **more,
    }
    return {name: value for name, value in entry.items() if value is not None}


def some_entries(count: int, first: int = 1) -> list[Entry]:
    """Give so many different entries."""
    return [an_entry(number) for number in range(first, first + count)]


def a_document(number: int, **more: Any) -> dict[str, Any]:
    """Give the document of an entry."""
    return {
        "header": {"identifier": identifier_of(number), "schema": "resource", "languages": ["en", "fr"]},
        "title": {"en": f"Mangrove guide {number}", "fr": f"Guide des mangroves {number}"},
        "summary": {"en": f"<p>How to restore mangroves, part {number}, in full.</p>"},
        "publicationDate": {"en": "2023-05"},
        **more,
    }


def page(entries: list[Any], found: object, start: int = 0) -> Recorded:
    """Give a page of the index."""
    return as_json({"responseHeader": {"status": 0}, "response": {"numFound": found, "start": start, "docs": entries}})


def failure(message: str, status: int = 400) -> Recorded:
    """Give an error as Solr sends it."""
    return as_json({"responseHeader": {"status": status}, "error": {"msg": message, "code": status}}, status)


def as_json(value: object, status: int = 200) -> Recorded:
    """Give a value as the API sends it."""
    return Recorded(orjson.dumps(value), status, {"Content-Type": "application/json; charset=utf-8"})


@dataclass(slots=True)
class CbdSite:
    """Answers its index by position in the order of ids, and its documents. ``lists`` counts the lists begun.

    Of several filters it sees the last one, as ``Call`` keeps one value of an argument.
    """

    entries: list[Entry] = field(default_factory=list)
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    most: int = 1000
    lists: int = 0

    def __call__(self, call: Call) -> Recorded:
        """Answer as a clearing-house does."""
        if call.path.startswith(DOCUMENTS_PATH):
            found = self.documents.get(call.path.removeprefix(DOCUMENTS_PATH))
            return as_json(found) if found else as_json({"message": "not found"}, 404)
        if call.path != SELECT_PATH:
            return Recorded(b"not found", 404, {"Content-Type": "text/plain"})
        start, rows = position(call)
        self.lists += start == 0 and rows > 0
        entries = self.found(call)
        return page(entries[start : start + min(rows, self.most)], len(entries), start)

    def found(self, call: Call) -> list[Entry]:
        """Give what a question finds."""
        wanted = call.query.get("fq", "")
        entries = sorted(self.entries, key=lambda entry: str(entry.get("id")))
        if match := _NAMED.search(wanted):
            return [entry for entry in entries if entry.get("identifier_s") == match[1]]
        if wanted == _UNDATED:
            return [entry for entry in entries if "updatedDate_dt" not in entry]
        if match := _SPAN.search(wanted):
            low, high = match[1].strip("*"), match[2].strip("*") or "9999"
            dated = [entry for entry in entries if "updatedDate_dt" in entry]
            return [entry for entry in dated if low <= str(entry["updatedDate_dt"]) <= high]
        return [entry for entry in entries if entry.get("_state_s") == "public"] if wanted == _PUBLIC else entries


def position(call: Call) -> tuple[int, int]:
    """Give the first place and the number of entries a question asks for."""
    return int(call.query.get("start", "0")), int(call.query.get("rows", "10"))
