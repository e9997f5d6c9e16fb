"""A dataset of a data.json (DCAT-US 1.1, 3.0 and their like) → Record; the rest goes to ``extra``. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from pydantic import ValidationError

from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_period
from harvester.crosswalks.dc_elements import Value
from harvester.crosswalks.dc_types import find_subtype
from harvester.crosswalks.described import Described, Topic, to_record
from harvester.crosswalks.media_types import find_media_type
from harvester.crosswalks.shapes import find_shape
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_url
from vocabularies.problems import problem
from vocabularies.record import AccessLevel, Contact, Link, LinkRelation, Relation
from vocabularies.text import UNDETERMINED, LangText

NAME = "dcat_us"
Json = Mapping[str, Any]
_ACCESS: Mapping[str, AccessLevel] = {
    "public": "public", "restricted public": "restricted", "restricted": "restricted", "non-public": "withheld",
}  # fmt: skip
_READ = frozenset({
    "@type", "@id", "@context", "title", "description", "keyword", "theme", "superTheme", "language", "spatial",
    "temporal", "issued", "modified", "created", "identifier", "otherIdentifier", "landingPage", "distribution",
    "license", "rights", "accessLevel", "accessRights", "publisher", "creator", "contactPoint", "accrualPeriodicity",
    "references", "isPartOf", "conformsTo", "describedBy", "citation", "version", "endpointURL",
    "endpointDescription", "dc:title", "dc:description", "dc:created", "dc:identifier", "dc:issued", "dc:modified",
    "dc:type",
})  # fmt: skip
_LONGEST_REST = 2_000


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record a dataset's JSON describes, or the problem that stands in the way.

    Contacts keep their names; mail addresses stay in the raw bytes, as nobody consented to more.
    """
    try:
        dataset: Any = orjson.loads(raw.payload)
    except orjson.JSONDecodeError as error:
        line, column = str(error.lineno), str(error.colno)
        return Parsed(None, (problem("JSON_SYNTAX", "", str(error), line=line, column=column),))
    if not isinstance(dataset, dict):
        return Parsed(None, (problem("CROSSWALK_FAILED", "", "it is no JSON object"),))
    try:
        return Parsed(to_record(to_described(dataset), raw, context, namespace=NAME))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"{where}: {first['msg']}"),))


def to_described(dataset: Json) -> Described:
    """Give what the JSON says, sorted by what it is about; a value of another shape than expected goes to the rest."""
    kinds = _texts(dataset.get("@type"))
    told = Described(kind="service" if "endpointURL" in dataset or "DataService" in str(kinds) else "dataset")
    for read in _READERS:
        read(dataset, told)
    for name, value in dataset.items():
        if name not in _READ:
            told.keep(name, *(text[:_LONGEST_REST] for text in _leaves(value)))
    return told


def _words(dataset: Json, told: Described) -> None:
    kinds = {text: find_subtype(told.kind, text) for text in _texts(dataset.get("dc:type"))}
    told.subtype = next(filter(None, kinds.values()), None)
    told.keep("type", *(text for text, found in kinds.items() if found is None))
    told.titles = _values(dataset.get("dc:title")) or _values(dataset.get("title"))
    told.descriptions = _values(dataset.get("dc:description")) or _values(dataset.get("description"))
    told.languages = _texts(dataset.get("language"))
    told.keywords = _values(dataset.get("keyword"))
    for theme in (*_list(dataset.get("theme")), *_list(dataset.get("superTheme"))):
        text = _name(theme)
        address = theme.get("@id") if isinstance(theme, dict) else text
        if isinstance(address, str) and normalise_url(address):
            told.topics.append(Topic(address, [] if text == address else [(text, None)]))
        elif text:
            told.topics.append(Topic(None, [(text, None)]))
    told.details["citation"] = _text(dataset.get("citation"))
    told.details["url"] = _text(dataset.get("endpointURL"))
    told.details["documentation"] = _text(dataset.get("endpointDescription"))
    told.details["update_frequency"] = _text(dataset.get("accrualPeriodicity"))


def _place_and_time(dataset: Json, told: Described) -> None:
    for place in _list(dataset.get("spatial")):
        text = orjson.dumps(place).decode() if isinstance(place, dict) and "coordinates" in place else _name(place)
        if shape := find_shape(text):
            told.spatial = told.spatial or shape
        elif text:
            told.places += [part for each in text.split(";") if (part := each.strip())]
    for period in _list(dataset.get("temporal")):
        text = _period_text(period)
        told.temporal = told.temporal or find_period(text)
        if text and find_period(text) is None:
            told.keep("temporal", text)
    for name in ("issued", "modified", "created"):
        texts = _texts(dataset.get(name)) + _texts(dataset.get(f"dc:{name}"))
        told.dates[name] = [text for text in texts if not text.startswith("R/")]
    repeating = next((text for text in _texts(dataset.get("modified")) if text.startswith("R/")), "")
    told.details["update_frequency"] = told.details.get("update_frequency") or repeating


