"""A fetched page → raw records of schema.org things, and what could not be cut out. Fetches nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape

import orjson

from harvester.fetch import Response
from harvester.plain_jsonld import Names, Object, TooDeep, UnknownContext, graph_of, to_plain
from harvester.protocols.json_answers import canonical
from harvester.protocols.page_things import find_things
from harvester.protocols.web_page import Block, parse_web_page
from harvester.raw import RawRecord, new_raw
from vocabularies.problems import Problem, problem

FORMAT = "schema_org"
MAX_IDENTIFIER_BYTES = 2048
MAX_DATESTAMP_BYTES = 64
_JSON_TYPES = ("application/ld+json", "application/json", "text/json", "application/geo+json")
_VOCABULARY = "https://schema.org/"


@dataclass(frozen=True, slots=True)
class Found:
    """What a page holds; ``is_bare`` where it has no JSON-LD, ``asks_to_log_in`` where it has a password field."""

    records: tuple[RawRecord, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_bare: bool = False
    asks_to_log_in: bool = False


@dataclass(slots=True)
class _Reading:
    url: str
    nodes: list[Object] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    language: str | None = None


def records_of(response: Response, url: str, datestamp: str | None = None) -> Found:
    """Give the records of a page whose address is listed as ``url``.

    A page that describes one thing gives it its own address as identifier. Of several each has the address, ``#`` and
    its ``@id``, or its number where it has none.
    """
    login = False
    blocks: tuple[Block, ...] = ()
    content_type = response.headers.get("content-type", "")
    body = response.body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if body[:1] in (b"{", b"[") or content_type.lower().startswith(_JSON_TYPES):
        blocks = (Block(body.decode("utf-8", "replace"), 1),) if body else ()
    elif body[:1] == b"<" or "html" in content_type.lower():
        page = parse_web_page(body, content_type)
        blocks, login = page.blocks, page.asks_to_log_in
    if not blocks:
        return Found(is_bare=True, asks_to_log_in=login)
    reading = _Reading(url)
    for number, block in enumerate(blocks, 1):
        _read(block, reading, f"/script[{number}]")
    records = _to_records(find_things(reading.nodes), reading, datestamp)
    return Found(tuple(records), tuple(reading.problems), is_bare=not records and not reading.problems)


def _read(block: Block, reading: _Reading, place: str) -> None:
    document, unknown = _parse(block, reading, place), set[str]()
    for context, node in graph_of(document):
        try:
            names = Names(context)
            plain = to_plain(node, names)
        except UnknownContext as error:
            value = f"its context {error} is not schema.org’s; contexts are not fetched"
            if value not in unknown:
                reading.problems.append(_problem("CROSSWALK_FAILED", reading, f"{place}/@context", value))
            unknown.add(value)
        except TooDeep as error:
            reading.problems.append(_problem("CROSSWALK_FAILED", reading, place, str(error)))
        else:
            reading.language = reading.language or names.language
            reading.nodes.append(plain)


def _parse(block: Block, reading: _Reading, place: str) -> object:
    """Parse a block; line ends in texts and HTML's character references, which many systems write, are mended."""
    try:
        return orjson.loads(block.text)
    except orjson.JSONDecodeError as error:
        line, column, first = error.lineno, error.colno, block.text[:200]
    mended = block.text.strip().rstrip(";")
    for text in [mended, unescape(mended)] if "&quot;" in mended else [mended]:
        try:
            return json.loads(text, strict=False, parse_constant=_refuse)
        except (ValueError, RecursionError):
            continue
    params = {"line": str(block.line + line - 1), "column": str(column)}
    reading.problems.append(Problem("JSON_SYNTAX", "error", place, first, params, record_id=reading.url))
    return None


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _to_records(things: Iterable[Object], reading: _Reading, datestamp: str | None) -> list[RawRecord]:
    found = list(things)
    several = len(found) + len(reading.problems) > 1
    stamp = datestamp if datestamp and len(datestamp.encode()) <= MAX_DATESTAMP_BYTES else None
    records: dict[str, RawRecord] = {}
    for number, thing in enumerate(found, 1):
        identifier = _identifier(thing, reading.url, number) if several else reading.url
        if identifier in records:
            identifier = f"{identifier}~{number}"
        if len(identifier.encode("utf-8", "replace")) > MAX_IDENTIFIER_BYTES or "\x00" in identifier:
            reading.problems.append(Problem("ID_SYNTAX", "error", value=identifier[:200]))
            continue
        payload = _payload(thing, reading.language)
        if payload is None:
            reading.problems.append(_problem("CROSSWALK_FAILED", reading, "", "it holds a value that is no JSON text"))
            continue
        records[identifier] = new_raw(identifier, payload, format=FORMAT, datestamp=stamp)
    return list(records.values())


def _payload(thing: Object, language: str | None) -> bytes | None:
    context: object = {"@vocab": _VOCABULARY, "@language": language} if language else _VOCABULARY
    try:
        return canonical({"@context": context, **thing})
    except orjson.JSONEncodeError:  # half a surrogate pair, or a number larger than any database keeps
        return None


def _identifier(thing: Object, url: str, number: int) -> str:
    own = thing.get("@id")
    if not isinstance(own, str) or not own.strip() or own.startswith("_:"):
        return f"{url}#{number}"
    return own if own.startswith(f"{url}#") else f"{url}#{own.removeprefix('#')}"


def _problem(code: str, reading: _Reading, path: str, value: str) -> Problem:
    found = problem(code, path, value)
    return Problem(found.code, found.severity, found.path, found.value, record_id=reading.url)
