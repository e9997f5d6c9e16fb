"""MARC 21 in XML (MARCXML) → Record: one function a target field, by tags; the rest goes to ``extra``. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from harvester.crosswalks import dc_types
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_elements import Value, Values
from harvester.crosswalks.described import Described, Topic, to_record
from harvester.crosswalks.geojson import to_spatial
from harvester.crosswalks.iso_elements import find_all
from harvester.crosswalks.xml_records import read_xml, text_of
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_un_symbol, normalise_url
from vocabularies.record import Link, Relation, Spatial
from vocabularies.text import UNDETERMINED, LangText

NAME = "marcxml"
_END = re.compile(r"[\s/:;,=]+\Z")
_YEAR = re.compile(r"(1[4-9]\d\d|20\d\d)")
_LEADER_TYPES: Mapping[str, str] = {"e": "dataset", "f": "dataset", "r": "resource"}
"""Type of record (leader, position 6) that is no publication: maps. The others say what kind of publication."""
_KINDS: Mapping[str, str] = {
    "c": "notated music", "d": "notated music", "g": "moving image", "i": "sound recording", "j": "sound recording",
    "k": "still image", "m": "computer file", "o": "kit", "r": "three-dimensional object", "t": "manuscript",
}  # fmt: skip
_CREATOR_ROLES = frozenset({"aut", "author", "cre", "creator", "com", "compiler", "ctg", "cartographer", "art"})
_READ = frozenset({
    "001", "003", "005", "008", "010", "020", "022", "024", "034", "041", "100", "110", "111", "245", "246", "260",
    "264", "300", "347", "490", "506", "520", "540", "600", "610", "611", "630", "648", "650", "651", "653", "655",
    "700", "710", "711", "751", "773", "830", "856", "880",
})  # fmt: skip

_BESIDE: Mapping[str, str] = {
    "034": "ab", "245": "ch", "246": "i", "260": "a", "264": "a", "300": "e", "650": "2", "773": "x", "830": "av",
    "856": "q",
}  # fmt: skip
"""Subfields beside those that are read which have no place in a record: who is responsible, where it came out …"""


@dataclass(frozen=True, slots=True)
class Field:
    """A data field: its indicators and its subfields in order."""

    tag: str
    first: str
    second: str
    subfields: tuple[tuple[str, str], ...]

    def all(self, codes: str) -> list[str]:
        """Give the texts of the subfields with these codes, in the order of the field."""
        return [text for code, text in self.subfields if code in codes]

    def join(self, codes: str, between: str = " ") -> str:
        """Give those texts as one, without the punctuation that ISBD puts at its end."""
        return trim(between.join(self.all(codes)))


class Marc:
    """A record's fields by tag."""

    def __init__(self, root: etree._Element) -> None:
        """Read the leader, the control fields and the data fields."""
        self.leader = next((each.text or "" for each in find_all(root, "leader")), "")
        self.control = {each.get("tag", ""): each.text or "" for each in find_all(root, "controlfield")}
        self.fields = [_field(each) for each in find_all(root, "datafield")]

    def of(self, *tags: str) -> Iterator[Field]:
        """Give the fields with these tags, in the order of the record."""
        return (field for field in self.fields if field.tag in tags)


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that a MARCXML ``record`` describes, or the problem that stands in the way."""
    return read_xml(raw, "record", lambda root: to_record(to_described(Marc(root)), raw, context, namespace=NAME))


def to_described(marc: Marc) -> Described:
    """Give what the fields say."""
    told = Described(languages=to_languages(marc))
    told.kind, told.kinds = to_type(marc)
    told.titles = to_titles(marc)
    told.descriptions = [(text, None) for field in marc.of("520") if (text := field.join("ab"))]
    told.agents = to_agents(marc)
    told.dates = to_dates(marc)
    told.identifiers = to_identifiers(marc)
    told.links = to_links(marc)
    told.pages = [link.url for link in told.links if link.rel == "landing"]
    told.spatial = next((found for field in marc.of("034") if (found := find_box(field))), None)
    told.sources = [(text, None) for field in marc.of("490", "773") if (text := field.join("atgvd", "; "))]
    told.relations = to_relations(marc)
    told.details = {
        "pages": "; ".join(field.join("abc") for field in marc.of("300")),
        "format": "; ".join(field.join("ab") for field in marc.of("347")),
    }
    if told.kind != "resource":
        told.keep("300", told.details["pages"])
    _subjects(marc, told)
    _rights(marc, told)
    _rest(marc, told)
    return told


def trim(text: str) -> str:
    """Give a text without the punctuation of ISBD at its end."""
    return _END.sub("", text).strip()


def to_languages(marc: Marc) -> list[str]:
    """Give the codes of 041 (some write two in one subfield), else of positions 35 to 37 of 008."""
    texts = [text for field in marc.of("041") if field.second != "7" for text in field.all("ad")]
    codes = [text[at : at + 3] for text in texts for at in range(0, len(text), 3)] if texts else []
    return [code for code in codes or [marc.control.get("008", "")[35:38]] if code.strip(" |") and code.isalpha()]


def to_type(marc: Marc) -> tuple[str, list[str]]:
    """Give the record type of the form terms (655), else of the leader, and what they say more."""
    letter = marc.leader[6:7]
    record_type, kinds = dc_types.to_type([text for field in marc.of("655") if (text := field.join("a").rstrip("."))])
    if record_type == dc_types.DEFAULT_TYPE:
        record_type = _LEADER_TYPES.get(letter, record_type)
    kind = _KINDS.get(letter) or ("serial" if marc.leader[7:8] == "s" else None)
    return record_type, [*kinds, *([kind] if kind else [])]


def to_titles(marc: Marc) -> list[Value]:
    """Give the title statement without who is responsible, in other scripts too (880), then variant titles."""
    found: list[Value] = []
    for field in marc.of("245"):
        found.append((field.join("abnpfgk").replace(" :", ":").replace(" /", ""), None))
    found += [(field.join("abnp"), None) for field in (*_linked(marc, "245"), *marc.of("246"))]
    return [value for value in found if value[0]]


def _linked(marc: Marc, tag: str) -> list[Field]:
    return [field for field in marc.of("880") if any(text.startswith(tag) for text in field.all("6"))]


def to_agents(marc: Marc) -> list[tuple[str, Values]]:
    """Give the main entry and whoever else made it as creators, the others by their role, and the publishers."""
    found: list[tuple[str, str]] = []
    for field in marc.of("100", "110", "111", "700", "710", "711"):
        codes = "abcq" if field.tag.endswith("00") else "abn"
        roles = {trim(text).lower().rstrip(".") for text in field.all("e4")}
        role = "creator" if field.tag.startswith("1") or roles & _CREATOR_ROLES else "contributor"
        if roles & {"fnd", "funder", "spn", "sponsor"}:
            role = "funder"
        if not field.all("t"):  # an added entry for a work names the work
            found.append((role, field.join(codes)))
    found += [("publisher", trim(text)) for field in marc.of("260", "264") for text in field.all("b")]
    return [(role, [(name, None)]) for role, name in found if name]


def to_dates(marc: Marc) -> dict[str, list[str]]:
    """Give the date of publication (264 or 260, else 008) and when the description changed (005)."""
    texts = [text for field in marc.of("264", "260") if field.second in " 1" for text in field.all("c")]
    issued = [date for text in texts if (date := find_date(trim(text).rstrip(".")) or _year(text))]
    fixed = marc.control.get("008", "")[7:11]
    stamp = marc.control.get("005", "")
    modified = find_date(f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}") if len(stamp) >= 8 else None
    return {
        "issued": issued[:1] or ([fixed] if _YEAR.fullmatch(fixed) else []),
        "modified": [modified] if modified else [],
    }


def _year(text: str) -> str | None:
    found = _YEAR.search(text)
    return found[1] if found else None


def to_identifiers(marc: Marc) -> list[str]:
    """Give ISBN, ISSN, DOI and other standard numbers, without what stands in brackets behind them.

    Libraries of the United Nations keep a document's symbol in 191, a local field: one that is no symbol stays kept.
    """
    found = [text.partition("(")[0].strip() for field in marc.of("020", "022", "024") for text in field.all("a")]
    found += [symbol for field in marc.of("191") for text in field.all("a") if (symbol := normalise_un_symbol(text))]
    control = marc.control.get("001", "").strip()
    agency = marc.control.get("003", "").strip()
    return [text for text in (*found, f"({agency}){control}" if agency and control else control) if text]


def to_links(marc: Marc) -> list[Link]:
    """Give the addresses of 856: the thing itself or a version of it is the page about it, related ones documents."""
    found: dict[str, Link] = {}
    for field in marc.of("856"):
        for url in field.all("u"):
            if normalise_url(url) is None or url in found:
                continue
            is_page = field.second in " 01" and all(link.rel != "landing" for link in found.values())
            name = field.join("3y") or field.join("z")
            label = LangText({UNDETERMINED: name} if name else {})
            found[url] = Link(url=url, rel="landing" if is_page else "document", name=label)
    return list(found.values())


def to_relations(marc: Marc) -> list[Relation]:
    """Give the host item where it has an address."""
    urls = (text for field in marc.of("773") for text in field.all("o") if normalise_url(text))
    return [Relation(type="isPartOf", target=url) for url in urls]


def find_box(field: Field) -> Spatial | None:
    """Give the place of 034: west $d, east $e, north $f, south $g, in decimal degrees or ``hdddmmss``."""
    west, east, north, south = (next(map(to_degrees, field.all(code)), None) for code in "defg")
    if west is None or east is None or north is None or south is None:
        return None
    return to_spatial(west, south, east=east, north=north)


def to_degrees(text: str) -> float | None:
    """Give decimal degrees, south and west negative."""
    plain = text.strip().upper()
    sign = -1 if plain[:1] in {"S", "W", "-"} else 1
    digits = plain.lstrip("NSEW+-")
    if re.fullmatch(r"\d{7}", digits):
        return sign * (int(digits[:3]) + int(digits[3:5]) / 60 + int(digits[5:]) / 3600)
    return sign * float(digits) if re.fullmatch(r"\d{1,3}(\.\d+)?", digits) else None


def _subjects(marc: Marc, told: Described) -> None:
    """Sort the subjects: places (651, and $z of the others) and topics with their subdivisions."""
    for field in marc.of("600", "610", "611", "630", "648", "650", "651", "653"):
        told.places += [text.rstrip(".") for text in field.all("z")]
        if field.tag == "651":
            told.places.append(field.join("a").rstrip("."))
        text = field.join("abcdtvxy", " -- ") if field.tag in {"650", "651"} else field.join("abcdntvxy")
        address = next((url for url in field.all("01") if normalise_url(url)), None)
        if field.tag == "651" and not field.all("vxy"):
            continue
        if address and text:
            told.topics.append(Topic(address, ((text.rstrip("."), None),)))
        elif text:
            told.keywords.append((text.rstrip("."), None))
    told.places += [field.join("a").rstrip(".") for field in marc.of("751")]
    told.places = list(dict.fromkeys(filter(None, told.places)))


def _rights(marc: Marc, told: Described) -> None:
    for field in marc.of("540", "506"):
        told.licences += [(url, None) for url in field.all("u")]
        if text := field.join("abcf"):
            told.rights.append((text, None))


def _rest(marc: Marc, told: Described) -> None:
    """Keep the fields that nothing reads, by tag, their subfields as one text."""
    for field in marc.fields:
        if field.tag not in _READ and (text := " ".join(text for _, text in field.subfields)):
            told.keep(field.tag, text)
        named = "z" if field.tag == "856" and field.join("3y") else ""  # else the note is the link's name
        for code in _BESIDE.get(field.tag, "") + named:
            told.keep(f"{field.tag}${code}", *map(trim, field.all(code)))
    for tag in ("006", "007"):
        told.keep(tag, marc.control.get(tag, "").strip())


def _field(element: etree._Element) -> Field:
    pairs = tuple((each.get("code", ""), text) for each in find_all(element, "subfield") if (text := text_of(each)))
    return Field(element.get("tag", ""), element.get("ind1", " "), element.get("ind2", " "), pairs)
