"""Every vocabulary and every term has an address that people and programs can read."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from published_pages import ReadSide, make_read_side
from published_site import sample_record
from rdflib import Graph, URIRef
from rdflib.namespace import SKOS

from vocabularies.concepts import SCHEMES, load_scheme

SYNTAX = {
    ".ttl": ("text/turtle", "turtle"),
    ".jsonld": ("application/ld+json", "json-ld"),
    ".rdf": ("application/rdf+xml", "xml"),
}
TARGET = URIRef("urn:chm:vocab:gbf-targets:GBF-TARGET-03")

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib 7.6 itself


@pytest.fixture
def read_side(sqlite_url: str) -> ReadSide:
    return make_read_side(sqlite_url)


@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_a_vocabulary_has_a_page_and_links_to_every_term(read_side: ReadSide, scheme_id: str) -> None:
    page = read_side.page(f"/vocabularies/{scheme_id}", "ar")
    assert page.status_code == 200
    links = {a["href"] for a in BeautifulSoup(page.text, "lxml").select("main li a")}
    assert links >= {f"/vocabularies/{scheme_id}/{concept_id}" for concept_id in load_scheme(scheme_id).concepts}


@pytest.mark.parametrize(("suffix", "media_type", "syntax"), [(end, *kind) for end, kind in SYNTAX.items()])
def test_a_vocabulary_is_the_same_graph_in_every_syntax(
    read_side: ReadSide, suffix: str, media_type: str, syntax: str
) -> None:
    by_suffix = read_side.get(f"/vocabularies/treaties{suffix}")
    by_accept = read_side.get("/vocabularies/treaties", accept=media_type)
    assert by_suffix.content == by_accept.content and by_suffix.headers["content-type"].split(";")[0] == media_type
    turtle = Graph().parse(data=read_side.get("/vocabularies/treaties.ttl").content, format="turtle")
    assert set(Graph().parse(data=by_suffix.content, format=syntax)) == set(turtle)
    assert (
        read_side.get(f"/vocabularies/treaties{suffix}", **{"if-none-match": by_suffix.headers["etag"]}).status_code
        == 304
    )


@pytest.mark.parametrize(("suffix", "media_type", "syntax"), [(end, *kind) for end, kind in SYNTAX.items()])
def test_a_term_stands_for_itself(read_side: ReadSide, suffix: str, media_type: str, syntax: str) -> None:
    answer = read_side.get("/vocabularies/gbf-targets/GBF-TARGET-03", accept=media_type)
    assert "Accept" in answer.headers["vary"]
    assert answer.content == read_side.get(f"/vocabularies/gbf-targets/GBF-TARGET-03{suffix}").content
    graph = Graph().parse(data=answer.content, format=syntax)
    assert {str(label) for label in graph.objects(TARGET, SKOS.prefLabel)} == {"Conserve 30% of Land, Waters and Seas"}
    assert list(graph.subjects(None, SKOS.ConceptScheme))


def test_terms_as_json_keep_what_is_official(read_side: ReadSide) -> None:
    term = read_side.get("/vocabularies/gbf-targets/GBF-TARGET-03.json").json()
    assert term["id"] == "GBF-TARGET-03" and term["inScheme"] == "urn:chm:vocab:gbf-targets"
    assert "ar" in term["unofficial"] and "en" not in term["unofficial"]
    scheme = read_side.get("/vocabularies/gbf-targets.json").json()
    assert len(scheme["concepts"]) == 23 and scheme["version"]


def test_numbered_terms_stand_in_their_order(read_side: ReadSide) -> None:
    soup = BeautifulSoup(read_side.page("/vocabularies/gbf-targets").text, "lxml")
    assert [bdi.get_text() for bdi in soup.select("main li bdi")] == [str(number) for number in range(1, 24)]


def test_an_id_with_a_full_stop_is_not_cut(read_side: ReadSide) -> None:
    assert read_side.page("/vocabularies/sdg-targets/SDG-TARGET-1.2").status_code == 200
    assert read_side.get("/vocabularies/sdg-targets/SDG-TARGET-1.2.json").json()["id"] == "SDG-TARGET-1.2"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/vocabularies/none", "SCHEME_NOT_FOUND"),
        ("/vocabularies/none.ttl", "SCHEME_NOT_FOUND"),
        ("/vocabularies/none/x", "SCHEME_NOT_FOUND"),
        ("/vocabularies/treaties/none", "CONCEPT_NOT_FOUND"),
    ],
)
def test_what_is_no_vocabulary_or_term_is_said(read_side: ReadSide, path: str, code: str) -> None:
    told = read_side.get(path)
    assert told.status_code == 404 and told.json()["code"] == code


def test_what_cannot_be_given_is_said(read_side: ReadSide) -> None:
    assert read_side.get("/vocabularies/treaties", accept="image/png").status_code == 406


UNOFFICIAL = {
    "en": "unofficial name",
    "ar": "اسم غير رسمي",
    "fr": "nom non officiel",
    "es": "nombre no oficial",
    "ru": "неофициальное название",
    "zh": "非正式名称",
}


@pytest.mark.parametrize("language", ["ar", "es", "fr", "ru", "zh"])
def test_a_name_that_is_not_official_is_marked_on_every_page_that_shows_it(read_side: ReadSide, language: str) -> None:
    target = load_scheme("gbf-targets").get("GBF-TARGET-02")
    assert not target.is_official(language)
    read_side.site.publish([sample_record("about-target", gbf_targets=("GBF-TARGET-02", "GBF-TARGET-03"))])
    label, mark = target.pref_labels[language], UNOFFICIAL[language]
    pages = (
        "/records/about-target",
        "/vocabularies/gbf-targets/GBF-TARGET-02",
        "/vocabularies/gbf-targets",
        "/records",
    )
    for path in pages:
        main = BeautifulSoup(read_side.page(path, language).text, "lxml").main
        assert main is not None
        places = [
            text.find_parent(["li", "dd", "h1"]) for text in main.find_all(string=lambda text: label in str(text))
        ]
        assert places, path
        assert all(place is not None and mark in str(place) for place in places), path
        assert mark in main.get_text(), path


@pytest.mark.parametrize("path", ["/vocabularies/gbf-targets/GBF-TARGET-02", "/vocabularies/gbf-targets"])
def test_an_official_name_is_not_marked(read_side: ReadSide, path: str) -> None:
    soup = BeautifulSoup(read_side.page(path, "en").text, "lxml")
    (heading,) = soup.find_all("h1")
    assert UNOFFICIAL["en"] not in heading.get_text() and soup.find("abbr") is None


def test_programs_are_told_official_names_only(read_side: ReadSide) -> None:
    target = load_scheme("gbf-targets").get("GBF-TARGET-02")
    read_side.site.publish([sample_record("about-target", gbf_targets=("GBF-TARGET-02",))])
    found = read_side.get("/api/v1/search?lang=ar").json()["facets"]["target"]
    assert [entry["label"] for entry in found] == [target.pref_labels["en"]]
    paths = ("/feed.atom?lang=ar&target=GBF-TARGET-02", "/records/about-target.jsonld", "/records/about-target.ttl")
    record = "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:chm.example.org:about-target"
    for path in (*paths, "/oai?verb=ListSets", f"/oai?{record}"):
        answer = read_side.get(path, **{"accept-language": "ar"})
        assert answer.status_code == 200
        assert not [text for tag, text in target.pref_labels.items() if tag != "en" and text in answer.text], path
