"""What joins by itself before anybody labelled anything: certain identifiers and places in series of reports.

Records of our own set go through the resolver's own clustering; of others' sets only facts are known, not records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import orjson

from harvester.resolution.clusters import MAX_HOLDERS, Member, Origin, cluster
from harvester.resolution.graph.judgements import Judgement
from harvester.resolution.graph.policy import Policy
from harvester.resolution.grouping import Bridge, group
from harvester.resolution.keys import to_keys
from harvester.resolution.labelled.evaluating import Candidates
from harvester.resolution.matching.ruling import to_judgement
from harvester.resolution.matching.scoring import Model
from vocabularies.formats.native import parse_native_object

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_RANK = 3


def groups_of_facts(candidates: Candidates, model: Model) -> list[list[int]]:
    """Give groups of positions joined by a shared identifier or by the rule for places in series.

    Two records of one source are never joined, nor what a veto keeps apart.
    """
    by_rule = {(a, b) for a, b, judged in _judged(candidates, model) if judged.verdict == "same"}
    sure = {*by_rule, *_sharing(candidates)}
    bridges = [Bridge(a, b, 1.0) for a, b in sorted(sure) if not _is_vetoed(candidates, a, b)]
    sources = candidates.sources
    clean = len(set(sources)) > 1

    def may_join(some: Iterable[int], others: Iterable[int]) -> bool:
        told = {sources[each] for each in some} & {sources[each] for each in others}
        return not clean or not any(told)

    return group(len(candidates.names), bridges, may_join, least_support=0.0)


def _sharing(candidates: Candidates) -> Iterator[tuple[int, int]]:
    bearers: Mapping[str, list[int]] = defaultdict(list)
    for at, form in enumerate(candidates.forms):
        for key in form.ids:
            bearers[key].append(at)
    for each in bearers.values():
        if len(each) <= MAX_HOLDERS:
            yield from combinations(each, 2)


def _is_vetoed(candidates: Candidates, a: int, b: int) -> bool:
    known = candidates.scores.get((a, b))
    return known is not None and bool(known.veto)


def _judged(candidates: Candidates, model: Model) -> Iterator[tuple[int, int, Judgement]]:
    names, sources = candidates.names, candidates.sources
    for (a, b), found in candidates.scores.items():
        places = (sources[a], names[a]), (sources[b], names[b])
        forms = candidates.forms[a], candidates.forms[b]
        if judged := to_judgement(*places, forms, found, model, Policy()):
            yield a, b, judged


def groups_of_records(path: Path, candidates: Candidates, model: Model) -> list[list[int]]:
    """Give groups of positions as the resolver forms them from the records of a file in our own format."""
    rows = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    members = [_member(row) for row in rows]
    place = {member.place: at for at, member in enumerate(members)}
    rules = [judged for _, _, judged in _judged(candidates, model) if judged.verdict == "same"]
    return [sorted(place[member.place] for member in found) for found in cluster(members, rules)]


def _member(row: Mapping[str, Any]) -> Member:
    record = parse_native_object(row["record"]).record
    assert record is not None, row["place"]
    source = str(row["source"])
    origin = Origin(source, _RANK, "oai_pmh", f"https://{source}.example.org/oai")
    native = orjson.dumps(row["record"])
    return Member(
        origin, str(row["place"]), record, to_keys(record), _NOW, is_copy=bool(record.provenance), native=native
    )
