"""The things of the labelled set and which of them are mistaken for each other; made from families of titles."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

from tests.identity.generator.identifiers import make_ids
from tests.identity.generator.people import person_names
from tests.identity.generator.words import LANGUAGES, Term, country_names, load_terms, ordinals
from vocabularies.concepts import load_scheme

FAMILIES = Path(__file__).parent / "families"
Chosen = Mapping[str, Term]


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of the world: its titles (language → wordings), facts and the identifiers others gave it."""

    key: str
    family: str
    noun: str
    type: str
    subtype: str
    titles: Mapping[str, Sequence[str]]
    treaty: str = ""
    country: str = ""
    issued: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] = field(default_factory=dict)
    people: Sequence[str] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    summary: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trap:
    """Two things that look alike and are not one; ``relation`` is what they are to each other, if anything."""

    one: str
    other: str
    kind: str
    relation: str = ""


def load_families() -> list[dict[str, Any]]:
    """Read the families, in the order of their files."""
    return [family for path in sorted(FAMILIES.glob("*.json")) for family in json.loads(path.read_text("utf-8"))]


def make_things(seed: int) -> tuple[list[Thing], list[Trap]]:
    """Give every thing of every family, and the traps among them."""
    things: list[Thing] = []
    traps: list[Trap] = []
    for family in load_families():
        slots = {name: tuple(_values(name, value)) for name, value in family["slots"].items()}
        for values in product(*slots.values()):
            things.append(_thing(family, dict(zip(slots, values, strict=True)), seed))
        traps.extend(_traps(family, slots))
    return things, traps


def _values(slot: str, value: Any) -> Iterator[Term]:
    terms = load_terms()
    if isinstance(value, str):
        yield from terms[value].values()
    elif isinstance(value, dict):
        yield from (terms[value["section"]][name] for name in value["ids"])
    elif slot == "country":
        yield from (Term(code, country_names(code), {"country": code}) for code in value)
    elif slot == "publisher":
        yield from (terms["body"][name] for name in value)
    else:
        yield from (Term(str(each), dict.fromkeys(LANGUAGES, str(each))) for each in value)


def _key(family: Mapping[str, Any], chosen: Chosen, without: str = "") -> str:
    return "/".join([family["name"], *(term.id for slot, term in chosen.items() if slot != without)])


def _traps(family: Mapping[str, Any], slots: Mapping[str, Sequence[Term]]) -> Iterator[Trap]:
    reach = family.get("reach", 1)
    for slot, kind in family["kinds"].items():
        others = [name for name in slots if name != slot]
        for rest in product(*(slots[name] for name in others)):
            fixed = dict(zip(others, rest, strict=True))
            for one, other in _near(slots[slot], reach, hub=slot in family.get("hub", ())):
                keys = [_key(family, {name: {**fixed, slot: each}[name] for name in slots}) for each in (one, other)]
                yield Trap(keys[0], keys[1], kind, family.get("relations", {}).get(slot, ""))


def _near(values: Sequence[Term], reach: int, *, hub: bool) -> Iterator[tuple[Term, Term]]:
    if hub:
        yield from ((values[0], other) for other in values[1:])
        return
    for at, one in enumerate(values):
        yield from ((one, other) for other in values[at + 1 : at + 1 + reach])


def _thing(family: Mapping[str, Any], chosen: Chosen, seed: int) -> Thing:
    key = _key(family, chosen)
    known = {name: value for term in chosen.values() for name, value in term.known.items()}
    known |= family.get("fixed", {})
    known |= _tabled(family, chosen)
    country = known.get("country", "")
    people = _people(family, chosen, seed)
    subtype = known.get("subtype") or family.get("subtype", "")
    body = _body(family, chosen, country)
    treaty = known.get("treaty") or family.get("treaty", "")
    issued = _issued(family, chosen, known, seed)
    return Thing(
        key=key,
        family=family["name"],
        noun=family["noun"],
        type=known.get("type") or family["type"],
        subtype=subtype,
        titles=_titles(family, chosen, known, people),
        treaty=treaty,
        country=country,
        issued=issued,
        known=known | {name: _fill(text, chosen, "en", known) for name, text in family.get("details", {}).items()},
        body=body,
        people=people,
        ids=make_ids(key, _key(family, chosen, without="n"), family.get("identifier", ""), chosen, treaty),
        summary=_summary(family, chosen, treaty=treaty, country=country, subtype=subtype),
    )


