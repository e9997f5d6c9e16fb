"""A look at a source before it is harvested: what it is, and what would become of its first records. Stores nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from harvester.crosswalks.context import Context
from harvester.fetch import Fetcher
from harvester.outcomes import Finding
from harvester.protocols import PROTOCOLS, recognise
from harvester.protocols.pages import Page, Probe, Window
from harvester.sources import Source
from harvester.understanding import judge, understand
from vocabularies.problems import Problem


@dataclass(frozen=True, slots=True)
class Preview:
    """What was seen: the source as it would be added, its first page and what crosswalk and validation say of it."""

    source: Source
    probe: Probe | None
    total: int | None
    read: int
    accepted: int
    refused: int
    failed: int
    types: dict[str, int]
    problems: tuple[tuple[str, Problem], ...]


def to_source(probe: Probe, *, source_id: str = "preview", country: str | None = None) -> Source:
    """Give the source a probe describes, with its protocol's usual settings."""
    config = PROTOCOLS[probe.protocol].config_class()
    return Source(
        source_id, probe.name, probe.url, probe.protocol, config, country=country or probe.details.get("country")
    )


def preview_url(fetcher: Fetcher, url: str, *, now: datetime, limit: int = 100) -> Preview:
    """Find out what an address is and look at its first records; SourceError where it cannot be harvested."""
    probe = recognise(fetcher, url)
    return preview_source(fetcher, to_source(probe), now=now, limit=limit, probe=probe)


def preview_source(
    fetcher: Fetcher, source: Source, *, now: datetime, limit: int = 100, probe: Probe | None = None
) -> Preview:
    """Look at the first records of a source."""
    empty = Page((), None, None, None)
    page = next(iter(PROTOCOLS[source.protocol].pages(fetcher, source, Window())), empty)
    context = Context(
        source_id=source.id,
        source_name=source.name,
        base_url=source.url,
        country=source.country,
        default_language=source.default_language,
        harvested_at=now,
        protocol=source.protocol,
    )
    findings = [judge(understand(raw, context)) for raw in page.records[:limit]]
    became = Counter(finding.outcome or "accepted" for finding in findings)
    return Preview(
        source=source,
        probe=probe,
        total=page.total,
        read=len(findings) + len(page.problems),
        accepted=became["accepted"],
        refused=became["refused"],
        failed=became["failed"] + len(page.problems),
        types=dict(Counter(finding.record.type for finding in findings if finding.record).most_common()),
        problems=(*_problems(findings), *((found.record_id or "", found) for found in page.problems)),
    )


def _problems(findings: list[Finding]) -> list[tuple[str, Problem]]:
    return [(finding.raw.identifier, found) for finding in findings for found in finding.problems]
