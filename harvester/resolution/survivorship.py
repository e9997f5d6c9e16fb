"""The one record published of a thing: a pure function of its members, so that a merge can always be undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from harvester.resolution.clusters import Member
from harvester.resolution.origin import defers_to, namespace_of, originals, own_keys
from vocabularies.formats.disclosure import to_public
from vocabularies.identifiers import record_uri, url_key
from vocabularies.record import Link, Provenance, Record, Relation, Translation, record_details
from vocabularies.text import LangText

MERGE_VERSION = "5"
"""Raise it when the same members give another published record: a replay then publishes all of them anew."""

_OWN_NODES = frozenset({"native", "bioland"})
_KINDS = {"cbd": 2, "informea": 3}
UNITED = ("source_ids", "relations", "provenance", "languages", "treaties")
LED = frozenset({"type", "revision", "status", "replaces"})
"""What only the strongest member says."""
OF_TYPE = frozenset({"subtype", "details"})
"""What records of another type than the strongest member's cannot fill in."""
_OWN = LED | frozenset({
    "id", "details", "title", "summary", "rights", "extra", "links",
    "translation",
})  # fmt: skip


def merge(members: Sequence[Member], *, centre: str, local_id: str) -> Record:
    """Make the published record; the strongest source leads (see ``by_strength``), the others fill its gaps.

    Owners' own records come before copies, and a copy says nothing where its original speaks for itself.
    What a member keeps to itself does not reach the merged record, whose access is the strongest member's alone.
    Texts are united a language at a time, identifiers, links, relations and provenance as wholes. Each member's own id
    stays as a ``sameAs`` relation.
    """
    ordered = heard(members)
    lead = ordered[0].record
    changes: dict[str, Any] = {"id": record_uri(centre, local_id)}
    if len(ordered) > 1:
        changes |= _combined([member.record for member in ordered])
    relations = changes.get("relations", lead.relations)
    changes["relations"] = (*relations, *_same_as(ordered, relations))
    changes["provenance"] = _united_provenance(ordered)
    return lead.with_(**changes)


def heard(members: Sequence[Member]) -> list[Member]:
    """Give the members that have a say in the published record, strongest first, as the public may see them."""
    strongest_first = by_strength(_without_echoes(members)) if len(members) > 1 else members
    return [replace(member, record=to_public(member.record)) for member in strongest_first]


def _without_echoes(members: Sequence[Member]) -> list[Member]:
    """Leave out each member whose original is here as well; of two that name each other the stronger stays."""
    left = list(members)
    for member in reversed(by_strength(members)):
        others = [other for other in left if other is not member]
        if any(_echoes(member, other) for other in others):
            left = others
    return left


def _echoes(member: Member, other: Member) -> bool:
    if originals(member) & own_keys(other):
        return True
    return member.is_copy and not other.is_copy and bool(own_keys(member) & own_keys(other))


def by_strength(members: Sequence[Member]) -> list[Member]:
    """Give the members strongest first.

    Owners' own records before copies, then the rank people gave the source, then its kind (``kind_of``), then what a
    country has validated, then the newest, of versions of one day the higher revision.
    """
    ordered = sorted(members, key=lambda member: member.place)
    ordered.sort(key=lambda member: (member.record.dates.modified or "", member.record.revision), reverse=True)
    return sorted(
        ordered,
        key=lambda member: (
            member.is_copy,
            _defers(member, members),
            member.origin.rank,
            kind_of(member),
            not _is_validated(member.record),
        ),
    )


def kind_of(member: Member) -> int:
    """Give how near a source stands to what it tells: 1 its own node, 2 the CBD, 3 a treaty portal, 4 any other."""
    origin = member.origin
    own = {namespace_of(key) for key in own_keys(member)}
    if not member.is_copy and (origin.protocol in _OWN_NODES or origin.namespace in own):
        return 1
    return _KINDS.get(origin.protocol, 4)


def _is_validated(record: Record) -> bool:
    return record.validation is not None and bool(record.validation.by or record.validation.at)


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
    for name in UNITED:
        changes[name] = _united(getattr(record, name) for record in records)
    for name in type(lead).model_fields:
        if name not in _OWN and name not in UNITED and not getattr(lead, name):
            fillers = of_one_type(records) if name in OF_TYPE else records
            changes[name] = next((value for record in fillers[1:] if (value := getattr(record, name))), None)
            if changes[name] is None:
                del changes[name]
    changes["links"] = _united_links(records)
    changes["translation"] = _united_translations(records)
    changes["details"] = _filled_details(of_one_type(records))
    changes["extra"] = {name: value for record in reversed(records) for name, value in record.extra.items()}
    return changes


def of_one_type(records: Sequence[Record]) -> list[Record]:
    """Leave out records of another type than the first: people may call a need and an offer one thing."""
    return [record for record in records if record.type == records[0].type]


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
