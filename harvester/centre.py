"""A centre at work: its database, its name and its door to the network, opened once from the settings."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from chm_node.publishing.site import Site
from chm_node.publishing.sql import make_engine
from harvester.settings import Settings
from harvester.stored_schemes import load_stored
from vocabularies.concepts import use_schemes

if TYPE_CHECKING:
    from harvester.fetch import Fetcher


@dataclass(frozen=True, slots=True)
class Centre:
    """What commands and pages work with. ``new_fetcher`` makes a door of its own for each run, as runs are threads."""

    settings: Settings
    engine: Engine
    site: Site
    new_fetcher: Callable[[], AbstractContextManager[Fetcher]]
    clock: Callable[[], datetime]
    stop: Event = field(default_factory=Event)
    """Set it to have every run end after the page in hand."""


def utc_now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


def open_centre(settings: Settings) -> Centre:
    """Open the centre of the settings, with the vocabularies it keeps; its database is not asked yet."""
    from harvester.fetch import FetchSettings, HttpFetcher
    from harvester.network.machine import Machine, read_secrets

    use_schemes(load_stored(settings.home))
    fetching = FetchSettings(
        base_url=settings.base_url,
        email=settings.email,
        allow_loopback=settings.allow_loopback,
        pause_s=settings.pause_s,
        ca_file=settings.ca_file or None,
        machine=Machine(settings.inbox_directory, read_secrets(os.environ)),
    )
    return Centre(settings, make_engine(settings.database_url), settings.site(), lambda: HttpFetcher(fetching), utc_now)
