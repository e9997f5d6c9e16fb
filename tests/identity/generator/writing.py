"""How a node writes a thing down: the native record of our own format, with the node's habits and gaps; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.identity.generator.identifiers import digest, make_uuid, page_address, written
from tests.identity.generator.nodes import Node, choose_languages
from tests.identity.generator.noise import in_latin_letters, spoil
from tests.identity.generator.people import write_person
from tests.identity.generator.things import Thing
from tests.identity.generator.words import Term, load_terms

GOVERNED = frozenset({"nationalSubmission", "nationalTarget", "legalInstrument", "focalPoint", "need"})
"""Types of record that are a government's."""
_TITLE_WITHOUT_COUNTRY = frozenset({"law", "park", "regional-centre", "map-sheet", "dataset-version", "focal-point"})
ASSISTANCE = ("training", "expertise", "equipment", "technical-assistance")


@dataclass(frozen=True, slots=True)
class Written:
    """A record of the set: where it is from, which thing it is about, and what it says in our native JSON."""

    source: str
    place: str
    entity: str
    record: Mapping[str, Any]


def write(thing: Thing, node: Node, country: str, *, turn: int, seed: int) -> Written:
    """Give the record a node (of a ``country``) has of a thing; ``turn`` tells its records of one thing apart."""
    rng = Random(f"{seed}/{thing.key}/{node.name}/{turn}")
    source = f"chm-{country.lower()}" if country else node.name
    name = digest(f"{seed}/{thing.key}/{source}/{turn}", 12)
    titles, summary = _texts(thing, node, country, rng)
    record: dict[str, Any] = {
        "id": f"urn:chm:{source}:{make_uuid(name)}",
        "type": thing.type,
        "title": titles,
        "languages": sorted(language for language in titles if language != "und"),
        "publisher": {"node": source},
    }
    if thing.subtype and rng.random() < 0.8:
        record["subtype"] = thing.subtype
    if summary:
        record["summary"] = summary
    if thing.treaty and rng.random() < 0.6:
        record["treaties"] = [thing.treaty]
    _places(record, thing, node, rng)
    _dates(record, thing, node, rng)
    _agents(record, thing, node, rng, languages=list(titles))
    record["sourceIds"] = list(_identifiers(thing, node, rng, source, name))
    record["links"] = list(_links(thing, node, rng, source, name))
    _details(record, thing, rng)
    return Written(source, f"{source}:{name}", thing.key, {key: value for key, value in record.items() if value})


def _texts(thing: Thing, node: Node, country: str, rng: Random) -> tuple[dict[str, str], dict[str, str]]:
    languages = choose_languages(node, country, thing, rng)
    titles: dict[str, str] = {}
    unknown = rng.random() < node.rates.get("undetermined", 0)
    for language in languages:
        title = spoil(rng.choice(thing.titles[language]), language, node.rates, rng)
        if language == "ru" and rng.random() < 0.06:
            titles["und"] = in_latin_letters(title)
        else:
            titles["und" if unknown else language] = title
    if rng.random() < node.rates.get("no-summary", 0.35):
        return titles, {}
    texts = {"und" if unknown else language: thing.summary[language] for language in languages}
    if rng.random() < node.rates.get("html", 0):
        texts = {language: f"<p>{text}</p>" for language, text in texts.items()}
    return titles, texts


def _places(record: dict[str, Any], thing: Thing, node: Node, rng: Random) -> None:
    if not thing.country:
        return
    if thing.family not in _TITLE_WITHOUT_COUNTRY and rng.random() < node.rates.get("no-country", 0):
        return  # the title tells it
    if thing.type in GOVERNED:
        record["government"] = thing.country
    else:
        record["countryRegions"] = [thing.country]


def _slipped(value: str, thing: Thing, node: Node, rng: Random) -> str:
    """Give a date as the node has it: the year alone, or where a number tells the thing, the year beside it."""
    if thing.family in _NUMBERED and rng.random() < node.rates.get("other-year", 0):
        return str(int(value[:4]) + rng.choice((-1, 1, 1)))
    return value[:4] if rng.random() < node.rates.get("year-only", 0) else value


_DATED = {"resource": "publicationDate", "news": "datePublished", "legalInstrument": "adoption"}
_CARRIED = frozenset({"yearly-call", "generic", "gbo", "hpmp", "tna"})
"""Families whose titles may not tell the year that tells them apart: nobody leaves it out."""
_NUMBERED = frozenset(
    {"cbd-report", "cpb-report", "guideline", "gbo", "hpmp", "programme-phase", "gbf-national-target"}
)
"""Families whose numbers tell one thing from the next, so that people are careless about the year."""


