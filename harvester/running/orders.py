"""What is asked of a run and what it reports: values only."""

from __future__ import annotations

from dataclasses import dataclass, fields

import orjson

from harvester.counts import Counts
from harvester.proof.shadow import Difference

LATER = "later"
"""Marks an order a person left in the queue; without it a queued run is one whose time had come."""


@dataclass(frozen=True, slots=True)
class Order:
    """How to run a source. ``since`` and ``full`` set the window, ``limit`` stops after so many records.

    ``replay`` takes the stored bytes instead of the network, those of one ``record`` where it is named; ``dry`` keeps
    nothing of what it did, ``shadow`` neither and tells what would change in the index.
    """

    full: bool = False
    since: str | None = None
    limit: int | None = None
    dry: bool = False
    shadow: bool = False
    replay: bool = False
    record: str | None = None

    @property
    def is_trial(self) -> bool:
        """Whether nothing of the run is kept."""
        return self.dry or self.shadow

    @property
    def keeps_place(self) -> bool:
        """Whether the next run goes on from here: not after a look at a part of the list, nor where a person began."""
        return self.limit is None and self.since is None and not self.replay

    @property
    def looks_at_all(self) -> bool:
        """Whether a run may ask the source more than was asked for: what it names beside what we hold."""
        return self.keeps_place and not self.is_trial


def dump_order(order: Order, *, later: bool = False) -> str:
    """Give an order as the JSON a queued run keeps."""
    asked = {
        each.name: getattr(order, each.name) for each in fields(order) if getattr(order, each.name) != each.default
    }
    return orjson.dumps(asked | ({LATER: True} if later else {}), option=orjson.OPT_SORT_KEYS).decode()


def parse_order(text: str) -> Order:
    """Read what ``dump_order`` gave."""
    known = {each.name for each in fields(Order)}
    return Order(**{name: value for name, value in orjson.loads(text).items() if name in known})


@dataclass(frozen=True, slots=True)
class Report:
    """How a run of a source, or a turn of it, ended; ``run`` is None where none was kept.

    ``state`` is ``queued`` where the run goes on later.
    """

    source: str
    run: int | None
    state: str
    counts: Counts
    duration_s: float
    reason: str = ""
    reason_code: str = ""
    stages: tuple[tuple[str, float], ...] = ()
    difference: Difference | None = None

    def as_dict(self) -> dict[str, object]:
        """Give the object ``run --json`` prints."""
        numbers = self.counts.as_dict()
        warned = numbers.pop("warned")
        return {
            "source": self.source,
            "run": self.run,
            "state": self.state,
            **numbers,
            "warned": warned,
            "duration_s": round(self.duration_s, 3),
            "reason": self.reason,
            "reason_code": self.reason_code,
            **({"difference": self.difference.as_dict()} if self.difference else {}),
        }
