"""A record as stored (our native JSON, defaults left out) to the facts two records are compared by; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harvester.resolution.forms.form import Facts
from harvester.resolution.forms.people import is_body
from vocabularies.identifiers import certain_key, linked_key, page_keys, parse_record_uri

Native = Mapping[str, Any]
FILE = "file:"
"""Begins what stands for the checksum of a file among the addresses."""

_DATES: Mapping[str, tuple[str, ...]] = {
    "event": ("start", "end"),
    "resource": ("publicationDate",),
    "news": ("datePublished",),
    "nationalSubmission": ("adoptionDate",),
    "legalInstrument": ("adoption", "entryIntoForce"),
    "focalPoint": ("since",),
    "place": ("established",),
    "need": ("deadline",),
    "offer": ("applicationDeadline",),
}
"""The dates of the thing itself in the details of each type; ``dates.issued`` comes first, ``temporal.start`` last."""
_AGENTS = ("authors", "implementingAgencies", "implementers", "providers", "organizers")
_TITLES_OF_BODIES = ("institution", "approvingBody")
_DETAIL_IDS = {"resource": ("isbn", "isbn"), "dataset": ("doi", "doi"), "place": ("wdpa", "wdpaId")}
_NUMBERED = re.compile(
    r"(?P<body>[a-z]{2,12}?)(?:-?(?:project)?-?(?:id|no|nr|n°)?)[-.:/#_]*(?P<number>\d[\d./-]{2,19})"
)
"""The number of a project with whoever gave it: without that, many projects have it."""
_STANDS_IN = re.compile(
    r"(?P<venue>\S.*?)[,;.]?\s+(?:vol(?:ume|umen)?\.?\s*)?(?P<volume>\d{1,4})"
    r"(?:\s*\((?P<bracketed>[\w/-]{1,10})\)|[,;]?\s*(?:no|nr|núm|n°|issue)\.?\s*(?P<issue>[\w/-]{1,10}))?"
    r"(?:\s*\(\d{4}\))?(?:[^\n;:]*[;:,]\s*(?:pp?\.?\s*)?(?P<pages>\d{1,5}\s*[-\u2013]\s*\d{1,5}))?\.?",
    re.IGNORECASE,
)
"""Where an article stands: "Acta 12(3)", "Acta; Vol. 12 No. 3 (2020); 4-19", "Acta, vol. 12, pp. 4-19"."""
_DETAIL_ADDRESSES = ("url", "website", "onlineUrl", "registrationUrl")


def facts_of(native: Native) -> Facts:
    """Give the facts of a record from its native JSON (camelCase, as ``dump_native`` writes it)."""
    kind = native.get("type", "")
    details: Native = native.get("details") or {}
    people, bodies = _agents(native, details)
    venue, volume, issue, pages = _stands_in(_text(details.get("source"))) if kind == "resource" else _NOWHERE
    return Facts(
        type=kind,
        subtype=native.get("subtype") or "",
        titles=native.get("title") or {},
        date=_date(native, kind, details),
        start=_day(details.get("start")) if kind == "event" else "",
        government=native.get("government") or "",
        countries=_countries(native, details),
        people=people,
        bodies=bodies,
        venue=venue,
        volume=volume,
        issue=issue,
        pages=details.get("pages") or pages,
        ids=_ids(native, kind, details),
        addresses=tuple(dict.fromkeys(_addresses(native, details))),
        city=details.get("city") or "",
        summary=_text(native.get("summary")),
        roles=_roles(details) if kind == "focalPoint" else (),
    )


def _roles(details: Native) -> tuple[str, ...]:
    """Give what a focal point is one for: its categories, or the treaty where none is told."""
    return tuple(details.get("categories") or filter(None, (details.get("treaty"),)))


def _text(texts: Mapping[str, str] | None) -> str:
    """Give the English text of a language map, else the first by tag."""
    if not texts:
        return ""
    return texts.get("en") or texts[min(texts)]


_NOWHERE = ("", "", "", "")


def _stands_in(source: str) -> tuple[str, str, str, str]:
    """Give (venue, volume, issue, pages) of what a resource says it stands in."""
    first = source.partition("\n")[0].strip()
    match = _STANDS_IN.fullmatch(first)
    if match is None:
        return first, "", "", ""
    issue = match["bracketed"] or match["issue"] or ""
    if 1800 <= int(match["volume"]) < 2100 and not issue:
        return first, "", "", ""
    return match["venue"], match["volume"], issue, match["pages"] or ""


def _date(native: Native, kind: str, details: Native) -> str:
    if kind == "event" and details.get("start"):
        return str(details["start"])
    issued = (native.get("dates") or {}).get("issued")
    if issued:
        return str(issued)
    for name in _DATES.get(kind, ()):
        if details.get(name):
            return str(details[name])
    return str((native.get("temporal") or {}).get("start") or "")


def _day(date: object) -> str:
    return str(date)[:10] if date and len(str(date)) >= 10 else ""


def _countries(native: Native, details: Native) -> tuple[str, ...]:
    said = [*(native.get("countryRegions") or ()), details.get("country") or ""]
    return tuple(dict.fromkeys(code.upper() for code in said if len(code) == 2 and code.isalpha()))


def _agents(native: Native, details: Native) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give (names of people, names of bodies); only authors and focal points are ever people."""
    people: list[str] = []
    bodies: list[str] = []
    if details.get("person"):
        people.append(details["person"])
    for field in _AGENTS:
        for agent in details.get(field) or ():
            name = _text(agent.get("name"))
            if name:
                (people if field == "authors" and not is_body(name) else bodies).append(name)
    bodies += [name for field in _TITLES_OF_BODIES if (name := _text(details.get(field)))]
    bodies += [name for agent in native.get("organizations") or () if (name := _text(agent.get("name")))]
    return tuple(dict.fromkeys(people)), tuple(dict.fromkeys(bodies))


