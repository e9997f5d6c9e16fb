"""Whatever is asked, the answer wears the same headers and an error takes the same form."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest
from published_pages import ReadSide, make_read_side
from published_site import SITE, sample_record

from chm_node.shell.terminal import ChmError
from vocabularies.problems import problem
from vocabularies.text import LangText


class Full(ChmError):
    """The shelf {shelf} is full."""

    http_status = 409
    fix = "Choose another shelf."
    problems = (problem("TITLE_MISSING", "/title"),)


@pytest.fixture
def read_side(sqlite_url: str) -> ReadSide:
    made = make_read_side(sqlite_url)
    made.site.publish([sample_record("a")])

    @made.app.get("/broken")
    def broken() -> None:
        raise ZeroDivisionError("secret words")

    @made.app.get("/full")
    def full() -> None:
        raise Full(shelf="B")

    return made


@pytest.mark.parametrize("path", ["/", "/records/a", "/nowhere", "/broken", "/api/v1/records?limit=x"])
def test_every_answer_wears_the_security_headers(read_side: ReadSide, path: str) -> None:
    headers = read_side.get(path).headers
    policy = headers["content-security-policy"]
    for rule in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'self'"):
        assert rule in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"]
    assert "strict-transport-security" not in headers


def test_any_site_may_read_but_not_write(read_side: ReadSide) -> None:
    headers = read_side.get("/api/v1/records").headers
    assert headers["access-control-allow-origin"] == "*"
    assert {"Link", "ETag", "CHM-Next-Since"} <= set(headers["access-control-expose-headers"].split(", "))
    asked = {"origin": "https://a.example", "access-control-request-method": "GET"}
    preflight = read_side.client.options("/api/v1/records", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert "access-control-allow-origin" not in read_side.client.post("/api/v1/records").headers


def test_head_answers_as_get_without_a_body(read_side: ReadSide) -> None:
    got, head = read_side.get("/records/a.json"), read_side.client.head("/records/a.json")
    assert head.status_code == 200 and head.content == b""
    assert head.headers["etag"] == got.headers["etag"]
    assert head.headers["content-length"] == got.headers["content-length"]


def test_a_compressed_answer_has_its_own_tag_and_revalidates(read_side: ReadSide) -> None:
    plain = read_side.get("/records/a", **{"accept-encoding": "gzip;q=0"})
    packed = read_side.get("/records/a", **{"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers and packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in packed.headers["vary"] and "Accept-Encoding" in plain.headers["vary"]
    for etag in (plain.headers["etag"], packed.headers["etag"]):
        assert read_side.get("/records/a", **{"if-none-match": f'"x", {etag}'}).status_code == 304
    assert len(gzip.compress(plain.content)) < len(plain.content)


def test_an_unknown_address_is_a_problem_for_programs_and_a_page_for_people(read_side: ReadSide) -> None:
    told = read_side.get("/nowhere")
    assert told.status_code == 404 and told.headers["content-type"] == "application/problem+json"
    body = told.json()
    assert body["status"] == 404 and body["code"] == "NOT_FOUND" and body["instance"] == "/nowhere"
    assert body["type"] == "http://chm.example.org/problems#NOT_FOUND" and body["detail"]
    page = read_side.page("/nowhere", "fr")
    assert page.status_code == 404 and page.headers["content-type"].startswith("text/html")
    assert "Il n&#39;y a pas de page à cette adresse." in page.text
    assert "application/problem+json" in read_side.page("/api/v1/nowhere").headers["content-type"]


def test_the_problem_type_leads_to_its_explanation(read_side: ReadSide) -> None:
    page = read_side.page("/problems").text
    for code in ("NOT_FOUND", "SINCE_GONE", "TITLE_MISSING"):
        assert f'id="{code}"' in page


def test_a_wrong_method_names_the_right_ones(read_side: ReadSide) -> None:
    told = read_side.client.delete("/records/a", headers={"accept-language": "es"})
    assert told.status_code == 405 and "GET" in told.headers["allow"]
    assert "GET" in told.json()["detail"] and told.headers["content-language"] == "es"


def test_a_wrong_value_is_named_with_its_place_and_what_to_do(read_side: ReadSide) -> None:
    told = read_side.get("/api/v1/records?limit=5000", **{"accept-language": "ru"})
    assert told.status_code == 422
    (error,) = told.json()["errors"]
    assert error["pointer"] == "/query/limit" and error["value"] == "5000" and error["code"] == "PARAMETER_WRONG"
    assert "1000" in error["fix"] and "limit" in error["message"] and error["docs"] == "/problems#PARAMETER_WRONG"
    assert "Укажите" in error["fix"]


def test_a_fault_of_ours_says_nothing_of_the_inside(read_side: ReadSide) -> None:
    told = read_side.get("/broken")
    assert told.status_code == 500 and told.json()["code"] == "INTERNAL"
    assert "secret" not in told.text and "Traceback" not in told.text


def test_an_error_of_a_service_keeps_its_words_and_its_findings(read_side: ReadSide) -> None:
    told = read_side.get("/full")
    assert told.status_code == 409
    body = told.json()
    assert (body["code"], body["title"], body["detail"]) == ("FULL", "The shelf B is full.", "Choose another shelf.")
    assert body["errors"][0]["pointer"] == "/title" and body["errors"][0]["fix"]


def test_the_style_sheet_is_small_kept_for_ever_and_knows_no_left_or_right(read_side: ReadSide) -> None:
    address = read_side.page("/").text.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = read_side.get(address)
    assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]
    assert len(gzip.compress(answer.content)) <= 10_000
    css = answer.text
    for word in ("left", "right", "padding-top", "margin-top", "border-bottom", "url(", "@import", "@font-face"):
        assert word not in css, word
    assert read_side.get("/static/site.0000000000.css").status_code == 404


def test_the_language_comes_from_the_address_then_the_cookie_then_the_browser(read_side: ReadSide) -> None:
    assert '<html lang="ar" dir="rtl">' in read_side.page("/", "ar").text
    asked = read_side.page("/?lang=zh", "ar")
    assert '<html lang="zh" dir="ltr">' in asked.text
    assert "chm_lang=zh" in asked.headers["set-cookie"] and "HttpOnly" in asked.headers["set-cookie"]
    assert '<html lang="zh" dir="ltr">' in read_side.page("/", "ar").text
    assert '<html lang="zh"' in read_side.page("/?lang=xx", "ar").text
    assert {"Accept-Language", "Cookie"} <= {part.strip() for part in asked.headers["vary"].split(",")}


LISTS = ("/api/v1/records", "/catalog.ttl", "/sitemap.xml", "/feed.atom", "/records/a", "/vocabularies")


@pytest.mark.parametrize("path", LISTS)
def test_what_is_unchanged_is_answered_with_the_headers_of_the_full_answer(read_side: ReadSide, path: str) -> None:
    for encoding in ("gzip", "identity"):
        full = read_side.get(path, **{"accept-encoding": encoding})
        again = read_side.get(path, **{"accept-encoding": encoding, "if-none-match": full.headers["etag"]})
        assert again.status_code == 304 and again.content == b""
        for name in ("etag", "cache-control", "vary"):
            assert again.headers[name] == full.headers[name], (name, encoding)
        assert len(full.headers.get_list("vary", split_commas=True)) == len(
            set(full.headers.get_list("vary", split_commas=True))
        )


@pytest.mark.parametrize("path", [*LISTS, "/oai?verb=Identify", "/nowhere", "/records/a.json"])
def test_head_gives_the_headers_get_gives_compressed_or_not(read_side: ReadSide, path: str) -> None:
    for encoding in ("gzip", "identity"):
        got = read_side.get(path, **{"accept-encoding": encoding})
        head = read_side.client.head(path, headers={"accept-encoding": encoding})
        assert head.content == b"" and head.status_code == got.status_code
        for name in ("content-length", "content-encoding", "etag", "vary", "content-type"):
            assert head.headers.get(name) == got.headers.get(name), (name, encoding)


def test_a_date_no_calendar_has_is_no_fault_of_ours(read_side: ReadSide) -> None:
    for date in ("Mon, 01 Jan 0001 00:00:00 +1400", "yesterday", "Fri, 31 Dec 9999 23:59:59 -1400"):
        assert read_side.get("/records/a.json", **{"if-modified-since": date}).status_code == 200


def test_a_moved_service_or_another_name_is_another_list(sqlite_url: str) -> None:
    tags = set()
    for site in (SITE, replace(SITE, base_url="https://elsewhere.example.org"), replace(SITE, name=LangText(en="New"))):
        tags.add(make_read_side(sqlite_url, site).get("/catalog.ttl").headers["etag"])
    assert len(tags) == 3


@pytest.mark.parametrize("path", ["/records/", "/vocabularies/gbf-targets/", "/api/v1/records/?limit=1"])
def test_a_slash_too_many_leads_to_the_public_address(read_side: ReadSide, path: str) -> None:
    told = read_side.client.get(path, headers={"host": "evil.example"}, follow_redirects=False)
    assert told.status_code == 308
    assert told.headers["location"] == "http://chm.example.org" + path.replace("/?", "?").rstrip("/")


def test_no_path_leads_away_from_the_service(read_side: ReadSide) -> None:
    told = read_side.client.get("http://chm.example.org//evil.example//", follow_redirects=False)
    assert told.headers["location"] == "http://chm.example.org/evil.example"


def test_allow_names_head_with_get(read_side: ReadSide) -> None:
    told = read_side.client.delete("/records/a")
    assert told.headers["allow"] == "GET, HEAD" and "HEAD" in told.json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/catalog.ttl?after=99999999999999999999999",
        "/catalog.ttl?after=-1",
        "/catalog.ttl?page=0",
        "/catalog.ttl?modified_since=yesterday",
        "/api/v1/records?limit=-1",
        "/api/v1/records?lang=%3Cscript%3E",
        "/api/v1/search?limit=-1",
        "/api/v1/changes?limit=0",
        "/feed.atom?type=a%20b",
        "/feed.rss?country=%00",
        "/api/v1/records?target=%01",
        "/sitemap-x.xml",
    ],
)
def test_a_value_of_no_use_is_refused_in_the_readers_language(read_side: ReadSide, path: str) -> None:
    told = read_side.get(path, **{"accept-language": "fr", "origin": "https://a.example"})
    assert told.status_code == 422 and told.headers["content-type"] == "application/problem+json"
    assert told.headers["content-language"] == "fr" and "requête" in told.json()["title"]
    assert told.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "path",
    [
        "/catalog.ttl?modified_since=0001-01-01T00:00:00%2B14:00",
        "/catalog.ttl?modified_since=9999-12-31T23:59:59-14:00",
        "/catalog.ttl?page=1&modified_since=0001-01-01T00:00:00Z",
        "/feed.atom?type=none",
        "/feed.rss?country=ZZ",
        "/feed.rdf?target=GBF-TARGET-99",
        "/records?q=%00",
        "/records?q=" + "a" * 30_000,
        "/records?q=" + "%22(" * 300,
        "/records?type=%00&year=x&lang=zz",
    ],
)
def test_an_odd_value_finds_little_and_breaks_nothing(read_side: ReadSide, path: str) -> None:
    assert read_side.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/records/%00", "/api/v1/records/%00", "/records/" + "a" * 5_000, "/vocabularies/%00"]
)
def test_an_odd_name_is_nobodys(read_side: ReadSide, path: str) -> None:
    assert read_side.get(path).status_code == 404


def test_the_explanations_of_problems_show_no_placeholders(read_side: ReadSide) -> None:
    for language in ("en", "ar"):
        assert "%(" not in read_side.page("/problems", language).text
