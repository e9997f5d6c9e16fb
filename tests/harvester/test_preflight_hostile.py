"""The test of a provider survives every provider that misbehaves, and names what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import pytest

from harvester.fetch import DEFAULT_LIMITS, FetchSettings, HttpFetcher, Response
from harvester.hostile import SCENARIOS, serve_hostile
from harvester.network.machine import Machine
from harvester.network.response_body import Limits
from harvester.preflight import Examination, examine
from harvester.preflight.report import to_document, to_text
from harvester.sources import Source, config_from_settings

_MACHINE = Machine(secrets={"KEY": "key-of-these-tests-only"})
_HASTY = FetchSettings(
    allow_loopback=True, connect_timeout_s=0.5, read_timeout_s=0.1, back_off_s=0.005, pause_s=0, machine=_MACHINE
)
_LONGEST_S = 20.0


class _Hasty(HttpFetcher):
    """The real door to the network; only its time is shorter, and it keeps no distance however often it is told to."""

    def _pause(self, url: str) -> None:
        """Go on at once."""

    def get(self, url: str, *, limits: Limits = DEFAULT_LIMITS, **options: Any) -> Response:
        return super().get(url, limits=replace(limits, deadline_s=0.2), **options)

    def exchange(self, url: str, *, limits: Limits = DEFAULT_LIMITS, **options: Any) -> Response:
        return super().exchange(url, limits=replace(limits, deadline_s=0.2), **options)


@contextmanager
def examined(name: str) -> Iterator[Examination]:
    scenario = SCENARIOS[name]
    with serve_hostile({name: scenario}) as server, _Hasty(_HASTY) as fetcher:
        config = config_from_settings(scenario.protocol, scenario.settings)
        source = Source(name, name, server.source_url(name), scenario.protocol, config)
        yield examine(fetcher, source, now=datetime.now(UTC))


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_misbehaviour_breaks_a_test_or_holds_it_up(name: str) -> None:
    started = monotonic()
    with examined(name) as found:
        pass
    assert monotonic() - started < _LONGEST_S
    assert found.requests <= 60
    assert all(verdict.seen and verdict.check and verdict.asks for verdict in found.verdicts)
    assert all(verdict.fix for verdict in found.verdicts if verdict.level in ("fail", "warning"))
    assert to_document(found)["verdicts"]
    assert to_text(found).splitlines()[-1].startswith(("Not ready:", "It can be harvested"))


@pytest.mark.parametrize(
    ("name", "check", "said"),
    [
        ("oai-late-earliest", "P09", "earliestDatestamp is 2024-06-01T00:00:00Z"),
        ("oai-strange-datestamps", "P11", "3 of 5 datestamps are not written as"),
        ("oai-repeats-across-pages", "P42", "come more than once"),
        ("oai-other-base-url", "P07", "http://192.0.2.1/oai"),
        ("oai-doctype", "P71", "document type"),
        ("oai-control-characters", "P70", "characters that XML forbids"),
        ("oai-announces-too-many", "P60", "1000 records are announced and 15 come"),
        ("oai-token-returned", "O04", "leads back to itself"),
        ("oai-end-unsaid", "P61", "no resumptionToken element"),
        ("oai-other-namespace", "P72", "http://purl.org/dc/elements/1.0/"),
        ("oai-no-metadata", "O05", "oai:library.example:2"),
        ("oai-clock-far-ahead", "P03", "2099-01-01T00:00:00Z"),
        ("oai-empty-list", "P63", "no record and no error"),
        ("oai-server-error", "P63", "HTTP status 500"),
        ("oai-most-records-bad", "S01", "9 would be refused"),
        ("native-broken-line", "N06", "is no JSON object"),
        ("native-no-place", "N09", "how far it reaches"),
        ("native-cycle", "N09", "leads back"),
        ("native-two-versions", "N07", "do not grow"),
        ("native-speaks-for-others", "N12", "urn:chm:br:1"),
    ],
)
def test_what_is_wrong_is_named_with_what_was_seen(name: str, check: str, said: str) -> None:
    with examined(name) as found:
        [verdict] = [each for each in found.verdicts if each.check == check]
    assert verdict.level == "fail"
    assert said in verdict.seen
    assert verdict.fix in to_text(found)
    assert verdict.url.startswith("http")


@pytest.mark.parametrize("check", ["P42", "P70", "P71", "P72", "P61", "P60", "O04", "O05", "P07", "P09", "P11", "P63"])
def test_what_is_right_is_not_blamed(check: str) -> None:
    with examined("oai-end-empty") as found:
        [verdict] = [each for each in found.verdicts if each.check == check]
    assert verdict.level in ("pass", "warning" if check == "P60" else "pass"), verdict


def test_a_provider_that_asks_to_be_left_alone_is_left_alone() -> None:
    with examined("oai-busy-until-tomorrow") as found:
        pass
    assert found.requests <= 8
    told = [verdict for verdict in found.verdicts if "wants to be left alone" in verdict.seen]
    assert len(told) > 20
    assert {verdict.level for verdict in told} == {"not applicable"}
