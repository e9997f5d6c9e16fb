"""What a person leaves open keeps rules and models from joining the groups of both records, and takes nothing apart."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

from harvester.resolution.clusters import Member, Origin, cluster
from harvester.resolution.graph.judgements import Judgement
from vocabularies.record import Record, new_record

AT = datetime(2026, 5, 1, tzinfo=UTC)


def member(source: str, *keys: str) -> Member:
    fields = {"id": f"urn:chm:{source}:1", "title": {"en": "Nursery"}, "publisher": {"node": source}}
    record: Record = new_record("project", **fields, languages=("en",))
    return Member(Origin(source, 1, "native", f"https://{source}.example", source), "1", record, keys, AT)


A, B, C, D = (member(source) for source in "abcd")


def said(one: Member, two: Member, verdict: str, kind: str = "model", **more: object) -> Judgement:
    by = {"model": "model", "person": "ana", "rule": "report-slot"}[kind]
    probability = 0.99 if kind == "model" else None
    return Judgement(one.place, two.place, verdict, kind, by, probability=probability, **more)  # type: ignore[arg-type]


def things(members: list[Member], judgements: list[Judgement]) -> set[str]:
    """Give the things as the letters of their sources; the same in every order."""
    found = {
        frozenset("".join(sorted(each.origin.source_id for each in thing)) for thing in cluster(order, judged))
        for order in permutations(members)
        for judged in (judgements, judgements[::-1])
    }
    [one] = found
    return set(one)


def test_a_third_record_does_not_join_what_a_person_left_open() -> None:
    chain = [said(A, C, "same"), said(B, C, "same", "rule")]
    assert things([A, B, C], chain) == {"abc"}
    assert things([A, B, C], [*chain, said(A, B, "unsure", "person")]) == {"a", "bc"}


def test_groups_on_both_sides_are_kept_apart() -> None:
    pairs = [said(one, two, "same") for one, two in ((A, C), (B, D), (C, D), (A, D), (B, C), (A, B))]
    assert things([A, B, C, D], pairs) == {"abcd"}
    found = things([A, B, C, D], [*pairs, said(A, B, "unsure", "person")])
    assert all(not {"a", "b"} <= set(thing) for thing in found)
    assert len(found) == 2


def test_what_people_or_certain_keys_hold_together_stays() -> None:
    doubt = said(A, B, "unsure", "person")
    assert things([A, B, C], [doubt, said(A, C, "same", "person"), said(B, C, "same", "person")]) == {"abc"}
    a, b = member("a", "doi:10.5555/x"), member("b", "doi:10.5555/x")
    assert things([a, b], [said(a, b, "unsure", "person")]) == {"ab"}


def test_a_translation_people_named_is_not_joined_by_way_of_a_third_record() -> None:
    chain = [said(A, C, "same"), said(B, C, "same", "rule")]
    assert things([A, B, C], [*chain, said(A, B, "same", "person", relation="translation_of")]) == {"a", "bc"}


def test_a_models_doubt_keeps_nothing_apart() -> None:
    chain = [said(A, C, "same", "rule"), said(B, C, "same", "rule")]
    assert things([A, B, C], [*chain, said(A, B, "unsure")]) == {"abc"}
