"""What a catalogue says of one dataset or service, read from any spelling of DCAT, and the Record made of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from harvester.crosswalks import dc_elements, dc_identifiers, dc_terms
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_elements import Value, Values
from harvester.crosswalks.dc_terms import Topics
from harvester.crosswalks.language_codes import find_language
from harvester.crosswalks.provenance import provenance_of
from harvester.raw import RawRecord
from vocabularies.identifiers import normalise_doi, normalise_url
from vocabularies.record import (
    Access,
    AccessLevel,
    Agent,
    Contact,
    DatasetDetails,
    Dates,
    Keyword,
    Link,
    Publisher,
    Record,
    Relation,
    ResourceDetails,
    ServiceDetails,
    Spatial,
    Temporal,
    new_record,
)
from vocabularies.text import UNDETERMINED, LangText

_WEB = ("http://", "https://")
_DATA_THEMES: Mapping[str, str] = {
    "AGRI": "Agriculture, fisheries, forestry and food", "ECON": "Economy and finance", "ENER": "Energy",
    "EDUC": "Education, culture and sport", "ENVI": "Environment", "GOVE": "Government and public sector",
    "HEAL": "Health", "INTR": "International issues", "JUST": "Justice, legal system and public safety",
    "REGI": "Regions and cities", "SOCI": "Population and society", "TECH": "Science and technology",
    "TRAN": "Transport",
}  # fmt: skip
"""The EU's data themes (Publications Office, authority table data-theme), whose addresses come without labels."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A theme: its address, where it has one, and its labels."""

    address: str | None
    labels: Values = ()


