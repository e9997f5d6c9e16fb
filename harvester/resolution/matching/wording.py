"""What speaks for and against two records being one thing, piece by piece, for telling it to people; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harvester.resolution.forms.form import Form
from harvester.resolution.matching.blocking import Key, keys_of, letters_behind
from harvester.resolution.matching.comparing import likeness_of
from harvester.resolution.matching.scoring import Model, explain, score

_NOBODY = "-"
_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence: its weight in bits, and what either record says."""

    feature: str
    level: str
    bits: float
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why two records count as one thing or not: ``start`` and the pieces add up to ``bits``.

    ``brought_by`` are the keys both bear, each with its words.
    """

    probability: float
    start: float
    bits: float
    pieces: tuple[Piece, ...]
    brought_by: Mapping[Key, tuple[str, ...]]
    veto: str
    doubt: str
    relation: str
    model_version: str


def explain_pair(a: Form, b: Form, model: Model) -> Explanation:
    """Compare two records anew and give every piece of evidence, the heaviest first."""
    found = score(a, b, model)
    comparison = found.comparison
    pieces = tuple(
        Piece(each.feature, each.level, each.bits, *_said(each.feature, a, b)) for each in explain(comparison, model)
    )
    shared = set(keys_of(b))
    return Explanation(
        found.probability,
        model.bias,
        found.bits,
        pieces,
        {key: words_of_key(key, a) for key in keys_of(a) if key in shared},
        comparison.veto,
        comparison.doubt,
        comparison.relation,
        model.version,
    )


def words_of_key(key: Key, form: Form) -> tuple[str, ...]:
    """Give what a key stands for as a record that bears it has it: words, a year, a country's code; never a hash."""
    kind, value = key
    if kind == "id":
        return (value,)
    words = [word for word in value.split("|") if word and word != _NOBODY]
    if kind == "grams":
        return (*letters_behind(value, form)[:_LETTERS], *words[1:])
    return (words[0].replace("-", " "), *words[1:]) if kind == "slot" else tuple(words)


def _said(feature: str, a: Form, b: Form) -> tuple[str, str]:
    if feature == "title":
        likeness = likeness_of(a, b)
        return _in_order(likeness.a, likeness.b, a)
    if feature in _LISTS:
        return _what_tells(*(_LISTS[feature](form) for form in (a, b)), by_scheme=feature == "identifiers")
    show = _SHOW.get(feature)
    return (show(a), show(b)) if show else ("", "")


def _what_tells(some: Sequence[str], others: Sequence[str], *, by_scheme: bool) -> tuple[str, str]:
    """Give what both lists have; where that is nothing, what either has, of identifiers those of one kind only."""
    if shared := ", ".join(each for each in some if each in others):
        return shared, shared
    if by_scheme:
        kinds = {each.partition(":")[0] for each in some} & {each.partition(":")[0] for each in others} - {"urn", "url"}
        some, others = ([each for each in ids if each.partition(":")[0] in kinds] for ids in (some, others))
    return ", ".join(some), ", ".join(others)


_LISTS: Mapping[str, Callable[[Form], Sequence[str]]] = {
    "identifiers": lambda form: form.ids,
    "address": lambda form: form.addresses,
}


def _in_order(one: str, other: str, a: Form) -> tuple[str, str]:
    return (one, other) if any(title == one for _, title in a.titles) else (other, one)


_SHOW: Mapping[str, Callable[[Form], str]] = {
    "year": lambda form: str(form.year or ""),
    "people": lambda form: "; ".join(f"{surname} {initials}".strip() for surname, initials in form.people),
    "numbering": lambda form: " ".join(filter(None, (form.volume, form.pages))),
    "venue": lambda form: form.venue,
    "body": lambda form: "; ".join(form.bodies),
    "country": lambda form: ", ".join(form.countries),
    "type": lambda form: form.type,
    "series": lambda form: f"{form.series.replace('-', ' ')} {form.slot}".strip(),
    "parts": lambda form: ", ".join(f"{kind} {value}" for kind, value in form.parts),
    "numbers": lambda form: ", ".join(form.numbers),
    "start": lambda form: form.start,
    "city": lambda form: form.city,
}
