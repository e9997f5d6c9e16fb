"""A provider that misbehaves on purpose: SCENARIOS names every misbehaviour; each protocol's are a leaf module."""

from collections.abc import Mapping

from harvester.hostile.native_feed import NATIVE_FEED
from harvester.hostile.network import NETWORK
from harvester.hostile.oai_lists import OAI_LISTS
from harvester.hostile.oai_payloads import OAI_PAYLOADS
from harvester.hostile.oai_times import OAI_TIMES
from harvester.hostile.scenario import Scenario
from harvester.hostile.server import HostileServer, serve_hostile

__all__ = ["SCENARIOS", "HostileServer", "Scenario", "serve_hostile"]

SCENARIOS: Mapping[str, Scenario] = {
    **OAI_LISTS,
    **OAI_PAYLOADS,
    **OAI_TIMES,
    **NATIVE_FEED,
    **NETWORK,
}