def _tabled(family: Mapping[str, Any], chosen: Chosen) -> dict[str, str]:
    """Give what a family tells of a slot's values in tables of its own: dates, cities."""
    found: dict[str, str] = {}
    for name in ("issued", "start", "city", "since"):
        for slot, table in family.get(name, {}).items():
            if (value := table.get(chosen[slot].id)) is not None:
                found[name] = value
    return found


def _issued(family: Mapping[str, Any], chosen: Chosen, known: Mapping[str, str], seed: int) -> str:
    if "issued" in known:
        return known["issued"]
    if "end" in known:
        return known["end"]
    if "year" in chosen:
        month = family.get("issuedMonth", "")
        return f"{chosen['year'].id}-{month}" if month else chosen["year"].id
    if "issuedRange" in family:
        first, last = family["issuedRange"]
        told_by = _key(family, chosen, without=family.get("sameYear") or family.get("lag", ""))
        year = Random(f"{seed}/year/{told_by}").randint(first, last)
        if "lag" in family and chosen[family["lag"]].id != "original":
            year += 1
        return str(year)
    return ""


def _people(family: Mapping[str, Any], chosen: Chosen, seed: int) -> tuple[str, ...]:
    if "person" in chosen:
        return person_names(Random(f"{seed}/person/{chosen['country'].id}/{chosen['person'].id}"), 1)
    if count := family.get("authors", 0):
        first = next(iter(chosen.values())).id
        return person_names(Random(f"{seed}/authors/{family['name']}/{first}"), count)
    return ()


def _body(family: Mapping[str, Any], chosen: Chosen, country: str) -> Mapping[str, str]:
    terms = load_terms()
    if slot := family.get("bodySlot"):
        return chosen[slot].words
    name = family.get("body", "")
    if not name:
        return {}
    if name in terms["body"]:
        return terms["body"][name].words
    words = terms["organisation"][name].words
    if not country:
        return words
    names = country_names(country)
    return {language: f"{words[language]}, {names[language]}" for language in LANGUAGES}


def _titles(
    family: Mapping[str, Any], chosen: Chosen, known: Mapping[str, str], people: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    titles: dict[str, tuple[str, ...]] = {}
    for language, templates in family["titles"].items():
        if all(not term.words or language in term.words or slot in ("n",) for slot, term in chosen.items()):
            filled = (
                _fill(text, chosen, language, {**known, "person_name": " ".join(people[:1])}) for text in templates
            )
            titles[language] = tuple(_capital(" ".join(text.split())) for text in filled)
    return titles


def _fill(text: str, chosen: Chosen, language: str, known: Mapping[str, str]) -> str:
    values: dict[str, str] = dict(known)
    for slot, term in chosen.items():
        words = _words_of(term)
        values[slot] = words.get(language, term.id)
        values[f"{slot}_id"] = term.id
        values |= {f"{slot}_{name}": value for name, value in term.known.items()}
    number = chosen["n"].id if "n" in chosen else known.get("n", "")
    if number:
        values |= ordinals(int(number))[language]
        if (target := _gbf().get(number)) is not None:
            values["gbf"] = target[language]
    if "country" in known:
        values["country"] = country_names(known["country"])[language]
    return text.format_map(values)


def _words_of(term: Term) -> Mapping[str, str]:
    if "text" in term.known:
        section, name = term.known["text"].split(":")
        return load_terms()[section][name].words
    return term.words


@cache
def _gbf() -> Mapping[str, Mapping[str, str]]:
    concepts = load_scheme("gbf-targets").concepts.values()
    return {each.notations[0]: each.pref_labels for each in concepts}


def _capital(text: str) -> str:
    plain = text.strip()
    return plain[:1].upper() + plain[1:]


def _summary(
    family: Mapping[str, Any], chosen: Chosen, *, treaty: str, country: str, subtype: str
) -> Mapping[str, str]:
    """Give the kind of dull summary a busy office writes; the two sides of one text share it."""
    kind = {} if "side" in chosen else load_scheme("record-types").concepts[subtype].pref_labels
    names = country_names(country) if country else {}
    treaties = load_scheme("treaties").concepts[treaty].pref_labels if treaty else {}
    parts = {
        language: [each.get(language, "") for each in (kind, _first_words(chosen), treaties, names)]
        for language in LANGUAGES
    }
    return {language: ". ".join(part for part in each if part) + "." for language, each in parts.items()}


def _first_words(chosen: Chosen) -> Mapping[str, str]:
    for slot, term in chosen.items():
        if slot not in ("country", "n", "person", "year") and (words := _words_of(term)):
            return words
    return {}
