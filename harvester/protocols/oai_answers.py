"""What an OAI-PMH answer says: its errors, its identity, its records as raw bytes; pure, no network."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from harvester.errors import WrongAnswer
from harvester.protocols.oai_formats import format_of
from harvester.protocols.pages import Named
from harvester.raw import RawRecord, deleted_raw, new_raw
from harvester.xml import REPLACEMENT, XmlAnswer, local_name, parse_xml
from vocabularies.problems import Problem

MAX_IDENTIFIER_BYTES = 2048
MAX_DIGITS = 9
_HTML_START = (b"<!doctype html", b"<html")


@dataclass(frozen=True, slots=True)
class Fault:
    """One ``error`` element (OAI-PMH 2.0 §3.6)."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An OAI-PMH document: the verb's element where there is one, the faults, and how the bytes were repaired.

    ``moved_to`` is the address a permanent redirect to another host led to.
    """

    url: str
    response_date: str | None
    content: etree._Element | None
    faults: tuple[Fault, ...]
    repairs: tuple[str, ...]
    lost_letters: bool = False
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class ListPart:
    """One incomplete list: records or names, what could not be cut out, and the token that continues it.

    No token: it ends here; ``closed`` says that a resumptionToken element without a token said so (OAI-PMH 2.0 §3.5).
    """

    records: tuple[RawRecord, ...] = ()
    problems: tuple[Problem, ...] = ()
    token: str | None = None
    total: int | None = None
    closed: bool = False
    named: tuple[Named, ...] = ()


def parse_answer(body: bytes, *, url: str, cp1252: bool = False) -> Answer:
    """Read an OAI-PMH document; WrongAnswer where it is something else, AnswerUnreadable where it is no XML.

    Content type and element prefixes are not looked at: many repositories get them wrong (compare §3.1.2.1).
    """
    start = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_HTML_START):
        raise WrongAnswer(url=url, protocol="OAI-PMH", saw="a web page")
    xml = parse_xml(body, url=url, cp1252=cp1252)
    if local_name(xml.root) != "OAI-PMH":
        raise WrongAnswer(url=url, protocol="OAI-PMH", saw=f"an XML document “{local_name(xml.root)[:60]}”")
    return _to_answer(xml, url)


def _to_answer(xml: XmlAnswer, url: str) -> Answer:
    response_date: str | None = None
    content: etree._Element | None = None
    faults: list[Fault] = []
    for child in xml.root:
        name = local_name(child)
        if name == "responseDate":
            response_date = _text(child) or None
        elif name == "error":
            faults.append(Fault(child.get("code", ""), _text(child)))
        elif name != "request" and content is None:
            content = child
    return Answer(url, response_date, content, tuple(faults), xml.repairs, xml.lost_letters)


def identify(answer: Answer) -> dict[str, str]:
    """Give Identify's single values by element name, the first of each; empty where the answer is no Identify."""
    if answer.content is None or local_name(answer.content) != "Identify":
        return {}
    found: dict[str, str] = {}
    for child in answer.content:
        if len(child) == 0:
            found.setdefault(local_name(child), _text(child))
    for told in answer.content.iter("{*}repositoryIdentifier"):  # in a description, by the guidelines for identifiers
        found.setdefault("repositoryIdentifier", _text(told))
    return found


def list_part(answer: Answer, metadata_prefix: str) -> ListPart:
    """Cut the records out of a ListRecords or GetRecord answer; one that cannot be cut out becomes a problem.

    Of a ListIdentifiers answer, the names.
    """
    records: list[RawRecord] = []
    problems: list[Problem] = []
    named: list[Named] = []
    token: str | None = None
    total: int | None = None
    closed = False
    for child in () if answer.content is None else answer.content:
        name = local_name(child)
        if name == "record":
            try:
                cut = _cut_out(child, metadata_prefix, answer.lost_letters)
            except (etree.LxmlError, ValueError) as error:
                cut = _unreadable("XML_SYNTAX", None, str(error))
            (records if isinstance(cut, RawRecord) else problems).append(cut)  # type: ignore[arg-type]
        elif name == "header":
            found = _name(child)
            (named if isinstance(found, Named) else problems).append(found)  # type: ignore[arg-type]
        elif name == "resumptionToken":
            token = (child.text or "").strip() or None
            total = _whole_number(child.get("completeListSize"))
            closed = token is None
    problems += [Problem("ENCODING", "note", value=repair) for repair in answer.repairs]
    return ListPart(tuple(records), tuple(problems), token, total, closed, tuple(named))


def _name(header: etree._Element) -> Named | Problem:
    told = _header_texts(header)
    identifier = told["identifier"][0] if "identifier" in told else ""
    if fault := _unusable(identifier):
        return fault
    return Named(identifier, told.get("datestamp", [""])[0] or None, header.get("status") == "deleted")


def _unusable(identifier: str) -> Problem | None:
    if not identifier:
        return _unreadable("ID_SYNTAX", None, "a record without identifier")
    if len(identifier.encode()) > MAX_IDENTIFIER_BYTES:
        return _unreadable("ID_SYNTAX", identifier[:200], "an identifier of more than 2 KiB")
    return None


def _cut_out(record: etree._Element, metadata_prefix: str, lost_letters: bool) -> RawRecord | Problem:
    header = metadata = None
    for child in reversed(record):
        name = local_name(child)
        if name == "header":
            header = child
        elif name == "metadata":
            metadata = child
    told = _header_texts(header) if header is not None else {}
    identifier = told["identifier"][0] if "identifier" in told else ""
    fault = _unusable(identifier)
    if header is None or fault is not None:
        return fault or _unreadable("ID_SYNTAX", None, "a record without header")
    datestamp = told["datestamp"][0] or None if "datestamp" in told else None
    sets = tuple(filter(None, told.get("setSpec", ())))
    if header.get("status") == "deleted":
        return deleted_raw(identifier, format=metadata_prefix, datestamp=datestamp, sets=sets)
    if metadata is None or len(metadata) == 0:
        return _unreadable("VALUE_MISSING", identifier, "the record has no metadata and is not marked as deleted")
    payload = etree.tostring(metadata[0], method="c14n", exclusive=True)
    if lost_letters and REPLACEMENT.encode() in payload:
        return _unreadable("ENCODING", identifier, "letters that are not UTF-8")
    return new_raw(identifier, payload, format=format_of(metadata_prefix, metadata[0]), datestamp=datestamp, sets=sets)


def _header_texts(header: etree._Element) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for child in header:
        texts.setdefault(local_name(child), []).append(_text(child))
    return texts


def _unreadable(code: str, identifier: str | None, value: str) -> Problem:
    return Problem(code, "error", value=value[:500], record_id=identifier)


def _text(element: etree._Element) -> str:
    return ((element.text or "") if len(element) == 0 else "".join(element.itertext())).strip()


def _whole_number(text: str | None) -> int | None:
    """Give a number a database can keep, or None."""
    plain = (text or "").strip()
    return int(plain) if plain.isdecimal() and len(plain) <= MAX_DIGITS else None
