"""Rows of a table to the facts two records are compared by, as their columns are usually called; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any

from harvester.resolution.forms.form import Facts
from harvester.usual_names import find_usual
from vocabularies.identifiers import normalise_doi, normalise_isbn

_NAMES: Mapping[str, tuple[str, ...]] = {
    "type": ("type", "entrytype", "record_type", "resource_type", "item_type", "publication_type", "document_type"),
    "subtype": ("subtype",),
    "date": ("date", "year", "issued", "publication_year", "pub_year", "published", "publication_date", "pubdate"),
    "start": ("start", "start_date"),
    "government": ("government",),
    "country": ("country", "countries", "country_code"),
    "people": ("people", "authors", "author", "creators", "creator", "author_names"),
    "bodies": ("bodies", "publisher", "institution", "organization", "organisation", "manufacturer", "brand"),
    "venue": ("venue", "journal", "booktitle", "series", "journal_title", "source_title", "container_title"),
    "volume": ("volume", "vol"),
    "issue": ("issue", "number", "issue_number"),
    "pages": ("pages", "page", "page_range"),
    "first_page": ("first_page", "start_page", "page_start"),
    "last_page": ("last_page", "end_page", "page_end"),
    "doi": ("doi", "dois"),
    "isbn": ("isbn", "isbn13", "isbn_13", "isbn10", "isbn_10"),
    "ids": ("ids",),
    "addresses": ("addresses", "url", "urls", "link", "links", "uri", "website", "homepage", "landing_page"),
    "city": ("city", "place_name"),
    "summary": ("summary", "abstract", "description", "notes"),
    "language": ("language", "lang", "languages"),
}
"""The columns each fact is read from; the first that says something counts."""
IDS = ("rid", "id", "place", "record_id", "recordid", "rec_id", "unique_id", "_id", "key", "identifier", "uid")
"""The columns that name a record in its table; the first that says something counts."""
TITLES = ("title", "name", "label", "heading", "titles")
TITLE_IN = "title_"
_USUAL = {
    "summary": "summary",
    "links.url": "addresses",
    "dates.issued": "date",
    "countryRegions": "country",
    "organizations.name": "bodies",
    "authors.name": "people",
    "languages": "language",
}
_PEOPLE_APART = re.compile(r"\s*[;|]\s*|\s+and\s+|\s+&\s+", re.IGNORECASE)
_INITIALS_FIRST = re.compile(r"(?:[^\W\d_]{1,3}|(?:[^\W\d_]\.[ -]?){1,3}) [^\W\d_][^\W\d_]+.*")
_SURNAME_FIRST = re.compile(r"[^,]+,\s*[^,;]{1,40}")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_CODES = re.compile(r"[A-Za-z]{2,3}(?:\s+[A-Za-z]{2,3})*")
_NOTHING = frozenset({"", "nan", "none", "null", "unknown", "n/a", "-"})
_SAID = ("name", "full_name", "display_name", "value", "label", "literal")


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the columns of a table go: those of each fact, and those of titles with the language each is in.

    Of the ``plain`` columns of titles the first that says something counts.
    """

    columns: Mapping[str, Sequence[str]]
    titles: Sequence[tuple[str, str]]
    plain: Sequence[str]


@lru_cache(maxsize=64)
def plan_of(columns: tuple[str, ...]) -> Plan:
    """Give where columns go, by their names and otherwise by what such columns are usually called, in any language."""
    found: dict[str, list[str]] = {}
    for fact, names in _NAMES.items():
        if there := [name for name in names if name in columns]:
            found[fact] = there
    known = {name for names in _NAMES.values() for name in names}
    titles = [(name, name.removeprefix(TITLE_IN)) for name in columns if name.startswith(TITLE_IN)]
    for name in columns:
        if name in known or name in TITLES or name.startswith(TITLE_IN) or not (usual := find_usual(name)):
            continue
        if usual[0] == "title":
            titles.append((name, usual[1] or ""))
        elif usual[0] in _USUAL:
            found.setdefault(_USUAL[usual[0]], []).append(name)
    return Plan(found, titles, [name for name in TITLES if name in columns])


