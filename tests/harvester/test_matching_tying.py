"""What identifiers and editions spell out ties two records by rule; words alone, and anything doubtful, tie nothing."""

from __future__ import annotations

from typing import Any

import pytest

from harvester.resolution.forms.form import Facts, Form
from harvester.resolution.forms.reading import to_form
from harvester.resolution.graph.judgements import INVERSE
from harvester.resolution.graph.policy import Policy
from harvester.resolution.graph.verdicts import to_verdicts
from harvester.resolution.matching.comparing import compare
from harvester.resolution.matching.ruling import judge_pair
from harvester.resolution.matching.scoring import load_model
from harvester.resolution.matching.tying import find_tie

TITLE = "Monitoring mangrove restoration in small islands"


def form(title: str = TITLE, *ids: str, language: str = "en", **more: Any) -> Form:
    return to_form(Facts(type="resource", titles={language: title}, ids=ids, date="2021", **more))


def tie(a: Form, b: Form) -> str:
    there, back = find_tie(a, b, compare(a, b)), find_tie(b, a, compare(b, a))
    if there is None or back is None:
        assert there is back is None
        return ""
    assert (back.relation, back.rule) == (INVERSE[there.relation], there.rule), "read from the other end it is the same"
    return there.relation


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        ("doi:10.6084/m9.figshare.12.v2", "doi:10.6084/m9.figshare.12", "version_of"),
        ("doi:10.6084/m9.figshare.12.v2", "doi:10.6084/m9.figshare.12.v10", "has_version"),
        ("doi:10.21203/rs.3.rs-5/v1", "doi:10.21203/rs.3.rs-5/v2", "has_version"),
        ("doi:10.6084/m9.figshare.12.v2", "doi:10.6084/m9.figshare.13", ""),
        ("doi:10.6084/m9.figshare.12.v2", "doi:10.6084/m9.figshare.13.v1", ""),
        ("doi:10.5281/zenodo.12", "doi:10.5281/zenodo.13", ""),
        ("doi:10.6084/m9.figshare.12.v2", "doi:10.6084/m9.figshare.12.v2", ""),
        ("un:CBD/COP/15/L.25/Rev.1", "un:CBD/COP/15/L.25", "version_of"),
        ("un:CBD/COP/15/L.25/Rev.1", "un:CBD/COP/15/L.25/Rev.2", "has_version"),
        ("un:CBD/COP/15/L.25/Add.1", "un:CBD/COP/15/L.25", "part_of"),
        ("un:CBD/COP/15/L.25/Add.1", "un:CBD/COP/15/L.25/Add.2", ""),
        ("un:CBD/COP/15/L.25/Add.1", "un:CBD/COP/15/L.25/Rev.1", ""),
        ("un:CBD/COP/15/L.25", "un:CBD/COP/15/L.2", ""),
    ],
)
def test_an_identifier_that_spells_a_version_or_an_addendum_ties_its_record(a: str, b: str, relation: str) -> None:
    assert tie(form(TITLE, a), form(TITLE, b)) == relation


def test_a_record_with_several_identifiers_of_a_kind_is_left_alone() -> None:
    several = form(TITLE, "doi:10.6084/m9.figshare.12.v2", "doi:10.5555/other")
    assert tie(several, form(TITLE, "doi:10.6084/m9.figshare.12")) == ""


SET, OWN = "isbn:9789292259228", "isbn:9789292259235"


def test_a_volume_is_part_of_the_set_whose_isbn_it_bears_beside_its_own() -> None:
    whole, volume = form("Atlas of wetlands", SET), form("Atlas of wetlands. Volume 2: Coasts", SET, OWN)
    assert tie(volume, whole) == "part_of"
    assert tie(form("Atlas of wetlands. Volume 2: Coasts", SET), whole) == "", "neither says which is the set's ISBN"
    assert tie(form("Coasts. Volume 2", SET, OWN), whole) == "", "the title is another"
    assert tie(volume, form("Atlas of wetlands. Volume 1", SET)) == ""


