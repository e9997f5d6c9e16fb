"""What of a record survives each published format and our own way back. ``python -m tests.roundtrip`` writes it down.

A real node publishes records of every type; each of its surfaces is read over HTTP by the protocol and the crosswalk a
centre uses, and what comes back is compared with what was published, field by field.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import chm_node.cli
from chm_node.app import create_app
from chm_node.publishing.settings_source import read_settings
from chm_node.settings import Settings
from chm_node.shell.terminal import run_cli
from harvester.fetch import FetchSettings, HttpFetcher
from harvester.protocols import PROTOCOLS
from harvester.protocols.pages import Window
from harvester.records.understanding import context_of, understand
from harvester.sources import Source, config_from_settings
from tests.chm_node.loopback_server import free_port, serve
from vocabularies.record import RECORD_TYPES, Record, record_details

ROOT = Path(__file__).resolve().parents[1]
PATH = ROOT / "docs" / "round-trip.md"
EACH_TYPE = 3
"""So many of the demo records of each type, those that say most."""
_AT = datetime(2026, 5, 1, tzinfo=UTC)
_DEMO = ROOT / "harvester" / "demo" / "records"


@dataclass(frozen=True)
class Road:
    """A surface of the node: its path, the protocol that reads it and that protocol's settings."""

    path: str
    protocol: str
    settings: Mapping[str, str]


ROADS: Mapping[str, Road] = {
    "native": Road("", "native", {}),
    "chm": Road("/oai", "oai_pmh", {"metadata_prefix": "chm"}),
    "oai_dc": Road("/oai", "oai_pmh", {"metadata_prefix": "oai_dc"}),
    "dcat_ap": Road("/oai", "oai_pmh", {"metadata_prefix": "dcat_ap"}),
    "dcat_jsonld": Road("/catalog.jsonld", "dcat", {}),
    "dcat_ttl": Road("/catalog.ttl", "dcat", {}),
    "dcat_rdf": Road("/catalog.rdf", "dcat", {}),
    "schema_org": Road("/sitemap.xml", "sitemap", {}),
    "atom": Road("/feed.atom", "feed", {}),
    "rss": Road("/feed.rss", "feed", {}),
    "rss1": Road("/feed.rdf", "feed", {}),
    "csv": Road("/api/v1/search.csv", "files", {}),
    "xlsx": Road("/api/v1/search.xlsx", "files", {}),
    "data_json": Road("/data.json", "dcat", {}),
    "eml": Road("/oai", "oai_pmh", {"metadata_prefix": "eml"}),
    "informea": Road("/informea.svc", "informea", {}),
    "cbd": Road("/api/v2013/index/select", "cbd", {}),
}


