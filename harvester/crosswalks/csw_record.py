"""A catalogue service's Dublin Core (csw:Record) → Record: as oai_dc, and with box, links and date of change. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from lxml import etree

from harvester.crosswalks import oai_dc
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.geojson import to_spatial
from harvester.crosswalks.online_resources import link_relation
from harvester.raw import RawRecord
from harvester.xml import local_name, parse_fragment
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_url
from vocabularies.record import Link, Record, Spatial
from vocabularies.text import UNDETERMINED, LangText

NAME = "csw_record"
_LATITUDE_FIRST = re.compile(r"epsg.*4326|epsg.*4258", re.IGNORECASE)


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that a ``csw:Record`` describes (CSW 2.0.2 §10.2.5), or the problem that stands in the way."""
    parsed = oai_dc.crosswalk(raw, context)
    if parsed.record is None:
        return parsed
    return replace(parsed, record=_enriched(parsed.record, parse_fragment(raw.payload)))


def _enriched(record: Record, root: etree._Element) -> Record:
    links = {link.url: link for link in record.links}
    for url, link in to_links(root, has_landing=any(link.rel == "landing" for link in record.links)).items():
        links.setdefault(url, link)
    modified = next((found for text in _texts(root, "modified") if (found := find_date(text))), None)
    mapped = {"modified", "URI", "BoundingBox", "WGS84BoundingBox"}
    kept = record.extra.get(oai_dc.NAME)
    rest = {name: each for name, each in kept.items() if name not in mapped} if isinstance(kept, dict) else {}
    if described := _described(root):
        rest["URI/description"] = list(described)
    provenance = record.provenance[0].model_copy(update={"original_url": _landing(links)})
    return record.with_(
        links=tuple(links.values()),
        relations=tuple(relation for relation in record.relations if relation.target not in links),
        spatial=record.spatial or find_box(root),
        dates=record.dates.model_copy(update={"modified": modified}),
        provenance=(provenance,),
        extra={NAME: rest} if rest else {},
    )


def to_links(root: etree._Element, *, has_landing: bool) -> dict[str, Link]:
    """Give the addresses of ``dct:references`` and ``dc:URI``, what each is by its scheme or protocol."""
    links: dict[str, Link] = {}
    for child in root:
        url = (child.text or "").strip()
        if local_name(child) not in {"references", "URI"} or normalise_url(url) is None:
            continue
        kind = child.get("scheme") or child.get("protocol") or ""
        rel = link_relation(url, kind, has_landing=has_landing)
        has_landing = has_landing or rel == "landing"
        name = (child.get("name") or child.get("description") or "").strip()
        links.setdefault(url, Link(url=url, name=LangText({UNDETERMINED: name} if name else {}), rel=rel))
    return links


def _described(root: etree._Element) -> list[str]:
    """Give what is said of addresses that have a name as well."""
    named = [child for child in root if local_name(child) == "URI" and (child.get("name") or "").strip()]
    return [text for child in named if (text := (child.get("description") or "").strip())]


def find_box(root: etree._Element) -> Spatial | None:
    """Give the first bounding box in degrees; its axis order is that of its reference system (OGC 06-121r3 §10.2)."""
    for child in root:
        if local_name(child) not in {"BoundingBox", "WGS84BoundingBox"}:
            continue
        try:
            low, high = ([float(part) for part in _texts(child, name)[0].split()] for name in _CORNERS)
            (first_low, second_low), (first_high, second_high) = low, high
        except (ValueError, IndexError):
            continue
        if local_name(child) == "BoundingBox" and _LATITUDE_FIRST.search(child.get("crs") or ""):
            return to_spatial(second_low, first_low, east=second_high, north=first_high)
        return to_spatial(first_low, second_low, east=first_high, north=second_high)
    return None


_CORNERS = ("LowerCorner", "UpperCorner")


def _texts(root: etree._Element, name: str) -> list[str]:
    return ["".join(child.itertext()).strip() for child in root if local_name(child) == name]


def _landing(links: dict[str, Link]) -> str | None:
    return next((link.url for link in links.values() if link.rel == "landing"), None)
