"""Harvesting GBIF's registry, datasets or organisations, by offset; gives them as they are and understands none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from harvester.configs import GbifConfig
from harvester.errors import SourceError, WrongAnswer
from harvester.fetch import Fetcher, Response
from harvester.protocols.json_answers import MAX_DATESTAMP_BYTES, canonical, find_text, parse_object
from harvester.protocols.pages import Page, Probe, Protocol, Window
from harvester.protocols.positions import Place, PositionList, Slice, page_of, parse_cursor, to_count
from harvester.raw import RawRecord, deleted_raw, new_raw
from harvester.sources import Source
from vocabularies.problems import Problem

DATASET, ORGANIZATION, INSTALLATION = "gbif_dataset", "gbif_organization", "gbif_installation"
_VOLATILE = frozenset({"recordCount"})
_OURS = frozenset({"offset", "limit"})
_GONE = frozenset({404, 410})


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give everything the registry lists at the address, page by page (GBIF registry API, ``offset`` and ``limit``).

    The address may be any list of it, such as ``/v1/dataset?country=KE`` or
    ``/v1/organization/{key}/publishedDataset``. The registry has no list of changes that can be relied on, so every
    list is ``whole``: what it no longer names, or names with the time of its deletion, is gone.
    """
    config = source.config if isinstance(source.config, GbifConfig) else GbifConfig()
    place = parse_cursor(window.cursor, source.url) if window.cursor is not None else Place(since=window.since)
    publishers = _Publishers(fetcher, source.url) if config.publishers else None
    walked = PositionList(
        lambda start, rows: _ask(fetcher, source.url, start, rows, publishers),
        source.url,
        rows=config.page_size,
        max_pages=config.max_pages,
    )
    for step in walked.walk(place):
        yield page_of(step, 0, whole=window.cursor is None, learnt={})


def fetch_one(fetcher: Fetcher, source: Source, identifier: str) -> Page:
    """Give one dataset or organisation anew by its key; a deleted one as deleted, a problem where there is none."""
    kind = _kind_of_list(urlsplit(source.url).path)
    response = fetcher.get(_entry_url(source.url, kind, identifier), accept="application/json")
    if response.status in _GONE:
        value = f"the registry does not give it (HTTP status {response.status})"
        missing = Problem("RECORD_UNREACHABLE", "error", value=value, record_id=identifier)
        return Page((), None, response.headers.get("date"), None, problems=(missing,), tracks_deletions=False)
    config = source.config if isinstance(source.config, GbifConfig) else GbifConfig()
    publishers = _Publishers(fetcher, source.url) if config.publishers else None
    found = _cut_out(parse_object(response.require_ok(), "GBIF registry"), publishers)
    records = (found,) if isinstance(found, RawRecord) else ()
    problems = () if isinstance(found, RawRecord) else (found,)
    return Page(records, None, response.headers.get("date"), None, problems, tracks_deletions=False)


def probe(fetcher: Fetcher, url: str) -> Probe | None:
    """Give what the registry says at an address or at its host's list of datasets; None where it is no registry."""
    for where in list_addresses(url):
        try:
            part, response = _page(fetcher, where, 0, 1)
        except SourceError:
            continue
        total = to_count(part.get("count"))
        return Probe("gbif", where, urlsplit(response.url).hostname or where, where, {"records": str(total)})
    return None


GBIF = Protocol("gbif", GbifConfig, pages, probe, None, fetch_one)


def list_addresses(url: str) -> tuple[str, ...]:
    """Give where the registry's list may be for an address somebody copied: itself where it is one, its host's."""
    parts = urlsplit(url.strip())
    kept = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] not in _OURS])
    itself = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), kept, ""))
    default = urlunsplit((parts.scheme, parts.netloc, "/v1/dataset", "", ""))
    path = parts.path.strip("/")
    if "v1/" in path:
        return (itself,)
    return (default,) if path in {"", "v1"} else ()


