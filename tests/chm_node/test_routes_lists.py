"""Lists: what they count is what they hold, and nobody who follows them misses or repeats a record."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from published_pages import ReadSide, make_read_side, one_of_each_type
from published_site import sample_record

from chm_node.publishing.search.engine import dump_cursor


@pytest.fixture
def read_side(sqlite_url: str) -> ReadSide:
    made = make_read_side(sqlite_url)
    made.site.publish(one_of_each_type())
    made.site.publish(
        sample_record(f"r{n:02d}", country_regions=("UG",) if n % 2 else ("SN", "FR"), government=None)
        for n in range(30)
    )
    return made


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def follow(read_side: ReadSide, path: str) -> list[dict[str, Any]]:
    """Give every record of a list of the API, by its next links."""
    found: list[dict[str, Any]] = []
    following: str | None = path
    while following:
        answer = read_side.get(path_of(following))
        assert answer.status_code == 200
        body = answer.json()
        assert ("link" in answer.headers) == (body["next"] is not None)
        found += body["results"]
        following = body["next"]
    return found


def test_the_home_page_counts_by_type_and_shows_what_came_last(read_side: ReadSide) -> None:
    soup = BeautifulSoup(read_side.page("/").text, "lxml")
    counts = {a["href"]: a.select_one(".count").get_text() for a in soup.select(".tiles a")}  # type: ignore[union-attr]
    assert counts["/records?type=resource"] == "31" and counts["/records?type=need"] == "1"
    assert len(counts) == 16
    assert soup.select(".cards a")[0]["href"] == "/records/r29"


def test_a_search_finds_words_and_terms_in_any_language(read_side: ReadSide) -> None:
    read_side.site.publish([sample_record("m", title={"fr": "Suivi des mangroves"}, gbf_targets=("GBF-TARGET-06",))])
    for words in ("mangroves", "MANGROVES", "الأنواع الغريبة الغازية"):
        page = read_side.client.get("/records", params={"q": words}, headers={"accept": "text/html"})
        assert "/records/m" in page.text, words


def test_facet_counts_are_the_counts_of_what_a_click_gives(read_side: ReadSide) -> None:
    soup = BeautifulSoup(read_side.page("/records?q=wetland").text, "lxml")
    links = soup.select(".facets a")
    assert len(links) > 5
    for link in links:
        count = link.select_one(".count")
        assert count is not None
        reached = BeautifulSoup(read_side.page(f"/records{link['href']}").text, "lxml").select_one("#found")
        assert reached is not None and reached.get_text().split()[0] == count.get_text(), link["href"]


def test_a_chosen_filter_can_be_taken_away(read_side: ReadSide) -> None:
    soup = BeautifulSoup(read_side.page("/records?q=wetland&country=UG&type=resource").text, "lxml")
    assert {chip["href"] for chip in soup.select(".chips a")} == {"?q=wetland&country=UG", "?q=wetland&type=resource"}
    assert {(i["name"], i["value"]) for i in soup.select("form input[type=hidden]")} == {
        ("country", "UG"),
        ("type", "resource"),
    }


def test_the_pages_of_a_list_hold_every_record_once(read_side: ReadSide) -> None:
    seen: list[str] = []
    path = "/records?sort=newest"
    while path:
        soup = BeautifulSoup(read_side.page(path).text, "lxml")
        seen += [str(a["href"]) for a in soup.select(".cards a")]
        following = soup.select_one("a[rel~=next]")
        path = f"/records{following['href']}" if following else ""
    assert len(seen) == len(set(seen)) == 46


def test_search_stands_at_both_addresses(read_side: ReadSide) -> None:
    there, here = read_side.page("/search?q=wetland").text, read_side.page("/records?q=wetland").text
    assert there == here and 'aria-current="page"' in there


def test_a_cursor_of_no_use_is_a_problem(read_side: ReadSide) -> None:
    for path in ("/records?cursor=zzz", "/api/v1/search?cursor=zzz", "/api/v1/records?cursor=zzz"):
        told = read_side.get(path)
        assert told.status_code == 400 and told.json()["code"] == "CURSOR_UNKNOWN"
    other = follow_link(read_side, "/api/v1/records?limit=2&type=resource")
    told = read_side.get(path_of(other).replace("type=resource", "type=event"))
    assert told.json()["code"] == "CURSOR_UNKNOWN"


def follow_link(read_side: ReadSide, path: str) -> str:
    match = re.match(r'<([^>]+)>; rel="next"', read_side.get(path).headers["link"])
    assert match
    return match[1]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 46),
        ("type=resource", 31),
        ("country=UG", 15),
        ("country=SN&country=FR", 15),
        ("type=resource&country=UG&target=GBF-TARGET-02", 15),
        ("type=need&country=UG", 0),
        ("type=nothing", 0),
    ],
)
def test_the_api_lists_every_record_that_meets_all_filters_once(read_side: ReadSide, query: str, count: int) -> None:
    found = [record["id"] for record in follow(read_side, f"/api/v1/records?limit=7&{query}")]
    assert len(found) == len(set(found)) == count


def test_a_list_followed_while_records_change_misses_none(read_side: ReadSide) -> None:
    first = read_side.get("/api/v1/records?limit=10").json()
    read_side.site.now += timedelta(seconds=5)
    read_side.site.publish([sample_record("r05", title={"en": "Changed meanwhile"})])
    read_side.site.withdraw("r20")
    rest = follow(read_side, path_of(first["next"]))
    seen = {record["id"] for record in [*first["results"], *rest]}
    assert {f"urn:chm:ke:r{n:02d}" for n in range(30) if n != 20} <= seen and "urn:chm:ke:r20" not in seen
    assert rest[-1]["title"] == {"en": "Changed meanwhile"}


def test_fields_and_language_make_a_smaller_answer(read_side: ReadSide) -> None:
    (record,) = read_side.get("/api/v1/records?type=need&fields=title,summary&lang=ar").json()["results"]
    assert set(record) == {"id", "title", "summary"}
    assert record["title"] == {"text": "عينة need", "lang": "ar", "dir": "rtl"}
    assert record["summary"]["lang"] == "en"
    assert read_side.get("/api/v1/records/r01?fields=type").json() == {"id": "urn:chm:ke:r01", "type": "resource"}
    assert read_side.get("/api/v1/records/urn:chm:ke:r01").json()["id"] == "urn:chm:ke:r01"


def test_an_unchanged_list_is_not_sent_again_and_a_changed_one_is(read_side: ReadSide) -> None:
    for path in ("/api/v1/records?type=event", "/records?q=wetland", "/api/v1/search?q=wetland", "/"):
        etag = read_side.get(path).headers["etag"]
        assert read_side.get(path, **{"if-none-match": etag}).status_code == 304, path
    etag = read_side.get("/api/v1/records?type=event").headers["etag"]
    read_side.site.publish([sample_record("new", type="event")])
    assert read_side.get("/api/v1/records?type=event", **{"if-none-match": etag}).status_code == 200


def test_the_search_api_answers_as_agreed(read_side: ReadSide) -> None:
    body = read_side.get("/api/v1/search?q=wetland&country=UG&limit=5", **{"accept-language": "fr"}).json()
    assert body["total"] == 15 and len(body["results"]) == 5
    assert set(body["facets"]) == {"type", "country", "region", "target", "subject", "language", "year", "node"}
    assert {"value": "UG", "label": "Ouganda", "count": 15} in body["facets"]["country"]
    assert body["facets"]["node"] == [{"value": "ke", "label": "Centre d'échange du Kenya", "count": 15}]
    assert body["results"][0]["url"].startswith("http://chm.example.org/records/r")
    found = follow(read_side, "/api/v1/search?q=wetland&country=UG&limit=5")
    assert len({record["id"] for record in found}) == 15


def test_only_the_first_ten_thousand_results_can_be_paged(read_side: ReadSide) -> None:
    told = read_side.get(f"/api/v1/search?cursor={dump_cursor(10_001)}")
    assert told.status_code == 400 and told.json()["code"] == "CURSOR_UNKNOWN"
