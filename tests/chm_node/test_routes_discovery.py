"""A program finds everything from the descriptor; a page costs little and loads nothing from elsewhere."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from urllib.parse import urlsplit

import jsonschema
import pytest
from bs4 import BeautifulSoup
from lxml import etree
from published_pages import LANGUAGES, ReadSide, make_read_side, one_of_each_type
from published_site import SITE, sample_record

from vocabularies.concepts import SCHEMES

PAGES = [
    "/", "/records", "/records?q=sample&type=event", "/search", "/records/need-1", "/records/gone", "/nowhere", "/docs",
    "/problems", "/vocabularies", *(f"/vocabularies/{scheme_id}" for scheme_id in SCHEMES),
    "/vocabularies/gbf-targets/GBF-TARGET-03",
]  # fmt: skip


@pytest.fixture
def read_side(sqlite_url: str) -> ReadSide:
    made = make_read_side(sqlite_url)
    made.site.publish([*one_of_each_type(), sample_record("gone")])
    made.site.withdraw("gone")
    return made


def test_every_address_of_the_descriptor_answers_as_it_says(read_side: ReadSide) -> None:
    described = read_side.get("/.well-known/chm-node.json").json()
    assert (described["id"], described["country"]) == ("ke", "KE") and described["name"]["fr"]
    assert described["records"]["total"] == 16 and described["records"]["byType"]["event"] == 1
    assert described["lastSequence"] == read_side.site.catalogue.last_sequence()
    assert read_side.get(f"/api/v1/changes?since={described['since']}").text == ""
    assert len(described["endpoints"]) >= 15
    for endpoint in described["endpoints"]:
        parts = urlsplit(endpoint["url"])
        assert f"{parts.scheme}://{parts.netloc}" == SITE.base_url
        path = parts.path + ("?verb=Identify" if parts.path == "/oai" else "")
        answer = read_side.get(path, accept="*/*")
        assert answer.status_code == 200, endpoint
        assert answer.headers["content-type"].split(";")[0] == endpoint["type"], endpoint


def test_the_schemas_describe_what_is_published(read_side: ReadSide) -> None:
    schema = read_side.get("/schemas/record.json").json()
    jsonschema.Draft202012Validator.check_schema(schema)
    for record in read_side.get("/api/v1/records").json()["results"]:
        jsonschema.validate(record, schema)
    assert etree.XMLSchema(etree.fromstring(read_side.get("/schemas/chm.xsd").content)) is not None


def test_the_search_can_be_added_to_a_browser(read_side: ReadSide) -> None:
    root = etree.fromstring(read_side.get("/opensearch.xml").content)
    templates = [url.get("template") for url in root if etree.QName(url).localname == "Url"]
    assert "http://chm.example.org/records?q={searchTerms}" in templates


def test_health_is_told_apart_from_readiness(sqlite_url: str) -> None:
    made = make_read_side(sqlite_url, checks={"mail": lambda: "no server answers"})
    assert made.get("/healthz").json()["status"] == "ok"
    ready = made.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["checks"] == {
        "database": "ok",
        "search": "ok",
        "vocabularies": "ok",
        "mail": "no server answers",
    }
    made.site.tables.clock.drop(made.site.engine)
    assert "does not answer" in made.get("/readyz").json()["checks"]["database"]


def test_the_numbers_are_in_the_form_prometheus_reads(read_side: ReadSide) -> None:
    text = read_side.get("/metrics").text
    sample = re.compile(r'^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?\d+(\.\d+)?(e[+-]?\d+)?$')
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines and all(sample.match(line) for line in lines), text
    assert 'chm_records{type="event"} 1' in lines and "chm_items 17" in lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_small_and_loads_nothing_from_elsewhere(read_side: ReadSide, language: str) -> None:
    for path in PAGES:
        page = read_side.page(path, language)
        assert page.status_code in (200, 404, 410), path
        assert len(gzip.compress(page.content)) <= 20_000 and len(page.content) <= 120_000, path
        soup = BeautifulSoup(page.text, "lxml")
        loaded = [tag[name] for tag in soup(True) for name in ("src", "srcset", "data", "poster") if tag.get(name)]
        loaded += [tag["href"] for tag in soup("link") if {"stylesheet", "icon", "search", "preload"} & set(tag["rel"])]
        assert loaded and all(str(url).startswith("/") and not str(url).startswith("//") for url in loaded), path
        assert not soup.select("script:not([type='application/ld+json'])") and not soup.select("[style]"), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_can_be_walked_by_ear_and_keyboard(read_side: ReadSide, language: str) -> None:
    for path in PAGES:
        soup = BeautifulSoup(read_side.page(path, language).text, "lxml")
        assert soup.html is not None and soup.html["lang"] == language
        assert soup.title is not None and soup.title.get_text().strip(), path
        assert len(soup("h1")) == len(soup("main")) == 1, path
        skip = soup.select_one("body > a")
        assert skip is not None and soup.find(id=str(skip["href"]).removeprefix("#")) is not None
        ids = [tag["id"] for tag in soup(True) if tag.get("id")]
        assert len(ids) == len(set(ids)), path
        for field in soup.select("input:not([type=hidden]), select"):
            assert soup.find("label", attrs={"for": field["id"]}) is not None, path
        levels = [int(tag.name[1]) for tag in soup(re.compile(r"^h[1-6]$"))]
        assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False)), (path, levels)


def test_a_service_under_a_path_keeps_its_links_there(sqlite_url: str) -> None:
    made = make_read_side(sqlite_url, replace(SITE, base_url="https://example.org/chm"))
    made.site.publish([sample_record("a")])
    made.client.base_url = "https://example.org"
    soup = BeautifulSoup(made.page("/records/a").text, "lxml")
    links = [str(tag[name]) for tag in soup(True) for name in ("href", "src", "action") if tag.get(name)]
    inside = [link for link in links if link.startswith("/")]
    assert inside and all(link.startswith("/chm/") for link in inside)
    assert made.get("/").headers["strict-transport-security"]
