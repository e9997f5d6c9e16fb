"""What becomes of a provider's first records, summed up by cause, as verdicts. Fetches nothing by itself."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic.alias_generators import to_camel

from harvester.errors import SourceError
from harvester.preflight.verdicts import Level, Verdict, to_fix
from harvester.preview import Preview
from harvester.sources import Source
from vocabularies.field_names import field_name
from vocabularies.problems import Problem, fix, message

_LEVELS: dict[str, Level] = {"error": "fail", "warning": "warning", "note": "pass"}
_HALF = 0.5
_ASKS = "The first records can be taken over"


def judge_sample(preview: Preview, language: str = "en") -> Iterator[Verdict]:
    """Give the verdicts on a sample; causes in the language asked for."""
    yield _accepted(preview)
    for code in dict.fromkeys(problem.code for _, problem in preview.problems):
        yield _cause(preview, code, language)
    if preview.live:
        yield _filled(preview, language)
        yield _terms(preview)


def not_sampled(error: SourceError, source: Source) -> Verdict:
    """Give the verdict that no record could be looked at."""
    return Verdict("fail", error.message, to_fix(error), source.url, "S01", _ASKS)


def _accepted(preview: Preview) -> Verdict:
    url, asks = preview.source.url, _ASKS
    if not preview.read:
        return Verdict("not applicable", "No record was seen.", "", url, "S01", asks)
    lost = preview.refused + preview.failed
    told = f"Of {preview.read} records {preview.accepted} can be taken over"
    if lost:
        told += f", {preview.refused} would be refused and {preview.failed} cannot be read"
        return Verdict("fail", f"{told}.", "Mend the causes named below; the others arrive.", url, "S01", asks)
    return Verdict("pass", f"{told}.", "", url, "S01", asks)


def _cause(preview: Preview, code: str, language: str) -> Verdict:
    found = [(name, problem) for name, problem in preview.problems if problem.code == code]
    worst = min((problem for _, problem in found), key=lambda each: list(_LEVELS).index(each.severity))
    names = list(dict.fromkeys(name or "a record without identifier" for name, _ in found))
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    what, todo = _what(worst, language), fix(worst, language)
    return Verdict(
        _LEVELS[worst.severity], f"{what} ({shown})", todo, preview.source.url, code, "Records have no faults"
    )


def _what(problem: Problem, language: str) -> str:
    whole, todo = message(problem, language), fix(problem, language)
    return whole.removesuffix(todo).strip() or whole


def _filled(preview: Preview, language: str) -> Verdict:
    shares = [f"{field_name(to_camel(name))} {_percent(count, preview.live)}" for name, count in preview.filled.items()]
    told = f"Fields filled: {', '.join(shares)}."
    return Verdict("pass", told, "", preview.source.url, "S02", "How much records say")


def _terms(preview: Preview) -> Verdict:
    asks, url = "Subjects are terms of the vocabularies", preview.source.url
    if not preview.terms_seen:
        return Verdict("not applicable", "Records name no subjects.", "", url, "S03", asks)
    told = (
        f"{_percent(preview.terms_known, preview.terms_seen)} of {preview.terms_seen} subjects, places and keywords "
        "are terms of the vocabularies; the others stay words."
    )
    if preview.terms_known < preview.terms_seen * _HALF:
        todo = "Use the names, codes or ids of the federation's vocabularies; a node shows them at /vocabularies."
        return Verdict("warning", told, todo, url, "S03", asks)
    return Verdict("pass", told, "", url, "S03", asks)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part // whole} %"
