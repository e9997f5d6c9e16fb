"""Identifiers in all the ways people write them, and which of them are certain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocabularies import identifiers
from vocabularies.identifiers import identity_keys
from vocabularies.record import Record, new_record


def record(type_: str = "resource", **fields: object) -> Record:
    return new_record(type_, **{"id": "local", "title": {"en": "A"}, "publisher": {"node": "ke"}, **fields})


def test_a_record_uri_is_read_as_it_was_made() -> None:
    local = identifiers.mint_local_id()
    assert identifiers.parse_record_uri(identifiers.record_uri("ke", local)) == ("ke", local)
    assert identifiers.mint_local_id() != local


@pytest.mark.parametrize(
    "uri", ["urn:chm:KE:1", "urn:chm:ke:", "urn:chm:ke:a b", "urn:chm:ke:-1", "urn:chm:ke:1\n", "ke:1", ""]
)
def test_other_text_is_no_record_uri(uri: str) -> None:
    assert identifiers.parse_record_uri(uri) is None


def test_no_record_uri_is_made_of_parts_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="Bad Node"):
        identifiers.record_uri("Bad Node", "1")


def test_an_oai_identifier_is_read_as_it_was_made() -> None:
    made = identifiers.oai_identifier("CHM.example.org", "a-1")
    assert made == "oai:chm.example.org:a-1"
    assert identifiers.parse_oai_identifier(made) == ("chm.example.org", "a-1")
    assert identifiers.parse_oai_identifier("oai:chm.example.org") is None


@pytest.mark.parametrize(
    "text",
    [
        "10.1000/ABC", "doi:10.1000/abc", "DOI: 10.1000/abc.", "https://doi.org/10.1000/abc", "http://dx.doi.org/10.1000%2Fabc",
        " <10.1000/abc> ", "doi.org/10.1000/abc,", "https://doi.org/doi:10.1000/abc)",
    ],
)  # fmt: skip
def test_a_doi_is_one_doi_however_written(text: str) -> None:
    assert identifiers.normalise_doi(text) == "10.1000/abc"


def test_brackets_that_belong_to_a_doi_stay() -> None:
    assert identifiers.normalise_doi("10.1016/S0140-6736(05)12345") == "10.1016/s0140-6736(05)12345"
    assert identifiers.normalise_doi("10.1016/S0140(05)") == "10.1016/s0140(05)"


@pytest.mark.parametrize("text", ["", "10.1000", "11.1000/abc", "see 10.1000/abc", "https://example.org/10.1000/abc"])
def test_other_text_is_no_doi(text: str) -> None:
    assert identifiers.normalise_doi(text) is None


@pytest.mark.parametrize(
    "text", ["0-306-40615-2", "978-0-306-40615-7", "ISBN-13: 978 0 306 40615 7", "isbn 0306406152"]
)
def test_an_isbn_becomes_thirteen_digits(text: str) -> None:
    assert identifiers.normalise_isbn(text) == "9780306406157"


def test_an_isbn_ten_may_end_in_x_and_a_wrong_digit_is_seen() -> None:
    assert identifiers.normalise_isbn("0-8044-2957-X") == "9780804429573"
    assert identifiers.normalise_isbn("0-8044-2957-1") is None
    assert identifiers.normalise_isbn("978-0-306-40615-8") is None


def test_an_issn_keeps_its_hyphen_and_a_wrong_digit_is_seen() -> None:
    assert identifiers.normalise_issn("ISSN 2434561x") == "2434-561X"
    assert identifiers.normalise_issn("0378-5955") == "0378-5955"
    assert identifiers.normalise_issn("0378-5956") is None


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("CBD/COP/DEC/15/8", "CBD/COP/DEC/15/8"),
        ("cbd / cop / dec/15/8.", "CBD/COP/DEC/15/8"),
        ("UNEP(DTIE)/Hg/INC.1/10", "UNEP(DTIE)/Hg/INC.1/10"),
        ("unep(dtie)/hg/inc. 1/10", "UNEP(DTIE)/Hg/INC.1/10"),
        ("UNEP/CBD/COP/11/31", "UNEP/CBD/COP/11/31"),
        ("a/res/68/210", "A/RES/68/210"),
        ("CBD/SBSTTA/24/INF/3/ADD.1", "CBD/SBSTTA/24/INF/3/Add.1"),
        ("UNEP/POPS/NIP/Albania/1", "UNEP/POPS/NIP/Albania/1"),
    ],
)
def test_a_un_symbol_has_one_spelling(text: str, symbol: str) -> None:
    assert identifiers.normalise_un_symbol(text) == symbol


@pytest.mark.parametrize(
    "text", ["", "and/or/1", "A/B/1", "CBD/COP", "CBDX/1/2", "https://www.cbd.int/cop/15", "CBD/COP/DEC"]
)
def test_other_text_is_no_un_symbol(text: str) -> None:
    assert identifiers.normalise_un_symbol(text) is None


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("HTTP://Example.org:80/a/?utm_source=x&b=1#part", "http://example.org/a?b=1"),
        ("https://example.org/", "https://example.org"),
        ("https://münchen.example/ä", "https://xn--mnchen-3ya.example/%C3%A4"),
        ("https://example.org/%7euser%2fx", "https://example.org/~user%2Fx"),
        ("https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443/x"),
    ],
)
def test_a_url_has_one_canonical_form(text: str, url: str) -> None:
    assert identifiers.normalise_url(text) == url
    assert identifiers.normalise_url(url) == url


@pytest.mark.parametrize(
    "text", ["", "javascript:alert(1)", "https://", "https://a b/", "ftp://a/b", "http://a:99999/", "http://[::1"]
)
def test_other_text_is_no_web_address(text: str) -> None:
    assert identifiers.normalise_url(text) is None


def test_addresses_of_one_page_share_a_key() -> None:
    pages = ["http://www.example.org/a/", "https://example.org/a#top", "https://EXAMPLE.org/a?utm_campaign=x"]
    assert {identifiers.url_key(page) for page in pages} == {"example.org/a"}


@pytest.mark.parametrize("text", ["https://example.org", "http://www.example.org/", "https://example.org/index.html"])
def test_a_site_root_is_no_key(text: str) -> None:
    assert identifiers.url_key(text) is None


def test_certain_identifiers_become_keys_in_one_spelling() -> None:
    keys = identity_keys(record(
        id="urn:chm:ke:1",
        source_ids=(
            {"scheme": "cbd", "value": "1A72C663-4D42-4132-266D-CEBA10E01C8E@3"},
            {"scheme": "cbd", "value": "{1a72c663-4d42-4132-266d-ceba10e01c8e}"},
            {"scheme": "cbd-unique", "value": "ort-nt7-be-265248-1"},
            {"scheme": "doi", "value": "https://doi.org/10.1000/ABC"},
            {"scheme": "un-symbol", "value": "cbd/cop/dec/15/8"},
        ),
        details={"isbn": "0-306-40615-2"},
    ))  # fmt: skip
    assert keys == (
        "urn:chm:ke:1", "cbd:1a72c663-4d42-4132-266d-ceba10e01c8e", "cbd-unique:ort-nt7-be-265248", "doi:10.1000/abc",
        "un:CBD/COP/DEC/15/8", "isbn:9780306406157",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{1A72C663-4D42-4132-266D-CEBA10E01C8E}@3", "1a72c663-4d42-4132-266d-ceba10e01c8e"),
        ("52000CBD0010", "52000cbd0010"),
        ("SIMP-A1D0D0A8-65B1-B8D5-FF9F-B7B6B95CDDEB@1", "SIMP-A1D0D0A8-65B1-B8D5-FF9F-B7B6B95CDDEB"),
        ("MEETING-5034", "MEETING-5034"),
        ("organization", None),
        ("chm 12345678", None),
        ("CBD-1", None),
    ],
)
def test_a_cbd_identifier_loses_its_revision_and_keeps_its_case_where_that_tells(text: str, name: str | None) -> None:
    assert identifiers.normalise_cbd_id(text) == name


def test_the_landing_page_is_a_key_within_its_record_type_and_a_document_is_none() -> None:
    links = ({"url": "https://www.example.org/a/", "rel": "landing"}, {"url": "https://example.org/b.pdf"})
    assert identity_keys(record("event", links=links)) == ("url:event:example.org/a",)


@pytest.mark.parametrize("page", ["https://doi.org/10.1234/abc.1", "http://dx.doi.org/10.1234/ABC.1"])
def test_a_landing_page_at_doi_org_is_the_doi_however_it_is_written(page: str) -> None:
    assert "doi:10.1234/abc.1" in identity_keys(record(links=({"url": page, "rel": "landing"},)))
    beside = record(links=({"url": page}, {"url": "https://example.org/a.pdf"}))
    assert not [key for key in identity_keys(beside) if key.startswith("doi:")], "it may be what the document cites"


@pytest.mark.parametrize("page", ["https://doi.org/10.1234/abc.1", "http://dx.doi.org/10.1234/ABC.1"])
def test_the_single_link_of_a_record_is_its_doi_where_it_bears_no_other(page: str) -> None:
    assert "doi:10.1234/abc.1" in identity_keys(record(links=({"url": page},)))
    own = record(links=({"url": page},), source_ids=({"scheme": "doi", "value": "10.1234/other"},))
    assert [key for key in identity_keys(own) if key.startswith("doi:")] == ["doi:10.1234/other"]
    assert identifiers.linked_key("resource", [page, "https://doi.org/10.1234/abc.2"], ()) is None
    assert identifiers.linked_key("news", [page], ()) is None, "news is about what it links to"


_UUID = "50c9509d-22c7-4a22-a47d-8c48425ef4a7"


@pytest.mark.parametrize(
    "pages",
    [
        ("https://doi.org/10.1234/ABC.1", "http://dx.doi.org/10.1234/abc.1", "https://www.doi.org/10.1234/abc%2E1"),
        (
            f"https://www.gbif.org/dataset/{_UUID}",
            f"http://api.gbif.org/v1/dataset/{_UUID.upper()}",
            f"https://www.gbif.org/fr/dataset/{_UUID}",
        ),
    ],
)
def test_a_doi_and_a_data_set_at_gbif_are_one_page_however_they_are_addressed(pages: tuple[str, ...]) -> None:
    assert len({identifiers.url_key(page) for page in pages}) == 1
    assert len({next(iter(identifiers.page_keys("dataset", page))) for page in pages}) == 1


@pytest.mark.parametrize("page", ["https://doi.org/about", "https://doi.example.org/10.1234/abc.1"])
def test_a_page_that_only_looks_like_a_doi_is_none(page: str) -> None:
    assert [key[:4] for key in identity_keys(record(links=({"url": page, "rel": "landing"},)))] == ["url:"]


def test_uncertain_identifiers_are_no_keys() -> None:
    source_ids = [{"scheme": scheme, "value": "0378-5955"} for scheme in ("issn", "local", "doi", "gbif", "new-scheme")]
    links = ({"url": "https://example.org/", "rel": "landing"},)
    assert identity_keys(record(source_ids=source_ids, links=links)) == ()


@given(st.text())
def test_no_text_makes_a_normaliser_fail_and_each_is_stable(text: str) -> None:
    for normalise in (
        identifiers.normalise_doi, identifiers.normalise_isbn, identifiers.normalise_issn,
        identifiers.normalise_un_symbol, identifiers.normalise_url, identifiers.normalise_cbd_id,
    ):  # fmt: skip
        once = normalise(text)
        assert once is None or normalise(once) == once


@given(st.from_regex(r"https?://[a-zA-Zäß.\[\]:0-9-]{1,12}(/[^\s]{0,8})?(\?[^\s]{0,8})?", fullmatch=True))
def test_the_canonical_form_of_an_address_is_stable(url: str) -> None:
    once = identifiers.normalise_url(url)
    assert once is None or identifiers.normalise_url(once) == once