def demo_records() -> list[dict[str, Any]]:
    """Give the demo records that say most, of each type, as one node's, with what every record of theirs could say."""
    found = [
        json.loads(line) for path in sorted(_DEMO.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]
    chosen: list[dict[str, Any]] = []
    for record_type in sorted(RECORD_TYPES):
        those = [record for record in found if record["type"] == record_type]
        chosen += sorted(those, key=lambda record: (-len(json.dumps(record)), record["id"]))[:EACH_TYPE]
    return [_filled(record, number) for number, record in enumerate(chosen, 1)]


def _filled(record: dict[str, Any], number: int) -> dict[str, Any]:
    name = record["id"].rpartition(":")[2]
    link = {
        "url": f"https://documents.example/{name}.pdf", "rel": "document", "mediaType": "application/pdf",
        "language": record["languages"][0], "name": {record["languages"][0]: "Full text"},
    }  # fmt: skip
    return {
        "government": "KE",
        "countryRegions": ["KE", "TZ"],
        "rights": {"en": "Free for every use that names the source."},
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "temporal": {"start": "2011", "end": "2020"},
        "spatial": {"box": {"west": 33.5, "south": -5, "east": 42, "north": 5}},
        "organizations": [{"role": "creator", "name": {"en": "Institute of the Fens"}}],
        "keywords": [{"label": {"en": "mangrove"}}],
        **record,
        "id": f"urn:chm:ke:{name}",
        "publisher": {"node": "ke"},
        "dates": {"issued": "2024-06-30", "created": "2023-02-01", "modified": "2025-01-15", **record.get("dates", {})},
        "sourceIds": [*record.get("sourceIds", ()), {"scheme": "doi", "value": f"10.5555/fen.{number}"}],
        "links": [*record.get("links", ()), link],
        "relations": [],
    }


@contextmanager
def published_node(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Let a real node publish records and give its address."""
    with tempfile.TemporaryDirectory() as folder:
        home, port = Path(folder) / "node", free_port()
        base = f"http://127.0.0.1:{port}"
        kept = {name: os.environ.get(name) for name in ("CHM_BASE_URL", "CHM_HOME", "CHM_DATABASE_URL")}
        for name in kept:
            os.environ.pop(name, None)
        os.environ["CHM_BASE_URL"] = base
        try:
            batch = Path(folder) / "in.jsonl"
            batch.write_text("\n".join(json.dumps(record) for record in records), "utf-8")
            facts = ("--country", "KE", "--name", "Kenya CHM", "--email", "chm@example.org")
            _call(home, "init", "--defaults", *facts)
            _call(home, "import", str(batch), "--publish")
            with serve(create_app(read_settings(Settings, home, environ={"CHM_BASE_URL": base})), port):
                yield base
        finally:
            for name, value in kept.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


def _call(home: Path, *arguments: str) -> None:
    code = run_cli(chm_node.cli.app, [*arguments, "--home", str(home), "-q"], name="chm-node")
    assert code == 0, arguments


def read_road(base: str, name: str) -> list[Record]:
    """Give the records that come back by one road; an unreadable one is an error."""
    road = ROADS[name]
    source = Source(
        f"rt-{name}", "Kenya", base + road.path, road.protocol, config_from_settings(road.protocol, road.settings)
    )
    context = context_of(source, _AT)
    with HttpFetcher(FetchSettings(allow_loopback=True)) as fetcher:
        pages = list(islice(PROTOCOLS[road.protocol].pages(fetcher, source, Window()), 100))
    found = []
    for page in pages:
        assert not page.problems, page.problems
        for raw in page.records:
            finding = understand(raw, context)
            assert finding.record is not None, (name, finding.problems)
            found.append(finding.record)
    return found


def by_local_id(sent: Record, found: Iterable[Record]) -> Record | None:
    """Give the record of those that came back which is the one sent: by its id, or by that of its page or entity."""
    local = sent.id.rpartition(":")[2]
    ends = (f"/{local}", f":{local}")
    for record in found:
        names = {record.id, *(each.value for each in record.source_ids)}
        if sent.id in names or local in names or any(name.endswith(ends) for name in names):
            return record
    return None


Said = Callable[[Record], Iterable[object]]


def _one(value: object) -> list[object]:
    return [value] if value else []


def _day(value: str | None) -> list[object]:
    """Give a date; the first instant of a day, month or year says no more than the day."""
    return _one(value.removesuffix("T00:00:00Z") if value else None)


def _countries(record: Record) -> list[object]:
    own = getattr(record_details(record), "country", None)
    return [place for place in (record.government, *record.country_regions, own) if place]


def _addresses(record: Record) -> list[object]:
    return [link.url for link in record.links]


def _and_relations(record: Record) -> list[object]:
    return [*_addresses(record), *(relation.target for relation in record.relations)]


def _names(record: Record) -> list[object]:
    return [record.id, *(each.value for each in record.source_ids)]


def _best_title(record: Record) -> list[object]:
    return _one(record.title.best(*record.languages))


def _details(record: Record) -> list[object]:
    held = record_details(record)
    return [(name, getattr(held, name)) for name in sorted(held.model_fields_set)] if held else []


TRAITS: Mapping[str, tuple[Said, Said]] = {
    "type": (lambda record: [record.type],) * 2,
    "title, best language": (_best_title, lambda record: record.title.items()),
    "title, every language": (lambda record: record.title.items(),) * 2,
    "languages": (lambda record: record.languages,) * 2,
    "country": (_countries,) * 2,
    "date issued": (lambda record: _day(record.dates.issued),) * 2,
    "date modified": (lambda record: _day(record.dates.modified),) * 2,
    "date created": (lambda record: _day(record.dates.created),) * 2,
    "own identifier": (lambda record: [record.id], _names),
    "other identifiers": (lambda record: [(each.scheme, each.value) for each in record.source_ids],) * 2,
    "links": (_addresses, _and_relations),
    "subtype": (lambda record: _one(record.subtype),) * 2,
    "summary, every language": (lambda record: record.summary.items(),) * 2,
    "subjects": (lambda record: record.subjects,) * 2,
    "targets and goals": (
        lambda record: (*record.gbf_targets, *record.gbf_goals, *record.sdgs, *record.aichi_targets),
    ) * 2,
    "treaties": (lambda record: record.treaties,) * 2,
    "keywords": (lambda record: [text for keyword in record.keywords for text in keyword.label.values()],) * 2,
    "period": (lambda record: _one(record.temporal),) * 2,
    "position": (lambda record: _one(record.spatial),) * 2,
    "organisations": (lambda record: [text for agent in record.organizations for text in agent.name.values()],) * 2,
    "licence": (lambda record: _one(record.license),) * 2,
    "rights": (lambda record: record.rights.items(),) * 2,
    "kind of translation": (lambda record: record.translation,) * 2,
    "fields of the type": (_details,) * 2,
}  # fmt: skip
"""What a record says: how to ask the record sent for it, and the one that came back."""
NEVER_LOST = tuple(TRAITS)[:11]

_OTHERS = "a set has the properties of the portal's own list, and ours for what no reader may lose"
_SHORT = "a feed announces; terms of use, makers and extent stand on the page it leads to"
_NO_KIND = "it has no word for how a translation was made"
_OWN_FIELDS = "it describes any thing; the fields of one type are in our own formats"
_GENERAL = ("oai_dc", "dcat_ap", "dcat_jsonld", "dcat_ttl", "dcat_rdf", "schema_org", "atom", "rss", "rss1",
            "data_json", "eml", "informea", "cbd")  # fmt: skip
BY_NATURE: Mapping[tuple[str, str], str] = {
    **{("oai_dc", f"date {name}"): "dc:date does not say of what it is the date; one is sent" for name in
       ("modified", "created")},
    **{(feed, name): _SHORT for feed in ("atom", "rss", "rss1") for name in
       ("period", "position", "organisations", "licence", "rights")},
    **{(name, "kind of translation"): _NO_KIND for name in _GENERAL},
    **{(name, "fields of the type"): _OWN_FIELDS for name in _GENERAL if name != "eml"},
    ("data_json", "position"): "spatial has room for one thing, and the countries are there",
    ("oai_dc", "position"): "dc:coverage is read by people; the box of an area is left out",
    **{("informea", name): _OTHERS for name in
       ("keywords", "period", "position", "organisations", "licence", "rights")},
}  # fmt: skip
"""(format, what is lost) that a format cannot carry, and why."""


@dataclass(frozen=True)
class Kept:
    """Of so many records that say something, in how many all of it came back."""

    whole: int
    of: int
    lost: tuple[str, ...] = ()


def compare(sent: Iterable[Record], found: Mapping[str, Record]) -> dict[str, Kept]:
    """Give for each trait what was kept; ``found`` are the records that came back, by the id sent."""
    pairs = [(record, found[record.id]) for record in sent if record.id in found]
    result: dict[str, Kept] = {}
    for name, (said, heard) in TRAITS.items():
        wanted = [(record.id, list(said(record)), list(heard(back))) for record, back in pairs]
        telling = [entry for entry in wanted if entry[1]]
        lost = tuple(which for which, values, got in telling if any(value not in got for value in values))
        result[name] = Kept(len(telling) - len(lost), len(telling), lost)
    return result


def observe() -> dict[str, dict[str, Kept]]:
    """Publish the records, read them by every road, and give by format and trait what was kept."""
    seen = {}
    with published_node(demo_records()) as base:
        sent = read_road(base, "native")
        for name in ROADS:
            found = read_road(base, name)
            seen[name] = compare(sent, {record.id: back for record in sent if (back := by_local_id(record, found))})
    return seen


_ABOUT = """<!-- Made by: python -m tests.roundtrip -->
# What of a record survives each published format

A node publishes the demo records that say most, up to three of each of the sixteen types. Each of its formats is then
read as a centre reads it, over HTTP, by protocol and crosswalk, and what came back is compared with what was sent.

A cell says in how many of the records that say something all of it came back: “all”, “none”, or a number. An address
that comes back as a relation counts as kept. A number in brackets leads to the reason below.
A language, place or date that the record states is compared with what the record states that came back; the source at
the centre names neither a country nor a language that could stand in.
"""


def page(seen: Mapping[str, Mapping[str, Kept]]) -> str:
    """Give the whole page."""
    reasons = {reason: number for number, reason in enumerate(dict.fromkeys(BY_NATURE.values()), 1)}
    head = ["| | " + " | ".join(seen) + " |", "|---|" + "---|" * len(seen)]
    head.append("| records | " + " | ".join(str(kept["type"].of) for kept in seen.values()) + " |")
    rows = [
        f"| {trait} | " + " | ".join(_cell(name, trait, kept[trait], reasons) for name, kept in seen.items()) + " |"
        for trait in TRAITS
    ]
    never = ", ".join(NEVER_LOST)
    return "\n".join([
        _ABOUT, *head, *rows,
        f"\nNever lost, save for the reasons below: {never}.\n\n## Why a format cannot carry something\n",
        *(f"{number}. {reason}." for reason, number in reasons.items()), "",
    ])  # fmt: skip


def _cell(name: str, trait: str, kept: Kept, reasons: Mapping[str, int]) -> str:
    if not kept.of:
        return "–"
    shown = "all" if kept.whole == kept.of else f"{kept.whole} of {kept.of}" if kept.whole else "none"
    why = BY_NATURE.get((name, trait)) if kept.lost else None
    return f"{shown} ({reasons[why]})" if why else shown


def main() -> int:
    """Write the page anew."""
    PATH.write_text(page(observe()), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
