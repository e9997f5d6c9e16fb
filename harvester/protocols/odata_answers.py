"""Answers of OData 1 to 4 services, in JSON of any of their shapes or in Atom → entities; knows no entity by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from harvester.errors import AnswerUnreadable, ProtocolFault, SourceRefused, SourceUnreachable, WrongAnswer
from harvester.fetch import Fetcher, Response
from harvester.protocols.odata_atom import find_fault, parse_atom
from harvester.protocols.positions import to_count
from harvester.xml import REPLACEMENT, local_name, parse_xml

PROTOCOL = "OData"
ACCEPT = "application/json, application/atom+xml;q=0.8, application/xml;q=0.7"
_BOM = b"\xef\xbb\xbf"
_CONTROL = bytes(set(range(0x20)) - {9, 10, 13})
_TO_SPACES = bytes.maketrans(b"\t\n\r", b"   ")
_TOTALS = ("__count", "odata.count", "@odata.count", "count")
_NEXT = ("__next", "odata.nextLink", "@odata.nextLink")
_ERRORS = ("error", "odata.error")
_HTML = re.compile(rb"<html|<!doctype html", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """The entities of one answer as they came, what it announces, and where it says that the list goes on.

    ``repairs`` says what had to be done to its bytes; after ``lost_letters`` an entity that holds U+FFFD is not whole.
    ``sets`` are the addresses of entity sets, where the answer is a service document.
    """

    entities: tuple[Any, ...] = ()
    total: int | None = None
    next: str | None = None
    date: str | None = None
    url: str = ""
    repairs: str = ""
    lost_letters: bool = False
    sets: tuple[str, ...] = ()


def ask(fetcher: Fetcher, address: str, params: Mapping[str, str] | None = None, *, accept: str = ACCEPT) -> Answer:
    """Give what a service answers.

    ProtocolFault in the service's own words; SourceRefused for a 4xx without any and for 401, 403, 404, 410;
    SourceUnreachable for a 5xx; WrongAnswer for a web page; AnswerUnreadable for what is empty or broken.
    """
    response = fetcher.get(address, params=params, accept=accept)
    if response.status >= 500:
        raise SourceUnreachable(url=response.url, reason=f"HTTP status {response.status}{_told(response)}")
    if response.status in {401, 403, 404, 410}:
        raise SourceRefused(url=response.url, status=response.status)
    if not 200 <= response.status < 300:
        if words := _told(response):
            raise ProtocolFault(url=response.url, fault=f"HTTP status {response.status}", reason=words.lstrip(": "))
        response.require_ok()
    return parse_answer(response)


def parse_answer(response: Response) -> Answer:
    """Give the entities of an answer's body; errors as ``ask`` says."""
    body = response.body.removeprefix(_BOM).lstrip()
    if not body:
        raise AnswerUnreadable(url=response.url, reason="it is empty")
    if body[:1] == b"<":
        return _from_xml(body, response)
    value, repairs, lost = parse_json(body, response.url)
    return _from_json(value, response, repairs, lost)


def parse_json(body: bytes, url: str) -> tuple[Any, str, bool]:
    """Give the value, what had to be repaired, and whether letters were lost; AnswerUnreadable where it is no JSON.

    Control characters inside texts, which JSON forbids (RFC 8259 §7), stand in the data of several services.
    """
    try:
        return orjson.loads(body), "", False
    except orjson.JSONDecodeError as error:
        first = error
    plain = body.translate(_TO_SPACES, _CONTROL)
    text = plain.decode("utf-8", "replace")
    lost = REPLACEMENT in text and REPLACEMENT.encode() not in plain
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        reason = f"it stops being JSON at line {first.lineno}, column {first.colno}"
        raise AnswerUnreadable(url=url, reason=reason) from None
    told = "bytes that are not UTF-8 were left out" if lost else "control characters that JSON forbids were removed"
    return value, told, lost


def _from_json(value: Any, response: Response, repairs: str, lost: bool) -> Answer:
    """Give the entities of ``{d: {results: []}}``, ``{d: []}``, ``{value: []}``, a bare list, or of one entity."""
    if isinstance(value, dict):
        _raise_fault(value, response.url)
    inner = value.get("d", value) if isinstance(value, dict) else value
    head: Mapping[str, Any] = inner if isinstance(inner, dict) else {}
    listed: Any = inner
    if isinstance(inner, dict):
        listed = inner.get("results", inner.get("value", inner.get("EntitySets", inner)))
        if listed is inner and not _is_entity(inner):
            raise WrongAnswer(url=response.url, protocol=PROTOCOL, saw="JSON without entities")
    outer = value if isinstance(value, dict) else {}
    found = listed if isinstance(listed, list) else [listed]
    if not isinstance(listed, list | dict):
        raise WrongAnswer(url=response.url, protocol=PROTOCOL, saw="JSON without entities")
    told = {**head, **{name: each for name, each in outer.items() if name != "d"}}
    following = next((told[name] for name in _NEXT if isinstance(told.get(name), str)), None)
    total = next((count for name in _TOTALS if (count := to_count(told.get(name))) is not None), None)
    date = response.headers.get("date")
    sets = _named_sets(found) if "EntitySets" in head or "value" in head else ()
    return Answer(tuple(found), total, following, date, response.url, repairs, lost, sets)


def _is_entity(value: Mapping[str, Any]) -> bool:
    return "__metadata" in value or any(name.lower() in {"id", "country", "odata.metadata"} for name in value)


def _named_sets(entries: list[Any]) -> tuple[str, ...]:
    """Give the sets a JSON service document names: texts (version 2), or objects with ``url`` (version 3 and 4)."""
    if entries and all(isinstance(each, str) for each in entries):
        return tuple(entries)
    if all(isinstance(each, dict) and isinstance(each.get("url"), str) and "name" in each for each in entries):
        return tuple(str(each["url"]) for each in entries)
    return ()


def _raise_fault(value: Mapping[str, Any], url: str) -> None:
    error = next((value[name] for name in _ERRORS if value.get(name)), None)
    if error is None:
        return
    told = error if isinstance(error, dict) else {"message": error}
    message = told.get("message")
    words = message.get("value") if isinstance(message, dict) else message
    raise ProtocolFault(url=url, fault=str(told.get("code") or "error")[:80], reason=str(words or told)[:300])


def _from_xml(body: bytes, response: Response) -> Answer:
    if _HTML.search(body[:2000]):
        raise WrongAnswer(url=response.url, protocol=PROTOCOL, saw="a web page")
    parsed = parse_xml(body, url=response.url)
    if fault := find_fault(parsed.root):
        raise ProtocolFault(url=response.url, fault=fault[0][:80], reason=fault[1][:300])
    feed = parse_atom(parsed.root)
    if feed is None:
        saw = f"an XML document “{local_name(parsed.root)}”"
        raise WrongAnswer(url=response.url, protocol=PROTOCOL, saw=saw)
    repairs, date = "; ".join(parsed.repairs), response.headers.get("date")
    total, lost = to_count(feed.total), parsed.lost_letters
    return Answer(feed.entities, total, feed.next, date, response.url, repairs, lost, feed.sets)


def _told(response: Response) -> str:
    """Give what a refusal says of itself, as “: words”; nothing where it says nothing."""
    try:
        parse_answer(response)
    except ProtocolFault as fault:
        return f": {fault.reason}"  # type: ignore[attr-defined]  # every fact of the message is an attribute
    except (AnswerUnreadable, WrongAnswer):
        return ""
    return ""
