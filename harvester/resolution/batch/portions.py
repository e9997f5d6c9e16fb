"""A few thousand records as arrays: their forms, blocking keys, and what a bound on their likeness needs; pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from harvester.resolution.forms.form import Form, dump_form
from harvester.resolution.matching.blocking import hashes_of
from harvester.resolution.matching.grams import smallest_grams
from harvester.resolution.matching.titles import script_of
from harvester.resolution.matching.tying import works_of
from harvester.resolution.matching.words import weight_of, words_of

Array = npt.NDArray[Any]
INTERNED: dict[str, tuple[str, ...]] = {
    "type": ("type",),
    "year": ("year",),
    "country": ("countries",),
    "series": ("series", "slot"),
    "government": ("government",),
    "named": ("named",),
}
"""What depends on fields of few different values, features and reasons for a veto, and those fields."""
HASHED: dict[str, Callable[[Form], object]] = {
    "numbers": attrgetter("numbers"),
    "parts": lambda form: form.parts and tuple(sorted({part for part in form.parts if part[0] != "year"})),
    "venue": attrgetter("venue"),
    "city": attrgetter("city"),
    "body": attrgetter("bodies"),
    "summary": attrgetter("summary"),
    "people": attrgetter("people"),
    "start": attrgetter("start"),
    "pages": lambda form: form.pages and form.pages.split("-")[0].lstrip("0"),
    "volume": attrgetter("volume"),
    "issue": attrgetter("issue"),
}
"""What else is compared, one number each: two records either say nothing, the same or something else of it."""


@dataclass(slots=True)
class Ragged:
    """Lists of different lengths end to end; ``ends[i]`` is where list ``i`` ends."""

    values: Array
    ends: npt.NDArray[np.int64]

    @classmethod
    def of(cls, lists: Iterable[Sequence[int]], dtype: npt.DTypeLike) -> Ragged:
        """Make it of lists."""
        flat: list[int] = []
        ends: list[int] = []
        for each in lists:
            flat.extend(each)
            ends.append(len(flat))
        return cls(np.array(flat, dtype), np.array(ends, np.int64))

    def lengths(self) -> npt.NDArray[np.int64]:
        """Give the length of each list."""
        return np.diff(self.ends, prepend=0)


@dataclass(slots=True)
class Vocabulary:
    """Words by number: each as one number, what it weighs, and what it may be mistaken for.

    The latter by its letters as bits, its length (0: never) and how it begins.
    """

    words: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]
    masks: npt.NDArray[np.uint64]
    lengths: npt.NDArray[np.int16]
    beginnings: npt.NDArray[np.int64]

    def taken(self, numbers: Array) -> Vocabulary:
        """Give some of the words, in the order of their numbers there."""
        return Vocabulary(*(getattr(self, each.name)[numbers] for each in fields(self)))


@dataclass(slots=True)
class Portion:
    """Records as arrays. ``codes`` and ``titles`` count in the portion's own ``values`` and ``vocabulary``."""

    payloads: Ragged
    keys: Ragged
    codes: dict[str, npt.NDArray[np.int32]]
    values: dict[str, list[tuple[Any, ...]]]
    hashes: dict[str, npt.NDArray[np.int64]]
    ids: Ragged
    addresses: Ragged
    titles_of: npt.NDArray[np.int64]
    titles: Ragged
    languages: npt.NDArray[np.int64]
    letters: npt.NDArray[np.int64]
    vocabulary: Vocabulary


@dataclass(slots=True)
class Interner:
    """Numbers for values in the order they first come; the first one is given."""

    numbers: dict[Any, int] = field(default_factory=dict)

    def number(self, value: Hashable) -> int:
        """Give the value's number."""
        return self.numbers.setdefault(value, len(self.numbers))


