"""Labelled sets: records as rows of a table or lines of JSON, and the pairs of them that are one thing; reads files."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import orjson

from harvester.operating_errors import BadRequest
from harvester.resolution.forms.form import Facts
from harvester.resolution.forms.reading import facts_of
from vocabularies.formats.native import parse_native_object
from vocabularies.identifiers import normalise_doi, normalise_isbn
from vocabularies.record import Record

RECORDS = ("records.csv", "records.jsonl")
GOLD = ("gold_pairs.csv", "pairs.csv")
_FIELD_LIMIT = 10_000_000
_ID = ("rid", "id", "place")
_NAMES: Mapping[str, tuple[str, ...]] = {
    "type": ("type", "entrytype", "record_type"),
    "subtype": ("subtype",),
    "date": ("date", "year", "issued"),
    "start": ("start",),
    "government": ("government",),
    "country": ("country", "countries"),
    "people": ("people", "authors", "author"),
    "bodies": ("bodies", "publisher", "institution", "organization", "organisation"),
    "venue": ("venue", "journal", "booktitle", "series"),
    "volume": ("volume",),
    "issue": ("issue", "number"),
    "pages": ("pages",),
    "doi": ("doi",),
    "isbn": ("isbn",),
    "ids": ("ids",),
    "addresses": ("addresses", "url", "link"),
    "city": ("city",),
    "summary": ("summary", "abstract", "description"),
}
_PEOPLE_APART = re.compile(r"\s*;\s*|\s+and\s+|\s+&\s+", re.IGNORECASE)
_SURNAME_FIRST = re.compile(r"[^,]+,\s*[^,;]{1,40}")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_NOTHING = frozenset({"", "nan", "none", "null", "unknown", "n/a"})


@dataclass(frozen=True, slots=True)
class Labelled:
    """A record of a labelled set: its name in the set, the source it came from (empty: not told), what it says.

    ``record`` is the record itself, where the set holds records in our own format.
    """

    name: str
    source: str
    facts: Facts
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class DataSet:
    """A labelled set; ``same`` are the pairs that are one thing, by names, ``different`` those said not to be.

    With ``exhaustive`` a pair that is not named is different.
    """

    name: str
    records: tuple[Labelled, ...]
    same: frozenset[tuple[str, str]]
    different: frozenset[tuple[str, str]]
    exhaustive: bool = True


def load_dataset(folder: Path) -> DataSet:
    """Read a folder of ``records.csv`` (or .jsonl) and ``gold_pairs.csv``; BadRequest says what is missing.

    Columns are told by their names (title, title_fr, authors, year, venue, doi, country, source …); those named entity
    or gold are never looked at. The pairs have columns ``a`` and ``b`` (else the first two are read), and
    perhaps ``verdict``.
    """
    records = tuple(load_records(_first(folder, RECORDS, "records")))
    same, different, told = _read_pairs(_first(folder, GOLD, "pairs that are the same thing"))
    known = {record.name for record in records}
    if strangers := sorted({name for pair in (*same, *different) for name in pair} - known)[:3]:
        raise BadRequest(reason=f"{folder} pairs records that it does not hold: {', '.join(strangers)}.")
    return DataSet(folder.name, records, frozenset(same), frozenset(different), exhaustive=not told)


def load_records(path: Path) -> Iterator[Labelled]:
    """Read the records of a set, from a table or from lines of JSON that each hold a record in our own format."""
    return _read_lines(path) if path.suffix == ".jsonl" else _read_table(path)


def ordered(one: str, other: str) -> tuple[str, str]:
    """Give a pair of names in the order pairs are kept in."""
    return (one, other) if one <= other else (other, one)


def _first(folder: Path, names: Sequence[str], what: str) -> Path:
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise BadRequest(reason=f"{folder} has no {' or '.join(names)} with the {what}.")


def _read_lines(path: Path) -> Iterator[Labelled]:
    with path.open("rb") as file:
        for line in file:
            row = orjson.loads(line)
            native = row.get("record", row)
            name = str(row.get("name") or row.get("place") or native["id"])
            yield Labelled(name, str(row.get("source", "")), facts_of(native), parse_native_object(native).record)


def _read_table(path: Path) -> Iterator[Labelled]:
    csv.field_size_limit(_FIELD_LIMIT)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            values = {key.lower().strip(): (value or "").strip() for key, value in row.items() if key}
            name = next((values[column] for column in _ID if values.get(column)), str(number))
            yield Labelled(name, values.get("source", ""), to_facts(values))


def to_facts(row: Mapping[str, str]) -> Facts:
    """Give what a row says; the names of its columns are in small letters."""
    said = {field: _value(row, names) for field, names in _NAMES.items()}
    ids = [*filter(None, re.split(r"[|\s]+", said["ids"]))]
    ids += [f"doi:{doi}" for doi in (normalise_doi(said["doi"]) if said["doi"] else None,) if doi]
    ids += [f"isbn:{isbn}" for part in re.split(r"[;,|]", said["isbn"]) if (isbn := normalise_isbn(part))]
    year = _YEAR.search(said["date"])
    return Facts(
        type=said["type"],
        subtype=said["subtype"],
        titles=_titles(row),
        date=year[0] if year else "",
        start=said["start"],
        government=said["government"].upper(),
        countries=[code.upper() for code in re.split(r"[|;,\s]+", said["country"]) if code],
        people=split_people(said["people"]),
        bodies=[body for body in re.split(r"\s*[|;]\s*", said["bodies"]) if body],
        venue=said["venue"],
        volume=said["volume"],
        issue=said["issue"],
        pages=said["pages"],
        ids=ids,
        addresses=[each for each in re.split(r"[|\s]+", said["addresses"]) if each],
        city=said["city"],
        summary=said["summary"],
    )


def split_people(text: str) -> list[str]:
    """Give the single names of a list of people; a comma parts names, or a surname from what follows it."""
    people: list[str] = []
    for part in _PEOPLE_APART.split(unescape(text)):
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        if len(pieces) <= 1 or (len(pieces) == 2 and _SURNAME_FIRST.fullmatch(part) and not _is_full(pieces[0])):
            people.append(part.strip(" ,"))
        elif all(_is_full(piece) for piece in pieces):
            people.extend(pieces)
        else:  # surname, initials, surname, initials
            people.extend(", ".join(pieces[at : at + 2]) for at in range(0, len(pieces), 2))
    return [name for name in people if name.strip(" .:,")]


def _is_full(name: str) -> bool:
    return " " in name.strip() and not re.fullmatch(
        r"(?:van|von|de|del|della|di|da|la|le|el|al|bin|ter)\s.+", name, re.I
    )


def _titles(row: Mapping[str, str]) -> dict[str, str]:
    titles = {
        key.removeprefix("title_"): value for key, value in row.items() if key.startswith("title_") and _is_said(value)
    }
    plain = row.get("title") or row.get("name", "")
    if _is_said(plain) and plain not in titles.values():
        titles[row.get("language") or "und"] = plain
    return titles


def _value(row: Mapping[str, str], names: Sequence[str]) -> str:
    return next((row[name] for name in names if _is_said(row.get(name, ""))), "")


def _is_said(value: str) -> bool:
    return value.strip().casefold() not in _NOTHING


def _read_pairs(path: Path) -> tuple[set[tuple[str, str]], set[tuple[str, str]], bool]:
    same: set[tuple[str, str]] = set()
    different: set[tuple[str, str]] = set()
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        names = list(rows.fieldnames or ())
        if len(names) < 2:
            raise BadRequest(reason=f"{path} needs two columns, a and b, with the names of both records of each pair.")
        one, other = ("a", "b") if {"a", "b"} <= {*names} else names[:2]
        told = "verdict" in names
        for row in rows:
            pair = ordered(row[one], row[other])
            (same if row.get("verdict", "same") == "same" else different).add(pair)
    return same, different, told
