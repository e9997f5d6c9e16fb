"""Finding out what an address is: a node, an OAI-PMH endpoint, or what else was seen there; asks, stores nothing."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from harvester.errors import AddressRefused, SourceError, UnrecognisedSource
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

    UnrecognisedSource says in plain words what was seen at each; AddressRefused where the address may not be called.
    """
    address = url.strip() if "://" in url else f"https://{url.strip()}"
    seen: list[str] = []
    for look, where in _attempts(address):
        try:
            found = look(fetcher, where)
        except AddressRefused:
            raise
        except SourceError as error:
            seen.append(str(error))
            continue
        if found is not None:
            return found
    raise UnrecognisedSource(url=address, seen=" ".join(dict.fromkeys(seen)) or "It has no node description.")


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
