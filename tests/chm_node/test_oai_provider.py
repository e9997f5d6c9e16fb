"""The OAI-PMH provider answers as the protocol says: black-box checks over its public address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from lxml import etree
from published_site import SITE, PublishedSite, make_site, sample_record

from chm_node.publishing.oai_pmh.routes import oai_router

OAI = "{http://www.openarchives.org/OAI/2.0/}"
VERBS = ("Identify", "ListMetadataFormats", "ListSets", "GetRecord", "ListIdentifiers", "ListRecords")
SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")


class Repository:
    """A published site with its OAI-PMH address, read as a client reads it; ``now`` is the server's clock."""

    def __init__(self, site: PublishedSite) -> None:
        self.site = site
        self.now = site.now + timedelta(seconds=5)
        app = FastAPI()
        app.include_router(oai_router(site.catalogue, clock=lambda: self.now))
        self.http = TestClient(app)

    def bytes(self, query: str) -> bytes:
        response = self.http.get(f"/oai?{query}")
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/xml; charset=utf-8"
        return response.content

    def ask(self, verb: str | None = None, **arguments: str) -> etree._Element:
        given = {"verb": verb, **arguments} if verb else arguments
        return self.query(urlencode({name.rstrip("_"): value for name, value in given.items()}))

    def query(self, query: str) -> etree._Element:
        root = etree.fromstring(self.bytes(query))
        assert root.tag == f"{OAI}OAI-PMH"
        return root

    def walk(self, verb: str, **arguments: str) -> list[etree._Element]:
        """Follow resumption tokens to the end and give every record or header."""
        tag = "record" if verb == "ListRecords" else "header"
        found: list[etree._Element] = []
        root = self.ask(verb, **arguments)
        while True:
            found += root.findall(f"{OAI}{verb}/{OAI}{tag}")
            token = root.findtext(f"{OAI}{verb}/{OAI}resumptionToken")
            if not token:
                return found
            root = self.ask(verb, resumptionToken=token)


def errors(root: etree._Element) -> set[str]:
    return {str(error.get("code")) for error in root.findall(f"{OAI}error")}


def identifiers(found: list[etree._Element]) -> list[str]:
    return [str(element.findtext(f".//{OAI}identifier")).rsplit(":", 1)[1] for element in found]


def headers(found: list[etree._Element]) -> list[etree._Element]:
    return [element if element.tag == f"{OAI}header" else element.find(f"{OAI}header") for element in found]


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    """25 records in three seconds, pages of ten, ``r02`` withdrawn, ``r03`` about Fiji."""
    site = make_site(f"sqlite:///{tmp_path}/site.db", replace(SITE, page_size=10))
    for start in (0, 10, 20):
        numbers = range(start, min(start + 10, 25))
        site.publish(
            [
                sample_record(f"r{n:02}", government="FJ" if n == 3 else "KE", type="event" if n % 5 == 0 else "news")
                for n in numbers
            ]
        )
        site.now += timedelta(seconds=60)
    site.withdraw("r02")
    yield Repository(site)
    site.engine.dispose()


# -- the envelope ------------------------------------------------------------------------------------------------------


def test_the_response_date_is_a_utc_second_close_to_now(repository: Repository) -> None:
    stamp = repository.ask("Identify").findtext(f"{OAI}responseDate")
    assert SECOND.match(str(stamp))
    assert abs(datetime.fromisoformat(str(stamp)) - repository.now) <= timedelta(seconds=5)


def test_the_request_element_repeats_the_arguments_exactly(repository: Repository) -> None:
    request = repository.ask("ListRecords", metadataPrefix="oai_dc", set="type:event").find(f"{OAI}request")
    assert request is not None
    assert dict(request.attrib) == {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "type:event"}
    assert request.text == "http://chm.example.org/oai"


@pytest.mark.parametrize("query", ["verb=Nonsense", "verb=ListRecords", "verb=Identify&foo=1"])
def test_the_request_element_is_bare_after_a_bad_verb_or_argument(repository: Repository, query: str) -> None:
    request = repository.query(query).find(f"{OAI}request")
    assert request is not None
    assert not request.attrib


def test_the_root_is_in_the_default_namespace(repository: Repository) -> None:
    assert b"<OAI-PMH xmlns=" in repository.bytes("verb=Identify")


