"""Pages and robots.txt as values: what a page describes, what it is called, and what we may read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.fetch import Response
from harvester.protocols.page_records import Found, records_of
from harvester.protocols.robots import parse_robots

SITE = "https://lagoon.example"


def html(*things: dict[str, Any]) -> bytes:
    scripts = (f'<script type="application/ld+json">{json.dumps(thing)}</script>' for thing in things)
    return f"<!DOCTYPE html><html><head>{''.join(scripts)}</head><body>x</body></html>".encode()


def thing(name: str, **more: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "Dataset", "name": name, **more}


def read(body: bytes, content_type: str = "text/html", url: str = f"{SITE}/1") -> Found:
    return records_of(Response(200, {"content-type": content_type}, body, url), url)


def test_one_thing_bears_the_address_of_its_page_and_several_are_told_apart() -> None:
    assert [raw.identifier for raw in read(html(thing("A", **{"@id": "#x"}))).records] == [f"{SITE}/1"]
    several = read(html(thing("A", **{"@id": "#a"}), thing("B"), thing("C", **{"@id": "https://x.example/c"})))
    assert [raw.identifier for raw in several.records] == [
        f"{SITE}/1#a",
        f"{SITE}/1#2",
        f"{SITE}/1#https://x.example/c",
    ]


def test_a_graph_gives_the_thing_and_not_the_page_around_it() -> None:
    graph = [
        {"@type": "WebSite", "@id": "#site", "publisher": {"@id": "#us"}},
        {"@type": "Organization", "@id": "#us", "name": "Lagoon Trust"},
        {"@type": "WebPage", "@id": "#page", "isPartOf": {"@id": "#site"}, "breadcrumb": {"@id": "#crumbs"}},
        {"@type": "BreadcrumbList", "@id": "#crumbs"},
        {"@type": "Article", "@id": "#article", "headline": "Reefs", "publisher": {"@id": "#us"}},
    ]
    [raw] = read(html({"@context": "https://schema.org", "@graph": graph})).records
    payload = json.loads(raw.payload)
    assert (payload["headline"], payload["publisher"]["name"]) == ("Reefs", "Lagoon Trust")


def test_a_catalogue_gives_its_datasets_too_and_a_pure_list_only_its_entries() -> None:
    inner = [{"@type": "Dataset", "name": "A"}, {"@type": "Dataset", "name": "B"}]
    assert len(read(html(thing("All", **{"@type": "DataCatalog", "dataset": inner}))).records) == 3
    entries = [{"@type": "ListItem", "item": each} for each in inner]
    assert len(read(html(thing("All", **{"@type": "ItemList", "itemListElement": entries}))).records) == 2


def test_circles_of_references_come_to_an_end() -> None:
    graph = [
        {"@type": "Dataset", "@id": "#a", "name": "A", "isPartOf": {"@id": "#b"}},
        {"@type": "DataCatalog", "@id": "#b", "name": "B", "dataset": {"@id": "#a"}},
    ]
    assert read(html({"@context": "https://schema.org", "@graph": graph})).records


@pytest.mark.parametrize(
    "context",
    [
        "http://schema.org",
        "https://schema.org/",
        ["https://schema.org/", {"qudt": "http://qudt.org/schema/qudt/"}],
        {"@vocab": "http://schema.org/"},
        {"schema": "https://schema.org/"},
        {"type": "@type", "@vocab": "https://schema.org/"},
    ],
)
def test_schema_org_is_understood_however_its_context_is_written(context: object) -> None:
    names = {"schema:name": "A", "@type": "schema:Dataset"} if context == {"schema": "https://schema.org/"} else {
        "name": "A", ("type" if isinstance(context, dict) and "type" in context else "@type"): "Dataset",
    }  # fmt: skip
    [raw] = read(html({"@context": context, **names})).records
    assert json.loads(raw.payload)["name"] == "A"


@pytest.mark.parametrize(
    "context", [None, "https://other.example/context.jsonld", {"@vocab": "http://www.w3.org/ns/dcat#"}]
)
def test_another_vocabulary_is_told(context: object) -> None:
    found = read(html({"@context": context, "@type": "Dataset", "name": "A"}))
    assert (found.records, [problem.code for problem in found.problems]) == ((), ["CROSSWALK_FAILED"])


@pytest.mark.parametrize(
    "text",
    [
        '{"@context":"https://schema.org","@type":"Dataset","name":"Two\nlines"}',
        '<!-- {"@context":"https://schema.org","@type":"Dataset","name":"A"} -->',
        '//<![CDATA[\n{"@context":"https://schema.org","@type":"Dataset","name":"A"}\n//]]>',
        "{&quot;@context&quot;:&quot;https://schema.org&quot;,&quot;@type&quot;:&quot;Dataset&quot;,&quot;name&quot;:&quot;A&quot;}",
        '{"@context":"https://schema.org","@type":"Dataset","name":"A"};',
    ],
)
def test_what_many_systems_get_wrong_in_a_script_is_mended(text: str) -> None:
    body = f'<html><head><script type="application/ld+json; charset=utf-8">{text}</script></head></html>'.encode()
    assert len(read(body).records) == 1


def test_a_page_may_be_the_description_itself() -> None:
    [raw] = read(json.dumps(thing("A")).encode(), "application/ld+json").records
    assert raw.identifier == f"{SITE}/1"


def test_equal_things_have_equal_bytes_whatever_the_page_around_them() -> None:
    one = read(html(thing("A", url="u"))).records[0]
    other = read(b"<p>x</p>" + html({"url": "u", "name": "A", "@type": "Dataset", "@context": "https://schema.org"}))
    assert one.sha256 == other.records[0].sha256


SCRIPTS = st.one_of(
    st.text(), st.recursive(st.none() | st.text() | st.integers(), st.lists, max_leaves=5).map(json.dumps)
)


@given(st.one_of(st.binary(), SCRIPTS.map(lambda text: f'<script type="application/ld+json">{text}</script>'.encode())))
def test_whatever_a_page_is_its_reading_ends(body: bytes) -> None:
    found = read(body)
    assert found.is_bare or found.problems or found.records


KEYS = st.sampled_from(["@id", "@type", "@graph", "name", "dataset", "mainEntity", "item", "publisher", "schema:name"])
VALUES = st.recursive(
    st.sampled_from(["#a", "#b", "Dataset", "WebPage", "ListItem", "Organization", "x"]) | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_whatever_the_json_means_every_identifier_is_the_pages(node: dict[str, Any]) -> None:
    found = read(html({"@context": "https://schema.org", **node}))
    names = [raw.identifier for raw in found.records]
    assert len(names) == len(set(names))
    assert all(name.startswith(f"{SITE}/1") for name in names)


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Disallow: /private", "/private/1", False),
        ("Disallow: /private", "/public", True),
        ("Disallow: /\nAllow: /open", "/open/1", True),
        ("Allow: /a\nDisallow: /a", "/a", True),
        ("Disallow: /*.pdf$", "/a/b.pdf", False),
        ("Disallow: /*.pdf$", "/a/b.pdf?x=1", True),
        ("Disallow: /a*b*c", "/axbxc1", False),
        ("Disallow: /$", "/", False),
        ("Disallow: /$", "/a", True),
        ("Disallow:", "/a", True),
        ("Disallow: /%7Ejoe", "/~joe/x", False),
    ],
)
def test_the_longest_rule_that_fits_decides(rules: str, path: str, allowed: bool) -> None:
    assert parse_robots(f"User-agent: *\n{rules}\n".encode()).allows(SITE + path) is allowed


def test_rules_for_us_go_before_those_for_everybody() -> None:
    text = b"User-agent: *\nDisallow: /\n\nUser-agent: other\nUser-agent: CHM-Harvester/1\nDisallow: /x\nCrawl-delay: 3"
    robots = parse_robots(text)
    assert (robots.allows(f"{SITE}/a"), robots.allows(f"{SITE}/x"), robots.delay_s) == (True, False, 3.0)


def test_a_web_page_instead_of_robots_txt_forbids_nothing() -> None:
    assert parse_robots(b"<!DOCTYPE html><html><body>Not found: /</body></html>").allows(f"{SITE}/a")


@given(st.binary(max_size=300), st.text(max_size=50))
def test_whatever_robots_txt_is_it_is_read(body: bytes, path: str) -> None:
    assert parse_robots(b"User-agent: *\nDisallow: " + body).allows(f"{SITE}/{path}") in (True, False)
