"""A mapping says which foreign column fills which of ours; nested values become cells."""

from __future__ import annotations

import pytest

from harvester.errors import SettingError
from harvester.mapping import MappingWrong, parse_mapping, to_cells, to_columns
from harvester.sources import config_from_settings, settings_of


def test_a_mapped_column_is_found_whatever_its_case_and_spacing() -> None:
    columns = to_columns({" TITRE  du projet": "Lac"}, parse_mapping("title[fr]=Titre du projet"))
    assert (columns.ours, columns.rest) == ({"title[fr]": "Lac"}, {})


def test_a_column_with_one_of_our_names_needs_no_mapping_and_a_mapped_one_goes_before_it() -> None:
    columns = to_columns({"title[en]": "Own", "Name": "Mapped", "x": "1"}, parse_mapping("title[en]=Name"))
    assert columns.ours == {"title[en]": "Mapped"}
    assert columns.rest == {"title[en]": "Own", "x": "1"}


def test_one_column_can_fill_two_of_ours() -> None:
    mapped = parse_mapping("title[fr]=Nom;links.name[fr]=Nom")
    assert to_columns({"Nom": "Lac"}, mapped).ours == {"title[fr]": "Lac", "links.name[fr]": "Lac"}


def test_a_semicolon_in_a_column_s_name_is_written_with_a_backslash() -> None:
    assert to_columns({"Nom; court": "Lac"}, parse_mapping(r"title[fr]=Nom\; court")).ours == {"title[fr]": "Lac"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("titel[fr]=Titre", "perhaps title"),
        ("title[fr]", "is no pair"),
        ("title[fr]=", "is no pair"),
        ("title[fr]=A;title[fr]=B", "filled by two"),
        ("title[no tag]=A", "no column of ours"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why(text: str, told: str) -> None:
    with pytest.raises(MappingWrong, match=told):
        parse_mapping(text)
    with pytest.raises(SettingError, match=told):
        config_from_settings("files", {"map": text})


def test_a_mapping_is_saved_as_it_was_written() -> None:
    settings = {"map": r"title[fr]=Nom\; court;countryRegions=Pays", "id_column": "N°", "type": "project"}
    assert settings_of(config_from_settings("files", settings)) == settings


def test_objects_become_cells() -> None:
    given = {
        "title": {"en": "Lake", "fr": "Lac"},
        "place": {"id": 7, "open": True, "none": None},
        "tags": ["a", "b;c"],
        "links": [{"url": "https://a.example"}, {"url": "https://b.example", "name": {"en": "B"}}],
    }
    assert to_cells(given) == {
        "title[en]": "Lake",
        "title[fr]": "Lac",
        "place.id": "7",
        "place.open": "true",
        "tags": r"a;b\;c",
        "links.url": "https://a.example;https://b.example",
        "links.name[en]": ";B",
    }


def test_characters_no_database_holds_go() -> None:
    assert to_cells({"title": "La\x00c\x1f", "more": "a\tb"}) == {"title": "Lac", "more": "a\tb"}


def test_short_names_are_not_taken_for_languages() -> None:
    assert to_cells({"at": {"lat": "1.5", "lon": "2"}}) == {"at.lat": "1.5", "at.lon": "2"}
