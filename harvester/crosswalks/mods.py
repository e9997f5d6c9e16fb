"""MODS 3 (Library of Congress) → Record: one function a target field; the rest goes to ``extra``. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from harvester.crosswalks import dc_terms, dc_types
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_elements import Value, Values
from harvester.crosswalks.described import Described, Topic, to_record
from harvester.crosswalks.iso_elements import find_all, find_one
from harvester.crosswalks.xml_records import language_at, read_xml, text_of, texts_at, to_rest, values_at
from harvester.raw import RawRecord
from harvester.xml import local_name
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_url
from vocabularies.parts import RelationType
from vocabularies.record import Link, LinkRelation, Relation
from vocabularies.text import UNDETERMINED, LangText

NAME = "mods"
_HREF = "{http://www.w3.org/1999/xlink}href"
_TYPES: Mapping[str, str] = {"cartographic": "dataset", "software, multimedia": "resource", "text": "resource"}
_RELATIONS: Mapping[str, RelationType] = {
    "host": "isPartOf", "series": "isPartOf", "constituent": "hasPart", "preceding": "replaces",
    "succeeding": "isReplacedBy", "references": "references", "otherversion": "isVersionOf",
    "otherformat": "isVersionOf", "original": "isVersionOf",
}  # fmt: skip
_CREATORS = frozenset(
    {"", "creator", "cre", "author", "aut", "artist", "art", "cartographer", "ctg", "compiler", "com"}
)
_ROLES: Mapping[str, str] = {
    "publisher": "publisher", "pbl": "publisher", "funder": "funder", "fnd": "funder", "sponsor": "funder",
    "spn": "funder", "copyright holder": "rightsHolder", "cph": "rightsHolder",
}  # fmt: skip
_MAPPED = frozenset({
    "titleInfo", "abstract", "language", "name", "subject/topic", "subject/geographic", "subject/cartographics",
    "subject/hierarchicalGeographic", "subject/name", "subject/titleInfo", "subject/occupation", "originInfo/publisher",
    "originInfo/dateIssued", "originInfo/dateCreated", "originInfo/copyrightDate", "typeOfResource", "genre",
    "identifier", "location/url", "accessCondition", "physicalDescription/internetMediaType",
    "physicalDescription/extent", "recordInfo/recordChangeDate", "recordInfo/recordCreationDate",
    "recordInfo/languageOfCataloging", "classification",
})  # fmt: skip


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that a ``mods`` element describes, or the problem that stands in the way."""
    return read_xml(raw, "mods", lambda root: to_record(to_described(root), raw, context, namespace=NAME))


def to_described(root: etree._Element) -> Described:
    """Give what the element says."""
    told = Described(languages=texts_at(root, "language/languageTerm") or texts_at(root, "language"))
    told.kind, told.kinds = to_type(root)
    told.titles = to_titles(root)
    told.descriptions = values_at(root, "abstract")
    told.agents = to_agents(root)
    told.dates = to_dates(root)
    told.identifiers, told.links = to_identifiers(root), to_links(root)
    told.pages = [link.url for link in told.links if link.rel == "landing"]
    told.relations = to_relations(root)
    _subjects(root, told)
    _beside_names(root, told)
    _rights(root, told)
    told.details["format"] = "; ".join(texts_at(root, "physicalDescription/internetMediaType"))
    told.details["pages"] = "; ".join(texts_at(root, "physicalDescription/extent"))
    if told.kind != "resource":
        told.keep("physicalDescription/extent", told.details["pages"])
    for each in find_all(root, "classification"):
        told.keep(f"classification/{each.get('authority') or 'unnamed'}", text_of(each))
    for path, texts in to_rest(root, _MAPPED).items():
        told.keep(path, *texts)
    return told


def to_type(root: etree._Element) -> tuple[str, list[str]]:
    """Give the record type that the genre stands for, else the type of resource."""
    genres, types = texts_at(root, "genre"), texts_at(root, "typeOfResource")
    record_type, kinds = dc_types.to_type(genres)
    if record_type == dc_types.DEFAULT_TYPE:
        record_type = next((found for text in types if (found := _TYPES.get(text.lower()))), record_type)
    return record_type, [*kinds, *(text for text in types if text.lower() != "text")]


def to_titles(root: etree._Element) -> list[Value]:
    """Give the titles with their articles, subtitles and parts, the one without a type first (MODS titleInfo)."""
    found = sorted(find_all(root, "titleInfo"), key=lambda each: bool(each.get("type")))
    return [(title, language_at(each)) for each in found if (title := _title(each))]


def _title(element: etree._Element) -> str:
    head = " ".join(texts_at(element, "nonSort")[:1] + texts_at(element, "title")[:1])
    sub = texts_at(element, "subTitle")
    main = f"{head.rstrip(' :')}: {sub[0]}" if head and sub else head
    return ". ".join(filter(None, (main, *texts_at(element, "partNumber", "partName"))))


def to_agents(root: etree._Element) -> list[tuple[str, Values]]:
    """Give who made, published and paid for it; a name without a role is a creator's."""
    found: list[tuple[str, Values]] = []
    for name in find_all(root, "name"):
        roles = [text.lower().rstrip(".") for text in texts_at(name, "role/roleTerm")] or [""]
        role = next((_ROLES[text] for text in roles if text in _ROLES), "contributor")
        role = "creator" if _CREATORS & set(roles) else role
        if text := _name(name):
            found.append((role, [(text, language_at(name))]))
    return found + [("publisher", [value]) for value in values_at(root, "originInfo/publisher")]


