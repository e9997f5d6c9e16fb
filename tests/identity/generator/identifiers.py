"""Identifiers of things that were invented for the set, in ranges nobody owns, and how nodes write them; pure."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from tests.identity.generator.words import Term

TEST_PREFIX = "10.5072"
"""DataCite's prefix for tests: no DOI under it is ever registered."""
_CBD_FAMILY = ("cbd", "cartagena", "nagoya")


def digest(text: str, length: int = 10) -> str:
    """Give a short hexadecimal name of a text."""
    return sha256(text.encode()).hexdigest()[:length]


def make_uuid(text: str) -> str:
    """Give a UUID (version 4 in form) that depends on the text alone."""
    return str(UUID(digest(text, 32), version=4))


def make_isbn(text: str) -> str:
    """Give an ISBN-13 with a right check digit in a range without an agency (978-99995 to 978-99999)."""
    first = f"9789999{50_000 + int(digest(text, 12), 16) % 50_000}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(first))
    return f"{first}{-total % 10}"


def make_ids(key: str, set_key: str, identifier: str, chosen: Mapping[str, Term], treaty: str) -> dict[str, str]:
    """Give scheme → value for one thing; ``set_key`` names the set a volume belongs to."""
    ids: dict[str, str] = {}
    if treaty in _CBD_FAMILY:
        ids["cbd"] = make_uuid(f"cbd/{key}").upper()
    match identifier:
        case "isbn":
            ids["isbn"] = make_isbn(key)
        case "set-isbn":
            ids["isbn"] = make_isbn(set_key)
        case "doi":
            ids["doi"] = f"{TEST_PREFIX}/chm.{digest(key, 6)}"
            ids["gbif"] = make_uuid(f"gbif/{key}")
        case "wdpa":
            ids["wdpa"] = str(900_000_000 + int(digest(key, 6), 16) % 900_000)
        case "symbol":
            ids |= _symbol(chosen)
    return ids


def _symbol(chosen: Mapping[str, Term]) -> dict[str, str]:
    for term in chosen.values():
        if "symbol" in term.known:
            return {"un-symbol": term.known["symbol"]}
        if "cop" in term.known:
            body = "CBD/COP/DEC" if int(term.known["cop"]) >= 14 else "UNEP/CBD/COP/DEC"
            return {"un-symbol": f"{body}/{term.id}"}
    return {}


def written(scheme: str, value: str, rng: Random) -> str:
    """Give an identifier as people write it: with resolver, hyphens, braces, revision, blanks or in other capitals."""
    match scheme:
        case "doi":
            return rng.choice((value, f"doi:{value}", f"https://doi.org/{value}", f"http://dx.doi.org/{value.upper()}"))
        case "isbn":
            return rng.choice((value, _hyphens(value), f"ISBN {_hyphens(value)}", _ten(value)))
        case "cbd":
            return rng.choice((value, value.lower(), f"{value}@{rng.randint(1, 4)}", f"{{{value}}}"))
        case "un-symbol":
            return rng.choice((value, value, value.lower(), value.replace("/", " / ")))
        case "wdpa":
            return rng.choice((value, f"{value}.0"))
        case "gbif":
            return rng.choice((value, value.upper()))
    return value


def _hyphens(isbn: str) -> str:
    return f"{isbn[:3]}-{isbn[3:7]}-{isbn[7:10]}-{isbn[10:12]}-{isbn[12]}"


def _ten(isbn: str) -> str:
    nine = isbn[3:12]
    check = -sum((10 - place) * int(digit) for place, digit in enumerate(nine)) % 11
    return f"{nine}{'X' if check == 10 else check}"


def page_address(address: str, rng: Random) -> str:
    """Give an address of a page as links to it are written: with and without www, https, slash and campaign."""
    host_path = address.split("://", 1)[1]
    scheme = rng.choice(("https://", "https://", "http://"))
    www = rng.choice(("www.", ""))
    tail = rng.choice(("", "", "/", "?utm_source=newsletter&utm_medium=email", "#main-content"))
    return f"{scheme}{www}{host_path}{tail}"
