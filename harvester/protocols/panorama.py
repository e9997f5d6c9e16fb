"""Harvesting PANORAMA solutions by their API, a list a language, joined to one record a solution. Understands none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit, urlunsplit

from harvester.configs import PanoramaConfig
from harvester.errors import ProtocolFault, SourceError, SourceUnreachable, WrongAnswer
from harvester.fetch import Fetcher
from harvester.network.machine import machine_of
from harvester.network.response_body import MIB, Limits
from harvester.protocols.dcat_payload import cannot_be_kept
from harvester.protocols.json_answers import canonical, find_text, parse_object
from harvester.protocols.keyed import Keyed
from harvester.protocols.pages import Page, Probe, Protocol, Window
from harvester.raw import RawRecord, new_raw
from harvester.sources import Source
from vocabularies.concepts import load_scheme
from vocabularies.problems import Problem

FORMAT = "panorama_solution"
HOST = "panorama.solutions"
_SPEAKER = "PANORAMA"
_LIMITS = Limits(wire_bytes=64 * MIB, body_bytes=64 * MIB)
_PATH = re.compile(r"/(?:[a-z]{2}(?:-[a-z]+)?(?:/.*)?)?$")

Solution = Mapping[str, object]


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give all solutions of the source's country, or all there are, as one page: the API has no pages and no window.

    Every language must answer, since a record without one of its languages would look changed.
    """
    config = source.config if isinstance(source.config, PanoramaConfig) else PanoramaConfig()
    door = Keyed(fetcher, "api_key", machine_of(fetcher).get_secret(config.token, key="token"))
    country = country_of(source, config)
    found: dict[str, dict[str, Solution]] = {}
    problems: list[Problem] = []
    for language in filter(None, (each.strip().lower() for each in config.languages.split(","))):
        for solution in _ask(door, source.url, language, country):
            identifier = find_text(solution.get("id")) if isinstance(solution, dict) else None
            if not isinstance(solution, dict) or identifier is None:
                problems.append(Problem("ID_SYNTAX", "error", value="a solution without an id"))
            elif found.setdefault(identifier, {}).setdefault(language, solution) != solution:
                value = f"solution {identifier} stands twice in {language}, each time different; the first one counts"
                problems.append(Problem("ID_DUPLICATE", "error", value=value))
    cut = [_cut_out(identifier, texts, country) for identifier, texts in found.items()]
    problems += [each for each in cut if isinstance(each, Problem)]
    empty = () if cut else (Problem("LIST_EMPTY", "warning", value="there is no solution; check the setting country"),)
    records = tuple(each for each in cut if isinstance(each, RawRecord))
    yield Page(records, None, None, len(found), tuple(problems), empty, tracks_deletions=False, whole=True)


def probe(fetcher: Fetcher, url: str) -> Probe | None:
    """Give the API by its name: without a key it says nothing that would tell it from any other."""
    host = (urlsplit(url).hostname or "").lower().removeprefix("www.")
    return Probe("panorama", f"https://{HOST}", "PANORAMA", HOST) if host == HOST else None


PANORAMA = Protocol("panorama", PanoramaConfig, pages, probe)


def country_of(source: Source, config: PanoramaConfig) -> str:
    """Give the country asked for as ISO 3166-1 alpha-2, or nothing for all."""
    wanted = config.country or source.country or ""
    known = load_scheme("countries").find(wanted) if wanted else None
    return known.id if known else wanted.upper()


def _ask(door: Keyed, url: str, language: str, country: str) -> list[object]:
    parts = urlsplit(url)
    root = urlunsplit((parts.scheme, parts.netloc, _PATH.sub("", parts.path).rstrip("/"), "", ""))
    params = {"country_iso_2[]": country} if country else {}
    response = door.get(f"{root}/{language}/api/v1/solutions", params=params, accept="application/json", limits=_LIMITS)
    if response.status >= 500:
        raise SourceUnreachable(url=response.url, reason=f"HTTP status {response.status}")
    try:
        told = parse_object(response, _SPEAKER)
    except SourceError:
        response.require_ok()
        raise
    response.require_ok()
    listed = told.get("solutions")
    if not isinstance(listed, list):
        if told.get("error") or told.get("message"):
            reason = str(told.get("error") or told.get("message"))[:300]
            raise ProtocolFault(url=response.url, fault="error", reason=reason)
        raise WrongAnswer(url=response.url, protocol=_SPEAKER, saw="JSON without a list of solutions")
    return [each.get("solution", each) if isinstance(each, dict) else each for each in listed]


def _cut_out(identifier: str, texts: Mapping[str, Solution], country: str) -> RawRecord | Problem:
    payload = canonical({"id": identifier, "texts": texts, "country": country})
    return cannot_be_kept(identifier, payload) or new_raw(identifier, payload, format=FORMAT)
