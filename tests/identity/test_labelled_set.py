"""The labelled set is what it says it is: counts, validity, verdicts that agree with each other, and its own script."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.identity import make_labelled
from vocabularies.formats.native import parse_native_object
from vocabularies.identifiers import identity_keys
from vocabularies.record import RECORD_TYPES, Record
from vocabularies.validation import validate

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
MAX_BYTES = 4_000_000


@dataclass(frozen=True)
class Labelled:
    """The committed set, read back."""

    rows: Sequence[Mapping[str, Any]]
    records: Mapping[str, Record]
    entities: Mapping[str, str]
    pairs: Sequence[Mapping[str, str]]


@pytest.fixture(scope="module")
def labelled() -> Labelled:
    """Read the set from the repository."""
    rows = [orjson.loads(line) for line in (make_labelled.FOLDER / "records.jsonl").read_bytes().splitlines()]
    parsed = {row["place"]: parse_native_object(row["record"]) for row in rows}
    assert not [place for place, each in parsed.items() if each.record is None]
    with (make_labelled.FOLDER / "pairs.csv").open(encoding="utf-8", newline="") as file:
        pairs = list(csv.DictReader(file))
    records = {place: each.record for place, each in parsed.items() if each.record is not None}
    return Labelled(rows, records, {row["place"]: row["entity"] for row in rows}, pairs)


def test_it_has_enough_records_of_every_type_and_language(labelled: Labelled) -> None:
    types = Counter(record.type for record in labelled.records.values())
    languages = Counter(language for record in labelled.records.values() for language in record.title)
    assert len(labelled.records) == len(labelled.rows) >= 2_000
    assert set(types) == set(RECORD_TYPES)
    assert min(types.values()) >= 50
    assert min(languages[language] for language in LANGUAGES) >= 300
    assert languages["und"] >= 100
    assert len({row["source"] for row in labelled.rows}) >= 30


def test_it_has_enough_pairs_of_every_kind(labelled: Labelled) -> None:
    kinds = Counter((pair["verdict"], pair["kind"]) for pair in labelled.pairs)
    verdicts = Counter(pair["verdict"] for pair in labelled.pairs)
    assert verdicts["same"] >= 600
    assert verdicts["different"] >= 600
    for kind in ("national report series", "same report other country", "same title other country", "editions",
                 "neighbouring COP decisions", "map sheets", "meetings in series", "like-named organisations",
                 "need and offer with one text", "translation of", "version of", "part of", "draft and final",
                 "year series", "volumes", "phases", "generic titles"):  # fmt: skip
        assert kinds["different", kind] >= 10, kind
    for kind in ("cross-language report", "cross-language decision", "cross-language meeting", "aggregator copy",
                 "identifier in common", "same source twice"):  # fmt: skip
        assert kinds["same", kind] >= 25, kind
    assert {pair["relation"] for pair in labelled.pairs} == {"", "translation_of", "version_of", "part_of", "copy_of"}


def test_true_pairs_join_nodes_and_languages(labelled: Labelled) -> None:
    same = [(labelled.records[pair["a"]], labelled.records[pair["b"]]) for pair in labelled.pairs if _is_same(pair)]
    across = [pair for pair in same if pair[0].publisher.node != pair[1].publisher.node]
    no_common = [pair for pair in across if not pair[0].title.keys() & pair[1].title.keys()]
    assert len(across) >= 600
    assert len(no_common) >= 600


def test_every_record_is_valid(labelled: Labelled) -> None:
    found = [problem for record in labelled.records.values() for problem in validate(record)]
    assert [problem for problem in found if problem.severity == "error"] == []


def test_no_pair_contradicts_another(labelled: Labelled) -> None:
    assert len({frozenset((pair["a"], pair["b"])) for pair in labelled.pairs}) == len(labelled.pairs)
    for pair in labelled.pairs:
        assert pair["a"] < pair["b"]
        one_entity = labelled.entities[pair["a"]] == labelled.entities[pair["b"]]
        assert one_entity == _is_same(pair), pair


def test_every_pair_of_one_thing_is_listed(labelled: Labelled) -> None:
    sizes = Counter(labelled.entities.values())
    listed = sum(_is_same(pair) for pair in labelled.pairs)
    assert listed == sum(size * (size - 1) // 2 for size in sizes.values())


def test_no_thing_has_two_governments_or_types(labelled: Labelled) -> None:
    governments: dict[str, set[str]] = defaultdict(set)
    types: dict[str, set[str]] = defaultdict(set)
    for place, record in labelled.records.items():
        types[labelled.entities[place]].add(record.type)
        if record.government:
            governments[labelled.entities[place]].add(record.government)
    assert [entity for entity, found in governments.items() if len(found) > 1] == []
    assert [entity for entity, found in types.items() if len(found) > 1] == []


def test_two_things_share_a_certain_key_only_where_the_set_means_to_mislead(labelled: Labelled) -> None:
    bearers: dict[str, set[str]] = defaultdict(set)
    for place, record in labelled.records.items():
        for key in identity_keys(record):
            bearers[key].add(labelled.entities[place])
    shared = [entities for entities in bearers.values() if len(entities) > 1]
    assert all(entity.startswith("handbook-volume/") for entities in shared for entity in entities)


def test_two_things_never_say_quite_the_same(labelled: Labelled) -> None:
    said: dict[bytes, set[str]] = defaultdict(set)
    for place, record in labelled.records.items():
        left_out = {"id", "source_ids", "links", "publisher", "provenance", "languages", "subtype", "summary"}
        said[record.model_dump_json(exclude=left_out).encode()].add(labelled.entities[place])
    assert [entities for entities in said.values() if len(entities) > 1] == []


@pytest.fixture(scope="module")
def citations() -> list[dict[str, str]]:
    """Read the bibliographic part from the repository."""
    with (make_labelled.FOLDER / "citations.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_bibliographic_part_has_clusters_and_look_alikes(citations: list[dict[str, str]]) -> None:
    sizes = Counter(row["entity"] for row in citations)
    kinds = Counter(row["kin"].split("/")[0] for row in citations if row["kin"] != row["entity"])
    assert len({row["id"] for row in citations}) == len(citations) >= 1_500
    assert sum(size > 1 for size in sizes.values()) >= 500
    assert max(sizes.values()) >= 10
    assert set(kinds) == {
        "annual",
        "column",
        "correction",
        "edition",
        "generic",
        "namesake",
        "part",
        "review",
        "sequel",
        "version",
    }
    assert min(kinds.values()) >= 40


def test_sources_of_citations_differ_in_what_they_leave_out(citations: list[dict[str, str]]) -> None:
    missing = {
        source: sum(not row["year"] for row in citations if row["source"] == source) / number
        for source, number in Counter(row["source"] for row in citations).items()
    }
    assert missing["catalogue"] == missing["registry"] == 0
    assert 0.02 < missing["reference-strings"] < 0.2 < missing["web-export"] < 0.6


def test_a_paper_and_the_article_made_of_it_both_tell_where_they_appeared(citations: list[dict[str, str]]) -> None:
    versions = [row for row in citations if row["kin"].startswith("version/")]
    assert len(versions) >= 300
    assert all(row["venue"] for row in versions)


def test_citations_of_two_works_never_say_quite_the_same(citations: list[dict[str, str]]) -> None:
    said: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in citations:
        said[tuple(row[name].casefold() for name in row if name not in ("id", "source", "entity", "kin"))].add(
            row["entity"]
        )
    assert [works for works in said.values() if len(works) > 1] == []


def test_the_committed_set_is_what_its_script_makes(tmp_path: Path) -> None:
    make_labelled.main(["--folder", str(tmp_path)])
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (make_labelled.FOLDER / path.name).read_bytes(), f"make {path.name} anew"


def test_another_seed_gives_another_set_that_holds_too() -> None:
    records, pairs = make_labelled.make_set(make_labelled.SEED + 1)
    entities = {record.place: record.entity for record in records}
    assert all((entities[pair.a] == entities[pair.b]) == (pair.verdict == "same") for pair in pairs)
    assert {record.place for record in records}.isdisjoint(
        record.place for record in make_labelled.make_set(make_labelled.SEED)[0]
    )


def test_a_sample_shows_pairs_of_many_kinds_for_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    make_labelled.main(["--sample", "40"])
    heads = [line for line in capsys.readouterr().out.splitlines() if line.startswith(("SAME", "DIFFERENT"))]
    assert len(heads) == 40
    assert len(set(heads)) >= 30


def test_the_set_stays_small() -> None:
    assert sum(path.stat().st_size for path in make_labelled.FOLDER.iterdir()) <= MAX_BYTES


def _is_same(pair: Mapping[str, str]) -> bool:
    return pair["verdict"] == "same"
