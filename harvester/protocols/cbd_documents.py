"""Full documents of the CBD behind index entries: fetched one by one, joined with the entry; not understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from harvester.errors import (
    AnswerUnreadable,
    ResponseTooLarge,
    SourceError,
    SourceTooSlow,
    SourceUnreachable,
    WrongAnswer,
)
from harvester.fetch import Fetcher
from harvester.protocols.cbd_select import document_url
from harvester.protocols.json_answers import canonical, parse_object
from harvester.raw import RawRecord, deleted_raw, new_raw
from vocabularies.problems import Problem

FORMAT = "cbd_document"
MAX_LOST_IN_A_ROW = 3
_NOT_GIVEN = frozenset({401, 403, 404, 410})
_TOLD = (
    "documentID",
    "title",
    "type",
    "revision",
    "latestRevision",
    "realm",
    "createdOn",
    "submittedOn",
    "updatedOn",
    "deletedOn",
)
"""What is kept of a document's ``/info``; the persons who wrote and changed it are not."""
_CONFIDENTIAL = ("confidential", "isConfidential")
_OF_THE_DOCUMENT = (AnswerUnreadable, WrongAnswer, ResponseTooLarge, SourceTooSlow, SourceUnreachable)


class Documents:
    """Fetches the documents of one source."""

    def __init__(self, fetcher: Fetcher, root: str) -> None:
        """Begin to fetch; nothing is asked yet."""
        self._fetcher = fetcher
        self._root = root
        self._lost = 0

    def join(self, raws: Sequence[RawRecord]) -> tuple[tuple[RawRecord, ...], tuple[Problem, ...]]:
        """Give the records with their documents, and a problem for each whose document cannot be read now.

        A record keeps its index entry alone where its document is given to nobody, or where nothing says when it
        changed. The error itself is raised where more than three documents in a row cannot be read.
        """
        found = [self._join(raw) for raw in raws]
        records = tuple(each for each in found if isinstance(each, RawRecord))
        return records, tuple(each for each in found if isinstance(each, Problem))

    def find(self, identifier: str, entry: Mapping[str, Any] | None = None) -> RawRecord | None:
        """Give a record by its document; None where it is given to nobody, SourceError where it cannot be read.

        A contact is shown only where a public record names it, which its index entry alone says.
        """
        document = self._fetch(document_url(self._root, identifier))
        if document is None:
            return None
        header = document.get("header")
        if not isinstance(header, dict) or str(header.get("identifier", "")).lower() != identifier.lower():
            raise WrongAnswer(url=document_url(self._root, identifier), protocol="CBD", saw="another document")
        if entry is None and header.get("schema") == "contact":
            return None
        told = {} if entry and _says_enough(entry) else self._told(identifier)
        stamp = str((entry or {}).get("updatedDate_dt") or told.get("updatedOn") or "") or None
        if told.get("deletedOn") or any(
            part.get(name) is True for part in (document, header) for name in _CONFIDENTIAL
        ):
            return deleted_raw(identifier, format=FORMAT, datestamp=stamp)
        whole = {"document": document, "info": told, "index": entry or {}}
        return new_raw(identifier, canonical(whole), format=FORMAT, datestamp=stamp)

    def _join(self, raw: RawRecord) -> RawRecord | Problem:
        if raw.deleted or raw.datestamp is None:
            return raw
        entry = orjson.loads(raw.payload)
        if not entry.get("identifier_s"):
            return raw
        try:
            found = self.find(raw.identifier, entry)
        except _OF_THE_DOCUMENT as error:
            self._lost += 1
            if self._lost > MAX_LOST_IN_A_ROW:
                raise
            value = f"its document cannot be read: {error}"
            return Problem("RECORD_UNREACHABLE", "error", value=value[:500], record_id=raw.identifier)
        self._lost = 0
        return found or raw

    def _told(self, identifier: str) -> dict[str, Any]:
        try:
            info = self._fetch(document_url(self._root, identifier, "/info")) or {}
        except SourceError:
            return {}
        return {name: info[name] for name in _TOLD if info.get(name) is not None}

    def _fetch(self, url: str) -> dict[str, Any] | None:
        response = self._fetcher.get(url, accept="application/json")
        if response.status in _NOT_GIVEN:
            return None
        if response.status >= 400:
            response.require_ok()
        return parse_object(response, "CBD")


def _says_enough(entry: Mapping[str, Any]) -> bool:
    """Say whether the index tells revision and dates, so that the document's ``/info`` need not be asked for."""
    return all(entry.get(name) is not None for name in ("_revision_i", "createdDate_dt", "updatedDate_dt"))
