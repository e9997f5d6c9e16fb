"""The fields of a schema.org thing whose place depends on its record type: a table of functions by type. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_elements import language_of
from harvester.crosswalks.dc_terms import find_place
from harvester.crosswalks.schema_values import Thing, addresses_of, as_list, find_text, texts_of, to_agents, to_values
from vocabularies import record as parts
from vocabularies.identifiers import normalise_doi, normalise_isbn
from vocabularies.record import Agent
from vocabularies.text import LangText, normalise_language


@dataclass(slots=True)
class Details:
    """The type's own part of a record, the makers that are no field of it, its period, and its more special classes."""

    part: parts.Part
    makers: tuple[Agent, ...] = ()
    period: tuple[str | None, str | None] = (None, None)
    kinds: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Given:
    thing: Thing
    kinds: list[str]
    authors: tuple[Agent, ...]
    fallback: str
    issued: str | None

    def date(self, *names: str) -> str | None:
        return next((date for text in texts_of(self.thing.take(*names)) if (date := find_date(text))), None)

    def text(self, *names: str) -> str | None:
        return next(iter(texts_of(self.thing.take(*names))), None)

    def lang_text(self, *names: str) -> LangText:
        values = to_values(self.thing.take(*names))
        return LangText({language_of(stated, self.fallback): text for text, stated in reversed(values)})

    def agents(self, role: str, *names: str) -> tuple[Agent, ...]:
        return to_agents(self.thing.take(*names), role, self.fallback)

    def makers(self) -> tuple[Agent, ...]:
        return tuple(Agent(role="creator", name=author.name) for author in self.authors)


def to_details(
    record_type: str,
    thing: Thing,
    kinds: list[str],
    *,
    authors: tuple[Agent, ...],
    fallback: str,
    issued: str | None,
) -> Details:
    """Give what belongs into the type's own fields; a type without a function of its own keeps its defaults."""
    given = _Given(thing, kinds, authors, fallback, issued)
    make = _DETAILS.get(record_type)
    if make is not None:
        return make(given)
    blank = parts.RECORD_CLASSES[record_type].model_fields["details"].default
    return Details(blank, given.makers(), kinds=kinds)


def _resource(given: _Given) -> Details:
    formats = texts_of(given.thing.take("encodingFormat", "fileFormat"))
    isbn = next((isbn for text in texts_of(given.thing.take("isbn")) if (isbn := normalise_isbn(text))), None)
    part = parts.ResourceDetails(
        resource_types=tuple(dict.fromkeys(given.kinds)),
        authors=given.authors,
        publication_date=given.issued,
        isbn=isbn,
        pages=given.text("pagination", "numberOfPages"),
        audience=given.lang_text("audience"),
        format="; ".join(formats) or None,
    )
    return Details(part)


def _dataset(given: _Given) -> Details:
    dois = [
        normalise_doi(text)
        for value in given.thing.take("identifier", "sameAs")
        for text in [*addresses_of([value]), *texts_of([value])]
        if "10." in text
    ]
    citation = next((text for text in texts_of(given.thing.take("citation")) if " " in text), None)
    part = parts.DatasetDetails(
        taxa=tuple(dict.fromkeys(texts_of(given.thing.take("taxonomicRange")))),
        doi=next((doi for doi in dois if doi), None),
        citation=citation,
        methods=given.lang_text("measurementTechnique"),
    )
    return Details(part, given.makers(), kinds=given.kinds)


def _event(given: _Given) -> Details:
    venue = _venue(given.thing)
    start, end = given.date("startDate"), given.date("endDate")
    languages = [normalise_language(text) for text in texts_of(given.thing.take("inLanguage"))]
    part = parts.EventDetails(
        start=start,
        end=end,
        city=venue.get("city"),
        country=venue.get("country"),
        online_url=venue.get("online"),
        organizers=given.agents("organizer", "organizer"),
        languages=tuple(dict.fromkeys(tag for tag in languages if tag)),
        status=(given.text("eventStatus") or "").rpartition("/")[2] or None,
    )
    return Details(part, given.makers(), (start, end), given.kinds)