def _name(name: etree._Element) -> str:
    parts = {kind: text_of(each) for each in find_all(name, "namePart") if (kind := each.get("type") or "")}
    plain = ", ".join(text for each in find_all(name, "namePart") if not each.get("type") and (text := text_of(each)))
    given = ", ".join(filter(None, (parts.get("family"), parts.get("given"))))
    return plain or given or text_of(find_one(name, "displayForm"))


def to_dates(root: etree._Element) -> dict[str, list[str]]:
    """Give when it was issued (the start of a range), made, and when the description changed."""
    issued = _dates(root, "dateIssued") or _dates(root, "copyrightDate") or _dates(root, "dateCreated")
    changed = texts_at(root, "recordInfo/recordChangeDate") or texts_at(root, "recordInfo/recordCreationDate")
    modified = [found for text in changed if (found := _compact(text))]
    return {"issued": issued[:1], "created": _dates(root, "dateCreated")[:1], "modified": modified}


def _dates(root: etree._Element, name: str) -> list[str]:
    found = sorted(find_all(root, f"originInfo/{name}"), key=lambda each: each.get("keyDate") != "yes")
    texts = [text_of(each) for each in found if each.get("point") != "end"]
    return [text for text in texts if find_date(text)] or [text for text in texts if text]


def _compact(text: str) -> str | None:
    """Read what libraries write, ``20110330`` or ``20110330094512.0``, beside other dates."""
    digits = text.partition(".")[0]
    if digits.isdecimal() and len(digits) in {8, 14}:
        return find_date(f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}")
    return find_date(text)


def to_identifiers(root: etree._Element) -> list[str]:
    """Give the identifiers that are not marked as wrong."""
    return [text for each in find_all(root, "identifier") if each.get("invalid") != "yes" and (text := text_of(each))]


def to_links(root: etree._Element) -> list[Link]:
    """Give the addresses; the page about the thing is the primary one, or one that shows it in its context."""
    found: dict[str, Link] = {}
    urls = sorted(find_all(root, "location/url"), key=lambda each: not (each.get("usage") or "").startswith("primary"))
    for each in urls:
        url, access = text_of(each), (each.get("access") or "").lower()
        if normalise_url(url) is None or url in found:
            continue
        rel: LinkRelation = "document" if access == "raw object" else "cover" if access == "preview" else "landing"
        if any(link.rel == "landing" for link in found.values()) and rel == "landing":
            rel = "document"
        name = each.get("displayLabel") or each.get("note") or ""
        found[url] = Link(url=url, rel=rel, name=LangText({UNDETERMINED: name} if name else {}))
    return list(found.values())


def to_relations(root: etree._Element) -> list[Relation]:
    """Give the related items that have an address or DOI; the others are kept as texts."""
    found: list[Relation] = []
    for each in find_all(root, "relatedItem"):
        for text in texts_at(each, "identifier", "location/url"):
            target = f"https://doi.org/{text}" if text.startswith("10.") else text
            if normalise_url(target):
                kind = (each.get("type") or "").lower()
                title = next(iter(to_titles(each)), None)
                label = LangText({UNDETERMINED: title[0]} if title else {})
                found.append(Relation(type=_RELATIONS.get(kind, "related"), target=target, title=label))
                break
    return found


def _subjects(root: etree._Element, told: Described) -> None:
    """Sort the subjects: places, positions, and everything a person would search by."""
    for subject in find_all(root, "subject"):
        address = subject.get("valueURI") or ""
        texts = values_at(subject, "topic") + values_at(subject, "occupation")
        texts += [(_name(name), language_at(name)) for name in find_all(subject, "name") if _name(name)]
        texts += to_titles(subject)
        if len(texts) == 1 and normalise_url(address):
            told.topics.append(Topic(address, tuple(texts)))
        else:
            told.keywords += texts
        told.places += [text.rstrip(".") for text in texts_at(subject, "geographic")]
        for place in find_all(subject, "hierarchicalGeographic"):
            told.places += texts_at(place, "country")[:1] or [text_of(place)]
            finer = [text_of(part) for part in place if local_name(part) != "country"]
            told.keep("subject/hierarchicalGeographic", *(finer if find_all(place, "country") else ()))
        told.keep("subject/cartographics/scale", *texts_at(subject, "cartographics/scale"))
        for text in texts_at(subject, "cartographics/coordinates"):
            position = dc_terms.find_position(text)
            told.spatial = told.spatial or (position[0] if position else None)
            if position is None:
                told.keep("subject/cartographics/coordinates", text)


def _beside_names(root: etree._Element, told: Described) -> None:
    """Keep what is said of those who made it, beside their names: where they work, and their address in a list."""
    told.keep("name/affiliation", *texts_at(root, "name/affiliation"))
    told.keep("name/valueURI", *(each.get("valueURI", "") for each in find_all(root, "name")))


def _rights(root: etree._Element, told: Described) -> None:
    for each in find_all(root, "accessCondition"):
        if (address := (each.get(_HREF) or "").strip()) and dc_terms.find_licence(address):
            told.licences.append((address, None))
        if text := text_of(each):
            told.rights.append((text, language_at(each)))
