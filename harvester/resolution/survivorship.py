"""The one record published of a thing: a pure function of its members, so that a merge can always be undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from harvester.resolution.clusters import Member
from harvester.resolution.origin import defers_to, originals, own_keys
from vocabularies.formats.disclosure import to_public
from vocabularies.identifiers import record_uri, url_key
from vocabularies.record import Link, Provenance, Record, Relation, Translation, record_details
from vocabularies.text import LangText

MERGE_VERSION = "4"
"""Raise it when the same members give another published record: a replay then publishes all of them anew."""

_UNITED = ("source_ids", "relations", "provenance", "languages", "treaties")
_OWN = frozenset({
    "id", "type", "revision", "status", "replaces", "details", "title", "summary", "rights", "extra", "links",
    "translation",
})  # fmt: skip


def merge(members: Sequence[Member], *, centre: str, local_id: str) -> Record:
    """Make the published record; the strongest source leads (rank, then the newest), the others fill its gaps.

    Owners' own records come before copies, and a copy says nothing where its original speaks for itself.
    What a member keeps to itself does not reach the merged record, whose access is the strongest member's alone.
    Texts are united a language at a time, identifiers, links, relations and provenance as wholes. Each member's own id
    stays as a ``sameAs`` relation.
    """
    heard = _by_strength(_without_echoes(members))
    ordered = [replace(member, record=to_public(member.record)) for member in heard]
    lead = ordered[0].record
    changes: dict[str, Any] = {"id": record_uri(centre, local_id)}
    if len(ordered) > 1:
        changes |= _combined([member.record for member in ordered])
    relations = changes.get("relations", lead.relations)
    changes["relations"] = (*relations, *_same_as(ordered, relations))
    changes["provenance"] = _united_provenance(ordered)
    return lead.with_(**changes)


def _without_echoes(members: Sequence[Member]) -> list[Member]:
    """Leave out each member whose original is here as well; of two that name each other the stronger stays."""
    heard = list(members)
    for member in reversed(_by_strength(members)):
        others = [other for other in heard if other is not member]
        if any(_echoes(member, other) for other in others):
            heard = others
    return heard


def _echoes(member: Member, other: Member) -> bool:
    if originals(member) & own_keys(other):
        return True
    return member.is_copy and not other.is_copy and bool(own_keys(member) & own_keys(other))


def _by_strength(members: Sequence[Member]) -> list[Member]:
    newest_first = sorted(members, key=lambda member: member.place)
    newest_first.sort(key=lambda member: member.record.dates.modified or "", reverse=True)
    return sorted(newest_first, key=lambda member: (member.is_copy, _defers(member, members), member.origin.rank))


def _defers(member: Member, members: Sequence[Member]) -> bool:
    """Tell whether a member says of itself that it is another's record, which does not say so of it."""
    named = defers_to(member.record)
    return bool(named) and any(
        own_keys(other) & named and not defers_to(other.record) & own_keys(member)
        for other in members
        if other is not member and not other.is_copy
    )


def _combined(records: Sequence[Record]) -> dict[str, Any]:
    lead = records[0]
    changes: dict[str, Any] = {
        name: _united_texts(getattr(record, name) for record in records) for name in ("title", "summary", "rights")
    }
    for name in _UNITED:
        changes[name] = _united(getattr(record, name) for record in records)
    for name in type(lead).model_fields:
        if name not in _OWN and name not in _UNITED and not getattr(lead, name):
            changes[name] = next((value for record in records[1:] if (value := getattr(record, name))), None)
            if changes[name] is None:
                del changes[name]
    changes["links"] = _united_links(records)
    changes["translation"] = _united_translations(records)
    changes["details"] = _filled_details(records)
    changes["extra"] = {name: value for record in reversed(records) for name, value in record.extra.items()}
    return changes


def _united_texts(texts: Iterable[LangText]) -> LangText:
    united: dict[str, str] = {}
    for text in texts:
        for language, words in text.items():
            united.setdefault(language, words)
    return LangText(united)


def _united(values: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    seen: list[Any] = []
    for items in values:
        seen.extend(item for item in items if item not in seen)
    return tuple(seen)


def _united_links(records: Iterable[Record]) -> tuple[Link, ...]:
    """Give each address once, as the strongest record that names it does."""
    links: dict[str, Link] = {}
    for record in records:
        for link in record.links:
            links.setdefault(url_key(link.url) or link.url, link)
    return tuple(links.values())


def _united_translations(records: Iterable[Record]) -> tuple[Translation, ...]:
    """Say of each language how its text came about, in the words of the record the text was taken from."""
    seen: set[str] = set()
    translations: list[Translation] = []
    for record in records:
        translations += [entry for entry in record.translation if entry.language not in seen]
        seen.update(record.title)
    return tuple(translations)


def _filled_details(records: Sequence[Record]) -> Any:
    details = record_details(records[0])
    gaps = [name for name in type(details).model_fields if not getattr(details, name)]
    fillings: dict[str, Any] = {}
    for name in gaps:
        for record in records[1:]:
            if value := getattr(record_details(record), name):
                fillings[name] = value
                break
    return details.model_copy(update=fillings) if fillings else details


def _same_as(members: Sequence[Member], present: Sequence[Relation]) -> list[Relation]:
    known = {relation.target for relation in present if relation.type == "sameAs"}
    ids = dict.fromkeys(member.record.id for member in members)
    return [Relation(type="sameAs", target=target) for target in ids if target not in known]


def _united_provenance(members: Sequence[Member]) -> tuple[Provenance, ...]:
    """Name each record something was taken from once, as the strongest member that names it does."""
    entries: dict[tuple[str, str | None], Provenance] = {}
    for member in members:
        for entry in _provenance(member):
            entries.setdefault((entry.source, entry.original_id), entry)
    return tuple(entries.values())


def _provenance(member: Member) -> tuple[Provenance, ...]:
    record = member.record
    if any(entry.source == member.origin.source_id for entry in record.provenance):
        return record.provenance
    taken = Provenance(
        source=member.origin.source_id,
        protocol=member.origin.protocol,
        original_id=member.identifier,
        original_url=next((link.url for link in record.links if link.rel == "landing"), None),
        harvested_at=member.accepted_at,
        modified_at_source=record.dates.modified,
    )
    return (taken, *record.provenance)