def _venue(thing: Thing) -> dict[str, str]:
    found: dict[str, str] = {}
    for place in thing.take("location"):
        if not isinstance(place, dict):
            continue
        if "VirtualLocation" in as_list(place.get("@type")):
            online = addresses_of([place])
            found |= {"online": online[0]} if online else {}
        found |= {name: text for name, text in _address(place).items() if name not in found}
    return found


def _address(place: Mapping[str, Any]) -> dict[str, str]:
    """Give town and country of a place with an address; the country as its code where it is one we know."""
    found: dict[str, str] = {}
    for address in as_list(place.get("address")):
        if isinstance(address, dict):
            town, country = find_text(address.get("addressLocality")), find_text(address.get("addressCountry"))
            found |= {"city": town} if town else {}
            code = find_place(country) if country else None
            found |= {"country": code} if code else {}
        elif isinstance(address, str):
            found["address"] = address
    return found


def _organization(given: _Given) -> Details:
    address = _address({"address": given.thing.take("address")})
    part = parts.OrganizationDetails(
        acronym=given.lang_text("alternateName"),
        address=address.get("address"),
        city=address.get("city"),
        country=address.get("country"),
        website=next(iter(addresses_of(given.thing.take("url"))), None),
        areas_of_work=given.lang_text("slogan"),
    )
    return Details(part, given.makers(), kinds=given.kinds)


def _project(given: _Given) -> Details:
    start, end = given.date("startDate", "foundingDate"), given.date("endDate", "dissolutionDate")
    part = parts.ProjectDetails(
        status=(given.text("creativeWorkStatus", "status") or "").rpartition("/")[2] or None,
        funding_sources=given.agents("funder", "funder"),
        implementers=given.agents("implementer", "provider", "parentOrganization"),
    )
    return Details(part, given.makers(), (start, end), given.kinds)


def _person(given: _Given) -> Details:
    part = parts.FocalPointDetails(
        person=given.text("name"),
        designation=given.lang_text("jobTitle", "hasOccupation"),
        institution=given.lang_text("worksFor", "affiliation"),
    )
    return Details(part, kinds=given.kinds)


def _course(given: _Given) -> Details:
    part = parts.CapacityInitiativeDetails(
        audience=given.lang_text("audience"),
        duration=given.text("timeRequired", "courseWorkload"),
        status=(given.text("courseMode") or "").rpartition("/")[2] or None,
        implementing_agencies=given.agents("provider", "provider"),
    )
    return Details(part, given.makers(), (given.date("startDate"), given.date("endDate")), given.kinds)


def _service(given: _Given) -> Details:
    part = parts.ServiceDetails(
        url=next(iter(addresses_of(given.thing.take("url"))), None),
        documentation=next(iter(addresses_of(given.thing.take("documentation", "softwareHelp"))), None),
        api_type=given.text("assemblyVersion", "softwareVersion"),
    )
    return Details(part, given.makers(), kinds=given.kinds)


def _news(given: _Given) -> Details:
    return Details(parts.NewsDetails(date_published=given.issued), given.makers(), kinds=given.kinds)


def _law(given: _Given) -> Details:
    part = parts.LegalInstrumentDetails(
        jurisdiction=given.text("legislationJurisdiction"),
        number=given.text("legislationIdentifier"),
        adoption=given.date("legislationDate"),
        legal_status=(given.text("legislationLegalForce") or "").rpartition("/")[2] or None,
    )
    return Details(part, given.makers(), kinds=given.kinds)


_DETAILS: Mapping[str, Callable[[_Given], Details]] = {
    "resource": _resource,
    "dataset": _dataset,
    "event": _event,
    "organization": _organization,
    "project": _project,
    "focalPoint": _person,
    "capacityInitiative": _course,
    "service": _service,
    "news": _news,
    "legalInstrument": _law,
}
