"""A dataset of GBIF's registry (JSON) → Record: one function a target field; the rest goes to ``extra``. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from pydantic import ValidationError

from harvester.crosswalks import dc_identifiers
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_elements import Value, Values
from harvester.crosswalks.described import Described, to_record
from harvester.crosswalks.geojson import to_spatial
from harvester.crosswalks.json_texts import find_first, texts_of, to_values
from harvester.crosswalks.licence_words import stated_licences
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_url
from vocabularies.problems import problem
from vocabularies.record import Contact, Link, LinkRelation, Record, Relation, Spatial, Temporal
from vocabularies.text import UNDETERMINED, LangText

NAME = "gbif_dataset"
Item = Mapping[str, Any]
MAX_TAXA = 500
_ROLES: Mapping[str, str] = {
    "originator": "creator", "author": "creator", "principal_investigator": "creator", "publisher": "publisher",
    "distributor": "publisher", "owner": "publisher", "funder": "funder", "sponsor": "funder",
}  # fmt: skip
_WORDS = (("keywordCollections", "thesaurus"), ("taxonomicCoverages", "description"), ("contacts", "position"))
"""What is said inside the lists that are read, and has no place in a record."""
_ASKED = ("administrative_point_of_contact", "technical_point_of_contact", "point_of_contact")
_ENDPOINTS: Mapping[str, LinkRelation] = {
    "dwc_archive": "data",
    "camtrap_dp": "data",
    "coldp": "data",
    "eml": "document",
}
_READ = frozenset({
    "key", "doi", "title", "description", "language", "type", "subtype", "license", "rights", "homepage", "endpoints",
    "contacts", "keywordCollections", "tags", "geographicCoverages", "temporalCoverages", "taxonomicCoverages",
    "created", "modified", "pubDate", "countryCoverage", "citation", "maintenanceUpdateFrequency", "installationKey",
    "samplingDescription", "parentDatasetKey", "duplicateOfDatasetKey", "identifiers", "machineTags", "comments",
    "createdBy", "modifiedBy", "lockedForAutoUpdate", "publishingOrganizationTitle", "hostingOrganizationTitle",
    "keywords",
})  # fmt: skip
"""Read here, or of the registry's own housekeeping."""


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that a dataset of the registry describes, or the problem that stands in the way.

    Contacts keep their names and organisations; mail addresses and telephones stay in the raw bytes.
    """
    return read_item(raw, lambda item: to_record(to_described(item, context.source_id), raw, context, namespace=NAME))


def read_item(raw: RawRecord, make: Callable[[Item], Record]) -> Parsed:
    """Give the record made of a JSON object, or the problem that stands in the way."""
    try:
        item = orjson.loads(raw.payload)
    except orjson.JSONDecodeError as error:
        return Parsed(
            None, (problem("JSON_SYNTAX", "", str(error.msg), line=str(error.lineno), column=str(error.colno)),)
        )
    if not isinstance(item, dict):
        return Parsed(None, (problem("CROSSWALK_FAILED", "", "expected a JSON object"),))
    try:
        return Parsed(make(item))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"{where}: {first['msg']}"),))


def to_described(item: Item, source_id: str) -> Described:
    """Give what the registry says of the dataset."""
    told = Described(languages=texts_of(item.get("language")))
    told.titles, told.descriptions = to_values(item.get("title")), to_values(item.get("description"))
    told.kinds = [text.lower() for name in ("type", "subtype") for text in texts_of(item.get(name))]
    told.identifiers = texts_of(item.get("doi"))
    told.typed_ids = [("gbif", text.lower()) for text in texts_of(item.get("key"))]
    told.pages = [text for text in texts_of(item.get("homepage")) if normalise_url(text)]
    told.licences = stated_licences(to_values(item.get("license")))
    told.rights = to_values(item.get("rights"))
    told.keywords = to_keywords(item)
    told.dates = {field: texts_of(item.get(name)) for field, name in _DATES.items()}
    told.agents, told.contacts = to_agents(item), to_contacts(item)
    told.temporal, told.spatial = to_period(item), to_place(item)
    told.taxa = to_taxa(item)
    told.places = [*texts_of(item.get("countryCoverage")), *to_places(item)]
    told.methods = to_methods(item)
    told.links = to_links(item)
    told.relations = to_relations(item, source_id)
    told.details = {
        "citation": find_first(_part(item, "citation").get("text")) or "",
        "update_frequency": find_first(item.get("maintenanceUpdateFrequency")) or "",
        "installation": find_first(item.get("installationKey")) or "",
    }
    for each in _parts(item, "identifiers"):
        told.identifiers += texts_of(each.get("identifier"))
    for name, inner in _WORDS:
        told.keep(f"{name}/{inner}", *(text for each in _parts(item, name) for text in texts_of(each.get(inner))))
    keep_rest(item, _READ, told)
    return told


_DATES = {"created": "created", "modified": "modified", "issued": "pubDate"}


def to_keywords(item: Item) -> list[Value]:
    """Give the keywords of all lists, and the tags."""
    lists = [value for each in _parts(item, "keywordCollections") for value in to_values(each.get("keywords"))]
    lists += to_values(item.get("keywords"))  # as the registry's search gives them
    return lists + [value for each in _parts(item, "tags") for value in to_values(each.get("value"))]


def to_agents(item: Item) -> list[tuple[str, Values]]:
    """Give who made and published it by the types of its contacts; of people who made it, their organisations too."""
    found: dict[tuple[str, str], None] = {}
    for each in _parts(item, "contacts"):
        kind = (find_first(each.get("type")) or "").lower()
        role = _ROLES.get(kind)
        if role is None:
            continue
        person, organization = person_of(each), find_first(each.get("organization")) or ""
        first = organization or person if role in {"publisher", "funder"} else person or organization
        found[role, first] = None
        if role == "creator" and organization and organization != first:
            found["contributor", organization] = None
    for role, name in (("publisher", "publishingOrganizationTitle"), ("contributor", "hostingOrganizationTitle")):
        found |= {(role, text): None for text in texts_of(item.get(name))}
    return [(role, [(name, None)]) for role, name in found if name]


def to_contacts(item: Item) -> list[Contact]:
    """Give whom to ask, by name and organisation."""
    found: dict[tuple[str, str], Contact] = {}
    for each in _parts(item, "contacts"):
        kind = (find_first(each.get("type")) or "").lower()
        name, organization = person_of(each), find_first(each.get("organization")) or ""
        if kind in _ASKED and (name or organization):
            label = LangText({UNDETERMINED: organization} if organization else {})
            found.setdefault((name, organization), Contact(role=kind, name=name or None, organization=label))
    return list(found.values())


def person_of(contact: Item) -> str:
    """Give a contact's name."""
    names = (find_first(contact.get(part)) or "" for part in ("firstName", "lastName"))
    name = " ".join(filter(None, names))
    return "" if "@" in name else name


