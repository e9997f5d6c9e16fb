"""Ecological Metadata Language (EML 2.1.1 and 2.2.0, GBIF's profile) → Record: one function a target field. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from harvester.crosswalks import dc_types
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_elements import Value, Values
from harvester.crosswalks.described import Described, to_record
from harvester.crosswalks.eml_texts import marked_text
from harvester.crosswalks.geojson import to_spatial
from harvester.crosswalks.iso_elements import descendants, find_all, find_one
from harvester.crosswalks.licence_words import stated_licences
from harvester.crosswalks.xml_records import XML_LANG, language_at, read_xml, text_of, texts_at, to_rest, values_at
from harvester.raw import RawRecord
from harvester.xml import local_name
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_url
from vocabularies.record import Contact, Link, LinkRelation, Spatial, Temporal
from vocabularies.text import UNDETERMINED, LangText

NAME = "eml"
MODULES: Mapping[str, str] = {
    "dataset": "dataset",
    "citation": "resource",
    "software": "resource",
    "protocol": "resource",
}
"""What an EML document may describe (EML 2.2.0 §2.1)."""
MAX_TAXA = 500
MAX_RHYTHM = 60
_SCHEMES = ("cbd", "cbd-unique", "wdpa", "informea")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ROLES: Mapping[str, str] = {
    "publisher": "publisher", "distributor": "publisher", "owner": "publisher", "author": "creator",
    "originator": "creator", "principalinvestigator": "creator", "funder": "funder", "sponsor": "funder",
}  # fmt: skip
_FUNCTIONS: Mapping[str, LinkRelation] = {"download": "data", "information": "landing", "offlineaccess": "document"}
_MAPPED = frozenset({
    "alternateIdentifier", "title", "creator", "metadataProvider", "associatedParty", "contact", "publisher", "pubDate",
    "language", "abstract", "keywordSet", "intellectualRights", "licensed", "distribution", "coverage/temporalCoverage",
    "coverage/geographicCoverage/geographicDescription", "coverage/geographicCoverage/boundingCoordinates",
    "coverage/taxonomicCoverage/taxonomicClassification", "maintenance/maintenanceUpdateFrequency", "methods",
    "project/personnel",
})  # fmt: skip
_MAPPED_MORE = frozenset({
    "metadata/gbif/dateStamp", "metadata/gbif/citation", "metadata/gbif/physical/distribution", "metadata/created",
    "metadata/modified",
})  # fmt: skip

_BESIDE = (
    "methods/qualityControl/description",
    "coverage/taxonomicCoverage/taxonomicClassification/commonName",
)
"""What stands inside elements that are read, and has no place in a record."""


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that an ``eml`` document describes, or the problem that stands in the way.

    Names, organisations and roles of people are kept; their addresses and telephones are not.
    """
    return read_xml(raw, "eml", lambda root: to_record(to_described(root), raw, context, namespace=NAME))


def to_described(root: etree._Element) -> Described:
    """Give what the document says of its dataset, or of the work or software it describes."""
    about = next((each for name in MODULES for each in find_all(root, name)), root)
    told = Described(kind=MODULES.get(etree.QName(about).localname, "dataset"))
    told.languages = texts_at(about, "language")
    stated = [text for title in find_all(about, "title") if (text := language_at(title))]
    spoken = [text for para in find_all(about, "abstract/para") if (text := para.get(XML_LANG))]
    told.languages = [*(told.languages or stated[:1]), *spoken]
    told.titles = to_titles(about)
    told.descriptions = to_texts(about, "abstract")
    told.agents, told.contacts = to_agents(about), to_contacts(about)
    told.dates = to_dates(root, about)
    told.temporal, told.spatial = to_period(about), to_place(about)
    told.taxa = to_taxa(about)
    told.methods = to_texts(about, "methods/methodStep/description") + to_texts(about, "methods/sampling")
    told.links = to_links(root, about)
    told.pages = [link.url for link in told.links if link.rel == "landing"]
    rhythm = texts_at(about, "maintenance/maintenanceUpdateFrequency", "maintenance/description")
    told.details["update_frequency"] = rhythm[0] if rhythm and len(rhythm[0]) <= MAX_RHYTHM else ""
    told.details["citation"] = next(iter(texts_at(root, "additionalMetadata/metadata/gbif/citation")), "")
    _identify(root, about, told)
    _keywords(about, told)
    _rights(about, told)
    _rest(root, about, told, told.details["update_frequency"])
    return told


def to_titles(about: etree._Element) -> list[Value]:
    """Give the titles; in EML 2.2 translations stand as ``value`` elements inside one."""
    found: list[Value] = []
    for title in find_all(about, "title"):
        own = " ".join((title.text or "").split()) or text_of(title)
        found += [(own, language_at(title)), *values_at(title, "value")]
    return [value for value in dict.fromkeys(found) if value[0]]


