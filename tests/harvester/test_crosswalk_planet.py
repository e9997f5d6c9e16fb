"""Protected areas become places, solutions become case studies; nothing understood is dropped."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from harvester.crosswalks import CROSSWALKS, Context
from harvester.hostile.planet_lists import a_solution, an_area
from harvester.raw import new_raw
from vocabularies.record import PlaceRecord, Record
from vocabularies.validation import validate

CONTEXT = Context(
    "src", "Source", "https://api.example", "KE", None, datetime(2026, 5, 1, tzinfo=UTC), "protected_planet"
)


def area(**more: Any) -> PlaceRecord:
    raw = new_raw("7", orjson.dumps(an_area(7, **more)), format="protected_area")
    found = CROSSWALKS["protected_area"](raw, CONTEXT).record
    assert isinstance(found, PlaceRecord)
    return found


def solution(country: str = "", **texts: dict[str, Any]) -> Record:
    raw = new_raw("7", orjson.dumps({"texts": texts, "country": country}), format="panorama_solution")
    found = CROSSWALKS["panorama_solution"](raw, CONTEXT).record
    assert found is not None
    return found


def test_a_protected_area_is_a_place_by_its_wdpa_number() -> None:
    found = area()
    assert (found.type, found.subtype, found.details.wdpa_id) == ("place", "protectedArea", "7")
    assert ("wdpa", "7") in [(each.scheme, each.value) for each in found.source_ids]
    assert found.country_regions == ("KE",)
    assert not [problem for problem in validate(found) if problem.severity == "error"]


def test_what_is_said_of_an_area_has_its_fields() -> None:
    details = area().details
    assert (details.category, details.area_km2, details.established) == ("IUCN II", 12.5, "1974")
    assert details.governance == "Federal or national ministry or agency"
    assert [dict(each.name) for each in area().organizations] == [{"und": "Kenya Wildlife Service"}]
    assert area().links[0].url == "https://www.protectedplanet.net/7"


def test_what_was_not_reported_is_not_said() -> None:
    details = area(iucn_category={"name": "Not Reported"}, reported_area="0.0", legal_status_updated_at=None).details
    assert (details.category, details.area_km2, details.established) == ("National Park", None, None)


def test_names_have_a_language_only_where_it_is_known() -> None:
    assert dict(area().title) == {"und": "Reserve 7"}
    assert area().extra["protected_planet"]["original_name"] == "Hifadhi 7"  # type: ignore[index,call-overload]
    assert dict(area(name_english="The Reserve").title) == {"en": "The Reserve", "und": "Reserve 7"}


def test_countries_of_an_area_across_a_border_are_all_named_and_unknown_ones_kept() -> None:
    found = area(countries=[{"iso_3": "KEN"}, {"iso_3": "TZA"}, {"iso_3": "XXQ"}])
    assert found.country_regions == ("KE", "TZ")
    assert found.extra["protected_planet"]["countries"] == ["XXQ"]  # type: ignore[index,call-overload]


def test_a_shape_becomes_the_box_around_it() -> None:
    ring = [[36.0, -2.0], [37.0, -2.0], [37.0, -1.0], [36.0, -2.0]]
    found = area(geojson={"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}})
    assert found.spatial is not None
    assert found.spatial.box is not None
    assert (found.spatial.box.west, found.spatial.box.north) == (36.0, -1.0)


def test_a_solution_is_one_case_study_in_all_its_languages() -> None:
    found = solution(en=a_solution(7), fr=a_solution(7, "fr"))
    assert (found.type, found.subtype) == ("resource", "caseStudy")
    assert dict(found.title) == {"en": "Solution 7", "fr": "Solution no. 7"}
    assert dict(found.summary) == {"en": "Solution 7…", "fr": "Solution no. 7…"}
    assert [(link.rel, link.language) for link in found.links] == [
        ("landing", "en"),
        ("translation", "fr"),
        ("cover", None),
    ]


def test_a_text_that_was_not_translated_is_no_translation() -> None:
    found = solution(en=a_solution(7), fr=a_solution(7))
    assert (tuple(found.title), found.languages) == (("en",), ("en",))


def test_themes_are_keywords_and_the_country_asked_for_is_its_country() -> None:
    found = solution(
        "TZ", en=a_solution(7, classifications={"theme": [{"name": "Ecosystem restoration"}], "scale": "local"})
    )
    assert found.country_regions == ("TZ",)
    words = [text for keyword in found.keywords for text in keyword.label.values()]
    assert words == ["Ecosystem restoration"] or found.subjects
    assert "scale" in str(found.extra)
    assert solution(en=a_solution(7)).country_regions == ("KE",)
