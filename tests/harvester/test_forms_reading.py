"""What a stored record says becomes its facts, the facts its form, and the form survives being stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import harvester.demo
from harvester.resolution.forms.form import Facts, Form, dump_form, parse_form
from harvester.resolution.forms.reading import facts_of, to_form
from vocabularies.formats.native import dump_native, parse_native
from vocabularies.identifiers import identity_keys
from vocabularies.record import RECORD_TYPES

DEMO = [
    line for path in sorted((Path(harvester.demo.__file__).parent / "records").glob("*.jsonl"))
    for line in path.read_bytes().splitlines()
]  # fmt: skip
HARD_IDS: list[dict[str, Any]] = [
    {"type": "resource", "details": {"isbn": "0-306-40615-2"}, "sourceIds": [{"scheme": "doi", "value": "doi:10.5/x"}]},
    {"type": "dataset", "details": {"doi": "https://doi.org/10.15468/ABC"}},
    {"type": "place", "details": {"wdpaId": "555.0"}},
    {
        "type": "news",
        "sourceIds": [
            {"scheme": "chm", "value": "urn:chm:other:1"},
            {"scheme": "local", "value": "7"},
            {"scheme": "issn", "value": "1234-5679"},
            {"scheme": "url", "value": "https://www.example.org/a/"},
            {"scheme": "cbd-unique", "value": "abs-ke-12-3"},
            {"scheme": "un-symbol", "value": "cbd/cop/dec/15/4"},
        ],
        "links": [
            {"url": "https://example.org/b#top", "rel": "landing"},
            {"url": "https://example.org/b.pdf"},
            {"url": "https://example.org", "rel": "landing"},
        ],
    },
]


def native_of(**said: Any) -> dict[str, Any]:
    return {"id": "urn:chm:n:1", "title": {"en": "A title"}, "publisher": {"node": "n"}, **said}


def test_every_type_of_record_is_among_the_demo_records() -> None:
    assert {orjson.loads(line)["type"] for line in DEMO} == set(RECORD_TYPES)


@pytest.mark.parametrize("said", [*map(orjson.loads, DEMO), *(native_of(**each) for each in HARD_IDS)])
def test_the_keys_are_those_the_record_itself_gives(said: dict[str, Any]) -> None:
    record = parse_native(orjson.dumps(said)).record
    assert record is not None
    facts = facts_of(orjson.loads(dump_native(record)))
    assert tuple(facts.ids) == identity_keys(record)
    assert (facts.type, dict(facts.titles)) == (record.type, dict(record.title))


@pytest.mark.parametrize("line", DEMO)
def test_the_form_of_a_record_survives_being_stored(line: bytes) -> None:
    form = to_form(facts_of(orjson.loads(line)))
    assert form.titles
    assert parse_form(dump_form(form)) == form


DATES = [
    ("event", {"details": {"start": "2026-05-04", "end": "2026-05-08"}, "dates": {"issued": "2026-01"}}, "2026-05-04"),
    ("resource", {"details": {"publicationDate": "2019-03"}}, "2019-03"),
    ("resource", {"details": {"publicationDate": "2019-03"}, "dates": {"issued": "2018"}}, "2018"),
    ("news", {"details": {"datePublished": "2020-02-02"}}, "2020-02-02"),
    ("nationalSubmission", {"details": {"adoptionDate": "2016"}}, "2016"),
    ("legalInstrument", {"details": {"adoption": "2011", "entryIntoForce": "2012"}}, "2011"),
    ("focalPoint", {"details": {"since": "2015"}}, "2015"),
    ("place", {"details": {"established": "1974"}}, "1974"),
    ("project", {"temporal": {"start": "2008", "end": "2012"}}, "2008"),
    ("technology", {"dates": {"created": "2008"}}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "said", "date"), DATES)
def test_the_date_is_the_thing_s_own_not_the_record_s(kind: str, said: dict[str, Any], date: str) -> None:
    assert facts_of(native_of(type=kind, **said)).date == date


def test_an_event_tells_its_first_day_and_place() -> None:
    facts = facts_of(native_of(type="event", details={"start": "2026-05-04", "city": "Nairobi", "country": "KE"}))
    assert (facts.start, facts.city, tuple(facts.countries)) == ("2026-05-04", "Nairobi", ("KE",))
    assert facts_of(native_of(type="event", details={"start": "2026-05"})).start == ""


def test_people_are_authors_and_focal_points_and_bodies_everybody_else() -> None:
    details = {"authors": [{"name": {"en": "Mwangi, A."}}, {"name": {"en": "Ministry of Environment"}}]}
    organizations = [{"role": "publisher", "name": {"fr": "Institut de botanique", "en": "Botanical Institute"}}]
    facts = facts_of(native_of(type="resource", details=details, organizations=organizations))
    assert tuple(facts.people) == ("Mwangi, A.",)
    assert tuple(facts.bodies) == ("Ministry of Environment", "Botanical Institute")
    focal = facts_of(native_of(type="focalPoint", details={"person": "A. Mwangi", "institution": {"en": "NEMA"}}))
    assert (tuple(focal.people), tuple(focal.bodies)) == (("A. Mwangi",), ("NEMA",))


PLACES = [
    ("Acta Botanica 12(3)", "Acta Botanica", "12", "3", ""),
    ("Acta Botanica; Vol. 12 No. 3 (2020); 12-19", "Acta Botanica", "12", "3", "12-19"),
    ("Acta Botanica, vol. 12, pp. 12–19", "Acta Botanica", "12", "", "12-19"),
    ("Acta Botanica", "Acta Botanica", "", "", ""),
    ("Yearbook 2019", "Yearbook 2019", "", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("source", "venue", "volume", "issue", "pages"), PLACES)
def test_a_resource_tells_where_it_stands(source: str, venue: str, volume: str, issue: str, pages: str) -> None:
    form = to_form(facts_of(native_of(type="resource", details={"source": {"en": source}})))
    assert (form.venue, form.volume, form.issue, form.pages) == (venue.lower(), volume, issue, pages)


def test_an_address_is_the_same_in_every_language_and_a_file_wherever_it_lies() -> None:
    pages = [f"https://www.example.org/{language}/topics/wetlands" for language in ("en", "fr", "zh-Hans")]
    assert to_form(Facts(addresses=pages)).addresses == ("example.org/topics/wetlands",)
    assert to_form(Facts(addresses=["https://example.org/en", "https://example.org/enough"])).addresses == (
        "example.org/",
        "example.org/enough",
    )
    links = [{"url": "https://a.example/x.pdf", "checksum": "SHA256:AB"}, {"url": "https://b.example/y.pdf"}]
    found = to_form(facts_of({"id": "urn:chm:a:1", "type": "resource", "title": {"en": "X"}, "links": links}))
    assert found.addresses == ("file:sha256:ab", "a.example/x.pdf", "b.example/y.pdf")


def test_the_one_doi_a_record_links_to_is_compared_with_what_others_are_identified_by() -> None:
    links = [{"url": "http://dx.doi.org/10.1234/ABC.1"}, {"url": "https://a.example.org/abc.pdf"}]
    form = to_form(facts_of(native_of(type="resource", links=links)))
    other = native_of(type="resource", sourceIds=[{"scheme": "doi", "value": "10.1234/abc.1"}])
    assert form.ids == ("doi:10.1234/abc.1", "urn:chm:n:1") == to_form(facts_of(other)).ids
    assert form.addresses[0] == "doi.org/10.1234/abc.1"
    two = [*links, {"url": "https://doi.org/10.1234/cited"}]
    assert to_form(facts_of(native_of(type="resource", links=two))).ids == ("urn:chm:n:1",)
    assert to_form(facts_of(native_of(type="news", links=links))).ids == ("urn:chm:n:1",)


def test_the_number_of_a_project_counts_where_it_says_whose_it_is() -> None:
    said = ("GEF 4321", "gef-4321", "GEF ID: 4321", "GEF Project ID 4321")
    found = {to_form(facts_of(native_of(type="project", details={"number": number}))).ids for number in said}
    assert found == {("project:gef4321", "urn:chm:n:1")}
    for number in ("4321", "Phase 2", "GEF", "GEF 12"):
        assert to_form(facts_of(native_of(type="project", details={"number": number}))).ids == ("urn:chm:n:1",), number
    assert to_form(facts_of(native_of(type="legalInstrument", details={"number": "GEF 4321"}))).ids == ("urn:chm:n:1",)


def test_addresses_are_keys_and_those_of_programs_are_none() -> None:
    links = [
        {"url": "https://www.example.org/a/"},
        {"url": "http://example.org/a"},
        {"url": "https://e.org/q", "rel": "api"},
    ]
    form = to_form(facts_of(native_of(type="service", links=links, details={"url": "https://b.example.org/x"})))
    assert form.addresses == ("example.org/a", "b.example.org/x")


@pytest.mark.parametrize(
    ("pages", "folded"),
    [("12–19", "12-19"), ("pp. 376--83", "376-383"), ("7", "7"), ("012-019", "12-19"), ("e12", "12")],
)
def test_pages_are_written_one_way(pages: str, folded: str) -> None:
    assert to_form(Facts(pages=pages)).pages == folded


MARKS = [
    ("Draft decision", {"draft"}),
    ("Stratégie nationale (projet)", {"draft"}),
    ("Projet de conservation", set()),
    ("Fifth National Report: executive summary", {"summary"}),
    ("Resumen del informe", {"summary"}),
    ("Краткое изложение доклада", {"summary"}),
    ("执行摘要", {"summary"}),
    ("Annexe 2", {"annex"}),
    ("Приложение к докладу", {"annex"}),
    ("Corrigendum to the report", {"corrigendum"}),
    ("Addendum", {"addendum"}),
    ("Review of “Birds of Kenya”", {"review-of"}),
    ("Report (unofficial translation)", {"translation"}),
    ("Report – final version", {"final"}),
    ("مسودة التقرير", {"draft"}),
]  # fmt: skip


@pytest.mark.parametrize(("title", "marks"), MARKS)
def test_what_is_not_the_thing_itself_is_marked(title: str, marks: set[str]) -> None:
    assert set(to_form(Facts(titles={"und": title})).marks) == marks


def test_a_form_is_the_same_in_whatever_order_the_facts_come() -> None:
    titles = {"fr": "Forêts du Kenya, volume 2", "en": "Forests of Kenya, volume 2"}
    one = to_form(Facts(titles=titles, ids=("b", "a"), countries=("KE", "UG")))
    other = to_form(Facts(titles=dict(reversed(titles.items())), ids=("a", "b"), countries=("UG", "KE")))
    assert one == other
    assert [language for language, _ in one.titles] == ["en", "fr"]


def test_likeness_of_summaries_needs_no_common_order() -> None:
    said = "protected forest areas along the northern coast harbour many endangered birds and mammals"
    words = said.split()
    one = to_form(Facts(summary=" ".join(words))).summary
    other = to_form(Facts(summary=" ".join(reversed(words)) + ".")).summary
    assert one == other
    assert len(one) == 8


TEXTS = st.text(max_size=60)
FACTS = st.builds(
    Facts,
    type=TEXTS,
    titles=st.dictionaries(st.sampled_from(["en", "fr", "ar", "und", "zh"]), TEXTS, max_size=3),
    date=TEXTS,
    government=TEXTS,
    countries=st.lists(TEXTS, max_size=3),
    people=st.lists(TEXTS, max_size=3),
    bodies=st.lists(TEXTS, max_size=3),
    pages=TEXTS,
    volume=TEXTS,
    ids=st.lists(TEXTS, max_size=3),
    addresses=st.lists(TEXTS, max_size=3),
    summary=TEXTS,
)


@given(FACTS)
def test_any_facts_have_a_form_that_survives_being_stored(facts: Facts) -> None:
    form = to_form(facts)
    assert parse_form(dump_form(form)) == form


def test_an_empty_form_is_two_bytes() -> None:
    assert dump_form(Form()) == b"[]"
    assert parse_form(b"[]") == Form()


@pytest.mark.parametrize(
    "title", ["Manual_de_capacitación._Anexo.pdf", "Report.final", "annex.docx", "map_1.tif_final.zip"]
)
def test_the_name_of_a_file_is_a_title_and_no_address(title: str) -> None:
    form = to_form(Facts(titles={"und": title}))
    assert form.titles
    assert not form.addresses


@pytest.mark.parametrize("title", ["datos.misiones.gob.ar", "https://gis.example.org/arcgis/rest/services"])
def test_a_title_that_is_an_address_is_one(title: str) -> None:
    form = to_form(Facts(titles={"und": title}))
    assert form.addresses
    assert not form.titles
