"""A source served by a provider in memory over real HTTP, for the tests of protocols."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from harvester.fetch import FetchSettings, HttpFetcher
from harvester.hostile import HostileServer, Scenario, serve_hostile
from harvester.hostile.scenario import Call, Play
from harvester.protocols import PROTOCOLS, Page, Window
from harvester.sources import Source, config_from_settings

WHOLE = Window()


@dataclass(frozen=True, slots=True)
class Played:
    """A source, the door to the network, and what the provider was asked."""

    source: Source
    fetcher: HttpFetcher
    server: HostileServer

    @property
    def asked(self) -> list[Call]:
        return list(self.server.requests)

    def pages(self, window: Window = WHOLE, **quirks: str) -> list[Page]:
        """Read the list to its end."""
        source = replace(self.source, quirks=quirks)
        return list(PROTOCOLS[source.protocol].pages(self.fetcher, source, window))


@contextmanager
def played(protocol: str, play: Play, **settings: str) -> Iterator[Played]:
    """Serve a provider on a free loopback port during the block."""
    with (
        serve_hostile({"source": Scenario((), protocol, "", "", lambda: play)}) as server,
        HttpFetcher(FetchSettings(allow_loopback=True, back_off_s=0.01)) as fetcher,
    ):
        config = config_from_settings(protocol, settings)
        yield Played(Source("source", "Source", server.source_url("source"), protocol, config), fetcher, server)


def identifiers_of(pages: list[Page]) -> list[str]:
    """The identifiers of the records of pages, in order."""
    return [record.identifier for page in pages for record in page.records]
