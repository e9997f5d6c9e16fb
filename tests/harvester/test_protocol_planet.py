"""The roads that need a key: pages, languages, and how the key is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from harvester.errors import AddressRefused, CursorExpired, SettingError, SourceError, SourceRefused
from harvester.fetch import FetchSettings, HttpFetcher, Response
from harvester.hostile import Scenario, serve_hostile
from harvester.hostile.planet_lists import a_solution, an_area, panorama, planet
from harvester.hostile.scenario import Call, Play
from harvester.network.machine import Machine, read_secrets
from harvester.protocols import PROTOCOLS, Window, recognise
from harvester.protocols.keyed import Keyed
from harvester.protocols.protected_planet import api_root
from harvester.sources import Source, config_from_settings, settings_of
from harvester.testing import FakeFetch, Recorded
from tests.harvester.played_source import Played, identifiers_of

KEY = "a-key-nobody-may-see"


@contextmanager
def keyed(protocol: str, play: Play, country: str | None = None, **settings: str) -> Iterator[Played]:
    """Serve a provider, to a fetcher that knows the key."""
    machine = Machine(secrets={"PLANET": KEY})
    with (
        serve_hostile({"source": Scenario((), protocol, "", "", lambda: play)}) as server,
        HttpFetcher(FetchSettings(allow_loopback=True, back_off_s=0.01, machine=machine)) as fetcher,
    ):
        config = config_from_settings(protocol, {"token": "@planet", **settings})
        source = Source("source", "Source", server.source_url("source"), protocol, config, country=country)
        yield Played(source, fetcher, server)


def areas(count: int) -> list[object]:
    return [an_area(number) for number in range(1, count + 1)]


def test_areas_are_read_page_by_page_for_the_source_s_country() -> None:
    with keyed("protected_planet", planet(areas(120)), country="KE") as stage:
        pages = stage.pages()
        assert [len(page.records) for page in pages] == [50, 50, 20]
        assert all(page.whole and not page.tracks_deletions for page in pages)
        assert {call.path for call in stage.asked} == {"/v3/protected_areas/search"}
        assert {call.query["country"] for call in stage.asked} == {"KEN"}
        assert {call.query["per_page"] for call in stage.asked} == {"50"}


def test_a_cursor_goes_on_with_the_next_page_however_small_pages_are() -> None:
    with keyed("protected_planet", planet(areas(60), most=20)) as stage:
        first = stage.pages()[0]
        rest = stage.pages(Window(cursor=first.cursor))
        assert identifiers_of(rest) == [str(number) for number in range(21, 61)]
        assert not any(page.whole for page in rest)
        with pytest.raises(CursorExpired):
            stage.pages(Window(cursor='{"page": 0, "usual": 5}'))


def test_one_area_can_be_asked_for_anew() -> None:
    def play(call: Call) -> Recorded:
        one = call.path.endswith("/protected_areas/7")
        body = b'{"protected_area": {"id": 7, "name": "Reserve"}}' if one else b'{"error": "not found"}'
        return Recorded(body, 200 if one else 404)

    with keyed("protected_planet", play) as stage:
        fetch_one = PROTOCOLS["protected_planet"].fetch_one
        assert fetch_one is not None
        assert [record.identifier for record in fetch_one(stage.fetcher, stage.source, "7").records] == ["7"]
        assert [problem.code for problem in fetch_one(stage.fetcher, stage.source, "8").problems] == [
            "RECORD_UNREACHABLE"
        ]


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("https://api.protectedplanet.net", "https://api.protectedplanet.net/v3"),
        ("https://api.protectedplanet.net/v3/countries?x=1", "https://api.protectedplanet.net/v3"),
    ],
)
def test_the_api_lies_below_its_version(url: str, root: str) -> None:
    assert api_root(url) == root


def test_solutions_are_joined_over_their_languages() -> None:
    texts = {"en": [a_solution(1), a_solution(2)], "fr": [a_solution(1, "fr")]}
    with keyed("panorama", panorama(texts), country="KE", languages="en, FR") as stage:
        [page] = stage.pages()
        assert (identifiers_of([page]), page.whole, page.total) == (["1", "2"], True, 2)
        assert {call.query["country_iso_2[]"] for call in stage.asked} == {"KE"}


def test_both_are_known_by_their_names_and_no_other_is() -> None:
    for url in ("https://www.protectedplanet.net/en", "https://api.protectedplanet.net/v3"):
        assert recognise(FakeFetch({}), url).protocol == "protected_planet"
    assert recognise(FakeFetch({}), "https://panorama.solutions/en/explorer").protocol == "panorama"
    assert PROTOCOLS["protected_planet"].probe(FakeFetch({}), "https://notprotectedplanet.net") is None
    assert PROTOCOLS["panorama"].probe(FakeFetch({}), "https://panorama.solutions.evil.example") is None


@pytest.mark.parametrize("protocol", ["protected_planet", "panorama"])
def test_a_key_is_named_and_never_written_into_a_source(protocol: str) -> None:
    config = config_from_settings(protocol, {"token": "@planet"})
    assert settings_of(config) == {"token": "@planet"}
    with pytest.raises(SettingError) as refused:
        config_from_settings(protocol, {"token": KEY})
    assert KEY not in str(refused.value)
    assert "CHM_SECRET_NAME" in str(refused.value)


def test_only_variables_made_for_sources_can_be_named() -> None:
    secrets = read_secrets({"CHM_SECRET_PLANET": f" {KEY} ", "CHM_TOKEN_SECRET": "own", "PATH": "/bin"})
    assert secrets == {"PLANET": KEY}
    assert KEY not in repr(Machine(secrets=secrets))
    with pytest.raises(SettingError, match="CHM_SECRET_PATH is not set"):
        Machine(secrets=secrets).get_secret("@PATH", key="token")


def test_a_source_without_its_key_says_which_variable_is_missing() -> None:
    source = Source("s", "S", "https://x.example", "panorama", config_from_settings("panorama", {"token": "@OTHER"}))
    with pytest.raises(SettingError, match="CHM_SECRET_OTHER"):
        list(PROTOCOLS["panorama"].pages(FakeFetch({}), source, Window()))


def test_a_key_is_not_sent_without_https() -> None:
    with pytest.raises(AddressRefused):
        Keyed(FakeFetch({}), "token", KEY).get("http://api.example/v3")


def test_a_key_is_in_no_error_and_no_answer() -> None:
    door = Keyed(FakeFetch({}), "token", KEY)
    with pytest.raises(SourceError) as refused:
        door.get("https://api.example/v3")
    assert KEY not in f"{refused.value} {vars(refused.value)}"
    assert refused.value.__cause__ is refused.value.__context__ is None
    echoed = Response(200, {}, f'{{"self": "?token={KEY}"}}'.encode(), f"https://api.example/v3?token={KEY}")
    answer = Keyed(FakeFetch({f"https://api.example/v3?token={KEY}": echoed}), "token", KEY).get(
        "https://api.example/v3"
    )
    assert KEY not in answer.url
    assert KEY.encode() not in answer.body
    with pytest.raises(SourceRefused, match="token=…"):
        Response(403, {}, b"", answer.url).require_ok()


def test_a_redirect_to_another_host_is_not_given_the_key() -> None:
    elsewhere: list[Call] = []

    def thief(call: Call) -> Recorded:
        elsewhere.append(call)
        return Recorded(b'{"protected_areas": []}')

    with serve_hostile({"source": Scenario((), "protected_planet", "", "", lambda: thief)}) as other:
        there = other.source_url("source") + "/v3/protected_areas"
        redirect = Recorded(b"", 302, {"Location": there.replace("127.0.0.1", "localhost")})
        with keyed("protected_planet", lambda call: redirect) as stage:
            stage.pages()
    assert elsewhere
    assert not any(KEY in call.query.values() for call in elsewhere)
