"""The catalogue service road: versions, schemas, windows, names and single records, over real HTTP."""

from __future__ import annotations

import pytest
from lxml import etree

from harvester.hostile.csw_service import (
    CSW_NAMESPACE,
    GMD,
    CswService,
    Entry,
    arguments,
    capabilities,
    document,
    exception,
    results,
    some_entries,
)
from harvester.hostile.scenario import Call
from harvester.protocols import Window, csw, recognise
from harvester.testing import Recorded
from tests.harvester.played_source import Played, identifiers_of, played

MDB = "http://standards.iso.org/iso/19115/-3/mdb/2.0"


def lists(stage: Played) -> list[dict[str, str]]:
    return [query for call in stage.asked if (query := arguments(call)).get("request") == "GetRecords"]


def test_a_list_is_read_as_iso_records_and_says_that_it_is_whole() -> None:
    with played("csw", CswService(some_entries(25)), page_size="10") as stage:
        pages = stage.pages()
        assert [len(page.records) for page in pages] == [10, 10, 5]
        assert {record.format for page in pages for record in page.records} == {"iso19139"}
        assert all(page.whole and not page.tracks_deletions for page in pages)
        assert pages[0].records[0].datestamp == "2024-03-01"
        assert lists(stage)[1]["startposition"] == "11"


def test_the_next_window_begins_at_the_first_answers_date_less_the_overlap() -> None:
    with played("csw", CswService(some_entries(15)), page_size="10", overlap_s="3600") as stage:
        pages = stage.pages()
    assert [page.next_since for page in pages] == [None, "2026-05-01T11:00:00Z"]


@pytest.mark.parametrize(("cql", "beside"), [("a = 'b'", "a = 'b'"), ("a = 'b' OR c = 'd'", "(a = 'b' OR c = 'd')")])
def test_a_window_is_a_constraint_beside_the_settings_own(cql: str, beside: str) -> None:
    service = CswService([Entry("old", "Old"), Entry("new", "New", "2026-04-02")])
    with played("csw", service, cql=cql) as stage:
        [page] = stage.pages(Window(since="2026-04-01T00:00:00Z"))
        assert (identifiers_of([page]), page.whole) == (["new"], False)
        assert lists(stage)[0]["constraint"] == f"{beside} AND dct:modified >= '2026-04-01T00:00:00Z'"


@pytest.mark.parametrize("code", ["InvalidParameterValue", "NoApplicableCode"])
def test_a_refused_window_is_learnt_and_the_whole_list_read(code: str) -> None:
    service = CswService(some_entries(3))

    def plain(call: Call) -> Recorded:
        refused = "constraint" in arguments(call)
        return exception(code, "no such property") if refused else service(call)

    with played("csw", plain) as stage:
        [page] = stage.pages(Window(since="2026-04-01T00:00:00Z"))
        assert (len(page.records), page.whole, page.learnt) == (3, True, {csw.WINDOW_QUIRK: "refused"})
        before = len(stage.asked)
        stage.pages(Window(since="2026-04-01T00:00:00Z"), **page.learnt)
        assert len(stage.asked) == before + 2, "the description and one page, no second try"


def test_a_window_that_is_passed_over_is_learnt() -> None:
    service = CswService(some_entries(3))
    with played("csw", lambda call: service(Call(call.root, call.path, {**call.query, "constraint": ""}))) as stage:
        [page] = stage.pages(Window(since="2026-04-01T00:00:00Z"))
    assert page.learnt == {csw.WINDOW_QUIRK: "ignored"}


def test_a_refused_type_name_gives_way_to_the_schemas_own_and_is_remembered() -> None:
    service = CswService(some_entries(3))

    def strict(call: Call) -> Recorded:
        query = arguments(call)
        if query.get("request") == "GetRecords" and query["typenames"] != "gmd:MD_Metadata":
            return exception("InvalidParameterValue", "typeNames")
        return service(call)

    with played("csw", strict) as stage:
        [page] = stage.pages()
        assert (len(page.records), page.learnt) == (3, {csw.FORM_QUIRK: "1"})
        stage.pages(**page.learnt)
        assert lists(stage)[-1]["typenames"] == "gmd:MD_Metadata"


