"""JSON-LD contexts known by their address, written by us, and the refusal of every other; fetches and opens nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vocabularies import namespaces as ns

_PREFIXES: Mapping[str, str] = {
    "dcat": ns.DCAT, "dct": ns.DCTERMS, "dcterms": ns.DCTERMS, "dc": ns.DC, "foaf": ns.FOAF, "vcard": ns.VCARD,
    "adms": ns.ADMS, "spdx": ns.SPDX, "prov": ns.PROV, "locn": ns.LOCN, "gsp": ns.GEOSPARQL, "hydra": ns.HYDRA,
    "skos": ns.SKOS, "rdf": ns.RDF, "rdfs": ns.RDFS, "owl": ns.OWL, "xsd": ns.XSD, "schema": "http://schema.org/",
}  # fmt: skip
_TEXTS = [
    "dct:title",
    "dct:description",
    "dct:identifier",
    "dcat:keyword",
    "dcat:version",
    "foaf:name",
    "vcard:fn",
    "skos:prefLabel",
    "skos:notation",
    "dcat:byteSize",
    "dct:issued",
    "dct:modified",
    "dct:created",
    "dct:accrualPeriodicity",
    "dcat:startDate",
    "dcat:endDate",
]
_THINGS = [
    "dcat:dataset",
    "dcat:service",
    "dcat:catalog",
    "dcat:record",
    "dcat:distribution",
    "dcat:theme",
    "dcat:contactPoint",
    "dcat:landingPage",
    "dcat:accessURL",
    "dcat:downloadURL",
    "dcat:accessService",
    "dcat:endpointURL",
    "dcat:endpointDescription",
    "dcat:servesDataset",
    "dcat:mediaType",
    "dcat:inSeries",
    "dct:publisher",
    "dct:creator",
    "dct:license",
    "dct:language",
    "dct:spatial",
    "dct:temporal",
    "dct:format",
    "dct:accessRights",
    "dct:rights",
    "dct:conformsTo",
    "dct:isPartOf",
    "dct:hasPart",
    "dct:isVersionOf",
    "dct:relation",
    "dct:subject",
    "foaf:homepage",
    "foaf:page",
    "vcard:hasEmail",
    "vcard:hasTelephone",
]
_CLASSES = [
    "dcat:Catalog",
    "dcat:CatalogRecord",
    "dcat:Dataset",
    "dcat:DatasetSeries",
    "dcat:Distribution",
    "dcat:DataService",
]


def _local(name: str) -> str:
    return name.partition(":")[2]


_DCAT: Mapping[str, Any] = {
    **_PREFIXES,
    "id": "@id",
    "type": "@type",
    **{_local(name): name for name in (*_CLASSES, *_TEXTS)},
    "Catalogue": "dcat:Catalog",
    "CatalogueRecord": "dcat:CatalogRecord",
    "Agent": "foaf:Agent",
    "Kind": "vcard:Kind",
    "Location": "dct:Location",
    "PeriodOfTime": "dct:PeriodOfTime",
    **{_local(name): {"@id": name, "@type": "@id"} for name in _THINGS},
    "name": "foaf:name",
}
_HYDRA: Mapping[str, Any] = {
    "hydra": ns.HYDRA,
    "@vocab": ns.HYDRA,
    **{name: {"@id": f"hydra:{name}", "@type": "@id"} for name in ("next", "previous", "first", "last", "view")},
    "member": {"@id": "hydra:member", "@type": "@id", "@container": "@set"},
}
_SCHEMA_ORG: Mapping[str, Any] = {
    "@vocab": "http://schema.org/",
    "schema": "http://schema.org/",
    "id": "@id",
    "type": "@type",
    **{name: {"@type": "@id"} for name in ("url", "sameAs", "contentUrl", "license", "image", "mainEntityOfPage")},
}
_KNOWN: Mapping[str, Mapping[str, Any]] = {
    "schema.org": _SCHEMA_ORG,
    "schema.org/docs/jsonldcontext.json": _SCHEMA_ORG,
    "schema.org/docs/jsonldcontext.jsonld": _SCHEMA_ORG,
    "www.w3.org/ns/hydra/context.jsonld": _HYDRA,
    "www.w3.org/ns/hydra/core": _HYDRA,
    "www.w3.org/ns/dcat": _DCAT,
    "www.w3.org/ns/dcat.jsonld": _DCAT,
    "project-open-data.cio.gov/v1.1/schema/catalog.jsonld": _DCAT,
    "data.europa.eu/r5r/context.jsonld": _DCAT,
}
_DCAT_AP = "semiceu.github.io/DCAT-AP/releases/"
_DCAT_AP_END = "/context/dcat-ap.jsonld"
_DCAT_US = ("/dcat-us-3.0.jsonld", "/dcat-us.jsonld")
"""DCAT-US 3 is published at several addresses; what is bundled here is ours, whichever was meant."""


class ContextRefused(ValueError):
    """A document wants a context that is not bundled; the text is its address."""


def find_context(address: str) -> Mapping[str, Any] | None:
    """Give the bundled context of an address, http or https, with or without its last slash; None for any other."""
    scheme, _, rest = address.strip().partition("://")
    if scheme not in {"http", "https"}:
        return None
    plain = rest.partition("#")[0].rstrip("/")
    if plain.startswith(_DCAT_AP) and plain.endswith(_DCAT_AP_END):
        return _DCAT
    if plain.endswith(_DCAT_US):
        return _DCAT
    return _KNOWN.get(plain)


def with_bundled_contexts(document: Any) -> Any:
    """Give the JSON-LD document with every named context written out, nested and scoped ones too.

    ContextRefused for one that is not bundled, and for ``@import`` (JSON-LD 1.1 §4.1.10), which only names contexts.
    """
    if isinstance(document, list):
        return [with_bundled_contexts(item) for item in document]
    if not isinstance(document, dict):
        return document
    if "@import" in document:
        raise ContextRefused(str(document["@import"])[:200])
    return {
        key: _written_out(value) if key == "@context" else with_bundled_contexts(value)
        for key, value in document.items()
    }


def _written_out(context: Any) -> Any:
    if isinstance(context, list):
        return [_written_out(part) for part in context]
    if not isinstance(context, str):
        return with_bundled_contexts(context)
    found = find_context(context)
    if found is None:
        raise ContextRefused(context[:200])
    return dict(found)
