"""The one record published of a thing: a pure function of its members, so that a merge can always be undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from typing import Any

from harvester.resolution.clusters import Member
from harvester.resolution.origin import defers_to, namespace_of, originals, own_keys
from harvester.resolution.ties import Tie
from vocabularies.formats.disclosure import to_public
from vocabularies.identifiers import record_uri, url_key
from vocabularies.record import Keyword, Link, Provenance, Record, Relation, Translation, record_details
from vocabularies.text import LangText

MERGE_VERSION = "7"
"""Raise it when the same members give another published record: a replay then publishes all of them anew."""

_OWN_NODES = frozenset({"native", "bioland"})
_KINDS = {"cbd": 2, "informea": 3}
UNITED = ("source_ids", "relations", "provenance", "languages", "treaties")
"""Lists to which every member adds."""
TOPICS = ("subjects", "gbf_targets", "gbf_goals", "sdgs", "aichi_targets", "country_regions", "keywords")
"""Lists to which every member adds, unless a country has validated what the strongest says."""
LED = frozenset({"type", "revision", "status", "replaces", "validation", "freshness"})
"""What only the strongest member says: nobody else's word makes its text a validated one."""
DATES_OF_THE_THING = ("issued",)
"""Dates others may fill in; the rest are of the strongest member's record."""
OF_TYPE = frozenset({"subtype", "details"})
"""What records of another type than the strongest member's cannot fill in."""
_OWN = LED | frozenset({
    "id", "details", "title", "summary", "rights", "extra", "links",
    "translation", "dates",
})  # fmt: skip


def merge(members: Sequence[Member], *, centre: str, local_id: str, ties: Sequence[Tie] = ()) -> Record:
    """Make the published record; the strongest source leads (see ``by_strength``), the others fill its gaps.

    Owners' own records come before copies, and a copy says nothing where its original speaks for itself.
    What a member keeps to itself does not reach the merged record, whose access is the strongest member's alone.
    Texts are united a language at a time, identifiers, links, topics (``topics_of``), relations and provenance as
    wholes. Each member's own id
    stays as a ``sameAs`` relation; ``ties`` are relations to other things of the same centre, by their canonical ids.
    """
    ordered = heard(members)
    lead = ordered[0].record
    changes: dict[str, Any] = {"id": record_uri(centre, local_id)}
    if len(ordered) > 1:
        changes |= _combined([member.record for member in ordered])
    relations = changes.get("relations", lead.relations)
    stated = {(relation.type, relation.target) for relation in relations}
    tied = [Relation(type=tie.type, target=record_uri(centre, tie.thing)) for tie in ties]
    tied = [each for each in tied if (each.type, each.target) not in stated]
    changes["relations"] = (*relations, *tied, *_same_as(ordered, relations))
    changes["provenance"] = _united_provenance(ordered)
    return lead.with_(**changes)


def heard(members: Sequence[Member]) -> list[Member]:
    """Give the members that have a say in the published record, strongest first, as the public may see them.

    What one says of its relation to another member is left out: a thing is no version or part of itself.
    """
    strongest_first = by_strength(_without_echoes(members)) if len(members) > 1 else members
    ids = {member.record.id for member in members}
    return [replace(member, record=_of_others(to_public(member.record), ids)) for member in strongest_first]


def _of_others(record: Record, ids: Set[str]) -> Record:
    relations = tuple(each for each in record.relations if each.type == "sameAs" or each.target not in ids)
    return record if len(relations) == len(record.relations) else record.with_(relations=relations)


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

    Owners' own records before copies, then the rank people gave the source, then its kind (``kind_of``), then the
    source of the country the thing is of (``countries_of``), then what a country has validated, then the newest, of
    versions of one day the higher revision.
    """
    at_home = countries_of(members)
    ordered = sorted(members, key=lambda member: member.place)
    ordered.sort(key=lambda member: (member.record.dates.modified or "", member.record.revision), reverse=True)
    return sorted(
        ordered,
        key=lambda member: (
            member.is_copy,
            _defers(member, members),
            member.origin.rank,
            kind_of(member),
            member.origin.country not in at_home,
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


def countries_of(members: Iterable[Member]) -> frozenset[str]:
    """Give the countries a thing is of: the governments that speak in it, else those it is said to be about."""
    records = [member.record for member in members]
    governments = frozenset(record.government.upper() for record in records if record.government)
    return governments or frozenset(code.upper() for record in records for code in record.country_regions)


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
        if name not in _OWN and name not in UNITED and name not in TOPICS and not getattr(lead, name):
            fillers = of_one_type(records) if name in OF_TYPE else records
            changes[name] = next((value for record in fillers[1:] if (value := getattr(record, name))), None)
            if changes[name] is None:
                del changes[name]
    for name in TOPICS:
        changes[name] = _first_by_key(item for record in topics_of(records, name) for item in getattr(record, name))
    changes["dates"] = _filled(lead.dates, [record.dates for record in records[1:]], DATES_OF_THE_THING)
    changes["links"] = _first_by_key(link for record in records for link in record.links)
    changes["translation"] = _united_translations(records)
    changes["details"] = _filled_details(of_one_type(records))
    changes["extra"] = {name: value for record in reversed(records) for name, value in record.extra.items()}
    return changes


def of_one_type(records: Sequence[Record]) -> list[Record]:
    """Leave out records of another type than the first: people may call a need and an offer one thing."""
    return [record for record in records if record.type == records[0].type]


def topics_of(records: Sequence[Record], name: str) -> Sequence[Record]:
    """Give the records that have a say in a list of topics, strongest first.

    To what a country has validated nobody adds, where it names any: a target another source reads into a national
    report is not the country's word.
    """
    return records[:1] if _is_validated(records[0]) and getattr(records[0], name) else records


def item_key(item: Any) -> Any:
    """Give what makes an item of a list the same as another source's: address, term, or the words in small letters."""
    if isinstance(item, Link):
        return url_key(item.url) or item.url
    if isinstance(item, Keyword):
        words = tuple((language, " ".join(text.casefold().split())) for language, text in sorted(item.label.items()))
        return item.uri or words
    return item


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


def _first_by_key(items: Iterable[Any]) -> tuple[Any, ...]:
    """Give each item once, as the strongest record that has it says it."""
    found: dict[Any, Any] = {}
    for item in items:
        found.setdefault(item_key(item), item)
    return tuple(found.values())


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
    return _filled(details, [record_details(record) for record in records[1:]], type(details).model_fields)


def _filled(part: Any, others: Sequence[Any], names: Iterable[str]) -> Any:
    """Give a part with those of the named fields that are empty filled in by the first of the others that has them."""
    gaps = [name for name in names if not getattr(part, name)]
    having = {name: [value for other in others if (value := getattr(other, name))][:1] for name in gaps}
    fillings = {name: values[0] for name, values in having.items() if values}
    return part.model_copy(update=fillings) if fillings else part


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
