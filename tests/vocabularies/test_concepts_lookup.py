"""Finding concepts: by id, code, URL and label in six languages, folded; never by a guess."""

from __future__ import annotations

import pytest

from vocabularies.concepts import (
    FIELD_SCHEMES,
    SCHEMES,
    Concept,
    countries_of,
    find_term,
    fold,
    load_scheme,
    region_ancestors,
    schemes_for,
    term_value,
)
from vocabularies.skos import parse_scheme
from vocabularies.text import UN_LANGUAGES

SPELLINGS = [
    *[("gbf_targets", text, "GBF-TARGET-03") for text in (
        "GBF-TARGET-03", "GBF-TARGET-3", "gbf-target-003", "3", "03", "٣", "３", "Target 3", "target_3", "T3",
        "T03", "GBF 3", "GBF T3",
        "KMGBF Target 3", "KM-GBF Target 3", "Cible 3", "Meta 3", "Задача 3", "الهدف 3", "行动目标3", " 3 ",
        "Target: 3",
        "https://www.cbd.int/gbf/targets/3", "http://cbd.int/gbf/targets/3/",
        "https://www.cbd.int/gbf/targets/3?tab=a#b",
        "urn:chm:vocab:gbf-targets:GBF-TARGET-03", "Conserve 30% of land, waters and seas",
    )],
    ("gbf_targets", "GBF-TARGET-012", "GBF-TARGET-12"),
    ("gbf_targets", "GBF-TARGET-020", "GBF-TARGET-20"),
    *[("gbf_goals", text, "GBF-GOAL-A") for text in ("GBF-GOAL-A", "gbf-goal-a", "A", "a", "Goal A", "GBF A",
        "Objectif A", "目标A")],
    *[("aichi_targets", text, "AICHI-TARGET-05") for text in (
        "AICHI-TARGET-5", "AICHI-TARGET-05", "AICHI-TARGET-005", "5", "Target 5", "Aichi 5", "Aichi Target 5",
        "Aichi-T5", "ABT 5",
        "Aichi Biodiversity Target 5", "https://www.cbd.int/aichi-targets/target/5",
    )],
    *[("sdgs", text, "SDG-GOAL-01") for text in (
        "SDG-GOAL-01", "SDG-GOAL-1", "1", "01", "SDG 1", "SDG1", "sdg goal 1", "Goal 1", "ODD 1", "ODS 1", "ЦУР 1",
        "可持续发展目标1",
        "http://metadata.un.org/sdg/1", "https://metadata.un.org/sdg/1/", "https://sdgs.un.org/goals/goal1",
        "No poverty",
        "Pas de pauvreté", "无贫穷", "لا فقر", "End poverty in all its forms everywhere",
    )],
    *[("sdgs", text, "SDG-TARGET-14.c") for text in (
        "SDG-TARGET-14.c", "SDG-TARGET-14.C", "14.c", "14.C", "SDG 14.c", "Target 14.c",
        "http://metadata.un.org/sdg/14.c",
    )],
    ("sdgs", "16.10", "SDG-TARGET-16.10"),
    ("sdgs", "16.1", "SDG-TARGET-16.1"),
    *[("country_regions", text, "AF") for text in ("AF", "af", "AFG", "afg", "004", "04", "4", "Afghanistan",
        "Афганистан", "阿富汗")],
    *[("country_regions", text, "EU") for text in ("eu", "EU", "EUR", "European Union", "Union européenne",
        "欧洲联盟")],
    *[("country_regions", text, "CI") for text in ("Côte d’Ivoire", "cote d'ivoire", "COTE D IVOIRE", "كوت ديفوار",
        "科特迪瓦")],
    *[("government", text, "EG") for text in ("مصر", "مِصْر", "مـصـر", "Египет", "埃及", "Egypte", "Egipto")],
    *[("government", text, "GB") for text in ("UK", "United Kingdom", "英国", "826")],
    *[("country_regions", text, "002") for text in ("002", "2", "Africa", "afrique", "África", "Африка", "非洲",
        "افريقيا")],
    ("country_regions", "bd12d7fb-91f7-4b2d-996c-e70f18a51f0e", "bd12d7fb-91f7-4b2d-996c-e70f18a51f0e"),
    ("country_regions", "{E0006E60-e0d9-4196-855f-8456F0C38690}", "E0006E60-E0D9-4196-855F-8456F0C38690"),
    ("details.organization_type", "64432e86-23c9-4d9a-b835-962d8221e6ca", "64432E86-23C9-4D9A-B835-962D8221E6CA"),
    ("details.organization_type", "ngo", "8A265B81-3973-42ED-BB06-40ACC755E496"),
    ("details.jurisdiction", "subnational", "DEBB019D-8647-40EC-8AE5-10CA88572F6E"),
    ("subjects", "cbd-subject-out+cepa", "CBD-SUBJECT-OUT+CEPA"),
    ("subjects", "生物群落", "CBD-SUBJECT-BIOMES"),
    ("treaties", "Cites", "cites"),
    ("treaties", "生物多样性公约", "cbd"),
    ("details.treaty", "CDB", "cbd"),
    ("details.categories", "chm-fp", "CHM-FP"),
    ("details.assistance_types", "نقل التكنولوجيا", "technology-transfer"),
    ("details.assistance_types", "Study tour", "study-visit"),
    ("details.alignment.target", "3", "GBF-TARGET-03"),
    ("details.alignment.target", "15.5", "SDG-TARGET-15.5"),
    ("type", "Capacity-building initiative", "capacityInitiative"),
    ("type", "数据集", "dataset"),
    ("subtype", "case study", "caseStudy"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "text", "id_"), SPELLINGS)
