"""What a catalogue service's answers say: its offer, its exceptions, its records as raw bytes; pure, no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from harvester.errors import AnswerUnreadable, ProtocolFault, WrongAnswer
from harvester.protocols.json_answers import MAX_DATESTAMP_BYTES, find_text
from harvester.protocols.pages import Named
from harvester.protocols.positions import Slice, to_count
from harvester.raw import RawRecord, new_raw
from harvester.xml import REPLACEMENT, XmlAnswer, local_name, parse_xml
from vocabularies.problems import Problem

SCHEMAS: Mapping[str, str] = {
    "iso19139": "http://www.isotc211.org/2005/gmd",
    "iso19115_3": "http://standards.iso.org/iso/19115/-3/mdb/2.0",
}
"""Formats richer than Dublin Core and their outputSchema, the one we prefer first."""
REPORTED = "it reports"
_PASSING = frozenset({"noapplicablecode", "operationprocessingfailed"})
"""Exceptions that one broken record may cause; a smaller page may then be answered (GeoNetwork #9321, 2026)."""
_HTML_START = (b"<!doctype html", b"<html")
_RECORD_NAMES = {"MD_Metadata": "iso19139", "MI_Metadata": "iso19139"}
_DUBLIN_CORE = frozenset({"Record", "SummaryRecord", "BriefRecord"})


@dataclass(frozen=True, slots=True)
class Offer:
    """What GetCapabilities says: the version spoken, the output schemas, the service's name."""

    version: str
    schemas: tuple[str, ...]
    title: str
    abstract: str


def parse_answer(body: bytes, url: str) -> XmlAnswer:
    """Read an answer; ProtocolFault where it is an exception report, WrongAnswer where it is a web page.

    An exception that one record may cause is AnswerUnreadable: the page cannot be read, a smaller one perhaps can.
    """
    if body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML_START):
        raise WrongAnswer(url=url, protocol="a catalogue service", saw="a web page")
    answer = parse_xml(body, url=url)
    if local_name(answer.root) not in {"ExceptionReport", "ServiceExceptionReport"}:
        return answer
    report = next(iter(answer.root), answer.root)
    code = (report.get("exceptionCode") or report.get("code") or "exception")[:80]
    text = " ".join("".join(report.itertext()).split())[:300]
    if code.lower() in _PASSING:
        raise AnswerUnreadable(url=url, reason=f"{REPORTED} {code}: {text}")
    raise ProtocolFault(url=url, fault=code, reason=text or "no reason given")


def to_offer(answer: XmlAnswer, url: str) -> Offer:
    """Give what the service offers (CSW 2.0.2 §10.5); WrongAnswer where the document is another."""
    root = answer.root
    if local_name(root) != "Capabilities":
        raise WrongAnswer(url=url, protocol="a catalogue service", saw=f"an XML document “{local_name(root)[:60]}”")
    schemas: list[str] = []
    for operation in _all(root, "Operation"):
        if operation.get("name") == "GetRecords":
            for parameter in _all(operation, "Parameter"):
                if (parameter.get("name") or "").lower() == "outputschema":
                    schemas += [text for value in _all(parameter, "Value") if (text := _text(value))]
    identification = next(iter(_all(root, "ServiceIdentification")), root)
    title, abstract = (_child_text(identification, name) for name in ("Title", "Abstract"))
    return Offer(root.get("version") or "2.0.2", tuple(schemas), title, abstract)


def to_slice(answer: XmlAnswer, url: str, *, start: int, rows: int) -> Slice[RawRecord]:
    """Cut the records out of a GetRecords answer; one that cannot be cut out becomes a problem (§10.8.4).

    ``nextRecord`` is believed only where it lies inside the page asked for: some services leave a record out.
    """
    results = _results(answer, url)
    found = [_cut_out(element, answer.lost_letters) for element in results if isinstance(element.tag, str)]
    records = tuple(each for each in found if isinstance(each, RawRecord))
    problems = tuple(each for each in found if isinstance(each, Problem))
    return replace(_frame(answer, results, len(found), start=start, rows=rows), records=records, problems=problems)


