"""Entries of the CBD index: which record each is, whether it may be kept, its own bytes. Asks nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harvester.cbd_identity import find_document_id, first_of, listed, split_unique
from harvester.protocols.json_answers import MAX_DATESTAMP_BYTES, canonical, find_text
from harvester.raw import RawRecord, deleted_raw, new_raw
from vocabularies.problems import Problem

FORMAT = "cbd_index"
CHANGED = ("updatedDate_dt", "updatedOn_dt")
"""When an entry changed; the second name is read by some clients (scbd/informea, country-report.js)."""
NAMING_FIELDS = (
    "id", "identifier_s", "uniqueIdentifier_s", "url_ss", "schema_s", "_state_s", "version_s", "_revision_i", *CHANGED,
    "refReferenceRecords_ss", "refNationalRecords_ss", "confidential_b", "isConfidential_b",
)  # fmt: skip
"""What has to be asked for to name an entry and to tell whether it may be kept."""
_VOLATILE = frozenset({"_version_", "score", "timestamp"})
_INDEXED = re.compile(r"_?index(?:ed)?(?:On|Date|At)?_dt")
_REFERRED = ("refReferenceRecords_ss", "refNationalRecords_ss")
_CONFIDENTIAL = ("confidential_b", "isConfidential_b")

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cut:
    """An entry cut out of an answer: the raw record, its place in the index and its revision."""

    raw: RawRecord
    place: str
    revision: int

    @property
    def identifier(self) -> str:
        """The source's own identifier."""
        return self.raw.identifier


def cut_out(entry: object) -> Cut | Problem:
    """Give an entry's own bytes; without bytes where it may not be kept, a problem where it cannot be named."""
    identifier = find_identifier(entry)
    if not isinstance(entry, dict) or identifier is None:
        return Problem("ID_SYNTAX", "error", value="an index entry without an identifier that can be kept")
    stamp = changed_at(entry)
    if is_kept(entry):
        kept = {name: value for name, value in entry.items() if not _is_volatile(name)}
        raw = new_raw(identifier, canonical(kept), format=FORMAT, datestamp=stamp)
    else:
        raw = deleted_raw(identifier, format=FORMAT, datestamp=stamp)
    return Cut(raw, find_text(entry.get("id")) or identifier, _revision(entry))


def find_identifier(entry: object) -> str | None:
    """Give what names the record for ever: the document's identifier, stated or in its address, else its number.

    ``uniqueIdentifier_s`` ends with the revision, which is left out; ``id`` is the index's own and the last resort.
    """
    if not isinstance(entry, dict):
        return None
    if document := find_text(find_document_id(entry)):
        return document
    if unique := find_text(first_of(entry.get("uniqueIdentifier_s"))):
        return split_unique(unique)[0]
    return find_text(entry.get("id"))


def is_kept(entry: Entry) -> bool:
    """Say whether an entry may be kept: public, not confidential, and a contact only where a public record names it."""
    if str(first_of(entry.get("_state_s")) or "public").lower() != "public":
        return False
    if any(entry.get(name) in (True, "true") for name in _CONFIDENTIAL):
        return False
    return entry.get("schema_s") != "contact" or any(listed(entry.get(name)) for name in _REFERRED)


def is_earlier_version(entry: object) -> bool:
    """Say whether this is a version that was followed by another one, which the index keeps beside it."""
    return isinstance(entry, dict) and entry.get("version_s") not in (None, "")


def changed_at(entry: Entry) -> str | None:
    """Give when the entry changed, in the index's own words; None where it does not say."""
    return next((text for name in CHANGED if (text := find_text(entry.get(name), MAX_DATESTAMP_BYTES))), None)


def _revision(entry: Entry) -> int:
    revision = entry.get("_revision_i")
    return revision if isinstance(revision, int) else 0


def _is_volatile(name: str) -> bool:
    return name in _VOLATILE or _INDEXED.fullmatch(name) is not None
