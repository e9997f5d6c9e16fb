"""The one reader of RSS and Atom: a feed's entries, deletions and further pages as values. Asks nothing itself."""

from __future__ import annotations

import io
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urljoin

import feedparser  # type: ignore[import-untyped]
from lxml import etree

from harvester.errors import WrongAnswer
from harvester.fetch import Response
from harvester.protocols.feed_terms import MARK, Terms, take_terms
from harvester.protocols.json_answers import canonical
from harvester.protocols.json_answers import find_text as find_kept
from harvester.protocols.mended_xml import parse_mended
from harvester.raw import RawRecord, deleted_raw, new_raw
from harvester.xml import local_name
from vocabularies import namespaces as ns
from vocabularies.problems import Problem, problem

FORMAT = "feed_entry"
HASHED = "entry:"
"""What the identifier of an entry begins with that has neither an id nor an address."""
_ROOTS = frozenset({"rss", "RDF", "feed"})
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_HISTORY = "http://purl.org/syndication/history/1.0"
_XML = "application/xml; charset=utf-8"
_MARKUP = re.compile(r"<[^<>]*>")
_FORM = "%Y-%m-%dT%H:%M:%SZ"
_LEFT_OUT = frozenset({"guidislink", "published_parsed", "updated_parsed", "created_parsed", "expired_parsed", "base"})


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One document of a feed, its records the oldest first, so that of two versions the newer comes last.

    ``next_url`` is the next page (RFC 5005 §3) or the archive before this one (§4), for which ``is_archived``.
    ``is_complete`` says that the feed holds everything there is (§2). ``newest`` is the latest date of an entry that
    has been. ``repairs`` say what had to be mended in the XML.
    """

    records: tuple[RawRecord, ...]
    problems: tuple[Problem, ...]
    title: str
    next_url: str | None
    is_archived: bool
    is_complete: bool
    newest: datetime | None
    ahead: int = 0
    repairs: tuple[str, ...] = ()


def parse_feed(response: Response) -> FeedPage:
    """Give what a feed document holds: RSS 0.9 to 2.0, RSS 1.0 or Atom.

    WrongAnswer where it is something else, such as a web page; AnswerUnreadable for XML that cannot be mended,
    AnswerForbidden where it declares a document type.
    """
    _require_feed_like(response)
    answer = parse_mended(response.body, url=response.url)
    root = answer.root
    if local_name(root) not in _ROOTS:
        saw = f"XML that begins with <{local_name(root)[:40]}>"
        raise WrongAnswer(url=response.url, protocol="a feed", saw=saw)
    _join_repeated(root)
    terms = take_terms(root)
    headers = {"content-type": _XML, "content-location": response.url}
    parsed = feedparser.parse(io.BytesIO(etree.tostring(root, encoding="utf-8")), response_headers=headers)
    if not parsed.version:
        raise WrongAnswer(url=response.url, protocol="a feed", saw="XML that is no RSS or Atom")
    dated = [_read(_with_terms(dict(entry), terms), parsed.feed.get("language")) for entry in parsed.entries]
    dated.reverse()
    dated.sort(key=lambda found: (found[0] is not None, found[0] or datetime.min.replace(tzinfo=UTC)))
    now = datetime.now(UTC)
    past = [at for at, _ in dated if at is not None and at <= now]
    links = {link.get("rel"): link.get("href") for link in parsed.feed.get("links", ()) if link.get("href")}
    further = links.get("prev-archive") or links.get("next")
    return FeedPage(
        records=(*(found for _, found in dated if isinstance(found, RawRecord)), *_deletions(root)),
        problems=tuple(found for _, found in dated if isinstance(found, Problem)),
        title=str(parsed.feed.get("title", ""))[:200],
        next_url=urljoin(response.url, further) if further else None,
        is_archived="prev-archive" in links or _has(root, "archive"),
        is_complete=_has(root, "complete"),
        newest=max(past, default=None),
        ahead=sum(1 for at, _ in dated if at is not None and at > now),
        repairs=answer.repairs,
    )


def _join_repeated(root: etree._Element) -> None:
    """Put what repeated Dublin Core elements of an entry say into the first: feedparser 6 keeps one of them."""
    for entry in root.iter("{*}item", "{*}entry"):
        for name in ("language", "coverage", "identifier"):
            found = entry.findall(f"{{{ns.DC}}}{name}")
            joined = "; ".join(each.text for each in found if each.text)
            for first in found[:1]:
                first.text = joined
            for other in found[1:]:
                entry.remove(other)


def _with_terms(entry: dict[str, Any], terms: list[Terms]) -> dict[str, Any]:
    """Put what an entry says in DCMI terms in the place of the mark it bears."""
    place = entry.pop(MARK, None)
    return {**entry, "terms": terms[int(place)]} if place else entry


def _require_feed_like(response: Response) -> None:
    head = response.body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        raise WrongAnswer(url=response.url, protocol="a feed", saw="a web page")
    if head[:1] in (b"{", b"["):
        raise WrongAnswer(url=response.url, protocol="a feed", saw="JSON")


def _read(entry: Mapping[str, Any], language: str | None) -> tuple[datetime | None, RawRecord | Problem]:
    """Give an entry's date and the entry; one that has no id, no address and says nothing is a problem."""
    at = _instant(entry.get("updated_parsed")) or _instant(entry.get("published_parsed"))
    own = find_kept(entry.get("id")) or find_kept(entry.get("link")) or _made_name(entry)
    if own is None:
        return at, problem("ID_SYNTAX", "", str(entry.get("title", ""))[:200])
    kept = {name: _plain(value) for name, value in entry.items() if name not in _LEFT_OUT}
    dates = {name: _instant(entry.get(f"{name}_parsed")) for name in ("published", "updated")}
    stated = {name: date.strftime(_FORM) for name, date in dates.items() if date}
    payload = canonical({**({"language": language} if language else {}), **kept, **stated})
    stamp = at.strftime(_FORM) if at else None
    return at, new_raw(own, payload, format=FORMAT, datestamp=stamp)


def _made_name(entry: Mapping[str, Any]) -> str | None:
    """Give a name made of what an entry without one says: its title and first date, or its text."""
    title, text = str(entry.get("title") or "").strip(), str(entry.get("summary") or "").strip()
    contents = entry.get("content") or ()
    text = text or "".join(str(each.get("value", "")) for each in contents if isinstance(each, Mapping))
    text = _MARKUP.sub("", text).strip()
    says = f"{title}\n{entry.get('published') or entry.get('updated') or ''}" if title else text
    return HASHED + sha256(says.encode("utf-8", "replace")).hexdigest()[:32] if says.strip() else None


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items() if name not in _LEFT_OUT and each is not None}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _instant(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _deletions(root: etree._Element) -> Iterator[RawRecord]:
    """Give the entries a feed says are deleted (RFC 6721 §3)."""
    for element in root.iter(f"{{{_TOMBSTONES}}}deleted-entry"):
        if (identifier := find_kept(element.get("ref"))) is not None:
            yield deleted_raw(identifier, format=FORMAT, datestamp=find_kept(element.get("when"), 64))


def _has(root: etree._Element, name: str) -> bool:
    return next(root.iter(f"{{{_HISTORY}}}{name}"), None) is not None