# -- verbs and arguments -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "verb=", "verb=junk", "verb=identify", "verb=Identify&verb=Identify", "foo=bar"])
def test_anything_but_one_known_verb_is_a_bad_verb(repository: Repository, query: str) -> None:
    assert errors(repository.query(query)) == {"badVerb"}


@pytest.mark.parametrize("verb", VERBS)
def test_an_unknown_argument_is_refused_by_every_verb(repository: Repository, verb: str) -> None:
    given = "&metadataPrefix=oai_dc" if verb.startswith(("Get", "ListI", "ListR")) else ""
    given += "&identifier=oai:chm.example.org:r01" if verb == "GetRecord" else ""
    assert errors(repository.query(f"verb={verb}{given}&foo=1")) == {"badArgument"}


@pytest.mark.parametrize(
    "query",
    [
        "verb=Identify&identifier=x",
        "verb=ListRecords",
        "verb=ListIdentifiers",
        "verb=GetRecord",
        "verb=GetRecord&identifier=oai:chm.example.org:r01",
        "verb=GetRecord&metadataPrefix=oai_dc",
        "verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc",
        "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&from=2026-01-02",
        "verb=ListRecords&metadataPrefix=",
        "verb=ListRecords&metadataPrefix=oai_dc&from=",
        "verb=ListRecords&metadataPrefix=oai_dc&set=",
        "verb=GetRecord&identifier=&metadataPrefix=oai_dc",
        "verb=ListRecords&metadataPrefix=oai_dc&set=a%20b",
        "verb=ListRecords&metadataPrefix=oai_dc&set=a::b",
        "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-01-02T00:00:00Z",
        "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-01",
        "verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x",
        "verb=GetRecord&metadataPrefix=oai_dc&identifier=%FF",
        "verb=GetRecord&metadataPrefix=oai_dc&identifier=a%00b",
        "verb=GetRecord&metadataPrefix=oai_dc&identifier=a%01b",
        "verb=GetRecord&metadataPrefix=oai_dc&identifier=" + "a" * 8_192,
    ],
)
def test_a_wrong_argument_is_a_bad_argument(repository: Repository, query: str) -> None:
    assert errors(repository.query(query)) == {"badArgument"}


@pytest.mark.parametrize(
    "date",
    [
        "2026-01-01T00:00:00.5Z",
        "2026-01-01T00:00:00+01:00",
        "2026-01-01t00:00:00z",
        "2026-02-30",
        "2026-1-1",
        "0000-01-01",
        "99999-01-01",
        "2026-01-01T00:00Z",
        "2026",
        "yesterday",
    ],
)
def test_a_date_in_any_other_form_is_a_bad_argument(repository: Repository, date: str) -> None:
    assert errors(repository.ask("ListRecords", metadataPrefix="oai_dc", from_=date)) == {"badArgument"}
    assert errors(repository.ask("ListRecords", metadataPrefix="oai_dc", until=date)) == {"badArgument"}


@pytest.mark.parametrize(
    "identifier", ['invalid"id', "<x>", "&", "oai:elsewhere.org:r01", "oai:chm.example.org:none", "r01"]
)
def test_an_identifier_nobody_bears_does_not_exist(repository: Repository, identifier: str) -> None:
    assert errors(repository.ask("GetRecord", metadataPrefix="oai_dc", identifier=identifier)) == {"idDoesNotExist"}
    assert errors(repository.ask("ListMetadataFormats", identifier=identifier)) == {"idDoesNotExist"}


def test_reserved_characters_are_decoded_and_echoed_as_sent(repository: Repository) -> None:
    identifier = "oai:chm.example.org:a/?#&=:; +é"
    request = repository.query(f"verb=GetRecord&metadataPrefix=oai_dc&identifier={quote(identifier, safe='')}").find(
        f"{OAI}request"
    )
    assert request is not None
    assert request.get("identifier") == identifier


