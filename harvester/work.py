"""What a run hands from page to page: its source, its lease, its clock. Values only; nothing is done here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from chm_node.publishing.site import Site
from harvester.counts import Stopwatch
from harvester.database import Transactions
from harvester.records.observations import Observations
from harvester.resolution.clusters import Origin
from harvester.running import leases
from harvester.sources import Source


@dataclass(frozen=True, slots=True)
class Work:
    """What every page of a run needs. ``whole`` takes records through again though their bytes are the same.

    ``applies`` carries out what was put off, ``settles`` where the same run counted it as held. ``watches`` says that
    something of the source waits or was missed, and may have come again. ``stored`` says that the records are those
    that are kept already, tried again. ``turn`` counts how often the run was taken up.
    """

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
    applies: bool = False
    settles: bool = False
    watches: bool = False
    stored: bool = False
    observed: Observations = field(default_factory=Observations)
    turn: int = 0
    mint: Callable[[], str] = lambda: str(uuid4())

    @property
    def may_put_off(self) -> bool:
        """Whether grave changes wait for the run's end: not where a person asked for what is stored."""
        return not (self.replays or self.applies)

    @property
    def origin(self) -> Origin:
        """The source, as resolution sees it."""
        of = self.source
        return Origin(of.id, of.rank, of.protocol, of.url, of.namespace, of.country or "")
