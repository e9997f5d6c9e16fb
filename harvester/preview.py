"""A look at a source before it is harvested: what it is, and what would become of its first records. Stores nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from harvester.errors import SourceError
from harvester.fetch import Fetcher
from harvester.protocols import PROTOCOLS
from harvester.protocols.pages import Page, Probe, Window
from harvester.records.outcomes import Finding
from harvester.records.understanding import context_of, judge, understand
from harvester.sources import Source
from vocabularies.problems import Problem
from vocabularies.record import Record
from vocabularies.term_rules import term_fields

_ALWAYS_THERE = frozenset({"id", "type", "provenance", "schema_version"})


@dataclass(frozen=True, slots=True)
class Preview:
    """What was seen: the source as it would be added, its first records and what crosswalk and validation say of them.

    ``filled`` counts by field in how many of the ``live`` records it says something. ``terms_known`` of ``terms_seen``
    words are terms of our vocabularies; the others stay words. ``formats`` counts what the records were read as.
    """

    source: Source
    total: int | None
    read: int
    accepted: int
    refused: int
    failed: int
    types: dict[str, int]
    problems: tuple[tuple[str, Problem], ...]
    live: int = 0
    filled: Mapping[str, int] = field(default_factory=dict)
    terms_known: int = 0
    terms_seen: int = 0
    formats: Mapping[str, int] = field(default_factory=dict)


def to_source(probe: Probe, *, source_id: str = "preview", country: str | None = None) -> Source:
    """Give the source a probe describes, with its protocol's usual settings."""
    config = PROTOCOLS[probe.protocol].config_class()
    return Source(
        source_id, probe.name, probe.url, probe.protocol, config, country=country or probe.details.get("country")
    )


def preview_source(fetcher: Fetcher, source: Source, *, now: datetime, limit: int = 100) -> Preview:
    """Look at the first records of a source; a later page that cannot be read ends the look."""
    pages = list(_enough(PROTOCOLS[source.protocol].pages(fetcher, source, Window()), limit))
    context = context_of(source, now)
    raws = [raw for page in pages for raw in page.records][:limit]
    unreadable = [found for page in pages for found in page.problems]
    findings = [judge(understand(raw, context)) for raw in raws]
    records = [finding.record for finding in findings if finding.record]
    became = Counter(finding.outcome or "accepted" for finding in findings)
    known, seen = _count_terms(records)
    return Preview(
        source=source,
        total=pages[0].total if pages else None,
        read=len(findings) + len(unreadable),
        accepted=became["accepted"],
        refused=became["refused"],
        failed=became["failed"] + len(unreadable),
        types=dict(Counter(record.type for record in records).most_common()),
        problems=(*_problems(findings), *((found.record_id or "", found) for found in unreadable)),
        live=len(records),
        filled=_count_filled(records),
        terms_known=known,
        terms_seen=seen,
        formats=dict(Counter(raw.format for raw in raws).most_common()),
    )


def _enough(pages: Iterator[Page], limit: int) -> Iterator[Page]:
    """Give pages until so many records came; the first one's errors are the caller's."""
    count = 0
    try:
        for page in pages:
            yield page
            count += len(page.records) + len(page.problems)
            if count >= limit:
                return
    except SourceError:
        if not count:
            raise


def _problems(findings: list[Finding]) -> list[tuple[str, Problem]]:
    return [(finding.raw.identifier, found) for finding in findings for found in finding.problems]


def _count_filled(records: list[Record]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for record in records:
        said = record.model_dump(exclude_defaults=True).items()
        counted.update(
            name for name, value in said if name not in _ALWAYS_THERE and value not in (None, "", (), [], {})
        )
    return dict(counted.most_common())


def _count_terms(records: list[Record]) -> tuple[int, int]:
    known = seen = 0
    for record in records:
        for term_field in term_fields(record.type)[0]:
            value = getattr(record, term_field.attribute) or ()
            for item in (value,) if isinstance(value, str) else value:
                seen += 1
                known += (getattr(item, term_field.inner) if term_field.inner else item) in term_field.accepted
        seen += len(record.keywords)
    return known, seen
