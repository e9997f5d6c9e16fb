"""Reading one entity set of an InforMEA service from a position on, in whatever dialect the service speaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harvester.errors import ListLoops, ProtocolFault, SourceError, SourceRefused, SourceUnreachable
from harvester.fetch import Fetcher, Response
from harvester.protocols import odata_answers
from harvester.protocols.informea_sets import KNOWN
from harvester.protocols.json_answers import canonical
from harvester.protocols.next_address import to_onward
from harvester.protocols.oai_windows import parse_instant
from harvester.protocols.odata_answers import Answer
from harvester.protocols.odata_entities import deferred_of, find_identifier, find_stamp, to_plain
from harvester.protocols.pages import Named
from harvester.protocols.positions import Slice, to_count
from harvester.raw import RawRecord, new_raw
from harvester.xml import REPLACEMENT
from vocabularies.problems import Problem

_REFUSALS = frozenset({400, 405, 406, 415, 422})
_JSON = {"$format": "json"}
_NEEDED = frozenset({"title", "name"})
Params = dict[str, str]


def is_refusal(error: SourceError) -> bool:
    """Tell whether a service refuses how it was asked, so that it may answer a plainer question."""
    if isinstance(error, SourceRefused):
        return error.status in _REFUSALS
    return isinstance(error, ProtocolFault) or (isinstance(error, SourceUnreachable) and "HTTP status" in str(error))


class SetReader:
    """Asks for one entity set; keeps the dialect that was understood, the links that lead on and what is to be told.

    ``window`` is an OData filter or empty. ``names_only`` asks for ids and dates only.
    """

    def __init__(
        self, fetcher: Fetcher, name: str, address: str, *, rows: int, window: str = "", names_only: bool = False
    ) -> None:
        """Begin; nothing is asked yet."""
        self._fetcher, self._name, self._address, self._rows, self._window = fetcher, name, address, rows, window
        self._dialects = list(_dialects(name, names_only=names_only))
        self._settled = False
        self._links: dict[int, str] = {}
        self._asked: set[str] = set()
        self._dead: set[str] = set()
        self._count: int | None = None
        self.remarks: list[Problem] = []
        self.undated = False

    def lead_on(self, start: int, link: str | None) -> None:
        """Take note of the link that leads to a position, from an earlier process."""
        if link:
            self._links[start] = link

    def link_to(self, start: int) -> str | None:
        """Give the link that leads to a position, where the service named one."""
        return self._links.get(start)

    def take_remarks(self) -> tuple[Problem, ...]:
        """Give what was told since the last time, each once."""
        told, self.remarks = self.remarks, []
        return tuple(remark for at, remark in enumerate(told) if remark not in told[:at])

    def ask(self, start: int, rows: int) -> Slice[RawRecord]:
        """Give the records from a position on."""
        answer = self._answer(start, rows)
        found = [self._cut_out(entity, answer) for entity in answer.entities]
        records = tuple(each for each in found if isinstance(each, RawRecord))
        problems = tuple(each for each in found if isinstance(each, Problem))
        self.undated = self.undated or any(record.datestamp is None for record in records)
        total, last = self._extent(answer, start, rows)
        return Slice(records, len(found), total, answer.date, problems, last)

    def ask_names(self, start: int, rows: int) -> Slice[Named]:
        """Give the names of the records from a position on."""
        answer = self._answer(start, rows)
        named = tuple(name for entity in answer.entities if (name := self._named(entity)) is not None)
        lost = (Problem("ID_SYNTAX", "error", value="an entity without an id"),) * (len(answer.entities) - len(named))
        total, last = self._extent(answer, start, rows)
        return Slice(named, len(answer.entities), total, answer.date, lost, last)

    def newest(self) -> str | None:
        """Give when the entity last changed changed, without any window; None where that cannot be told."""
        try:
            params = {"$orderby": "updated desc", "$top": "1", **_JSON}
            answer = odata_answers.ask(self._fetcher, self._address, params)
        except SourceError:
            return None
        stamps = [find_stamp(each.get("updated")) for each in answer.entities if isinstance(each, dict)]
        return max(filter(parse_instant, filter(None, stamps)), default=None)

    def fetch_one(self, key: str) -> RawRecord | Problem:
        """Give one entity anew by its key; errors as ``odata_answers.ask`` says."""
        first: SourceError | None = None
        for written in (f"'{key}'", f"guid'{key}'"):
            for params, accept in self._dialects:
                alone = {name: value for name, value in params.items() if name in {"$format", "$expand"}}
                try:
                    answer = odata_answers.ask(self._fetcher, f"{self._address}({written})", alone, accept=accept)
                except SourceError as error:
                    if not is_refusal(error) and not isinstance(error, SourceRefused):
                        raise
                    first = first or error
                    continue
                if answer.entities:
                    return self._cut_out(answer.entities[0], answer)
        raise first or SourceRefused(url=self._address, status=404)

    def _answer(self, start: int, rows: int) -> Answer:
        link = self._links.get(start) if rows == self._rows else None
        if link is not None:
            if link in self._asked:
                raise ListLoops(url=self._address, reason=f"it leads back to {link[:120]}")
            self._asked.add(link)
            answer = odata_answers.ask(self._fetcher, link)
        else:
            answer = self._in_some_dialect({"$top": str(rows)} | ({"$skip": str(start)} if start else {}))
        if answer.repairs:
            self.remarks.append(Problem("JSON_SYNTAX", "note", value=f"in answers of {self._name} {answer.repairs}"))
        onward = to_onward(answer.next, answer.url)
        if onward.address is not None:
            self._links[start + len(answer.entities)] = onward.address
        elif onward.remark is not None:  # the place is asked for by its number instead, so nothing is lost
            words = f"{onward.remark.value.partition(':')[0]}; the list was read on by $skip"
            self.remarks.append(Problem(onward.remark.code, "note", value=words))
        return answer

    def _in_some_dialect(self, more: Params) -> Answer:
        """Ask as richly as the service takes it; what it took once is kept for the rest of the list."""
        window = {"$filter": self._window} if self._window else {}
        first: SourceError | None = None
        broken = False
        for place, (params, accept) in enumerate(self._dialects):
            if broken and place < len(self._dialects) - 2:  # a server that breaks down is not asked in every way
                continue
            try:
                answer = odata_answers.ask(self._fetcher, self._address, {**params, **window, **more}, accept=accept)
            except SourceError as error:
                if self._settled or not is_refusal(error):
                    raise
                first, broken = first or error, broken or isinstance(error, SourceUnreachable)
                continue
            self._dialects, self._settled = self._dialects[place : place + 1], True
            return answer
        raise first or AssertionError("there is always a dialect")

    def _extent(self, answer: Answer, start: int, rows: int) -> tuple[int | None, bool]:
        """Give how long the list is, where that is known and the page does not lead on, and whether it ends here."""
        reach = len(answer.entities)
        total = answer.total if answer.total is not None else self._counted(start, reach)
        onward = answer.next is not None
        if onward and total is not None and start + reach >= total:
            total = None
        return total, not onward and reach != rows

    def _counted(self, start: int, reach: int) -> int | None:
        """Give what ``$count`` says, asked once; nothing where there is a window or the service has no such thing."""
        if start == 0 and reach and not self._window:
            try:
                self._count = _to_number(self._fetcher.get(f"{self._address}/$count", accept="text/plain"))
            except SourceError:
                self._count = None
        return self._count

    def _cut_out(self, entity: object, answer: Answer) -> RawRecord | Problem:
        if not isinstance(entity, dict):
            return Problem("ID_SYNTAX", "error", value=f"in {self._name} stands something that is no entity")
        plain: dict[str, Any] = to_plain(entity)
        own = find_identifier(entity, plain)
        if own is None:
            return Problem("ID_SYNTAX", "error", value=f"an entity of {self._name} without an id that can be kept")
        identifier = f"{self._name}/{own}"
        for name, uri in deferred_of(entity).items():
            if name not in KNOWN[self._name].expand or name in self._dead:
                continue
            value, fault = self._deferred(uri)
            if fault and name in _NEEDED:
                return Problem("VALUE_MISSING", "error", f"/{name}", value=fault[:500], record_id=identifier)
            if fault:
                self._dead.add(name)
                words = f"{name} of {self._name} is left out: {fault}"
                self.remarks.append(Problem("OTHER", "note", value=words[:500]))
            elif value:
                plain[name] = value
        payload = canonical(plain)
        if answer.lost_letters and REPLACEMENT.encode() in payload:
            return Problem("JSON_SYNTAX", "error", value="it holds bytes that are not UTF-8", record_id=identifier)
        return new_raw(identifier, payload, format=KNOWN[self._name].format, datestamp=find_stamp(plain.get("updated")))

    def _deferred(self, uri: str) -> tuple[Any, str]:
        """Give a property that stands elsewhere, asked below our own address whatever host it names, or the fault."""
        tail = uri.rpartition(".svc/")[2] if ".svc/" in uri else uri.rpartition("/" + self._last())[2]
        if not tail or ".." in tail or "//" in tail or "?" in tail:
            return None, "its address cannot be used"
        service = self._address.rpartition("/")[0]
        target = f"{service}/{tail}" if ".svc/" in uri else f"{service}/{self._last()}{tail}"
        try:
            answer = odata_answers.ask(self._fetcher, target, _JSON)
        except SourceRefused as error:
            return None, "" if error.status == 404 else str(error)
        except SourceError as error:
            return None, str(error)
        return to_plain(list(answer.entities)), ""

    def _last(self) -> str:
        return self._address.rpartition("/")[2]

    def _named(self, entity: object) -> Named | None:
        if not isinstance(entity, dict):
            return None
        plain = to_plain(entity)
        own = find_identifier(entity, plain)
        return None if own is None else Named(f"{self._name}/{own}", find_stamp(plain.get("updated")))


def _dialects(name: str, *, names_only: bool) -> Iterator[tuple[Params, str]]:
    """Give the ways to ask, the richest first: with tables joined, counted and in order, then bare, then without JSON.

    In the order of ids no change moves an entity past the place we have reached; some services know only that of dates.
    """
    expand = KNOWN[name].expand
    inside = {"$select": "id,updated"} if names_only else {"$expand": ",".join(expand)} if expand else {}
    for more in (inside, {}) if inside else (inside,):
        for order in ("id", "updated asc", ""):
            ordered = {"$orderby": order} if order else {}
            yield {**_JSON, "$inlinecount": "allpages", **ordered, **more}, odata_answers.ACCEPT
    yield _JSON, odata_answers.ACCEPT
    yield {}, "application/atom+xml, application/xml;q=0.9"


def _to_number(response: Response) -> int | None:
    text = response.body[:32].decode("ascii", "replace").lstrip("\ufeff\ufffd").strip()
    return to_count(text) if response.status == 200 else None
