"""Whose record it is: what a member says it was taken from, and whether its source may speak for it; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from functools import lru_cache
from typing import TYPE_CHECKING

from vocabularies.identifiers import parse_oai_identifier, parse_record_uri
from vocabularies.problems import Problem, problem
from vocabularies.record import Provenance, Record

if TYPE_CHECKING:
    from harvester.resolution.clusters import Member

MAX_HOPS = 2
"""So many harvests may lie between a record's owner and us: its own centre's, and ours."""
_NOBODYS = ".internal"
"""Ends the names proposed to whoever has none; another centre may bear the same."""


@lru_cache(maxsize=8192)  # resolving and merging a page ask it of the same identifiers ten times
def qualified(identifier: str | None) -> str | None:
    """Give an identifier that means the same everywhere, a record URI or an OAI identifier, as a key; else None."""
    if identifier is None:
        return None
    if parse_record_uri(identifier):
        return identifier
    parsed = parse_oai_identifier(identifier)
    return f"oai:{parsed[0].lower()}:{parsed[1]}" if parsed else None


def namespace_of(key: str) -> str:
    """Give the node or repository a qualified identifier belongs to."""
    return key.removeprefix("urn:chm:").removeprefix("oai:").split(":", 1)[0]


def hops_of(entry: Provenance) -> int:
    """Give how many harvests lie between the owner and the holder of this entry; an import by hand is none."""
    return 0 if entry.harvested_at is None else entry.hops or 1


def find_refusal(record: Record, *, centre_id: str, oai_host: str) -> Problem | None:
    """Say why a record that came through other centres is not taken: it is our own, or came too long a way; or None.

    ``record`` bears the entry of this harvest as the last of its provenance.
    """
    keys = [record.id, *(entry.original_id for entry in record.provenance if entry.harvested_at)]
    our_host = "" if oai_host.endswith(_NOBODYS) else oai_host.lower()
    for key in filter(None, map(qualified, keys)):
        if namespace_of(key) == (our_host if key.startswith("oai:") else centre_id):
            return problem("OWN_RECORD", "/provenance", key)
    if record.provenance and hops_of(record.provenance[-1]) > MAX_HOPS:
        way = " → ".join(entry.source for entry in record.provenance)
        return problem("HOPS_TOO_MANY", "/provenance", way)
    return None


def lineage(record: Record, identifier: str) -> str:
    """Give whose records it was made from, and how, as one text; ``identifier`` is what its own source calls it.

    It is empty for what is its source's own, and the same whenever it was harvested.
    """
    own = {qualified(record.id), qualified(identifier), None}
    named = {
        f"{key} {'' if entry.harvested_at is None else hops_of(entry)}"
        for entry in record.provenance
        if (key := qualified(entry.original_id)) not in own
    }
    return "\n".join(sorted(named))


def own_keys(member: Member) -> frozenset[str]:
    """Give the qualified identifiers the member's source itself uses for it."""
    return frozenset(filter(None, map(qualified, (member.record.id, member.identifier))))


def originals(member: Member, *, nearest: bool = False) -> frozenset[str]:
    """Give the qualified identifiers of others' records the member was harvested from on its way to its source.

    With ``nearest`` only those of the owners, not those of the centres in between.
    """
    own = own_keys(member)
    at_home = {namespace_of(key) for key in own} | {member.origin.namespace}
    entries = [entry for entry in member.record.provenance if entry.harvested_at is not None]
    if nearest:
        entries = [entry for entry in entries if hops_of(entry) <= 1]
    keys = filter(None, (qualified(entry.original_id) for entry in entries))
    return frozenset(key for key in keys if namespace_of(key) not in at_home)


def is_copy(member: Member, registered: Set[str]) -> bool:
    """Tell whether a member is another owner's record; ``registered`` are the namespaces sources speak for."""
    if originals(member):
        return True
    spaces = {namespace_of(key) for key in _given(member)}
    own = member.origin.namespace
    if (spaces - {own}) & registered:
        return True
    return bool(own and spaces and own not in spaces)


def _given(member: Member) -> Iterator[str]:
    """Give the member's own identifiers but for one a crosswalk made up under the name of our source."""
    made_up = f"urn:chm:{member.origin.source_id}:" if member.origin.protocol != "native" else None
    yield from (key for key in own_keys(member) if made_up is None or not key.startswith(made_up))


def taken_from(member: Member) -> frozenset[str]:
    """Give the identifiers of the records a member is a copy of; none where it is none."""
    return originals(member) | own_keys(member) if member.is_copy else frozenset()


def asked_of_owners(member: Member) -> frozenset[str]:
    """Give the identifiers that must all be gone at their owners for a copy to be gone as well."""
    if not member.is_copy:
        return frozenset()
    return originals(member, nearest=True) or originals(member) or own_keys(member)


def defers_to(record: Record) -> frozenset[str]:
    """Give the record URIs of others a record says it is the same as, or was made from by hand."""
    named: Iterable[str | None] = (
        *(relation.target for relation in record.relations if relation.type == "sameAs"),
        *(source_id.value for source_id in record.source_ids if source_id.scheme == "chm"),
        *(entry.original_id for entry in record.provenance if entry.harvested_at is None),
    )
    return frozenset(key for key in map(qualified, named) if key and key != record.id)
