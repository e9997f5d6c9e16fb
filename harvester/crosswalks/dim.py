"""What DSpace keeps of an item, field by field, in each of its three spellings → Record. Pure.

``dim`` (DSpace Intermediate Metadata), ``dublin_core`` (its Simple Archive Format) and ``xoai`` all say schema, element
and qualifier of each value; they are read as the DCMI terms those stand for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from harvester.crosswalks.context import Context
from harvester.crosswalks.described import to_record
from harvester.crosswalks.qdc import Terms, from_terms
from harvester.crosswalks.xml_records import language_at, read_xml, text_of
from harvester.raw import RawRecord
from harvester.xml import local_name
from vocabularies.formats.native import Parsed

NAME = "dim"
_NONE = frozenset({"", "none", "null", "*"})
_PRIVATE = frozenset({"description.provenance", "description.submitter", "date.accessioned", "date.submitted"})
"""What the repository notes for itself, with names and addresses of who worked on the item."""
_TERMS: Mapping[str, str] = {
    "contributor.author": "creator", "identifier.citation": "bibliographicCitation", "rights.uri": "license",
    "rights.license": "license", "rights.holder": "rightsHolder", "rights.accessrights": "accessRights",
    "relation.ispartofseries": "isPartOf", "relation.uri": "relation", "description.tableofcontents": "tableOfContents",
    "coverage.spatial": "spatial", "coverage.temporal": "temporal", "format.extent": "extent",
    "format.medium": "medium", "title.alternative": "alternative", "description.abstract": "abstract",
    "description.sponsorship": "sponsorship", "identifier.license": "license",
}  # fmt: skip
"""DSpace's own registry (config/registries/dublin-core-types.xml) where it does not follow the names of DCMI."""
_REFINED = frozenset({"date", "relation"})
"""Elements whose qualifiers are DCMI terms themselves: ``date.issued``, ``relation.ispartof``."""
_NAMES: Mapping[str, str] = {
    name.lower(): name
    for name in (
        "isPartOf", "hasPart", "isVersionOf", "hasVersion", "isFormatOf", "hasFormat", "isReferencedBy", "isReplacedBy",
        "isRequiredBy", "conformsTo", "dateCopyrighted", "accessRights", "bibliographicCitation", "rightsHolder",
        "tableOfContents",
    )
}  # fmt: skip
_SCHEMAS = frozenset({"", "dc", "dcterms"})

Field = tuple[str, str, str, str, str | None]
"""Schema, element, qualifier, text, language."""


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that an item's fields describe, or the problem that stands in the way."""
    return read_xml(raw, "*", lambda root: to_record(from_terms(to_terms(root)), raw, context, namespace=NAME))


def to_terms(root: etree._Element) -> Terms:
    """Give the values by DCMI term, in order, each once; fields of other schemas keep their whole name."""
    found: Terms = {}
    fields = _xoai(root, ()) if local_name(root) == "metadata" else _flat(root)
    for schema, element, qualifier, text, language in fields:
        name = to_term(schema, element, qualifier)
        spoken = language.partition("_")[0] if language else None  # en_US is the form it was typed into
        if name is not None and text and (text, spoken) not in found.setdefault(name, []):
            found[name].append((text, spoken))
    return {name: values for name, values in found.items() if values}


def to_term(schema: str, element: str, qualifier: str) -> str | None:
    """Give the DCMI term a field stands for, its whole name where it stands for none, None where it is private."""
    qualifier = "" if qualifier.lower() in _NONE else qualifier
    path = ".".join(filter(None, (element, qualifier))).lower()
    if schema.lower() not in _SCHEMAS:
        return ".".join(filter(None, (schema, element, qualifier)))
    if path in _PRIVATE:
        return None
    if known := _TERMS.get(path):
        return known
    own = qualifier if qualifier and element.lower() in _REFINED else element
    return _NAMES.get(own.lower(), own)


def _flat(root: etree._Element) -> Iterator[Field]:
    schema = root.get("schema") or "dc"
    for each in root:
        if isinstance(each.tag, str) and (element := each.get("element")):
            language = each.get("lang") or each.get("language") or language_at(each)
            yield each.get("mdschema") or schema, element, each.get("qualifier") or "", text_of(each), language


def _xoai(here: etree._Element, path: tuple[str, ...]) -> Iterator[Field]:
    """Give the fields of a tree of named elements; the innermost is the language, or ``none``."""
    if path and path[0] in ("bundles", "others", "repository", "license"):
        return
    for child in here:
        name = child.get("name") or ""
        if local_name(child) == "element":
            yield from _xoai(child, (*path, name))
        elif local_name(child) == "field" and name == "value" and len(path) >= 3:
            language = None if path[-1].lower() in _NONE else path[-1]
            yield path[0], path[1], path[2] if len(path) > 3 else "", text_of(child), language
