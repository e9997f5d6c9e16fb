"""Metadata nobody on this project wrote, read by the fitting road over loopback: bounded, and most of it understood.

Large corpora are sampled evenly: at most 80 files of a source (160 feeds, 12 documents of RDF), 300 records of a file.
``pytest -s`` shows the table.
"""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.contract.corpora_sources import FLOORS, ROADS
from tests.contract.test_real_input import SHARED

DATA = SHARED / "data"
MOST_MB = 500
LONGEST_S = 240
"""Of one process over half of the corpora; the machine may have much else to do."""
WANTED = (
    "title", "summary", "languages", "country_regions", "dates", "links", "organizations", "keywords", "license",
    "spatial", "temporal", "details",
)  # fmt: skip

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not (DATA / "corpora").is_dir(), reason="no corpora beside the checkout (../shared, CHM_SHARED)"
    ),
]


def harvested(names: list[str]) -> list[dict[str, Any]]:
    """Harvest in a process of its own; a crash, a source that hangs and one that takes too much memory fail it."""
    command = [sys.executable, "-m", "tests.contract.corpora_worker", str(DATA), *names]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    assert done.returncode == 0, f"after {len(done.stdout.splitlines())} sources: {done.stderr[-2000:]}"
    return [json.loads(line) for line in done.stdout.splitlines()]


def percent(part: int, whole: int) -> str:
    return f"{100 * part // whole:>3} %" if whole else "    –"


def row(told: dict[str, Any]) -> str:
    refused = ", ".join(f"{code} {count}" for code, count in {**told["codes"], **told["turned_away"]}.items())
    filled = percent(sum(min(told["filled"].get(name, 0), told["live"]) for name in WANTED), told["live"] * len(WANTED))
    terms = percent(told["terms_known"], told["terms_seen"])
    return f"{told['name']:<48}{told['found']:>6}{told['accepted']:>9}   {filled}   {terms}   {refused or '–'}"


@pytest.fixture(scope="module")
def tallies() -> list[dict[str, Any]]:
    names = list(ROADS)
    with ThreadPoolExecutor(2) as pool:
        return [told for part in pool.map(harvested, [names[::2], names[1::2]]) for told in part]


def test_no_corpus_crashes_hangs_or_takes_much_memory(tallies: list[dict[str, Any]]) -> None:
    print(f"\n{'source':<48}{'found':>6}{'accepted':>9}  fields   terms   refused or turned away, by code")
    for told in sorted(tallies, key=lambda told: str(told["name"])):
        print(row(told))
    print(f"\n{'source':<48}files that hold no metadata, and why")
    for told in sorted(tallies, key=lambda told: str(told["name"])):
        if told["no_metadata"]:
            rows = f" ({told['rows_left']} rows)" if told["rows_left"] else ""
            why = ", ".join(f"{why} {count}" for why, count in told["no_metadata"].items())
            print(f"{told['name']:<48}{why}{rows}")
    assert {told["name"] for told in tallies} == set(ROADS)
    assert max(told["peak_mb"] for told in tallies) < MOST_MB


def test_what_was_understood_stays_understood(tallies: list[dict[str, Any]]) -> None:
    accepted = {told["name"]: told["accepted"] for told in tallies}
    behind = {name: (accepted[name], floor) for name, floor in FLOORS.items() if accepted[name] < floor}
    assert not behind
    assert all(FLOORS.get(told["name"]) or not told["accepted"] for told in tallies), "a source without a floor"


def test_everything_refused_says_why(tallies: list[dict[str, Any]]) -> None:
    silent = [told["name"] for told in tallies if told["found"] - told["accepted"] > sum(told["codes"].values())]
    assert not silent


def test_every_corpus_there_is_has_a_road() -> None:
    known = {name.partition(" ")[0] for name in ROADS}
    there = {f"corpora/{path.parent.name}/{path.name}" for path in (DATA / "corpora").glob("*/*") if path.is_dir()}
    there |= {f"samples/{path.name}" for path in (DATA / "samples").iterdir() if path.is_dir()}
    assert there - known <= UNREADABLE


UNREADABLE = {
    "corpora/cbd-un/open-sdg-translations",  # vocabularies in YAML
    "corpora/oai-pmh/ropensci-oai",  # a table of addresses in R's own form
    "corpora/schemaorg/odis-parquet",  # Parquet
}
"""What is no list of records in any form a road reads."""