def to_portion(forms: Sequence[Form], sources: Sequence[str], *, keyed: bool = True) -> Portion:
    """Give the arrays of the forms, in their order; ``sources`` names the source of each.

    Where pairs are known already it need not be ``keyed``: it has no keys and no payloads then.
    """
    blank = Form()
    codes, values = {}, {}
    for name, names in INTERNED.items():
        said = [[getattr(form, each) for form in (blank, *forms)] for each in names]
        interner = Interner()
        codes[name] = np.array([interner.number(value) for value in zip(*said, strict=True)], np.int32)[1:]
        values[name] = list(interner.numbers)
    interner = Interner()
    codes["source"] = np.array([interner.number((source,)) for source in sources], np.int32)
    values["source"] = list(interner.numbers)
    words = Interner()
    titles = [list(dict.fromkeys(form.titles)) for form in forms]
    flat = [title for each in titles for title in each]
    parted = [words_of(title) for _, title in flat]
    grams = smallest_grams(list({title for _, title in flat})) if keyed else {}
    return Portion(
        payloads=_joined([dump_form(form) if keyed else b"" for form in forms]),
        keys=Ragged.of((sorted(set(hashes_of(form, grams.__getitem__))) if keyed else () for form in forms), np.int64),
        codes=codes,
        values=values,
        hashes={name: np.array([_hash(take(form)) for form in forms], np.int64) for name, take in HASHED.items()},
        ids=Ragged.of(([hash_text(each) for each in (*form.ids, *works_of(form))] for form in forms), np.int64),
        addresses=Ragged.of(([hash_text(each) for each in form.addresses] for form in forms), np.int64),
        titles_of=np.cumsum([len(each) for each in titles], dtype=np.int64),
        titles=Ragged.of((_numbered(each, words) for each in parted), np.int32),
        languages=np.array([_tongue(language, title) for language, title in flat], np.int64),
        letters=_letters(["".join(each) for each in parted]),
        vocabulary=to_vocabulary(list(words.numbers)),
    )


def _joined(payloads: Sequence[bytes]) -> Ragged:
    ends = np.cumsum([len(each) for each in payloads], dtype=np.int64)
    return Ragged(np.frombuffer(b"".join(payloads), np.uint8), ends)


def _numbered(words: Sequence[str], interner: Interner) -> list[int]:
    """Give the words' numbers; a word that comes again in a title has a number of its own for that."""
    if len(set(words)) == len(words):
        return [interner.number(word) for word in words]
    seen: dict[str, int] = {}
    numbers = []
    for word in words:
        times = seen[word] = seen.get(word, 0) + 1
        numbers.append(interner.number(word if times == 1 else f"{word} {times}"))
    return numbers


def _hash(value: object) -> int:
    """Give a number for a value, 0 for one that says nothing."""
    return hash_text(value if isinstance(value, str) else repr(value)) if value else 0


def hash_text(text: str) -> int:
    """Give a number of 64 bits for a text, never 0."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True) or 1


_hash_known = lru_cache(maxsize=1_024)(hash_text)


def _tongue(language: str, title: str) -> int:
    """Give a title's language and script as one number: the language in the upper half, 0 where it is unknown."""
    known = 0 if language == "und" else _hash_known(language.partition("-")[0]) & 0x3FFFFFFF or 1
    return known << 32 | _hash_known(script_of(title) or "-") & 0x7FFFFFFF


def _letters(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Give for each text a number that is the same for texts of the same letters in any order."""
    written = [text.encode("utf-8", "surrogatepass") for text in texts]
    lengths = np.array([len(each) for each in written], np.int64)
    summed = np.concatenate(([0], np.cumsum(np.frombuffer(b"".join(written), np.uint8), dtype=np.int64)))
    ends = np.cumsum(lengths)
    found: npt.NDArray[np.int64] = (summed[ends] - summed[ends - lengths]) << 16 | lengths & 0xFFFF
    return found


_BEGINNING = 4


def to_vocabulary(words: Sequence[str]) -> Vocabulary:
    """Give what is known of the words by their numbers; "word 2" is a word that comes again in a title."""
    plain = [word.partition(" ")[0] for word in words]
    sizes = np.array([len(word) for word in plain], np.int64)
    starts = np.cumsum(sizes) - sizes
    letters = np.frombuffer("".join(plain).encode("utf-32-le", "surrogatepass"), np.uint32)
    masks = np.left_shift(np.uint64(1), (letters & 63).astype(np.uint64))
    beginnings = np.zeros(len(plain), np.int64)
    for at in range(_BEGINNING):
        has = np.flatnonzero(sizes > at)
        beginnings[has] = beginnings[has] * 0x110003 + letters[starts[has] + at] + 1
    never = np.array([word.isdecimal() for word in plain], np.bool_)
    return Vocabulary(
        np.array([hash_text(word) for word in words], np.int64),
        np.array([weight_of(word) for word in plain], np.float32),
        np.bitwise_or.reduceat(masks, starts) if len(plain) else masks,
        np.where(never, 0, np.minimum(sizes, 999)).astype(np.int16),
        beginnings,
    )
