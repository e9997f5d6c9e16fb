"""DataCite metadata (kernel 2 to 4; OpenAIRE's profile of it) → Record: one function a target field. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from harvester.crosswalks import dc_types
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_period
from harvester.crosswalks.dc_elements import Value, Values
from harvester.crosswalks.described import Described, Topic, to_record
from harvester.crosswalks.geojson import to_spatial
from harvester.crosswalks.iso_elements import find_all, find_one
from harvester.crosswalks.xml_records import language_at, read_xml, text_of, texts_at, to_rest, values_at
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_doi, normalise_url
from vocabularies.parts import RelationType
from vocabularies.record import Link, Relation, Spatial

NAME = "datacite"
_UNKNOWN = (":unac", ":unal", ":unap", ":unas", ":unav", ":unkn", ":none", ":null", ":tba")
"""Stand for a missing value (DataCite 4, appendix 3), also in brackets and before a word that explains them."""
_TYPES: Mapping[str, str] = {
    "interactiveresource": "service", "service": "service", "event": "event", "project": "project", "award": "project",
    "studyregistration": "project", "dataset": "dataset", "text": "resource", "collection": "resource",
    "software": "resource", "physicalobject": "resource", "workflow": "resource", "model": "resource",
}  # fmt: skip
_RELATIONS: Mapping[str, RelationType] = {
    "ispartof": "isPartOf", "haspart": "hasPart", "ispublishedin": "isPartOf", "isversionof": "isVersionOf",
    "obsoletes": "replaces", "isnewversionof": "replaces", "isobsoletedby": "isReplacedBy",
    "ispreviousversionof": "isReplacedBy", "references": "references", "cites": "references",
    "isdocumentedby": "references", "isderivedfrom": "derivedFrom", "isidenticalto": "sameAs",
}  # fmt: skip
_ROLES: Mapping[str, str] = {
    "funder": "funder", "sponsor": "funder", "rightsholder": "rightsHolder", "distributor": "publisher",
}  # fmt: skip
_MAPPED = frozenset({
    "identifier", "titles", "creators/creator/creatorName", "creators/creator/givenName", "creators/creator/familyName",
    "contributors/contributor/contributorName", "contributors/contributor/givenName",
    "contributors/contributor/familyName", "publisher", "publicationYear", "subjects", "language",
    "resourceType", "dates", "descriptions", "rightsList", "rights", "description",
    "licenseCondition", "file", "alternateIdentifiers", "relatedIdentifiers",
    "fundingReferences/fundingReference/funderName", "geoLocations", "formats",
})  # fmt: skip


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that a DataCite ``resource`` describes, or the problem that stands in the way.

    OpenAIRE's guidelines for literature repositories (v4) mix its elements with Dublin Core and some of their own.
    """
    return read_xml(raw, "resource", lambda root: to_record(to_described(root), raw, context, namespace=NAME))


def to_described(root: etree._Element) -> Described:
    """Give what the element says."""
    told = Described(languages=texts_at(root, "language"))
    told.kind, told.kinds = to_type(root)
    told.titles = to_titles(root)
    told.agents = to_agents(root)
    told.relations = to_relations(root)
    _describe(root, told)
    _date(root, told)
    _identify(root, told)
    _place(root, told)
    _subjects(root, told)
    _rights(root, told)
    told.details["format"] = "; ".join(texts_at(root, "formats/format"))
    for path, texts in to_rest(root, _MAPPED).items():
        told.keep(path, *texts)
    return told


def is_known(text: str) -> bool:
    """Say whether a text is more than a code for a missing value."""
    return bool(text) and not text.lower().lstrip("( ").startswith(_UNKNOWN)


def to_type(root: etree._Element) -> tuple[str, list[str]]:
    """Give the record type of resourceTypeGeneral, else of the words beside it, and what they say more."""
    element = find_one(root, "resourceType")
    if element is None:
        return dc_types.DEFAULT_TYPE, []
    general, words = (element.get("resourceTypeGeneral") or "").strip(), text_of(element)
    if found := _TYPES.get(general.lower()):
        kinds = [text for text in (general, words) if text and text.lower() not in {found, "text", "other"}]
        return found, list(dict.fromkeys(kinds))
    return dc_types.to_type([text for text in (general, words) if text and text.lower() != "other"])


def to_titles(root: etree._Element) -> list[Value]:
    """Give the titles, the one without a kind first: it is the title, the others are translations or subtitles."""
    found = sorted(find_all(root, "titles/title"), key=lambda each: bool(each.get("titleType")))
    return [(text, language_at(each)) for each in found if is_known(text := text_of(each))]


def to_agents(root: etree._Element) -> list[tuple[str, Values]]:
    """Give who made, published, helped with and paid for it."""
    found: list[tuple[str, str]] = []
    for creator in find_all(root, "creators/creator"):
        found.append(("creator", _name(creator, "creatorName")))
    for each in find_all(root, "contributors/contributor"):
        role = (each.get("contributorType") or "").lower()
        found.append((_ROLES.get(role, "contributor"), _name(each, "contributorName")))
    found += [("publisher", text) for text in texts_at(root, "publisher")]
    found += [("funder", text) for text in texts_at(root, "fundingReferences/fundingReference/funderName")]
    return [(role, [(name, None)]) for role, name in found if is_known(name)]


def _name(party: etree._Element, path: str) -> str:
    parts = (text_of(find_one(party, name)) for name in ("familyName", "givenName"))
    return text_of(find_one(party, path)) or ", ".join(filter(None, parts))


