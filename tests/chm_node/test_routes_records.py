"""A record's address gives its page to people and its other formats to programs."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from lxml import etree
from published_pages import ReadSide, make_read_side, one_of_each_type
from published_site import sample_record
from rdflib import Graph

from vocabularies.formats.native import parse_native
from vocabularies.parts import Contact
from vocabularies.record import new_record
from vocabularies.text import LangText

FORMATS = {
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".ttl": "text/turtle",
    ".rdf": "application/rdf+xml",
    ".xml": "text/xml",
}


@pytest.fixture
def read_side(sqlite_url: str) -> ReadSide:
    made = make_read_side(sqlite_url)
    made.site.publish([sample_record("a"), sample_record("b.json")])
    return made


def text_of(page: str) -> str:
    return " ".join(BeautifulSoup(page, "lxml").get_text(" ").split())


@pytest.mark.parametrize(("suffix", "media_type"), FORMATS.items())
def test_a_format_is_had_by_suffix_and_by_accept_alike(read_side: ReadSide, suffix: str, media_type: str) -> None:
    by_suffix = read_side.get(f"/records/a{suffix}")
    by_accept = read_side.get("/records/a", accept=f"{media_type};q=0.9, text/html;q=0.1")
    assert by_suffix.status_code == by_accept.status_code == 200
    assert by_suffix.headers["content-type"].split(";")[0] == media_type
    assert by_suffix.content == by_accept.content
    assert "Accept" in by_accept.headers["vary"].split(", ")
    assert by_accept.headers["content-location"].endswith(f"/records/a{suffix}")


def test_every_format_is_what_it_says(read_side: ReadSide) -> None:
    assert parse_native(read_side.get("/records/a.json").content).record == sample_record("a")
    assert json.loads(read_side.get("/records/a.jsonld").content)["@id"] == "http://chm.example.org/records/a"
    assert etree.fromstring(read_side.get("/records/a.xml").content).tag.endswith("}dc")
    turtle = Graph().parse(data=read_side.get("/records/a.ttl").content, format="turtle")
    rdf_xml = Graph().parse(data=read_side.get("/records/a.rdf").content, format="xml")
    assert len(turtle) > 5 and set(turtle) == set(rdf_xml)


def test_nothing_acceptable_is_a_problem_that_names_what_there_is(read_side: ReadSide) -> None:
    told = read_side.get("/records/a", accept="image/png, text/html;q=0")
    assert told.status_code == 406 and told.json()["code"] == "NOT_ACCEPTABLE"
    assert "text/turtle" in told.json()["detail"] and "Accept" in told.headers["vary"]


def test_an_id_that_ends_like_a_suffix_is_still_an_id(read_side: ReadSide) -> None:
    assert read_side.get("/records/b.json", accept="text/html").headers["content-type"].startswith("text/html")
    assert read_side.get("/records/b.json.json").json()["id"] == "urn:chm:ke:b.json"


def test_the_page_links_to_every_format_and_says_where_it_lives(read_side: ReadSide) -> None:
    page = read_side.page("/records/a")
    for suffix, media_type in FORMATS.items():
        address = f"/records/a{suffix}"
        assert f'<http://chm.example.org{address}>; rel="alternate"; type="{media_type}"' in page.headers["link"]
        assert f'<link rel="alternate" type="{media_type}" href="{address}">' in page.text
    assert '<http://chm.example.org/records/a>; rel="canonical"' in page.headers["link"]


def test_the_page_carries_its_json_ld(read_side: ReadSide) -> None:
    soup = BeautifulSoup(read_side.page("/records/a").text, "lxml")
    embedded = soup.find("script", type="application/ld+json")
    assert embedded is not None and embedded.string
    assert json.loads(embedded.string) == json.loads(read_side.get("/records/a.jsonld").content)


def test_an_unchanged_record_is_not_sent_again(read_side: ReadSide) -> None:
    for path in ("/records/a", "/records/a.json", "/records/a.ttl", "/api/v1/records/a"):
        first = read_side.get(path)
        again = read_side.get(path, **{"if-none-match": first.headers["etag"]})
        assert again.status_code == 304 and again.content == b"" and not first.headers["etag"].startswith("W/")
        if path != "/records/a":  # a page also changes with its language and its frame: it has no date
            since = {"if-modified-since": first.headers["last-modified"]}
            assert read_side.get(path, **since).status_code == 304
    tag = read_side.get("/records/a.json").headers["etag"]
    read_side.site.now += timedelta(minutes=1)
    read_side.site.publish([sample_record("a", title={"en": "Changed"})])
    assert read_side.get("/records/a.json", **{"if-none-match": tag}).status_code == 200


def test_a_withdrawn_record_is_gone_with_its_reason(read_side: ReadSide) -> None:
    read_side.site.withdraw("a", "Superseded by the 2026 inventory.")
    page = read_side.page("/records/a", "en")
    assert page.status_code == 410 and "Superseded by the 2026 inventory." in page.text
    assert "Wetland inventory a" in page.text
    for path in ("/records/a", "/records/a.ttl", "/api/v1/records/a"):
        told = read_side.get(path)
        assert told.status_code == 410 and told.json()["reason"] == {"en": "Superseded by the 2026 inventory."}
    assert read_side.get("/records/never").status_code == 404


def test_a_missing_translation_is_shown_and_said(read_side: ReadSide) -> None:
    read_side.site.publish([sample_record("french", title={"fr": "Guide des zones humides"}, summary={"fr": "Résumé"})])
    soup = BeautifulSoup(read_side.page("/records/french", "ar").text, "lxml")
    heading = soup.h1
    assert heading is not None and (heading["lang"], heading["dir"]) == ("fr", "ltr")
    assert "معروض باللغة: الفرنسية" in heading.get_text()
    assert "معروض" not in BeautifulSoup(read_side.page("/records/french", "fr").text, "lxml").h1.get_text()  # type: ignore[union-attr]


def test_every_language_of_title_and_summary_is_on_the_page(read_side: ReadSide) -> None:
    summary = {"en": "In English", "ar": "بالعربية", "zh": "中文"}
    read_side.site.publish([sample_record("all", title={"en": "A", "sw": "Kiswahili"}, summary=summary)])
    soup = BeautifulSoup(read_side.page("/records/all", "en").text, "lxml")
    for language, text in (("sw", "Kiswahili"), ("ar", "بالعربية"), ("zh", "中文")):
        found = soup.find(lambda tag, t=text: tag.get("lang") and t == tag.get_text().strip())
        assert found is not None and found["lang"] == language
        assert found["dir"] == ("rtl" if language == "ar" else "ltr")


def test_terms_are_shown_by_name_and_never_by_id(read_side: ReadSide) -> None:
    read_side.site.publish(
        [
            sample_record(
                "terms",
                type="need",
                country_regions=("KE", "002"),
                sdgs=("SDG-GOAL-14", "SDG-TARGET-1.2"),
                aichi_targets=("AICHI-TARGET-11",),
                treaties=("cbd",),
                license="https://creativecommons.org/licenses/by/4.0/",
                details={"assistanceTypes": ("funding",), "state": "inTalks"},
            )
        ]
    )
    for language in ("en", "ar", "zh"):
        text = text_of(read_side.page("/records/terms", language).text.split("</article>")[0])
        assert not re.search(r"GBF-TARGET|SDG-|AICHI-|inTalks|assistanceTypes|\b002\b|\bKE\b", text), language


def test_hostile_texts_stay_texts(read_side: ReadSide) -> None:
    attack = "</title></script><script>alert(1)</script><img src=x onerror=alert(1)>"
    read_side.site.publish(
        [
            sample_record(
                "evil",
                title=LangText(en=f"Evil {attack}"),
                summary=LangText(en=f"<p>ok</p>{attack}"),
                links=({"url": "javascript:alert(1)", "name": {"en": attack}},),
                keywords=({"label": {"en": attack}},),
                organizations=({"role": attack, "name": {"en": attack}},),
                rights={"en": attack},
            )
        ]
    )
    for path in ("/records/evil", "/", "/records", "/records?q=evil"):
        soup = BeautifulSoup(read_side.page(path).text, "lxml")
        assert [script.get("type") for script in soup("script")] in ([], ["application/ld+json"]), path
        assert not soup("img"), path
        assert not [a for a in soup("a") if str(a.get("href")).startswith("javascript")], path
        assert not [tag for tag in soup(True) if any(name.startswith("on") for name in tag.attrs)], path


def test_an_address_of_a_person_shows_only_with_consent(read_side: ReadSide) -> None:
    contacts = (
        Contact(name="A", email="yes@example.org", consent=True),
        Contact(name="B", email="no@example.org", phone="+254 1", consent=False),
    )
    read_side.site.publish([sample_record("people", contacts=contacts)])
    page = read_side.page("/records/people").text
    assert "yes@example.org" in page and "no@example.org" not in page and "+254 1" not in page


def test_every_source_of_a_merged_record_is_shown_with_its_date(read_side: ReadSide) -> None:
    sources = (
        {
            "source": "ke",
            "originalId": "x-1",
            "originalUrl": "https://ke.example/1",
            "harvestedAt": "2024-05-04T04:10:00Z",
        },
        {"source": "unep", "originalId": "y-2", "originalUrl": "javascript:alert(1)", "modifiedAtSource": "2023-02"},
    )
    read_side.site.publish([sample_record("merged", provenance=sources)])
    page = read_side.page("/records/merged").text
    text = text_of(page)
    assert "Kenya Clearing-House" in text and "2024-05-04 04:10 UTC" in text and "unep" in text and "2023-02" in text
    assert 'href="https://ke.example/1"' in page and "javascript:" not in page


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "ru", "zh"])
def test_a_record_of_every_type_has_a_page_in_every_language(sqlite_url: str, language: str) -> None:
    made = make_read_side(sqlite_url)
    records = one_of_each_type()
    made.site.publish(records)
    for record in records:
        page = made.page(f"/records/{record.id.rsplit(':', 1)[1]}", language)
        assert page.status_code == 200 and f'<html lang="{language}"' in page.text


@pytest.mark.parametrize("suffix", ["", *FORMATS])
def test_what_was_withdrawn_is_gone_in_every_format(read_side: ReadSide, suffix: str) -> None:
    read_side.site.withdraw("a")
    told = read_side.get(f"/records/a{suffix}", **{"accept-language": "zh"})
    assert told.status_code == 410 and told.headers["content-type"] == "application/problem+json"
    assert told.json()["recordTitle"]["en"] == "Wetland inventory a" and told.headers["content-language"] == "zh"
    for media_type in ("text/turtle", "image/png"):
        assert read_side.get("/records/a", accept=media_type).status_code == 410


def test_no_format_gives_an_address_without_consent(read_side: ReadSide) -> None:
    contacts = (Contact(name="B", email="no@example.org", phone="+254 1", consent=False),)
    read_side.site.publish([sample_record("people", contacts=contacts)])
    paths = [f"/records/people{suffix}" for suffix in ("", *FORMATS)]
    paths += ["/api/v1/records", "/api/v1/records/people", "/api/v1/changes", "/api/v1/search", "/records", "/"]
    paths += [f"/catalog{end}" for end in (".ttl", ".jsonld", ".rdf")] + ["/feed.atom", "/feed.rss", "/feed.rdf"]
    paths += [f"/oai?verb=ListRecords&metadataPrefix={prefix}" for prefix in ("oai_dc", "chm")]
    for path in paths:
        answer = read_side.get(path)
        assert answer.status_code == 200 and "no@example.org" not in answer.text and "+254 1" not in answer.text, path


def test_dates_are_written_out_and_kept_for_programs(read_side: ReadSide) -> None:
    dates = {"created": "2024-05", "modified": "2024-06-01T10:30:00Z"}
    read_side.site.publish([sample_record("dated", type="event", dates=dates, details={"start": "2024-07-01"})])
    soup = BeautifulSoup(read_side.page("/records/dated", "ru").text, "lxml")
    shown = {time["datetime"]: time.get_text() for time in soup.find_all("time")}
    assert shown["2024-05"] == "май 2024 г." and shown["2024-07-01"] == "1 июля 2024 г."
    assert shown["2024-06-01T10:30:00Z"] == "1 июня 2024 г., 10:30 UTC"
    card = BeautifulSoup(read_side.page("/records", "fr").text, "lxml").find("time", datetime="2024-06-01")
    assert card is not None and card.get_text() == "1er juin 2024"
    read_side.site.withdraw("dated")
    assert "1 марта 2026 г." in read_side.page("/records/dated", "ru").text


def test_a_publisher_without_a_name_is_called_as_its_node_is(read_side: ReadSide) -> None:
    read_side.site.publish([sample_record("nameless", publisher={"node": "ke"})])
    assert (
        "Centre d'échange du Kenya"
        in BeautifulSoup(read_side.page("/records/nameless", "fr").text, "lxml").main.get_text()
    )  # type: ignore[union-attr]


def test_a_withdrawn_title_shows_its_words_only(read_side: ReadSide) -> None:
    read_side.site.publish([sample_record("species", title={"en": "The <i>Panthera leo</i> count"})])
    read_side.site.withdraw("species")
    assert "The Panthera leo count" in text_of(read_side.page("/records/species", "ar").text)


def test_a_page_shows_what_became_of_a_need_and_what_a_permit_grants(read_side: ReadSide) -> None:
    matched = {"record": "urn:chm:ke:a", "state": "agreed", "date": "2024"}
    shared = {"title": {"en": "T"}, "publisher": {"node": "ke"}}
    read_side.site.publish([
        new_record("need", id="urn:chm:ke:n1", **shared, details={"matches": [matched]}),
        new_record("legalInstrument", id="urn:chm:ke:l1", **shared, details={"priorInformedConsent": True}),
    ])  # fmt: skip
    need = text_of(read_side.page("/records/n1", "en").text)
    assert "Matches" in need and "2024 agreed" in need
    assert "Consentement préalable en connaissance de cause oui" in text_of(read_side.page("/records/l1", "fr").text)