def test_a_later_edition_is_a_version_of_an_earlier_one_where_all_else_agrees() -> None:
    def edition(words: str, **more: Any) -> Form:
        return form(f"Handbook on mangrove restoration, {words} edition", people=["Huang, A.", "Okoro, B."], **more)

    assert tie(edition("3rd"), edition("2nd")) == "version_of"
    assert tie(edition("third"), edition("2nd")) == "version_of"
    assert tie(edition("2nd"), edition("2nd")) == ""
    other = form("Handbook on mangrove restoration, 2nd edition", people=["Sato, C."])
    assert tie(edition("3rd"), other) == "", "by other people"
    assert (
        tie(
            form("Handbook on mangrove restoration, 3rd edition"), form("Handbook on mangrove restoration, 2nd edition")
        )
        == ""
    )
    assert (
        tie(
            edition("3rd", volume="1"),
            form("Handbook on seagrass restoration, 2nd edition", people=["Huang, A.", "Okoro, B."]),
        )
        == ""
    )


def test_a_translation_says_so_itself_and_bears_the_identifier_of_the_text() -> None:
    text = form("Decision on ecosystem restoration", "un:CBD/COP/15/L.25")
    marked = form("Décision sur la restauration des écosystèmes (traduction)", "un:CBD/COP/15/L.25", language="fr")
    assert tie(marked, text) == "translation_of"
    plain = form("Décision sur la restauration des écosystèmes", "un:CBD/COP/15/L.25", language="fr")
    assert tie(plain, text) == "", "nobody says which is the translation"
    assert tie(form("Décision sur la restauration (traduction)", language="fr"), text) == "", "no identifier is shared"
    assert tie(form("Decision on ecosystem restoration (translation)", "un:CBD/COP/15/L.25"), text) == "", (
        "one language"
    )


def test_two_records_of_one_source_are_compared_only_where_their_identifiers_name_one_work() -> None:
    model = load_model()

    def said(*ids: str) -> str:
        pair = [(("a", each), form(TITLE, each, bodies=["Institute of Coasts"])) for each in ids]
        judged = judge_pair(pair[0], pair[1], model, Policy(automatic=True, threshold=0.0))
        return judged.relation_from(("a", ids[0])) if judged else "nothing"

    assert said("doi:10.6084/m9.figshare.12.v2", "doi:10.6084/m9.figshare.12.v3") == "has_version"
    assert said("un:CBD/COP/15/L.25/Rev.2", "un:CBD/COP/15/L.25") == "version_of"
    assert said("un:CBD/COP/15/L.25", "un:CBD/COP/15/L.25/Add.1") == "has_part"
    assert said("un:CBD/COP/15/L.25/Add.2", "un:CBD/COP/15/L.25/Add.1") == "nothing"
    assert said("doi:10.5281/zenodo.12", "doi:10.5281/zenodo.13") == "nothing"


def test_a_tie_keeps_two_records_apart_in_what_is_judged_and_a_suggestion_waits_for_a_person() -> None:
    model = load_model()
    one, two = ("a", "1"), ("b", "1")
    first, second = form(TITLE, "doi:10.6084/m9.figshare.12.v2"), form(TITLE, "doi:10.6084/m9.figshare.12")
    said = judge_pair((two, first), (one, second), model, Policy(automatic=True, threshold=0.0))
    assert said is not None
    assert (said.verdict, said.by_kind, said.by, said.relation_from(two)) == (
        "different", "rule", "doi-version", "version_of",
    )  # fmt: skip
    marked = form(f"{TITLE} (translation)", language="en", people=["Huang, A."])
    doubtful = judge_pair((one, marked), (two, form(people=["Huang, A."])), model, Policy())
    assert doubtful is not None
    assert (doubtful.verdict, doubtful.by_kind, doubtful.relation) == ("unsure", "model", "translation_of")


@pytest.mark.parametrize(
    ("title", "relation"), [(f"Annex to {TITLE[0].lower()}{TITLE[1:]}", "part_of"), (f"Draft: {TITLE}", "version_of")]
)
def test_what_only_a_word_tells_waits_for_a_person_with_its_relation_and_is_never_joined(
    title: str, relation: str
) -> None:
    one, two = ("a", "1"), ("b", "1")
    likely = {"people": ["Huang, A.", "Okoro, B."], "addresses": ("a.example/x",)}
    said = judge_pair((one, form(title, **likely)), (two, form(**likely)), load_model(), Policy(True, threshold=0.0))
    assert said is not None
    assert (said.verdict, said.by_kind, said.relation) == ("unsure", "model", relation)
    assert said.note.startswith("one is ")
    verdicts = to_verdicts([said])
    assert not (verdicts.supported or verdicts.by_models or verdicts.apart), "it speaks for no join, and against none"
