"""Choosing the metadata format to harvest: the richest we read that the repository gives of all its records."""

from __future__ import annotations

from dataclasses import dataclass

from harvester.errors import SourceError
from harvester.protocols.oai_answers import list_part
from harvester.protocols.oai_asking import Way
from harvester.protocols.oai_formats import OAI_DC, OURS, offers, ranked


@dataclass(frozen=True, slots=True)
class _Names:
    """The first page of the list of identifiers in one format."""

    named: tuple[str, ...]
    total: int | None
    has_more: bool


def best_prefix(way: Way) -> str:
    """Give the prefix to ask for, by ListMetadataFormats; ``oai_dc`` where nothing else is offered that we read.

    A format that the repository cannot disseminate after all, or gives of fewer records than ``oai_dc``, is passed
    over, as a list in it would lose the others (OAI-PMH 2.0 §3.4: support of a format is by item).
    """
    offered = offers(way.ask({"verb": "ListMetadataFormats"}).content)
    plain: _Names | None = None
    for prefix in ranked(offered):
        if prefix in {OURS, OAI_DC}:
            return prefix
        found = _names(way, prefix)
        if found is None:
            continue
        plain = plain or _names(way, OAI_DC)
        if plain is None or _covers(found, plain):
            return prefix
    return OAI_DC


def _names(way: Way, prefix: str) -> _Names | None:
    """Give the first names in a format; None where they cannot be had."""
    arguments = {"verb": "ListIdentifiers", "metadataPrefix": prefix}
    try:
        answer = way.ask(arguments | ({"set": way.config.set} if way.config.set else {}))
    except SourceError:
        return None
    if any(fault.code != "noRecordsMatch" for fault in answer.faults):
        return None
    part = list_part(answer, prefix)
    return _Names(tuple(named.identifier for named in part.named), part.total, part.token is not None)


def _covers(found: _Names, plain: _Names) -> bool:
    if found.total is not None and plain.total is not None:
        return found.total >= plain.total
    if found.has_more != plain.has_more and not found.has_more:
        return False
    shorter = min(len(found.named), len(plain.named)) if found.has_more else len(plain.named)
    return set(plain.named[:shorter]) <= set(found.named)
