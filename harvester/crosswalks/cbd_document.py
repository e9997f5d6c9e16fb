"""A document of the CBD's clearing-houses, joined with its index entry → Record. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harvester.crosswalks import cbd_record
from harvester.crosswalks.cbd_index import read_entry
from harvester.crosswalks.cbd_record import Facts
from harvester.crosswalks.cbd_told import Field, is_by_language
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_elements import unlabelled_language
from harvester.crosswalks.json_texts import languages_of
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed

_OF_THE_INDEX = (
    "url", "uniqueIdentifier", "schemaType", "realm", "government", "createdDate", "updatedDate", "submittedDate",
    "revision", "documentId", "title",
)  # fmt: skip
"""What an index entry may add to its document: names, dates and addresses the document itself does not hold."""
_GROUPS = frozenset({"nagoya", "biosafety", "referencePeriod", "sectionI", "sectionII", "sectionV", "annex"})
_INFO = {"createdOn": "createdDate", "updatedOn": "updatedDate", "submittedOn": "submittedDate", "revision": "revision"}
_INFO |= {"documentID": "documentId", "realm": "realm", "title": "title"}


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record of a document; the payload is the document, its ``info`` and its ``index`` entry, or it alone."""
    return cbd_record.parse(raw, context, lambda payload: read_document(payload, context))


def read_document(payload: Mapping[str, Any], context: Context) -> Facts:
    """Give what a document tells, and beside it what the index and its ``/info`` say of it."""
    document = payload["document"] if isinstance(payload.get("document"), dict) else payload
    held = document.get("header")
    header = held if isinstance(held, dict) else {}
    languages = languages_of(header.get("languages"))
    fields = to_fields(document)
    for name, each in _told_beside(payload, context).items():
        fields.setdefault(name, each)
    return Facts(
        schema=str(header.get("schema") or ""),
        fields=fields,
        languages=languages,
        fallback=unlabelled_language(languages, context.default_language),
        document_id=str(header.get("identifier") or "") or None,
        legacy_id=str(header.get("legacyIdentifier") or "") or None,
    )


def to_fields(document: Mapping[str, Any]) -> dict[str, Field]:
    """Give a document's fields by name; those of a group bear its name before theirs: ``nagoya.subjects``."""
    fields: dict[str, Field] = {}
    for name, value in document.items():
        if name == "header":
            continue
        if name in _GROUPS and isinstance(value, dict) and not is_by_language(value):
            for inner, each in value.items():
                fields.setdefault(f"{name}.{inner}", Field()).take(each)
        else:
            fields.setdefault(name, Field()).take(value)
    return {name: each for name, each in fields.items() if each.values or each.texts}


def _told_beside(payload: Mapping[str, Any], context: Context) -> dict[str, Field]:
    index, info = payload.get("index"), payload.get("info")
    found: dict[str, Field] = {}
    if isinstance(index, dict):
        told = read_entry(index, context).fields
        found = {name: told[name] for name in _OF_THE_INDEX if name in told}
    if isinstance(info, dict):
        for name, known_as in _INFO.items():
            if info.get(name) is not None and known_as not in found:
                found[known_as] = Field()
                found[known_as].take(info[name])
    return found
