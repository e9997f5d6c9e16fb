"""How bytes are obtained: one module a protocol, chosen from the table PROTOCOLS."""

from collections.abc import Mapping

from harvester.protocols.native import NATIVE
from harvester.protocols.oai_pmh import OAI_PMH
from harvester.protocols.pages import Page, Probe, Protocol, Window
from harvester.protocols.recognise import recognise

__all__ = ["PROTOCOLS", "Page", "Probe", "Protocol", "Window", "recognise"]

PROTOCOLS: Mapping[str, Protocol] = {protocol.name: protocol for protocol in (NATIVE, OAI_PMH)}
