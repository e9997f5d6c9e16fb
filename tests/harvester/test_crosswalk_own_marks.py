"""What clearing-houses write beside a foreign format's own words is understood; the same words of others are not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from harvester.crosswalks import CROSSWALKS
from harvester.crosswalks.context import Context
from harvester.protocols.page_things import find_things
from harvester.raw import new_raw
from vocabularies.record import Record

OURS = "urn:chm:vocab:record-types"
CONTEXT = Context("ke", "Kenya", "https://ke.example/", None, None, datetime(2026, 5, 1, tzinfo=UTC))


def made(form: str, told: dict[str, Any] | str) -> Record:
    payload = told.encode() if isinstance(told, str) else orjson.dumps(told)
    found = CROSSWALKS[form](new_raw("https://ke.example/1", payload, format=form), CONTEXT).record
    assert found is not None
    return found


def kind(record: Record) -> tuple[str, str | None]:
    return record.type, record.subtype


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ("project", None)),
        ({"additionalType": [f"{OURS}:capacityInitiative", f"{OURS}:programme"]}, ("capacityInitiative", "programme")),
        ({"additionalType": "https://example.org/types#event"}, ("project", None)),
    ],
)
def test_schema_org_says_our_type_beside_its_class(more: dict[str, Any], expected: tuple[str, str | None]) -> None:
    thing = {"@context": "https://schema.org/", "@type": "ResearchProject", "name": "Reefs", **more}
    assert kind(made("schema_org", thing)) == expected


def test_a_web_site_is_furniture_of_its_page_unless_it_is_a_record() -> None:
    site = {"@type": "WebSite", "@id": "https://ke.example/", "name": "Kenya"}
    assert find_things([site]) == []
    assert find_things([{**site, "additionalType": [f"{OURS}:service"]}])


def test_a_feed_says_our_type_in_a_category_of_our_scheme_only() -> None:
    entry = {"id": "1", "title": "Wanted", "link": "https://ke.example/1"}
    assert made("feed_entry", {**entry, "tags": [{"term": "need", "scheme": OURS}]}).type == "need"
    assert made("feed_entry", {**entry, "tags": [{"term": "need", "scheme": None}]}).type == "resource"
    assert kind(made("feed_entry", {**entry, "dc_type": f"{OURS}:copDecision"})) == ("legalInstrument", "copDecision")


def test_an_index_entry_of_ours_says_type_and_identifiers() -> None:
    entry = {"id": "r1", "identifier_s": "r1", "schema_s": "resource", "title_EN_s": "Biogas"}
    more = {"recordType_s": "technology", "identifiers_ss": ["urn:chm:ke:r1", "doi:10.5555/a.1"]}
    assert made("cbd_index", entry).type == "resource"
    found = made("cbd_index", entry | more)
    assert found.type == "technology"
    assert {("chm", "urn:chm:ke:r1"), ("doi", "10.5555/a.1")} <= {(e.scheme, e.value) for e in found.source_ids}


def test_dublin_core_names_the_scheme_of_identifiers_without_addresses() -> None:
    told = (
        '<d:dc xmlns:d="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>A</dc:title><dc:identifier>un-symbol:A/67/348</dc:identifier>"
        "<dc:identifier>wdpa:756</dc:identifier><dc:identifier>shelf:12</dc:identifier></d:dc>"
    )
    found = {(each.scheme, each.value) for each in made("oai_dc", told).source_ids}
    assert {("un-symbol", "A/67/348"), ("wdpa", "756"), ("local", "shelf:12")} <= found
