"""What a run hands from page to page: its source, its lease, its clock. Values only; nothing is done here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from chm_node.publishing.site import Site
from harvester import leases
from harvester.counts import Stopwatch
from harvester.database import Transactions
from harvester.resolution.clusters import Origin
from harvester.sources import Source


@dataclass(frozen=True, slots=True)
class Work:
    """What every page of a run needs. ``whole`` takes records through again though their bytes are the same."""

    source: Source
    run_id: int
    lease: leases.Lease
    site: Site
    transactions: Transactions
    clock: Callable[[], datetime]
    watch: Stopwatch
    whole: bool = False
    keeps_place: bool = True
    replays: bool = False
    mint: Callable[[], str] = lambda: str(uuid4())

    @property
    def origin(self) -> Origin:
        """The source, as resolution sees it."""
        return Origin(self.source.id, self.source.rank, self.source.protocol, self.source.url)
