"""Columns that are usually called so are taken for ours; a mapping, and our own names, go before."""

from __future__ import annotations

import pytest

from harvester.mapping import parse_mapping, to_columns
from harvester.usual_names import find_usual, is_of_publication, usual_columns


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("Titre", "title"),
        ("dct_title_s", "title"),
        ("dc.title[fr]", "title[fr]"),
        ("titulo_es", "title[es]"),
        ("Dataset Title", "title"),
        ("dcterms:description", "summary"),
        ("Résumé", "summary"),
        ("metadata.keywords", "keywords.label"),
        ("landingPage", "links.url"),
        ("publicationYear", "dates.issued"),
        ("metadata_modified", "dates.modified"),
        ("dc_language_sm", "languages"),
        ("País", "countryRegions"),
    ],
)
def test_a_usual_name_stands_for_a_column_of_ours(name: str, column: str) -> None:
    assert usual_columns([name], ()) == {column: name}


@pytest.mark.parametrize("name", ["", "scientificName", "x" * 200, "pozos_tipo", "@code", "idACM"])
def test_any_other_name_stands_for_none(name: str) -> None:
    assert find_usual(name) is None


def test_of_two_usual_names_the_better_one_counts() -> None:
    assert usual_columns(["name", "Dataset title"], ()) == {"title": "Dataset title"}


def test_what_is_mapped_or_bears_our_name_goes_before() -> None:
    columns = to_columns({"name": "Code name", "Bassin": "Lac", "abstract": "Un"}, parse_mapping("title[fr]=Bassin"))
    assert (columns.ours, columns.rest) == ({"title[fr]": "Lac", "summary": "Un"}, {"name": "Code name"})
    assert columns.guessed == {"summary": "abstract"}


def test_columns_of_a_publication_are_known() -> None:
    assert is_of_publication(["title", "DOI"])
    assert not is_of_publication(["title", "place"])


def test_names_in_a_crowd_below_one_name_stand_for_nothing() -> None:
    crowd = [f"index.word{number}" for number in range(100)] + ["index.title"]
    assert usual_columns(["Titre", *crowd], ()) == {"title": "Titre"}
