"""The repository under examination: asks each question once and remembers the answers. Judges nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from urllib.parse import quote, urlencode

from harvester.errors import SourceError
from harvester.fetch import Response
from harvester.preflight.metered import Metered
from harvester.preflight.oai_reading import Item, ListPage, Reply, children, text_of, to_page, to_reply
from harvester.protocols.oai_requests import ACCEPT
from harvester.protocols.oai_windows import parse_instant
from harvester.xml import local_name
from vocabularies.oai_pmh import DAY_GRANULARITY

PREFIX = "oai_dc"
MOST_PAGES = 3
Pair = tuple[str, str]


def _now() -> datetime:
    return datetime.now(UTC)


class Repository:
    """An OAI-PMH repository; ``replies`` are all its answers so far, ``url`` its address as we were given it."""

    def __init__(self, door: Metered, url: str, clock: Callable[[], datetime] = _now) -> None:
        """Take a door that counts; nothing is asked yet."""
        self.door = door
        self.url = url
        self.clock = clock
        self.replies: list[Reply] = []
        self._known: dict[str, Reply | SourceError] = {}

    def address(self, *pairs: Pair) -> str:
        """Give the address of a request; arguments may repeat."""
        joint = "&" if "?" in self.url else "?"
        return f"{self.url}{joint}{urlencode(pairs, quote_via=quote, safe='')}" if pairs else self.url

    def ask(self, *pairs: Pair, anew: bool = False) -> Reply:
        """Give the answer to a request, from memory where it was asked before; SourceError where there is none."""
        url = self.address(*pairs)
        known = None if anew else self._known.get(url)
        if isinstance(known, SourceError):
            raise known
        if known is not None:
            return known
        try:
            reply = to_reply(self._get(url, pairs), url, self.clock())
        except SourceError as error:
            self._known[url] = error
            raise
        self.replies.append(reply)
        self._known.setdefault(url, reply)
        return reply

    def _get(self, url: str, pairs: Sequence[Pair]) -> Response:
        once = dict(pairs)
        if len(once) < len(pairs):  # an argument twice
            return self.door.get(url, accept=ACCEPT)
        return self.door.get(self.url, params=once, accept=ACCEPT)

    def exchange(self, url: str, *, headers: Mapping[str, str] | None = None, form: str | None = None) -> Reply:
        """Give the answer to one request sent as it is."""
        response = self.door.exchange(url, headers=headers, form=form)
        return to_reply(response, url, self.clock())

    def identify(self) -> Reply:
        """Give the answer to Identify."""
        return self.ask(("verb", "Identify"))

    def told(self, name: str) -> tuple[str, ...]:
        """Give the values of an element of Identify."""
        return tuple(text_of(found) for found in children(self.identify().get("Identify"), name))

    def identity(self, name: str) -> str:
        """Give the first value of an element of Identify, or ""."""
        return next(iter(self.told(name)), "")

    @property
    def by_day(self) -> bool:
        """Whether its granularity is the day."""
        return self.identity("granularity") == DAY_GRANULARITY

    def list(self, *pairs: Pair, anew: bool = False) -> ListPage:
        """Give a page of ListRecords in Dublin Core, with these arguments."""
        given = pairs if pairs and pairs[0][0] == "resumptionToken" else (("metadataPrefix", PREFIX), *pairs)
        return to_page(self.ask(("verb", "ListRecords"), *given, anew=anew), "ListRecords")

    @cached_property
    def first(self) -> ListPage:
        """The first page."""
        return self.list()

    @cached_property
    def pages(self) -> tuple[ListPage, ...]:
        """The first pages, three at most; a list whose token comes again is not followed further."""
        found, seen = [self.first], set[str]()
        while len(found) < MOST_PAGES:
            token = found[-1].token
            if token is None or not token.text or token.text in seen:
                break
            seen.add(token.text)
            found.append(self.list(("resumptionToken", token.text)))
        return tuple(found)

    @property
    def ended(self) -> bool:
        """Whether the pages seen are the whole list."""
        token = self.pages[-1].token
        return token is None or not token.text

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The records of the pages, of the first one alone where the others cannot be read."""
        try:
            return tuple(item for page in self.pages for item in page.items)
        except SourceError:
            return self.first.items

    def find_item(self, *, deleted: bool = False) -> Item | None:
        """Give a record to ask for by its identifier, or None."""
        return next((item for item in self.items if item.deleted is deleted and item.identifier), None)

    @cached_property
    def set_specs(self) -> tuple[str, ...]:
        """The sets it lists on its first page, none where it has no sets."""
        reply = self.ask(("verb", "ListSets"))
        if "noSetHierarchy" in reply.codes:
            return ()
        entries = children(reply.get("ListSets"), "set")
        return tuple(text_of(child) for entry in entries for child in entry if local_name(child) == "setSpec")

    def stamp(self, at: datetime) -> str:
        """Write an instant at the repository's granularity."""
        return at.strftime("%Y-%m-%d" if self.by_day else "%Y-%m-%dT%H:%M:%SZ")

    def before_all(self) -> str:
        """Give a date before everything it has."""
        earliest = parse_instant(self.identity("earliestDatestamp"))
        known = earliest is not None and earliest.year > 1000
        return self.stamp(earliest - timedelta(days=366)) if earliest and known else "1000-01-01"