def _ids(native: Native, kind: str, details: Native) -> tuple[str, ...]:
    """Give the keys a record is compared by: those it is known by, and the one DOI its links lead to if there is none.

    By the latter it is joined for certain only where nothing else is linked (``vocabularies.identifiers``).
    """
    keys = dict.fromkeys(_certain(native, kind, details))
    pages = [link["url"] for link in native.get("links") or () if link.get("rel", "document") == "document"]
    linked = linked_key(kind, pages, keys) if pages else None
    number = _project_number(details.get("number") or "") if kind == "project" else ""
    return (*keys, *filter(None, (linked, number)))


def _project_number(text: str) -> str:
    """Give the number of a project that names whose number it is, such as "GEF 4321", as a key; else nothing."""
    match = _NUMBERED.fullmatch("".join(text.casefold().split()))
    return f"project:{match['body']}{match['number']}" if match else ""


def _certain(native: Native, kind: str, details: Native) -> Iterator[str]:
    """Yield what ``vocabularies.identifiers.identity_keys`` gives for the record, without making the record."""
    if parse_record_uri(native.get("id", "")):
        yield native["id"]
    said: list[tuple[str, str]] = [(each["scheme"], each["value"]) for each in native.get("sourceIds") or ()]
    yield from (value for scheme, value in said if scheme == "chm" and parse_record_uri(value))
    if kind in _DETAIL_IDS and details.get(_DETAIL_IDS[kind][1]):
        said.append((_DETAIL_IDS[kind][0], details[_DETAIL_IDS[kind][1]]))
    yield from (key for scheme, value in said if (key := certain_key(scheme, value)))
    pages = [link["url"] for link in native.get("links") or () if link.get("rel") == "landing"]
    for page in (*pages, *(value for scheme, value in said if scheme == "url")):
        yield from page_keys(kind, page)


def _addresses(native: Native, details: Native) -> Iterator[str]:
    """Yield web addresses, after the checksums of files: one file in two places is the same file."""
    links = native.get("links") or ()
    yield from (f"{FILE}{link['checksum']}" for link in links if link.get("checksum"))
    yield from (link["url"] for link in links if link.get("rel") != "api")
    yield from (str(details[name]) for name in _DETAIL_ADDRESSES if details.get(name))
