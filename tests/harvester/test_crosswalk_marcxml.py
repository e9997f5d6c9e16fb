"""MARCXML becomes records."""

from __future__ import annotations

import pytest

from harvester.crosswalks.marcxml import to_degrees
from tests.harvester.xml_stage import parsed, record


def field(tag: str, subfields: dict[str, str], ind: str = "  ") -> str:
    inner = "".join(f'<subfield code="{code}">{text}</subfield>' for code, text in subfields.items())
    return f'<datafield tag="{tag}" ind1="{ind[0]}" ind2="{ind[1]}">{inner}</datafield>'


def marc(*fields: str, leader: str = "00000nam a2200000 a 4500", fixed: str = "") -> str:
    control = f'<controlfield tag="008">{fixed}</controlfield>' if fixed else ""
    return (
        f'<record xmlns="http://www.loc.gov/MARC21/slim"><leader>{leader}</leader>'
        f'<controlfield tag="001">77</controlfield><controlfield tag="003">KEN</controlfield>{control}'
        f"{''.join(fields)}</record>"
    )


TITLE = field("245", {"a": "Mires of Kenya :", "b": "a survey /", "c": "by M. Otieno."})


def test_the_title_has_its_parts_and_neither_who_is_responsible_nor_library_punctuation() -> None:
    assert record("marcxml", marc(TITLE)).title["und"] == "Mires of Kenya: a survey"


def test_the_language_is_read_from_041_or_the_fixed_field() -> None:
    fixed = "170906s1998    ke |||||o|||||||||||swa||"
    assert record("marcxml", marc(TITLE, fixed=fixed)).languages == ("sw",)
    assert record("marcxml", marc(TITLE, field("041", {"a": "engfre"}), fixed=fixed)).languages == ("en", "fr")


def test_main_entries_are_authors_and_others_go_by_their_role() -> None:
    found = record("marcxml", marc(TITLE, field("100", {"a": "Otieno, Mary,", "e": "author."}),
                                   field("700", {"a": "Ali, Juma,", "e": "editor."}),
                                   field("260", {"a": "Nairobi :", "b": "Peat Press,", "c": "1998."})))  # fmt: skip
    assert [each.name["und"] for each in found.details.authors] == ["Otieno, Mary"]  # type: ignore[attr-defined]
    assert [(each.role, each.name["und"]) for each in found.organizations] == [
        ("contributor", "Ali, Juma"), ("publisher", "Peat Press"),
    ]  # fmt: skip
    assert found.dates.issued == "1998"


@pytest.mark.parametrize("tag", ["260", "264"])
def test_where_a_work_came_out_is_kept(tag: str) -> None:
    imprint = field(tag, {"a": "Nairobi :", "b": "Peat Press,", "c": "2020."}, " 1")
    found = record("marcxml", marc(TITLE, imprint))
    assert found.extra["marcxml"][f"{tag}$a"] == ["Nairobi"]  # type: ignore[index,call-overload]


def test_numbers_addresses_and_terms_go_to_their_fields() -> None:
    found = record("marcxml", marc(
        TITLE, field("020", {"a": "9780306406157 (paper)"}), field("024", {"a": "10.1234/peat", "2": "doi"}, "7 "),
        field("856", {"u": "https://a.example/1", "y": "Read it"}, "40"),
        field("856", {"u": "https://a.example/toc"}, "42"),
        field("650", {"a": "Peat", "z": "Kenya", "x": "History."}), field("651", {"a": "Uganda."}),
    ))  # fmt: skip
    assert {("isbn", "9780306406157"), ("doi", "10.1234/peat")} <= {
        (each.scheme, each.value) for each in found.source_ids
    }
    assert [(link.url, link.rel) for link in found.links] == [
        ("https://a.example/1", "landing"), ("https://a.example/toc", "document"),
    ]  # fmt: skip
    assert found.country_regions == ("KE", "UG")
    assert [each.label["und"] for each in found.keywords] == ["Peat -- History"]


def test_the_symbol_of_a_united_nations_document_is_its_identifier() -> None:
    found = record("marcxml", marc(TITLE, field("191", {"a": "A/67/348"}), field("191", {"a": "shelf 3"})))
    assert ("un-symbol", "A/67/348") in {(each.scheme, each.value) for each in found.source_ids}
    assert found.extra["marcxml"]["191"] == ["A/67/348", "shelf 3"]  # type: ignore[call-overload,index]


def test_a_map_is_a_dataset_with_its_place() -> None:
    place = field("034", {"d": "E0330000", "e": "E0420000", "f": "N0050000", "g": "S0050000"})
    found = record("marcxml", marc(TITLE, place, leader="00000nem a2200000 a 4500"))
    assert found.type == "dataset"
    assert found.spatial is not None and found.spatial.box is not None and found.spatial.box.south == -5


@pytest.mark.parametrize(("text", "degrees"), [("W0363000", -36.5), ("+12.5", 12.5), ("n01", 1), ("about 5", None)])
def test_degrees_are_read_in_the_ways_libraries_write_them(text: str, degrees: float | None) -> None:
    assert to_degrees(text) == degrees


def test_other_fields_are_kept_by_tag_and_no_field_is_lost() -> None:
    found = record("marcxml", marc(TITLE, field("500", {"a": "With maps."}), field("099", {"a": "QK 1"})))
    assert found.extra["marcxml"] == {"099": ["QK 1"], "245$c": ["by M. Otieno."], "500": ["With maps."]}


def test_an_element_of_another_name_is_refused() -> None:
    assert parsed("marcxml", "<mods/>").problems[0].code == "CROSSWALK_FAILED"


def test_the_page_bears_the_name_of_its_link() -> None:
    found = record("marcxml", marc(TITLE, field("856", {"u": "https://a.example/1", "y": "Read it"}, "40")))
    assert [(link.rel, link.name.get("und")) for link in found.links] == [("landing", "Read it")]
