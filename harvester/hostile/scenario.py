"""What a misbehaviour is: what it does, what must come of it, and what plays it. Types only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from harvester.testing import Raw, Recorded

OAI_PMH = "oai_pmh"
NATIVE = "native"
DCAT = "dcat"
CBD = "cbd"
CKAN = "ckan"
CSW = "csw"
OGC_RECORDS = "ogc_records"
SITEMAP = "sitemap"
FEED = "feed"
GBIF = "gbif"
IPT = "ipt"
INFORMEA = "informea"
BIOLAND = "bioland"
FILES = "files"
PROTECTED_PLANET = "protected_planet"
PANORAMA = "panorama"
SOURCE_PATHS: Mapping[str, str] = {
    OAI_PMH: "/oai",
    NATIVE: "",
    DCAT: "/catalog",
    CBD: "/api/v2013",
    CKAN: "",
    CSW: "/csw",
    OGC_RECORDS: "",
    SITEMAP: "/sitemap.xml",
    FEED: "/feed",
    GBIF: "/v1/dataset",
    IPT: "/rss.do",
    INFORMEA: "/informea.svc",
    BIOLAND: "",
    FILES: "/files/",
    PROTECTED_PLANET: "",
    PANORAMA: "",
}
"""Where below a scenario's address its source begins, by protocol."""

Reply = Recorded | Raw


@dataclass(frozen=True, slots=True)
class Call:
    """A request to a scenario; ``path`` lies below the scenario's own address ``root``, ``query`` is decoded.

    ``body`` is what was posted.
    """

    root: str
    path: str
    query: Mapping[str, str]
    body: bytes = b""


Play = Callable[[Call], Reply]
"""Answers one request after another; what it has to remember in between is its own."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One misbehaviour.

    ``ids`` are its numbers in the lists of known failures (F) and of conformance (H). ``does`` and ``must`` are a
    sentence each. ``make`` gives a fresh player; ``settings`` are the source settings it is harvested with.
    """

    ids: tuple[str, ...]
    protocol: str
    does: str
    must: str
    make: Callable[[], Play]
    settings: Mapping[str, str] = field(default_factory=dict)
