"""What an OAI-PMH answer looks like from outside, faults and all: elements, lists, tokens. Pure; repairs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from harvester.errors import (
    AnswerForbidden,
    AnswerUnreadable,
    SourceError,
    SourceRefused,
    SourceUnreachable,
    WrongAnswer,
)
from harvester.fetch import Response
from harvester.xml import local_name, parse_xml

Fault = AnswerUnreadable | AnswerForbidden | WrongAnswer


class VerbUnanswered(SourceError):
    """The verb {verb} is answered with {told}."""

    fix = "Answer {verb} as OAI-PMH 2.0 §4 says; every repository has to know it."


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; ``root`` is None where it is no OAI-PMH document, and ``fault`` says why."""

    url: str
    response: Response
    arrived_at: datetime
    root: etree._Element | None = None
    fault: Fault | None = None
    repairs: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its errors (OAI-PMH 2.0 §3.6)."""
        return tuple(child.get("code", "") for child in children(self.root, "error"))

    def find(self, verb: str) -> etree._Element | None:
        """Give the element of a verb, or None."""
        return next(children(self.root, verb), None)

    def text(self, name: str) -> str | None:
        """Give the text of a direct child such as ``responseDate``, or None."""
        found = next(children(self.root, name), None)
        return None if found is None else text_of(found)

    def get(self, verb: str) -> etree._Element:
        """Give the element of a verb; SourceError says what was sent instead."""
        if self.fault is not None:
            raise self.fault if self.response.status == 200 else self._refusal()
        found = self.find(verb)
        if found is None:
            raise VerbUnanswered(url=self.url, verb=verb, told=self.told)
        return found

    @property
    def told(self) -> str:
        """What it is, in words that go into a sentence."""
        if self.root is None:
            status = self.response.status
            return f"HTTP status {status} without an OAI-PMH document" if status != 200 else "no OAI-PMH document"
        if self.codes:
            return f"the error {' and '.join(code or 'without a code' for code in self.codes)}"
        named = [local_name(child) for child in self.root if local_name(child) not in ("responseDate", "request")]
        return f"the element {named[0]}" if named else "a document without any answer"

    def _refusal(self) -> SourceRefused | SourceUnreachable:
        if self.response.status >= 500:
            return SourceUnreachable(url=self.url, reason=f"HTTP status {self.response.status}")
        return SourceRefused(url=self.url, status=self.response.status)


@dataclass(frozen=True, slots=True)
class Item:
    """A record of a list, as it stands there."""

    identifier: str
    datestamp: str
    deleted: bool
    sets: tuple[str, ...]
    metadata: etree._Element | None
    parts: tuple[str, ...]
    """What stands in the record beside its header: ``metadata``, ``about``."""


@dataclass(frozen=True, slots=True)
class Token:
    """A resumptionToken element; its attributes as they were written."""

    text: str
    size: str | None
    cursor: str | None


@dataclass(frozen=True, slots=True)
class ListPage:
    """One answer of a list."""

    reply: Reply
    items: tuple[Item, ...]
    token: Token | None

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The identifiers in their order."""
        return tuple(item.identifier for item in self.items)


def to_reply(response: Response, url: str, arrived_at: datetime) -> Reply:
    """Read an answer, whatever it is."""
    if b"<html" in response.body[:1000].lower():
        return Reply(url, response, arrived_at, fault=WrongAnswer(url=url, protocol="OAI-PMH", saw="a web page"))
    try:
        xml = parse_xml(response.body, url=url)
    except (AnswerUnreadable, AnswerForbidden) as error:
        return Reply(url, response, arrived_at, fault=error)
    if local_name(xml.root) != "OAI-PMH":
        saw = f"an XML document “{local_name(xml.root)[:60]}”"
        return Reply(url, response, arrived_at, fault=WrongAnswer(url=url, protocol="OAI-PMH", saw=saw))
    return Reply(url, response, arrived_at, xml.root, repairs=xml.repairs)


def to_page(reply: Reply, verb: str) -> ListPage:
    """Read a list; nothing matching is an empty one. SourceError where it is no list."""
    if reply.codes and set(reply.codes) <= {"noRecordsMatch"}:
        return ListPage(reply, (), None)
    content = reply.get(verb)
    tokens = list(children(content, "resumptionToken"))
    token = Token(text_of(tokens[0]), tokens[0].get("completeListSize"), tokens[0].get("cursor")) if tokens else None
    if verb == "ListIdentifiers":
        return ListPage(reply, tuple(_to_item(header, None) for header in children(content, "header")), token)
    return ListPage(reply, tuple(to_item(record) for record in children(content, "record")), token)


def to_item(record: etree._Element) -> Item:
    """Read a ``record`` element."""
    return _to_item(next(children(record, "header"), None), record)


def _to_item(header: etree._Element | None, record: etree._Element | None) -> Item:
    metadata = next(children(record, "metadata"), None)
    first = next((child for child in metadata if isinstance(child.tag, str)), None) if metadata is not None else None
    return Item(
        identifier=text_of(next(children(header, "identifier"), None)),
        datestamp=text_of(next(children(header, "datestamp"), None)),
        deleted=header is not None and header.get("status") == "deleted",
        sets=tuple(text_of(each) for each in children(header, "setSpec")),
        metadata=first,
        parts=tuple(name for name in map(local_name, record if record is not None else ()) if name != "header"),
    )


def children(parent: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """Give the children of that name, in whatever namespace."""
    return (child for child in (parent if parent is not None else ()) if local_name(child) == name)


def text_of(element: etree._Element | None) -> str:
    """Give an element's text without white space around it; "" for none."""
    return "" if element is None else "".join(element.itertext()).strip()