def test_a_service_of_version_3_is_asked_in_version_3() -> None:
    service = CswService(some_entries(2))

    def newer(call: Call) -> Recorded:
        if arguments(call).get("request") == "GetCapabilities":
            return capabilities(call.root, version="3.0.0")
        return service(call)

    with played("csw", newer) as stage:
        stage.pages()
        assert (lists(stage)[0]["version"], lists(stage)[0]["outputschema"]) == ("3.0.0", GMD)


def test_a_service_without_iso_records_is_read_as_dublin_core() -> None:
    service = CswService(some_entries(2))

    def plain(call: Call) -> Recorded:
        if arguments(call).get("request") == "GetCapabilities":
            return capabilities(call.root, schemas=[CSW_NAMESPACE])
        return service(call)

    with played("csw", plain) as stage:
        [page] = stage.pages()
    assert {record.format for record in page.records} == {"csw_record"}


def test_records_of_iso_19115_3_are_known_by_their_namespace() -> None:
    record = (
        f'<mdb:MD_Metadata xmlns:mdb="{MDB}" xmlns:mcc="urn:mcc" xmlns:gco="urn:gco">'
        "<mdb:metadataIdentifier><mcc:MD_Identifier>"
        "<mcc:codeSpace><gco:CharacterString>space</gco:CharacterString></mcc:codeSpace>"
        "<mcc:code><gco:CharacterString>reef-3</gco:CharacterString></mcc:code></mcc:MD_Identifier>"
        "</mdb:metadataIdentifier></mdb:MD_Metadata>"
    )

    def newest(call: Call) -> Recorded:
        described = arguments(call).get("request") == "GetCapabilities"
        return capabilities(call.root, schemas=[MDB]) if described else results([record], 1, 0)

    with played("csw", newest) as stage:
        [page] = stage.pages()
    assert [(record.identifier, record.format) for record in page.records] == [("reef-3", "iso19115_3")]


def test_names_are_read_from_brief_records() -> None:
    with played("csw", CswService(some_entries(12))) as stage:
        [roll] = csw.identifiers(stage.fetcher, stage.source)
        assert ([named.identifier for named in roll.named][:2], roll.last) == (["reef-001", "reef-002"], True)
        assert lists(stage)[0]["elementsetname"] == "brief"


def test_one_record_is_fetched_anew_or_told_as_missing() -> None:
    with played("csw", CswService(some_entries(2))) as stage:
        [listed, _] = stage.pages()[0].records
        [record] = csw.fetch_one(stage.fetcher, stage.source, "reef-001").records
        missing = csw.fetch_one(stage.fetcher, stage.source, "nobody")
    assert (record.identifier, record.sha256) == ("reef-001", listed.sha256)
    assert missing.problems[0].record_id == "nobody"


def test_a_record_has_the_same_bytes_whatever_prefixes_surround_it() -> None:
    [one] = etree.fromstring(results(["<dc:title>a</dc:title>"], 1, 0).body)[1]
    assert etree.tostring(one, method="c14n", exclusive=True) == (
        b'<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">a</dc:title>'
    )


def test_a_service_is_recognised_from_a_pasted_request() -> None:
    with played("csw", CswService(some_entries(2))) as stage:
        found = recognise(stage.fetcher, f"{stage.source.url}?service=CSW&REQUEST=GetCapabilities")
        assert (found.protocol, found.url, found.name) == ("csw", stage.source.url, "Reef catalogue")


def test_another_xml_service_is_no_catalogue() -> None:
    with played("csw", lambda call: document("<WMS_Capabilities/>")) as stage:
        assert csw.probe(stage.fetcher, stage.source.url) is None