def to_relations(root: etree._Element) -> list[Relation]:
    """Give related identifiers that are addresses or DOIs."""
    found: list[Relation] = []
    for each in find_all(root, "relatedIdentifiers/relatedIdentifier"):
        text, kind = text_of(each), (each.get("relationType") or "").lower()
        doi = normalise_doi(text) if "10." in text else None
        target = f"https://doi.org/{doi}" if doi else text if normalise_url(text) else None
        if target:
            found.append(Relation(type=_RELATIONS.get(kind, "related"), target=target))
    return found


def _describe(root: etree._Element, told: Described) -> None:
    """Sort descriptions: what it is, how it was made, and the rest."""
    told.descriptions += values_at(root, "description")
    for each in find_all(root, "descriptions/description"):
        kind, text = (each.get("descriptionType") or "").lower(), "".join(each.itertext()).strip()
        if not is_known(text):
            continue
        if kind in {"abstract", "other", ""}:
            told.descriptions.append((text, language_at(each)))
        elif kind == "methods":
            told.methods.append((text, language_at(each)))
        elif kind == "seriesinformation":
            told.sources.append((" ".join(text.split()), language_at(each)))
        else:
            told.keep(f"descriptions/{kind}", " ".join(text.split()))


def _date(root: etree._Element, told: Described) -> None:
    dates: dict[str, list[str]] = {}
    for each in find_all(root, "dates/date"):
        if text := text_of(each):
            dates.setdefault((each.get("dateType") or "").lower(), []).append(text)
    issued = dates.pop("issued", None) or dates.pop("available", None) or texts_at(root, "publicationYear")
    told.dates = {"issued": list(filter(is_known, issued)), "created": dates.pop("created", [])}
    told.dates["modified"] = dates.pop("updated", [])
    for text in [*dates.pop("collected", []), *dates.pop("coverage", []), *dates.pop("valid", [])]:
        told.temporal = told.temporal or find_period(text)
    for kind, texts in dates.items():
        told.keep(f"dates/{kind or 'date'}", *texts)


def _identify(root: etree._Element, told: Described) -> None:
    texts = list(filter(is_known, texts_at(root, "identifier")))
    told.identifiers = [text for text in texts if normalise_doi(text) or not normalise_url(text)]
    told.pages = [text for text in texts if text not in told.identifiers]
    told.links = [Link(url=text, rel="document") for text in texts_at(root, "file") if normalise_url(text)]
    for each in find_all(root, "alternateIdentifiers/alternateIdentifier"):
        text, kind = text_of(each), (each.get("alternateIdentifierType") or "").lower()
        if kind == "url" and normalise_url(text):
            told.pages.append(text)
        elif is_known(text):
            told.identifiers.append(text)
    for each in find_all(root, "relatedIdentifiers/relatedIdentifier"):
        text = text_of(each)
        if text and not normalise_url(text) and "10." not in text:
            told.keep(f"relatedIdentifiers/{each.get('relationType') or 'related'}", text)


def _place(root: etree._Element, told: Described) -> None:
    """Give the first place that has a position, and all that have names."""
    for each in find_all(root, "geoLocations/geoLocation"):
        told.places += texts_at(each, "geoLocationPlace")
        told.spatial = told.spatial or _position(each)


def _position(location: etree._Element) -> Spatial | None:
    box, polygon, point = (find_one(location, f"geoLocation{name}") for name in ("Box", "Polygon", "Point"))
    if box is not None:
        names = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
        texts = [text_of(find_one(box, name)) for name in names]
        if not any(texts):  # kernel 3: south west north east in one text
            south, west, north, east = (text_of(box).split() + [""] * 4)[:4]
            texts = [west, south, east, north]
        return _around([(texts[0], texts[1]), (texts[2], texts[3])])
    if polygon is not None:
        return _around([_pair(each) for each in find_all(polygon, "polygonPoint")])
    return _around([_pair(point)]) if point is not None else None


def _pair(point: etree._Element) -> tuple[str, str]:
    """Give longitude and latitude; kernel 3 writes latitude and longitude in one text."""
    longitude, latitude = (text_of(find_one(point, name)) for name in ("pointLongitude", "pointLatitude"))
    if longitude or latitude:
        return longitude, latitude
    latitude, longitude = (text_of(point).split() + ["", ""])[:2]
    return longitude, latitude


def _around(corners: list[tuple[str, str]]) -> Spatial | None:
    try:
        longitudes, latitudes = zip(*((float(east), float(north)) for east, north in corners), strict=True)
    except ValueError:  # no number, or no corner at all
        return None
    west, east = (longitudes[0], longitudes[1]) if len(corners) == 2 else (min(longitudes), max(longitudes))
    return to_spatial(west, min(latitudes), east=east, north=max(latitudes))


def _subjects(root: etree._Element, told: Described) -> None:
    for each in find_all(root, "subjects/subject"):
        text, address = text_of(each), (each.get("valueURI") or "").strip()
        if address and normalise_url(address):
            told.topics.append(Topic(address, ((text, language_at(each)),) if text else ()))
        elif is_known(text):
            told.keywords.append((text, language_at(each)))
        told.keep("subjects/subject/subjectScheme", each.get("subjectScheme", ""))


def _rights(root: etree._Element, told: Described) -> None:
    told.rights += values_at(root, "rights")  # kernel 2
    for each in (*find_all(root, "rightsList/rights"), *find_all(root, "licenseCondition")):
        for name in ("rightsURI", "rightsIdentifier", "uri"):
            if value := (each.get(name) or "").strip():
                told.licences.append((value, None))
                break
        if text := text_of(each):
            told.rights.append((text, language_at(each)))
