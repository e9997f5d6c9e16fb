"""The road of files: forms, places, folders, what an address tells; over real HTTP and real folders."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from harvester.crosswalks import CROSSWALKS, Context
from harvester.errors import (
    AnswerUnreadable,
    CursorExpired,
    ListLoops,
    ResponseTooLarge,
    SettingError,
    UnrecognisedSource,
    WrongAnswer,
)
from harvester.fetch import FetchSettings, HttpFetcher
from harvester.hostile.file_site import FileSite, a_row, archive, csv_file, some_rows, table, workbook
from harvester.hostile.scenario import Call
from harvester.network.machine import Machine
from harvester.protocols import PROTOCOLS, Page, Window, recognise
from harvester.raw import RawRecord
from harvester.sources import Source, config_from_settings
from harvester.testing import FakeFetch, Recorded
from tests.harvester.played_source import identifiers_of, played
from tests.harvester.xml_stage import CONTEXT
from vocabularies.formats.native import dump_native
from vocabularies.formats.tabular import dump_csv
from vocabularies.record import Link, Publisher, new_record
from vocabularies.text import LangText

ADDRESS = "https://files.example/list"
ISO = (
    b'<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">'
    b"<gmd:fileIdentifier><gco:CharacterString>iso-%d</gco:CharacterString></gmd:fileIdentifier></gmd:MD_Metadata>"
)
EML = b'<eml:eml xmlns:eml="https://eml.ecoinformatics.org/eml-2.2.0" packageId="pack-1"><dataset/></eml:eml>'
BUNDLE = [
    {"id": f"urn:chm:ke:r{number}", "type": "news", "title": {"en": f"News {number}"}, "publisher": {"node": "ke"}}
    for number in (1, 2)
]


def read(body: bytes, name: str = "list.csv", **settings: str) -> list[Page]:
    """Read one file."""
    url = f"https://files.example/{name}"
    source = Source("s", "S", url, "files", config_from_settings("files", settings))
    return list(PROTOCOLS["files"].pages(FakeFetch({url: body}), source, Window()))


def records(pages: list[Page]) -> list[RawRecord]:
    return [record for page in pages for record in page.records]


def rows(pages: list[Page]) -> list[object]:
    return [orjson.loads(record.payload)["row"] for record in records(pages)]


def remarks(pages: list[Page]) -> dict[str, str]:
    return {remark.code: remark.value for page in pages for remark in page.remarks}


def test_a_workbook_gives_what_a_text_table_gives() -> None:
    text = table(some_rows(2))
    cells = [line.split(",") for line in text.decode().splitlines()]
    assert rows(read(workbook(cells), "list.xlsx")) == rows(read(text))


def test_a_workbook_s_sheet_can_be_named() -> None:
    book = workbook([["id", "title[en]"], ["1", "Lake"], ["", ""], ["2", "Sea"]])
    assert rows(read(book, "list.xlsx", sheet="plots")) == [
        {"id": "1", "title[en]": "Lake"},
        {"id": "2", "title[en]": "Sea"},
    ]
    with pytest.raises(AnswerUnreadable, match="no sheet “2025”, but Plots"):
        read(book, "list.xlsx", sheet="2025")


def test_a_whole_file_is_whole_and_names_its_rows() -> None:
    pages = read(table(some_rows(3)), page_size="2")
    assert [len(page.records) for page in pages] == [2, 1, 0]
    assert all(page.whole and not page.tracks_deletions for page in pages)
    assert [page.cursor is None for page in pages] == [False, False, True]
    assert identifiers_of(pages) == ["plot-1", "plot-2", "plot-3"]


def test_a_cursor_goes_on_behind_its_page_while_the_file_is_the_same() -> None:
    body = table(some_rows(5))
    first = read(body, page_size="2")[0]
    url = "https://files.example/list.csv"
    source = Source("s", "S", url, "files", config_from_settings("files", {"page_size": "2"}))
    for there, expected in ((body, ["plot-3", "plot-4", "plot-5"]), (table(some_rows(2, 8)), ["plot-8", "plot-9"])):
        rest = list(PROTOCOLS["files"].pages(FakeFetch({url: there}), source, Window(cursor=first.cursor)))
        assert identifiers_of(rest) == expected
        assert not any(page.whole for page in rest)


@pytest.mark.parametrize("cursor", ["", "[]", '{"swept": 1}', '{"other": 1}'])
def test_a_strange_cursor_is_refused(cursor: str) -> None:
    source = Source("s", "S", ADDRESS, "files", config_from_settings("files", {}))
    with pytest.raises(CursorExpired):
        list(PROTOCOLS["files"].pages(FakeFetch({}), source, Window(cursor=cursor)))


def test_a_row_without_a_name_is_named_by_what_it_says_and_that_is_told() -> None:
    body = b"title[en]\nLake\nSea\n"
    assert identifiers_of(read(body)) == identifiers_of(read(b"title[en]\nLake\nSea\n"))
    assert "2 rows" in remarks(read(body))["ID_MISSING"]
    assert identifiers_of(read(b"title[en],No\nLake,7\n", id_column="no")) == ["7"]


def test_columns_nobody_mapped_are_told_once() -> None:
    told = read(b"id,title[en],Montant,Bailleur\n1,Lake,5,x\n2,Sea,6,y\n")
    assert [remark.code for page in told for remark in page.remarks] == ["COLUMN_UNKNOWN"]
    assert "Montant, Bailleur" in remarks(told)["COLUMN_UNKNOWN"]


def test_a_mapping_that_changes_changes_the_records_it_speaks_of() -> None:
    body = b"id,Titre\n1,Lac\n"
    before, after = (records(read(body, map=text))[0] for text in ("title[fr]=Titre", "title[en]=Titre"))
    assert before.sha256 != after.sha256
    assert records(read(body, map="title[fr]=Titre;license=Licence"))[0].sha256 == before.sha256


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("bundle.jsonl", b"\n".join(map(orjson.dumps, BUNDLE))),
        ("bundle", b"\n".join(map(orjson.dumps, BUNDLE))),
        ("bundle.json", orjson.dumps(BUNDLE)),
        ("bundle.json", orjson.dumps({"count": 2, "records": BUNDLE})),
        ("bundle.zip", archive({"a/bundle.jsonl": b"\n".join(map(orjson.dumps, BUNDLE)), "readme.md": b"x"})),
    ],
)
def test_a_bundle_of_ours_is_read_as_it_is(name: str, body: bytes) -> None:
    found = records(read(body, name))
    assert [(record.format, record.identifier) for record in found] == [
        ("native", "urn:chm:ke:r1"),
        ("native", "urn:chm:ke:r2"),
    ]


def test_objects_are_found_under_any_usual_name_and_a_broken_one_costs_no_other() -> None:
    pages = read(b'{"total": 3, "items": [{"id": 1}, {"x": NaN}, "text", {"id": 2}]}', "list.json")
    assert identifiers_of(pages) == ["1", "2"]
    assert [problem.code for page in pages for problem in page.problems] == ["JSON_SYNTAX", "VALUE_TYPE"]


def test_geojson_features_give_their_properties() -> None:
    feature = b'{"type":"Feature","id":"e1","properties":{"name":"Reef"},"geometry":null}'
    body = b'{"type":"FeatureCollection","features":[%s]}' % feature
    assert rows(read(body, "list.geojson")) == [{"id": "e1", "name": "Reef"}]


def test_elements_of_a_list_are_records_with_their_languages() -> None:
    first = b'<rec no="1"><title xml:lang="fr">Lac</title><tag>a</tag><tag>b</tag></rec>'
    body = b'<export n="2"><head/>%s<rec no="2"/></export>' % first
    expected = {"@no": "1", "title[fr]": "Lac", "tag": ["a", "b"]}
    assert rows(read(body, "list.xml", id_column="@no")) == [expected, {"@no": "2"}]
    assert rows(read(body, "list.xml", record_element="rec"))[0] == expected


def test_metadata_is_told_by_its_element_alone_or_in_a_list() -> None:
    listed = b"<list>" + ISO % 1 + b"<wrap>" + ISO % 2 + b"</wrap></list>"
    found = [(record.format, record.identifier) for record in records(read(listed, "iso.xml"))]
    assert found == [("iso19139", "iso-1"), ("iso19139", "iso-2")]
    assert [(record.format, record.identifier) for record in records(read(EML, "eml.xml"))] == [("eml", "pack-1")]


def test_metadata_without_an_identifier_is_named_by_its_address() -> None:
    [record] = records(read(b'<eml:eml xmlns:eml="eml://x"/>', "eml.xml"))
    assert record.identifier == "https://files.example/eml.xml"


@pytest.mark.parametrize(
    "body", [b"<html><body>Hi</body></html>", b"", b"%PDF-1.7", b"<rss/>", b"<urlset/>", b"\x00\x01\x02"]
)
def test_what_is_no_file_of_records_is_said(body: bytes) -> None:
    with pytest.raises(WrongAnswer):
        read(body, "list")


def test_xml_that_would_take_too_much_memory_is_not_parsed() -> None:
    with pytest.raises(ResponseTooLarge, match="32 MiB"):
        read(b"<list>" + b" " * 33 * 1024 * 1024 + b"</list>", "list.xml")


def test_a_darwin_core_archive_is_its_description() -> None:
    body = archive({"eml.xml": EML, "meta.xml": b"<archive/>", "occurrence.csv": table(some_rows(2))})
    assert identifiers_of(read(body, "archive.zip")) == ["pack-1"]


def test_a_download_of_observations_is_the_descriptions_of_their_datasets() -> None:
    tables = b'<archive xmlns="http://rs.tdwg.org/dwc/text/" metadata="metadata.xml"/>'
    members = {"meta.xml": tables, "occurrence.txt": table(some_rows(2)), "rights.txt": table(some_rows(1, 5))}
    body = archive({**members, "dataset/one.xml": EML})
    assert identifiers_of(read(body, "download.zip")) == ["pack-1"]


def test_records_collected_from_a_repository_keep_the_names_of_their_headers() -> None:
    wrapped = b"<record><header><identifier>oai:x:1</identifier><datestamp>2026-01-02</datestamp></header><metadata>"
    [record] = records(read(b"<records>" + wrapped + ISO % 1 + b"</metadata></record></records>", "oai.xml"))
    assert (record.format, record.identifier, record.datestamp) == ("iso19139", "oai:x:1", "2026-01-02")


@pytest.mark.parametrize(
    ("token", "whole"), [(b"", True), (b"<resumptionToken/>", True), (b"<resumptionToken>x</resumptionToken>", False)]
)
def test_a_saved_answer_of_a_repository_is_read_where_it_is_the_whole_list(token: bytes, whole: bool) -> None:
    wrapped = b"<record><header><identifier>oai:x:1</identifier></header><metadata>" + ISO % 1 + b"</metadata></record>"
    body = b"<OAI-PMH><ListRecords>" + wrapped + token + b"</ListRecords></OAI-PMH>"
    if whole:
        assert identifiers_of(read(body, "oai.xml")) == ["oai:x:1"]
    else:
        with pytest.raises(WrongAnswer, match="--protocol oai_pmh"):
            read(body, "oai.xml")


def test_schema_org_is_read_as_in_a_page() -> None:
    body = b'{"@context": "https://schema.org/", "@type": "Dataset", "name": "Reefs"}'
    [record] = records(read(body, "reefs.json"))
    assert (record.format, record.identifier) == ("schema_org", "https://files.example/reefs.json")


def test_rdf_of_one_dataset_is_read_and_of_several_sent_elsewhere() -> None:
    dataset = b'<d:Dataset xmlns:d="http://www.w3.org/ns/dcat#" r:about="https://x.example/%d"/>'
    head, tail = b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">', b"</r:RDF>"
    [record] = records(read(head + dataset % 1 + tail, "x.rdf"))
    assert (record.format, record.identifier) == ("dcat_rdf", "https://x.example/1")
    with pytest.raises(WrongAnswer, match="--protocol dcat"):
        read(head + dataset % 1 + dataset % 2 + tail, "x.rdf")


@pytest.mark.parametrize("name", ["export.csv", "export.jsonl"])
def test_what_a_node_exports_comes_in_as_the_same_record(name: str) -> None:
    sent = new_record(
        "news",
        id="urn:chm:ke:r1",
        title=LangText({"en": "Reef; restored", "fr": "Récif"}),
        publisher=Publisher(node="ke"),
        country_regions=("KE",),
        links=(Link(url="https://a.example", name=LangText({"en": "A"})),),
    )
    body = b"".join(dump_csv([sent])) if name.endswith("csv") else dump_native(sent) + b"\n"
    [raw] = records(read(body, name))
    context = Context("src", "S", ADDRESS, None, None, datetime(2026, 5, 1, tzinfo=UTC), "files")
    got = CROSSWALKS[raw.format](raw, context).record
    assert got is not None
    assert got.provenance[-1].source == "src"
    assert got.with_(provenance=(), languages=()) == sent


def test_a_listing_is_read_file_by_file_and_next_time_only_what_is_new() -> None:
    site = FileSite(
        {"a.csv": table([a_row(1)]), "iso/b.xml": ISO % 2, "iso/notes.pdf": b"%PDF"},
        {"a.csv": "2024-01-01 08:00", "iso/b.xml": "2024-06-01 08:00"},
    )
    with played("files", site) as stage:
        pages = stage.pages()
        assert identifiers_of(pages) == ["plot-1", "iso-2"]
        assert all(page.whole for page in pages)
        assert records(pages)[0].datestamp == "2024-01-01T08:00:00"
        site.files["iso/c.xml"], site.dates["iso/c.xml"] = ISO % 3, "2024-07-01 08:00"
        again = stage.pages(Window(since=pages[-1].next_since))
        assert identifiers_of(again) == ["iso-2", "iso-3"], "the newest may have changed within its minute"
        assert not any(page.whole for page in again)
        assert remarks(again)["FILES_UNCHANGED"].startswith("1 file")


def test_everything_is_read_again_when_a_sweep_is_due() -> None:
    site = FileSite({"a.csv": table([a_row(1)])}, {"a.csv": "2024-01-01 08:00"})
    with played("files", site, sweep_s="0") as stage:
        since = stage.pages()[-1].next_since
        assert all(page.whole for page in stage.pages(Window(since=since)))


def test_many_files_of_another_kind_are_told_and_cost_no_other() -> None:
    site = FileSite({**{f"{number}.xml": b"<rss/>" for number in range(8)}, "plots.csv": table(some_rows(1))})
    with played("files", site) as stage:
        pages = stage.pages()
        assert identifiers_of(pages) == ["plot-1"]
        assert [problem.code for page in pages for problem in page.problems] == ["PAGE_UNREADABLE"] * 8
        assert pages[-1].next_since is None


def test_a_server_that_gives_only_web_pages_is_left_after_five() -> None:
    site = FileSite({f"{number}.csv": b"<html><body>Log in</body></html>" for number in range(9)})
    with played("files", site) as stage, pytest.raises(WrongAnswer):
        stage.pages()
    assert len(stage.asked) < 9


def test_a_date_in_the_future_hides_no_later_file() -> None:
    site = FileSite({"a.csv": table([a_row(1)])}, {"a.csv": "2999-01-01 08:00"})
    with played("files", site) as stage:
        assert stage.pages()[-1].next_since is None


def test_a_folder_of_too_many_files_ends() -> None:
    site = FileSite({f"{number}.csv": table([a_row(number)]) for number in range(1, 6)})
    with played("files", site, max_pages="3") as stage, pytest.raises(ListLoops):
        stage.pages()


def in_folder(inbox: Path | None, folder: str) -> list[Page]:
    source = Source("s", "S", "https://ministry.example/", "files", config_from_settings("files", {"folder": folder}))
    with HttpFetcher(FetchSettings(machine=Machine(inbox))) as fetcher:
        return list(PROTOCOLS["files"].pages(fetcher, source, Window()))


def test_a_folder_below_the_inbox_is_read_without_links_and_locks(tmp_path: Path) -> None:
    folder = tmp_path / "inbox" / "ministry"
    (folder / "2026").mkdir(parents=True)
    (folder / "a.csv").write_bytes(table([a_row(1)]))
    (folder / "2026" / "b.csv").write_bytes(table([a_row(2)]))
    (folder / "~$a.xlsx").write_bytes(b"lock")
    (tmp_path / "secret.csv").write_bytes(table([a_row(9)]))
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(folder / "pipe.csv")
    pages = in_folder(tmp_path / "inbox", "ministry")
    assert identifiers_of(pages) == ["plot-1", "plot-2"]
    assert all(page.whole for page in pages)


@pytest.mark.parametrize("folder", ["..", "../other", "/etc", "ministry/../../other", "away", "missing"])
def test_a_folder_elsewhere_is_refused(tmp_path: Path, folder: str) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "inbox" / "away").symlink_to(tmp_path / "other", target_is_directory=True)
    with pytest.raises(SettingError, match="folder"):
        in_folder(tmp_path / "inbox", folder)


def test_no_folder_is_read_where_no_inbox_was_given(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="in a run only"):
        in_folder(None, str(tmp_path))


def test_an_address_of_a_table_or_a_listing_is_recognised() -> None:
    site = FileSite({"plots.csv": table(some_rows(2)), "Liste.csv": b"Titre;Pays\nLac;KE\n"})
    with played("files", site) as stage:
        for name in ("plots.csv", "Liste.csv", ""):
            found = recognise(stage.fetcher, stage.source.url + name)
            assert (found.protocol, found.url) == ("files", stage.source.url + name)


@pytest.mark.parametrize(
    "body", [b"<html><body>Welcome</body></html>", b"one line, of text", b'{"a": 1}', b"<list><x>1</x></list>", b""]
)
def test_what_could_be_anything_is_not_claimed(body: bytes) -> None:
    with played("files", lambda call: Recorded(body, 200, {"Content-Type": "text/plain"})) as stage:
        assert PROTOCOLS["files"].probe(stage.fetcher, stage.source.url) is None


def test_an_ordinary_web_page_is_no_source() -> None:
    def play(call: Call) -> Recorded:
        page = Recorded(b"<html><body>Welcome</body></html>", 200, {"Content-Type": "text/html"})
        return page if call.path == "/files/" else Recorded(b"", 404)

    with played("files", play) as stage, pytest.raises(UnrecognisedSource):
        recognise(stage.fetcher, stage.source.url)


def test_a_table_of_another_name_is_taken_where_the_protocol_is_named() -> None:
    with played("files", lambda call: csv_file(b"Nom\nLac\n"), map="title[fr]=Nom", type="place") as stage:
        assert len(records(stage.pages())) == 1


def test_dublin_core_is_told_by_its_title_whatever_holds_it() -> None:
    body = b'<list xmlns:d="http://purl.org/dc/terms/"><metadata><d:title>Peat</d:title></metadata></list>'
    [raw] = records(read(body, "dc.xml"))
    found = CROSSWALKS[raw.format](raw, CONTEXT).record
    assert (raw.format, found and dict(found.title)) == ("qdc", {"und": "Peat"})


def test_marc_without_a_namespace_is_told_by_its_leader() -> None:
    fields = b'<datafield tag="245"><subfield code="a">Peat</subfield></datafield>'
    [raw] = records(read(b"<collection><record><leader>x</leader>" + fields + b"</record></collection>", "marc.xml"))
    found = CROSSWALKS[raw.format](raw, CONTEXT).record
    assert (raw.format, found and dict(found.title)) == ("marcxml", {"und": "Peat"})


def test_a_document_of_the_clearing_houses_is_told_by_its_header() -> None:
    body = b'{"header": {"identifier": "A-1", "schema": "nationalTarget"}, "title": {"en": "Peat"}}'
    [raw] = records(read(body, "target.json"))
    found = CROSSWALKS[raw.format](raw, CONTEXT).record
    assert (raw.format, raw.identifier, found and found.type) == ("cbd_document", "A-1", "nationalTarget")
