"""Harvesting a Bioland site by Drupal's JSON:API: every node once, in all its languages; understands no content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import orjson

from harvester.configs import BiolandConfig
from harvester.errors import (
    AnswerUnreadable,
    CursorExpired,
    ListLoops,
    ProtocolFault,
    SourceRefused,
    SourceUnreachable,
    WrongAnswer,
)
from harvester.fetch import Fetcher
from harvester.protocols.bioland_names import LOCALES_QUIRK, config_of, find_next, identifiers, known_locales
from harvester.protocols.bioland_site import LOCALES, BiolandSite, changed_at, serves
from harvester.protocols.drupal_nodes import Node, Nodes, ask, node_id
from harvester.protocols.list_guard import ListGuard
from harvester.protocols.oai_windows import SECONDS_FORM, parse_instant, trusted_date
from harvester.protocols.pages import Page, Probe, Protocol, Window
from harvester.sources import Source
from vocabularies.problems import Problem, Severity

WINDOW_QUIRK = "bioland_window"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a site has been read.

    ``at`` is the number of the language whose list is read, ``address`` its next page (empty: the head), ``sent`` what
    came of this list; ``strays`` are languages with content the default one lacks. ``since`` is the window asked for,
    ``asked_at`` the date of the first answer, ``lost`` how many nodes could not be read.
    """

    locales: tuple[str, ...]
    at: int = 0
    address: str = ""
    sent: int = 0
    strays: tuple[str, ...] = ()
    since: str | None = None
    asked_at: str = ""
    lost: int = 0


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give the nodes of the default language's list, then what only other languages have; each with all its languages.

    A node's identifier is its uuid. A window asks for what changed in any language, where the site honours that; a site
    tells of no deletion, so a list without window is ``whole``. ListLoops comes after the last useful page.
    """
    walk = _Walk(fetcher, source, window)
    while walk.place is not None:
        yield walk.page()
        if walk.reason:
            raise ListLoops(url=source.url, reason=walk.reason)


def fetch_one(fetcher: Fetcher, source: Source, identifier: str) -> Page:
    """Give one node anew in all its languages; a problem where the site no longer has it."""
    config = config_of(source)
    site = BiolandSite(fetcher, source.url.rstrip("/"), config, known_locales(source, config) or LOCALES)
    site.head(site.locales[0], None)
    record = site.one(identifier)
    if record is None:
        missing = Problem(
            "RECORD_UNREACHABLE", "error", value="the site no longer gives this node", record_id=identifier
        )
        return Page((), None, None, None, problems=(missing,), tracks_deletions=False)
    return Page((record,), None, None, None, tracks_deletions=False)


def probe(fetcher: Fetcher, url: str) -> Probe | None:
    """Give a site whose content is served by JSON:API, in some language; None where it is not."""
    root = site_root(url)
    site = BiolandSite(fetcher, root, BiolandConfig(), ("",))
    for locale in ("", "en"):
        try:
            found = ask(fetcher, site.list_url(locale), {"page[limit]": "1"})
        except (SourceRefused, WrongAnswer, ProtocolFault, AnswerUnreadable):
            continue
        if all(isinstance(each, dict) and str(each.get("type", "node--")).startswith("node--") for each in found.nodes):
            details = {} if found.total is None else {"nodes": str(found.total)}
            return Probe("bioland", root, "", root, details)
    return None


BIOLAND = Protocol("bioland", BiolandConfig, pages, probe, identifiers, fetch_one)


def site_root(url: str) -> str:
    """Give a site's address for one somebody copied: without what is its API, a language or a page."""
    parts = urlsplit(url.strip())
    path = parts.path.partition("/jsonapi")[0].rstrip("/")
    head, _, last = path.rpartition("/")
    return urlunsplit((parts.scheme, parts.netloc, head if last in LOCALES else path, "", ""))


