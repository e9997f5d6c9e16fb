"""The keys that bring two records together to be compared; functions of a form alone, so that order cannot matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from zlib import crc32

from harvester.resolution.forms.form import Form
from harvester.resolution.forms.topics import telling_topics
from harvester.resolution.matching.words import weight_of, words_of

MAX_BEARERS = 60
"""A key borne by more records than this brings nobody together any more; it is kept, and reported."""
MAX_WEAK = 20
"""The same for keys of kinds that say little: two words, an author, a publisher and a year."""
MAX_VAGUE = 4
"""The same for keys that say only what a record is about: of few such records one may be the other in other words."""
CAPS = (MAX_BEARERS, MAX_WEAK, MAX_BEARERS, MAX_VAGUE)
"""How many records may bear a key, by its two lowest bits."""
MAX_KEYS = 28
BLOCKING_VERSION = "3"

_WEAK = frozenset({"rare", "author", "body", "event", "numbering", "counts"})
_VAGUE = frozenset({"topics"})
GRAM = 5
SKETCH = 4
"""So many of the smallest hashes of a title's runs of letters are kept; a key is all of them but one."""
_NOBODY = "-"
Key = tuple[str, str]
GramsOf = Callable[[str], list[int]]
"""Gives the smallest hashes of a title's runs of letters."""


def smallest_grams(title: str) -> list[int]:
    """Give the smallest hashes of a title's runs of letters."""
    text = title.replace(" ", "")
    runs = map(text.encode("utf-32-le").__getitem__, _runs(len(text) - GRAM + 1))
    return sorted(set(map(crc32, runs)))[:SKETCH]


@lru_cache(maxsize=256)
def _runs(count: int) -> tuple[slice, ...]:
    """Give where so many runs of letters lie, four bytes a letter."""
    return tuple(slice(4 * at, 4 * (at + GRAM)) for at in range(count))


def keys_of(form: Form, grams_of: GramsOf = smallest_grams) -> tuple[Key, ...]:
    """Give the record's keys as (kind, readable value), the most telling kinds first, at most MAX_KEYS.

    Kinds: id, address, slot, focal (a focal point's name and country), event, title (its words, and with the country),
    people (two, with the year), author, numbering, body, counts and topics (which need no language), rare (two telling
    words), grams (the smallest hashes of runs of five letters but one).
    """
    return tuple(islice(dict.fromkeys(_all(form, grams_of)), MAX_KEYS))


def key_hash(kind: str, value: str) -> int:
    """Give a key as a signed number of 64 bits; its two lowest bits tell how much the kind says."""
    number = int.from_bytes(blake2b(f"{kind}|{value}".encode(), digest_size=8).digest(), "big", signed=True)
    return number & ~3 | (1 if kind in _WEAK else 3 if kind in _VAGUE else 0)


def most_bearers(key: int) -> int:
    """Give how many records may bear a key, given as a number, for it to bring them together."""
    return CAPS[key & 3]


def hashes_of(form: Form, grams_of: GramsOf = smallest_grams) -> tuple[int, ...]:
    """Give the record's keys as numbers; ``grams_of`` gives runs of letters of many titles worked out at once."""
    return tuple([key_hash(kind, value) for kind, value in keys_of(form, grams_of)])


def _all(form: Form, grams_of: GramsOf) -> Iterator[Key]:
    country = form.countries[0] if len(form.countries) == 1 else _NOBODY
    yield from [("id", each) for each in form.ids[:4]]
    yield from [("address", each) for each in form.addresses[:3]]
    if form.series and form.slot:
        yield "slot", f"{form.series}|{form.slot}|{country}"
    if form.people and form.type == "focalPoint" and country != _NOBODY:
        yield from [("focal", f"{surname}|{country}") for surname, _ in form.people[:2]]
    if form.start:
        yield "event", f"{form.start}|{form.city or country}"
    titles = _telling_titles(form)
    said = [" ".join(sorted(set(words_of(title)))) for title in titles]
    yield from [("title", each) for each in said]
    if form.people:
        yield from _of_people(form, titles)
    if form.pages and form.volume:
        yield "numbering", f"{form.volume}|{form.pages.split('-')[0]}|{form.year or ''}"
    if form.bodies and form.year and not form.people:
        yield "body", f"{form.bodies[0]}|{form.year}|{country}|{form.type}"
    if form.bodies and form.type == "organization":
        yield "body", f"{form.bodies[0]}|{country}"
    yield from _of_facts(form, country)
    for title in titles:
        yield from _of_letters(title, country, grams_of)
    if country != _NOBODY:
        yield from [("title", f"{each}|{country}") for each in said]


def _of_facts(form: Form, country: str) -> Iterator[Key]:
    """Give keys that need no language: what is counted in the titles and what they speak of, with type, place, time."""
    counted = [f"{kind} {value}" for kind, value in form.parts if kind not in ("year", "role")]
    if counted or form.numbers:
        yield "counts", f"{form.type}|{country}|{' '.join((*counted, *form.numbers))}|{form.year or ''}"
    if counted and country != _NOBODY and (form.year or form.numbers):
        yield "counts", f"{form.type}|{country}|{' '.join(counted)}|"
    topics = telling_topics(form.topics)
    if topics and (country != _NOBODY or len(topics) > 1):
        about = f"{form.type}|{country}|{' '.join(topics)}"
        yield "topics", about
        if form.year:
            yield "topics", f"{about}|{form.year}"


def _telling_titles(form: Form) -> list[str]:
    seen: dict[str, None] = dict.fromkeys(title for _, title in form.titles if title)
    return list(seen)


def _of_letters(title: str, country: str, grams_of: GramsOf) -> Iterator[Key]:
    """Give keys that stand a few errors of typing: pairs of telling words, pairs of runs of letters."""
    words = sorted([(-weight_of(word), -len(word), word) for word in set(words_of(title))])[:3]
    if len(words) == 3:
        first, second, third = sorted([word for _, _, word in words])
        yield "rare", f"{first} {second}"
        yield "rare", f"{first} {third}"
        yield "rare", f"{second} {third}"
    if len(title) >= 2 * GRAM:
        low = [f"{gram:x}" for gram in grams_of(title)]
        for left_out in range(len(low)):
            yield "grams", f"{' '.join(low[:left_out] + low[left_out + 1 :])}|{country}"


def letters_behind(value: str, form: Form) -> tuple[str, ...]:
    """Give the runs of letters that a key of the kind grams stands for, as a record that bears it has them."""
    wanted = set(value.partition("|")[0].split())
    found: dict[str, None] = {}
    for title in _telling_titles(form):
        letters = title.replace(" ", "")
        runs = (letters[at : at + GRAM] for at in range(len(letters) - GRAM + 1))
        found |= {run: None for run in runs if f"{crc32(run.encode('utf-32-le')):x}" in wanted}
    return tuple(found)


def _of_people(form: Form, titles: list[str]) -> Iterator[Key]:
    surnames = sorted({surname for surname, _ in form.people if len(surname) > 1})
    first = form.people[0][0]
    if form.year:
        yield "author", f"{first}|{form.year}"
    if len(surnames) > 1:
        yield ("people" if form.year else "author"), f"{surnames[0]} {surnames[1]}|{form.year or ''}"
    if titles:
        words = words_of(titles[0])
        longest = max(words, key=lambda word: (len(word), word))
        yield "author", f"{first}|{longest}"
        if words[0] != longest:
            yield "author", f"{first}|{words[0]}"
