"""Facts to the form two records are compared by, and stored records to their facts; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from itertools import islice
from typing import TypeVar
from zlib import crc32

import orjson

from harvester.resolution.forms.bodies import find_known_body, to_body
from harvester.resolution.forms.folding import flatten, fold, smooth
from harvester.resolution.forms.form import Facts, Form, parse_form
from harvester.resolution.forms.native_facts import FILE, facts_of
from harvester.resolution.forms.people import is_body, to_people
from harvester.resolution.forms.places import find_codes, find_slipped_countries, to_country_codes
from harvester.resolution.forms.series import NONE, Series, find_series, numbers_of, without_place
from harvester.resolution.forms.titles import Title, read_title
from harvester.resolution.forms.topics import topics_of
from vocabularies.identifiers import normalise_url, url_key

__all__ = ["facts_of", "read_form", "to_form", "to_forms"]

SUMMARY_HASHES = 8
MAX_ADDRESSES = 20
MAX_PEOPLE = 100
_TOGETHER = 200
MAX_SUMMARY = 1_000
"""Characters of a summary that are looked at: enough to tell texts apart, whatever was cut off behind."""
_T = TypeVar("_T")
_Sortable = TypeVar("_Sortable", str, tuple[str, str])
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_LANGUAGE_SEGMENT = re.compile(r"^([^/?]+)/(?:ar|en|es|fr|ru|zh|pt|de)(?:-[a-z]{2,4})?(?:/|$)", re.IGNORECASE)
_SITE_AS_TITLE = re.compile(
    r"(?:https?://)?(?:[^\W_](?:[^\W_]|-)*\.)+(?!(?:pdf|docx?|xlsx?|pptx?|html?|epub|zip|csv|txt|od[ts]|xml|final|draft)$)"
    r"[a-z]{2,6}(?::\d+)?(?:/\S*)?",
    re.IGNORECASE,
)
"""A title that is nothing but the address of what it names, and not the name of a file."""
_PAGES = re.compile(r"\d+")


@lru_cache(maxsize=4_096)
def read_form(native: bytes) -> Form:
    """Give the form of a stored record, from its bytes in our own format, or from those its form is kept as."""
    if native.startswith(b"["):
        return parse_form(native)
    return to_form(facts_of(orjson.loads(native)))


def to_form(facts: Facts) -> Form:
    """Give the form of a record's facts; the same facts always give the same form."""
    return next(to_forms([facts]))


def to_forms(many: Iterable[Facts]) -> Iterator[Form]:
    """Yield the forms of the facts of many records.

    Each step is taken for some hundred records at a time: going all the way with each costs a fifth more, for what the
    steps need pushes one another out of the processor's caches.
    """
    iterator = iter(many)
    while some := list(islice(iterator, _TOGETHER)):
        titles = [_read(facts) for facts in some]
        read = [list(each.values()) for each in titles]
        series = list(map(_series, read, some))
        topics = list(map(_topics, read))
        summaries = [_summary(facts.summary) if facts.summary else () for facts in some]
        yield from map(_form, some, titles, series, topics, summaries)


def _read(facts: Facts) -> dict[str, Title]:
    """Give what the titles say, by language; without those that say nothing, or are an address."""
    titles = {language: read_title(title) for language, title in facts.titles.items() if not _site_of(title)}
    return {language: one for language, one in titles.items() if one.folded}


def _site_of(title: str) -> str:
    """Give the address a title is, empty where it is words."""
    if "." not in title:
        return ""
    plain = title.strip()
    return _as_url(plain) if _SITE_AS_TITLE.fullmatch(plain) else ""


def _form(
    facts: Facts, titles: Mapping[str, Title], series: Series, topics: tuple[str, ...], summary: tuple[int, ...]
) -> Form:
    read = list(titles.values())
    sites = [site for title in facts.titles.values() if (site := _site_of(title))]
    named = _united([one.named for one in read])
    stated = set(to_country_codes((*facts.countries, facts.government) if facts.government else facts.countries))
    if not named and not stated and series.name:
        named = _united([find_slipped_countries(one.words, one.smoothed) for one in read])
        named = named or _united([find_codes(title) for title in facts.titles.values()])
    countries = _sorted(stated or named)
    people, et_al = to_people(facts.people[:MAX_PEOPLE]) if facts.people else ((), False)
    return Form(
        type=facts.type,
        subtype=facts.subtype,
        titles=tuple(sorted([(language, one.folded) for language, one in titles.items()])),
        year=_year(facts.date or facts.start),
        start=facts.start,
        government=facts.government.upper(),
        countries=countries,
        named=_sorted(named),
        series=series.name,
        slot=series.slot,
        parts=_sorted(without_place(_united([one.numbers.parts for one in read]), series).union(_roles(facts))),
        numbers=_sorted(_united([one.numbers.others for one in read]) - numbers_of(series)),
        marks=_sorted(_united([one.marks for one in read]).union(_drafts(read, series))),
        people=people,
        et_al=et_al,
        bodies=_bodies(facts, countries[0] if len(countries) == 1 else ""),
        venue=fold(facts.venue) if facts.venue else "",
        volume=_plain_number(facts.volume) if facts.volume else "",
        issue=_plain_number(facts.issue) if facts.issue else "",
        pages=_pages(facts.pages) if facts.pages else "",
        ids=tuple(sorted(set(facts.ids))),
        addresses=tuple(dict.fromkeys(filter(None, map(_address, (*sites, *facts.addresses[:MAX_ADDRESSES]))))),
        city=fold(facts.city) if facts.city else "",
        summary=summary,
        topics=topics,
    )