def test_every_usual_spelling_finds_its_concept(field: str, text: str, id_: str) -> None:
    found = find_term(field, text)
    assert found is not None and found.id == id_


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("gbf_targets", "24"), ("gbf_targets", "0"), ("gbf_targets", "-3"), ("gbf_targets", "Target"),
        ("gbf_targets", "3.1"),
        ("gbf_targets", "https://example.org/gbf/targets/3"), ("gbf_targets", "AICHI-TARGET-03"), ("gbf_goals", "E"),
        ("aichi_targets", "21"), ("sdgs", "18"), ("sdgs", "1.9"), ("sdgs", "14.z"), ("government", "XX"),
        ("government", "999"),
        ("government", "Atlantis"), ("government", "Africa"), ("country_regions", ""), ("country_regions", "!?"),
        ("subjects", "CBD-SUBJECT-NOTHING"), ("license", "CC BY"), ("license",
        "https://example.org/licenses/by/4.0/"),
        ("type", "training"), ("type", "widget"),
    ],
)  # fmt: skip
def test_what_no_vocabulary_holds_is_none(field: str, text: str) -> None:
    assert find_term(field, text) is None


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("http://creativecommons.org/licenses/by/4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by/4.0/"),
        ("http://www.creativecommons.org/licenses/by/4.0/legalcode", "https://creativecommons.org/licenses/by/4.0/"),
        ("https://creativecommons.org/licenses/by/4.0/deed.fr", "https://creativecommons.org/licenses/by/4.0/"),
        ("https://creativecommons.org/licenses/by/4.0/deed.zh-hans", "https://creativecommons.org/licenses/by/4.0/"),
        ("https://creativecommons.org/licenses/by/3.0/igo/", "https://creativecommons.org/licenses/by/3.0/igo/"),
        ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("cc_by_nc_4_0", "https://creativecommons.org/licenses/by-nc/4.0/"),
        ("CC0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("http://publications.europa.eu/resource/authority/licence/CC_BYSA_4_0",
        "https://creativecommons.org/licenses/by-sa/4.0/"),
        ("ODbL", "https://opendatacommons.org/licenses/odbl/1-0/"),
        ("OGL v3", "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"),
    ],
)  # fmt: skip
def test_a_licence_is_stored_as_its_official_uri(text: str, uri: str) -> None:
    found = find_term("license", text)
    assert found is not None and term_value(found) == uri


def test_a_licence_nobody_stated_is_a_concept_of_its_own() -> None:
    found = find_term("license", "Not specified")
    assert found is not None and term_value(found) == "urn:chm:vocab:licences:NOT-STATED"


AMBIGUOUS = b"""
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix chm: <urn:chm:ns#> .
<urn:chm:vocab:t> a skos:ConceptScheme .
<urn:chm:vocab:t:A> a skos:Concept ; skos:prefLabel "Pain"@en ; skos:notation "01" ; skos:altLabel "same"@en .
<urn:chm:vocab:t:B> a skos:Concept ; skos:prefLabel "pain"@fr ; skos:notation "1" ; skos:altLabel "Same"@en .
<urn:chm:vocab:t:C> a skos:Concept ; skos:prefLabel "C in all"@en, "C in all"@fr .
"""


def test_a_label_two_concepts_share_is_decided_by_language_or_not_at_all() -> None:
    scheme = parse_scheme(AMBIGUOUS)
    assert scheme.find("pain") is None
    assert scheme.find("pain", "fr") is scheme.get("B")
    assert scheme.find("PAIN", "en-GB") is scheme.get("A")
    assert scheme.find("pain", "es") is None
    assert scheme.find("same", "en") is None


def test_a_code_two_concepts_share_names_neither() -> None:
    assert parse_scheme(AMBIGUOUS).find("1") is None


