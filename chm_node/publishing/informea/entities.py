"""The entity sets of InforMEA and what of a record each of their properties is (InforMEA protocol 1.5.6). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from chm_node.publishing.informea.beside import BESIDE
from chm_node.publishing.search.instants import first_instant

Edm = Literal["String", "DateTime", "Int16", "Double"]
Record = Mapping[str, Any]
Value = str | int | float | datetime | None
Member = dict[str, str | None]

LOCALIZED: Mapping[str, Edm] = {"id": "String", "language": "String", "value": "String"}
FILE: Mapping[str, Edm] = {
    "id": "String",
    "url": "String",
    "mimeType": "String",
    "language": "String",
    "filename": "String",
}
KEYWORD: Mapping[str, Edm] = {"id": "String", "term": "String", "namespace": "String"}
TREATY: Mapping[str, Edm] = {"id": "String", "value": "String"}
ROLE: Mapping[str, Edm] = {"id": "String", "treaty": "String", "roles": "String"}
MEMBER_TYPES: Mapping[str, Mapping[str, Edm]] = {
    "LocalizableString": LOCALIZED,
    "File": FILE,
    "Keyword": KEYWORD,
    "Treaty": TREATY,
    "PersonRole": ROLE,
}
"""The types of what an entity has several of."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property with one value: its type and where it comes from."""

    type: Edm
    value: Callable[[Record], Value]


@dataclass(frozen=True, slots=True)
class Navigation:
    """A property with several members, given when it is expanded: their type and where they come from."""

    type: str
    members: Callable[[Record], list[Member]]


@dataclass(frozen=True, slots=True)
class EntitySet:
    """A set: the type of its entities, the record types and subtypes in it (None: of no subtype), the properties."""

    name: str
    entity: str
    record_type: str
    subtypes: frozenset[str | None] | None
    properties: Mapping[str, Property]
    navigations: Mapping[str, Navigation]

    def holds(self, record: Record) -> bool:
        """Tell whether a record is one of the set."""
        if record["type"] != self.record_type:
            return False
        return self.subtypes is None or record.get("subtype") in self.subtypes


def _detail(name: str) -> Callable[[Record], Value]:
    return lambda record: _text((record.get("details") or {}).get(name))


def _text(value: Any) -> str | None:
    """Give a text, of several languages the English or first one."""
    if isinstance(value, Mapping):
        value = value.get("en") or next(iter(value.values()), None)
    return value if isinstance(value, str) else None


def _treaty(record: Record) -> str | None:
    return (record.get("details") or {}).get("treaty") or next(iter(record.get("treaties", ())), None)


def _country(record: Record) -> str | None:
    named = (record.get("government"), (record.get("details") or {}).get("country"), *record.get("countryRegions", ()))
    return next((place for place in named if place and len(place) == 2), None)


def _date(*paths: tuple[str, str]) -> Callable[[Record], datetime | None]:
    def value(record: Record) -> datetime | None:
        texts = ((record.get(part) or {}).get(name) for part, name in paths)
        return next((at for text in texts if text and (at := first_instant(text))), None)

    return value


def _url(record: Record) -> str | None:
    return _link(record, "landing")


def _cover(record: Record) -> str | None:
    return _link(record, "cover")


def _link(record: Record, relation: str) -> str | None:
    for link in record.get("links", ()):
        if link.get("rel") == relation:
            return str(link["url"])
    return None


def _position(axis: str) -> Callable[[Record], float | None]:
    return lambda record: ((record.get("spatial") or {}).get("point") or {}).get(axis)


def _meeting(part: str) -> Callable[[Record], str | None]:
    def value(record: Record) -> str | None:
        held = next((each for each in record.get("relations", ()) if each.get("type") == "isPartOf"), None)
        if part == "id":
            return held["target"].rpartition(":")[2] if held and held["target"].startswith("urn:") else None
        if part == "url":
            return held["target"] if held and held["target"].startswith("http") else None
        return _text((held or {}).get("title")) or _text((record.get("details") or {}).get("forum"))

    return value


def _site_type(record: Record) -> str | None:
    known = {"whSite": "whc", "ramsarSite": "ramsar"}
    return known.get(record.get("subtype") or "") or record.get("subtype")


def _contact(part: str) -> Callable[[Record], str | None]:
    """Give an address of the first contact who agreed to it; native bytes hold no other."""

    def value(record: Record) -> str | None:
        agreed = (each.get(part) for each in record.get("contacts", ()) if each.get("consent"))
        return next(filter(None, agreed), None)

    return value


def _localized(name: str) -> Callable[[Record], list[Member]]:
    def members(record: Record) -> list[Member]:
        texts = record.get(name) or {}
        return [{"id": tag, "language": tag, "value": text} for tag, text in texts.items()]

    return members


def _files(record: Record) -> list[Member]:
    return [
        {
            "id": str(number),
            "url": link["url"],
            "mimeType": link.get("mediaType"),
            "language": link.get("language"),
            "filename": _text(link.get("name")) or link["url"].rpartition("/")[2] or None,
        }
        for number, link in enumerate(record.get("links", ()), 1)
        if link.get("rel", "document") in ("document", "data", "translation")
    ]


def _keywords(record: Record) -> list[Member]:
    found: list[Member] = []
    for number, keyword in enumerate(record.get("keywords", ()), 1):
        found.append({"id": str(number), "term": _text(keyword.get("label")), "namespace": keyword.get("uri")})
    return found


def _treaties(record: Record) -> list[Member]:
    return [{"id": treaty, "value": treaty} for treaty in record.get("treaties", ()) or filter(None, [_treaty(record)])]


