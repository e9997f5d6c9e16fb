"""An entry of the CBD index → Record: the grammar of its field names; what they mean is cbd_record's. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import orjson

from harvester.cbd_identity import find_document_id, first_of
from harvester.crosswalks import cbd_record
from harvester.crosswalks.cbd_record import Facts
from harvester.crosswalks.cbd_told import Field
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_elements import unlabelled_language
from harvester.crosswalks.json_texts import languages_of
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed

_NAME = re.compile(
    r"_*(?P<base>.+?)(?:_(?P<part>[A-Z]{2}|REL|CEN|C))?_(?:s|ss|t|ts|txt|dt|dts|b|bs|i|is|l|ls|d|ds|f|p)"
)
_DERIVED = frozenset({"REL"})
"""Terms with all broader ones: the index' own conclusions."""
_GATHERED = frozenset({"text", "all_terms", "all_Terms"})
"""Everything a record says, once more, for searching."""


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record an index entry tells of (``title_EN_t``, ``gbfTargets_ss``, ``updatedDate_dt``, ``url_ss``)."""
    return cbd_record.parse(raw, context, lambda payload: read_entry(payload, context))


def read_entry(entry: Mapping[str, Any], context: Context) -> Facts:
    """Give what an index entry tells, in the words of documents."""
    languages = languages_of(entry.get("languages_ss"), entry.get("_languages_ss"), entry.get("language_ss"))
    fallback = unlabelled_language(languages, context.default_language)
    return Facts(
        schema=str(first_of(entry.get("schema_s")) or ""),
        fields=_without_echoes(to_fields(entry), languages or (fallback, "en")),
        languages=languages,
        fallback=fallback,
        document_id=find_document_id(entry),
    )


def to_fields(entry: Mapping[str, Any]) -> dict[str, Field]:
    """Give an entry's fields by name: values, and texts by language.

    ``X_EN_s`` is the text or label of ``X`` in English, ``X_CEN_s`` a term and ``X_C_ss`` links as JSON text.
    """
    fields: dict[str, Field] = defaultdict(Field)
    for name in sorted(entry, key=_plain_texts_last):
        match = _NAME.fullmatch(name)
        base, part = (match["base"], match["part"]) if match else (name, None)
        if part in _DERIVED or base in _GATHERED or entry[name] in (None, "", []):
            continue
        values = entry[name] if isinstance(entry[name], list) else [entry[name]]
        if part and len(part) == 2:
            _take_texts(fields[base], part.lower(), [value for value in values if isinstance(value, str)])
        else:
            _take(fields[base], [_opened(value) for value in values], part)
    return dict(fields)


def _take_texts(into: Field, tag: str, texts: list[str]) -> None:
    """Take the texts of a language; of ``title_EN_s`` and ``title_EN_t`` the longer one says all."""
    known = into.texts.get(tag)
    if texts and (known is None or sum(map(len, texts)) > sum(map(len, known))):
        into.texts[tag] = texts


def _take(into: Field, values: list[Any], part: str | None) -> None:
    """Take values; a term with its labels stands for its bare identifier, whichever came first."""
    if part == "CEN":
        labelled = _identifiers(values)
        into.values = [value for value in into.values if value not in labelled]
    known = [*into.values, *_identifiers(into.values)]
    into.take([value for value in values if value not in known])


def _identifiers(values: list[Any]) -> list[Any]:
    return [value.get("identifier") for value in values if isinstance(value, dict)]


def _opened(value: object) -> object:
    """Give what a text that holds JSON holds."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


def _plain_texts_last(name: str) -> tuple[bool, str]:
    return name.endswith(("_t", "_txt", "_ts")), name


def _without_echoes(fields: dict[str, Field], preferred: tuple[str, ...]) -> dict[str, Field]:
    """Leave out texts that stand in for a missing translation: the same words in several languages are in one."""
    for each in fields.values():
        if len(each.texts) < 2:
            continue
        kept: dict[str, list[str]] = {}
        for tag in sorted(each.texts, key=lambda tag: (tag not in preferred, tag != "en", tag)):
            if each.texts[tag] not in kept.values():
                kept[tag] = each.texts[tag]
        each.texts = kept
    return fields
