"""What must hold of every scheme's Turtle document, by the rules of SKOS and of ours."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from rdflib import RDF, SKOS, Graph, Namespace, URIRef

from vocabularies.concepts import FIELD_SCHEMES, SCHEMES, load_scheme, scheme_turtle
from vocabularies.record import RECORD_TYPES
from vocabularies.skos import parse_scheme
from vocabularies.text import UN_LANGUAGES

CHM = Namespace("urn:chm:ns#")
SIZES = {
    "gbf-targets": 23, "gbf-goals": 4, "cbd-subjects": 84, "un-m49": 30, "cbd-regions": 111, "countries": 250,
    "sdg-goals": 17,
    "sdg-targets": 169, "aichi-targets": 20, "organization-types": 9, "jurisdictions": 3, "treaties": 18,
    "focal-point-categories": 17, "un-languages": 6,
}  # fmt: skip
ALL_SIX = ("record-types", "assistance-types", "un-m49", "sdg-goals", "sdg-targets")


@pytest.fixture(params=SCHEMES)
def scheme_id(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def graph(scheme_id: str) -> Graph:
    return Graph().parse(data=scheme_turtle(scheme_id), format="turtle")


def test_every_concept_is_in_its_scheme_and_named_after_it(scheme_id: str, graph: Graph) -> None:
    scheme = URIRef(f"urn:chm:vocab:{scheme_id}")
    assert list(graph.subjects(RDF.type, SKOS.ConceptScheme)) == [scheme]
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    assert concepts
    for concept in concepts:
        assert list(graph.objects(concept, SKOS.inScheme)) == [scheme]
        assert str(concept).startswith(f"{scheme}:")


def test_a_concept_has_one_label_a_language_and_at_least_one(graph: Graph) -> None:
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        labels = [*graph.objects(concept, SKOS.prefLabel), *graph.objects(concept, CHM.unofficialLabel)]
        languages = [label.language for label in labels]
        assert languages and len(languages) == len(set(languages)), concept
        assert set(languages) <= set(UN_LANGUAGES)
        assert all(str(label).strip() == str(label) != "" for label in labels)


def test_a_label_is_not_preferred_and_alternative_at_once(graph: Graph) -> None:
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        preferred = set(graph.objects(concept, SKOS.prefLabel))
        assert not preferred & set(graph.objects(concept, SKOS.altLabel)), concept


def test_broader_leads_to_concepts_of_the_scheme_and_never_in_a_circle(scheme_id: str) -> None:
    concepts = load_scheme(scheme_id).concepts
    for start in concepts.values():
        seen, waiting = set(), list(start.broader)
        while waiting:
            id_ = waiting.pop()
            assert id_ in concepts and id_ != start.id
            if id_ not in seen:
                seen.add(id_)
                waiting.extend(concepts[id_].broader)


def test_a_link_into_another_scheme_finds_a_concept_there(scheme_id: str) -> None:
    for concept in load_scheme(scheme_id).concepts.values():
        for uri in (*concept.broad_match, *concept.related_match):
            target_scheme, _, id_ = uri.removeprefix("urn:chm:vocab:").partition(":")
            assert load_scheme(target_scheme).is_known(id_), uri


def test_a_scheme_names_its_source_licence_version_and_titles(scheme_id: str) -> None:
    scheme = load_scheme(scheme_id)
    assert scheme.id == scheme_id
    assert scheme.source and scheme.licence and scheme.version
    assert set(scheme.titles) == set(UN_LANGUAGES)


def test_only_our_own_schemes_are_local() -> None:
    assert {id_ for id_ in SCHEMES if load_scheme(id_).local} == {"record-types", "assistance-types"}


@pytest.mark.parametrize(("scheme_id", "size"), SIZES.items())
def test_no_concept_is_lost(scheme_id: str, size: int) -> None:
    assert len(load_scheme(scheme_id).concepts) == size


@pytest.mark.parametrize("scheme_id", ALL_SIX)
def test_these_schemes_are_official_in_all_six_languages(scheme_id: str) -> None:
    scheme = load_scheme(scheme_id)
    assert scheme.official_languages == tuple(sorted(UN_LANGUAGES))
    for concept in scheme.concepts.values():
        assert set(concept.pref_labels) == set(UN_LANGUAGES) and not concept.unofficial, concept.id


def test_countries_are_official_in_all_six_languages_but_eu_and_tw() -> None:
    concepts = load_scheme("countries").concepts
    assert {id_ for id_, concept in concepts.items() if concept.unofficial} == {"EU", "TW"}
    assert all(set(concept.pref_labels) == set(UN_LANGUAGES) for concept in concepts.values())


def test_198_governments_have_a_cbd_code() -> None:
    concepts = load_scheme("countries").concepts.values()
    governments = [concept for concept in concepts if "CBD" in concept.groups]
    assert len(governments) == 198
    assert all(concept.codes["cbd"].upper() == concept.id for concept in governments)


def test_the_sixteen_record_types_are_the_top_of_record_types() -> None:
    concepts = load_scheme("record-types").concepts.values()
    assert {concept.id for concept in concepts if not concept.broader} == set(RECORD_TYPES)
    assert all(concept.broader[0] in RECORD_TYPES for concept in concepts if concept.broader)


def test_machine_translated_target_titles_are_never_official() -> None:
    scheme = load_scheme("gbf-targets")
    assert scheme.get("GBF-TARGET-03").unofficial == {"ar", "es", "fr", "ru", "zh"}
    assert scheme.get("GBF-TARGET-01").unofficial == {"ar", "ru", "zh"}
    assert scheme.get("GBF-TARGET-03").is_official("en") and not scheme.get("GBF-TARGET-03").is_official("fr")


def test_a_target_is_linked_with_aichi_and_sdg_targets() -> None:
    related = load_scheme("gbf-targets").get("GBF-TARGET-05").related_match
    assert "urn:chm:vocab:aichi-targets:AICHI-TARGET-06" in related
    assert "urn:chm:vocab:sdg-targets:SDG-TARGET-15.c" in related


def test_only_our_own_scheme_has_definitions_others_have_their_titles(scheme_id: str) -> None:
    defined = [concept.id for concept in load_scheme(scheme_id).concepts.values() if concept.definitions]
    expected = sorted(load_scheme(scheme_id).concepts) if scheme_id == "assistance-types" else []
    assert sorted(defined) == expected


def test_every_field_names_schemes_that_exist() -> None:
    assert {scheme for schemes in FIELD_SCHEMES.values() for scheme in schemes} <= set(SCHEMES)


def test_a_document_without_a_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="ConceptScheme"):
        parse_scheme(b"<urn:a> <urn:b> <urn:c> .")


@pytest.mark.parametrize("scheme_id", ["nothing", "../README", ""])
def test_an_unknown_scheme_is_a_key_error(scheme_id: str) -> None:
    with pytest.raises(KeyError):
        load_scheme(scheme_id)


def test_loading_one_scheme_reads_no_other_and_import_reads_none() -> None:
    program = (
        "import sys; from vocabularies import concepts; assert 'rdflib' not in sys.modules;"
        "concepts.find_term('government', 'KE'); print(concepts.load_scheme.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


def test_all_schemes_load_in_two_seconds_of_processor_time() -> None:
    documents = [scheme_turtle(id_) for id_ in SCHEMES]
    started = time.process_time()
    assert sum(len(parse_scheme(document).concepts) for document in documents) > 850
    assert time.process_time() - started < 2
