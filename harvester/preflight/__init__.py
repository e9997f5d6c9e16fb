"""Testing a provider before it is harvested: PREFLIGHTS names the checks of each protocol; nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from harvester.errors import SourceError
from harvester.fetch import Fetcher
from harvester.preflight.any_list import ANY_LIST, Listing
from harvester.preflight.metered import MOST_REQUESTS, Metered
from harvester.preflight.native_node import Node
from harvester.preflight.node_checks import NODE
from harvester.preflight.oai_identity import ADDRESS, IDENTITY
from harvester.preflight.oai_lists import LISTS
from harvester.preflight.oai_records import RECORDS
from harvester.preflight.oai_refusals import REFUSALS
from harvester.preflight.oai_repository import Repository
from harvester.preflight.oai_traces import TRACES
from harvester.preflight.sample import judge_sample, not_sampled
from harvester.preflight.verdicts import Check, Verdict, run_checks
from harvester.preview import Preview, preview_source
from harvester.sources import Source

__all__ = ["OAI_CHECKS", "PREFLIGHTS", "Check", "Examination", "Verdict", "examine"]

SAMPLE = 25
_FOR_SAMPLE = 10
OAI_CHECKS: tuple[Check[Repository], ...] = (*ADDRESS, *LISTS, *IDENTITY, *RECORDS, *REFUSALS, *TRACES)

PREFLIGHTS: Mapping[str, Callable[[Metered, Source], list[Verdict]]] = {
    "oai_pmh": lambda door, source: run_checks(OAI_CHECKS, Repository(door, source.url)),
    "native": lambda door, source: run_checks(NODE, Node(door, source.url)),
}
"""The checks of a protocol; any other is put to ANY_LIST."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What came of a test: all verdicts, the sample where there is one, and how many requests it took."""

    source: Source
    verdicts: tuple[Verdict, ...]
    preview: Preview | None
    requests: int

    @property
    def passed(self) -> bool:
        """Whether nothing must be mended."""
        return all(verdict.level != "fail" for verdict in self.verdicts)


def examine(
    fetcher: Fetcher,
    source: Source,
    *,
    now: datetime,
    sample: int = SAMPLE,
    language: str = "en",
    most_requests: int = MOST_REQUESTS,
) -> Examination:
    """Put a source to the checks of its protocol, then look at its first records. Never raises for what it answers.

    Makes ``most_requests`` at most, some of which are kept for the sample; the fetcher's own repeats are not counted.
    """
    checking = Metered(fetcher, most_requests=most_requests - _FOR_SAMPLE)
    verdicts = PREFLIGHTS.get(source.protocol, _put_to_any)(checking, source)
    looking = Metered(fetcher, most_requests=most_requests - checking.asked)
    try:
        preview = preview_source(looking, source, now=now, limit=sample)
        judged = list(judge_sample(preview, language))
    except SourceError as error:
        preview, judged = None, [not_sampled(error, source)]
    return Examination(source, (*verdicts, *judged), preview, checking.asked + looking.asked)


def _put_to_any(door: Metered, source: Source) -> list[Verdict]:
    return run_checks(ANY_LIST, Listing(door, source))
