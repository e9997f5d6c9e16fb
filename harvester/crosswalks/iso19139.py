"""ISO 19115 metadata (ISO 19139 and 19115-3 XML) → Record: one function a target field, by local names. Pure."""

from __future__ import annotations

from typing import Any

from lxml import etree
from pydantic import ValidationError

from harvester.crosswalks import dc_identifiers, dc_terms, dc_types, iso_parties, iso_rest
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_elements import Value
from harvester.crosswalks.iso_elements import (
    Locales,
    code_at,
    date_in,
    descendants,
    find_all,
    find_one,
    href_of,
    plain_text,
    text_at,
    to_box,
    to_code,
    to_lang_text,
    to_locales,
    to_period,
    to_values,
)
from harvester.crosswalks.online_resources import link_relation
from harvester.crosswalks.provenance import provenance_of
from harvester.raw import RawRecord
from harvester.xml import parse_fragment
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_url
from vocabularies.problems import problem
from vocabularies.record import (
    Access,
    Dates,
    Keyword,
    Link,
    Publisher,
    Record,
    Relation,
    Spatial,
    new_record,
)
from vocabularies.text import UNDETERMINED, LangText

NAME = "iso19139"
_SCOPES = {"nongeographicdataset": "dataset", "series": "dataset", "feature": "dataset", "software": "service",
           "application": "service", "document": "resource", "model": "dataset", "collection": "dataset",
           "dataset": "dataset", "service": "service", "tile": "dataset", "repository": "service",
           "fieldsession": "project", "initiative": "project", "sample": "dataset"}  # fmt: skip
