"""Finding out what an address is: a node, an OAI-PMH endpoint, or what else was seen there; asks, stores nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from harvester.errors import AddressRefused, SourceError, SourceRefused, SourceUnreachable, UnrecognisedSource
from harvester.fetch import Fetcher
from harvester.protocols import (
    bioland,
    cbd,
    ckan,
    csw,
    dcat,
    feeds,
    files,
    gbif,
    informea,
    ipt,
    native,
    oai_pmh,
    ogc_records,
    panorama,
    protected_planet,
    sitemap,
)
from harvester.protocols.oai_requests import base_url
from harvester.protocols.pages import Probe

Look = Callable[[Fetcher, str], Probe | None]
OAI_PATHS = ("/oai", "/oai-pmh", "/oai/request", "/server/oai/request", "/cgi/oai2", "/oai2d", "/oai2")
"""Where common repository software answers: our node, InvenioRDM, DSpace before and since 7, EPrints, Drupal."""

CSW_PATHS = ("/csw", "/geonetwork/srv/eng/csw")
"""Where catalogue services answer: pycsw, GeoNetwork."""
DCAT_PATHS = ("/catalog.ttl", "/data.json")
"""Where catalogues lie: CKAN with its DCAT extension, data.json of DCAT-US."""
INFORMEA_PATH = "/informea.svc"
"""Where the secretariats of treaties answer (scbd/informea, IUCN-ELC/ecolex)."""


def recognise(fetcher: Fetcher, url: str) -> Probe:
    """Give what the address turned out to be: a node, or a protocol at the address or at the usual paths below it.

    UnrecognisedSource says in plain words what was seen; AddressRefused where the address may not be called. A host
    that gives no answer at all is asked twice, not at every usual path.
    """
    address = url.strip() if "://" in url else f"https://{url.strip()}"
    seen: list[SourceError] = []
    for look, where in _attempts(address):
        try:
            found = look(fetcher, where)
        except AddressRefused:
            raise
        except SourceError as error:
            seen.append(error)
            if len(seen) > 1 and all(map(_is_silence, seen)):
                break
            continue
        if found is not None:
            return found
    raise UnrecognisedSource(url=address, seen=_what_was_seen(seen) or "It has no node description.")


def _is_silence(error: SourceError) -> bool:
    return isinstance(error, SourceUnreachable) and "HTTP status" not in str(error)


def _what_was_seen(seen: Sequence[SourceError]) -> str:
    """Give the errors in words, each once; of several refusals with one status their number and the first."""
    refused: dict[int, list[str]] = defaultdict(list)
    for error in seen:
        if isinstance(error, SourceRefused):
            refused[error.status].append(str(error))
    told = dict.fromkeys(str(error) for error in seen if not isinstance(error, SourceRefused))
    for status, each in refused.items():
        more = len(dict.fromkeys(each)) - 1
        told[each[0] + (f" So did {more} further usual addresses (HTTP status {status})." if more else "")] = None
    return " ".join(told)


def _attempts(address: str) -> list[tuple[Look, str]]:
    bare = base_url(address)
    parts = urlsplit(bare)
    roots = [bare.partition("?")[0].rstrip("/")] if parts.path.strip("/") else []
    roots.append(f"{parts.scheme}://{parts.netloc}")
    below = [root + path for root in roots for path in OAI_PATHS]
    services = [csw.service_url(address), *(root + path for root in roots for path in CSW_PATHS)]
    tables = [(files.probe, address)] if parts.path.lower().endswith(files.TABLES) else []
    return [
        (protected_planet.probe, address),
        (panorama.probe, address),
        *tables,
        (native.probe, roots[0]),
        (oai_pmh.probe, bare),
        (informea.probe, bare),
        (ckan.probe, bare),
        (cbd.probe, bare),
        (ogc_records.probe, bare),
        (bioland.probe, bare),
        *((gbif.probe, where) for where in gbif.list_addresses(address)[:1] if "/v1/" in parts.path),
        *((ipt.probe, where) for where in ipt.list_addresses(address) if where in {address, bare}),
        (feeds.probe, address),
        (dcat.probe, address),
        *((csw.probe, where) for where in dict.fromkeys(services)),
        *((oai_pmh.probe, where) for where in dict.fromkeys(below)),
        *((informea.probe, root + INFORMEA_PATH) for root in roots if INFORMEA_PATH not in parts.path),
        *((dcat.probe, root + path) for root in roots for path in DCAT_PATHS),
        *((ipt.probe, where) for where in ipt.list_addresses(address) if where not in {address, bare}),
        *((gbif.probe, where) for where in gbif.list_addresses(address) if "/v1/" not in parts.path),
        (files.probe, address.partition("#")[0]),
        (sitemap.probe, address.partition("#")[0]),
    ]
