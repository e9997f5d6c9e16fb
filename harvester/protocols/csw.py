"""Harvesting an OGC catalogue service (CSW 2.0.2 and 3.0) by GetRecords over GET; understands no metadata."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from harvester.configs import CswConfig
from harvester.errors import AnswerForbidden, AnswerUnreadable, ProtocolFault, SourceUnreachable, WrongAnswer
from harvester.fetch import Fetcher
from harvester.protocols.csw_answers import (
    REPORTED,
    SCHEMAS,
    Offer,
    parse_answer,
    to_names,
    to_offer,
    to_single,
    to_slice,
)
from harvester.protocols.oai_windows import SECONDS_FORM, parse_instant
from harvester.protocols.pages import Named, Page, Probe, Protocol, Roll, Window
from harvester.protocols.positions import Place, PositionList, Slice, is_older, page_of, parse_cursor, roll_of
from harvester.raw import RawRecord
from harvester.sources import Source
from harvester.xml import XmlAnswer
from vocabularies.problems import Problem

ACCEPT = "application/xml, text/xml;q=0.9"
NAMES_A_PAGE = 500
WINDOW_QUIRK = "csw_window"
FORM_QUIRK = "csw_form"
_WHOLE = 10
"""Added to the number of a form of request where the whole list is asked for."""
_OUR_ARGUMENTS = frozenset({
    "service", "version", "request", "acceptversions", "resulttype", "outputschema", "outputformat", "typenames",
    "elementsetname", "startposition", "maxrecords", "constraint", "constraintlanguage", "constraint_language_version",
    "namespace", "id", "sections",
})  # fmt: skip
_NAMESPACES: Mapping[str, str] = {
    "2.0.2": "http://www.opengis.net/cat/csw/2.0.2",
    "3.0.0": "http://www.opengis.net/cat/csw/3.0",
}
_CORE = "csw_record"
_OWN_TYPE: Mapping[str, str] = {"iso19139": "gmd:MD_Metadata", "iso19115_3": "mdb:MD_Metadata"}


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give the records modified since the window's start, or all of them, by position (CSW 2.0.2 §10.8).

    A record that was deleted is missing without a word, so a list without window is ``whole``. Ways of asking that the
    service refuses are learnt; ProtocolFault where it refuses all of them.
    """
    config = source.config if isinstance(source.config, CswConfig) else CswConfig()
    catalogue = _Catalogue(fetcher, source.url, config, _offer(fetcher, source.url))
    if window.cursor is not None:
        place = parse_cursor(window.cursor, source.url)
        learnt: dict[str, str] = {}
    else:
        place, learnt = catalogue.begin(source.quirks, window.since)
    whole = window.cursor is None and place.way >= _WHOLE
    walked = PositionList(catalogue.asker(place), source.url, rows=config.page_size, max_pages=config.max_pages)
    for step in walked.walk(place):
        if place.way < _WHOLE and WINDOW_QUIRK not in learnt and is_older(step, place.since):
            learnt = {**learnt, WINDOW_QUIRK: "ignored"}
        yield page_of(step, config.overlap_s, whole=whole, learnt=learnt)


def identifiers(fetcher: Fetcher, source: Source) -> Iterator[Roll]:
    """Give the identifiers of all records there are now, as brief records."""
    config = source.config if isinstance(source.config, CswConfig) else CswConfig()
    catalogue = _Catalogue(fetcher, source.url, config, _offer(fetcher, source.url))

    def ask(start: int, rows: int) -> Slice[Named]:
        answer = catalogue.get_records((_CORE, "csw:Record"), start, rows, elements="brief")
        return to_names(answer, source.url, start=start, rows=rows)

    for step in PositionList(ask, source.url, rows=NAMES_A_PAGE, max_pages=config.max_pages).walk(Place()):
        yield roll_of(step)


def fetch_one(fetcher: Fetcher, source: Source, identifier: str) -> Page:
    """Give one record anew by GetRecordById (§10.9); a problem where the service has none of that identifier."""
    config = source.config if isinstance(source.config, CswConfig) else CswConfig()
    catalogue = _Catalogue(fetcher, source.url, config, _offer(fetcher, source.url))
    form = catalogue.forms[_known_form(source.quirks, catalogue)]
    found = to_single(catalogue.get_record(form[0], identifier))
    if isinstance(found, RawRecord):
        return Page((found,), None, None, None, tracks_deletions=False)
    missing = Problem("RECORD_UNREACHABLE", "error", value="the service gives no such record", record_id=identifier)
    return Page((), None, None, None, problems=(found or missing,), tracks_deletions=False)


def probe(fetcher: Fetcher, url: str) -> Probe | None:
    """Give what a catalogue service says of itself; None where the address is none."""
    address = service_url(url)
    try:
        offer = _offer(fetcher, address)
    except (WrongAnswer, AnswerUnreadable, AnswerForbidden, ProtocolFault, SourceUnreachable):
        return None
    details = {"version": offer.version, "schemas": " ".join(offer.schemas)[:500]}
    return Probe("csw", address, offer.title, address, {name: text for name, text in details.items() if text})


CSW = Protocol("csw", CswConfig, pages, probe, identifiers, fetch_one)


def service_url(url: str) -> str:
    """Give a service's address without arguments of ours: a pasted request is as good as the address."""
    parts = urlsplit(url.strip())
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0].lower() not in _OUR_ARGUMENTS]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept), ""))


