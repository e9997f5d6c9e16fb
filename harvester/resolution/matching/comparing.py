"""What speaks for and against two records being one thing: a level for each feature, vetoes, relations; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from harvester.resolution.forms.form import Form
from harvester.resolution.forms.topics import telling_topics
from harvester.resolution.matching.contrasts import find_contrast
from harvester.resolution.matching.doubts import EXCHANGED, appeared_again, find_doubt, is_singled_out
from harvester.resolution.matching.titles import UNDETERMINED, Likeness, compare_titles
from harvester.resolution.matching.venues import UNKNOWN, compare_bodies, compare_venues
from harvester.resolution.matching.vetoes import Ruling, find_veto

__all__ = ["FEATURES", "UNKNOWN", "Comparison", "Feature", "compare", "conclude", "likeness_of"]


class Comparison(NamedTuple):
    """Levels by feature; ``veto`` says why the two can never be one thing by themselves ("" where nothing does).

    ``doubt`` says why only a person may join them; ``relation`` how they may belong together without being the same.
    """

    levels: tuple[tuple[str, str], ...]
    veto: str
    doubt: str
    relation: str


Feature = Callable[[Form, Form], str]


def compare(a: Form, b: Form) -> Comparison:
    """Compare two records; the order of the two makes no difference."""
    likeness = compare_titles(a.titles, b.titles)
    levels = {name: level_of(a, b) for name, level_of in FEATURES.items()}
    return conclude(a, b, likeness, levels)


def conclude(a: Form, b: Form, likeness: Likeness, levels: Mapping[str, str]) -> Comparison:
    """Give the comparison of two records whose features are known but for the title's, which ``likeness`` gives."""
    ruling = find_veto(a, b, likeness, levels["numbering"])
    if not ruling.veto and (again := appeared_again(levels)):
        ruling = Ruling(again, relation="version_of")
    if not (ruling.veto or ruling.relation):
        kind, certain = find_contrast(a, b, likeness, levels)
        if kind:
            why = f"one title with a different {kind}"
            ruling = Ruling(f"one title with a different {kind}") if certain else ruling._replace(doubt=why)
    if not (ruling.veto or ruling.doubt) and likeness.level in EXCHANGED and not is_singled_out(levels):
        ruling = ruling._replace(doubt="the titles differ in a word, and only what a whole series shares agrees")
    if not (ruling.veto or ruling.doubt):
        ruling = ruling._replace(doubt=find_doubt(likeness.level, levels))
    told = (("title", likeness.level), *((name, levels[name]) for name in FEATURES))
    return Comparison(told, ruling.veto, ruling.doubt, ruling.relation)


def likeness_of(a: Form, b: Form) -> Likeness:
    """Give how alike the titles are, for saying so."""
    return compare_titles(a.titles, b.titles)


def _identifiers(a: Form, b: Form) -> str:
    if not (a.ids and b.ids):
        return UNKNOWN
    if not set(a.ids).isdisjoint(b.ids):
        return "agree"
    return "differ" if {_scheme(each) for each in a.ids} & {_scheme(each) for each in b.ids} & _TELLING else UNKNOWN


_TELLING = frozenset({"doi", "isbn", "un", "gbif", "wdpa"})


def _scheme(key: str) -> str:
    return key.partition(":")[0]


def _addresses(some: Sequence[str], others: Sequence[str]) -> str:
    if not (some and others):
        return UNKNOWN
    shared = set(some).intersection(others)
    if not shared:
        return "differ"
    return "same site" if all(address.endswith("/") for address in shared) else "agree"


def _year(a: Form, b: Form) -> str:
    if a.year is None or b.year is None:
        return UNKNOWN
    apart = abs(a.year - b.year)
    return ("same", "one apart")[apart] if apart < 2 else "two apart" if apart == 2 else "far apart"


def _people(a: Form, b: Form) -> str:
    if not (a.people and b.people):
        return UNKNOWN
    some, others = (a.people, b.people) if len(a.people) <= len(b.people) else (b.people, a.people)
    free = list(others)
    met = 0
    for person in some:
        for other in free:
            if _is_one_person(person, other):
                free.remove(other)
                met += 1
                break
    share = met / len(some)
    if share == 1:
        if met == 1:
            return "the one" if len(others) == 1 else "one of several"
        if len(others) > met:
            return "all of several"
        return "all" if met == 2 else "all, three or more"
    if share >= 0.5:
        return "most"
    if met:
        return "some"
    return "alike" if _are_garbled(some, others) else "none"


@lru_cache(maxsize=65_536)
def _is_one_person(one: tuple[str, str], other: tuple[str, str]) -> bool:
    surname, initials = one
    surname_too, initials_too = other
    if surname != surname_too and not _is_misspelt(surname, surname_too):
        return False
    if not (initials and initials_too):
        return True
    return initials[0] == initials_too[0] or initials[0] in initials_too or initials_too[0] in initials


def _is_misspelt(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= 5 and OSA.distance(one, other, score_cutoff=1) <= 1


def _are_garbled(some: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]]) -> bool:
    """Tell whether names that do not meet one by one are written with the same words."""
    words = " ".join(surname for surname, _ in some)
    words_too = " ".join(surname for surname, _ in others)
    return float(fuzz.token_set_ratio(words, words_too)) >= 80


