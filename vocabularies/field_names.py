"""What people call the fields of a record, in English; the message catalogues hold the other languages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vocabularies.text import normalise_language

FIELD_NAMES: Mapping[str, str] = {
    "": "The record",
    "id": "Identifier",
    "type": "Record type",
    "subtype": "Subtype",
    "title": "Title",
    "summary": "Summary",
    "languages": "Languages",
    "translation": "Translations",
    "publisher": "Publisher",
    "sourceIds": "Identifiers elsewhere",
    "government": "Government",
    "countryRegions": "Countries and regions",
    "spatial": "Location",
    "subjects": "Subjects",
    "gbfTargets": "Global targets",
    "gbfGoals": "Global goals",
    "sdgs": "Sustainable Development Goals",
    "aichiTargets": "Aichi targets",
    "treaties": "Treaties",
    "keywords": "Keywords",
    "temporal": "Period",
    "dates": "Dates",
    "links": "Links",
    "contacts": "Contacts",
    "organizations": "Organizations",
    "license": "Licence",
    "rights": "Rights",
    "access": "Access",
    "status": "Status",
    "validation": "Validation",
    "freshness": "Last confirmation",
    "revision": "Revision",
    "relations": "Related records",
    "provenance": "Origin",
    "extra": "Other values",
    "details": "Details",
    "url": "Web address",
    "name": "Name",
    "email": "E-mail",
    "start": "Start",
    "end": "End",
    "country": "Country",
    "city": "City",
    "language": "Language",
    "assistanceTypes": "Kinds of assistance",
    "deadline": "Deadline",
    "doi": "DOI",
    "isbn": "ISBN",
    "modified": "Last change",
    "issued": "Date of issue",
    "organizationType": "Kind of organization",
    "jurisdiction": "Jurisdiction",
    "categories": "Categories",
    "treaty": "Treaty",
    "alignment": "Alignment with global targets",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "ref": "Reference",
    "rel": "Kind of link",
    "of": "Translated from",
    "by": "Validated by",
    "at": "Validated at",
    "box": "Map area",
}

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def field_of(path: str) -> str:
    """Give the field a path points into, without positions and languages (``/links/0/name/fr`` → ``name``)."""
    parts = [part for part in path.split("/") if part and not part.isdigit()]
    if len(parts) > 1 and parts[-1] not in FIELD_NAMES and normalise_language(parts[-1]):
        parts.pop()
    return parts[-1] if parts else ""


def field_name(field: str) -> str:
    """Give the English name of a field; a field without one gives its own words (``mediaType`` → ``Media type``)."""
    known = FIELD_NAMES.get(field)
    if known is not None:
        return known
    words = _CAPITAL.sub(" ", field).replace("_", " ").strip().lower()
    return words[:1].upper() + words[1:]
