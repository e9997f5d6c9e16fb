"""A small OAI-PMH repository in memory that behaves well, for scenarios to spoil; it knows no misbehaviour itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from harvester.hostile.scenario import Call
from harvester.testing import Recorded

ANSWERED_AT = "2024-05-01T12:00:00Z"
STAMP = "2024-03-01T08:00:00Z"
SECONDS = "YYYY-MM-DDThh:mm:ssZ"
DAYS = "YYYY-MM-DD"
RECORD_VERBS = frozenset({"ListRecords", "ListIdentifiers", "GetRecord"})
_OAI = "http://www.openarchives.org/OAI/2.0/"
_DC = f'<oai_dc:dc xmlns:oai_dc="{_OAI}oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'


@dataclass(frozen=True, slots=True)
class Item:
    """One record on the shelf; ``metadata`` is XML, empty where there is none."""

    identifier: str
    metadata: str = ""
    datestamp: str = STAMP
    deleted: bool = False


def dublin_core(title: str, more: str = "") -> str:
    """Give the metadata of a record, with more elements as XML."""
    return f"{_DC}<dc:title>{title}</dc:title>{more}</oai_dc:dc>"


def an_item(number: int, title: str = "", *, more: str = "", datestamp: str = STAMP, deleted: bool = False) -> Item:
    """Give a record with nothing wrong with it."""
    titled = dublin_core(
        title or f"Wetland survey {number}",
        f"<dc:identifier>https://library.example/{number}</dc:identifier><dc:language>en</dc:language>{more}",
    )
    return Item(f"oai:library.example:{number}", "" if deleted else titled, datestamp, deleted)


def some_items(count: int, first: int = 1) -> list[Item]:
    """Give so many records."""
    return [an_item(number) for number in range(first, first + count)]


def header_xml(item: Item) -> str:
    """Give a ``header`` element."""
    stamp = f"<datestamp>{item.datestamp}</datestamp>" if item.datestamp else ""
    status = ' status="deleted"' if item.deleted else ""
    identifier = f"<identifier>{escape(item.identifier)}</identifier>" if item.identifier else ""
    return f"<header{status}>{identifier}{stamp}</header>"


def record_xml(item: Item) -> str:
    """Give a ``record`` element."""
    metadata = f"<metadata>{item.metadata}</metadata>" if item.metadata else ""
    return f"<record>{header_xml(item)}{metadata}</record>"


def list_xml(items: Sequence[Item], end: str = "") -> str:
    """Give a ``ListRecords`` element; ``end`` is the resumptionToken element, if any."""
    return f"<ListRecords>{''.join(map(record_xml, items))}{end}</ListRecords>"


def names_xml(items: Sequence[Item], end: str = "") -> str:
    """Give a ``ListIdentifiers`` element."""
    return f"<ListIdentifiers>{''.join(map(header_xml, items))}{end}</ListIdentifiers>"


def token_xml(token: str, total: int | str | None = None) -> str:
    """Give a ``resumptionToken`` element."""
    size = f' completeListSize="{total}"' if total is not None else ""
    return f"<resumptionToken{size}>{escape(token)}</resumptionToken>"


def document(content: str, *, at: str = ANSWERED_AT) -> str:
    """Give a whole OAI-PMH document around an element."""
    date = f"<responseDate>{at}</responseDate>" if at else ""
    head = f'<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="{_OAI}">{date}'
    return f"{head}<request>https://library.example/oai</request>{content}</OAI-PMH>"


def answer(content: str, *, at: str = ANSWERED_AT, status: int = 200) -> Recorded:
    """Give a document as an HTTP answer."""
    return Recorded(document(content, at=at).encode(), status)


def fault(code: str, text: str = "", *, at: str = ANSWERED_AT, status: int = 200) -> Recorded:
    """Give an OAI error (OAI-PMH 2.0 §3.6)."""
    return answer(f'<error code="{code}">{escape(text)}</error>', at=at, status=status)


@dataclass(slots=True)
class Repository:
    """Answers every verb a harvester uses. Change its fields between requests to let it change its mind.

    ``harvests`` counts how often somebody began anew, by Identify. ``ahead_s`` lets it tell the time, so many seconds
    ahead of the true one, instead of the fixed ``at``.
    """

    items: Sequence[Item]
    page_size: int = 10
    granularity: str = SECONDS
    deleted: str = "persistent"
    prefixes: Sequence[str] = ("oai_dc",)
    at: str = ANSWERED_AT
    earliest: str = "2020-01-01T00:00:00Z"
    base_url: str = ""
    name: str = "A library"
    repository: str = ""
    ahead_s: int | None = None
    harvests: int = 0

    def __call__(self, call: Call) -> Recorded:
        """Answer as OAI-PMH 2.0 §4 says."""
        verb = call.query.get("verb", "")
        if self.ahead_s is not None:
            self.at = (datetime.now(UTC) + timedelta(seconds=self.ahead_s)).strftime("%Y-%m-%dT%H:%M:%SZ")
        if verb == "Identify":
            self.harvests += 1
            return self._identify(call)
        if verb == "ListMetadataFormats":
            entries = (f"<metadataPrefix>{prefix}</metadataPrefix>" for prefix in self.prefixes)
            listed = "".join(f"<metadataFormat>{entry}</metadataFormat>" for entry in entries)
            return answer(f"<ListMetadataFormats>{listed}</ListMetadataFormats>", at=self.at)
        if verb in ("ListRecords", "ListIdentifiers"):
            return self._list(call, verb)
        if verb == "GetRecord":
            return self._get(call.query.get("identifier", ""))
        return fault("badVerb", f"{verb} is not known here")

    def page(self, start: int, *, end: str | None = None) -> Recorded:
        """Give the page of all records that starts at a place, ended as given or as it should be."""
        return self._page(self.items, start, end)

    def _identify(self, call: Call) -> Recorded:
        facts = {
            "repositoryName": self.name,
            "baseURL": self.base_url or f"{call.root}/oai",
            "protocolVersion": "2.0",
            "adminEmail": "desk@library.example",
            "earliestDatestamp": self.earliest,
            "deletedRecord": self.deleted,
            "granularity": self.granularity,
        }
        told = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in facts.items())
        if self.repository:
            named = f"<scheme>oai</scheme><repositoryIdentifier>{self.repository}</repositoryIdentifier>"
            told += f'<description><oai-identifier xmlns="{_OAI}oai-identifier">{named}</oai-identifier></description>'
        return answer(f"<Identify>{told}</Identify>", at=self.at)

    def _list(self, call: Call, verb: str) -> Recorded:
        token, bounds = call.query.get("resumptionToken"), f"{call.query.get('from', '')}|{call.query.get('until', '')}"
        if token is None:
            due = self._due(bounds)
            return self._page(due, 0, None, bounds, verb) if due else fault("noRecordsMatch", "nothing", at=self.at)
        place, _, bounds = token.partition("|")
        if not place.isdecimal() or int(place) >= len(self.items):
            return fault("badResumptionToken", "this token was not given out here")
        return self._page(self._due(bounds), int(place), None, bounds, verb)

    def _due(self, bounds: str) -> list[Item]:
        since, _, until = bounds.partition("|")
        return [
            item
            for item in self.items
            if item.datestamp[: len(since)] >= since and (not until or item.datestamp[: len(until)] <= until)
        ]

    def _get(self, identifier: str) -> Recorded:
        for item in self.items:
            if item.identifier == identifier:
                return answer(f"<GetRecord>{record_xml(item)}</GetRecord>", at=self.at)
        return fault("idDoesNotExist", "it is not here", at=self.at)

    def _page(
        self, due: Sequence[Item], start: int, end: str | None, bounds: str = "", verb: str = "ListRecords"
    ) -> Recorded:
        stop = start + self.page_size
        if end is None:
            more = f"{stop}|{bounds}" if stop < len(due) else ""
            end = token_xml(more, len(due)) if more or start else ""
        write = names_xml if verb == "ListIdentifiers" else list_xml
        return answer(write(due[start:stop], end), at=self.at)
