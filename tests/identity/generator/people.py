"""Invented people and the ways bibliographies write their names; pure."""

from __future__ import annotations

from random import Random

from tests.identity.generator.words import load_list


def person_names(rng: Random, count: int) -> tuple[str, ...]:
    """Give names as "Given M. Surname", none twice."""
    names: dict[str, None] = {}
    while len(names) < count:
        middle = rng.choice(("", *load_list("middle")))
        surname = rng.choice(load_list("surname")).replace("van-der-Berg", "van der Berg")
        names[" ".join(filter(None, (rng.choice(load_list("given")), middle, surname)))] = None
    return tuple(names)


def split_name(name: str) -> tuple[str, str]:
    """Give (given names, surname) of a name ``person_names`` made."""
    if " van der " in name:
        given, _, rest = name.partition(" van der ")
        return given, f"van der {rest}"
    given, _, surname = name.rpartition(" ")
    return given, surname


def initials(given: str, *, apart: str = " ", dot: str = ".") -> str:
    """Give the initials of given names."""
    return apart.join(f"{part[0]}{dot}" for part in given.split())


def write_person(name: str, style: str) -> str:
    """Give a name in a style: full, first (initials before), comma (surname first), full-comma, medline or upper."""
    given, surname = split_name(name)
    match style:
        case "first":
            return f"{initials(given)} {surname}"
        case "comma":
            return f"{surname}, {initials(given)}"
        case "full-comma":
            return f"{surname}, {given}"
        case "medline":
            return f"{surname} {initials(given, apart='', dot='')}"
        case "upper":
            return f"{surname.upper()}, {initials(given, apart='')}"
    return name


STYLES = ("full", "first", "comma", "full-comma", "medline", "upper")
