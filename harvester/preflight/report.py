"""A test's verdicts as text for a person and as JSON for programs. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harvester.preflight import Examination, Verdict
from vocabularies.problems import as_dict

_GROUPS = (("fail", "MUST FIX"), ("warning", "SHOULD FIX"))


def to_text(examined: Examination) -> str:
    """Give the report: what must be mended, what should, what is good; ready to be sent to the owner."""
    return "\n".join(_lines(examined))


def _lines(examined: Examination) -> Iterator[str]:
    source, preview = examined.source, examined.preview
    yield f"{source.name or source.url}: {source.protocol} at {source.url}"
    if preview is not None:
        numbers = f"{preview.accepted} good, {preview.refused} refused, {preview.failed} failed"
        yield f"Looked at {preview.read} records: {numbers}. {examined.requests} requests were made."
        if preview.formats:
            yield f"They were read as {', '.join(f'{name} ({count})' for name, count in preview.formats.items())}."
    for level, title in _GROUPS:
        found = [verdict for verdict in examined.verdicts if verdict.level == level]
        if found:
            yield f"\n{title} ({len(found)})"
        for verdict in found:
            yield from _told(verdict)
    fine = [verdict for verdict in examined.verdicts if verdict.level == "pass"]
    if fine:
        yield f"\nGOOD ({len(fine)})"
        yield from (f"  {verdict.seen} ({verdict.check})" for verdict in fine)
    skipped = [verdict for verdict in examined.verdicts if verdict.level == "not applicable"]
    if skipped:
        yield f"\nNOT LOOKED AT ({len(skipped)})"
    for reason in dict.fromkeys(verdict.seen for verdict in skipped):
        yield f"  {reason} ({', '.join(verdict.check for verdict in skipped if verdict.seen == reason)})"
    yield "\n" + _summary(examined)


def _told(verdict: Verdict) -> Iterator[str]:
    yield f"  {verdict.seen} ({verdict.check}: {verdict.asks})"
    if verdict.fix:
        yield f"    → {verdict.fix}"
    if verdict.url:
        yield f"    see {verdict.url}"


def _summary(examined: Examination) -> str:
    levels = [verdict.level for verdict in examined.verdicts]
    if not examined.passed:
        return f"Not ready: {_things(levels.count('fail'))} must be mended first."
    if "warning" in levels:
        return f"It can be harvested; {_things(levels.count('warning'))} should be mended."
    return "It can be harvested; nothing needs to be mended."


def _things(count: int) -> str:
    return "one thing" if count == 1 else f"{count} things"


def to_document(examined: Examination, language: str = "en") -> dict[str, Any]:
    """Give the report as JSON: every verdict, the sample's numbers, every problem of a record."""
    source, preview = examined.source, examined.preview
    document: dict[str, Any] = {
        "protocol": source.protocol,
        "url": source.url,
        "name": source.name,
        "passed": examined.passed,
        "requests": examined.requests,
        "verdicts": [verdict.as_dict() for verdict in examined.verdicts],
        "total": None,
    }
    numbers = {"read": 0, "accepted": 0, "refused": 0, "failed": 0}
    if preview is None:
        return document | numbers | {"types": {}, "problems": []}
    numbers = {name: getattr(preview, name) for name in numbers}
    problems = [{"identifier": name, **as_dict(found, language)} for name, found in preview.problems]
    terms = {"known": preview.terms_known, "seen": preview.terms_seen}
    more = {"total": preview.total, "types": preview.types, "fields": dict(preview.filled), "terms": terms}
    return document | numbers | more | {"formats": dict(preview.formats), "problems": problems}