def to_texts(about: etree._Element, path: str) -> list[Value]:
    """Give texts of paragraphs, sections, lists and Markdown as plain text, those that state a language each alone."""
    found: list[Value] = []
    for each in find_all(about, path):
        stated = [child for child in each if isinstance(child.tag, str) and child.get(XML_LANG)]
        found += [(marked_text(part), language_at(part)) for part in (stated if len(stated) == len(each) else [each])]
    return [value for value in found if value[0]]


def to_agents(about: etree._Element) -> list[tuple[str, Values]]:
    """Give who made it, the publisher, the associated parties by their roles and who funded the project."""
    found: list[tuple[str, str, etree._Element]] = []
    for each in find_all(about, "creator"):
        found.append(("creator", _person(each) or _organization(each), each))
    for each in find_all(about, "publisher"):
        found.append(("publisher", _organization(each) or _person(each), each))
    for each in find_all(about, "associatedParty"):
        found.append((_role(each) or "contributor", _person(each) or _organization(each), each))
    for each in [*find_all(about, "creator"), *find_all(about, "associatedParty")]:
        found.append(("contributor", _organization(each) if _person(each) else "", each))
    for each in find_all(about, "project/award/funderName"):
        found.append(("funder", text_of(each), each))
    return [(role, [(name, _language_of(party))]) for role, name, party in found if name]


def _role(party: etree._Element) -> str | None:
    return _ROLES.get("".join(texts_at(party, "role")[:1]).replace(" ", "").lower())


def _language_of(party: etree._Element) -> str | None:
    name = find_one(party, "organizationName")
    return language_at(party if name is None else name)


def to_contacts(about: etree._Element) -> list[Contact]:
    """Give whom to ask, by name and organisation."""
    found: dict[tuple[str, str], Contact] = {}
    for each in find_all(about, "contact"):
        name, organization = _person(each), _organization(each)
        if name or organization:
            label = LangText({UNDETERMINED: organization} if organization else {})
            found[name, organization] = Contact(role="pointOfContact", name=name or None, organization=label)
    return list(found.values())


def _person(party: etree._Element) -> str:
    for each in find_all(party, "individualName"):
        return " ".join([*texts_at(each, "givenName"), *texts_at(each, "surName")])
    return ""


def _organization(party: etree._Element) -> str:
    return next(iter(texts_at(party, "organizationName")), "") or next(iter(texts_at(party, "positionName")), "")


def to_dates(root: etree._Element, about: etree._Element) -> dict[str, list[str]]:
    """Give when it was published, and made or changed where a date beside says so (DCMI terms, GBIF's dateStamp)."""
    beside = "additionalMetadata/metadata"
    stamps = texts_at(root, f"{beside}/modified") + texts_at(root, f"{beside}/gbif/dateStamp")
    return {
        "issued": texts_at(about, "pubDate")[:1],
        "created": texts_at(root, f"{beside}/created")[:1],
        "modified": stamps[:1],
    }


def to_period(about: etree._Element) -> Temporal | None:
    """Give the first period or date of the coverage."""
    for each in find_all(about, "coverage/temporalCoverage"):
        begin, end = (_date(each, f"rangeOfDates/{name}/calendarDate") for name in ("beginDate", "endDate"))
        begin = begin or _date(each, "singleDateTime/calendarDate")
        end = end or (begin if find_one(each, "singleDateTime") is not None else None)
        if begin or end:
            in_order = not (begin and end) or begin <= end
            return Temporal(start=begin, end=end) if in_order else Temporal(start=end, end=begin)
    return None


def _date(element: etree._Element, path: str) -> str | None:
    return next((found for text in texts_at(element, path) if (found := find_date(text))), None)


def to_place(about: etree._Element) -> Spatial | None:
    """Give the first box in degrees."""
    names = ("westBoundingCoordinate", "southBoundingCoordinate", "eastBoundingCoordinate", "northBoundingCoordinate")
    for box in find_all(about, "coverage/geographicCoverage/boundingCoordinates"):
        try:
            west, south, east, north = (float(text_of(find_one(box, name)).replace(",", ".")) for name in names)
        except ValueError:
            continue
        if found := to_spatial(west, south, east=east, north=north):
            return found
    return None


def to_taxa(about: etree._Element) -> list[str]:
    """Give the names of the taxa covered, each once; of a nested classification every rank."""
    found: dict[str, None] = {}
    for coverage in find_all(about, "coverage/taxonomicCoverage"):
        for each in descendants(coverage, "taxonRankValue"):
            if (text := text_of(each)) and len(found) < MAX_TAXA:
                found[text] = None
    return list(found)


