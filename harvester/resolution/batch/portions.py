"""A few thousand records as arrays: their forms, blocking keys, and what a bound on their likeness needs; pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from harvester.resolution.forms.form import Form, dump_form
from harvester.resolution.matching.blocking import hashes_of
from harvester.resolution.matching.titles import script_of
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
    "numbers": lambda form: form.numbers,
    "parts": lambda form: tuple(sorted({part for part in form.parts if part[0] != "year"})),
    "venue": lambda form: form.venue,
    "city": lambda form: form.city,
    "body": lambda form: form.bodies,
    "summary": lambda form: form.summary,
    "people": lambda form: form.people,
    "start": lambda form: form.start,
    "pages": lambda form: form.pages.split("-")[0].lstrip("0"),
    "volume": lambda form: form.volume,
    "issue": lambda form: form.issue,
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
class Portion:
    """Records as arrays. ``codes`` and ``titles`` count in the portion's own ``values`` and ``words``."""

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
    words: list[str]


@dataclass(slots=True)
class Interner:
    """Numbers for values in the order they first come; the first one is given."""

    numbers: dict[Any, int] = field(default_factory=dict)

    def number(self, value: Hashable) -> int:
        """Give the value's number."""
        return self.numbers.setdefault(value, len(self.numbers))


def to_portion(forms: Sequence[Form], sources: Sequence[str]) -> Portion:
    """Give the arrays of the forms, in their order; ``sources`` names the source of each."""
    interners = {name: Interner({_said(Form(), fields): 0}) for name, fields in INTERNED.items()}
    words = Interner()
    titles = [list(dict.fromkeys(form.titles)) for form in forms]
    flat = [title for each in titles for title in each]
    parted = [words_of(title) for _, title in flat]
    codes = {
        name: np.array([interners[name].number(_said(form, fields)) for form in forms], np.int32)
        for name, fields in INTERNED.items()
    }
    interners["source"] = Interner()
    codes["source"] = np.array([interners["source"].number((source,)) for source in sources], np.int32)
    return Portion(
        payloads=_joined([dump_form(form) for form in forms]),
        keys=Ragged.of((sorted(set(hashes_of(form))) for form in forms), np.int64),
        codes=codes,
        values={name: list(interner.numbers) for name, interner in interners.items()},
        hashes={name: np.array([_hash(take(form)) for form in forms], np.int64) for name, take in HASHED.items()},
        ids=Ragged.of(([_hash(each) for each in set(form.ids)] for form in forms), np.int64),
        addresses=Ragged.of(([_hash(each) for each in set(form.addresses)] for form in forms), np.int64),
        titles_of=np.cumsum([len(each) for each in titles], dtype=np.int64),
        titles=Ragged.of((_numbered(each, words) for each in parted), np.int32),
        languages=np.array([_tongue(language, title) for language, title in flat], np.int64),
        letters=np.array([_letters("".join(each)) for each in parted], np.int64),
        words=list(words.numbers),
    )


def _joined(payloads: Sequence[bytes]) -> Ragged:
    ends = np.cumsum([len(each) for each in payloads], dtype=np.int64)
    return Ragged(np.frombuffer(b"".join(payloads), np.uint8), ends)


def _said(form: Form, fields: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(form, name) for name in fields)


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
    return _hash_text(value if isinstance(value, str) else repr(value)) if value else 0


@lru_cache(maxsize=16_384)
def _hash_text(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True) or 1


def _tongue(language: str, title: str) -> int:
    """Give a title's language and script as one number: the language in the upper half, 0 where it is unknown."""
    primary = language.partition("-")[0]
    known = 0 if language == "und" else _hash_text(primary) & 0x3FFFFFFF or 1
    return known << 32 | _hash_text(script_of(title) or "-") & 0x7FFFFFFF


def _letters(text: str) -> int:
    """Give a number that is the same for texts of the same letters in any order."""
    written = text.encode("utf-8", "surrogatepass")
    return sum(written) << 16 | len(written) & 0xFFFF


@dataclass(slots=True)
class Vocabulary:
    """What each word weighs and may be mistaken for: its letters as bits, its length (0: never), how it begins."""

    weights: npt.NDArray[np.float32]
    masks: npt.NDArray[np.uint64]
    lengths: npt.NDArray[np.int16]
    beginnings: npt.NDArray[np.int64]


def to_vocabulary(words: Sequence[str]) -> Vocabulary:
    """Give what is known of the words by their numbers."""
    plain = [word.partition(" ")[0] for word in words]
    masks = [_mask(word) for word in plain]
    lengths = [0 if word.isdecimal() else min(len(word), 999) for word in plain]
    return Vocabulary(
        np.array([weight_of(word) for word in plain], np.float32),
        np.array(masks, np.uint64),
        np.array(lengths, np.int16),
        np.array([_letters_in_order(word[:4]) for word in plain], np.int64),
    )


def _mask(word: str) -> int:
    mask = 0
    for letter in word:
        mask |= 1 << (ord(letter) & 63)
    return mask


def _letters_in_order(text: str) -> int:
    return int.from_bytes(text.encode("utf-16-le", "surrogatepass")[:8], "big") & 0x7FFFFFFFFFFFFFFF