class _Publishers:
    """The names of the organisations that datasets name by their keys, each asked for once a run."""

    def __init__(self, fetcher: Fetcher, url: str) -> None:
        self._fetcher = fetcher
        self._url = url
        self._titles: dict[str, str | None] = {}

    def find_title(self, key: str) -> str | None:
        """Give an organisation's name; None where the registry does not give it. SourceError where it is down."""
        if key not in self._titles:
            response = self._fetcher.get(_entry_url(self._url, "organization", key), accept="application/json")
            found = {} if response.status in _GONE else parse_object(response.require_ok(), "GBIF registry")
            self._titles[key] = find_text(found.get("title"))
        return self._titles[key]


def _entry_url(url: str, kind: str, key: str) -> str:
    parts = urlsplit(url)
    root = parts.path.partition("/v1/")[0]
    return urlunsplit((parts.scheme, parts.netloc, f"{root}/v1/{kind}/{quote(key, safe='')}", "", ""))


def _kind_of_list(path: str) -> str:
    """Give what a list is of by the last part of its path, such as ``hostedDataset``."""
    last = path.rstrip("/").rpartition("/")[2].lower()
    return next((kind for kind in ("organization", "installation", "network") if last.endswith(kind)), "dataset")


def _ask(fetcher: Fetcher, url: str, start: int, rows: int, publishers: _Publishers | None) -> Slice[RawRecord]:
    answer, response = _page(fetcher, url, start, rows)
    found = [_cut_out(each, publishers) for each in answer["results"]]
    records = tuple(each for each in found if isinstance(each, RawRecord))
    problems = tuple(each for each in found if isinstance(each, Problem))
    total = to_count(answer.get("count"))
    last = answer.get("endOfRecords") is True
    return Slice(records, len(found), total, response.headers.get("date"), problems, last)


def _page(fetcher: Fetcher, url: str, start: int, rows: int) -> tuple[dict[str, Any], Response]:
    """Give one page; WrongAnswer where it is none of a registry."""
    parts = urlsplit(url)
    params = dict(parse_qsl(parts.query)) | {"offset": str(start), "limit": str(rows)}
    address = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    response = fetcher.get(address, params=params, accept="application/json").require_ok()
    answer = parse_object(response, "GBIF registry")
    if not isinstance(answer.get("results"), list) or "endOfRecords" not in answer:
        raise WrongAnswer(url=response.url, protocol="GBIF registry", saw="JSON without results and endOfRecords")
    return answer, response


def kind_of(item: Mapping[str, Any]) -> str:
    """Give which crosswalk an entry needs; a search says of a dataset who endorses its publisher, too."""
    if "publishingOrganizationKey" in item or "installationKey" in item:
        return DATASET
    if "organizationKey" in item:
        return INSTALLATION
    return ORGANIZATION if "endorsingNodeKey" in item or ("numConstituents" in item and "type" not in item) else DATASET


def _cut_out(item: object, publishers: _Publishers | None = None) -> RawRecord | Problem:
    key = find_text(item.get("key")) if isinstance(item, dict) else None
    if not isinstance(item, dict) or key is None:
        return Problem("ID_SYNTAX", "error", value="an entry without a key that can be kept")
    kind = kind_of(item)
    stamp = find_text(item.get("modified"), MAX_DATESTAMP_BYTES)
    if item.get("deleted"):
        return deleted_raw(key, format=kind, datestamp=find_text(item["deleted"], MAX_DATESTAMP_BYTES) or stamp)
    kept = {name: value for name, value in item.items() if name not in _VOLATILE}
    publisher = find_text(item.get("publishingOrganizationKey")) if kind == DATASET else None
    if publishers is not None and publisher and "publishingOrganizationTitle" not in item:
        kept["publishingOrganizationTitle"] = publishers.find_title(publisher)
    return new_raw(key, canonical(kept), format=kind, datestamp=stamp)