def test_a_label_one_concept_bears_in_two_languages_is_not_ambiguous() -> None:
    scheme = parse_scheme(AMBIGUOUS)
    assert scheme.find("c in all") is scheme.get("C")


def test_every_official_label_of_every_field_finds_its_own_concept_in_its_language() -> None:
    for scheme_id in {scheme for schemes in FIELD_SCHEMES.values() for scheme in schemes}:
        scheme = load_scheme(scheme_id)
        for concept in scheme.concepts.values():
            for language, text in concept.pref_labels.items():
                assert scheme.find_label(text, language) is concept, (scheme_id, concept.id, language, text)


def test_every_id_finds_its_own_concept_whatever_its_case() -> None:
    for scheme_id in {scheme for schemes in FIELD_SCHEMES.values() for scheme in schemes}:
        scheme = load_scheme(scheme_id)
        for concept in scheme.concepts.values():
            assert scheme.find(concept.id.lower()) is concept is scheme.find(concept.uri)


def test_a_label_falls_back_to_english_with_its_tag() -> None:
    concept = load_scheme("treaties").get("ascobans")
    assert concept.label("ar")[1] == "en"
    assert concept.label("ar") == concept.label("en")


def test_a_label_serves_a_regional_tag_from_its_language() -> None:
    assert load_scheme("countries").get("KE").label("zh-Hans") == ("肯尼亚", "zh")


def test_a_label_without_english_is_any_label_and_never_the_id() -> None:
    concept = Concept(
        scheme="t", id="X", uri="urn:chm:vocab:t:X", pref_labels={"ru": "Икс"}, unofficial=frozenset({"ru"})
    )
    assert concept.label("fr") == ("Икс", "ru")
    assert load_scheme("focal-point-categories").get("CPB-A17-FP").label("fr")[0] != "CPB-A17-FP"


@pytest.mark.parametrize(
    ("left", "right"),
    [("Åland", "aland"), ("أفريقيا", "افريقيا"), ("مكتبة", "مكتبه"), ("مُـدَرِّس", "مدرس"), ("Straße", "STRASSE"),
     ("Côte d’Ivoire", "Cote  d'Ivoire"), ("Трёх", "Трех"), ("ＡＢＣ", "abc"), ("٣", "3"), ("Guinea-Bissau",
     "guinea bissau")],
)  # fmt: skip
def test_folding_makes_spellings_of_one_word_equal(left: str, right: str) -> None:
    assert fold(left) == fold(right) != ""


def test_folding_keeps_different_words_apart() -> None:
    assert len({fold(word) for word in ("Niger", "Nigeria", "尼日尔", "尼日利亚", "النيجر", "نيجيريا")}) == 6


def test_a_country_lies_in_its_regions_nearest_first_without_the_world() -> None:
    assert region_ancestors("KE") == ("014", "202", "002")
    assert region_ancestors("FR") == ("155", "150")
    assert region_ancestors("014") == ("202", "002")
    assert region_ancestors("EU") == ("150",)
    assert region_ancestors("AQ") == region_ancestors("001") == region_ancestors("nowhere") == ()


def test_a_region_holds_the_countries_below_it() -> None:
    assert "KE" in countries_of("014") and "KE" in countries_of("002") and "KE" not in countries_of("150")
    assert countries_of("053") == ("AU", "CC", "CX", "HM", "NF", "NZ")
    assert len(countries_of("001")) == 249  # all but Antarctica
    assert countries_of("nowhere") == ()


def test_every_country_but_antarctica_lies_in_a_region() -> None:
    assert [id_ for id_ in load_scheme("countries").concepts if not region_ancestors(id_)] == ["AQ"]


def test_categories_are_a_vocabulary_for_focal_points_only() -> None:
    assert schemes_for("details.categories", "focalPoint") == ("focal-point-categories",)
    assert schemes_for("details.categories", "capacityInitiative") == ()
    assert schemes_for("subjects", "need") == ("cbd-subjects",)
    assert schemes_for("title", "need") == ()


def test_a_field_without_a_vocabulary_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        find_term("title", "anything")


@pytest.mark.parametrize("text", ["LDC", "ldcs", "Least developed countries", "SIDS", "small island developing States"])
def test_the_two_groups_of_countries_help_is_offered_to_are_found_by_their_usual_names(text: str) -> None:
    found = find_term("details.eligible_countries", text)
    assert found is not None and found.scheme == "cbd-regions"


@pytest.mark.parametrize("scheme_id", SCHEMES)
@pytest.mark.parametrize("language", [*UN_LANGUAGES, "sw"])
def test_a_label_missing_in_a_language_is_another_label_never_an_id(scheme_id: str, language: str) -> None:
    for concept in load_scheme(scheme_id).concepts.values():
        text, held = concept.label(language)
        assert concept.pref_labels[held] == text and text != concept.id
