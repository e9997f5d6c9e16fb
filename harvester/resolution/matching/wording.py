"""Says in plain words what speaks for and against two records being one thing; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harvester.resolution.forms.form import Form
from harvester.resolution.matching.blocking import Key, keys_of
from harvester.resolution.matching.comparing import likeness_of
from harvester.resolution.matching.scoring import Model, explain, score

_STEPS = ((0.99, "almost certainly"), (0.9, "very likely"), (0.7, "likely"), (0.3, "perhaps"), (0.05, "hardly"))
_SAYING: Mapping[str, str] = {
    "title": "Titles: {level}.",
    "identifiers": "Identifiers: {level}.",
    "address": "Web addresses or files: {level}.",
    "year": "Years: {level}.",
    "people": "People named: {level}.",
    "numbering": "Volume and pages: {level}.",
    "venue": "What it appeared in: {level}.",
    "body": "Publisher or organisation: {level}.",
    "country": "Country: {level}.",
    "type": "Type of record: {level}.",
    "series": "Series of reports: {level}.",
    "parts": "Volume, edition, session and the like in the titles: {level}.",
    "numbers": "Other numbers in the titles: {level}.",
    "start": "Start: {level}.",
    "city": "City: {level}.",
    "summary": "Summaries: {level}.",
}
_KINDS: Mapping[str, str] = {
    "id": "the same identifier",
    "address": "the same web address or file",
    "slot": "the same place in a series of reports",
    "event": "the same start and place",
    "title": "the same words in the title",
    "rare": "two telling words in common",
    "grams": "titles spelt alike",
    "author": "the same author, with year or a word of the title",
    "numbering": "the same volume and page",
    "body": "the same publisher, year and country",
    "counts": "the same type, country and numbers in the title",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence: its weight in bits, what either record says, and a sentence."""

    feature: str
    level: str
    bits: float
    a: str
    b: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why two records count as one thing or not; ``brought_by`` are the keys both bear, ``summary`` is one line."""

    probability: float
    summary: str
    pieces: tuple[Piece, ...]
    brought_by: tuple[Key, ...]
    veto: str
    doubt: str
    relation: str
    model_version: str


def explain_pair(a: Form, b: Form, model: Model) -> Explanation:
    """Compare two records anew and give every piece of evidence, the heaviest first."""
    found = score(a, b, model)
    pieces = tuple(
        Piece(each.feature, each.level, each.bits, *_said(each.feature, a, b), _sentence(each.feature, each.level))
        for each in explain(found.comparison, model)
    )
    shared = set(keys_of(b))
    brought_by = tuple(key for key in keys_of(a) if key in shared)
    comparison = found.comparison
    return Explanation(
        found.probability,
        _summary(found.probability, pieces, comparison.veto, comparison.doubt),
        pieces,
        brought_by,
        comparison.veto,
        comparison.doubt,
        comparison.relation,
        model.version,
    )


def likelihood(probability: float) -> str:
    """Give a probability in words: almost certainly, very likely, likely, perhaps, hardly, not."""
    return next((words for least, words in _STEPS if probability >= least), "not")


def key_in_words(key: Key) -> str:
    """Say what a key that two records share means."""
    return f"{_KINDS.get(key[0], key[0])}: {key[1]}"


def _summary(probability: float, pieces: tuple[Piece, ...], veto: str, doubt: str) -> str:
    if veto:
        return f"Not one thing: {veto}."
    head = f"{likelihood(probability).capitalize()} one thing ({probability:.2f})"
    telling = "; ".join(f"{piece.feature}: {piece.level}" for piece in pieces[:4])
    left = f" Only a person may join them: {doubt}." if doubt else ""
    return f"{head}; {telling}.{left}" if telling else f"{head}.{left}"


def _sentence(feature: str, level: str) -> str:
    return _SAYING[feature].format(level=level)


def _said(feature: str, a: Form, b: Form) -> tuple[str, str]:
    if feature == "title":
        likeness = likeness_of(a, b)
        return _in_order(likeness.a, likeness.b, a)
    show = _SHOW.get(feature)
    return (show(a), show(b)) if show else ("", "")


def _in_order(one: str, other: str, a: Form) -> tuple[str, str]:
    return (one, other) if any(title == one for _, title in a.titles) else (other, one)


_SHOW: Mapping[str, Callable[[Form], str]] = {
    "identifiers": lambda form: ", ".join(form.ids),
    "address": lambda form: ", ".join(form.addresses),
    "year": lambda form: str(form.year or ""),
    "people": lambda form: "; ".join(f"{surname} {initials}".strip() for surname, initials in form.people),
    "numbering": lambda form: " ".join(filter(None, (form.volume, form.pages))),
    "venue": lambda form: form.venue,
    "body": lambda form: "; ".join(form.bodies),
    "country": lambda form: ", ".join(form.countries),
    "type": lambda form: form.type,
    "series": lambda form: f"{form.series} {form.slot or '?'}" if form.series else "",
    "parts": lambda form: ", ".join(f"{kind} {value}" for kind, value in form.parts),
    "numbers": lambda form: ", ".join(form.numbers),
    "start": lambda form: form.start,
    "city": lambda form: form.city,
}