def _roles(record: Record) -> list[Member]:
    held = (record.get("details") or {}).get("categories", ())
    return [{"id": role, "treaty": _treaty(record), "roles": role} for role in held]


def _none(_record: Record) -> list[Member]:
    return []


def _subtype(record: Record) -> str | None:
    return record.get("subtype")


_SHARED: Mapping[str, Property] = {
    "protocolVersion": Property("Int16", lambda _record: 1),
    "treaty": Property("String", _treaty),
    **{name: Property("String", value) for name, value in BESIDE.items()},
}
_IN_COUNTRY: Mapping[str, Property] = {**_SHARED, "country": Property("String", _country)}
_TITLE = Navigation("LocalizableString", _localized("title"))
_SUMMARY = Navigation("LocalizableString", _localized("summary"))
_EMPTY = Navigation("LocalizableString", _none)
"""What the protocol has and no record here: readers expand it all the same."""
_FILES, _KEYWORDS = Navigation("File", _files), Navigation("Keyword", _keywords)
_SUBMISSION = _date(("details", "adoptionDate"), ("dates", "issued"), ("dates", "published"))

_ALL = (
    EntitySet(
        "Decisions",
        "Decision",
        "legalInstrument",
        frozenset({"copDecision"}),
        {
            **_SHARED,
            "link": Property("String", _url),
            "type": Property("String", lambda _record: "decision"),
            "status": Property("String", _detail("legalStatus")),
            "number": Property("String", _detail("number")),
            "published": Property("DateTime", _date(("details", "adoption"), ("dates", "issued"))),
            "meetingId": Property("String", _meeting("id")),
            "meetingTitle": Property("String", _meeting("title")),
            "meetingUrl": Property("String", _meeting("url")),
        },
        {
            "title": _TITLE,
            "longTitle": _EMPTY,
            "summary": _SUMMARY,
            "content": _EMPTY,
            "keywords": _KEYWORDS,
            "files": _FILES,
        },
    ),
    EntitySet(
        "Meetings",
        "Meeting",
        "event",
        None,
        {
            **_IN_COUNTRY,
            "url": Property("String", _url),
            "start": Property("DateTime", _date(("details", "start"), ("temporal", "start"))),
            "end": Property("DateTime", _date(("details", "end"), ("temporal", "end"))),
            "type": Property("String", _subtype),
            "status": Property("String", _detail("status")),
            "imageUrl": Property("String", _cover),
            "city": Property("String", _detail("city")),
            "latitude": Property("Double", _position("latitude")),
            "longitude": Property("Double", _position("longitude")),
        },
        {"title": _TITLE, "description": _SUMMARY, "files": _FILES},
    ),
    EntitySet(
        "CountryReports",
        "CountryReport",
        "nationalSubmission",
        frozenset({None, "nationalReport", "resourceMobilisation"}),
        {
            **_IN_COUNTRY,
            "submission": Property("DateTime", _SUBMISSION),
            "url": Property("String", _url),
        },
        {"title": _TITLE, "files": _FILES},
    ),
    EntitySet(
        "NationalPlans",
        "NationalPlan",
        "nationalSubmission",
        frozenset({"nbsap", "nip", "tap", "countryProgramme"}),
        {
            **_IN_COUNTRY,
            "type": Property("String", _subtype),
            "submission": Property("DateTime", _SUBMISSION),
            "url": Property("String", _url),
        },
        {"title": _TITLE, "files": _FILES},
    ),
    EntitySet(
        "Sites",
        "Site",
        "place",
        frozenset({None, "protectedArea", "ebsa", "ecosystem", "whSite", "ramsarSite"}),
        {
            **_IN_COUNTRY,
            "type": Property("String", _site_type),
            "url": Property("String", _url),
            "latitude": Property("Double", _position("latitude")),
            "longitude": Property("Double", _position("longitude")),
        },
        {"name": _TITLE},
    ),
    EntitySet(
        "Documents",
        "Document",
        "resource",
        None,
        {
            **_IN_COUNTRY,
            "type": Property("String", _subtype),
            "url": Property("String", _url),
            "published": Property("DateTime", _date(("details", "publicationDate"), ("dates", "issued"))),
        },
        {"title": _TITLE, "summary": _SUMMARY, "description": _SUMMARY, "keywords": _KEYWORDS, "files": _FILES},
    ),
    EntitySet(
        "Contacts",
        "Contact",
        "focalPoint",
        frozenset({None, "nationalFocalPoint"}),
        {
            **_IN_COUNTRY,
            "lastName": Property("String", _detail("person")),
            "position": Property("String", _detail("designation")),
            "institution": Property("String", _detail("institution")),
            "type": Property("String", _subtype),
            "email": Property("String", _contact("email")),
            "phoneNumber": Property("String", _contact("phone")),
        },
        {"treaties": Navigation("Treaty", _treaties), "roles": Navigation("PersonRole", _roles)},
    ),
)
ENTITY_SETS: Mapping[str, EntitySet] = {entry.name: entry for entry in _ALL}
"""Every set, by its name in addresses. All entities have ``id`` and ``updated`` besides."""

FILTERED = ("id", "treaty", "country", "type")
"""Properties a filter may compare with a text, where the set has them."""


def find_set(record: Record) -> EntitySet | None:
    """Give the set a record is in; None for a record InforMEA has no entity for."""
    return next((entry for entry in _ALL if entry.holds(record)), None)


def marks_of(record: Record) -> list[str]:
    """Give the marks an entity is found by: its set, and each property a filter may compare."""
    held = find_set(record)
    if held is None:
        return []
    given = ((name, held.properties[name].value(record)) for name in FILTERED if name in held.properties)
    return [f"informea={held.name}", *(f"informea.{name}={value}" for name, value in given if value)]
