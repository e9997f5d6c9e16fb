"""A small catalogue service in memory that behaves well, for scenarios to spoil; knows no misbehaviour itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from lxml import etree

from harvester.hostile.scenario import Call
from harvester.testing import Recorded
from harvester.xml import local_name, parse_xml

CSW_NAMESPACE = "http://www.opengis.net/cat/csw/2.0.2"
GMD = "http://www.isotc211.org/2005/gmd"
_SPACES = (
    f'xmlns:csw="{CSW_NAMESPACE}" xmlns:gmd="{GMD}" xmlns:gco="http://www.isotc211.org/2005/gco" '
    'xmlns:ows="http://www.opengis.net/ows" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dct="http://purl.org/dc/terms/"'
)
_SETS = {"brief": "BriefRecord", "summary": "SummaryRecord"}
"""What the element sets of Dublin Core are called; of the full one ``Record`` (CSW 2.0.2 §10.8.4.9)."""
_SINCE = re.compile(r"dct:modified >= '([^']+)'")


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of the service."""

    identifier: str
    title: str
    modified: str = "2024-03-01"
    keywords: tuple[str, ...] = ()


def some_entries(count: int, first: int = 1) -> list[Entry]:
    """Give so many different records."""
    return [Entry(f"reef-{number:03}", f"Reef map {number}") for number in range(first, first + count)]


def iso(entry: Entry) -> str:
    """Give a record as ISO 19139."""
    named = "".join(f"<gmd:keyword>{_text(each)}</gmd:keyword>" for each in entry.keywords)
    listed = f"<gmd:descriptiveKeywords><gmd:MD_Keywords>{named}</gmd:MD_Keywords></gmd:descriptiveKeywords>"
    return (
        f"<gmd:MD_Metadata><gmd:fileIdentifier>{_text(entry.identifier)}</gmd:fileIdentifier>"
        f"<gmd:language>{_text('eng')}</gmd:language>"
        f"<gmd:dateStamp><gco:Date>{entry.modified}</gco:Date></gmd:dateStamp><gmd:identificationInfo>"
        f"<gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation><gmd:title>{_text(entry.title)}</gmd:title>"
        f"</gmd:CI_Citation></gmd:citation><gmd:abstract>{_text('What the map shows.')}</gmd:abstract>"
        f"{listed if named else ''}</gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"
    )


def core(entry: Entry, name: str = "Record") -> str:
    """Give a record as Dublin Core: full, summary or brief."""
    return (
        f"<csw:{name}><dc:identifier>{escape(entry.identifier)}</dc:identifier>"
        f"<dc:title>{escape(entry.title)}</dc:title><dc:type>dataset</dc:type><dct:modified>{entry.modified}</dct:modified>"
        f"<dct:abstract>What the map shows.</dct:abstract></csw:{name}>"
    )


def results(records: Sequence[str], matched: object, following: object) -> Recorded:
    """Give a GetRecords answer."""
    return document(
        f'<csw:GetRecordsResponse {_SPACES}><csw:SearchStatus timestamp="2026-05-01T12:00:00Z"/>'
        f'<csw:SearchResults numberOfRecordsMatched="{matched}" numberOfRecordsReturned="{len(records)}" '
        f'nextRecord="{following}" elementSet="full">{"".join(records)}</csw:SearchResults></csw:GetRecordsResponse>'
    )


def exception(code: str, text: str, status: int = 200) -> Recorded:
    """Give an exception report (OWS Common 1.1 §8)."""
    body = (
        f'<ows:ExceptionReport {_SPACES} version="1.2.0"><ows:Exception exceptionCode="{code}">'
        f"<ows:ExceptionText>{escape(text)}</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
    )
    return document(body, status)


def document(body: str, status: int = 200) -> Recorded:
    """Give an XML document as an HTTP answer."""
    content = f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode()
    return Recorded(content, status, {"Content-Type": "application/xml; charset=UTF-8"})


