"""A provider that misbehaves on purpose: SCENARIOS names every misbehaviour; each protocol's are a leaf module."""

from collections.abc import Mapping

from harvester.hostile.bioland_lists import BIOLAND_LISTS
from harvester.hostile.cbd_lists import CBD_LISTS
from harvester.hostile.ckan_lists import CKAN_LISTS
from harvester.hostile.csw_lists import CSW_LISTS
from harvester.hostile.dcat_lists import DCAT_LISTS
from harvester.hostile.dcat_payloads import DCAT_PAYLOADS
from harvester.hostile.feed_lists import FEED_LISTS
from harvester.hostile.file_lists import FILE_LISTS
from harvester.hostile.gbif_lists import GBIF_LISTS
from harvester.hostile.informea_lists import INFORMEA_LISTS
from harvester.hostile.ipt_lists import IPT_LISTS
from harvester.hostile.native_feed import NATIVE_FEED
from harvester.hostile.network import NETWORK
from harvester.hostile.oai_breaks import OAI_BREAKS
from harvester.hostile.oai_formats import OAI_FORMATS
from harvester.hostile.oai_lists import OAI_LISTS
from harvester.hostile.oai_payloads import OAI_PAYLOADS
from harvester.hostile.oai_times import OAI_TIMES
from harvester.hostile.planet_lists import PLANET_LISTS
from harvester.hostile.records_lists import RECORDS_LISTS
from harvester.hostile.scenario import Scenario
from harvester.hostile.server import HostileServer, serve_hostile
from harvester.hostile.sitemap_lists import SITEMAP_LISTS

__all__ = ["SCENARIOS", "HostileServer", "Scenario", "serve_hostile"]

SCENARIOS: Mapping[str, Scenario] = {
    **OAI_LISTS,
    **OAI_BREAKS,
    **OAI_PAYLOADS,
    **OAI_FORMATS,
    **OAI_TIMES,
    **NATIVE_FEED,
    **NETWORK,
    **DCAT_LISTS,
    **DCAT_PAYLOADS,
    **CBD_LISTS,
    **CKAN_LISTS,
    **CSW_LISTS,
    **RECORDS_LISTS,
    **SITEMAP_LISTS,
    **FEED_LISTS,
    **GBIF_LISTS,
    **IPT_LISTS,
    **INFORMEA_LISTS,
    **BIOLAND_LISTS,
    **FILE_LISTS,
    **PLANET_LISTS,
}