def to_names(answer: XmlAnswer, url: str, *, start: int, rows: int) -> Slice[Named]:
    """Give the identifiers of a GetRecords answer; a record without one becomes a problem."""
    results = _results(answer, url)
    found = [record_identifier(element) for element in results if isinstance(element.tag, str)]
    named = tuple(Named(identifier) for identifier in found if identifier)
    lost = (Problem("ID_SYNTAX", "error", value="a record without identifier"),) * (len(found) - len(named))
    return replace(_frame(answer, results, len(found), start=start, rows=rows), records=named, problems=lost)


def to_single(answer: XmlAnswer) -> RawRecord | Problem | None:
    """Give the record of a GetRecordById answer, in a response or alone (CSW 3.0 §7.4.4); None where none is."""
    root = answer.root
    if local_name(root) == "GetRecordByIdResponse":
        element = next((child for child in root if isinstance(child.tag, str)), None)
        return None if element is None else _cut_out(element, answer.lost_letters)
    return _cut_out(root, answer.lost_letters) if format_of(root) else None


def format_of(element: etree._Element) -> str | None:
    """Give the name of the format a record element is in, or None."""
    name, namespace = local_name(element), etree.QName(element).namespace or ""
    if name in _RECORD_NAMES:
        return "iso19115_3" if "19115/-3" in namespace else _RECORD_NAMES[name]
    return "csw_record" if name in _DUBLIN_CORE else None


def record_identifier(element: etree._Element) -> str | None:
    """Give the identifier of a record in any of the formats, or None where there is none that can be kept."""
    for name in ("fileIdentifier", "metadataIdentifier", "identifier"):
        for child in element:
            if local_name(child) == name:
                code = next(iter(_all(child, "code")), child)
                return find_text(_text(code))
    return None


def _results(answer: XmlAnswer, url: str) -> etree._Element:
    results = next((child for child in answer.root if local_name(child) == "SearchResults"), None)
    if local_name(answer.root) != "GetRecordsResponse" or results is None:
        saw = f"an XML document “{local_name(answer.root)[:60]}” without results"
        raise WrongAnswer(url=url, protocol="a catalogue service", saw=saw)
    return results


def _frame(answer: XmlAnswer, results: etree._Element, count: int, *, start: int, rows: int) -> Slice[Any]:
    following = to_count(results.get("nextRecord"))
    skips = following is not None and start + count < following - 1 <= start + rows
    status = next((child for child in answer.root if local_name(child) == "SearchStatus"), None)
    return Slice(
        records=(),
        reach=following - 1 - start if following is not None and skips else count,
        total=to_count(results.get("numberOfRecordsMatched")),
        date=status.get("timestamp") if status is not None else None,
        last=following == 0,
    )


def _cut_out(element: etree._Element, lost_letters: bool) -> RawRecord | Problem:
    form, identifier = format_of(element), record_identifier(element)
    if form is None:
        return Problem("CROSSWALK_FAILED", "error", value=f"a record in an unknown form “{local_name(element)[:60]}”")
    if identifier is None:
        return Problem("ID_SYNTAX", "error", value="a record without an identifier that can be kept")
    try:
        payload = etree.tostring(element, method="c14n", exclusive=True)
    except (etree.LxmlError, ValueError) as error:
        return Problem("XML_SYNTAX", "error", value=str(error)[:500], record_id=identifier)
    if lost_letters and REPLACEMENT.encode() in payload:
        return Problem("ENCODING", "error", value="letters that are not UTF-8", record_id=identifier)
    return new_raw(identifier, payload, format=form, datestamp=_datestamp(element))


def _datestamp(element: etree._Element) -> str | None:
    for child in element:
        if local_name(child) in {"dateStamp", "modified"}:
            return find_text(_text(child), MAX_DATESTAMP_BYTES)
    stamps = [_text(found) for child in element if local_name(child) == "dateInfo" for found in _all(child, "date")]
    return find_text(max(stamps, default=""), MAX_DATESTAMP_BYTES)


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    return list(element.iter(f"{{*}}{name}"))


def _child_text(parent: etree._Element, name: str) -> str:
    return next((_text(child) for child in parent if local_name(child) == name), "")


def _text(element: etree._Element) -> str:
    return "".join(element.itertext()).strip()
