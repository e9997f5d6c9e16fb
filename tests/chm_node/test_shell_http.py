"""Whatever is asked, the answer wears the same headers and an error takes the same form."""

from __future__ import annotations

import gzip

import pytest
from published_pages import ReadSide, make_read_side
from published_site import sample_record

from chm_node.shell.terminal import ChmError
from vocabularies.problems import problem


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
