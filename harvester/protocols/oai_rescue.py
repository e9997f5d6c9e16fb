"""Getting around what breaks an OAI-PMH list: its window is divided by date until the bad record stands alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from harvester.errors import SourceBusy, SourceError, SourceUnreachable
from harvester.protocols.oai_answers import ListPart
from harvester.protocols.oai_asking import Way, read_list
from harvester.protocols.oai_names import get_record
from harvester.protocols.oai_places import Place, Span, around_moment, divide, left, named_singly, narrowed, next_part
from harvester.protocols.oai_windows import plausible_instant
from harvester.protocols.pages import Named
from harvester.raw import RawRecord, deleted_raw
from vocabularies.problems import Problem

FEW_NAMES = 50
"""So many records of a window are rather asked for one by one than divided further."""
MOST_REFUSALS = 120
MOST_SINGLY = 2_000
MOST_LOST = 20
MOST_IN_A_ROW = 3


class Rescue:
    """Follows one run around the answers a repository cannot give; bounded, and gives up where the source is down.

    ``remarks`` are to be told with the run.
    """

    def __init__(self, way: Way, earliest: str | None) -> None:
        """Begin with nothing refused; ``earliest`` is the repository's own word for its first datestamp."""
        self._way = way
        self._earliest = earliest
        self._refusals = self._lost = self._arrived = self._singly = 0
        self._works: Place | None = None
        self._is_over = False
        self.remarks: list[Problem] = []

    def note_arrived(self, number: int) -> None:
        """Take note of records that came."""
        self._arrived += number

    def around(self, place: Place, error: SourceError) -> Place | None:
        """Give where to go on when a page is refused, None at the list's end; the error itself where there is no way.

        A window of few records is asked for record by record, a larger one divided by date; a moment that can be
        neither listed nor named is passed over and told, as long as other windows can be read.
        """
        self._refusals += 1
        if self._is_over or self._refusals > MOST_REFUSALS:
            raise error
        if place.by_name:
            return self._pass_over(place, error)
        window = narrowed(place, [left(place)])
        names = self._find_names(window)
        spans = self._divide(window, names)
        if self._works is None:
            self._works = self._find_works(window, names, spans, error)
            words = f"a page of its list could not be had ({error.message}); the rest was read in smaller windows"
            self.remarks.append(Problem("PAGE_REFUSED", "note", value=words))
        if names is not None and names.token is None and len(names.named) <= FEW_NAMES:
            return named_singly(window) if names.named else self._pass_over(window, error)
        return named_singly(window) if len(spans) == 1 else narrowed(window, spans)

    def one_by_one(
        self, place: Place, part: ListPart, has_come: Callable[[Named], bool]
    ) -> Iterator[tuple[ListPart, int]]:
        """Give the records an answer of ListIdentifiers names, some at a time, and how many names are dealt with.

        What has come in this run is not asked for again.
        """
        if not part.named:
            self._tell_window(place, "it names nothing there")
            yield part, 0
        for at in range(place.done, len(part.named), FEW_NAMES):
            named = part.named[at : at + FEW_NAMES]
            yield self._get_all(place, [each for each in named if not has_come(each)]), at + len(named)

    def _divide(self, window: Place, names: ListPart | None) -> tuple[Span, ...]:
        """Divide a window by date; where its first names are all of one moment, around that."""
        now = datetime.now(UTC)
        moments = {plausible_instant(named.datestamp, now) for named in names.named} if names else set()
        if len(moments) == 1 and (moment := moments.pop()) is not None:
            return around_moment(window, moment)
        return divide(window, earliest=self._earliest, now=now)

    def _find_names(self, window: Place) -> ListPart | None:
        try:
            return read_list(self._way, replace(window, token=None, by_name=True)).part
        except SourceBusy:
            raise
        except SourceError:
            return None

    def _find_works(self, window: Place, names: ListPart | None, spans: Sequence[Span], error: SourceError) -> Place:
        """Give a window that can be read; the error where there is none: what is down is not divided for ever."""
        if names is not None and names.named:
            return replace(window, by_name=True)
        for span in spans:
            part = narrowed(window, [span])
            if None in span:
                continue
            try:
                read_list(self._way, part)
            except SourceBusy:
                raise
            except SourceError:
                continue
            return part
        raise error

    def _pass_over(self, place: Place, error: SourceError) -> Place | None:
        """Leave a window out that cannot be listed in any way, once another still can be."""
        if self._works is None:
            raise error
        try:
            read_list(self._way, replace(self._works, token=None))
        except SourceBusy:
            raise
        except SourceError:
            raise error from None
        self._count_lost(1, error)
        self._tell_window(place, error.message)
        return next_part(place)

    def _get_all(self, place: Place, named: Sequence[Named]) -> ListPart:
        if self._singly >= MOST_SINGLY:
            self._is_over = True
            raise self._gave_up(f"{MOST_SINGLY} records had to be asked for one by one; the next run goes on")
        self._singly += len(named)
        records: list[RawRecord] = []
        lost: list[Problem] = []
        in_a_row = 0
        for each in named:
            found = self._get(place, each)
            if isinstance(found, RawRecord):
                records.append(found)
                in_a_row = 0
                continue
            lost.append(found)
            in_a_row += 1
            if in_a_row == MOST_IN_A_ROW and self._find_names(place) is None:
                self._is_over = True
                raise self._gave_up("it stopped answering")
        self._arrived += len(records)
        self._tell_lost(lost)
        return ListPart(tuple(records), tuple(lost))

    def _get(self, place: Place, named: Named) -> RawRecord | Problem:
        if named.deleted:
            return deleted_raw(named.identifier, format=place.prefix, datestamp=named.datestamp)
        return get_record(self._way, named.identifier, place.prefix)

    def _tell_window(self, place: Place, why: str) -> None:
        words = f"what it has between {place.start or 'its beginning'} and {place.until or 'now'} could not be had"
        self.remarks.append(Problem("WINDOW_UNREACHABLE", "warning", value=f"{words} and was passed over: {why}"))

    def _tell_lost(self, lost: Sequence[Problem]) -> None:
        if not lost:
            return
        self._count_lost(len(lost), self._gave_up("more of its records cannot be had than can"))
        names = ", ".join(problem.record_id or "" for problem in lost[:3])
        words = f"{len(lost)} of its records could not be had and were passed over: {names} ({lost[0].value})"
        self.remarks.append(Problem(lost[0].code, "warning", value=words))

    def _count_lost(self, number: int, error: SourceError) -> None:
        self._lost += number
        if self._lost > max(MOST_LOST, self._arrived):
            self._is_over = True
            raise error

    def _gave_up(self, reason: str) -> SourceUnreachable:
        return SourceUnreachable(url=self._way.url, reason=reason)
