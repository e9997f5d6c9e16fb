"""Records that say one thing in two languages or ways share a key, so that they are compared."""

from __future__ import annotations

from harvester.resolution.forms.form import Facts, Form
from harvester.resolution.forms.reading import facts_of, to_form
from harvester.resolution.matching.blocking import Key, keys_of
from harvester.resolution.matching.comparing import FEATURES


def focal_point(language: str, title: str, person: str, country: str = "KZ") -> Form:
    facts = Facts(type="focalPoint", titles={language: title}, people=[person], countries=[country], roles=["CBD-FP1"])
    return to_form(facts)


def shared(a: Form, b: Form) -> set[Key]:
    return set(keys_of(a)) & set(keys_of(b))


def test_a_focal_point_told_in_two_languages_is_compared_by_name_and_country() -> None:
    english = focal_point("en", "National focal point of Kazakhstan", "Ivanov, Sergei")
    russian = focal_point("ru", "Национальный координатор Республики Казахстан", "Иванов Сергей")
    assert shared(english, russian) == {("focal", "ivanov|KZ")}
    assert FEATURES["people"](english, russian) == "the one"
    assert not shared(english, focal_point("ru", "Национальный координатор", "Иванов Сергей", "UZ"))
    assert not shared(english, focal_point("ru", "Национальный координатор", "Петров Сергей"))


def test_projects_of_one_number_are_compared_whatever_their_titles() -> None:
    one, two = (
        to_form(facts_of({"id": f"urn:chm:{node}:1", "type": "project", "title": title, "details": {"number": number}}))
        for node, title, number in (
            ("a", {"en": "Forests for people"}, "GEF 4321"),
            ("b", {"ru": "Леса для людей"}, "GEF ID: 4321"),
        )
    )
    assert shared(one, two) == {("id", "project:gef4321")}
    assert FEATURES["identifiers"](one, two) == "agree"
