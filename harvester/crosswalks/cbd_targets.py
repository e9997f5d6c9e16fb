"""National targets of the CBD: the global targets they answer to, their indicators, how far they are. Pure."""

from __future__ import annotations

from typing import Any, Literal

from harvester.crosswalks.cbd_terms import find_in
from harvester.crosswalks.cbd_told import Field, Term, Told
from vocabularies.record import Alignment, Progress
from vocabularies.text import LangText

_ALIGNED = ("globalTargetAlignment", "globalGoalAlignment", "globalGoalOrTarget", "gbfTargets", "aichiTargets")
_INDICATORS = (
    "headlineIndicators", "headlineIndicator", "binaryIndicators", "componentIndicators", "complementaryIndicators",
    "otherNationalIndicators", "indicators", "indicator",
)  # fmt: skip
_DEGREES: tuple[Literal["high", "medium", "low"], ...] = ("high", "medium", "low")


def to_alignment(told: Told) -> tuple[Alignment, ...]:
    """Give the global targets and goals a national target answers to, each once, with the degree where it is said."""
    found: dict[str, Alignment] = {}
    for term in told.terms(*_ALIGNED):
        target = find_in("details.alignment.target", term)
        if target:
            found.setdefault(target, Alignment(target=target, degree=_degree(term)))
    return tuple(found.values())


def to_indicators(told: Told) -> tuple[str, ...]:
    """Give the indicators: the thesaurus' identifier, or what the country calls its own."""
    found = [term.identifier or term.shown for term in told.terms(*_INDICATORS)]
    return tuple(dict.fromkeys(filter(None, found)))


def to_progress(told: Told) -> tuple[Progress, ...]:
    """Give the progress that an assessment states."""
    level = next(iter(told.shown("levelOfProgress", "progress")), None)
    summary = told.text("progressSummaryInfo", "progressSummary", "summaryOfProgress", lines=True)
    date = told.date("assessmentDate")
    return (Progress(level=level, date=date, summary=summary),) if level or summary or date else ()


def _degree(term: Term) -> Literal["high", "medium", "low"] | None:
    stated: Any = term.also.get("degreeOfAlignment")
    named = Field()
    named.take(stated)
    words = [*Told({"degree": named}, "en").shown("degree"), *_texts(stated)]
    return next((degree for word in words for degree in _DEGREES if degree in word.lower().split("-")), None)


def _texts(stated: Any) -> tuple[str, ...]:
    title = stated.get("title") if isinstance(stated, dict) else None
    return tuple(LangText(title).values()) if isinstance(title, dict) else ()
