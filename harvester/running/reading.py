"""The list a run reads, from its source or from what is stored: where it goes on, what was odd, what it named."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

from harvester.centre import Centre
from harvester.errors import CursorExpired
from harvester.fetch import Fetcher, Response
from harvester.network.machine import machine_of
from harvester.operating_errors import Interrupted
from harvester.proof.evidence import Listing
from harvester.protocols import PROTOCOLS
from harvester.protocols.pages import Window
from harvester.records.observations import Observations
from harvester.replay import stored_pages
from harvester.running.deaths import InHand
from harvester.running.grouping import Retrieved, fetched, grouped, limited
from harvester.running.pace import Pace, Paced
from harvester.running.queueing import Taken
from vocabularies.problems import Problem


class Reading:
    """A list in the middle of being read, in this process' memory.

    A list read over several turns proves what is gone only where one process read all of it and kept this between them;
    who takes a run over begins a reading of the rest, whose ``listing`` is no proof. ``centre`` is the one whose
    fetchers keep the pace of the host, and ``pace`` tells what became of that. ``observed`` counts over all turns.
    """

    def __init__(
        self, centre: Centre, taken: Taken, *, forget_place: Callable[[], None] = lambda: None, ahead: bool = False
    ) -> None:
        """Prepare the list; ``ahead`` reads it to its end at once, and an error of the source comes in its place.

        ``forget_place`` is called where the source no longer knows the place where we stopped.
        """
        self.taken = taken
        self.forget_place = forget_place
        self.in_hand: InHand = lambda there: None
        self.remarks: list[Problem] = list(taken.remarks)
        self.listing = Listing(whole=taken.window.cursor is None)
        self.observed = Observations()
        self.pace = Pace(taken.delay_s)
        self.centre = replace(centre, new_fetcher=self._watched(centre.new_fetcher))
        order = taken.order
        left = None if order.limit is None else order.limit - taken.counts.read
        self._source = self._restarting()
        pages: Iterable[Retrieved] = fetched(limited(self._source, left)) if ahead else self._source
        wanted = limited(self._noted(pages), left)
        # what is stored comes in large pages, each of another time
        self._groups = wanted if order.replay else grouped(wanted)

    def next_group(self) -> Retrieved | None:
        """Give the next pages, joined; None after the last. Interrupted where the centre is to stop."""
        return next(self._groups, None)

    def close(self) -> None:
        """Let the connection to the source go; nothing more can be read."""
        self._source.close()

    def _noted(self, pages: Iterable[Retrieved]) -> Iterator[Retrieved]:
        retrieved = iter(pages)
        while True:
            if self.centre.stop.is_set():
                raise Interrupted
            answer = next(retrieved, None)
            if answer is None:
                return
            self.remarks.extend(answer[0].remarks)
            self.listing.add_page(answer[0])
            yield answer

    def _restarting(self) -> Generator[Retrieved, None, None]:
        """Give the pages; where the source forgot the place, start the list again, at last from its head."""
        if self.taken.is_read:
            return
        window = self.taken.window
        for each in (window, *([Window(since=window.since)] if window.cursor else [])):
            try:
                yield from self._pages(each)
                return
            except CursorExpired:
                self.forget_place()
                if self.listing.read:  # put together from two readings: neither is known to be all there is
                    self.listing.whole = False
        yield from self._pages(Window())

    def _pages(self, window: Window) -> Generator[Retrieved, None, None]:
        of = self.taken.source
        if self.taken.order.replay:
            yield from stored_pages(self.centre.engine, of.id, self.taken.order.record)
            return
        with self.centre.new_fetcher() as fetcher:
            for page in PROTOCOLS[of.protocol].pages(fetcher, of, window):
                yield page, None

    def _watched(
        self, new_fetcher: Callable[[], AbstractContextManager[Fetcher]]
    ) -> Callable[[], AbstractContextManager[Fetcher]]:
        @contextmanager
        def opened() -> Iterator[Fetcher]:
            with new_fetcher() as fetcher:
                if isinstance(fetcher, Paced):
                    fetcher.pace = self.pace
                yield _Watched(fetcher, self)

        return opened


class _Watched:
    """A fetcher that tells a reading when it waits for its source, and when an answer is in hand."""

    def __init__(self, fetcher: Fetcher, reading: Reading) -> None:
        self._fetcher, self._reading = fetcher, reading
        self.machine = machine_of(fetcher)

    def get(self, url: str, **asked: Any) -> Response:
        """Get a URL; see Fetcher."""
        self._reading.in_hand(False)
        response = self._fetcher.get(url, **asked)
        self._reading.in_hand(True)
        return response
