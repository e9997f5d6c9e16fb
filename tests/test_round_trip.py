"""What of a record survives the formats it is published in and our own way back; docs/round-trip.md tells the rest."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests import roundtrip
from tests.roundtrip import BY_NATURE, NEVER_LOST, ROADS, TRAITS, Kept
from vocabularies.formats import FORMATS, ON_REQUEST
from vocabularies.record import RECORD_TYPES

WHOLE = ("native", "chm", "csv", "xlsx")
ONE_TYPE = {"data_json", "eml", "informea"}
Seen = Mapping[str, Mapping[str, Kept]]


@pytest.fixture(scope="module")
def seen() -> Seen:
    return roundtrip.observe()


@pytest.mark.parametrize("name", ROADS)
def test_what_every_reader_needs_is_never_lost_by(name: str, seen: Seen) -> None:
    lost = {trait: seen[name][trait].lost for trait in NEVER_LOST if seen[name][trait].lost}
    assert {trait: names for trait, names in lost.items() if (name, trait) not in BY_NATURE} == {}


@pytest.mark.parametrize("name", WHOLE)
def test_a_format_of_ours_loses_nothing(name: str, seen: Seen) -> None:
    assert {trait: kept.lost for trait, kept in seen[name].items() if kept.lost} == {}


@pytest.mark.parametrize("name", sorted(set(ROADS) - ONE_TYPE))
def test_every_record_comes_back_by(name: str, seen: Seen) -> None:
    assert seen[name]["type"].of == len(roundtrip.demo_records())


def test_a_reason_is_only_given_for_what_is_lost(seen: Seen) -> None:
    assert [key for key in BY_NATURE if not seen[key[0]][key[1]].lost] == []


def test_every_type_every_trait_and_every_format_is_tried(seen: Seen) -> None:
    assert {record["type"] for record in roundtrip.demo_records()} == set(RECORD_TYPES)
    assert [trait for trait in TRAITS if not seen["native"][trait].of] == []
    assert {*FORMATS, *ON_REQUEST} <= set(ROADS)


def test_the_page_says_what_is_seen(seen: Seen) -> None:
    assert roundtrip.page(seen) == roundtrip.PATH.read_text("utf-8"), "run: python -m tests.roundtrip"
