"""What ties two records for certain that are not one thing: a version, a part, a translation told by identifiers; pure.

Only what identifiers spell out, or titles that agree but for the number of an edition, is certain. Words alone
("annex", "summary", "translation") are left to people as suggestions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from harvester.resolution.forms.form import Form
from harvester.resolution.graph.judgements import INVERSE
from harvester.resolution.matching.comparing import Comparison

DOI_RULE, SYMBOL_RULE, VOLUME_RULE = "doi-version", "document-symbol", "isbn-volume"
EDITION_RULE, TRANSLATION_RULE = "edition", "marked-translation"
_DOI_VERSION = re.compile(r"(?P<work>doi:10\.\d{4,9}/.+?)[./-]v(?P<number>[1-9]\d{0,2})")
_SYMBOL_PART = re.compile(r"(?P<document>un:.+?)/(?P<kind>Rev|Add)\.(?P<number>[1-9]\d{0,2})")
_SURE = ("un:", "doi:", "isbn:", "cbd:")
_VOLUMES = frozenset({"volume", "part"})
_LEAST_WORDS = 4
"""A title of fewer words, its edition among them, says too little to know a work by."""


class Found(NamedTuple):
    """How the first record is tied to the second (``judgements.INVERSE``), and the rule that says so."""

    relation: str
    rule: str


def works_of(form: Form) -> tuple[str, ...]:
    """Give the identifiers of what a record is a version or an addendum of, as far as its own spell them."""
    version, part = _only(_DOI_VERSION, form, "doi:"), _only(_SYMBOL_PART, form, "un:")
    return (*([version["work"]] if version else ()), *([part["document"]] if part else ()))


def are_of_one_work(a: Form, b: Form) -> bool:
    """Tell whether the identifiers of two records name one work, or versions and addenda of it."""
    some, others = {*a.ids, *works_of(a)}, {*b.ids, *works_of(b)}
    return not some.isdisjoint(others)


def find_tie(a: Form, b: Form, comparison: Comparison) -> Found | None:
    """Give what certainly ties two records that are not one thing, read from the first to the second, or None."""
    if a.type and b.type and a.type != b.type:
        return None
    for rule, relation_of in _RULES.items():
        there, back = relation_of(a, b, comparison), relation_of(b, a, comparison)
        if there and not back:
            return Found(there, rule)
        if back and not there:
            return Found(INVERSE[back], rule)
    return None


def _of_dois(a: Form, b: Form, _: Comparison) -> str:
    """Tell a DOI that ends with a version from that of the work, and a later version from an earlier one."""
    if not _are_apart(a, b):
        return ""
    version = _only(_DOI_VERSION, a, "doi:")
    if version is None:
        return ""
    work, number = version["work"], int(version["number"])
    if work in b.ids:
        return "version_of"
    other = _only(_DOI_VERSION, b, "doi:")
    return "version_of" if other and other["work"] == work and int(other["number"]) < number else ""


def _of_symbols(a: Form, b: Form, _: Comparison) -> str:
    """Tell a revision or an addendum of a United Nations document by its symbol."""
    part = _only(_SYMBOL_PART, a, "un:") if _are_apart(a, b) else None
    if part is None:
        return ""
    if part["document"] in b.ids:
        return "version_of" if part["kind"] == "Rev" else "part_of"
    other = _only(_SYMBOL_PART, b, "un:")
    if other is None or part["kind"] != "Rev" or other["kind"] != "Rev" or other["document"] != part["document"]:
        return ""
    return "version_of" if int(other["number"]) < int(part["number"]) else ""


def _of_volumes(a: Form, b: Form, _: Comparison) -> str:
    """Tell a volume from the set whose ISBN both bear: it has one of its own besides, and a number in a like title."""
    isbns, isbns_too = ({key for key in form.ids if key.startswith("isbn:")} for form in (a, b))
    numbers, numbers_too = ({part for part in form.parts if part[0] in _VOLUMES} for form in (a, b))
    if (
        any(key.startswith("doi:") for key in (*a.ids, *b.ids))
        or len(isbns_too) != 1
        or not isbns_too < isbns
        or len(numbers) != 1
        or numbers_too
    ):
        return ""
    return "part_of" if _begins_with(a, b) else ""


def _of_editions(a: Form, b: Form, comparison: Comparison) -> str:
    """Tell a later edition by its number: all else of title, authors or publisher, and other numbers, agrees."""
    if not (_are_apart(a, b) and comparison.veto == "different edition"):
        return ""
    later, earlier = _edition(a), _edition(b)
    if later is None or earlier is None or later <= earlier or (a.year and b.year and a.year < b.year):
        return ""
    of_both = all(_rest(a, kind) == _rest(b, kind) for kind in ("parts", "numbers", "marks"))
    return "version_of" if of_both and _is_by_the_same(a, b) and _titles_but_for_edition(a, b) else ""


def _of_translations(a: Form, b: Form, _: Comparison) -> str:
    """Tell a translation by its own word: both bear one identifier of the text, each in a language of its own."""
    if not any(key.startswith(_SURE) for key in set(a.ids) & set(b.ids)):
        return ""
    tongues, others = ({language.partition("-")[0] for language, _ in form.titles} for form in (a, b))
    if len(tongues) != 1 or len(others) != 1 or tongues == others or "und" in tongues | others:
        return ""
    marked = "translation" in a.marks and "translation" not in b.marks
    return "translation_of" if marked and a.parts == b.parts and a.numbers == b.numbers else ""


_RULES: Mapping[str, Callable[[Form, Form, Comparison], str]] = {
    DOI_RULE: _of_dois,
    SYMBOL_RULE: _of_symbols,
    VOLUME_RULE: _of_volumes,
    EDITION_RULE: _of_editions,
    TRANSLATION_RULE: _of_translations,
}


def _are_apart(a: Form, b: Form) -> bool:
    """Tell whether two records share no identifier: what they share may say more than what tells them apart."""
    return set(a.ids).isdisjoint(b.ids)


def _only(pattern: re.Pattern[str], form: Form, scheme: str) -> re.Match[str] | None:
    """Give the match of a record's only identifier of a scheme; None where it has several, or it says no such thing."""
    ids = [key for key in form.ids if key.startswith(scheme)]
    return pattern.fullmatch(ids[0]) if len(ids) == 1 else None