@dataclass(slots=True)
class Described:
    """One thing as its catalogue describes it; texts carry the language that was stated, or None.

    ``kind`` is the record type, ``subtype`` what it is more exactly; ``pages`` are candidates for the landing page,
    best first; ``typed_ids`` are identifiers whose scheme is known. ``kinds`` say more than the type; creators of a
    publication are its authors. ``rest`` is what has no place in a Record, by name.
    """

    kind: str = "dataset"
    subtype: str | None = None
    titles: list[Value] = field(default_factory=list)
    descriptions: list[Value] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    keywords: list[Value] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    spatial: Spatial | None = None
    temporal: Temporal | None = None
    identifiers: list[str] = field(default_factory=list)
    typed_ids: list[tuple[str, str]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    taxa: list[str] = field(default_factory=list)
    methods: list[Value] = field(default_factory=list)
    sources: list[Value] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    licences: list[Value] = field(default_factory=list)
    rights: list[Value] = field(default_factory=list)
    access: AccessLevel | None = None
    dates: dict[str, list[str]] = field(default_factory=dict)
    agents: list[tuple[str, Values]] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    details: dict[str, str] = field(default_factory=dict)
    rest: dict[str, list[str]] = field(default_factory=dict)

    def keep(self, name: str, *texts: str) -> None:
        """Keep texts that have no place of their own."""
        kept = self.rest.setdefault(name, [])
        kept.extend(text for text in texts if text and text not in kept)


def to_record(told: Described, raw: RawRecord, context: Context, *, namespace: str) -> Record:
    """Give the record; ``namespace`` is the key of ``extra`` under which the rest is kept."""
    languages = _languages(told)
    fallback = dc_elements.unlabelled_language(languages, context.default_language)
    title, further = dc_elements.to_title(told.titles, fallback)
    told.keep("title", *(text for text in further if text not in title.values()))
    topics = _topics(told, fallback)
    countries = _countries(told)
    identifiers = _identifiers(told, raw)
    dates = _dates(told)
    licence, rights, access = dc_terms.to_rights([*told.licences, *told.rights], fallback)
    fields: dict[str, Any] = {
        "title": title,
        "summary": dc_elements.to_summary(told.descriptions, fallback),
        "languages": languages or tuple(tag for tag in title if tag != UNDETERMINED),
        "country_regions": countries or ((context.country,) if context.country else dc_terms.countries_named(topics)),
        "spatial": told.spatial,
        "temporal": told.temporal,
        **{name: tuple(ids) for name, ids in topics.terms.items()},
        "keywords": tuple(topics.keywords.values()),
        "source_ids": tuple(identifiers.source_ids.values()),
        "links": tuple(_unique_links([*identifiers.links.values(), *told.links])),
        "contacts": tuple(told.contacts),
        "organizations": _agents(told, fallback),
        "relations": tuple({relation.target: relation for relation in told.relations}.values()),
        "license": licence,
        "rights": rights,
        "access": Access(level=told.access) if told.access else access or Access(),
        "dates": dates,
        **_details(told, identifiers, issued=dates.issued, fallback=fallback),
    }
    return new_record(
        told.kind,
        subtype=told.subtype,
        id=dc_identifiers.local_record_id(context.source_id, raw.identifier),
        publisher=Publisher(
            node=context.source_id, name=LangText({context.default_language or UNDETERMINED: context.source_name})
        ),
        provenance=(provenance_of(raw, context, identifiers.landing_url),),
        extra=_extra(told, namespace),
        **fields,
    )


def _languages(told: Described) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in told.languages:
        language = find_language(text.rstrip("/").rpartition("/")[2] if text.startswith(_WEB) else text)
        if language is None:
            told.keep("language", text)
        else:
            found[language] = None
    return tuple(found)


def _topics(told: Described, fallback: str) -> Topics:
    topics = dc_terms.to_topics(told.keywords, fallback)
    for topic in told.topics:
        texts = [text for text, _ in topic.labels]
        found = next(filter(None, map(dc_terms.find_topic, filter(None, (topic.address, *texts)))), None)
        if found is not None:
            kept = topics.terms.setdefault(found[0], [])
            if found[1] not in kept:
                kept.append(found[1])
            continue
        key = topic.address or (texts[0] if texts else "")
        if key and key not in topics.keywords:
            topics.keywords[key] = Keyword(label=_label(topic, fallback), uri=topic.address)
    return topics


def _label(topic: Topic, fallback: str) -> LangText:
    code = topic.labels[0][0] if len(topic.labels) == 1 else ""
    if code in _DATA_THEMES:
        return LangText({"en": _DATA_THEMES[code]})
    if topic.labels:
        return dc_elements.to_text(topic.labels, fallback)
    name = (topic.address or "").rstrip("/#").replace("#", "/").rpartition("/")[2]
    known = _DATA_THEMES.get(name) if "/data-theme/" in (topic.address or "") else None
    return LangText({"en": known}) if known else LangText({UNDETERMINED: name or topic.address or ""})


def _countries(told: Described) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in told.places:
        short = text.rpartition("/")[2] if "/authority/country/" in text else text
        place = dc_terms.find_place(short)
        if place is None:
            told.keep("spatial", text)
        else:
            found[place] = None
    return tuple(found)


def _identifiers(told: Described, raw: RawRecord) -> dc_identifiers.Identifiers:
    plain = [text for text in told.identifiers if not text.startswith(_WEB)]
    found = dc_identifiers.to_identifiers(raw.identifier, [*told.pages[:1], *plain])
    for text in dict.fromkeys([raw.identifier, *told.identifiers]):
        if not text.startswith(_WEB):
            continue
        if doi := normalise_doi(text):
            found.add("doi", doi)
        elif normalise_url(text):
            found.add("url", text)
    for scheme, value in told.typed_ids:
        found.add(scheme, value)
    for page in told.pages[1:]:
        if (url := normalise_url(page)) and url not in found.links:
            found.links[url] = Link(url=page, rel="document")
    return found


def _unique_links(links: Iterable[Link]) -> list[Link]:
    found: dict[str, Link] = {}
    for link in links:
        first = found.setdefault(link.url, link)
        if link.name and not first.name:
            found[link.url] = first.model_copy(update={"name": link.name})
    return list(found.values())


def _agents(told: Described, fallback: str) -> tuple[Agent, ...]:
    found: dict[tuple[str, str], Agent] = {}
    for role, names in told.agents:
        if role == "creator" and told.kind == "resource":
            continue
        name = dc_elements.to_title(names, fallback)[0]
        if name:
            found.setdefault((role, next(iter(name.values()))), Agent(role=role, name=name))
    return tuple(found.values())


def _dates(told: Described) -> Dates:
    found: dict[str, str] = {}
    for name, texts in told.dates.items():
        read = sorted(filter(None, map(find_date, texts)))
        if read:
            found[name] = read[0] if name == "issued" else read[-1]
        told.keep(name, *(text for text in texts if find_date(text) is None))
    return Dates(**found)


def _details(
    told: Described, identifiers: dc_identifiers.Identifiers, *, issued: str | None, fallback: str
) -> dict[str, Any]:
    text = told.details
    if told.kind not in {"dataset", "service", "resource"}:
        told.keep("citation", text.get("citation", ""))
    if told.kind != "resource":
        told.keep("type", *told.kinds)
        told.keep("source", *(value for value, _ in told.sources))
        told.keep("format", text.get("format", ""))
    if told.kind != "dataset":
        told.keep("updateFrequency", text.get("update_frequency", ""))
        told.keep("taxa", *told.taxa)
        told.keep("methods", *(value for value, _ in told.methods))
    details = {"service": _service, "resource": _resource, "dataset": _dataset}.get(told.kind)
    return {"details": details(told, identifiers, issued, fallback)} if details else {}


def _service(
    told: Described, identifiers: dc_identifiers.Identifiers, issued: str | None, fallback: str
) -> ServiceDetails:
    names = ("url", "api_type", "documentation")
    return ServiceDetails(**{name: told.details.get(name) or None for name in names})


def _resource(
    told: Described, identifiers: dc_identifiers.Identifiers, issued: str | None, fallback: str
) -> ResourceDetails:
    authors = [name for role, names in told.agents if role == "creator" for name in names[:1]]
    told.keep("citation", told.details.get("citation", ""))
    return ResourceDetails(
        resource_types=tuple(dict.fromkeys(told.kinds)),
        authors=dc_elements.to_agents(authors, "author", fallback),
        publication_date=issued,
        source=dc_elements.to_text(told.sources, fallback),
        isbn=next((value for scheme, value in identifiers.source_ids if scheme == "isbn"), None),
        pages=told.details.get("pages") or None,
        format=told.details.get("format") or None,
    )


def _dataset(
    told: Described, identifiers: dc_identifiers.Identifiers, issued: str | None, fallback: str
) -> DatasetDetails:
    return DatasetDetails(
        taxa=tuple(dict.fromkeys(told.taxa)),
        doi=next((value for scheme, value in identifiers.source_ids if scheme == "doi"), None),
        installation=told.details.get("installation") or None,
        update_frequency=told.details.get("update_frequency") or None,
        citation=told.details.get("citation") or None,
        methods=dc_elements.to_summary(told.methods, fallback),
    )


def _extra(told: Described, namespace: str) -> dict[str, JsonValue]:
    kept: dict[str, JsonValue] = {name: list(texts) for name, texts in told.rest.items() if texts}
    return {namespace: kept} if kept else {}
