"""Portions as files in one folder: written whole or not at all, read by every process that compares; no database."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import fields
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import orjson

from harvester.resolution.batch.portions import INTERNED, Portion, Ragged, Vocabulary
from harvester.resolution.forms.form import Form, parse_form

_PLAIN = ("titles_of", "languages", "letters")
_LISTS = ("keys", "ids", "addresses", "titles")


def save_portion(path: Path, portion: Portion, stamp: str) -> None:
    """Write a portion as ``path``.npz and ``path``.forms; ``stamp`` says what it was made of."""
    arrays: dict[str, Any] = {name: getattr(portion, name) for name in _PLAIN}
    for name in _LISTS:
        lists: Ragged = getattr(portion, name)
        arrays |= {f"{name}.values": lists.values, f"{name}.ends": lists.ends}
    arrays |= {f"codes.{name}": codes for name, codes in portion.codes.items()}
    arrays |= {f"hashes.{name}": hashes for name, hashes in portion.hashes.items()}
    arrays |= {f"words.{each.name}": getattr(portion.vocabulary, each.name) for each in fields(Vocabulary)}
    told = orjson.dumps({"stamp": stamp, "values": portion.values})
    arrays |= {"forms.ends": portion.payloads.ends, "told": np.frombuffer(told, np.uint8)}
    path.with_suffix(".npz").unlink(missing_ok=True)  # its stamp must not speak for forms it was not written with
    _replace(path.with_suffix(".forms"), lambda part: part.write_bytes(portion.payloads.values.tobytes()))
    _replace(path.with_suffix(".npz"), lambda part: _save(part, arrays))


def find_stamp(path: Path) -> str | None:
    """Give what the portion there was made of; None where there is none, or none that can be read."""
    try:
        with np.load(path.with_suffix(".npz")) as arrays:
            return str(orjson.loads(arrays["told"].tobytes())["stamp"]) if path.with_suffix(".forms").exists() else None
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def load_portion(path: Path) -> Portion:
    """Read a portion, without the forms themselves, of which only the ends are read."""
    with np.load(path.with_suffix(".npz")) as arrays:
        told = orjson.loads(arrays["told"].tobytes())
        values = {name: [_frozen(value) for value in each] for name, each in told["values"].items()}
        return Portion(
            payloads=Ragged(np.empty(0, np.uint8), arrays["forms.ends"]),
            codes={name: arrays[f"codes.{name}"] for name in (*INTERNED, "source")},
            values=values,
            hashes={name[7:]: arrays[name] for name in arrays.files if name.startswith("hashes.")},
            vocabulary=Vocabulary(*(arrays[f"words.{each.name}"] for each in fields(Vocabulary))),
            titles_of=arrays["titles_of"],
            languages=arrays["languages"],
            letters=arrays["letters"],
            **{name: Ragged(arrays[f"{name}.values"], arrays[f"{name}.ends"]) for name in _LISTS},
        )


class StoredForms:
    """The forms of all portions by the number of the record, read from the files where they are asked for."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Open the portions' files, in their order."""
        self._ends: list[Any] = []
        self._maps: list[mmap | bytes] = []
        self._starts: list[int] = []
        count = 0
        for path in paths:
            with np.load(path.with_suffix(".npz")) as arrays:
                ends = arrays["forms.ends"]
            self._starts.append(count)
            self._ends.append(ends)
            self._maps.append(_map(path.with_suffix(".forms")))
            count += len(ends)

    def payload(self, number: int) -> bytes:
        """Give the bytes of a form."""
        at = bisect_right(self._starts, number) - 1
        within, ends = number - self._starts[at], self._ends[at]
        start = int(ends[within - 1]) if within else 0
        return bytes(self._maps[at][start : int(ends[within])])

    def form(self, number: int) -> Form:
        """Give a form."""
        return parse_form(self.payload(number))


def _map(path: Path) -> mmap | bytes:
    with path.open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ) if os.fstat(file.fileno()).st_size else b""


def _frozen(value: Any) -> tuple[Any, ...]:
    """Give an interned value as it was: JSON knows no tuples."""
    return tuple(tuple(each) if isinstance(each, list) else each for each in value)


def _save(path: Path, arrays: Mapping[str, Any]) -> None:
    with path.open("wb") as file:
        np.savez(file, **arrays)


def _replace(path: Path, write: Any) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    write(part)
    part.replace(path)