def capabilities(root: str, *, schemas: Sequence[str] = (CSW_NAMESPACE, GMD), version: str = "2.0.2") -> Recorded:
    """Give a description of the service; its operations lie where ``root`` says."""
    values = "".join(f"<ows:Value>{schema}</ows:Value>" for schema in schemas)
    ways = f'<ows:Get xlink:href="{root}/csw"/><ows:Post xlink:href="{root}/csw"/>'
    where = f"<ows:DCP><ows:HTTP>{ways}</ows:HTTP></ows:DCP>"
    others = "".join(
        f'<ows:Operation name="{name}">{where}</ows:Operation>' for name in ("GetCapabilities", "GetRecordById")
    )
    return document(
        f'<csw:Capabilities {_SPACES} xmlns:xlink="http://www.w3.org/1999/xlink" version="{version}">'
        "<ows:ServiceIdentification><ows:Title>Reef catalogue</ows:Title></ows:ServiceIdentification>"
        f'<ows:OperationsMetadata>{others}<ows:Operation name="GetRecords">{where}'
        f'<ows:Parameter name="outputSchema">{values}</ows:Parameter></ows:Operation></ows:OperationsMetadata>'
        "</csw:Capabilities>"
    )


@dataclass(slots=True)
class CswService:
    """Answers as a service does. ``most`` is the largest page; ``lists`` counts the lists begun."""

    entries: list[Entry] = field(default_factory=list)
    most: int = 1000
    lists: int = 0

    def __call__(self, call: Call) -> Recorded:
        """Answer as a service does; names of arguments in any case (CSW 2.0.2 §10.2)."""
        query = arguments(call)
        if query.get("request") == "GetCapabilities":
            return capabilities(call.root)
        if query.get("request") == "GetRecordById":
            found = [iso(entry) for entry in self.entries if entry.identifier == query.get("id")]
            return document(f"<csw:GetRecordByIdResponse {_SPACES}>{''.join(found)}</csw:GetRecordByIdResponse>")
        if query.get("request") != "GetRecords":
            return exception("MissingParameterValue", "request", 400)
        return self.page(call, *place(call))

    def page(self, call: Call, start: int, rows: int) -> Recorded:
        """Give the records from a position on, counted from 0."""
        self.lists += start == 0
        found = self.found(call)
        shown = found[start : start + min(rows, self.most)]
        following = start + len(shown) + 1
        return results(self.written(call, shown), len(found), following if following <= len(found) else 0)

    def found(self, call: Call) -> list[Entry]:
        """Give what a search finds."""
        window = _SINCE.search(arguments(call).get("constraint", ""))
        return [entry for entry in self.entries if window is None or entry.modified >= window[1][:10]]

    def written(self, call: Call, entries: Sequence[Entry]) -> list[str]:
        """Give records in the form a search asks for."""
        query = arguments(call)
        if query.get("outputschema") == GMD:
            return [iso(entry) for entry in entries]
        name = _SETS.get(query.get("elementsetname", "summary"), "Record")
        return [core(entry, name) for entry in entries]


def arguments(call: Call) -> dict[str, str]:
    """Give a request's arguments by their names in lower case, posted ones as well (CSW 2.0.2 §10.8.2)."""
    found = {name.lower(): value for name, value in call.query.items()}
    return {**found, **_posted(parse_xml(call.body, url=call.root).root)} if call.body else found


def _posted(root: etree._Element) -> dict[str, str]:
    """Give what a posted GetRecords asks for under the names it has in an address."""
    found = {str(name).lower(): str(value) for name, value in root.attrib.items()}
    named = {"ElementSetName": "elementsetname", "CqlText": "constraint"}
    found |= {named[tag]: each.text or "" for each in root.iter("{*}*") if (tag := local_name(each)) in named}
    return {**found, "request": local_name(root)}


def place(call: Call) -> tuple[int, int]:
    """Give the position asked for, counted from 0, and how many records."""
    query = arguments(call)
    return int(query.get("startposition", "1")) - 1, int(query.get("maxrecords", "10"))


def _text(text: str) -> str:
    return f"<gco:CharacterString>{escape(text)}</gco:CharacterString>"
