"""Which known form of metadata an object of a JSON file is, told by its members; understands no field."""

from __future__ import annotations

from collections.abc import Mapping

from harvester.protocols.json_answers import find_text

Given = Mapping[str, object]
Shape = tuple[str, str, object]
"""The format among the crosswalks, the identifier (empty where it has none), and what is to be kept."""


def find_shape(given: Given) -> Shape | None:
    """Give the form of an object that is a document of the CBD, DataCite's or Crossref's JSON, CSL or OGC's."""
    if document_id := _find_cbd_document(given):
        return "cbd_document", document_id, given
    if feature := _find_feature(given):
        return "ogc_record", find_text(feature.get("id")) or "", feature
    attributes = given.get("attributes")
    inner: Given = attributes if isinstance(attributes, Mapping) else given
    if _is_datacite(inner):
        return "datacite_json", _first(inner, "doi", "id"), inner
    if _is_citation(given):
        return "csl_json", _first(given, "DOI", "id", "URL"), given
    return None


def _find_cbd_document(given: Given) -> str | None:
    """Give the identifier of a document of the CBD's clearing-houses, by its header; None for anything else."""
    header = given.get("header")
    if not isinstance(header, Mapping) or not isinstance(header.get("schema"), str):
        return None
    return find_text(header.get("identifier"))


def _find_feature(given: Given) -> Given | None:
    """Give a record of OGC API - Records, or an item or collection of STAC: it conforms to something, or has links."""
    properties = given.get("properties")
    if given.get("type") != "Feature" or not isinstance(properties, Mapping) or not properties.get("title"):
        return None
    return given if "conformsTo" in given or "stac_version" in given or isinstance(given.get("links"), list) else None


def _is_datacite(given: Given) -> bool:
    titles = given.get("titles")
    named = isinstance(titles, list) and any(isinstance(each, Mapping) and "title" in each for each in titles)
    return named and bool(given.keys() & {"doi", "creators", "types", "identifiers"})


def _is_citation(given: Given) -> bool:
    """Tell CSL and Crossref's works: a title beside a DOI in capitals, or beside a type, persons and dates of CSL."""
    if not given.get("title"):
        return False
    if isinstance(given.get("DOI"), str):
        return True
    people = given.get("author")
    names = people if isinstance(people, list) else []
    named = any(isinstance(each, Mapping) and each.keys() & {"family", "literal"} for each in names)
    issued = given.get("issued")
    return "type" in given and (named or (isinstance(issued, Mapping) and "date-parts" in issued))


def _first(given: Given, *names: str) -> str:
    return next((text for name in names if (text := find_text(given.get(name)))), "")