# -- methods -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "verb=Identify",
        "verb=ListSets",
        "verb=ListRecords&metadataPrefix=oai_dc",
        "verb=junk",
        "verb=ListRecords&metadataPrefix=a%20b",
    ],
)
def test_a_form_post_is_answered_as_a_get(repository: Repository, query: str) -> None:
    posted = repository.http.post("/oai", content=query, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert posted.content == repository.bytes(query)


def test_a_post_of_something_else_or_in_two_places_is_answered_in_the_protocol(repository: Repository) -> None:
    json = repository.http.post("/oai", json={"verb": "Identify"})
    assert errors(etree.fromstring(json.content)) == {"badArgument"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    twice = repository.http.post("/oai?verb=Identify", content="verb=Identify", headers=form)
    assert errors(etree.fromstring(twice.content)) == {"badVerb"}
    huge = repository.http.post("/oai", content="verb=ListRecords&resumptionToken=" + "x" * 100_000, headers=form)
    assert errors(etree.fromstring(huge.content)) == {"badArgument"}


def test_head_has_no_body_and_other_methods_are_refused(repository: Repository) -> None:
    head = repository.http.head("/oai?verb=Identify")
    assert (head.status_code, head.content) == (200, b"")
    assert repository.http.put("/oai?verb=Identify").status_code == 405
    assert repository.http.delete("/oai?verb=Identify").status_code == 405


# -- Identify, formats, sets -------------------------------------------------------------------------------------------


def test_identify_says_what_the_repository_keeps(repository: Repository) -> None:
    identify = repository.ask("Identify").find(f"{OAI}Identify")
    assert identify is not None
    said = {etree.QName(child).localname: child.text for child in identify}
    assert said["baseURL"] == "http://chm.example.org/oai"
    assert (said["deletedRecord"], said["granularity"]) == ("persistent", "YYYY-MM-DDThh:mm:ssZ")
    assert re.match(r"\w[\w\-.]+@[\w\-.]+\.[a-z]{2,}\Z", str(said["adminEmail"]))
    stamps = [
        header.findtext(f"{OAI}datestamp") for header in repository.walk("ListIdentifiers", metadataPrefix="oai_dc")
    ]
    assert str(said["earliestDatestamp"]) <= min(map(str, stamps))
    assert all(SECOND.match(str(stamp)) for stamp in stamps)


def test_the_sample_identifier_is_a_record(repository: Repository) -> None:
    sample = repository.ask("Identify").findtext(
        ".//{http://www.openarchives.org/OAI/2.0/oai-identifier}sampleIdentifier"
    )
    assert not errors(repository.ask("GetRecord", metadataPrefix="oai_dc", identifier=str(sample)))


def prefixes(root: etree._Element) -> list[str]:
    return [str(element.text) for element in root.iter(f"{OAI}metadataPrefix")]


def test_the_formats_of_an_item_are_those_it_is_to_be_had_in_deleted_ones_too(repository: Repository) -> None:
    repository.site.publish([sample_record("data", type="dataset")])
    assert prefixes(repository.ask("ListMetadataFormats")) == ["oai_dc", "chm", "dcat_ap", "eml"]
    for name, more in (("r01", []), ("r02", []), ("data", ["eml"])):
        root = repository.ask("ListMetadataFormats", identifier=f"oai:chm.example.org:{name}")
        assert prefixes(root) == ["oai_dc", "chm", "dcat_ap", *more], name


def test_sets_are_unique_legal_and_have_their_parents(repository: Repository) -> None:
    specs = [str(element.text) for element in repository.ask("ListSets").iter(f"{OAI}setSpec")]
    assert len(specs) == len(set(specs))
    assert {"type:event", "type:news", "country:KE", "country:FJ", "gbf:target-02"} <= set(specs)
    assert all(spec.rpartition(":")[0] in specs for spec in specs if ":" in spec)


def test_sets_come_whole_so_any_token_is_bad(repository: Repository) -> None:
    assert errors(repository.ask("ListSets", resumptionToken="x")) == {"badResumptionToken"}


def test_an_empty_repository_answers_every_verb(tmp_path: Path) -> None:
    empty = Repository(make_site(f"sqlite:///{tmp_path}/empty.db"))
    assert not errors(empty.ask("Identify"))
    assert errors(empty.ask("ListSets")) == {"noSetHierarchy"}
    assert errors(empty.ask("ListRecords", metadataPrefix="oai_dc")) == {"noRecordsMatch"}
    assert errors(empty.ask("ListRecords", metadataPrefix="oai_dc", set="type:event")) == {"noSetHierarchy"}
    empty.site.engine.dispose()


# -- single records ----------------------------------------------------------------------------------------------------


def test_a_record_has_header_sets_and_metadata(repository: Repository) -> None:
    root = repository.ask("GetRecord", metadataPrefix="oai_dc", identifier="oai:chm.example.org:r05")
    header = root.find(f".//{OAI}header")
    assert header is not None
    assert {element.text for element in header.findall(f"{OAI}setSpec")} >= {"type:event", "country:KE"}
    assert root.find(f".//{OAI}metadata/*") is not None


def test_an_unknown_prefix_cannot_be_disseminated(repository: Repository) -> None:
    identifier = "oai:chm.example.org:r01"
    assert errors(repository.ask("GetRecord", metadataPrefix="mods", identifier=identifier)) == {
        "cannotDisseminateFormat"
    }
    assert errors(repository.ask("ListRecords", metadataPrefix="mods")) == {"cannotDisseminateFormat"}
    assert errors(repository.ask("GetRecord", metadataPrefix="mods", identifier="oai:x.org:y")) <= {
        "cannotDisseminateFormat",
        "idDoesNotExist",
    }


def test_a_record_that_lacks_a_format_is_not_given_in_it(repository: Repository) -> None:
    for name in ("r01", "r02"):
        root = repository.ask("GetRecord", metadataPrefix="eml", identifier=f"oai:chm.example.org:{name}")
        assert errors(root) == {"cannotDisseminateFormat"}, name
    assert errors(repository.ask("ListRecords", metadataPrefix="eml")) == {"noRecordsMatch"}


@pytest.mark.parametrize("verb", ["ListRecords", "ListIdentifiers"])
def test_a_list_in_a_format_holds_only_records_that_have_it(repository: Repository, verb: str) -> None:
    site = repository.site
    site.publish([sample_record(f"d{n:02}", type="dataset", government="FJ" if n % 2 else "KE") for n in range(12)])
    site.withdraw("d03")
    assert sorted(identifiers(repository.walk(verb, metadataPrefix="eml"))) == [f"d{n:02}" for n in range(12)]
    fiji = repository.walk(verb, metadataPrefix="eml", set="country:FJ")
    assert sorted(identifiers(fiji)) == ["d01", "d03", "d05", "d07", "d09", "d11"]
    assert [header.get("status") for header in headers(fiji) if header.get("status")] == ["deleted"]
    sizes = repository.ask(verb, metadataPrefix="eml").find(f".//{OAI}resumptionToken")
    assert sizes is not None and sizes.get("completeListSize") == "12"


@pytest.mark.parametrize("prefix", ["oai_dc", "chm", "dcat_ap"])
def test_a_deleted_record_is_a_header_in_every_format(repository: Repository, prefix: str) -> None:
    root = repository.ask("GetRecord", metadataPrefix=prefix, identifier="oai:chm.example.org:r02")
    assert root.find(f".//{OAI}header").get("status") == "deleted"  # type: ignore[union-attr]
    assert root.find(f".//{OAI}metadata") is None


# -- lists -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["ListRecords", "ListIdentifiers"])
def test_a_walk_gives_everything_once_in_datestamp_order(repository: Repository, verb: str) -> None:
    found = repository.walk(verb, metadataPrefix="oai_dc")
    assert sorted(identifiers(found)) == [f"r{n:02}" for n in range(25)]
    stamps = [str(header.findtext(f"{OAI}datestamp")) for header in headers(found)]
    assert stamps == sorted(stamps)
    deleted = [header for header in headers(found) if header.get("status") == "deleted"]
    assert identifiers(deleted) == ["r02"]


def test_both_ends_of_a_window_are_inclusive(repository: Repository) -> None:
    stamp = "2026-03-01T12:01:00Z"
    found = repository.walk("ListIdentifiers", metadataPrefix="oai_dc", from_=stamp, until=stamp)
    assert sorted(identifiers(found)) == [f"r{n:02}" for n in range(10, 20)]
    assert len(repository.walk("ListIdentifiers", metadataPrefix="oai_dc", from_=stamp)) == 16
    assert len(repository.walk("ListIdentifiers", metadataPrefix="oai_dc", until=stamp)) == 19


def test_a_day_means_the_whole_day(repository: Repository) -> None:
    found = repository.walk("ListIdentifiers", metadataPrefix="oai_dc", from_="2026-03-01", until="2026-03-01")
    assert len(found) == 25


@pytest.mark.parametrize(
    "given",
    [
        {"until": "1999-01-01"},
        {"from_": "2035-01-01"},
        {"set": "country:XX"},
        {"set": "country:FJ", "until": "2000-01-01"},
    ],
)
def test_nothing_found_is_said_and_never_an_empty_list(repository: Repository, given: dict[str, str]) -> None:
    root = repository.ask("ListRecords", metadataPrefix="oai_dc", **given)
    assert errors(root) == {"noRecordsMatch"}
    assert root.find(f"{OAI}ListRecords") is None


def test_a_set_holds_its_members_and_a_parent_those_of_its_children(repository: Repository) -> None:
    events = repository.walk("ListRecords", metadataPrefix="oai_dc", set="type:event")
    assert identifiers(events) == ["r00", "r05", "r10", "r15", "r20"]
    assert all("type:event" in [e.text for e in header.findall(f"{OAI}setSpec")] for header in headers(events))
    assert len(repository.walk("ListRecords", metadataPrefix="oai_dc", set="type")) == 25
    assert identifiers(repository.walk("ListIdentifiers", metadataPrefix="oai_dc", set="country:FJ")) == ["r03"]


def test_a_set_and_a_window_are_an_intersection(repository: Repository) -> None:
    found = repository.walk("ListIdentifiers", metadataPrefix="oai_dc", set="type:event", from_="2026-03-01T12:01:00Z")
    assert identifiers(found) == ["r10", "r15", "r20"]


def test_a_withdrawn_record_stays_in_the_sets_it_was_in(repository: Repository) -> None:
    found = repository.walk("ListIdentifiers", metadataPrefix="chm", set="type:news")
    assert "r02" in identifiers(found)


def test_a_record_that_moves_is_listed_by_its_new_set_only(repository: Repository) -> None:
    repository.site.publish([sample_record("r03", government="KE", type="news")])
    assert errors(repository.ask("ListRecords", metadataPrefix="oai_dc", set="country:FJ")) <= {
        "noRecordsMatch",
        "noSetHierarchy",
    }
    assert "r03" in identifiers(repository.walk("ListIdentifiers", metadataPrefix="oai_dc", set="country:KE"))


def test_a_record_published_again_is_alive_under_its_identifier(repository: Repository) -> None:
    repository.site.publish([sample_record("r02", type="news")])
    root = repository.ask("GetRecord", metadataPrefix="oai_dc", identifier="oai:chm.example.org:r02")
    assert root.find(f".//{OAI}header").get("status") is None  # type: ignore[union-attr]
    assert root.find(f".//{OAI}metadata") is not None


# -- resumption tokens -------------------------------------------------------------------------------------------------


def token_of(root: etree._Element) -> etree._Element:
    token = root.find(f".//{OAI}resumptionToken")
    assert token is not None
    return token


def test_tokens_count_from_zero_and_the_last_is_empty(repository: Repository) -> None:
    token = token_of(repository.ask("ListRecords", metadataPrefix="oai_dc"))
    seen = []
    while True:
        seen.append((token.get("completeListSize"), token.get("cursor"), bool(token.text)))
        if not token.text:
            break
        assert SECOND.match(str(token.get("expirationDate")))
        token = token_of(repository.ask("ListRecords", resumptionToken=token.text))
    assert seen == [("25", "0", True), ("25", "10", True), ("25", "20", False)]


@pytest.mark.parametrize(("records", "pages"), [(9, [9]), (10, [10]), (11, [10, 1]), (20, [10, 10]), (21, [10, 10, 1])])
def test_exact_multiples_of_the_page_size_end_rightly(tmp_path: Path, records: int, pages: list[int]) -> None:
    site = make_site(f"sqlite:///{tmp_path}/exact.db", replace(SITE, page_size=10))
    site.publish([sample_record(f"r{n:02}") for n in range(records)], formats=("native",))
    repository = Repository(site)
    root = repository.ask("ListIdentifiers", metadataPrefix="oai_dc")
    seen = [len(root.findall(f".//{OAI}header"))]
    while token := root.findtext(f".//{OAI}resumptionToken"):
        root = repository.ask("ListIdentifiers", resumptionToken=token)
        seen.append(len(root.findall(f".//{OAI}header")))
    assert seen == pages
    assert (root.find(f".//{OAI}resumptionToken") is None) == (len(pages) == 1)
    site.engine.dispose()


def test_the_same_token_gives_the_same_page(repository: Repository) -> None:
    token = str(token_of(repository.ask("ListRecords", metadataPrefix="oai_dc")).text)
    assert repository.bytes(f"verb=ListRecords&resumptionToken={token}") == repository.bytes(
        f"verb=ListRecords&resumptionToken={token}"
    )


def test_a_token_survives_a_restart_and_no_other_repository_takes_it(repository: Repository, tmp_path: Path) -> None:
    token = str(token_of(repository.ask("ListRecords", metadataPrefix="oai_dc")).text)
    restarted = Repository(make_site(f"sqlite:///{tmp_path}/site.db", replace(SITE, page_size=10)))
    assert not errors(restarted.ask("ListRecords", resumptionToken=token))
    stranger = Repository(
        make_site(f"sqlite:///{tmp_path}/site.db", replace(SITE, token_secret=b"another secret of 32 bytes......"))
    )
    assert errors(stranger.ask("ListRecords", resumptionToken=token)) == {"badResumptionToken"}
    restarted.site.engine.dispose()
    stranger.site.engine.dispose()


def test_a_token_changed_by_a_single_character_is_refused(repository: Repository) -> None:
    token = str(token_of(repository.ask("ListRecords", metadataPrefix="oai_dc")).text)
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert errors(repository.ask("ListRecords", resumptionToken=changed)) == {"badResumptionToken"}, place


@pytest.mark.parametrize("token", ["x", "é", "0", "AAAA", "=" * 8, "../..", "-1"])
def test_garbage_is_no_token(repository: Repository, token: str) -> None:
    assert errors(repository.ask("ListRecords", resumptionToken=token)) == {"badResumptionToken"}


def test_a_token_of_another_verb_or_past_its_time_is_refused(repository: Repository) -> None:
    token = str(token_of(repository.ask("ListRecords", metadataPrefix="oai_dc")).text)
    assert errors(repository.ask("ListIdentifiers", resumptionToken=token)) == {"badResumptionToken"}
    repository.now += timedelta(days=8)
    assert errors(repository.ask("ListRecords", resumptionToken=token)) == {"badResumptionToken"}


def test_nothing_is_lost_or_doubled_while_records_change_between_pages(repository: Repository) -> None:
    root = repository.ask("ListIdentifiers", metadataPrefix="oai_dc")
    first = identifiers(root.findall(f".//{OAI}header"))
    changed = first[0]
    repository.site.now += timedelta(seconds=60)
    repository.site.publish([sample_record(changed, title={"en": "changed"}), sample_record("new")])
    repository.site.withdraw("r24")
    rest: list[str] = []
    while token := root.findtext(f".//{OAI}resumptionToken"):
        root = repository.ask("ListIdentifiers", resumptionToken=token)
        rest += identifiers(root.findall(f".//{OAI}header"))
    everything = first + rest
    assert set(everything) == {f"r{n:02}" for n in range(25)} | {"new"}
    assert [name for name in everything if everything.count(name) > 1] == [changed, changed]


def test_text_with_every_awkward_character_stays_well_formed_and_whole(tmp_path: Path) -> None:
    site = make_site(f"sqlite:///{tmp_path}/awkward.db")
    title = "a & b < c > d \" e ' f ]]> g \u202eأبجد 😀 é e\u0301"
    site.publish([sample_record("odd", title={"en": title + "\x00\x0b\ufffe\uffff"}, summary={"en": "x" * 1_000_000})])
    root = Repository(site).ask("ListRecords", metadataPrefix="oai_dc")
    stored = sample_record("odd", title={"en": title}).title["en"]
    assert root.findtext(".//{http://purl.org/dc/elements/1.1/}title") == stored
    assert len(str(root.findtext(".//{http://purl.org/dc/elements/1.1/}description"))) == 1_000_000
    site.engine.dispose()


def test_an_incremental_client_that_uses_our_response_date_misses_nothing(repository: Repository) -> None:
    repository.now = datetime(2026, 3, 1, 13, 0, 0, tzinfo=UTC)
    next_from = str(repository.ask("ListRecords", metadataPrefix="oai_dc").findtext(f"{OAI}responseDate"))
    repository.site.now = repository.now - timedelta(seconds=1)
    repository.site.publish([sample_record("late")])
    assert identifiers(repository.walk("ListIdentifiers", metadataPrefix="oai_dc", from_=next_from)) == ["late"]
