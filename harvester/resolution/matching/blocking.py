"""The keys that bring two records together to be compared; functions of a form alone, so that order cannot matter."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from zlib import crc32

from harvester.resolution.forms.form import Form
from harvester.resolution.matching.words import weight_of, words_of

MAX_BEARERS = 60
"""A key borne by more records than this brings nobody together any more; it is kept, and reported."""
MAX_WEAK = 20
"""The same for keys of kinds that say little: two words, an author, a publisher and a year."""
MAX_KEYS = 28
BLOCKING_VERSION = "1"

_WEAK = frozenset({"rare", "author", "body", "event", "numbering", "counts"})
_GRAM = 5
_SKETCH = 4
"""So many of the smallest hashes of a title's runs of letters are kept; a key is all of them but one."""
_NOBODY = "-"
_PERSISTENT = ("urn:", "http")
Key = tuple[str, str]


def keys_of(form: Form) -> tuple[Key, ...]:
    """Give the record's keys as (kind, readable value), the most telling kinds first, at most MAX_KEYS.

    Kinds: id, address, slot, event, title (its words, and with the country), author, numbering, body, counts (which
    needs no language), rare (two telling words), grams (the smallest hashes of runs of five letters but one).
    """
    keys: dict[Key, None] = {}
    for key in _all(form):
        keys[key] = None
        if len(keys) == MAX_KEYS:
            break
    return tuple(keys)


def key_hash(kind: str, value: str) -> int:
    """Give a key as a signed number of 64 bits; it is odd where the kind says little."""
    number = int.from_bytes(blake2b(f"{kind}|{value}".encode(), digest_size=8).digest(), "big", signed=True)
    return number | 1 if kind in _WEAK else number & ~1


def most_bearers(key: int) -> int:
    """Give how many records may bear a key, given as a number, for it to bring them together."""
    return MAX_WEAK if key & 1 else MAX_BEARERS


def hashes_of(form: Form) -> tuple[int, ...]:
    """Give the record's keys as numbers."""
    return tuple(key_hash(kind, value) for kind, value in keys_of(form))


def _all(form: Form) -> Iterator[Key]:
    country = form.countries[0] if len(form.countries) == 1 else _NOBODY
    yield from (("id", each) for each in form.ids[:4])
    yield from (("address", each) for each in form.addresses[:3])
    if form.series and form.slot:
        yield "slot", f"{form.series}|{form.slot}|{country}"
    if form.start:
        yield "event", f"{form.start}|{form.city or country}"
    titles = _telling_titles(form)
    yield from (("title", _said(title)) for title in titles)
    yield from _of_people(form, titles)
    if form.pages and form.volume:
        yield "numbering", f"{form.volume}|{form.pages.split('-')[0]}|{form.year or ''}"
    if form.bodies and form.year and not form.people:
        yield "body", f"{form.bodies[0]}|{form.year}|{country}|{form.type}"
    yield from _of_facts(form, country)
    for title in titles:
        yield from _of_letters(title, country)
    if country != _NOBODY:
        yield from (("title", f"{_said(title)}|{country}") for title in titles)


def _of_facts(form: Form, country: str) -> Iterator[Key]:
    """Give a key that needs no language: what is counted in the titles, with type, place and time."""
    counted = [f"{kind} {value}" for kind, value in form.parts if kind not in ("year", "role")]
    if counted or form.numbers:
        yield "counts", f"{form.type}|{country}|{' '.join((*counted, *form.numbers))}|{form.year or ''}"


def _said(title: str) -> str:
    return " ".join(sorted(set(words_of(title))))


def _telling_titles(form: Form) -> list[str]:
    seen: dict[str, None] = dict.fromkeys(title for _, title in form.titles if title)
    return list(seen)


def _of_letters(title: str, country: str) -> Iterator[Key]:
    """Give keys that stand a few errors of typing: pairs of telling words, pairs of runs of letters."""
    words = sorted(set(words_of(title)), key=lambda word: (-weight_of(word), -len(word), word))[:3]
    if len(words) == 3:
        first, second, third = sorted(words)
        yield "rare", f"{first} {second}"
        yield "rare", f"{first} {third}"
        yield "rare", f"{second} {third}"
    if len(title) >= 2 * _GRAM:
        low = _smallest_grams(title.replace(" ", ""))
        for left_out in range(len(low)):
            yield "grams", f"{' '.join(f'{gram:x}' for at, gram in enumerate(low) if at != left_out)}|{country}"


def _smallest_grams(text: str) -> list[int]:
    letters = text.encode("utf-32-le")
    found = {crc32(letters[at : at + 4 * _GRAM]) for at in range(0, len(letters) - 4 * _GRAM + 1, 4)}
    return sorted(found)[:_SKETCH]


def _of_people(form: Form, titles: list[str]) -> Iterator[Key]:
    if not form.people:
        return
    surnames = sorted({surname for surname, _ in form.people if len(surname) > 1})
    first = form.people[0][0]
    if form.year:
        yield "author", f"{first}|{form.year}"
    if len(surnames) > 1:
        yield "author", f"{surnames[0]} {surnames[1]}|{form.year or ''}"
    if titles:
        words = words_of(titles[0])
        longest = max(words, key=lambda word: (len(word), word))
        yield "author", f"{first}|{longest}"
        if words[0] != longest:
            yield "author", f"{first}|{words[0]}"