class _Catalogue:
    """Asks one service in the ways its version and schemas allow; addresses in its capabilities are never followed."""

    def __init__(self, fetcher: Fetcher, url: str, config: CswConfig, offer: Offer) -> None:
        self._fetcher, self.url, self._config = fetcher, url, config
        self._version = offer.version if offer.version in _NAMESPACES else "2.0.2"
        self.forms = _forms(config, offer)
        self._first: Slice[RawRecord] | None = None

    def begin(self, quirks: Mapping[str, str], since: str | None) -> tuple[Place, dict[str, str]]:
        """Give the place to begin at, in the first way that is not refused, and what was learnt on the way."""
        form = _known_form(quirks, self)
        at = parse_instant(since) if self._config.incremental and WINDOW_QUIRK not in quirks else None
        window = at.strftime(SECONDS_FORM) if at else since
        ways = [*([form] if at else []), *(_WHOLE + each for each in range(form, len(self.forms)))]
        for way in ways:
            place = Place(since=window, way=way)
            try:
                self._first = self.asker(place)(0, self._config.page_size)
            except ProtocolFault:
                if way == ways[-1]:
                    raise
                continue
            except (AnswerUnreadable, SourceUnreachable) as error:
                if way < _WHOLE and REPORTED in str(error):
                    continue
                self._first = None  # perhaps one record's fault: the list finds its way around it
            learnt = {WINDOW_QUIRK: "refused"} if at and way >= _WHOLE else {}
            return place, learnt | ({FORM_QUIRK: str(way % _WHOLE)} if way % _WHOLE != form else {})
        raise AssertionError("the last way returns or raises")

    def asker(self, place: Place) -> _Ask:
        """Give the function that asks for the records of a place's window from a position on."""
        return _Ask(self, self.forms[min(place.way % _WHOLE, len(self.forms) - 1)], _since(place))

    def take_first(self) -> Slice[RawRecord] | None:
        """Give the answer by which the way was found, once."""
        first, self._first = self._first, None
        return first

    def get_records(
        self, form: tuple[str, str], start: int, rows: int, *, since: str | None = None, elements: str = "full"
    ) -> XmlAnswer:
        """Ask for records in a form (format, typeNames) from a position on, counted from 0."""
        schema, names = SCHEMAS.get(form[0], _NAMESPACES[self._version]), form[1]
        prefix = names.partition(":")[0]
        uri = _NAMESPACES[self._version] if prefix == "csw" else schema
        arguments = {
            "request": "GetRecords",
            "typeNames": names,
            "namespace": f"xmlns({prefix}={uri})",
            "resultType": "results",
            "elementSetName": elements,
            "outputSchema": schema,
            "startPosition": str(start + 1),
            "maxRecords": str(rows),
        }
        own = self._config.cql
        own = f"({own})" if since and " or " in own.lower() else own  # pycsw 2.6 takes no others (2026)
        limits = [part for part in (own, since and f"dct:modified >= '{since}'") if part]
        if limits:
            arguments |= {"constraintLanguage": "CQL_TEXT", "constraint_language_version": "1.1.0"}
            arguments["constraint"] = " AND ".join(limits)
        return self._ask(arguments)

    def get_record(self, form: str, identifier: str) -> XmlAnswer:
        """Ask for one record in a format."""
        schema = SCHEMAS.get(form, _NAMESPACES[self._version])
        arguments = {"request": "GetRecordById", "id": identifier, "elementSetName": "full", "outputSchema": schema}
        return self._ask(arguments)

    def _ask(self, arguments: Mapping[str, str]) -> XmlAnswer:
        return _get(self._fetcher, self.url, {"service": "CSW", "version": self._version, **arguments})


class _Ask:
    """One way of asking for a list of records; the answer already at hand is used first."""

    def __init__(self, catalogue: _Catalogue, form: tuple[str, str], since: str | None) -> None:
        self._catalogue, self._form, self._since = catalogue, form, since

    def __call__(self, start: int, rows: int) -> Slice[RawRecord]:
        first = self._catalogue.take_first() if start == 0 else None
        if first is not None:
            return first
        answer = self._catalogue.get_records(self._form, start, rows, since=self._since)
        return to_slice(answer, self._catalogue.url, start=start, rows=rows)


def _since(place: Place) -> str | None:
    return place.since if place.way < _WHOLE else None


def _forms(config: CswConfig, offer: Offer) -> tuple[tuple[str, str], ...]:
    """Give (format, typeNames) in the order they are tried; services that list no schema are asked for the first."""
    offered = [form for form, schema in SCHEMAS.items() if schema in offer.schemas] or (
        [] if offer.schemas else ["iso19139"]
    )
    wanted = offered if config.record_schema == "auto" else [config.record_schema]
    rich = next((form for form in wanted if form != _CORE), None)
    if rich is None:
        return ((_CORE, "csw:Record"),)
    core = ((_CORE, "csw:Record"),) if config.record_schema == "auto" else ()
    return ((rich, "csw:Record"), (rich, _OWN_TYPE[rich]), *core)


def _known_form(quirks: Mapping[str, str], catalogue: _Catalogue) -> int:
    text = quirks.get(FORM_QUIRK, "")
    return int(text) if text.isdecimal() and int(text) < len(catalogue.forms) else 0


def _offer(fetcher: Fetcher, url: str) -> Offer:
    arguments = {"service": "CSW", "request": "GetCapabilities", "acceptVersions": "2.0.2,3.0.0"}
    return to_offer(_get(fetcher, url, arguments), url)


def _get(fetcher: Fetcher, url: str, arguments: Mapping[str, str]) -> XmlAnswer:
    """Give the document; an exception report counts whatever the status, else a 4xx or 5xx is one (OWS 1.1 §8)."""
    response = fetcher.get(url, params=arguments, accept=ACCEPT)
    try:
        answer = parse_answer(response.body, response.url)
    except (AnswerUnreadable, AnswerForbidden, WrongAnswer) as error:
        if REPORTED not in str(error):
            response.require_ok()
        raise
    response.require_ok()
    return answer
