"""How bytes are obtained: one module a protocol, chosen from the table PROTOCOLS."""

from collections.abc import Mapping

from harvester.protocols.bioland import BIOLAND
from harvester.protocols.cbd import CBD
from harvester.protocols.ckan import CKAN
from harvester.protocols.csw import CSW
from harvester.protocols.dcat import DCAT
from harvester.protocols.feeds import FEED
from harvester.protocols.files import FILES
from harvester.protocols.gbif import GBIF
from harvester.protocols.informea import INFORMEA
from harvester.protocols.ipt import IPT
from harvester.protocols.native import NATIVE
from harvester.protocols.oai_pmh import OAI_PMH
from harvester.protocols.ogc_records import OGC_RECORDS
from harvester.protocols.pages import Page, Probe, Protocol, Window
from harvester.protocols.panorama import PANORAMA
from harvester.protocols.protected_planet import PROTECTED_PLANET
from harvester.protocols.recognise import recognise
from harvester.protocols.sitemap import SITEMAP

__all__ = ["PROTOCOLS", "Page", "Probe", "Protocol", "Window", "recognise"]

PROTOCOLS: Mapping[str, Protocol] = {
    protocol.name: protocol
    for protocol in (
        NATIVE,
        OAI_PMH,
        DCAT,
        CBD,
        CKAN,
        CSW,
        OGC_RECORDS,
        SITEMAP,
        FEED,
        GBIF,
        IPT,
        INFORMEA,
        BIOLAND,
        FILES,
        PROTECTED_PLANET,
        PANORAMA,
    )
}
