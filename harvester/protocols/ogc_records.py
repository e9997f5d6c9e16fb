"""Harvesting an OGC API - Records endpoint: landing page → collections → items by ``next`` links; knows no record."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import orjson

from harvester.configs import OgcRecordsConfig
from harvester.errors import AnswerUnreadable, CursorExpired, ListLoops, SourceError, SourceRefused, WrongAnswer
from harvester.fetch import Fetcher, Response
from harvester.protocols.json_answers import MAX_DATESTAMP_BYTES, canonical, find_text, parse_object
from harvester.protocols.list_guard import ListGuard
from harvester.protocols.next_address import to_onward
from harvester.protocols.pages import Page, Probe, Protocol, Window
from harvester.protocols.positions import to_count
from harvester.raw import RawRecord, new_raw
from harvester.sources import Source
from vocabularies.problems import Problem

FORMAT = "ogc_record"
ACCEPT = "application/geo+json, application/json;q=0.9"
CONFORMANCE = "ogcapi-records"
READS = 3
_PAUSE_S = 0.2
_OF_THE_ANSWER = frozenset({"self", "root", "collection", "parent", "up", "prev", "next"})


@dataclass(frozen=True, slots=True)
class Place:
    """How far the catalogues have been read: the collections left, the first one's next page, what it has sent."""

    left: tuple[str, ...]
    address: str
    sent: int = 0


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give the records of all catalogues, page by page (OGC 20-004r1 §8 and §9); only ``rel=next`` leads on.

    There is no asking for changes and no word of deletions, so every run reads the ``whole`` list. A record's
    identifier is ``collection/id``. ListLoops comes after the last useful page of a list that does not end.
    """
    config = source.config if isinstance(source.config, OgcRecordsConfig) else OgcRecordsConfig()
    root = source.url.rstrip("/")
    place: Place | None = _resume(source, window) or _begin(fetcher, root, config)
    guard = ListGuard(config.max_pages)
    while place is not None:
        response, answer = _read(fetcher, place.address)
        page, after, reason = _take(place, answer, guard, root=root, limit=config.page_size)
        whole = window.cursor is None and reason is None
        yield replace(page, response_date=response.headers.get("date"), whole=whole)
        if reason:
            raise ListLoops(url=place.address, reason=reason)
        if after is not None and after.left != place.left:
            guard = ListGuard(config.max_pages)
        place = after


def fetch_one(fetcher: Fetcher, source: Source, identifier: str) -> Page:
    """Give one record anew; a problem where the endpoint no longer has it."""
    collection, _, name = identifier.partition("/")
    address = f"{_items(source.url.rstrip('/'), collection)}/{quote(name, safe='')}"
    try:
        _, answer = _read(fetcher, address)
    except SourceRefused as error:
        value = f"the endpoint does not give this record (HTTP status {error.status})"
        missing = Problem("RECORD_UNREACHABLE", "error", value=value, record_id=identifier)
        return Page((), None, None, None, problems=(missing,), tracks_deletions=False)
    found = _cut_out(answer, collection)
    if isinstance(found, RawRecord):
        return Page((found,), None, None, None, tracks_deletions=False)
    return Page((), None, None, None, problems=(found,), tracks_deletions=False)


def probe(fetcher: Fetcher, url: str) -> Probe | None:
    """Give what the landing page at an address says, where the endpoint conforms to OGC API - Records; else None."""
    root = landing_url(url)
    try:
        _, landing = _read(fetcher, root, reads=1)
        if not isinstance(landing.get("links"), list):
            return None
        stated = landing.get("conformsTo") or _read(fetcher, f"{root}/conformance", reads=1)[1].get("conformsTo")
    except (SourceRefused, WrongAnswer, AnswerUnreadable):
        return None
    classes = [text for text in stated if isinstance(text, str)] if isinstance(stated, list) else []
    if not any(CONFORMANCE in text for text in classes):
        return None
    title = landing.get("title")
    return Probe("ogc_records", root, title if isinstance(title, str) else "", root, {"classes": str(len(classes))})


OGC_RECORDS = Protocol("ogc_records", OgcRecordsConfig, pages, probe, fetch_one=fetch_one)


def landing_url(url: str) -> str:
    """Give the landing page for an address somebody copied: without arguments, and without what lies below it."""
    parts = urlsplit(url.strip())
    path = parts.path.partition("/collections")[0].rstrip("/").removesuffix("/conformance")
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _resume(source: Source, window: Window) -> Place | None:
    if window.cursor is None:
        return None
    try:
        kept = orjson.loads(window.cursor)
        return Place(tuple(kept["left"]), str(kept["address"]), int(kept["sent"]))
    except (ValueError, TypeError, KeyError):
        reason = "the cursor is not one of this protocol"
        raise CursorExpired(url=source.url, cursor=window.cursor, reason=reason) from None


def _begin(fetcher: Fetcher, root: str, config: OgcRecordsConfig) -> Place:
    wanted = tuple(filter(None, (part.strip() for part in config.collections.split(","))))
    if not wanted:
        _, answer = _read(fetcher, f"{root}/collections")
        wanted = _catalogues(answer, f"{root}/collections")
    return Place(wanted, _head(root, wanted[0], config.page_size))


def _catalogues(answer: dict[str, Any], url: str) -> tuple[str, ...]:
    """Give the ids of the collections of records; those that name their kind of items go before those that do not."""
    listed = answer.get("collections")
    if not isinstance(listed, list):
        raise WrongAnswer(url=url, protocol="OGC API - Records", saw="JSON without collections")
    known = [(name, entry.get("itemType")) for entry in listed if isinstance(entry, dict) and (name := _id(entry))]
    named = [name for name, kind in known if isinstance(kind, str) and kind.lower() == "record"]
    found = tuple(named or [name for name, kind in known if kind is None])
    if not found:
        raise WrongAnswer(url=url, protocol="OGC API - Records", saw="no collection of records")
    return found


def _take(
    place: Place, answer: dict[str, Any], guard: ListGuard, *, root: str, limit: int
) -> tuple[Page, Place | None, str | None]:
    """Give the page, the place after it (None at the end) and why the list does not end."""
    found = [_cut_out(feature, place.left[0]) for feature in _features(answer, place.address)]
    records = tuple(each for each in found if isinstance(each, RawRecord))
    problems = tuple(each for each in found if isinstance(each, Problem))
    new = len({record.identifier for record in records if not guard.is_known(record.identifier)})
    onward = to_onward(_next(answer), place.address)
    reason = guard.notice(place.address, [each.identifier for each in records], onward.address, unread=bool(problems))
    remarks: tuple[Problem, ...] = () if onward.remark is None else (onward.remark,)
    sent, total = place.sent + new, to_count(answer.get("numberMatched"))
    if onward.address is not None:
        after: Place | None = Place(place.left, onward.address, sent)
    else:
        if total is not None and sent < total:
            value = f"only {sent} of {total} announced records of {place.left[0]} were sent"
            remarks += (Problem("LIST_INCOMPLETE", "warning", value=value),)
        rest = place.left[1:]
        after = Place(rest, _head(root, rest[0], limit)) if rest else None
    cursor = None if after is None else _dump(after)
    page = Page(records, cursor, None, total, problems=problems, remarks=remarks, tracks_deletions=False)
    return page, after, reason


def _dump(place: Place) -> str:
    return orjson.dumps({"left": list(place.left), "address": place.address, "sent": place.sent}).decode()


def _items(root: str, collection: str) -> str:
    return f"{root}/collections/{quote(collection, safe=':')}/items"


def _head(root: str, collection: str, limit: int) -> str:
    return f"{_items(root, collection)}?{urlencode({'limit': limit})}"


def _features(answer: dict[str, Any], url: str) -> list[Any]:
    features = answer.get("features")
    if not isinstance(features, list):
        raise WrongAnswer(url=url, protocol="OGC API - Records", saw="JSON without a list of records")
    return features


def _next(answer: dict[str, Any]) -> str | None:
    links = answer.get("links")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "next" and isinstance(link.get("href"), str):
            return str(link["href"])
    return None


def _cut_out(feature: object, collection: str) -> RawRecord | Problem:
    identifier = _id(feature)
    if identifier is None or not isinstance(feature, dict):
        return Problem("ID_SYNTAX", "error", value="a record without an id that can be kept")
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        return Problem("VALUE_MISSING", "error", path="/properties", record_id=f"{collection}/{identifier}")
    stamp = find_text(properties.get("updated") or properties.get("recordUpdated"), MAX_DATESTAMP_BYTES)
    kept = _without_own_links(feature, f"/items/{quote(identifier, safe='')}")
    return new_raw(f"{collection}/{identifier}", canonical(kept), format=FORMAT, datestamp=stamp)


def _without_own_links(feature: dict[str, Any], page: str) -> dict[str, Any]:
    """Leave out the links of the answer, not of the record, which a single record has and a listed one has not."""
    links = feature.get("links")
    if not isinstance(links, list):
        return feature
    own = [each for each in links if not _is_of_the_answer(each, page)]
    return {**feature, "links": own} if own else {name: each for name, each in feature.items() if name != "links"}


def _is_of_the_answer(link: object, page: str) -> bool:
    if not isinstance(link, dict):
        return False
    leads_here = str(link.get("href", "")).partition("?")[0].endswith(page)
    return link.get("rel") in _OF_THE_ANSWER or (link.get("rel") == "alternate" and leads_here)


def _id(thing: object) -> str | None:
    return find_text(thing.get("id"), 1024) if isinstance(thing, dict) else None


def _read(fetcher: Fetcher, address: str, *, reads: int = READS) -> tuple[Response, dict[str, Any]]:
    """Give the JSON object at an address; one that breaks off is asked for again."""
    for attempt in range(1, reads + 1):
        response = fetcher.get(address, accept=ACCEPT)
        try:
            return response, _object(response)
        except AnswerUnreadable:
            if attempt == reads:
                raise
            time.sleep(_PAUSE_S * attempt)
    raise AssertionError("the last attempt returns or raises")


def _object(response: Response) -> dict[str, Any]:
    try:
        answer = parse_object(response, "OGC API - Records")
    except SourceError:
        response.require_ok()
        raise
    response.require_ok()
    return answer
