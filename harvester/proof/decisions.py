"""A person's word on a held run: carried out under the source's lease as a run of its own, or put aside."""

from __future__ import annotations

from dataclasses import dataclass

from chm_node.publishing import sql
from harvester.centre import Centre
from harvester.counts import Counts, Stopwatch
from harvester.database import Kept
from harvester.operating_errors import HoldDecided
from harvester.proof import deferrals
from harvester.proof.carrying_out import carry_out
from harvester.proof.holding import DISCARDED, RELEASED, Held, decide, get_hold
from harvester.protocols.pages import Window
from harvester.registry import get_source
from harvester.running import leases, progress
from harvester.work import Work


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision brought: the hold, the run that carried it out where one did, and what became of the records."""

    held: Held
    decision: str
    run: int | None
    counts: Counts

    def as_dict(self) -> dict[str, object]:
        """Give the object ``hold release --json`` prints."""
        told = {"source": self.held.source, "held_run": self.held.run, "decision": self.decision, "run": self.run}
        return told | self.counts.as_dict()


def release(centre: Centre, run_id: int, *, by: str) -> Decided:
    """Carry out what a held run found; each change once, however often this is begun and wherever it is stopped.

    UnknownHold where the run is not held, HoldDecided where all is done already, SourceLocked while it is harvested.
    """
    now = centre.clock()
    with sql.write(centre.engine) as connection:
        held = get_hold(connection, run_id)
        rest = deferrals.count_released(connection, held.source)
        if held.decision == DISCARDED or (held.decision == RELEASED and not rest):
            raise HoldDecided(run=held.run, decision=held.decision)
        lease = leases.claim(connection, held.source, now=now)
        if held.decision is None:
            decide(connection, held, RELEASED, by=by, now=now)
        source = get_source(connection, held.source)
        release_run = progress.begin(connection, lease, kind="release", window=Window(), now=now)
    work = Work(
        source, release_run, lease, centre.site, Kept(centre.engine), centre.clock, Stopwatch(), keeps_place=False
    )
    with leases.heartbeat(centre.engine, lease, release_run, centre.clock):
        counts = carry_out(work, deferrals.released(held.source))
    with sql.write(centre.engine) as connection:
        progress.finish(connection, work, progress.ended(counts, ()), now=centre.clock())
    return Decided(held, RELEASED, release_run, counts)


def discard(centre: Centre, run_id: int, *, by: str) -> Decided:
    """Leave the records as they are, whatever the held run found; a later change of a record is judged anew."""
    with sql.write(centre.engine) as connection:
        held = get_hold(connection, run_id)
        decide(connection, held, DISCARDED, by=by, now=centre.clock())
    return Decided(held, DISCARDED, None, Counts())