def _edition(form: Form) -> int | None:
    found = {value for kind, value in form.parts if kind == "edition"}
    value = next(iter(found)) if len(found) == 1 else ""
    return int(value) if value.isdecimal() else None


def _rest(form: Form, kind: str) -> set[object]:
    return {each for each in getattr(form, kind) if kind != "parts" or each[0] not in ("edition", "year")}


def _is_by_the_same(a: Form, b: Form) -> bool:
    if a.people and b.people:
        return a.people == b.people
    return bool(a.bodies and b.bodies) and not set(a.bodies).isdisjoint(b.bodies)


def _titles_but_for_edition(a: Form, b: Form) -> bool:
    """Tell whether the titles in one language are the same words but for one, which numbers the edition."""
    texts, others = dict(a.titles), dict(b.titles)
    shared = texts.keys() & others.keys()
    return bool(shared) and all(_differ_by_one_word(texts[each].split(), others[each].split()) for each in shared)


def _differ_by_one_word(some: list[str], others: list[str]) -> bool:
    if len(some) != len(others) or len(some) < _LEAST_WORDS:
        return False
    return sum(one != other for one, other in zip(some, others, strict=True)) == 1


def _begins_with(volume: Form, whole: Form) -> bool:
    """Tell whether a volume's title is that of the whole and goes on, in a language both are titled in."""
    texts, others = dict(volume.titles), dict(whole.titles)
    shared = texts.keys() & others.keys()
    return bool(shared) and all(
        texts[each].split()[: len(words)] == words for each in shared if (words := others[each].split())
    )
