"""What goes wrong below the protocol, for each protocol alike: pages before it are kept, and nothing is believed."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from harvester import tables
from tests.hostile.conftest import Play
from tests.hostile.stage import Stage

both = pytest.mark.parametrize("protocol", ["oai", "native"])


def assert_whole(stage: Stage) -> None:
    report = stage.harvest()
    assert (report.state, report.counts.created, len(stage.published())) == ("done", 25, 25)


def assert_goes_on(stage: Stage, reason_code: str, *, state: str = "failed") -> None:
    """The first page is kept, the place too, and the next run asks for the second page at once."""
    report = stage.harvest()
    assert (report.state, report.reason_code, report.counts.created) == (state, reason_code, 10)
    place, asked = stage.place(), len(stage.server.requests)
    assert place[1] is not None
    stage.harvest()
    assert stage.place() == place
    calls = [call.query for call in stage.server.requests]
    first = next(query for query in calls[asked:] if query.get("verb") != "Identify")
    assert first in calls[:asked]
    assert "resumptionToken" in first or first.get("since", "0") != "0"
    assert len(stage.published()) == 10


def assert_nothing_used(stage: Stage, reason_code: str) -> None:
    report = stage.harvest()
    assert (report.state, report.reason_code, report.counts.read) == ("failed", reason_code, 0)
    assert (stage.published(), stage.place()) == ({}, (None, None))


@both
def test_a_broken_connection_is_tried_again(play: Play, protocol: str) -> None:
    assert_whole(play(f"{protocol}-reset-once"))


@both
def test_a_connection_that_always_breaks_keeps_what_came_before(play: Play, protocol: str) -> None:
    assert_goes_on(play(f"{protocol}-reset-always"), "SOURCE_UNREACHABLE")


@both
def test_silence_ends_in_time_and_keeps_what_came_before(play: Play, protocol: str) -> None:
    stage = play(f"{protocol}-silent")
    began = time.monotonic()
    assert stage.harvest().reason_code == "SOURCE_UNREACHABLE"
    assert time.monotonic() - began < 25
    assert len(stage.published()) == 10


@both
@pytest.mark.parametrize("part", ["dripping", "dripping-head"])
def test_a_dripping_answer_ends_at_the_deadline(play: Play, protocol: str, part: str) -> None:
    stage = play(f"{protocol}-{part}")
    began = time.monotonic()
    assert stage.harvest().reason_code == "SOURCE_TOO_SLOW"
    assert time.monotonic() - began < 25
    assert len(stage.published()) == 10


@both
@pytest.mark.parametrize(
    ("name", "reason_code"),
    [
        ("gzip-bomb", "RESPONSE_TOO_LARGE"),
        ("very-long", "RESPONSE_TOO_LARGE"),
        ("stacked-gzip", "ENCODING_REFUSED"),
        ("brotli", "ENCODING_REFUSED"),
        ("redirect-loop", "TOO_MANY_REDIRECTS"),
        ("redirect-nowhere", "ADDRESS_REFUSED"),
        ("redirect-inside", "ADDRESS_REFUSED"),
        ("redirect-to-file", "ADDRESS_REFUSED"),
    ],
)
def test_what_could_do_harm_is_refused(play: Play, protocol: str, name: str, reason_code: str) -> None:
    assert_nothing_used(play(f"{protocol}-{name}"), reason_code)


@both
@pytest.mark.parametrize("name", ["gzip-undeclared", "gzip-only-declared", "moved"])
def test_what_is_only_careless_is_understood(play: Play, protocol: str, name: str) -> None:
    assert_whole(play(f"{protocol}-{name}"))


@both
@pytest.mark.parametrize("name", ["busy-seconds", "busy-date", "too-many-requests"])
def test_a_short_wait_is_kept(play: Play, protocol: str, name: str) -> None:
    stage = play(f"{protocol}-{name}")
    began = time.monotonic()
    assert_whole(stage)
    assert time.monotonic() - began > 0.3


@both
@pytest.mark.parametrize("name", ["busy-until-tomorrow", "busy-for-ever"])
def test_a_long_wait_puts_the_run_off_and_counts_as_no_failure(play: Play, protocol: str, name: str) -> None:
    stage = play(f"{protocol}-{name}")
    assert_goes_on(stage, "SOURCE_BUSY", state="queued")
    [run] = stage.rows(select(tables.run))
    assert run.not_before_at - run.queued_at == timedelta(days=1)
    [source] = stage.rows(select(tables.source))
    assert source.failures == 0
    assert "86400 seconds" in stage.reports[0].reason or name == "busy-for-ever"


@both
@pytest.mark.parametrize(
    ("name", "reason_code"),
    [
        ("blocked", "SOURCE_REFUSED"),
        ("huge-header", "SOURCE_UNREACHABLE"),
        ("not-http", "SOURCE_UNREACHABLE"),
        ("server-error", "SOURCE_UNREACHABLE"),
    ],
)
def test_a_refusal_is_never_an_empty_list(play: Play, protocol: str, name: str, reason_code: str) -> None:
    assert_goes_on(play(f"{protocol}-{name}"), reason_code)
