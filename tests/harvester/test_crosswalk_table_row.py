"""A row becomes a record by the mapping it came with; what nobody mapped is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from harvester.crosswalks import CROSSWALKS, Context
from harvester.raw import new_raw
from vocabularies.formats.native import Parsed
from vocabularies.record import Box, Record, Spatial
from vocabularies.validation import validate

CONTEXT = Context("src", "Ministry", "https://ministry.example", "KE", "fr", datetime(2026, 5, 1, tzinfo=UTC), "files")


def parsed(row: dict[str, Any], record_type: str = "resource", identifier: str = "r1", **mapped: str) -> Parsed:
    held = {"row": row, "map": {name: [target] for name, target in mapped.items()}, "type": record_type}
    return CROSSWALKS["table_row"](new_raw(identifier, orjson.dumps(held), format="table_row"), CONTEXT)


def record(row: dict[str, Any], record_type: str = "resource", **mapped: str) -> Record:
    found = parsed(row, record_type, **mapped).record
    assert found is not None
    return found


def test_mapped_columns_fill_ours_and_the_rest_is_kept() -> None:
    found = record({"Titre": "Lac", "Pays": "Tanzanie", "Montant": "5"}, Titre="title[fr]", Pays="countryRegions")
    assert (dict(found.title), found.country_regions, found.languages) == ({"fr": "Lac"}, ("TZ",), ("fr",))
    assert found.extra == {"csv": {"Montant": "5"}}
    assert found.provenance[-1].field_map == {"title[fr]": "Titre", "countryRegions": "Pays"}


def test_a_bare_column_of_text_is_in_the_source_s_language() -> None:
    assert dict(record({"title": "Lac"}).title) == {"fr": "Lac"}


def test_the_source_s_country_is_said_where_the_row_says_none() -> None:
    assert record({"title": "Lac"}).country_regions == ("KE",)
    assert record({"title": "Lac", "government": "TZ"}).country_regions == ()


def test_lists_of_parts_keep_step() -> None:
    row = {"title": "Lac", "links.url": "https://a.example;https://b.example", "links.name[fr]": "Un;Deux"}
    assert [(link.url, dict(link.name)) for link in record(row).links] == [
        ("https://a.example", {"fr": "Un"}),
        ("https://b.example", {"fr": "Deux"}),
    ]


def test_an_object_fills_nested_fields() -> None:
    row = {"title": {"en": "Lake", "fr": "Lac"}, "license": "CC-BY-4.0", "links": [{"url": "https://a.example"}]}
    found = record(row)
    assert (dict(found.title), found.links[0].url) == ({"en": "Lake", "fr": "Lac"}, "https://a.example")


def test_a_type_that_is_none_of_ours_is_kept_beside_the_source_s() -> None:
    found = record({"title": "Lac", "type": "journal"}, "resource")
    assert (found.type, found.extra) == ("resource", {"csv": {"type": "journal"}})
    assert record({"title": "Lac", "type": "project"}, "resource").type == "project"


def test_a_row_is_the_source_s_record_under_an_id_that_stays() -> None:
    first, again = record({"title": "Lac"}), record({"title": "Mer"})
    assert first.id == again.id
    assert first.id.startswith("urn:chm:src:")
    assert first.publisher.node == "src"
    assert ("local", "r1") in [(each.scheme, each.value) for each in first.source_ids]
    assert first.provenance[-1].original_id == "r1"


def test_a_row_cannot_speak_as_another_node() -> None:
    assert record({"title": "Lac", "publisher.node": "ke"}).publisher.node == "src"


def test_a_record_s_own_id_stays_its_id() -> None:
    found = record({"id": "urn:chm:ke:r7", "title": "Lac", "publisher.node": "ke"})
    assert (found.id, found.publisher.node) == ("urn:chm:ke:r7", "ke")
    assert found.provenance[-1].source == "src"


def test_markup_copied_into_cells_goes() -> None:
    found = record({"title": "<b>Lac</b> &amp; mer", "summary": "<p>Un</p><script>x</script>"})
    assert dict(found.title) == {"fr": "Lac & mer"}
    assert "<" not in found.summary["fr"]
    assert not [problem for problem in validate(found) if problem.code.startswith("HTML")]


def test_a_row_without_a_title_or_type_says_so() -> None:
    assert [problem.code for problem in parsed({"x": "1"}).problems] == ["TITLE_MISSING"]
    assert "TYPE_MISSING" in [problem.code for problem in parsed({"title": "Lac"}, "").problems]


def test_bytes_that_are_no_row_are_a_problem() -> None:
    for payload in (b"[]", b"{}", b'{"row": 5, "map": {}}', b"x"):
        raw = new_raw("r", payload, format="table_row")
        assert CROSSWALKS["table_row"](raw, CONTEXT).problems


def test_a_column_usually_called_so_is_read_and_named_in_the_provenance() -> None:
    found = record({"Intitulé": "Lac", "Mots-clés": "eau;lagune"})
    assert (dict(found.title), [dict(each.label) for each in found.keywords]) == (
        {"fr": "Lac"},
        [{"fr": "eau"}, {"fr": "lagune"}],
    )
    assert found.provenance[-1].field_map == {"title": "Intitulé", "keywords.label": "Mots-clés"}


def test_the_type_of_a_publication_is_known_by_what_it_says() -> None:
    assert record({"title": "Lac", "type": "journal-article"}, "").type == "resource"
    assert record({"title": "Lac", "type": "Jeu de données"}, "").type == "dataset"
    assert record({"title": "Lac", "doi": "10.5072/x"}, "").type == "resource"


def test_addresses_are_taken_out_of_what_is_said_around_them() -> None:
    found = record({"title": "Lac", "links.url": "[Read me](https://a.example/x(1)) or https://b.example/."})
    assert [link.url for link in found.links] == ["https://a.example/x(1", "https://b.example/"]
    assert found.extra["csv"]["links.url"].startswith("[Read me]")  # type: ignore[index,call-overload]
    assert record({"title": "Lac", "links.url": "ask us"}).links == ()


def test_dates_in_odd_shapes_are_read_and_what_is_none_is_kept() -> None:
    found = record({"title": "Lac", "dates.issued": "28 Nov 2018", "dates.modified": "soon"})
    assert (found.dates.issued, found.dates.modified) == ("2018-11-28", None)
    assert found.extra == {"csv": {"dates.modified": "soon"}}


def test_words_that_are_no_country_language_or_term_cost_no_record() -> None:
    row = {"title": "Lac", "countryRegions": "Kenya, Atlantis", "languages": "fr; Martian", "subjects": "My reef"}
    found = record(row)
    assert (found.country_regions, found.languages) == (("KE",), ("fr",))
    assert [dict(each.label) for each in found.keywords] == [{"fr": "My reef"}]
    assert found.extra == {"csv": {"countryRegions": "Atlantis", "languages": "Martian"}}
    assert not [problem for problem in validate(found) if problem.severity == "error"]


def test_a_feature_lies_where_its_geometry_does() -> None:
    place = {"type": "Polygon", "coordinates": [[[1, 2], [3, 2], [3, 4], [1, 2]]]}
    held = {"row": {"title": "Lac"}, "map": {}, "type": "place", "geometry": place}
    found = CROSSWALKS["table_row"](new_raw("r", orjson.dumps(held), format="table_row"), CONTEXT).record
    assert found is not None
    assert found.spatial == Spatial(box=Box(west=1, south=2, east=3, north=4))


def test_keywords_that_are_terms_are_those_terms() -> None:
    found = record({"title": "Lac", "keywords.label": "Invasive species;reef;GBF-TARGET-02"})
    assert ([dict(each.label) for each in found.keywords], found.gbf_targets) == ([{"fr": "reef"}], ("GBF-TARGET-02",))
    assert len(found.subjects) == 1


def test_keywords_in_one_text_with_commas_are_several() -> None:
    words = [dict(each.label)["fr"] for each in record({"title": "Lac", "tags": "eau,lagune, rive"}).keywords]
    assert words == ["eau", "lagune", "rive"]
    one = record({"title": "Lac", "tags": "Joal, Sénégal"}).keywords
    assert [dict(each.label) for each in one] == [{"fr": "Joal, Sénégal"}]


def test_a_column_that_only_shares_our_name_costs_no_record_and_is_told() -> None:
    row = {
        "title": "Lac", "status": "active", "links": [{"url": "https://a.example", "rel": "self", "bytes": "12 MB"}],
        "spatial": {"box": {"west": "a"}}, "government": "Atlantis", "format": "PDF",
    }  # fmt: skip
    told = parsed(row)
    found = told.record
    assert found is not None
    assert [link.url for link in found.links] == ["https://a.example"]
    assert (found.spatial, found.government, found.details.format) == (None, None, "PDF")  # type: ignore[attr-defined]
    assert found.extra["csv"]["status"] == "active"  # type: ignore[index,call-overload]
    assert {problem.path for problem in told.problems if problem.severity == "warning"} >= {"/status", "/links/0/rel"}
    assert not [problem for problem in (*told.problems, *validate(found)) if problem.severity == "error"]


def test_a_row_of_ours_is_held_to_our_rules() -> None:
    assert parsed({"id": "urn:chm:ke:r7", "title": "Lac", "status": "active"}).record is None
