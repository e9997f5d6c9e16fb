"""Faulty certificates: the reason is told in plain words, a private authority can be trusted, nothing falls to http."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harvester.centre import open_centre
from harvester.configs import OaiPmhConfig
from harvester.errors import AddressRefused, SourceUnreachable, UnrecognisedSource
from harvester.fetch import FetchSettings, HttpFetcher
from harvester.hostile import SCENARIOS, HostileServer, Scenario, serve_hostile, wire
from harvester.hostile.scenario import OAI_PMH
from harvester.hostile.tls import CERTIFICATES, serve_faulty
from harvester.preflight import examine
from harvester.protocols import recognise
from harvester.settings import Settings
from harvester.sources import Source

_SETTINGS = FetchSettings(allow_loopback=True, back_off_s=0.01)
_GOOD = "oai-end-empty"
_REASONS = {
    "expired": "has expired",
    "not-yet-valid": "is not valid yet",
    "other-name": "is for another host name",
    "self-signed": "is signed by itself",
    "private-authority": "from an authority we do not know",
}


@contextmanager
def served(
    fault: str, folder: Path, scenario: Scenario = SCENARIOS[_GOOD]
) -> Iterator[tuple[HostileServer, FetchSettings]]:
    """Serve a provider behind a faulty certificate; give it with settings that trust its authority."""
    authority = folder / "authority.pem"
    with serve_faulty(CERTIFICATES[fault], {_GOOD: scenario}, authority) as server:
        yield server, replace(_SETTINGS, ca_file=str(authority))


def reason(url: str, settings: FetchSettings) -> str:
    with HttpFetcher(settings) as fetcher, pytest.raises(SourceUnreachable) as caught:
        fetcher.get(url, params={"verb": "Identify"})
    return str(caught.value)


@pytest.mark.parametrize("fault", [name for name in CERTIFICATES if name != "private-authority"])
def test_a_faulty_certificate_is_refused_and_named_though_its_authority_is_known(fault: str, tmp_path: Path) -> None:
    with served(fault, tmp_path) as (server, trusting):
        assert _REASONS[fault] in reason(server.source_url(_GOOD), trusting)
        assert not server.requests


def test_an_unknown_authority_is_named_and_can_be_trusted(tmp_path: Path) -> None:
    with served("private-authority", tmp_path) as (server, trusting):
        url = server.source_url(_GOOD)
        told = reason(url, _SETTINGS)
        assert _REASONS["private-authority"] in told
        assert "ca_file" in told
        assert not server.requests
        with HttpFetcher(trusting) as fetcher:
            assert recognise(fetcher, url).name == "A library"


def test_a_centre_trusts_the_authorities_of_its_own_file_only(tmp_path: Path) -> None:
    with served("private-authority", tmp_path) as (server, trusting):
        url = server.source_url(_GOOD)
        assert "A library" in asked_by_a_centre(url, tmp_path, trusting.ca_file or "")
        with pytest.raises(SourceUnreachable, match="from an authority we do not know"):
            asked_by_a_centre(url, tmp_path, "")


def asked_by_a_centre(url: str, home: Path, ca_file: str) -> str:
    centre = open_centre(Settings(home=home, token_secret="ab" * 32, allow_loopback=True, ca_file=ca_file))
    try:
        with centre.new_fetcher() as fetcher:
            return fetcher.get(url, params={"verb": "Identify"}).body.decode()
    finally:
        centre.engine.dispose()


def test_a_source_behind_a_private_authority_is_tested_like_any_other(tmp_path: Path) -> None:
    with served("private-authority", tmp_path) as (server, trusting), HttpFetcher(trusting) as fetcher:
        source = Source("lib", "A library", server.source_url(_GOOD), OAI_PMH, OaiPmhConfig())
        found = {verdict.check: verdict for verdict in examine(fetcher, source, now=datetime.now(UTC)).verdicts}
        assert (found["O01"].level, found["P63"].level, found["S01"].level) == ("pass", "pass", "pass")


def test_an_address_without_scheme_is_never_asked_for_without_tls(tmp_path: Path) -> None:
    with served("expired", tmp_path) as (server, trusting), HttpFetcher(trusting) as fetcher:
        bare = server.source_url(_GOOD).removeprefix("https://")
        with pytest.raises(UnrecognisedSource, match="has expired"):
            recognise(fetcher, bare)
        assert not server.requests


def test_a_redirect_from_https_to_http_is_refused(tmp_path: Path) -> None:
    scenario = replace(
        SCENARIOS[_GOOD], make=lambda: lambda call: wire.redirect(call.root.replace("https:", "http:") + "/oai")
    )
    with served("private-authority", tmp_path, scenario) as (server, trusting), HttpFetcher(trusting) as fetcher:
        with pytest.raises(AddressRefused, match="from https to http"):
            fetcher.get(server.source_url(_GOOD))
        assert len(server.requests) == 1


def test_a_server_that_speaks_no_tls_is_told_as_that(tmp_path: Path) -> None:
    with serve_hostile({_GOOD: SCENARIOS[_GOOD]}) as server:
        told = reason(server.source_url(_GOOD).replace("http:", "https:"), _SETTINGS)
    assert "no secure connection comes about" in told


def test_openssl_itself_takes_our_certificate_for_the_right_one(tmp_path: Path) -> None:
    with served("private-authority", tmp_path) as (_, trusting):
        context = ssl.create_default_context(cafile=trusting.ca_file)
    [authority] = context.get_ca_certs()
    assert authority["subject"] == authority["issuer"]
