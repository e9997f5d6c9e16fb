"""Which metadata format a repository's prefix, namespace or payload is, the richest first; asks nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from vocabularies import namespaces as ns

OAI_DC = "oai_dc"
OURS = "chm"


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of ListMetadataFormats (OAI-PMH 2.0 §4.4)."""

    prefix: str
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """A format we read: its name among the crosswalks, usual prefixes, and how its namespaces begin."""

    name: str
    prefixes: tuple[str, ...]
    namespaces: tuple[str, ...]


FORMATS = (
    Format(OURS, (OURS,), (ns.CHM,)),
    Format(
        "dcat_rdf",
        ("dcat_ap", "dcat", "oai_dcat"),
        (ns.DCAT, "https://www.w3.org/ns/dcat", "http://data.europa.eu/r5r"),
    ),
    Format("iso19139", ("iso19139", "gmd", "gmi", "iso19115"), (ns.GMD, "http://www.isotc211.org/2005/gmi")),
    Format("iso19115_3", ("iso19115_3", "iso19115-3", "mdb"), ("http://standards.iso.org/iso/19115/-3/mdb/",)),
    Format("eml", ("eml", "oai_eml"), ("https://eml.ecoinformatics.org/eml-", "eml://ecoinformatics.org/eml-")),
    Format(
        "datacite",
        ("datacite", "oai_datacite", "datacite4", "oai_datacite4", "datacite3", "oai_datacite3", "oai_openaire"),
        (
            "http://datacite.org/schema/kernel-",
            "http://schema.datacite.org/oai/",
            "http://schema.datacite.org/meta/",
            "http://namespace.openaire.eu/schema/oaire",
        ),
    ),
    Format("mods", ("mods", "oai_mods"), ("http://www.loc.gov/mods/", "https://www.loc.gov/mods/")),
    Format(
        "marcxml",
        ("marcxml", "marc21", "marc"),
        ("http://www.loc.gov/MARC21/slim", "https://www.loc.gov/standards/marcxml"),
    ),
    Format(
        "qdc",
        ("qdc", "oai_qdc", "dcterms", "oai_dcterms", "dct"),
        ("http://dspace.org/qualifieddc", ns.DCTERMS, "http://worldcat.org/xmlschemas/qdc"),
    ),
    Format("dim", ("dim", "xoai"), ("http://www.dspace.org/xmlns/dspace/dim", "http://www.lyncode.com/xoai")),
    Format("fgdc", ("fgdc", "csdgm"), ("http://www.opengis.net/cat/csw/csdgm", "http://www.fgdc.gov/")),
    Format(OAI_DC, (OAI_DC,), (ns.OAI_DC,)),
)
"""The richest first: what ``auto`` takes where a repository offers several."""
_BY_PREFIX: Mapping[str, str] = {prefix: each.name for each in FORMATS for prefix in each.prefixes}
_AS_IT_IS = frozenset({OURS, OAI_DC})
_RANKED = (*(each.name for each in FORMATS),)


def offers(content: etree._Element | None) -> tuple[Offer, ...]:
    """Give what a ListMetadataFormats element offers, in its order."""
    found: list[Offer] = []
    for entry in () if content is None else content:
        texts = {str(each.tag).rpartition("}")[2]: (each.text or "").strip() for each in entry}
        if prefix := texts.get("metadataPrefix"):
            found.append(Offer(prefix, texts.get("metadataNamespace", "")))
    return tuple(found)


def ranked(offered: tuple[Offer, ...]) -> Iterator[str]:
    """Give the prefixes of formats we read, the richest first; of two for one format the usual one is first.

    A prefix is believed where its namespace is unknown; where that is known, the namespace is.
    """
    known = [(found, offer.prefix) for offer in offered if (found := _format_of_offer(offer))]
    known.sort(key=lambda pair: (_RANKED.index(pair[0]), _BY_PREFIX.get(pair[1]) != pair[0]))
    return (prefix for _, prefix in known)


def format_of(prefix: str, payload: etree._Element) -> str:
    """Give the name of the crosswalk for a payload asked for by a prefix: what it is counts, not what it was called."""
    name = etree.QName(payload)
    if prefix in _AS_IT_IS:
        other = _find_namespace(name.namespace or "") if name.localname != "dc" else None
        return other if prefix == OAI_DC and other and other != "qdc" else prefix
    if name.localname == "RDF" and name.namespace == ns.RDF:
        return "dcat_rdf" if _BY_PREFIX.get(prefix) != "qdc" else "qdc"
    return _find_namespace(name.namespace or "") or _BY_PREFIX.get(prefix, prefix)


def _format_of_offer(offer: Offer) -> str | None:
    if offer.prefix in _AS_IT_IS:
        return offer.prefix
    return _find_namespace(offer.namespace) or _BY_PREFIX.get(offer.prefix)


def _find_namespace(namespace: str) -> str | None:
    wanted = namespace.strip()
    return next((each.name for each in FORMATS for start in each.namespaces if wanted.startswith(start)), None)