def to_links(root: etree._Element, about: etree._Element) -> list[Link]:
    """Give where it is described and where its data are; of several pages the first is the landing page."""
    found: dict[str, Link] = {}
    places = [
        *find_all(about, "distribution"),
        *find_all(root, "additionalMetadata/metadata/gbif/physical/distribution"),
    ]
    for online, url in [(each, url) for place in places for each in find_all(place, "online") for url in each]:
        address = text_of(url)
        if local_name(url) != "url" or normalise_url(address) is None or address in found:
            continue
        rel = _FUNCTIONS.get((url.get("function") or "").lower(), "landing")
        if "/archive.do" in address or address.lower().endswith(".zip"):
            rel = "data"
        if rel == "landing" and any(link.rel == "landing" for link in found.values()):
            rel = "document"
        name = text_of(find_one(online, "onlineDescription"))
        found[address] = Link(
            url=address, rel=rel, name=LangText({language_at(url) or UNDETERMINED: name} if name else {})
        )
    return list(found.values())


def _identify(root: etree._Element, about: etree._Element, told: Described) -> None:
    """Sort the identifiers; a UUID of GBIF's is the key of the dataset in its registry, on whatever way it came."""
    package = (root.get("packageId") or "").strip()
    is_gbif = "gbif.org" in (root.get("system") or "")
    for text in [*texts_at(about, "alternateIdentifier"), package]:
        key = _UUID.match(text)
        if key and is_gbif and (text[key.end() :] or "/v").startswith("/v"):
            told.typed_ids.append(("gbif", key[0].lower()))
        elif (parts := text.partition(":"))[0] in _SCHEMES and parts[2]:
            told.typed_ids.append((parts[0], parts[2]))
        elif normalise_url(text) and "10." not in text and text != package and not told.pages:
            told.pages.append(text)
        elif text:
            told.identifiers.append(text)
    told.keep("packageId", package)


def _keywords(about: etree._Element, told: Described) -> None:
    """Keep keywords; those of GBIF's own lists (dataset type, subtype) say what kind of dataset it is."""
    for group in find_all(about, "keywordSet"):
        thesaurus = " ".join(texts_at(group, "keywordThesaurus"))
        values, keywords = values_at(group, "keyword"), find_all(group, "keyword")
        if "gbif" in thesaurus.lower() and "type" in thesaurus.lower():
            told.kinds += [text for text, _ in values if dc_types.find_type(text) != told.kind]
        elif thesaurus.endswith(":countries") or all(each.get("keywordType") == "place" for each in keywords):
            told.places += [text for text, _ in values]
        else:
            told.keywords += values
            told.keep("keywordSet/keywordThesaurus", "" if thesaurus.lower() in ("n/a", "none") else thesaurus)
    for text in texts_at(about, "coverage/geographicCoverage/geographicDescription"):
        told.places += [part for part in map(str.strip, text.split(";")) if part]


def _rights(about: etree._Element, told: Described) -> None:
    """Give the licence by its address or name (EML 2.2 ``licensed``, GBIF's links in the rights), and the words."""
    told.rights = [(" ".join(text.split()), language) for text, language in to_texts(about, "intellectualRights")]
    rights = find_all(about, "intellectualRights")
    named: list[Value] = [(link.get("url", ""), None) for each in rights for link in descendants(each, "ulink")]
    for path in ("licensed/url", "licensed/identifier", "licensed/licenseName"):
        named += values_at(about, path)
    told.licences = stated_licences([*named, *told.rights]) if named or told.rights else []
    if told.licences == told.rights:
        told.licences = []


def _rest(root: etree._Element, about: etree._Element, told: Described, rhythm: str) -> None:
    for path, texts in to_rest(about, _MAPPED).items():
        told.keep(
            path, *(text for text in texts if not (path.startswith("maintenance/description") and text == rhythm))
        )
    for more in find_all(root, "additionalMetadata"):
        for path, texts in to_rest(more, _MAPPED_MORE).items():
            told.keep(f"additionalMetadata/{path}", *texts)
    for path in _BESIDE:
        told.keep(path, *texts_at(about, path))
    for name in ("metadataProvider", "project/personnel"):
        for party in find_all(about, name):
            told.keep(name, ", ".join(filter(None, (_person(party) or _organization(party), *texts_at(party, "role")))))
    for party in find_all(about, "associatedParty"):
        if (stated := texts_at(party, "role")) and _role(party) is None:
            told.keep("associatedParty", ", ".join(filter(None, (_person(party) or _organization(party), *stated))))
    for each in find_all(root, "additionalMetadata/metadata/gbif/citation"):
        told.keep("citation/identifier", each.get("identifier", ""))
