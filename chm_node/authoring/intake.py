"""One way in for every record, whichever door it came by: parse, fill in, clean, validate; it stores nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pydantic.alias_generators import to_snake

from chm_node.authoring.json_values import parse_object
from chm_node.shell.markup import safe_html
from vocabularies.formats.native import MAX_RECORD_BYTES, parse_native, parse_native_object
from vocabularies.identifiers import LOCAL_PATTERN, mint_local_id, parse_record_uri, record_uri
from vocabularies.problems import Problem
from vocabularies.record import Record, record_details
from vocabularies.text import UNDETERMINED, LangText
from vocabularies.validation import validate

_LOCAL = re.compile(LOCAL_PATTERN)


@dataclass(frozen=True, slots=True)
class Receiver:
    """The node that takes records in, as far as their defaults name it."""

    node_id: str
    name: LangText


@dataclass(frozen=True, slots=True)
class Draft:
    """What came of one record handed in: the record where one could be made, and everything found in it."""

    record: Record | None
    problems: tuple[Problem, ...] = ()
    row: int | None = None

    @property
    def accepted(self) -> bool:
        """Tell whether the record could be published: it is one, and nothing in it is an error."""
        return self.record is not None and not has_errors(self.problems)


def has_errors(problems: Iterable[Problem]) -> bool:
    """Tell whether one of the problems stands in the way of publishing."""
    return any(each.severity == "error" for each in problems)


def intake(given: bytes | Mapping[str, Any] | Record, receiver: Receiver, *, row: int | None = None) -> Draft:
    """Make a draft of native JSON bytes, of a JSON object, or of a record read from another format; never raises.

    A record without id gets one; one that bears another node's id is taken as a copy, under an id of this node that is
    the same each time, and the original is noted in ``source_ids`` and ``provenance``.
    """
    if isinstance(given, Record):
        given = given.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    value = given if isinstance(given, Mapping) else _object(given)
    if value is None:
        return _numbered(Draft(None, parse_native(given if isinstance(given, bytes) else b"").problems), row)
    parsed = parse_native_object(_with_defaults(value, receiver))
    if parsed.record is None:
        return _numbered(Draft(None, parsed.problems), row)
    record = _with_languages(parsed.record)
    problems = (*parsed.problems, *validate(record))
    return _numbered(Draft(_clean(record, problems), problems), row)


def _object(payload: bytes) -> dict[str, Any] | None:
    if len(payload) > MAX_RECORD_BYTES:
        return None
    return parse_object(payload)  # where it is none, parse_native says why


def _with_defaults(given: Mapping[str, Any], receiver: Receiver) -> dict[str, Any]:
    value = dict(given)
    original = value.get("id")
    if original in (None, ""):
        value["id"] = record_uri(receiver.node_id, mint_local_id())
    elif isinstance(original, str):
        parts = parse_record_uri(original)
        if parts is not None and parts[0] != receiver.node_id:
            _make_copy(value, original, parts[0], receiver)
        elif parts is None and _LOCAL.fullmatch(original):
            value["id"] = record_uri(receiver.node_id, original)
    publisher = value.get("publisher")
    if publisher is None:
        value["publisher"] = {"node": receiver.node_id, "name": dict(receiver.name)}
    elif isinstance(publisher, Mapping):
        named = {} if publisher.get("name") or publisher.get("ref") else {"name": dict(receiver.name)}
        value["publisher"] = {**publisher, **named, "node": receiver.node_id}
    return value


def _make_copy(value: dict[str, Any], original: str, node: str, receiver: Receiver) -> None:
    value["id"] = record_uri(receiver.node_id, str(uuid5(NAMESPACE_URL, original)))
    value["publisher"] = {"node": receiver.node_id, "name": dict(receiver.name)}
    for name, note in (
        ("sourceIds", {"scheme": "chm", "value": original}),
        ("provenance", {"source": node, "originalId": original}),
    ):
        held = value.get(name, [])
        if isinstance(held, list | tuple):  # anything else is a problem the parser reports
            value[name] = [*held, *([] if note in held else [note])]


def _with_languages(record: Record) -> Record:
    if record.languages:
        return record
    used = dict.fromkeys(tag for tag in (*record.title, *record.summary) if tag != UNDETERMINED)
    return record.with_(languages=tuple(used))


def _clean(record: Record, problems: tuple[Problem, ...]) -> Record:
    """Give the record without the code that ``HTML_REMOVED`` tells of; the rules say where it is, not we."""
    for found in problems:
        if found.code == "HTML_REMOVED":
            record = _clean_text(record, found.path.split("/")[1:])
    return record


def _clean_text(record: Record, steps: list[str]) -> Record:
    if steps[0] == "details":
        details = record_details(record)
        name = to_snake(steps[1])
        return record.with_(details=details.model_copy(update={name: _safe(getattr(details, name), steps[2])}))
    name = to_snake(steps[0])
    return record.with_(**{name: _safe(getattr(record, name), steps[1])})


def _safe(texts: LangText, language: str) -> LangText:
    return LangText({**texts, language: safe_html(texts[language]).replace("&amp;", "&")})


def _numbered(draft: Draft, row: int | None) -> Draft:
    if row is None:
        return draft
    return Draft(draft.record, tuple(replace(each, row=row) for each in draft.problems), row)