_OPEN = frozenset({"", "unclassified", "unrestricted"})


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that an ISO metadata element describes, or the problem that stands in the way.

    Names, roles and organisations of contacts are kept, their addresses are not: nobody agreed to publish them.
    """
    try:
        root = parse_fragment(raw.payload)
        return Parsed(_to_record(root, raw, context))
    except etree.XMLSyntaxError as error:
        line, column = error.position
        return Parsed(None, (problem("XML_SYNTAX", "", str(error.msg), line=str(line), column=str(column)),))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"{where}: {first['msg']}"),))


def _to_record(root: etree._Element, raw: RawRecord, context: Context) -> Record:
    languages, locales = to_locales(root)
    own = languages[0] if languages else context.default_language or UNDETERMINED
    identification = find_one(root, "identificationInfo/*")
    about = identification if identification is not None else root
    citation = find_one(about, "citation/CI_Citation")
    title = to_lang_text(find_one(about, "citation/CI_Citation/title"), own, locales)
    record_type, kinds = to_type(root)
    topics = to_topics(about, own, locales)
    keywords = (*topics.keywords.values(), *to_categories(about, topics))
    places = to_places(about, own, locales)
    identifiers = dc_identifiers.to_identifiers(raw.identifier, _identifiers(citation))
    links = to_links(root, own, locales, identifiers.landing_url)
    landing = next((link.url for link in links if link.rel == "landing"), None)
    licence, rights, access = to_rights(about, own, locales)
    contacts, agents = iso_parties.to_parties(root, about, own=own, locales=locales)
    dates = to_dates(root, citation)
    extents = list(descendants(about, "EX_GeographicBoundingBox"))
    return new_record(
        record_type,
        id=dc_identifiers.local_record_id(context.source_id, raw.identifier),
        title=title,
        summary=to_lang_text(find_one(about, "abstract"), own, locales, lines=True),
        languages=tuple(dict.fromkeys((*languages, *(tag for tag in title if tag != UNDETERMINED)))),
        publisher=Publisher(node=context.source_id, name=LangText({own: context.source_name})),
        country_regions=places or ((context.country,) if context.country else dc_terms.countries_named(topics)),
        spatial=to_place(extents),
        temporal=next((found for each in descendants(about, "EX_TemporalExtent") if (found := to_period(each))), None),
        **{name: tuple(ids) for name, ids in topics.terms.items()},
        keywords=keywords,
        source_ids=tuple(identifiers.source_ids.values()),
        links=links,
        contacts=contacts,
        organizations=agents,
        license=licence,
        rights=rights,
        **({"access": access} if access else {}),
        dates=dates,
        relations=to_relations(root, about, context.source_id),
        provenance=(provenance_of(raw, context, landing),),
        details=_details(record_type, kinds, about, links=links, issued=dates.issued),
        extra=iso_rest.to_extra(root, about, len(extents), kinds),
    )


def to_type(root: etree._Element) -> tuple[str, list[str]]:
    """Give the record type of the hierarchy level (MD_ScopeCode), else a dataset, and the levels that say more."""
    paths = ("hierarchyLevel/MD_ScopeCode", "metadataScope/MD_MetadataScope/resourceScope/MD_ScopeCode")
    levels = [code for path in paths for each in find_all(root, path) if (code := to_code(each))]
    for level in levels:
        if found := _SCOPES.get(level.lower()):
            return found, [other for other in levels if other.lower() != found]
    return ("dataset", []) if not levels else dc_types.to_type(levels)


def to_dates(root: etree._Element, citation: etree._Element | None) -> Dates:
    """Give when the metadata changed, and when the thing was published (else made)."""
    stamps = [date for name in ("dateStamp", "dateInfo") for each in find_all(root, name) if (date := date_in(each))]
    found: dict[str, str] = {}
    for each in [] if citation is None else find_all(citation, "date/CI_Date"):
        kind = code_at(each, "dateType/CI_DateTypeCode").lower()
        if date := date_in(each):
            found.setdefault(kind, date)
    issued = found.get("publication") or found.get("released") or found.get("creation") or found.get("revision")
    return Dates(created=found.get("creation"), issued=issued, modified=max(stamps, default=None))


def to_topics(about: etree._Element, own: str, locales: Locales) -> dc_terms.Topics:
    """Give the terms that keywords name; a keyword with translations is one keyword with all its languages."""
    topics = dc_terms.Topics()
    for group in find_all(about, "descriptiveKeywords/MD_Keywords"):
        if code_at(group, "type/MD_KeywordTypeCode").lower() == "place":
            continue
        for keyword in find_all(group, "keyword"):
            _sort_in(keyword, to_values(keyword, own, locales), topics)
    return topics


def _sort_in(keyword: etree._Element, values: list[Value], topics: dc_terms.Topics) -> None:
    uri = href_of(keyword)
    for text in [*(text for text, _ in values), *([uri] if uri else [])]:
        if found := dc_terms.find_topic(text):
            kept = topics.terms.setdefault(found[0], [])
            if found[1] not in kept:
                kept.append(found[1])
            return
    texts = {language or UNDETERMINED: text for text, language in reversed(values)}
    if texts and values[0][0] not in topics.keywords:
        address = uri if uri and normalise_url(uri) else None
        topics.keywords[values[0][0]] = Keyword(label=LangText(texts), uri=address)


def to_categories(about: etree._Element, topics: dc_terms.Topics) -> tuple[Keyword, ...]:
    """Give the topic categories (MD_TopicCategoryCode), English codes, that are no keyword already."""
    codes = [text_at(each, "MD_TopicCategoryCode") for each in find_all(about, "topicCategory")]
    new = [code for code in dict.fromkeys(codes) if code and code not in topics.keywords]
    return tuple(Keyword(label=LangText({"en": code})) for code in new)


def to_places(about: etree._Element, own: str, locales: Locales) -> tuple[str, ...]:
    """Give the countries and regions that place keywords and geographic descriptions name."""
    named: list[str] = []
    for group in find_all(about, "descriptiveKeywords/MD_Keywords"):
        if code_at(group, "type/MD_KeywordTypeCode").lower() == "place":
            named += [text for each in find_all(group, "keyword") for text, _ in to_values(each, own, locales)]
    for each in descendants(about, "EX_GeographicDescription"):
        named += [text for code in descendants(each, "code") for text, _ in to_values(code, own, locales)]
    found = (dc_terms.find_place(text) for text in named)
    return tuple(dict.fromkeys(place for place in found if place))


def to_place(boxes: list[etree._Element]) -> Spatial | None:
    """Give the first box whose numbers are degrees."""
    return next((found for each in boxes if (found := to_box(each))), None)


def to_links(root: etree._Element, own: str, locales: Locales, landing: str | None) -> tuple[Link, ...]:
    """Give the online resources; the first that is no download and no service is the landing page."""
    links: dict[str, Link] = {}
    has_landing = False
    for path in ("CI_OnlineResource", "SV_OperationMetadata"):
        for each in descendants(root, path):
            if _is_of_a_party(each):
                continue
            address = text_at(each, "linkage" if path == "CI_OnlineResource" else "connectPoint/*/linkage")
            if not address or address in links or normalise_url(address) is None:
                continue
            kind = f"{text_at(each, 'protocol')} {code_at(each, 'function/CI_OnLineFunctionCode')}"
            rel = link_relation(address, kind, has_landing=has_landing)
            has_landing = has_landing or rel == "landing"
            names = (to_lang_text(find_one(each, name), own, locales) for name in ("name", "description"))
            links[address] = Link(url=address, name=next(filter(None, names), LangText()), rel=rel)
    if landing and not has_landing and landing not in links:
        links[landing] = Link(url=landing, rel="landing")
    return tuple(links.values())


def _is_of_a_party(online: etree._Element) -> bool:
    return any(local in {"CI_Contact", "CI_Citation", "MD_BrowseGraphic"} for local in _ancestors(online))


def _ancestors(element: etree._Element) -> list[str]:
    return [etree.QName(each).localname for each in element.iterancestors()]


def to_rights(about: etree._Element, own: str, locales: Locales) -> tuple[str | None, LangText, Access | None]:
    """Give the licence, what else the constraints say, and the access a classification states."""
    values: list[Value] = []
    for group in find_all(about, "resourceConstraints/*"):
        for name in ("useLimitation", "otherConstraints", "reference", "useConstraints", "accessConstraints"):
            for each in find_all(group, name):
                texts = to_values(each, own, locales)
                address = href_of(each)
                values += [(address, own), *texts] if address and dc_terms.find_licence(address) else texts
    licence, rights, access = dc_terms.to_rights(list(dict.fromkeys(values)), own)
    groups = find_all(about, "resourceConstraints/*")
    secret = [code_at(each, "classification/MD_ClassificationCode").lower() for each in groups]
    return licence, rights, Access(level="restricted") if any(code not in _OPEN for code in secret) else access


def to_relations(root: etree._Element, about: etree._Element, source_id: str) -> tuple[Relation, ...]:
    """Give the parent record, and the data a service works on; both are named by identifiers of the same source."""
    parent = text_at(root, "parentIdentifier") or _code(find_one(root, "parentMetadata"))
    found = [Relation(type="isPartOf", target=dc_identifiers.local_record_id(source_id, parent))] if parent else []
    for each in find_all(about, "operatesOn"):
        if reference := each.get("uuidref"):
            found.append(Relation(type="related", target=dc_identifiers.local_record_id(source_id, reference)))
    return tuple(dict.fromkeys(found))


def _identifiers(citation: etree._Element | None) -> list[str]:
    if citation is None:
        return []
    codes = [_code(each) for each in find_all(citation, "identifier")]
    numbers = [text_at(citation, name) for name in ("ISBN", "ISSN")]
    return [text for text in (*codes, *numbers) if text]


def _code(element: etree._Element | None) -> str:
    if element is None:
        return ""
    code = next(iter(descendants(element, "code")), element)
    return plain_text(code)


def _details(
    record_type: str, kinds: list[str], about: etree._Element, *, links: tuple[Link, ...], issued: str | None
) -> dict[str, Any]:
    if record_type == "dataset":
        frequency = next((to_code(each) for each in descendants(about, "MD_MaintenanceFrequencyCode")), "")
        return {"update_frequency": frequency} if frequency else {}
    if record_type == "service":
        kind = text_at(about, "serviceType/LocalName") or text_at(about, "serviceType")
        url = next((link.url for link in links if link.rel == "api"), links[0].url if links else None)
        return {"url": url, "api_type": kind or None}
    if record_type == "resource":
        return {"resource_types": tuple(kinds), "publication_date": issued}
    return {}
