"""Which member each field of the published record was taken from: the choices of ``survivorship``, told; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from harvester.resolution.clusters import Member
from harvester.resolution.graph.judgements import Place
from harvester.resolution.survivorship import (
    DATES_OF_THE_THING,
    LED,
    OF_TYPE,
    TOPICS,
    UNITED,
    heard,
    item_key,
    topics_of,
)
from vocabularies.record import record_details

_TEXTS = ("title", "summary", "rights")


def field_sources(members: Sequence[Member]) -> Mapping[str, Place]:
    """Give the member behind every field of the record ``merge`` makes of these, by JSON pointer.

    Texts are told by language (``/title/fr``), details by field, what is united of several by item, by its place in the
    published list (``/links/0``). Fields that say how the record came to be (id, provenance) are not told.
    """
    ordered = heard(members)
    told: dict[str, Place] = {}
    fields = type(ordered[0].record).model_fields
    for name in fields:
        path = f"/{fields[name].alias or name}"
        for pointer, place in _sources_of(name, ordered):
            told[path + pointer] = place
    return told


def _sources_of(name: str, ordered: Sequence[Member]) -> Iterator[tuple[str, Place]]:
    if name in _TEXTS:
        yield from _first_by_key(ordered, lambda member: getattr(member.record, name))
    elif name == "extra":
        yield from _first_by_key(ordered, lambda member: member.record.extra)
    elif name == "links":
        yield from _by_item(ordered, lambda member: map(item_key, member.record.links))
    elif name in TOPICS:
        speaking = ordered[: len(topics_of([member.record for member in ordered], name))]
        yield from _by_item(speaking, lambda member: map(item_key, getattr(member.record, name)))
    elif name == "dates":
        yield from _of_dates(ordered)
    elif name == "details":
        yield from _of_details(ordered)
    elif name in UNITED:
        yield from _by_item(ordered, lambda member: getattr(member.record, name))
    elif name in LED:
        yield from [("", ordered[0].place)] if getattr(ordered[0].record, name) else ()
    elif name not in ("id", "provenance", "translation"):
        able = _of_one_type(ordered) if name in OF_TYPE else ordered
        having = (member.place for member in able if getattr(member.record, name))
        yield from (("", place) for place in [*having][:1])


def _first_by_key(ordered: Sequence[Member], of: Callable[[Member], Mapping[str, Any]]) -> Iterator[tuple[str, Place]]:
    seen: dict[str, Place] = {}
    for member in ordered:
        for key in of(member):
            seen.setdefault(key, member.place)
    yield from ((f"/{_escaped(key)}", place) for key, place in seen.items())


def _by_item(ordered: Sequence[Member], of: Callable[[Member], Iterable[Any]]) -> Iterator[tuple[str, Place]]:
    seen: list[Any] = []
    for member in ordered:
        for item in of(member):
            if item not in seen:
                yield f"/{len(seen)}", member.place
                seen.append(item)


def _of_details(ordered: Sequence[Member]) -> Iterator[tuple[str, Place]]:
    own: BaseModel = record_details(ordered[0].record)
    for name, about in type(own).model_fields.items():
        for member in _of_one_type(ordered):
            if getattr(record_details(member.record), name):
                yield f"/{about.alias or name}", member.place
                break


def _of_dates(ordered: Sequence[Member]) -> Iterator[tuple[str, Place]]:
    for name, about in type(ordered[0].record.dates).model_fields.items():
        able = ordered if name in DATES_OF_THE_THING else ordered[:1]
        having = (member.place for member in able if getattr(member.record.dates, name))
        yield from ((f"/{about.alias or name}", place) for place in [*having][:1])


def _of_one_type(ordered: Sequence[Member]) -> list[Member]:
    return [member for member in ordered if member.record.type == ordered[0].record.type]


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