class _Walk:
    """One reading of a site; ``place`` is None at its end, ``reason`` says why a list does not end."""

    def __init__(self, fetcher: Fetcher, source: Source, window: Window) -> None:
        """Begin, or go on at a cursor."""
        self._source, self._config = source, config_of(source)
        self._whole, self.reason = window.cursor is None, ""
        self._learnt: dict[str, str] = {}
        self._remarks: list[Problem] = []
        self._seen: set[str] = set()
        site = BiolandSite(fetcher, source.url.rstrip("/"), self._config, ())
        self.place: _Place | None = self._resume(window.cursor) if window.cursor else self._begin(site, window)
        site.locales, site.strays = self.place.locales, set(self.place.strays)
        self._site = site
        self._guard = ListGuard(self._config.max_pages)

    def page(self) -> Page:
        """Give the next page."""
        place = self.place
        assert place is not None
        place, address, answer = self._read(place)
        nodes, problems = self._sort(answer, place)
        following, remark = find_next(self._site, place.locales[place.at], address, answer)
        remarks = [*self._remarks, *([remark] if remark else [])]
        ends = following is None
        records = self._site.join(nodes, address, place.locales[place.at], ends=ends)
        names = [str(node_id(each)) for each in answer.nodes]
        sent = place.sent + sum(1 for name in set(names) if not self._guard.is_known(name))
        self.reason = self._guard.notice(address, names, following, unread=bool(problems)) or ""
        self._seen.update(record.identifier for record in records)
        total = None if answer.omitted else answer.total
        if ends and total is not None and sent < total:
            words = f"only {sent} of {total} announced nodes were sent"
            remarks.append(Problem("LIST_INCOMPLETE", "warning", value=words))
        after = replace(
            place, address=following or "", sent=sent, strays=tuple(sorted(self._site.strays)),
            asked_at=place.asked_at or _date(answer.date), lost=place.lost + len(problems),
        )  # fmt: skip
        self.place = after if not ends else self._next_list(after)
        learnt, self._learnt, self._remarks = self._learnt, {}, []
        return Page(
            records=tuple(records),
            cursor=None if self.place is None else _dump(self.place),
            response_date=answer.date,
            total=total if place.at == 0 else None,
            problems=tuple(problems),
            remarks=tuple(remarks),
            next_since=self._next_since(after) if self.place is None else None,
            tracks_deletions=False,
            whole=self._whole and place.since is None,
            learnt=learnt,
        )

    def _begin(self, site: BiolandSite, window: Window) -> _Place:
        at = parse_instant(window.since)
        windowed = at is not None and self._config.incremental and WINDOW_QUIRK not in self._source.quirks
        since = at.strftime(SECONDS_FORM) if at and windowed else None
        locales = known_locales(self._source, self._config)
        return _Place(locales if since and locales else self._find_locales(site), since=since)

    def _find_locales(self, site: BiolandSite) -> tuple[str, ...]:
        """Give the languages the site serves; tell of one that it served before, or that the settings name."""
        named = self._config.locales.replace(",", " ").split()
        served = self._source.quirks.get(LOCALES_QUIRK, "").split()
        asked = dict.fromkeys(named or [self._config.language, *served, *LOCALES])
        found = tuple(locale for locale in asked if locale and serves(site.fetcher, site, locale))
        if gone := {*named, *served} - set(found):
            severity: Severity = "warning" if gone & set(served) else "note"
            words = f"the site does not serve {', '.join(sorted(gone))}; name its languages in locales if that is right"
            self._remarks.append(Problem("LIST_INCOMPLETE", severity, value=words))
        if named and not found:
            raise WrongAnswer(url=site.root, protocol="Bioland", saw=f"no content in {', '.join(named)}")
        self._learnt[LOCALES_QUIRK] = " ".join(found)
        return found or ("",)

    def _read(self, place: _Place) -> tuple[_Place, str, Nodes]:
        """Give the page at a place with its address; a window the site does not take is left out from then on."""
        if place.address:
            return place, place.address, ask(self._site.fetcher, place.address)
        locale, since = place.locales[place.at], parse_instant(place.since)
        try:
            address, answer = self._site.head(locale, since)
        except (ProtocolFault, SourceRefused, SourceUnreachable) as error:
            if since is None or "HTTP status" not in str(error):
                raise
            kept = not isinstance(error, SourceUnreachable)
            return self._without_window(place, "refused" if kept else "")
        newest = self._site.newest() if since and not answer.nodes and place.at == 0 else None
        if newest is not None and since is not None and newest > since:
            return self._without_window(place, "ignored")
        return place, address, answer

    def _without_window(self, place: _Place, word: str) -> tuple[_Place, str, Nodes]:
        self._learnt |= {WINDOW_QUIRK: word} if word else {}
        address, answer = self._site.head(place.locales[place.at], None)
        return replace(place, since=None), address, answer

    def _sort(self, answer: Nodes, place: _Place) -> tuple[list[Node], list[Problem]]:
        """Give the nodes not had yet and what is none; a window that is passed over is learnt."""
        found = {name: each for each in answer.nodes if isinstance(each, dict) and (name := node_id(each))}
        count = sum(1 for each in answer.nodes if node_id(each) is None)
        problems = [Problem("ID_SYNTAX", "error", value="a node without an id that can be kept")] * count
        since = parse_instant(place.since)
        stamps = filter(None, map(changed_at, found.values()))
        if since is not None and place.at == 0 and any(stamp < since - _DAY for stamp in stamps):
            self._learnt[WINDOW_QUIRK] = "ignored"
        return [node for name, node in found.items() if name not in self._seen], problems

    def _next_list(self, place: _Place) -> _Place | None:
        """Give the head of the next language that may have more than the lists before it."""
        self._guard = ListGuard(self._config.max_pages)
        for at in range(place.at + 1, len(place.locales)):
            if place.since is not None or place.locales[at] in place.strays:
                return replace(place, at=at, address="", sent=0)
        return None

    def _next_since(self, place: _Place) -> str | None:
        at = parse_instant(place.asked_at)
        if at is None or place.lost:
            return place.since
        return (at - timedelta(seconds=self._config.overlap_s)).strftime(SECONDS_FORM)

    def _resume(self, cursor: str) -> _Place:
        try:
            kept = orjson.loads(cursor)
            place = _Place(**{**kept, "locales": tuple(kept["locales"]), "strays": tuple(kept["strays"])})
            if not 0 <= place.at < len(place.locales):
                raise IndexError(place.at)
        except (ValueError, TypeError, KeyError, IndexError):
            reason = "the cursor is not one of this protocol"
            raise CursorExpired(url=self._source.url, cursor=cursor, reason=reason) from None
        return place


def _date(text: str | None) -> str:
    found = trusted_date(text, datetime.now(UTC))
    return found if found and parse_instant(found) else ""


def _dump(place: _Place) -> str:
    return orjson.dumps({name: getattr(place, name) for name in _Place.__slots__}).decode()