def _period_text(period: object) -> str:
    if isinstance(period, dict):
        return f"start={_text(period.get('startDate'))}; end={_text(period.get('endDate'))}"
    return _text(period)


def _identity(dataset: Json, told: Described) -> None:
    told.identifiers = _texts(dataset.get("identifier")) + _texts(dataset.get("otherIdentifier"))
    told.identifiers += _texts(dataset.get("dc:identifier")) + _texts(dataset.get("@id"))
    pages = _texts(dataset.get("landingPage")) + _texts(dataset.get("references"))
    told.pages = [page for page in pages if normalise_url(page)]
    if described_by := _text(dataset.get("describedBy")):
        _relate(told, described_by)
    for standard in _texts(dataset.get("conformsTo")):
        _relate(told, standard)
    if whole := _text(dataset.get("isPartOf")):
        told.keep("isPartOf", whole)
    told.keep("version", *_texts(dataset.get("version")))


def _relate(told: Described, target: str) -> None:
    if normalise_url(target):
        told.relations.append(Relation(type="references", target=target))
    else:
        told.keep("references", target)


def _people(dataset: Json, told: Described) -> None:
    for name in ("publisher", "creator"):
        for agent in _list(dataset.get(name)):
            told.agents.append((name, [(_name(agent), None)]))
            if isinstance(agent, dict):
                told.keep("partOf", *(_name(part) for part in _list(agent.get("subOrganizationOf"))))
    for contact in _list(dataset.get("contactPoint")):
        if name := _name(contact):
            told.contacts.append(Contact(name=name))


def _terms_of_use(dataset: Json, told: Described) -> None:
    told.licences = [(text, None) for text in _texts(dataset.get("license"))]
    told.rights = [*_values(dataset.get("rights")), *((text, None) for text in _texts(dataset.get("accessRights")))]
    level = _text(dataset.get("accessLevel"))
    told.access = _ACCESS.get(level.lower())
    if level and told.access is None:
        told.keep("accessLevel", level)
    for file in _list(dataset.get("distribution")):
        if isinstance(file, dict) and not told.licences:
            told.licences += [(text, None) for text in _texts(file.get("license"))]


def _files(dataset: Json, told: Described) -> None:
    for file in _list(dataset.get("distribution")):
        if not isinstance(file, dict):
            continue
        wanted: tuple[tuple[LinkRelation, str], ...] = (
            ("api" if _text(file.get("format")).lower() == "api" else "data", "downloadURL"),
            ("api" if _text(file.get("format")).lower() == "api" else "document", "accessURL"),
        )
        for rel, key in wanted:
            address = _text(file.get(key))
            if normalise_url(address):
                told.links.append(_link(file, address, rel))
        for name in ("description", "conformsTo", "describedBy", "describedByType"):
            told.keep(f"distribution/{name}", *_texts(file.get(name)))


def _link(file: Json, address: str, rel: LinkRelation) -> Link:
    title = _text(file.get("title")) or _text(file.get("format"))
    stated = filter(None, (_text(file.get("mediaType")), _text(file.get("format"))))
    size = file.get("byteSize")
    return Link(
        url=address,
        name=LangText({UNDETERMINED: title}) if title else LangText(),
        rel=rel,
        media_type=next(filter(None, map(find_media_type, stated)), None) if rel != "api" else None,
        bytes=size if isinstance(size, int) and 0 <= size < 2**53 and rel == "data" else None,
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _name(value: object) -> str:
    """Give what a thing is called: a text is its own name."""
    if not isinstance(value, dict):
        return _text(value)
    keys = ("name", "fn", "prefLabel", "title", "hasName", "identifier", "@id")
    return next(filter(None, (_text(value.get(key)) for key in keys)), "")


def _text(value: object) -> str:
    if isinstance(value, list):
        return next(filter(None, map(_text, value)), "")
    if isinstance(value, dict):
        return _text(value.get("@value") or value.get("@id") or value.get("fn") or value.get("name"))
    return "" if value is None or isinstance(value, bool) else str(value).strip()


def _texts(value: object) -> list[str]:
    return list(filter(None, map(_text, _list(value))))


def _values(value: object) -> list[Value]:
    """Give texts with their languages: plain, as JSON-LD writes them, or as an object of languages."""
    found: list[Value] = []
    for item in _list(value):
        if isinstance(item, dict) and "@value" in item:
            found.append((_text(item), str(item.get("@language") or "") or None))
        elif isinstance(item, dict):
            found += [(_text(text), language) for language, text in item.items() if not language.startswith("@")]
        else:
            found.append((_text(item), None))
    return [(text, language) for text, language in found if text]


def _leaves(value: object) -> list[str]:
    waiting, found = [value], []
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, dict):
            waiting = [*item.values(), *waiting]
        elif isinstance(item, list):
            waiting = [*item, *waiting]
        elif item is not None:
            found.append(str(item))
    return found


_READERS: tuple[Callable[[Json, Described], None], ...] = (
    _words, _place_and_time, _identity, _people, _terms_of_use, _files,
)  # fmt: skip