def _dates(record: dict[str, Any], thing: Thing, node: Node, rng: Random) -> None:
    details = record.setdefault("details", {})
    if "start" in thing.known:
        details |= _days(thing, node, rng)
    elif thing.issued and (thing.family in _CARRIED or rng.random() >= node.rates.get("no-date", 0)):
        value = _slipped(thing.issued, thing, node, rng)
        if thing.type in _DATED and rng.random() < 0.6:
            details[_DATED[thing.type]] = value
        elif thing.type in ("project", "capacityInitiative") and rng.random() < 0.6:
            record["temporal"] = {"start": value}
        else:
            record["dates"] = {"issued": value}
    if since := thing.known.get("since"):
        details["since"] = since


def _days(thing: Thing, node: Node, rng: Random) -> dict[str, str]:
    """Give the days of an event: now and then none, the month, or the day before (another time zone)."""
    start = date.fromisoformat(thing.known["start"])
    if rng.random() < node.rates.get("no-date", 0):
        return {}
    if rng.random() < node.rates.get("year-only", 0) / 2:
        return {"start": f"{start:%Y-%m}"}
    days = {"start": (start - timedelta(days=rng.random() < node.rates.get("other-day", 0))).isoformat()}
    if "end" in thing.known and rng.random() < 0.8:
        days["end"] = thing.known["end"]
    return days


def _agents(record: dict[str, Any], thing: Thing, node: Node, rng: Random, *, languages: list[str]) -> None:
    language = next((each for each in languages if each in thing.body), "en")
    if thing.body and (thing.family == "generic" or rng.random() >= node.rates.get("no-body", 0.2)):
        name = thing.known.get("acronym") if rng.random() < 0.15 else None
        text = name or spoil(thing.body[language], language, {"caps": node.rates.get("caps", 0)}, rng)
        record["organizations"] = [{"role": "publisher", "name": {language: text}}]
    if not thing.people:
        return
    if thing.type == "focalPoint":
        record["details"]["person"] = write_person(thing.people[0], rng.choice(("full", "full-comma", "upper")))
        return
    if rng.random() < node.rates.get("no-people", 0.1):
        return
    people = list(thing.people)
    if rng.random() < 0.15:
        people.reverse()
    style = node.people if rng.random() < 0.8 else "upper"
    agents = [{"role": "author", "name": {"und": write_person(person, style)}} for person in people]
    if thing.type == "resource":
        record["details"]["authors"] = agents
    else:
        record["organizations"] = [*record.get("organizations", ()), *agents]


def _identifiers(thing: Thing, node: Node, rng: Random, source: str, name: str) -> list[dict[str, str]]:
    own = {
        "informea": f"{thing.type}-{int(name[:6], 16)}",
        "oai": f"oai:{source}.example.org:{name}",
        "local": name,
    }
    told: list[dict[str, str]] = []
    for scheme, rate in node.ids.items():
        value = thing.ids.get(scheme) or own.get(scheme, "")
        if value and scheme != "page" and rng.random() < rate:
            told.append({"scheme": scheme, "value": written(scheme, value, rng)})
    return told


def _links(thing: Thing, node: Node, rng: Random, source: str, name: str) -> list[dict[str, str]]:
    if rng.random() < node.ids.get("page", 0):
        page = f"https://{thing.family}.example.org/{digest('page/' + thing.key, 8)}"
        return [{"url": page_address(page, rng), "rel": "landing"}]
    if thing.type == "resource" or rng.random() < 0.4:
        rel = "document" if rng.random() < 0.5 else "landing"
        return [{"url": page_address(f"https://{source}.example.org/node/{name}", rng), "rel": rel}]
    return []


def _details(record: dict[str, Any], thing: Thing, rng: Random) -> None:
    details = record["details"]
    known = thing.known
    match thing.type:
        case "event":
            details |= {name: known[key] for name, key in (("city", "city"), ("country", "at")) if key in known}
            language = next(iter(record["title"]))
            if "city" in details and rng.random() < 0.5:
                words = load_terms()["city"].get(details["city"], Term("")).words
                details["city"] = words.get(language, details["city"])
        case "legalInstrument":
            details |= {name: known[name] for name in ("number", "forum") if name in known and rng.random() < 0.6}
        case "nationalSubmission":
            details |= {name: known[name] for name in ("cycle", "reportType") if name in known and rng.random() < 0.6}
        case "organization":
            if "acronym" in known and rng.random() < 0.4:
                details["acronym"] = {"und": known["acronym"]}
            details |= {name: known[name] for name in ("city", "country") if name in known and rng.random() < 0.8}
        case "focalPoint":
            details |= {"categories": [known["category"]], "country": thing.country}
        case "need" | "offer":
            details["assistanceTypes"] = [rng.choice(ASSISTANCE)]
        case "service":
            details["url"] = f"https://{digest('site/' + thing.key, 8)}.example.org/"