def _as_url(site: str) -> str:
    return site if "://" in site else f"https://{site}"


def _topics(read: Sequence[Title]) -> tuple[str, ...]:
    """Give the topics of the title that has most; those of all together would grow with the languages."""
    if len(read) == 1:
        return tuple(sorted(topics_of(read[0].words, read[0].named)))
    return tuple(sorted(max((topics_of(one.words, one.named) for one in read), key=len, default=())))


def _united(sets: Sequence[set[_T]]) -> set[_T]:
    """Give what is in any of the sets; not to be changed, for it may be the only one."""
    return sets[0] if len(sets) == 1 else set().union(*sets)


def _sorted(found: Set[_Sortable]) -> tuple[_Sortable, ...]:
    return tuple(sorted(found)) if len(found) > 1 else tuple(found)


def _bodies(facts: Facts, country: str) -> tuple[str, ...]:
    """Give the names of organisations as they compare, those among the people too, and an organisation's own if known.

    ``country`` is where they are at home unless their names say otherwise.
    """
    own: list[str] = []
    if facts.type == "organization":
        own = [body for name in facts.titles.values() if (body := find_known_body(name, country))]
    names = [*facts.bodies, *filter(is_body, facts.people[:MAX_PEOPLE])] if facts.people else facts.bodies
    if not (names or own):
        return ()
    return tuple(dict.fromkeys(filter(None, (*own, *(to_body(name, country) for name in names)))))


def _roles(facts: Facts) -> list[tuple[str, str]]:
    return [("role", role) for role in facts.roles] if facts.roles else []


_DRAFTS = ("projet", "proyecto", "проект", "proekt")


def _drafts(read: Sequence[Title], series: Series) -> tuple[str, ...]:
    """Give "draft" where a report or strategy begins with a word that otherwise means a project."""
    is_draft = series.name and any(one.words[:1] and one.words[0] in _DRAFTS for one in read)
    return ("draft",) if is_draft else ()


def _series(read: Sequence[Title], facts: Facts) -> Series:
    told = _KINDS.get(facts.subtype) or _KINDS.get(facts.type, "")
    found = [one for title in read if (one := find_series(title, kind=facts.type, told=told)).name]
    if not found:
        return Series(_KIND_SERIES[told]) if told else NONE
    names = Counter(one.name for one in found)
    slots = {one.slot for one in found if one.slot and one.sure} or {one.slot for one in found if one.slot}
    name = max(names, key=lambda each: (names[each], each != "national-report", each))
    return Series(name, slots.pop() if len(slots) == 1 else "")


_KINDS = {"nationalReport": "nationalReport", "nbsap": "nbsap"}
_KIND_SERIES = {"nationalReport": "national-report", "nbsap": "nbsap"}


@lru_cache(maxsize=4096)
def _year(date: str) -> int | None:
    match = _YEAR.search(date)
    return int(match[1]) if match else None


def _plain_number(text: str) -> str:
    folded = fold(text)
    return str(int(folded)) if folded.isascii() and folded.isdigit() and len(folded) < 10 else folded


def _pages(text: str) -> str:
    """Give "12-19" of any way of writing a range, "376-383" of "376--83"."""
    figures = _PAGES.findall(smooth(text))
    if not figures or len(figures) > 2:
        return fold(text)
    first = figures[0].lstrip("0") or "0"
    if len(figures) == 1:
        return first
    last = figures[1]
    last = first[: len(first) - len(last)] + last if len(last) < len(first) else last.lstrip("0") or "0"
    return f"{first}-{last}"


@lru_cache(maxsize=8192)
def _address(url: str) -> str | None:
    """Give what addresses of one page have in common, whatever its language; of a front page its host and a stroke.

    What stands for the checksum of a file is given as it is.
    """
    if url.startswith(FILE):
        return url.lower()
    if key := url_key(url):
        return _LANGUAGE_SEGMENT.sub(r"\1/", key, count=1)
    canonical = normalise_url(url)
    return f"{canonical.split('://', 1)[1].removeprefix('www.').partition('/')[0]}/" if canonical else None


def _summary(text: str) -> tuple[int, ...]:
    words = [word for word in flatten(smooth(text[:MAX_SUMMARY])).split() if len(word) > 3]
    return tuple(sorted(set(map(crc32, map(str.encode, words))))[:SUMMARY_HASHES])
