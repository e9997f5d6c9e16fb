"""Nodes of Bioland sites become records of their types, with languages, tags, links and the site's country."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from harvester.crosswalks import bioland
from harvester.crosswalks.bioland_tags import find_tag
from harvester.crosswalks.bioland_types import find_kind
from harvester.crosswalks.context import Context
from harvester.hostile.bioland_site import a_node
from harvester.raw import new_raw
from vocabularies.formats.native import Parsed
from vocabularies.record import RECORD_TYPES, Record, record_details
from vocabularies.validation import validate

CONTEXT = Context("ke", "Kenya", "https://ke.chm.example", "KE", None, datetime(2026, 5, 1, tzinfo=UTC), "bioland")


def read(**nodes: dict[str, Any]) -> Parsed:
    payload = orjson.dumps({"id": "n", "languages": list(nodes), "nodes": nodes})
    return bioland.crosswalk(new_raw("n", payload, format="bioland"), CONTEXT)


def record(**nodes: dict[str, Any]) -> Record:
    found = read(**nodes)
    assert found.record is not None, found.problems
    assert not [each for each in validate(found.record) if each.severity == "error"]
    return found.record


def of_kind(name: str, **more: Any) -> Record:
    return record(en=a_node(1, field_type_placement={"name": name}, **more))


def test_a_node_in_two_languages_is_one_record() -> None:
    found = record(en=a_node(1), fr=a_node(1, "fr"))
    assert found.title == {"en": "Reef watch 1", "fr": "Veille des récifs 1"}
    assert found.summary == {"en": "Reef watch 1: what was seen.", "fr": "Veille des récifs 1: what was seen."}
    assert (found.languages, found.government, found.country_regions) == (("en", "fr"), "KE", ("KE",))
    assert [(link.url, link.rel, link.language) for link in found.links] == [
        ("https://ke.chm.example/en/reef/1", "landing", "en"),
        ("https://ke.chm.example/fr/reef/1", "translation", "fr"),
    ]
    assert found.dates.modified == "2024-01-02T00:00:00Z"


def test_a_language_that_repeats_the_first_one_is_no_translation() -> None:
    copy = a_node(1) | {"langcode": "fr"}
    assert record(en=a_node(1), fr=copy).languages == ("en",)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("News", ("news", "news")),
        ("Event", ("event", None)),
        ("Document", ("resource", "publication")),
        ("Image/Video", ("resource", "media")),
        ("Learning Resource", ("resource", "learning")),
        ("Project", ("project", None)),
        ("Government Ministry or Institute", ("organization", "authority")),
        ("Related Website", ("service", "website")),
        ("Protected Area", ("place", "protectedArea")),
        ("Ecosystem", ("place", "ecosystem")),
        ("Biodiversity Data (species)", ("dataset", "occurrences")),
        ("National Target", ("nationalTarget", "target")),
        ("Basic page", ("resource", None)),
        ("Something new", ("resource", None)),
    ],
)
def test_every_kind_of_content_has_its_type(name: str, kind: tuple[str, str | None]) -> None:
    found = of_kind(name)
    assert (found.type, found.subtype) == kind
    assert found.extra["bioland"]["content_type"] == name  # type: ignore[index,call-overload]


def test_every_kind_is_one_of_the_types() -> None:
    assert {kind[0] for text in ("news", "events", "projects", "node--event") if (kind := find_kind(text))} <= set(
        RECORD_TYPES
    )


def test_a_kind_named_in_another_language_is_found_in_the_others() -> None:
    french = a_node(1, "fr", field_type_placement={"name": "Actualités"})
    assert record(fr=french, en=a_node(1, field_type_placement={"name": "News"})).type == "news"


def test_tags_become_terms_places_or_keywords() -> None:
    tags = ["GBF-TARGET-03", "SDG-GOAL-14", "UG", "tz", {"identifier": "GBF-GOAL-A"}, "mystery", "CBD-SUBJECT-NONE"]
    found = of_kind("News", field_tags=tags)
    assert (found.gbf_targets, found.sdgs, found.gbf_goals) == (("GBF-TARGET-03",), ("SDG-GOAL-14",), ("GBF-GOAL-A",))
    assert found.country_regions == ("UG", "TZ")
    assert [next(iter(each.label.values())) for each in found.keywords] == ["mystery", "CBD-SUBJECT-NONE"]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("GBF-TARGET-012", "gbf_targets"),
        ("ke", "country_regions"),
        ("Kenya", "country_regions"),
        ("AICHI-TARGET-11", "aichi_targets"),
        ("x", None),
    ],
)
def test_a_tag_names_a_term_by_prefix_code_or_label(text: str, field: str | None) -> None:
    found = find_tag(text)
    assert (found[0] if found else None) == field


def test_dates_and_addresses_go_where_their_type_has_them() -> None:
    event = of_kind("Event", field_start_date="2026-06-01", field_end_date={"value": "2026-06-03"})
    details: Any = record_details(event)
    assert (details.start, details.end) == ("2026-06-01", "2026-06-03")
    site: Any = record_details(of_kind("Related Website", field_url={"uri": "https://reef.example", "title": "Reef"}))
    assert site.url == "https://reef.example"
    news: Any = record_details(of_kind("News", field_published="2026-02-03"))
    assert news.date_published == "2026-02-03"


def test_attachments_are_links_with_whole_addresses() -> None:
    picture = {
        "name": "Reef",
        "field_media_image": {"uri": {"url": "/files/reef.jpg"}, "filemime": "image/jpeg", "filesize": 9},
    }
    film = {"name": "Film", "field_media_oembed_video": "https://video.example/1"}
    found = of_kind("News", field_attachments=[picture, film, {"name": "lost"}])
    assert [(link.url, link.rel, link.bytes) for link in found.links[1:]] == [
        ("https://ke.chm.example/files/reef.jpg", "cover", 9),
        ("https://video.example/1", "document", None),
    ]


def test_what_nobody_mapped_is_kept() -> None:
    found = of_kind("News", field_teaser="Short", field_email="a@b.example")
    assert found.extra["bioland"] == {"field_teaser": "Short", "content_type": "News", "nid": "1"}


def test_what_nobody_mapped_is_kept_of_every_language_that_says_it_differently() -> None:
    texts = {"en": ("Short", "Word"), "fr": ("Bref", "Word")}
    nodes = {tag: a_node(1, tag, field_teaser=teaser, field_code=code) for tag, (teaser, code) in texts.items()}
    kept = record(**nodes).extra["bioland"]
    assert kept["field_teaser"] == "Short" and kept["languages"] == {"fr": {"field_teaser": "Bref"}}  # type: ignore[call-overload,index]


@pytest.mark.parametrize(
    "payload", [b"{", b'{"languages": [], "nodes": {}}', b'{"languages": ["en"], "nodes": {"en": {}}}']
)
def test_odd_payloads_are_problems_or_records_never_faults(payload: bytes) -> None:
    found = bioland.crosswalk(new_raw("n", payload, format="bioland"), CONTEXT)
    assert found.record is not None or found.problems


GUID = "1A72C663-4D42-4132-266D-CEBA10E01C8E"
COPY = {"scheme": "cbd", "value": GUID}


@pytest.mark.parametrize(
    ("kind", "fields", "copy_of"),
    [
        ("News", {"field_cbd_identifier": f"{GUID}@3"}, [COPY]),
        ("News", {"field_scbd_document_id": [{"value": GUID}]}, [COPY]),
        ("News", {"field_cbd_identifier": "see the annex"}, []),
        ("News", {"field_url": {"uri": f"https://ort.cbd.int/national-targets/ke/{GUID}/view"}}, []),
        ("National Target", {"field_url": {"uri": f"https://ort.cbd.int/national-targets/ke/{GUID}/view"}}, [COPY]),
        ("National Target", {"field_url": {"uri": f"https://cbd.int.example/targets/{GUID}/view"}}, []),
        ("National Target", {"field_url": {"uri": "https://www.cbd.int/gbf/targets/2"}}, []),
        (
            "National Target",
            {"field_links": [{"uri": f"https://ort.cbd.int/t/{GUID}"}, {"uri": "https://ke.example/plan"}]},
            [],
        ),
    ],
)
def test_a_copy_of_a_record_of_the_cbd_bears_its_identifier(
    kind: str, fields: dict[str, Any], copy_of: list[dict[str, str]]
) -> None:
    found = of_kind(kind, **fields)
    assert [each.model_dump(exclude_defaults=True) for each in found.source_ids[1:]] == copy_of
    assert found.source_ids[0].scheme == "local"