def _numbering(a: Form, b: Form) -> str:
    pages = _is_equal(_first_page(a.pages), _first_page(b.pages))
    volume = _is_equal(a.volume, b.volume)
    if pages is None and volume and _is_equal(a.issue, b.issue) is False:
        return "issues differ"
    return _NUMBERING[pages, volume]


_NUMBERING = {
    (None, None): UNKNOWN,
    (True, True): "pages and volume agree",
    (True, None): "pages agree",
    (True, False): "pages agree, volumes differ",
    (None, True): "volume agrees",
    (False, True): "pages differ, volume agrees",
    (False, None): "pages differ",
    (None, False): "volumes differ",
    (False, False): "pages and volumes differ",
}


def _first_page(pages: str) -> str:
    return pages.split("-")[0].lstrip("0")


def _is_equal(one: str, other: str) -> bool | None:
    return None if not (one and other) else one == other


def _country(a: Form, b: Form) -> str:
    if not (a.countries and b.countries):
        return UNKNOWN
    if set(a.countries).isdisjoint(b.countries):
        return "differ"
    return "same" if a.countries == b.countries else "shared"


def _type(a: Form, b: Form) -> str:
    if not (a.type and b.type):
        return UNKNOWN
    return "same" if a.type == b.type else "differ"


def _series(a: Form, b: Form) -> str:
    if not (a.series or b.series):
        return UNKNOWN
    if a.series != b.series:
        return "differ"
    if not (a.slot and b.slot):
        return "not understood"
    return "same place" if a.slot == b.slot else "other place"


def _parts(a: Form, b: Form) -> str:
    parts, parts_too = _apart_from_years(a), _apart_from_years(b)
    if not (parts or parts_too):
        return UNKNOWN
    kinds = {kind for kind, _ in parts} & {kind for kind, _ in parts_too}
    if any(_values(parts, kind).isdisjoint(_values(parts_too, kind)) for kind in kinds):
        return "differ"
    return "same" if parts == parts_too else "on one side"


def _apart_from_years(form: Form) -> set[tuple[str, str]]:
    """Give the typed numbers but for years, which are compared as years."""
    return {(kind, value) for kind, value in form.parts if kind != "year"}


def _values(parts: set[tuple[str, str]], kind: str) -> set[str]:
    return {value for each, value in parts if each == kind}


def _numbers(a: Form, b: Form) -> str:
    if not (a.numbers or b.numbers):
        return UNKNOWN
    if a.numbers == b.numbers:
        return "same"
    return "differ" if a.numbers and b.numbers else "on one side"


def _start(a: Form, b: Form) -> str:
    if not (a.start and b.start):
        return UNKNOWN
    if a.start == b.start:
        return "same"
    length = min(len(a.start), len(b.start))
    return "same month" if a.start[: min(7, length)] == b.start[: min(7, length)] else "differ"


def _alike(one: str, other: str) -> str:
    if not (one and other):
        return UNKNOWN
    return "same" if one == other or float(fuzz.ratio(one, other)) >= 85 else "differ"


def _summary(a: Form, b: Form) -> str:
    if not (a.summary and b.summary):
        return UNKNOWN
    # the share of the smallest hashes of both together that both have estimates the share of words (Broder 1997)
    smallest = sorted({*a.summary, *b.summary})[: min(len(a.summary), len(b.summary))]
    met = sum(each in a.summary and each in b.summary for each in smallest) / len(smallest)
    return "alike" if met >= 0.6 else "partly" if met >= 0.25 else "differ"


def _topics(a: Form, b: Form) -> str:
    """Compare what titles speak of, where they have no language in common: else it would count twice."""
    if not (a.topics and b.topics) or _may_share_language(a, b):
        return UNKNOWN
    topics, topics_too = set(telling_topics(a.topics)), set(telling_topics(b.topics))
    if not (topics and topics_too):
        return UNKNOWN
    if topics == topics_too:
        return "same" if len(topics) > 1 else "same, one"
    shared = len(topics & topics_too)
    return "differ" if not shared else "most" if shared >= 0.6 * len(topics | topics_too) else "some"


def _may_share_language(a: Form, b: Form) -> bool:
    if a.titles and b.titles and a.titles[0][0] == b.titles[0][0]:
        return True
    tongues = {language.partition("-")[0] for language, _ in a.titles}
    return UNDETERMINED in tongues or any(
        language == UNDETERMINED or language.partition("-")[0] in tongues for language, _ in b.titles
    )


FEATURES: Mapping[str, Feature] = {
    "identifiers": _identifiers,
    "address": lambda a, b: _addresses(a.addresses, b.addresses),
    "year": _year,
    "people": _people,
    "numbering": _numbering,
    "venue": lambda a, b: compare_venues(a.venue, b.venue),
    "body": lambda a, b: compare_bodies(a.bodies, b.bodies),
    "country": _country,
    "type": _type,
    "series": _series,
    "parts": _parts,
    "numbers": _numbers,
    "start": _start,
    "city": lambda a, b: _alike(a.city, b.city),
    "summary": _summary,
    "topics": _topics,
}
"""What is compared besides the titles."""
