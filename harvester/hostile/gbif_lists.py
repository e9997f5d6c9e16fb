"""Registries like GBIF's that go wrong: ends that are none, pages that come again, entries that cannot be kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from harvester.hostile.scenario import GBIF, Call, Play, Reply, Scenario
from harvester.hostile.wire import cut_short, web_page
from harvester.testing import Recorded

Entry = dict[str, Any]
PUBLISHER = "00000000-0000-4000-9000-000000000001"
_Answer = Callable[["Registry", Call, int, int], Reply]


def an_entry(number: int, **more: Any) -> Entry:
    """Give a dataset with nothing wrong with it."""
    return {
        "key": f"00000000-0000-4000-8000-{number:012}",
        "title": f"Moss survey {number}",
        "description": f"<p>Mosses found in survey {number}.</p>",
        "type": "OCCURRENCE",
        "language": "eng",
        "license": "http://creativecommons.org/licenses/by/4.0/legalcode",
        "doi": f"10.99999/moss.{number}",
        "created": "2024-01-01T08:00:00.000+00:00",
        "modified": "2024-03-01T08:00:00.000+00:00",
        "contacts": [{"type": "ORIGINATOR", "lastName": "Otieno", "organization": "Moss Institute"}],
        **more,
    }


def some_entries(count: int) -> list[Entry]:
    """Give so many different datasets."""
    return [an_entry(number) for number in range(1, count + 1)]


@dataclass(slots=True)
class Registry:
    """Answers a list by offset and limit; ``lists`` counts those begun, ``most`` is its largest page."""

    entries: list[Any] = field(default_factory=list)
    most: int = 10
    lists: int = 0

    def __call__(self, call: Call) -> Recorded:
        """Answer as a registry does."""
        start, rows = place_of(call)
        if call.path == f"/v1/organization/{PUBLISHER}":
            return Recorded(orjson.dumps({"key": PUBLISHER, "title": "Moss Institute"}), 200)
        if call.path != "/v1/dataset":
            return Recorded(b"", 404)
        self.lists += start == 0
        return self.page(start, min(rows, self.most))

    def page(self, start: int, rows: int, **instead: Any) -> Recorded:
        """Give a page, with other members where asked."""
        found = self.entries[start : start + rows]
        ends = start + rows >= len(self.entries)
        members = {"offset": start, "limit": rows, "endOfRecords": ends, "count": len(self.entries), "results": found}
        kept = {name: value for name, value in (members | instead).items() if value is not None}
        return Recorded(orjson.dumps(kept), 200, {"Content-Type": "application/json"})


def place_of(call: Call) -> tuple[int, int]:
    """Give offset and limit of a request."""
    return int(call.query.get("offset", "0")), int(call.query.get("limit", "20"))


def _lists(entries: Callable[[], list[Any]], answer: _Answer) -> Callable[[], Play]:
    """Give a registry whose list is answered otherwise; the answer is told offset and limit."""

    def make() -> Play:
        registry = Registry(entries())

        def play(call: Call) -> Reply:
            good = registry(call)
            start, rows = place_of(call)
            return answer(registry, call, start, min(rows, registry.most)) if call.path == "/v1/dataset" else good

        return play

    return make


def _holding(*entries: Any) -> Callable[[], Play]:
    return lambda: Registry(list(entries))


def _later(answer: _Answer, count: int = 5) -> Callable[[], Play]:
    """Give a registry that is right in the first harvest only."""

    def later(registry: Registry, call: Call, start: int, rows: int) -> Reply:
        return registry.page(start, rows) if registry.lists < 2 else answer(registry, call, start, rows)

    return _lists(lambda: some_entries(count), later)


def _without(registry: Registry, call: Call, start: int, rows: int) -> Reply:
    """Leave the second dataset out, and count rightly."""
    return Registry([entry for entry in registry.entries if entry["key"][-1] != "2"]).page(start, rows)


def _deleting(registry: Registry, call: Call, start: int, rows: int) -> Reply:
    """Say of the second dataset when it was deleted."""
    entries = [
        entry | {"deleted": "2026-04-30T00:00:00.000+00:00"} if entry["key"][-1] == "2" else entry
        for entry in registry.entries
    ]
    return Registry(entries).page(start, rows)


def _poisoned(registry: Registry, call: Call, start: int, rows: int) -> Reply:
    """Fail wherever the thirteenth dataset would be given."""
    return Recorded(b"", 500) if start <= 12 < start + rows else registry.page(start, rows)


def _scenario(ids: str, does: str, must: str, make: Callable[[], Play], **settings: str) -> Scenario:
    return Scenario(tuple(ids.split()), GBIF, does, must, make, {"page_size": "10", **settings})


_OTHERS = "The others arrive; what cannot be read is told."
_FAILS = "The run fails and says so; nothing is removed."

GBIF_LISTS: Mapping[str, Scenario] = {
    "gbif-end-too-soon": _scenario(
        "own", "Every page says endOfRecords, and the count says 25.", "All 25 arrive.",
        _lists(lambda: some_entries(25),
               lambda registry, call, start, rows: registry.page(start, rows, endOfRecords=True)),
    ),
    "gbif-end-never": _scenario(
        "own", "No page says endOfRecords and no count is given.", "The list ends where a page is empty.",
        _lists(lambda: some_entries(25),
               lambda registry, call, start, rows: registry.page(start, rows, endOfRecords=False, count=None)),
    ),
    "gbif-offset-ignored": _scenario(
        "own", "Every offset is answered with the first page, and there is always more.",
        "The run stops and names the loop; the datasets read are kept.",
        _lists(lambda: some_entries(25),
               lambda registry, call, start, rows: registry.page(0, rows, endOfRecords=False, count=None)),
    ),
    "gbif-deleted-in-list": _scenario(
        "own", "From the second harvest on a dataset bears the time of its deletion.", "That one is removed.",
        _later(_deleting),
    ),
    "gbif-dataset-missing": _scenario(
        "own", "From the second harvest on a complete list leaves a dataset out.",
        "It stays for a day of grace and is removed then; the others stay.", _later(_without),
    ),
    "gbif-page-empty": _scenario(
        "own", "From the second harvest on the list is empty, with a count of 5.",
        "Nothing is removed, and it is told.",
        _later(lambda registry, call, start, rows: registry.page(start, rows, results=[])),
    ),
    "gbif-login-page": _scenario(
        "own", "From the second harvest on there is a login page with status 200.", _FAILS,
        _later(lambda registry, call, start, rows: web_page("Please log in")),
    ),
    "gbif-error-object": _scenario(
        "own", "From the second harvest on the answer is a JSON error with status 200.", _FAILS,
        _later(lambda registry, call, start, rows: Recorded(b'{"error": "limit too large"}', 200)),
    ),
    "gbif-cut-short": _scenario(
        "own", "From the second harvest on every answer breaks off.", _FAILS,
        _later(lambda registry, call, start, rows: cut_short(registry.page(start, rows), by=30)),
    ),
    "gbif-poisoned-dataset": _scenario(
        "own", "Every page that would hold the thirteenth dataset is an error.", "The other 24 arrive, and it is told.",
        _lists(lambda: some_entries(25), _poisoned),
    ),
    "gbif-publisher-unknown": _scenario(
        "own", "The registry does not know one of the publishers its datasets name.",
        "All arrive, one without its publisher.",
        _holding(an_entry(1, publishingOrganizationKey=PUBLISHER), an_entry(2, publishingOrganizationKey="nobody"),
                 an_entry(3, publishingOrganizationKey=PUBLISHER)),
    ),
    "gbif-broken-entries": _scenario(
        "own", "Among good datasets one has no key, one is a text, one has a key of 3 kB.", _OTHERS,
        _holding(an_entry(1), {"title": "Nameless"}, "a text", an_entry(2, key="x" * 3000), an_entry(3)),
    ),
    "gbif-wrong-types": _scenario(
        "own", "Contacts are a text, a box holds words, taxa are numbers, a title is null.",
        "Each arrives or is refused with the reason; the others arrive.",
        _holding(an_entry(1, contacts="none", keywordCollections=[7], taxonomicCoverages=[{"coverages": [3]}]),
                 an_entry(2, title=None),
                 an_entry(3, geographicCoverages=[{"boundingBox": {"minLatitude": "low"}}], temporalCoverages={})),
    ),
}  # fmt: skip
