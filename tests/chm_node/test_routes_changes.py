"""The change feed: whoever goes on from its token sees every upsert and every deletion, once, in order."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from published_pages import ReadSide, make_read_side
from published_site import sample_record


@pytest.fixture
def read_side(sqlite_url: str) -> ReadSide:
    made = make_read_side(sqlite_url)
    made.site.publish(sample_record(f"r{n}") for n in range(5))
    return made


def lines(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_line_carries_the_record_and_its_tag(read_side: ReadSide) -> None:
    line = lines(read_side.get("/api/v1/changes"))[0]
    assert (line["op"], line["id"], line["localId"], line["type"]) == ("upsert", "urn:chm:ke:r0", "r0", "resource")
    assert line["datestamp"] == "2026-03-01T12:00:00Z"
    record = read_side.get("/records/r0.json")
    assert line["record"] == record.json() and line["etag"] == hashlib.sha256(record.content).hexdigest()


def test_pages_hold_every_change_once_in_order(read_side: ReadSide) -> None:
    seen: list[int] = []
    answer = read_side.get("/api/v1/changes?limit=2")
    while True:
        seen += [line["seq"] for line in lines(answer)]
        if "link" not in answer.headers:
            break
        answer = read_side.get(f"/api/v1/changes?limit=2&since={answer.headers['chm-next-since']}")
    assert seen == sorted(seen) and len(set(seen)) == 5


def test_only_what_changed_since_comes_again_deletions_too(read_side: ReadSide) -> None:
    token = read_side.get("/api/v1/changes").headers["chm-next-since"]
    assert lines(read_side.get(f"/api/v1/changes?since={token}")) == []
    read_side.site.now += timedelta(minutes=1)
    read_side.site.publish([sample_record("r1", title={"en": "Changed"}), sample_record("r2")])
    read_side.site.withdraw("r3")
    changed, deleted = lines(read_side.get(f"/api/v1/changes?since={token}"))
    assert (changed["id"], changed["record"]["title"]) == ("urn:chm:ke:r1", {"en": "Changed"})
    assert (deleted["op"], deleted["id"]) == ("delete", "urn:chm:ke:r3")
    assert "record" not in deleted and "etag" not in deleted


def test_a_bare_number_is_taken_as_a_sequence(read_side: ReadSide) -> None:
    assert len(lines(read_side.get("/api/v1/changes?since=0"))) == 5
    assert [line["seq"] for line in lines(read_side.get("/api/v1/changes?since=3"))] == [4, 5]


@pytest.mark.parametrize("token", ["abc", "3.abcdef", "-1", "3.", "٣", "9" * 30, "1e3"])
def test_a_token_nobody_gave_out_is_refused(read_side: ReadSide, token: str) -> None:
    told = read_side.client.get("/api/v1/changes", params={"since": token})
    assert told.status_code == 400 and told.json()["code"] == "SINCE_UNKNOWN"


def test_a_token_ahead_of_the_log_says_to_start_again(read_side: ReadSide) -> None:
    told = read_side.get("/api/v1/changes?since=6")
    assert told.status_code == 410 and told.json()["code"] == "SINCE_GONE"
    assert "since" in told.json()["detail"]


def test_a_poller_with_the_tag_gets_304_and_the_token(read_side: ReadSide) -> None:
    first = read_side.get("/api/v1/changes")
    again = read_side.get("/api/v1/changes", **{"if-none-match": first.headers["etag"]})
    assert again.status_code == 304 and again.headers["chm-next-since"] == first.headers["chm-next-since"]


def test_a_date_younger_than_two_seconds_is_not_sent(read_side: ReadSide) -> None:
    assert "last-modified" in read_side.get("/api/v1/changes").headers
    read_side.site.now = datetime.now(UTC)
    read_side.site.publish([sample_record("young")])
    assert "last-modified" not in read_side.get("/api/v1/changes").headers
