"""Questions to the CBD index by its Solr address ``/index/select``: filters, positions, counts; reads no entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

from harvester.configs import CbdConfig
from harvester.errors import ProtocolFault, SourceError, SourceUnreachable, WrongAnswer
from harvester.fetch import Fetcher, Response
from harvester.protocols.json_answers import parse_object
from harvester.protocols.positions import to_count

API = "/api/v2013"
CENTRAL = "https://api.cbd.int/api/v2013"
SORT = "id asc"
"""The one order in which a change moves no entry past the place we have reached; a removal shows in the count."""
PUBLIC = "_state_s:public"
NOT_EARLIER = "(*:* NOT version_s:*)"
REALM_OF_HOST = {"chm": "chm", "absch": "abs", "bch": "bch", "ort": "ort"}
"""The realm a clearing-house's own host speaks for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the index: its entries as they are, how many it found, and its HTTP date."""

    entries: tuple[Any, ...]
    found: int | None
    date: str | None


class Select:
    """Asks one index with the filters of one source; ``filters`` are joined with those of each question."""

    def __init__(self, fetcher: Fetcher, root: str, filters: Sequence[str]) -> None:
        """Begin to ask; nothing is asked yet."""
        self._fetcher = fetcher
        self._root = root
        self.filters = tuple(filters)

    def ask(self, *further: str, start: int, rows: int, fields: Sequence[str] = ()) -> Answer:
        """Give the entries from a position on, in the order of their ids."""
        pairs = [("q", "*:*"), *(("fq", each) for each in (*self.filters, *further) if each)]
        pairs += [("fl", ",".join(fields))] if fields else []
        pairs += [("sort", SORT), ("start", str(start)), ("rows", str(rows)), ("wt", "json")]
        url = f"{self._root}/index/select?{urlencode(pairs)}"
        response = self._fetcher.get(url, accept="application/json")
        return _answer(response)

    def count(self, *further: str) -> int | None:
        """Give how many entries there are, None where the index does not say."""
        return self.ask(*further, start=0, rows=0).found

    def without(self, unwanted: str) -> Select:
        """Give the same index asked without one of the filters."""
        return Select(self._fetcher, self._root, [each for each in self.filters if each != unwanted])


def api_root(url: str) -> str:
    """Give the root of the API for an address somebody copied: ``…/api/v2013`` at the address or at its host."""
    parts = urlsplit(url.strip())
    before, found, _ = parts.path.partition(API)
    return urlunsplit((parts.scheme, parts.netloc, (before if found else "") + API, "", ""))


def document_url(root: str, identifier: str, part: str = "") -> str:
    """Give the address of a document, or of what is told about it (``/info``)."""
    return f"{root}/documents/{quote(identifier, safe='')}{part}"


def filters_of(url: str, config: CbdConfig) -> tuple[str, ...]:
    """Give a source's filters: what is public and current, its realms and its schemas.

    Without a setting the address says the realm: ``?realm=chm``, or the host of one clearing-house.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").partition(".")[0]
    realms = config.realms or ",".join(parse_qs(parts.query).get("realm", [])) or REALM_OF_HOST.get(host, "")
    wanted = (_any("realm_ss", realms, lower=True), _any("schema_s", config.schemas))
    return (PUBLIC, NOT_EARLIER, *filter(None, wanted))


def quoted(text: str) -> str:
    """Give a text as one value of a question, whatever is in it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _any(name: str, listed: str, *, lower: bool = False) -> str:
    wanted = [part.strip() for part in listed.replace(";", ",").split(",") if part.strip()]
    values = [part.lower() if lower else part for part in wanted]
    plain = [each if each.replace("-", "").replace("_", "").isalnum() else quoted(each) for each in values]
    return f"{name}:({' OR '.join(plain)})" if len(plain) > 1 else f"{name}:{plain[0]}" if plain else ""


def _answer(response: Response) -> Answer:
    """Give what an answer holds (Solr's JSON response: ``response.numFound``, ``response.docs``, ``error.msg``)."""
    if response.status >= 500:
        raise SourceUnreachable(url=response.url, reason=f"HTTP status {response.status}")
    try:
        told = parse_object(response, "CBD")
    except SourceError:
        response.require_ok()
        raise
    if isinstance(error := told.get("error"), dict):
        raise ProtocolFault(
            url=response.url, fault=str(error.get("code", "error"))[:80], reason=str(error.get("msg"))[:300]
        )
    response.require_ok()
    held = told.get("response")
    if not isinstance(held, dict) or not isinstance(held.get("docs"), list):
        raise WrongAnswer(url=response.url, protocol="CBD", saw="JSON without a list of index entries")
    return Answer(tuple(held["docs"]), to_count(held.get("numFound")), response.headers.get("date"))
