"""One run brings records by every road there is into one index, each with what its system says of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from federation_fakes import DEMO_NODES, FAKES, TWICE, demo_records
from served import HARVESTER, command, get_json, serving

from chm_node.publishing.settings_source import read_settings
from harvester.app import create_app as create_centre
from harvester.hostile import serve_hostile
from harvester.protocols import PROTOCOLS
from harvester.settings import Settings

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Index:
    """What one ``run --all`` over every source made: the sources as the centre tells of them, and the records."""

    sources: Mapping[str, Record]
    records: list[Record]

    def titled(self, title: str) -> list[Record]:
        return [record for record in self.records if title in record["title"].values()]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    home = tmp_path_factory.mktemp("federation")
    with pytest.MonkeyPatch.context() as patch, serve_hostile({n: fake.scenario for n, fake in FAKES.items()}) as fakes:
        for name in ("CHM_HOME", "CHM_DATABASE_URL", "CHM_BASE_URL"):
            patch.delenv(name, raising=False)
        patch.setenv("CHM_ALLOW_LOOPBACK", "1")
        patch.setenv("CHM_SECRET_KEY", "of-this-test")
        assert command(HARVESTER, home, "init", "--defaults") == 0
        for name, fake in FAKES.items():
            address = f"{fakes.url}/{name}{fake.path}"
            assert command(HARVESTER, home, "add", address, "--id", name, *fake.options) == 0, name
        assert command(HARVESTER, home, "run", "--all") == 0
        with serving(create_centre(read_settings(Settings, home))) as centre:
            nodes = get_json(f"{centre}/api/v1/nodes")
        assert command(HARVESTER, home, "export", "--format", "ndjson", "-o", str(home / "all.ndjson")) == 0
        found = [json.loads(line) for line in (home / "all.ndjson").read_text("utf-8").splitlines()]
        yield Index({node["id"]: node for node in nodes["results"]}, found)


def sources_of(record: Record) -> set[str]:
    return {entry["source"] for entry in record["provenance"]}


def what_it_says(record: Record) -> tuple[str, set[str], set[str], str | None]:
    """Type, languages, countries and licence."""
    places = {record.get("government"), *record.get("countryRegions", ())} - {None}
    return record["type"], set(record.get("languages", ())), places, record.get("license")


def terms_of(record: Record) -> set[str]:
    """What it is about: terms of our vocabularies, and keywords by their words."""
    named = ("subjects", "gbfTargets", "gbfGoals", "sdgs", "aichiTargets", "treaties")
    words = (word for each in record.get("keywords", ()) for word in each["label"].values())
    return {term for name in named for term in record.get(name, ())} | set(words)


def names_of(record: Record) -> set[str]:
    """The identifiers a record bears that are the same everywhere."""
    return {each["value"] for each in record.get("sourceIds", ()) if each["scheme"] in ("un-symbol", "doi", "isbn")}


def local_name(record: Record) -> str:
    """What the demonstration nodes call a thing: both the same, where they tell of one."""
    return str(record["id"]).rpartition(":")[2]


def origins_of(record: Record) -> set[str]:
    """The ids a record has at its sources."""
    return {entry["originalId"] for entry in record["provenance"] if "originalId" in entry}


def test_every_road_is_there() -> None:
    assert {fake.road for fake in FAKES.values()} == set(PROTOCOLS)


def test_every_address_is_recognised(index: Index) -> None:
    assert {name: node["protocol"] for name, node in index.sources.items()} == {n: f.road for n, f in FAKES.items()}


@pytest.mark.parametrize("name", FAKES)
def test_its_records_arrive_with_type_languages_country_and_terms(name: str, index: Index) -> None:
    for title, told in FAKES[name].told.items():
        [record] = index.titled(title)
        assert name in sources_of(record), title
        assert what_it_says(record) == (told.type, set(told.languages), set(told.countries), told.licence), title
        assert terms_of(record) == set(told.terms), title


@pytest.mark.parametrize("identifier", TWICE)
def test_what_comes_by_several_roads_is_one_record_with_all_its_sources(identifier: str, index: Index) -> None:
    found = [each for each in index.records if identifier in [name["value"] for name in each.get("sourceIds", ())]]
    assert [sources_of(record) for record in found] == [TWICE[identifier]]


@pytest.mark.parametrize("name", DEMO_NODES)
def test_every_system_is_there_with_type_languages_country_and_terms(name: str, index: Index) -> None:
    """A document that two nodes tell of, or a library too, is one record in the languages of both.

    What it is about is then the stronger source's word, as ``survivorship.merge`` says.
    """
    for sent in demo_records(name):
        [record] = [each for each in index.records if sent["id"] in origins_of(each)]
        assert name in sources_of(record), sent["id"]
        wanted, found = what_it_says(sent), what_it_says(record)
        assert found[0] == wanted[0] and wanted[3] in (None, found[3]), sent["id"]
        assert wanted[1] <= found[1] and wanted[2] <= found[2], sent["id"]
        arrived = terms_of(sent) & terms_of(record)
        assert arrived == terms_of(sent) if sources_of(record) == {name} else arrived, sent["id"]


def test_nothing_else_is_in_the_index(index: Index) -> None:
    expected: list[object] = [title for fake in FAKES.values() for title in fake.told]
    told = [record for name in DEMO_NODES for record in demo_records(name)]
    expected += {next(iter(names_of(record)), local_name(record)) for record in told}
    assert len(index.records) == len(expected), sorted(str(record["title"]) for record in index.records)
