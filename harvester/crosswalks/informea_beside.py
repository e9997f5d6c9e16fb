"""What a clearing-house of ours says of an entity of InforMEA beside its properties → the record, mended. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_terms import find_place, find_topic
from harvester.crosswalks.dc_types import find_subtype
from harvester.crosswalks.json_texts import find_first, languages_of, texts_of, to_lang_text, to_values
from vocabularies.identifiers import normalise_url, parse_record_uri
from vocabularies.record import Link, Record, SourceId
from vocabularies.text import UNDETERMINED, LangText

PROPERTIES = frozenset({
    "chmIdentifiers", "chmSubtype", "chmTitle", "chmSummary", "chmLanguages", "chmCountries", "chmIssued",
    "chmCreated", "chmModified", "chmLinks", "chmTerms",
})  # fmt: skip
"""The properties (chm_node/publishing/informea/beside.py); values that cannot be read are passed over."""
_LONGEST_ID = 300
Entity = Mapping[str, Any]


def with_beside(record: Record, entity: Entity) -> Record:
    """Give the record with what stands beside; of dates, texts and languages it goes before what was concluded."""
    if not PROPERTIES & entity.keys():
        return record
    told = {name: _opened(entity.get(name)) for name in PROPERTIES}
    changes: dict[str, Any] = {
        "title": _texts(told["chmTitle"]),
        "summary": _texts(told["chmSummary"]),
        "languages": languages_of(told["chmLanguages"]),
        "country_regions": tuple(filter(None, map(find_place, texts_of(told["chmCountries"])))),
        "subtype": find_subtype(record.type, find_first(told["chmSubtype"]) or ""),
    }
    dates = {
        name: find_date(find_first(told[f"chm{name.title()}"]) or "") for name in ("issued", "created", "modified")
    }
    changes |= _terms(record, texts_of(told["chmTerms"]))
    return record.with_(
        **{name: value for name, value in changes.items() if value},
        dates=record.dates.model_copy(update={name: date for name, date in dates.items() if date}),
        source_ids=_identifiers(record, texts_of(told["chmIdentifiers"])),
        links=_links(record, texts_of(told["chmLinks"])),
    )


def _opened(value: object) -> object:
    """Give what a text that holds JSON holds, any other value as it is."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return None
    return value


def _texts(value: object) -> LangText:
    return to_lang_text(to_values(value), UNDETERMINED, lines=True) if isinstance(value, dict) else LangText()


def _terms(record: Record, texts: list[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for field, term in filter(None, map(find_topic, texts)):
        found.setdefault(field, list(getattr(record, field))).append(term)
    return {field: tuple(dict.fromkeys(terms)) for field, terms in found.items()}


def _identifiers(record: Record, texts: list[str]) -> tuple[SourceId, ...]:
    found = {(each.scheme, each.value): each for each in record.source_ids}
    for text in (text for text in texts if len(text) <= _LONGEST_ID):
        scheme, _, value = ("chm", "", text) if parse_record_uri(text) else text.partition(":")
        if scheme and value:
            found.setdefault((scheme, value), SourceId(scheme=scheme, value=value))
    return tuple(found.values())


def _links(record: Record, texts: list[str]) -> tuple[Link, ...]:
    known = {link.url for link in record.links}
    return (*record.links, *(Link(url=url) for url in dict.fromkeys(texts) if url not in known and normalise_url(url)))
