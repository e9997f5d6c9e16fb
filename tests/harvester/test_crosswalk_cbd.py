"""CBD index entries and documents become records: languages, terms, references, confidentiality, one test a concern."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.crosswalks import CROSSWALKS
from harvester.crosswalks.cbd_schemas import KINDS
from harvester.crosswalks.context import Context
from harvester.raw import new_raw
from vocabularies.formats.native import Parsed, dump_native
from vocabularies.identifiers import identity_keys
from vocabularies.record import RECORD_CLASSES, Record
from vocabularies.term_rules import term_fields
from vocabularies.validation import validate

NOW = datetime(2026, 5, 1, tzinfo=UTC)
CONTEXT = Context("cbd", "CBD", "https://api.cbd.example/api/v2013", None, None, NOW, "cbd")
GUID = "3F2504E0-4F89-41D3-9A0C-0305E82C3301"
OTHER = "7C9E6679-7425-40DE-944B-E07FC1F90AE7"
ENTRY: dict[str, Any] = {
    "identifier_s": GUID, "schema_s": "resource", "realm_ss": ["chm"], "title_EN_s": "Reef atlas",
    "updatedDate_dt": "2025-02-03T04:05:06Z", "_revision_i": 4,
}  # fmt: skip


def read(payload: dict[str, Any], form: str, name: str = GUID) -> Parsed:
    return CROSSWALKS[form](new_raw(name, orjson.dumps(payload), format=form), CONTEXT)


def of_entry(**more: Any) -> Record:
    found = read(ENTRY | more, "cbd_index").record
    assert found is not None
    return found


def of_document(schema: str, *, beside: dict[str, Any] | None = None, **fields: Any) -> Record:
    header = {"identifier": GUID, "schema": schema, "languages": ["en"]}
    payload = {"document": {"header": header, "title": {"en": "A title"}, **fields}, **(beside or {})}
    found = read(payload, "cbd_document").record
    assert found is not None
    return found


def errors(record: Record) -> list[str]:
    return [found.code for found in validate(record) if found.severity == "error"]


def test_texts_of_an_entry_are_read_by_language() -> None:
    record = of_entry(title_FR_s="Atlas des récifs", summary_EN_t="<p>Where reefs&nbsp;are.</p>", title_s="Reef atlas")
    assert record.title == {"en": "Reef atlas", "fr": "Atlas des récifs"}
    assert record.summary == {"en": "Where reefs\xa0are."}
    assert record.languages == ("en", "fr")


def test_a_text_that_stands_in_for_a_missing_translation_is_no_translation() -> None:
    record = of_entry(title_FR_s="Reef atlas", title_AR_s="Reef atlas", title_ES_s="Atlas de arrecifes")
    assert record.title == {"en": "Reef atlas", "es": "Atlas de arrecifes"}
    assert of_entry(title_FR_s="Reef atlas", languages_ss=["fr"]).title == {"fr": "Reef atlas"}


def test_a_longer_text_of_the_same_field_says_all() -> None:
    assert of_entry(summary_EN_s="Where reefs", summary_EN_t="Where reefs are.").summary == {"en": "Where reefs are."}


def test_a_record_is_one_from_the_index_from_its_document_and_from_a_copy() -> None:
    entry, document = of_entry(), of_document("resource")
    assert entry.id == document.id
    assert f"cbd:{GUID.lower()}" in set(identity_keys(entry)) & set(identity_keys(document))
    assert [(each.scheme, each.value, each.revision) for each in entry.source_ids] == [("cbd", GUID, "4")]


def test_the_identifier_is_found_in_the_address_and_the_government_not_in_the_number() -> None:
    address = f"https://ort.example/national-targets/my-country/part-1/{OTHER}/view"
    entry = {
        "uniqueIdentifier_s": "ort-nt7-be-265248-1", "schema_s": "nationalTarget7", "schemaType_s": "national",
        "government_s": "ht", "title_EN_s": "Alien species", "url_ss": [address],
    }  # fmt: skip
    record = read(entry, "cbd_index", OTHER).record
    assert record is not None
    assert (record.type, record.subtype, record.government) == ("nationalTarget", "target", "HT")
    assert [(link.url, link.rel) for link in record.links] == [(address, "landing")]
    assert {f"cbd:{OTHER.lower()}", "cbd-unique:ort-nt7-be-265248"} < set(identity_keys(record))
    assert record.treaties == ("cbd",)


def test_a_record_anybody_may_submit_is_no_government_s() -> None:
    record = of_entry(government_s="ke", schemaType_s="reference")
    assert (record.government, record.country_regions) == (None, ("KE",))
    assert of_entry(government_s="eu", schemaType_s="national").government == "EU"


def test_terms_of_an_entry_go_to_their_fields_and_unknown_ones_are_kept() -> None:
    record = of_entry(
        cbdSubjects_ss=["CBD-SUBJECT-MAR", "CBD-SUBJECT-VENTS"],
        cbdSubjects_EN_ss=["Marine", "Deep-sea vents"],
        gbfTargets_ss=["GBF-TARGET-012", "GBF-TARGET-03"],
        gbfTargets_REL_ss=["GBF-TARGETS"],
        aichiTargets_ss=["AICHI-TARGET-11-C2"],
        countryRegions_ss=["ke", "E6E7F8C3-0E1B-4C36-9D9F-2B2F3A5F0001", "atlantis"],
        keywords_ss=["coral", OTHER],
    )
    assert "CBD-SUBJECT-MAR" in record.subjects
    assert (record.gbf_targets, record.aichi_targets) == (("GBF-TARGET-12", "GBF-TARGET-03"), ("AICHI-TARGET-11",))
    assert record.country_regions == ("KE", "E6E7F8C3-0E1B-4C36-9D9F-2B2F3A5F0001")
    assert [dict(each.label) for each in record.keywords] == [{"en": "Deep-sea vents"}, {"und": "coral"}]
    assert (record.extra["cbd"]["terms"], record.extra["cbd"]["places"]) == ([OTHER], ["atlantis"])  # type: ignore[call-overload,index]
    assert record.extra["cbd"]["codes"] == {"cbdSubjects": {"CBD-SUBJECT-VENTS": "Deep-sea vents"}}  # type: ignore[call-overload,index]
    assert errors(record) == []


def test_a_term_written_out_stands_for_its_bare_identifier() -> None:
    term = '{"identifier": "CBD-SUBJECT-VENTS", "title": {"en": "Deep-sea vents"}}'
    record = of_entry(government_s="ke", government_CEN_s='{"identifier": "ke"}', thematicArea_s="CBD-SUBJECT-VENTS",
                      thematicArea_CEN_s=term)  # fmt: skip
    assert record.government == "KE"
    assert [dict(each.label) for each in record.keywords] == [{"en": "Deep-sea vents"}]


def test_links_inside_json_texts_are_read() -> None:
    links = '[{"url": "/api/v2013/documents/x/attachments/a.pdf", "name": "Atlas", "language": "en"}]'
    record = of_entry(documentLinks_s=links, websites_C_ss=['{"url": "https://reef.example", "name": "Site"}'])
    assert [(link.url, dict(link.name), link.language) for link in record.links] == [
        ("https://api.cbd.example/api/v2013/documents/x/attachments/a.pdf", {"en": "Atlas"}, "en"),
        ("https://reef.example", {"und": "Site"}, None),
    ]


def test_what_nobody_mapped_is_kept_without_people_s_numbers() -> None:
    record = of_entry(depthZone_s="B", emails_ss=["a@b.example"], phones_ss=["1"], mobiles_ss=["2"], text_EN_txt="all")
    assert record.extra["cbd"] == {"depthZone": "B", "realm": ["chm"], "schema": "resource"}


def test_dates_of_the_clearing_house_and_of_the_thing_are_told_apart() -> None:
    record = of_entry(
        createdDate_dt="2020-01-02T00:00:00Z", publicationDate_s="2019-03", startDate_dt="2018-01-01T00:00:00Z"
    )
    assert (record.dates.created, record.dates.modified) == ("2020-01-02T00:00:00Z", "2025-02-03T04:05:06Z")
    assert record.dates.issued == "2019-03"
    assert record.temporal is not None
    assert record.revision == 4


@pytest.mark.parametrize("schema", sorted(KINDS))
@pytest.mark.parametrize("form", ["cbd_index", "cbd_document"])
def test_every_schema_becomes_a_valid_record_of_its_type(schema: str, form: str) -> None:
    record = of_entry(schema_s=schema) if form == "cbd_index" else of_document(schema)
    assert (record.type, record.subtype) == KINDS[schema][:2]
    assert errors(record) == []
    assert record.extra["cbd"]["schema"] == schema  # type: ignore[call-overload,index]


def test_every_subtype_of_the_table_is_one_of_ours() -> None:
    core, _ = term_fields("resource")
    accepted = next(each.accepted for each in core if each.name == "subtype")
    assert {kind.subtype for kind in KINDS.values() if kind.subtype} <= accepted
    assert {kind.type for kind in KINDS.values()} <= RECORD_CLASSES.keys()


def test_a_schema_nobody_told_us_is_a_resource_with_a_note() -> None:
    parsed = read(ENTRY | {"schema_s": "wetlandInventory"}, "cbd_index")
    assert parsed.record is not None
    assert parsed.record.type == "resource"
    assert [(each.code, each.severity, each.value) for each in parsed.problems] == [
        ("TYPE_UNKNOWN", "note", "wetlandInventory")
    ]


def test_a_record_without_title_is_called_by_its_schema_and_country() -> None:
    record = of_document("nationalReport7", title={}, government={"identifier": "ke"})
    assert record.title == {"en": "Seventh national report – Kenya"}
    assert (record.government, record.details.cycle) == ("KE", "NR7")  # type: ignore[attr-defined]


def test_html_of_a_document_becomes_text_without_code() -> None:
    record = of_document("resource", summary={"en": "<div><!--block-->One</div><script>alert(1)</script><p>Two</p>"})
    assert record.summary == {"en": "One\nTwo"}


def test_other_languages_than_the_six_are_kept() -> None:
    record = of_document("resource", title={"en": "Reefs", "sw": "Miamba", "zh-hans": "礁"})
    assert record.title == {"en": "Reefs", "sw": "Miamba", "zh-Hans": "礁"}


def test_references_lose_their_revision_in_relations_and_keep_it_with_their_field() -> None:
    beside = {"identifier": "0F0F0F0F-1111-2222-3333-444455556666", "version": 3}
    record = of_document("measure", amendedMeasures=[{"identifier": f"{OTHER}@12"}], authorities=[beside])
    assert [(each.type, each.target) for each in record.relations] == [
        ("replaces", f"https://api.cbd.example/api/v2013/documents/{OTHER}"),
        ("related", f"https://api.cbd.example/api/v2013/documents/{beside['identifier']}"),
    ]
    assert record.details.amends == (OTHER,)  # type: ignore[attr-defined]
    assert record.extra["cbd"]["references"] == [  # type: ignore[call-overload,index]
        f"amendedMeasures: {OTHER}@12", f"authorities: {beside['identifier']}@3"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "name"),
    [("Ada Fen (ada@fens.example)", "Ada Fen"), ("Ada Fen <ada@fens.example>", "Ada Fen"),
     ("Ada Fen, e-mail: ada@fens.example; Bo Reed", "Ada Fen; Bo Reed"), ("ada@fens.example", None)],
)  # fmt: skip
def test_an_author_keeps_the_name_and_loses_the_address_beside_it(written: str, name: str | None) -> None:
    record = of_document("resource", authors={"en": written})
    assert [dict(each.name) for each in record.details.authors] == ([{"en": name}] if name else [])  # type: ignore[attr-defined]
    assert "@" not in dump_native(record).decode()


def test_a_term_called_other_says_what_it_is() -> None:
    other = {"identifier": "5B6177DD-5E5E-434E-8CB7-D63D67D5EBED", "customValue": {"en": "Seed bank"}}
    assert of_document("resource", resourceTypes=[other]).details.resource_types == ("Seed bank",)  # type: ignore[attr-defined]


def test_confidential_fields_are_nowhere_in_a_certificate() -> None:
    record = of_document(
        "absPermit", government={"identifier": "af"}, picGranted=True, matEstablished=True, dateOfIssuance="2024-05-01",
        subjectMatter={"en": "SECRET"}, subjectMatterConfidential=True, keywordOther={"en": "SECRET"},
        specimens=[{"url": "https://x.example/SECRET"}], usagesConfidential=False, usagesDescription={"en": "Food"},
        providers=[{"identifier": "SECRET-PROVIDER-1@1"}], providersConfidential=True,
    )  # fmt: skip
    assert record.access.confidential == ("providers", "subjectMatter")
    assert "SECRET" not in dump_native(record).decode()
    assert "Food" in dump_native(record).decode()
    assert (record.details.prior_informed_consent, record.details.mutually_agreed_terms) == (True, True)  # type: ignore[attr-defined]


def test_confidential_fields_are_nowhere_in_an_entry_of_the_index() -> None:
    record = of_entry(schema_s="absPermit", subjectMatter_EN_t="SECRET", subjectMatterConfidential_b=True,
                      keywords_ss=["SECRET"], all_terms_ss=["SECRET"], text_EN_txt="SECRET")  # fmt: skip
    assert record.access.confidential == ("subjectMatter",)
    assert "SECRET" not in dump_native(record).decode()


def test_of_a_person_name_role_and_institution_are_told_and_nothing_else() -> None:
    record = of_document(
        "focalPoint", title={}, firstName="Amina", lastName="Odhiambo", designation={"en": "Director"},
        organization={"en": "Ministry of Environment"}, government={"identifier": "ke"}, categories=["CHM-FP"],
        emails=["amina@gov.example"], phones=["+254 1"], mobiles=["+254 2"], addressLine1={"en": "Moi Avenue 1"},
        postalCode={"en": "00100"}, gender={"identifier": "F"},
    )  # fmt: skip
    text = dump_native(record).decode()
    assert record.title == {"en": "Amina Odhiambo"}
    assert (record.details.categories, record.details.treaty, record.details.country) == (("CHM-FP",), "cbd", "KE")  # type: ignore[attr-defined]
    assert not any(word in text for word in ("amina@", "+254", "Moi Avenue", "00100", "gender"))


def test_the_address_in_a_focal_point_s_description_is_not_told() -> None:
    record = of_entry(schema_s="focalPoint", title_s="Amina Odhiambo", description_s="Moi Avenue 1, amina@gov.example",
                      summary_EN_t="Tel. +254 1", ctgList_ss=["BCH-FP"])  # fmt: skip
    text = dump_native(record).decode()
    assert not any(word in text for word in ("Moi Avenue", "amina@", "+254"))
    assert record.details.treaty == "cartagena"  # type: ignore[attr-defined]


def test_a_request_for_assistance_is_a_need() -> None:
    record = of_document(
        "bbiRequest", problem={"en": "<p>No taxonomists.</p>"},
        assistanceTypes=[{"identifier": OTHER}, {"identifier": "training"}],
        otherGovernments=[{"identifier": "tz"}], gbfTargets=[{"identifier": "GBF-TARGET-20"}], status="matched",
    )  # fmt: skip
    assert (record.type, record.subtype, record.gbf_targets) == ("need", "assistanceRequest", ("GBF-TARGET-20",))
    assert record.summary == {"en": "No taxonomists."}
    details = record.details  # type: ignore[attr-defined]
    assert (details.assistance_types, details.other_governments, details.state) == (("training",), ("TZ",), "matched")
    assert record.extra["cbd"]["assistanceTypes"] == [OTHER]  # type: ignore[call-overload,index]
    assert errors(record) == []


def test_a_national_target_says_to_what_it_answers_and_how_closely() -> None:
    aligned = [
        {"identifier": "GBF-TARGET-02", "degreeOfAlignment": {"identifier": "GBF-DEGREE-OF-ALIGNMENT-HIGH"}},
        {"identifier": "GBF-TARGET-03"},
    ]
    record = of_document(
        "nationalTarget7", globalTargetAlignment=aligned, headlineIndicators=[{"identifier": "KMGBF-INDICATOR-2.2"}]
    )
    details = record.details  # type: ignore[attr-defined]
    assert [(each.target, each.degree) for each in details.alignment] == [
        ("GBF-TARGET-02", "high"),
        ("GBF-TARGET-03", None),
    ]
    assert details.indicators == ("KMGBF-INDICATOR-2.2",)


def test_the_index_says_beside_a_document_where_its_page_is_and_when_it_changed() -> None:
    record = of_document(
        "resource", beside={"index": ENTRY | {"url_ss": ["https://chm.example/r/7"], "title_EN_s": "Not this"}}
    )
    assert [(link.url, link.rel) for link in record.links] == [("https://chm.example/r/7", "landing")]
    assert (record.title, record.dates.modified, record.revision) == ({"en": "A title"}, "2025-02-03T04:05:06Z", 4)


def test_info_stands_in_where_there_is_no_entry() -> None:
    info = {"revision": 3, "updatedOn": "2013-10-01T22:08:17.073Z", "realm": "CHM", "documentID": 12345}
    record = of_document("resource", beside={"info": info})
    assert record.links[0].url == "https://chm.cbd.int/database/record?documentID=12345"
    assert (record.revision, record.dates.modified, record.treaties) == (3, "2013-10-01T22:08:17Z", ("cbd",))


@pytest.mark.parametrize(("changed", "state"), [("2025-09", "current"), ("2025-03", "due"), ("2024-12", "unconfirmed")])
def test_a_national_database_is_to_be_confirmed_every_year(changed: str, state: str) -> None:
    record = of_entry(schema_s="database", updatedDate_dt=f"{changed}-01T00:00:00Z")
    assert record.freshness is not None
    assert record.freshness.state == state


def test_bytes_that_are_no_json_are_told_with_their_place() -> None:
    parsed = CROSSWALKS["cbd_index"](new_raw("x", b'{"a": ', format="cbd_index"), CONTEXT)
    assert (parsed.record, parsed.problems[0].code) == (None, "JSON_SYNTAX")


def test_a_record_of_a_clearing_house_of_ours_is_no_document_of_the_cbd() -> None:
    ours = ENTRY | {"identifiers_ss": ["urn:chm:ke:1", "doi:10.5072/fens"]}
    schemes = {each.scheme for each in read(ours, "cbd_index").record.source_ids}  # type: ignore[union-attr]
    assert "cbd" not in schemes and {"chm", "doi"} <= schemes
    copy = ours | {"identifiers_ss": ["urn:chm:ke:1", f"cbd:{GUID}"]}
    assert ("cbd", GUID) in {(each.scheme, each.value) for each in read(copy, "cbd_index").record.source_ids}  # type: ignore[union-attr]


ANY_VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 10**12)
    | st.text(max_size=9)
    | st.sampled_from(["ke", f"{OTHER}@3", "//", "[1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["en", "identifier", "customValue", "url", "lat", "lng", "title"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
SOME_FIELDS = [
    "title",
    "government",
    "gbfTargets",
    "documentLinks",
    "coordinates",
    "startDate",
    "nagoya",
    "url",
    "revision",
]
ENDINGS = ["", "_s", "_ss", "_EN_s", "_FR_ss", "_dt", "_CEN_s", "_C_ss", "_i"]
NAMES = st.builds(str.__add__, st.sampled_from(SOME_FIELDS), st.sampled_from(ENDINGS))


@given(st.dictionaries(NAMES, ANY_VALUE, max_size=5), st.sampled_from(sorted(KINDS)))
def test_no_value_of_any_kind_makes_a_crosswalk_fail(fields: dict[str, Any], schema: str) -> None:
    header = {"header": {"identifier": GUID, "schema": schema}}
    for form, payload in (("cbd_index", {**fields, "schema_s": schema}), ("cbd_document", fields | header)):
        parsed = read(payload, form)
        assert parsed.record is not None or parsed.problems