def to_facts(row: Mapping[str, Any]) -> Facts:
    """Give what a row says; the names of its columns are in small letters (``rows.plain``)."""
    plan = plan_of(tuple(row))
    said = {fact: _first(row, plan.columns.get(fact, ())) for fact in _NAMES}
    ids = [*filter(None, re.split(r"[|\s]+", said["ids"]))]
    ids += [f"doi:{doi}" for part in said["doi"].split("; ") if part and (doi := normalise_doi(part))]
    ids += [f"isbn:{isbn}" for part in re.split(r"[;,|]", said["isbn"]) if (isbn := normalise_isbn(part))]
    year = _YEAR.search(said["date"])
    first, last = said["first_page"], said["last_page"]
    return Facts(
        type=said["type"],
        subtype=said["subtype"],
        titles=_titles(row, plan, said["language"]),
        date=year[0] if year else "",
        start=said["start"],
        government=said["government"].upper(),
        countries=_countries(said["country"]),
        people=split_people(said["people"]),
        bodies=[body for body in re.split(r"\s*[|;]\s*", said["bodies"]) if body],
        venue=said["venue"],
        volume=said["volume"],
        issue=said["issue"],
        pages=said["pages"] or (f"{first}-{last}" if first and last else first),
        ids=list(dict.fromkeys(ids)),
        addresses=[each for each in re.split(r"[|\s;]+", said["addresses"]) if each],
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
        elif all(_is_full(piece) for piece in pieces) or _begin_with_initials(pieces):
            people.extend(pieces)
        else:  # surname, initials, surname, initials
            people.extend(", ".join(pieces[at : at + 2]) for at in range(0, len(pieces), 2))
    return [name for name in people if name.strip(" .:,")]


def _begin_with_initials(pieces: Sequence[str]) -> bool:
    """Tell whether names stand as "jcg ramirez", all or all but the last of several, which may be cut off."""
    whole = pieces[:-1] if len(pieces) > 2 else pieces
    return all(_INITIALS_FIRST.fullmatch(piece) for piece in whole) and any(_is_full(piece) for piece in whole)


def text_of(value: object) -> str:
    """Give a value of any kind as text: the parts of a list with semicolons between, of an object its name."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list | tuple):
        return "; ".join(filter(None, map(text_of, value)))
    if isinstance(value, Mapping):
        names = (value.get(name) for name in _SAID)
        return next((text_of(each) for each in names if each), "")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _is_full(name: str) -> bool:
    return " " in name.strip() and not re.fullmatch(
        r"(?:van|von|de|del|della|di|da|la|le|el|al|bin|ter)\s.+", name, re.I
    )


def _countries(text: str) -> list[str]:
    apart = r"[|;,\s]+" if _CODES.fullmatch(text) else r"\s*[|;,]\s*"
    return [code.upper() for code in re.split(apart, text) if code]


def _titles(row: Mapping[str, Any], plan: Plan, language: str) -> dict[str, str]:
    titles: dict[str, str] = {}
    plain = next((name for name in plan.plain if isinstance(row[name], Mapping) or is_said(text_of(row[name]))), None)
    for column, told in (*plan.titles, *([(plain, "")] if plain else [])):
        value = row[column]
        if isinstance(value, Mapping):
            titles |= {tag: text for tag, each in value.items() if is_said(text := text_of(each))}
            continue
        title = text_of(value)
        if is_said(title) and (told or title not in titles.values()):
            tag = told or language or "und"
            titles.setdefault(tag if tag not in titles else "und", title)
    return titles


def _first(row: Mapping[str, Any], columns: Sequence[str]) -> str:
    return next((text for column in columns if is_said(text := text_of(row[column]))), "")


def find_id(columns: Sequence[str]) -> str | None:
    """Give the column that names the records of a table, or None."""
    return next((name for name in IDS if name in columns), None)


def id_of(row: Mapping[str, Any]) -> str:
    """Give the name a row has in its table, or nothing."""
    return next((text for column in IDS if (text := text_of(row.get(column)))), "")


def is_said(value: str) -> bool:
    """Tell whether a value says something."""
    return value.strip().casefold() not in _NOTHING
