"""FGDC's Content Standard for Digital Geospatial Metadata (FGDC-STD-001-1998) → Record. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_elements import Values
from harvester.crosswalks.described import Described, to_record
from harvester.crosswalks.geojson import to_spatial
from harvester.crosswalks.iso_elements import find_all, find_one
from harvester.crosswalks.licence_words import find_stated_licence
from harvester.crosswalks.xml_records import read_xml, text_of, texts_at, to_rest, values_at
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_doi, normalise_url
from vocabularies.record import Contact, Link, Spatial, Temporal
from vocabularies.text import UNDETERMINED, LangText

NAME = "fgdc"
_CITED = "idinfo/citation/citeinfo"
_PERIOD = "idinfo/timeperd/timeinfo"
_ONLINE = "distinfo/stdorder/digform/digtopt/onlinopt/computer/networka/networkr"
_KEYWORDS = ("idinfo/keywords/theme/themekey", "idinfo/keywords/stratum/stratkey", "idinfo/keywords/temporal/tempkey")
_PLACES = "idinfo/keywords/place/placekey"
_NOTHING = frozenset({"none", "unknown", "not applicable", "n/a", "unpublished material", "unpublished", ""})
_LATEST = frozenset({"present", "current", "ongoing"})
_MAPPED = frozenset({
    f"{_CITED}/title", f"{_CITED}/origin", f"{_CITED}/pubdate", f"{_CITED}/onlink", f"{_CITED}/pubinfo/publish",
    "idinfo/descript/abstract", "idinfo/descript/purpose", "idinfo/timeperd/timeinfo", "idinfo/status/update",
    "idinfo/spdom/bounding", "idinfo/accconst", "idinfo/useconst", "idinfo/ptcontac", "metainfo/metd", "metainfo/metc",
    "distinfo/distrib", _ONLINE, _PLACES, *_KEYWORDS,
})  # fmt: skip
_AGENTS: Mapping[str, str] = {f"{_CITED}/origin": "creator", f"{_CITED}/pubinfo/publish": "publisher"}


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that an FGDC ``metadata`` element describes, or the problem that stands in the way."""
    return read_xml(raw, "metadata", lambda root: to_record(to_described(root), raw, context, namespace=NAME))


def to_described(root: etree._Element) -> Described:
    """Give what the element says; the standard knows English only and says no language, so none is taken for known."""
    told = Described(kind="dataset")
    told.titles = values_at(root, f"{_CITED}/title")
    told.descriptions = [
        value
        for part in ("abstract", "purpose")
        for value in values_at(root, f"idinfo/descript/{part}")
        if _says(value[0])
    ]
    told.agents = to_agents(root)
    told.contacts = to_contacts(root)
    told.dates = {"issued": _texts(root, f"{_CITED}/pubdate"), "modified": _texts(root, "metainfo/metd")}
    told.temporal, told.spatial = to_period(root), to_place(root)
    told.keywords = [value for path in _KEYWORDS for value in values_at(root, path) if _says(value[0])]
    told.places = _texts(root, _PLACES)
    told.taxa = list(dict.fromkeys(text_of(each) for each in root.iter("{*}taxonrv") if _says(text_of(each))))
    told.details["update_frequency"] = next(iter(_texts(root, "idinfo/status/update")), "")
    _address(root, told)
    _rights(root, told)
    for path, texts in to_rest(root, _MAPPED).items():
        told.keep(path, *texts)
    return told


def to_agents(root: etree._Element) -> list[tuple[str, Values]]:
    """Give who made and who published it."""
    return [(role, [value]) for path, role in _AGENTS.items() for value in values_at(root, path) if _says(value[0])]


def to_contacts(root: etree._Element) -> list[Contact]:
    """Give the organisation to ask; addresses and telephones of people are not taken."""
    names = _texts(root, "idinfo/ptcontac/cntinfo/cntorgp/cntorg", "idinfo/ptcontac/cntinfo/cntperp/cntorg")
    return [Contact(organization=LangText({UNDETERMINED: name})) for name in names[:1]]


def to_period(root: etree._Element) -> Temporal | None:
    """Give the period of the content: a range, one date, or the first to the last of several."""
    begins = _dates(root, "rngdates/begdate")
    ends = [text for text in _dates(root, "rngdates/enddate") if text]
    singles = sorted(_dates(root, "sngdate/caldate") + _dates(root, "mdattim/sngdate/caldate"))
    start, end = next(iter(begins or singles), None), next(iter(ends or singles[::-1]), None)
    return Temporal(start=start, end=end) if start or end else None


def to_place(root: etree._Element) -> Spatial | None:
    """Give the bounding box, where its numbers are degrees."""
    box = find_one(root, "idinfo/spdom/bounding")
    if box is None:
        return None
    try:
        west, south, east, north = (
            float("".join(texts_at(box, name))) for name in ("westbc", "southbc", "eastbc", "northbc")
        )
    except ValueError:
        return None
    return to_spatial(west, south, east=east, north=north)


def _address(root: etree._Element, told: Described) -> None:
    """Take what names it on the web: a DOI, its page, and where its data are."""
    links = _texts(root, f"{_CITED}/onlink")
    told.identifiers = [text for text in links if normalise_doi(text)]
    told.pages = [text for text in links if normalise_url(text) and normalise_doi(text) is None]
    data = [text for text in _texts(root, _ONLINE) if normalise_url(text) and text not in told.pages]
    told.links = [Link(url=url, rel="data") for url in data]


def _rights(root: etree._Element, told: Described) -> None:
    texts = _texts(root, "idinfo/accconst", "idinfo/useconst")
    told.rights = [(text, None) for text in texts]
    told.licences = [(known, None) for text in texts if (known := find_stated_licence(text))]


def _texts(root: etree._Element, *paths: str) -> list[str]:
    return [text for text in texts_at(root, *paths) if _says(text)]


def _says(text: str) -> bool:
    return text.strip().rstrip(".").lower() not in _NOTHING


def _dates(root: etree._Element, path: str) -> list[str]:
    found = [text_of(each) for each in find_all(root, f"{_PERIOD}/{path}")]
    return [date for text in found if text.lower() not in _LATEST and (date := find_date(text))]