def to_period(item: Item) -> Temporal | None:
    """Give the first period or day of the coverage."""
    for each in _parts(item, "temporalCoverages"):
        start, end = (find_date(find_first(each.get(name)) or "") for name in ("start", "end"))
        day = find_date(find_first(each.get("date")) or "")
        start, end = start or day, end or day
        if start or end:
            return (
                Temporal(start=start, end=end)
                if not (start and end and end < start)
                else Temporal(start=end, end=start)
            )
    return None


def to_place(item: Item) -> Spatial | None:
    """Give the first box in degrees."""
    for each in _parts(item, "geographicCoverages"):
        box = _part(each, "boundingBox")
        try:
            west, south, east, north = (
                float(box[name]) for name in ("minLongitude", "minLatitude", "maxLongitude", "maxLatitude")
            )
        except (KeyError, TypeError, ValueError):
            continue
        if found := to_spatial(west, south, east=east, north=north):
            return found
    return None


def to_places(item: Item) -> list[str]:
    """Give the places that the geographic coverage describes in words."""
    return [text for each in _parts(item, "geographicCoverages") for text in texts_of(each.get("description"))]


def to_taxa(item: Item) -> list[str]:
    """Give the scientific names covered, else the common ones."""
    found: dict[str, None] = {}
    for group in _parts(item, "taxonomicCoverages"):
        for each in _parts(group, "coverages"):
            name = find_first(each.get("scientificName")) or find_first(each.get("commonName"))
            if name and len(found) < MAX_TAXA:
                found[name] = None
    return list(found)


def to_methods(item: Item) -> list[Value]:
    """Give how it was sampled and in what steps."""
    about = _part(item, "samplingDescription")
    return [value for name in ("sampling", "studyExtent", "methodSteps") for value in to_values(about.get(name))]


def to_links(item: Item) -> list[Link]:
    """Give the endpoints that have an address, by their type."""
    found: dict[str, Link] = {}
    for each in _parts(item, "endpoints"):
        kind, url = (find_first(each.get("type")) or "").lower(), find_first(each.get("url")) or ""
        if normalise_url(url):
            name = LangText({UNDETERMINED: kind.upper()} if kind else {})
            found.setdefault(url, Link(url=url, rel=_ENDPOINTS.get(kind, "api"), name=name))
    return list(found.values())


def to_relations(item: Item, source_id: str) -> list[Relation]:
    """Give the dataset it is part of and the one it is a copy of, records of the same source."""
    found: list[Relation] = []
    for key in texts_of(item.get("parentDatasetKey")):
        found.append(Relation(type="isPartOf", target=dc_identifiers.local_record_id(source_id, key)))
    for key in texts_of(item.get("duplicateOfDatasetKey")):
        found.append(Relation(type="isVersionOf", target=dc_identifiers.local_record_id(source_id, key)))
    return found


def keep_rest(item: Item, read: frozenset[str], told: Described) -> None:
    """Keep the plain values that nothing read, and those one level below; nothing of a person."""
    for name, value in item.items():
        if name in read or name in {"email", "phone", "address", "postalCode"}:
            continue
        told.keep(name, *texts_of(value))
        for inner, each in value.items() if isinstance(value, dict) else ():
            if isinstance(each, str | int | float) and not isinstance(each, bool):
                told.keep(f"{name}/{inner}", str(each))


def _part(item: Item, name: str) -> Item:
    found = item.get(name)
    return found if isinstance(found, dict) else {}


def _parts(item: Item, name: str) -> list[Item]:
    found = item.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
