"""Record of a dataset → an entry of data.json (DCAT-US 1.1), and the head of such a file; no remote context is read.

What the standard has no place for stands beside it under names of DCMI terms (``dc:``, as its own context has them).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from vocabularies.formats.address import Address
from vocabularies.formats.disclosure import to_public
from vocabularies.formats.labels import find_concept, label_of, places, topics
from vocabularies.formats.markup import find_iri, plain_text
from vocabularies.record import DatasetRecord, Link, Record
from vocabularies.text import UNDETERMINED, LangText

CONFORMS_TO = "https://project-open-data.cio.gov/v1.1/schema"
_ACCESS = {"public": "public", "restricted": "restricted public", "withheld": "non-public"}
_EMAIL = re.compile(r"[\w~!$&'()*+,;=:.-]+@[\w.-]+\.[\w.-]+\Z", re.ASCII)
_MEDIA_TYPE = re.compile(r"[-\w]+/[-\w]+(\.[-\w]+)*([+][-\w]+)?\Z", re.ASCII)
_NO_BUREAU, _NO_PROGRAMME = "000:00", "000:000"
"""Codes of the federal budget of the United States, which every entry must have and no clearing-house has."""
_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Desk:
    """Whom to ask where a record names nobody who agreed: the publisher's own name and address."""

    name: str
    email: str


def dump_data_json(entries: Iterable[dict[str, Any]], url: str) -> Iterator[bytes]:
    """Give a whole file in pieces; ``url`` is its own address."""
    head = {
        "@context": f"{CONFORMS_TO}/catalog.jsonld",
        "@id": url,
        "@type": "dcat:Catalog",
        "conformsTo": CONFORMS_TO,
        "describedBy": f"{CONFORMS_TO}/catalog.json",
    }
    yield _dump(head)[:-1].encode() + b',"dataset":['
    for number, entry in enumerate(entries):
        yield (b",\n" if number else b"\n") + _dump(entry).encode()
    yield b"]}\n"


def to_entry(record: Record, address: Address, desk: Desk) -> dict[str, Any]:
    """Give the entry of a dataset, texts in its first language; ValueError for a record of another type."""
    record = to_public(record)
    if not isinstance(record, DatasetRecord):
        raise ValueError(f"data.json lists datasets; this is a record of the type {record.type}")
    language, title = record.title.best(*record.languages) or (UNDETERMINED, record.id)
    summary = (record.summary.best(*record.languages) or ("", ""))[1]
    dates = record.dates
    publisher = (record.publisher.name.best(*record.languages) or ("", record.publisher.node))[1]
    found: dict[str, Any] = {
        "@type": "dcat:Dataset",
        "identifier": record.id or address.record_url,
        "title": title.strip() or address.record_url,
        "description": plain_text(summary) or title.strip() or address.record_url,
        "keyword": _keywords(record, language),
        "modified": dates.modified or dates.published or dates.issued or dates.created or "1970-01-01",
        "issued": dates.issued or dates.published,
        "publisher": {"@type": "org:Organization", "name": publisher or address.base_url},
        "contactPoint": _contact(record, desk),
        "accessLevel": _ACCESS[record.access.level],
        "rights": (record.rights.best(*record.languages) or ("", None))[1],
        "bureauCode": [_NO_BUREAU],
        "programCode": [_NO_PROGRAMME],
        "license": find_iri(record.license or ""),
        "landingPage": address.record_url,
        "language": [tag for tag in record.languages if tag != UNDETERMINED],
        "spatial": _spatial(record),
        "temporal": _temporal(record),
        "theme": [label for label in _labels(record) if label.strip()],
        "distribution": [_distribution(link, iri) for link in record.links if (iri := find_iri(link.url))],
        **_beside(record),
    }
    return {name: value for name, value in found.items() if value}


def _beside(record: DatasetRecord) -> dict[str, Any]:
    """Give texts in every language, kind, the day a dataset was made, and all its identifiers (DCMI terms)."""
    kind = find_concept("subtype", record.subtype) if record.subtype else None
    return {
        "dc:title": _by_language(record.title),
        "dc:description": _by_language(record.summary),
        "dc:type": kind.uri if kind else None,
        "dc:created": record.dates.created,
        "dc:identifier": [f"{each.scheme}:{each.value}" for each in record.source_ids],
    }


def _by_language(texts: LangText) -> list[dict[str, str]]:
    """Give texts with their languages; ``und`` tells that nobody knows which it is."""
    return [{"@value": plain, "@language": tag} for tag, text in texts.items() if (plain := plain_text(text))]


def _labels(record: DatasetRecord) -> dict[str, None]:
    return dict.fromkeys(label_of(field, value) for field, value in topics(record))


def _keywords(record: DatasetRecord, language: str) -> list[str]:
    found = [(keyword.label.best(language) or ("", ""))[1].strip() for keyword in record.keywords]
    found += [label_of(field, value, language) for field, value in (*topics(record), *places(record))]
    found = [word for word in dict.fromkeys(found) if word.strip()]
    return found or [label_of("type", record.type, language)]


def _contact(record: DatasetRecord, desk: Desk) -> dict[str, str]:
    for contact in record.contacts:
        if contact.consent and contact.email and _EMAIL.match(contact.email):
            name = contact.name or (contact.organization.best() or ("", desk.name))[1]
            return {"@type": "vcard:Contact", "fn": name or desk.name, "hasEmail": f"mailto:{contact.email}"}
    return {"@type": "vcard:Contact", "fn": desk.name, "hasEmail": f"mailto:{desk.email}"}


def _spatial(record: DatasetRecord) -> str | None:
    """Give the countries by name, or a position: DCAT-US has room for one of them, and a reader asks for countries."""
    if named := "; ".join(label_of(field, value) for field, value in places(record)):
        return named
    spatial = record.spatial
    if spatial and (box := spatial.box):
        return f"{box.west},{box.south},{box.east},{box.north}"
    if spatial and (point := spatial.point):
        return f"{point.latitude},{point.longitude}"
    return None


def _temporal(record: DatasetRecord) -> str | None:
    period = record.temporal
    if period is None or not (period.start or period.end):
        return None
    start, end = ((text or "")[:10] for text in (period.start or period.end, period.end or period.start))
    if (len(start), len(end)) == (4, 10):  # the schema’s pattern takes no day where the beginning is a year
        start = f"{start}-01-01"
    return f"{start}/{end}"


def _distribution(link: Link, iri: str) -> dict[str, Any]:
    media_type = link.media_type if link.media_type and _MEDIA_TYPE.match(link.media_type) else None
    is_file = link.rel in ("data", "document") and media_type is not None
    found = {
        "@type": "dcat:Distribution",
        "downloadURL" if is_file else "accessURL": iri,
        "mediaType": media_type,
        "title": (link.name.best() or ("", None))[1],
    }
    return {name: value for name, value in found.items() if value}
