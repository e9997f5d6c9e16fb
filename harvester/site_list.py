"""A table of sites to harvest, a row each → sources, each recognised or told why not. Harvests nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from chm_node.publishing import sql
from harvester import registry
from harvester.centre import Centre
from harvester.configs import CONFIG_CLASSES, Config
from harvester.errors import HarvesterError, SourceError, SourceUnreachable
from harvester.operating_errors import BadRequest
from harvester.preview import to_source
from harvester.protocols import PROTOCOLS, Probe, recognise
from harvester.protocols.bioland import BIOLAND
from harvester.sources import Source, config_from_settings
from vocabularies.concepts import find_term, term_value

BIOLAND_HOST = "{code}.chm-cbd.net"
"""Where the Secretariat serves a Bioland site that has no host of its own (scbd/bioland-config, 2026)."""
AT_ONCE = 8
_TOLD = 300
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "url": ("url", "address", "website", "site", "link", "homepage"),
    "host": ("redirect_host", "host", "domain"),
    "code": ("site_code", "code"),
    "country": ("country", "country_code", "iso2", "iso3", "party", "government"),
    "name": ("name", "title", "label"),
    "locales": ("locales", "languages"),
    "language": ("default_locale", "language", "locale"),
    "protocol": ("protocol",),
}


@dataclass(frozen=True, slots=True)
class Site:
    """A row of the list: an address, and what the list says of it. ``line`` counts from the head of the table."""

    line: int
    url: str
    name: str = ""
    country: str = ""
    code: str = ""
    locales: str = ""
    language: str = ""
    protocol: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a site: the source that was added, or why there is none."""

    site: Site
    source: Source | None
    told: str


def parse_site_list(payload: bytes) -> list[Site]:
    """Read a CSV table with a column of addresses, hosts or Bioland site codes; BadRequest where it has none.

    Commas, semicolons or tabs part columns. Read are ``url``, ``redirect_host``, ``site_code``, ``country``, ``name``,
    ``locales``, ``default_locale`` and ``protocol``, under these names or usual others; an empty row is left out.
    """
    text = _decode(payload)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    names = [name.strip().lower().replace(" ", "_") for name in rows[0]] if rows else []
    places = {
        field: names.index(name) for field, known in _COLUMNS.items() for name in reversed(known) if name in names
    }
    if not places.keys() & {"url", "host", "code"}:
        raise BadRequest(reason="The list has no column of addresses. Name one url, redirect_host or site_code.")
    return [_to_site(line, row, places) for line, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row)]


def add_sites(centre: Centre, sites: Iterable[Site], *, pattern: Source) -> Iterator[Added]:
    """Add each site as a paused source and say what became of it, in the order of the list.

    ``pattern`` gives what is the same for all: protocol (``auto`` finds it out), interval, rank, settings. Several are
    looked at at once. A site that is there already, does not answer or is not recognised is told, and costs no other.
    """
    with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="look") as pool:
        looks = pool.map(lambda site: (site, _look(centre, site, pattern.protocol)), list(sites))
        for site, found in looks:
            yield Added(site, None, found) if isinstance(found, str) else _add(centre, site, found, pattern)


def _look(centre: Centre, site: Site, protocol: str) -> Probe | str:
    """Give what a site is, or why it is nothing; a host that does not answer is not asked again and again."""
    wanted = site.protocol or protocol
    if not site.url:
        return "the row has no address"
    if isinstance(_country(site), _Unknown):
        return f"“{site.country}” is no country"
    try:
        with centre.new_fetcher() as fetcher:
            if wanted != "auto":
                entry = PROTOCOLS.get(wanted)
                if entry is None:
                    return f"there is no protocol {wanted}; known are {', '.join(PROTOCOLS)}"
                return entry.probe(fetcher, site.url) or f"{site.url} does not answer as {wanted}"
            try:
                fetcher.get(site.url)
            except SourceUnreachable as error:
                return str(error)
            if site.code and (found := BIOLAND.probe(fetcher, site.url)):
                return found
            return recognise(fetcher, site.url)
    except SourceError as error:
        return str(error)[:_TOLD]


def _add(centre: Centre, site: Site, probe: Probe, pattern: Source) -> Added:
    country = _country(site)
    assert not isinstance(country, _Unknown), "nobody looked at it"
    try:
        config = _config(site, probe, pattern.config)
        with sql.write(centre.engine) as connection:
            chosen = registry.free_id(connection, probe.url, site.code or probe.identifier)
            found = to_source(probe, source_id=chosen, country=country)
            namespace = registry.free_namespace(connection, probe.protocol, probe.identifier)
            name = site.name or probe.name or chosen
            new = replace(
                found, name=name, config=config, every_s=pattern.every_s, rank=pattern.rank, paused=True,
                hours=pattern.hours, contact=pattern.contact, grace_s=pattern.grace_s, namespace=namespace,
            )  # fmt: skip
            registry.add_source(connection, new, now=centre.clock())
    except HarvesterError as error:
        return Added(site, None, str(error))
    return Added(site, new, "added, paused")


def _config(site: Site, probe: Probe, given: Config) -> Config:
    """Give the settings: those given for all where they are of this protocol, and the languages the list names."""
    config_class = CONFIG_CLASSES[probe.protocol]
    config = given if isinstance(given, config_class) else config_from_settings(probe.protocol, {})
    if probe.protocol != BIOLAND.name or not site.locales:
        return config
    locales = dict.fromkeys([*site.language.split(), *site.locales.replace(",", " ").replace(";", " ").split()])
    return replace(config, locales=" ".join(locales))  # type: ignore[call-arg]  # Bioland's settings have it


class _Unknown:
    """A country the list names and nobody knows."""


def _country(site: Site) -> str | None | _Unknown:
    for text in filter(None, (site.country, site.code)):
        if concept := find_term("government", text):
            return term_value(concept)
    return _Unknown() if site.country else None


def _to_site(line: int, row: list[str], places: Mapping[str, int]) -> Site:
    cells = {name: row[place].strip() for name, place in places.items() if place < len(row)}
    code, host = cells.get("code", "").lower(), cells.pop("host", "")
    address = cells.get("url", "") or host or (BIOLAND_HOST.format(code=code) if code else "")
    url = address if "://" in address or not address else f"https://{address}"
    return Site(line, **{**cells, "url": url, "code": code})


def _decode(payload: bytes) -> str:
    try:
        return payload.decode("utf-8-sig")
    except UnicodeDecodeError:
        return payload.decode("cp1252", "replace")
