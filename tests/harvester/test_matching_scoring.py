"""Scoring: the way that stops early says the same as the whole one; the order of two records makes no difference."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from harvester.resolution.forms.form import Facts, Form
from harvester.resolution.forms.reading import to_form
from harvester.resolution.graph.judgements import Place
from harvester.resolution.graph.policy import Policy
from harvester.resolution.matching.comparing import FEATURES, compare
from harvester.resolution.matching.ruling import judge_pair
from harvester.resolution.matching.scoring import Model, load_model, score, score_if_near
from harvester.resolution.matching.titles import compare_words
from tests.identity.unlabelled import load_records

SET = Path(__file__).parents[1] / "identity" / "labelled"


@pytest.fixture(scope="module")
def forms() -> list[Form]:
    records = [*load_records(SET / "records.jsonl")][:150] + [*load_records(SET / "citations.csv")][:100]
    return [to_form(record.facts) for record in records]


@pytest.mark.parametrize("review", [0.01, 0.3, 0.9])
def test_stopping_early_leaves_out_what_the_whole_way_would_not_keep_and_nothing_else(
    forms: list[Form], review: float
) -> None:
    model = replace(load_model(), review=review)
    kept = 0
    for a, b in combinations(forms, 2):
        whole = score(a, b, model)
        early = score_if_near(a, b, model)
        if whole.probability < review or (whole.veto and early is None):
            assert early is None, (a, b)
        else:
            assert early == whole
            kept += not whole.veto
    assert kept > 20


def test_the_order_of_two_records_makes_no_difference(forms: list[Form]) -> None:
    model = load_model()
    for a, b in list(combinations(forms, 2))[:6_000]:
        assert score(a, b, model) == score(b, a, model)


def test_the_weights_know_every_feature_and_every_level_met(forms: list[Form]) -> None:
    model: Model = load_model()
    assert set(model.weights) == {"title", *FEATURES}
    met = {level for a, b in combinations(forms, 2) for level in compare(a, b).levels}
    assert {(name, level) for name, level in met if level != "unknown" and level not in model.weights[name]} == set()


def facts(**said: object) -> Form:
    return to_form(Facts(**said))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("a", "b", "veto"),
    [
        (
            facts(type="nationalSubmission", titles={"en": "Fifth National Report of Kenya"}, government="KE"),
            facts(type="nationalSubmission", titles={"en": "Fourth National Report of Kenya"}, government="KE"),
            "different places in a series of reports",
        ),
        (
            facts(type="resource", titles={"en": "Wetlands policy"}, government="KE"),
            facts(type="resource", titles={"en": "Wetlands policy"}, government="UG"),
            "different governments",
        ),
        (
            facts(type="need", titles={"en": "Training in taxonomy"}),
            facts(type="offer", titles={"en": "Training in taxonomy"}),
            "need against offer",
        ),
        (
            facts(type="resource", titles={"en": "Flora of East Africa, volume 2"}),
            facts(type="resource", titles={"en": "Flora of East Africa, volume 3"}),
            "different volume",
        ),
        (
            facts(type="resource", titles={"en": "Annual report on wetlands 2007"}),
            facts(type="resource", titles={"en": "Annual report on wetlands 2008"}),
            "one title with a different year",
        ),
        (
            facts(type="focalPoint", titles={"en": "Amina Huang"}, people=["Huang, A."], roles=["CHM-FP"]),
            facts(type="focalPoint", titles={"en": "Amina Huang"}, people=["Huang, A."], roles=["GTI-FP"]),
            "different role",
        ),
    ],
)
def test_what_is_told_apart_is_never_kept_whatever_else_agrees(a: Form, b: Form, veto: str) -> None:
    assert compare(a, b).veto == veto
    near = score_if_near(a, b, load_model())
    assert near is None or near.veto == veto


PAPER = {
    "titles": {"en": "Factor H autoantibodies in glomerular disease"},
    "people": ["Kavanagh, D.", "Moore, I.", "Denton, M."],
    "date": "2010",
    "venue": "Molecular Immunology",
    "volume": "47",
    "pages": "2291",
}


def test_two_abstracts_on_one_page_are_left_to_a_person() -> None:
    other = {"titles": {"en": "Mutations of factor I in uraemic syndrome"}, "people": ["Kavanagh, D.", "Roversi, P."]}
    assert compare(facts(**PAPER), facts(**(PAPER | other))).doubt
    same = {"titles": {"en": "Factor H autoantibodies in glomerular diseases"}, "people": ["D Kavanagh", "I Moore"]}
    assert not compare(facts(**PAPER), facts(**(PAPER | same))).doubt


def test_another_year_and_place_in_print_is_another_version_and_a_year_alone_may_be_wrong() -> None:
    later = {"date": "2012", "venue": "Kidney International"}
    printed = compare(facts(**PAPER), facts(**(PAPER | later | {"volume": "81", "pages": "12"})))
    assert (printed.veto, printed.relation) == ("by the same people, in another year and another place", "version_of")
    reprinted = {"venue": "Pediatric Nephrology", "volume": "26", "pages": "1662"}
    assert compare(facts(**PAPER), facts(**(PAPER | reprinted))).veto == "by the same people, printed in two places"
    assert not compare(facts(**PAPER), facts(**(PAPER | later | {"volume": "", "pages": ""}))).veto


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("learning boolean for mulae", "learning boolean formulae"),
        ("design of ef ficient learn ing algorithms", "design of efficient learning algorithms"),
    ],
)
def test_words_parted_by_a_line_break_are_the_same_words(one: str, other: str) -> None:
    assert compare_words(one, other).level.startswith("same words")


def test_records_of_one_country_year_and_subject_wait_only_where_they_speak_of_two_subjects() -> None:
    shared = {"type": "dataset", "date": "2014", "countries": ["KE"]}
    places: tuple[Place, Place] = (("a", "1"), ("b", "1"))

    def judged(english: str, french: str) -> bool:
        one, other = (facts(**shared, titles=titles) for titles in ({"en": english}, {"fr": french}))
        return judge_pair((places[0], one), (places[1], other), load_model(), Policy()) is not None

    assert not judged("Wetlands", "Zones humides")
    assert judged("Restoration of wetlands", "Restauration des zones humides")


def test_a_report_whose_number_was_not_understood_is_left_to_a_person() -> None:
    a = facts(type="nationalSubmission", titles={"en": "Sixtieth National Report: Dominica"}, government="DM")
    b = facts(type="nationalSubmission", titles={"en": "Sixth National Report: Dominica"}, government="DM")
    assert compare(a, b).doubt or compare(a, b).veto
