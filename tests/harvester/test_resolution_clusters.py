"""Exact keys bring the records of one thing together, whatever order they come in, and never what must stay apart."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fake_node import a_record
from hypothesis import given
from hypothesis import strategies as st

from harvester.resolution.clusters import MAX_HOLDERS, Member, Origin, cluster
from harvester.resolution.graph.naming import name_things
from harvester.resolution.keys import MAX_LENGTH, certain, to_keys
from harvester.resolution.origin import is_copy
from harvester.resolution.survivorship import merge
from vocabularies.record import Relation, new_record

AT = datetime(2026, 5, 1, tzinfo=UTC)


def member(source: str, keys: str, local_id: str | None = None, *, rank: int = 50, **fields: Any) -> Member:
    record = a_record(source, "x", **fields)
    return Member(
        Origin(source, rank, "native", f"https://{source}.example"), "x", record, tuple(keys.split()), AT, local_id
    )


def a_copy(source: str, of: str, keys: str = "") -> Member:
    """Make a member that another centre took from a node's record ``x``."""
    entry = {"source": of, "original_id": f"urn:chm:{of}:x", "harvested_at": AT}
    made = member(source, f"urn:chm:{of}:x {keys}", provenance=[entry])
    return replace(made, is_copy=is_copy(made, frozenset()))


def sources(clusters: list[tuple[Member, ...]]) -> set[frozenset[str]]:
    return {frozenset(each.origin.source_id for each in members) for members in clusters}


def test_a_third_record_joins_two_that_share_nothing_in_every_order() -> None:
    members = [member("a", "doi:1"), member("b", "isbn:2"), member("c", "doi:1 isbn:2")]
    for order in itertools.permutations(members):
        assert sources(cluster(order)) == {frozenset("abc")}


def test_governments_types_and_records_of_one_source_stay_apart() -> None:
    ke, ug = member("a", "doi:1", government="KE"), member("b", "doi:1", government="UG")
    assert len(cluster([ke, ug])) == 2
    event = Member(
        ke.origin,
        "e",
        new_record("event", id="urn:chm:z:e", title={"en": "E"}, publisher={"node": "z"}),
        ("doi:1",),
        AT,
    )
    assert len(cluster([member("b", "doi:1"), event])) == 2
    twin = Member(ke.origin, "y", a_record("a", "y"), ("doi:1",), AT)
    assert len(cluster([ke, twin])) == 2


def test_a_record_without_government_joins_only_one_of_two_governments() -> None:
    ke, ug = member("a", "doi:1", government="KE"), member("b", "doi:1", government="UG")
    neutral = member("c", "doi:1")
    for order in itertools.permutations([ke, ug, neutral]):
        assert sources(cluster(order)) == {frozenset("ac"), frozenset("b")}


def test_one_record_under_two_identifiers_of_a_source_is_one_thing() -> None:
    native = member("a", "urn:chm:a:x")
    again = Member(native.origin, "oai:a:x", native.record, native.keys, AT)
    assert len(cluster([native, again])) == 1


def test_a_key_borne_by_very_many_identifies_nothing() -> None:
    many = [member(f"s{number}", "url:home") for number in range(MAX_HOLDERS + 1)]
    assert len(cluster(many)) == len(many)
    assert len(cluster(many[:-1])) == 1


@given(st.lists(st.sets(st.sampled_from("pqrst"), max_size=3), min_size=1, max_size=6), st.randoms())
def test_the_order_of_arrival_never_matters(keys: list[set[str]], random: Any) -> None:
    governments = [None, "KE", "UG"]
    members = [
        member(f"s{number}", " ".join(sorted(own)), government=governments[number % 3])
        for number, own in enumerate(keys)
    ]
    shuffled = list(members)
    random.shuffle(shuffled)
    assert sources(cluster(shuffled)) == sources(cluster(members))


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sets(st.sampled_from("pqrst"), max_size=3)), max_size=5), st.randoms()
)
def test_copies_change_nothing_of_what_belongs_together(copies: list[tuple[str, set[str]]], random: Any) -> None:
    owners = [member("a", "urn:chm:a:x p"), member("b", "urn:chm:b:x p"), member("c", "urn:chm:c:x q")]
    echoes = [a_copy(f"z{number}", of, " ".join(sorted(keys))) for number, (of, keys) in enumerate(copies)]
    everyone = [*owners, *echoes]
    random.shuffle(everyone)
    found = cluster(everyone)
    assert sources([tuple(each for each in group if not each.is_copy) for group in found]) == sources(cluster(owners))
    own = {frozenset(each.place for each in group if not each.is_copy): group for group in found}
    for group in own.values():
        said = merge(group, centre="hub", local_id="1")
        assert said == merge([each for each in group if not each.is_copy], centre="hub", local_id="1")


def test_owners_records_keep_their_id_whatever_number_of_copies_bear_another() -> None:
    copies = [replace(a_copy(f"z{number}", "a"), local_id="theirs") for number in range(3)]
    [group] = cluster([member("a", "urn:chm:a:x", "ours"), *copies])
    assert list(name_things([group], lambda: "new").things) == ["ours"]


def test_of_two_that_name_each_other_as_original_one_still_speaks() -> None:
    two = [a_copy("a", "b", "k"), a_copy("b", "a", "k")]
    assert merge(two, centre="hub", local_id="1").title == {"en": "Mangrove nursery"}


def test_provenance_names_each_original_once() -> None:
    entry = {"source": "s", "original_id": "1"}
    twice = [
        member("a", "k", provenance=[entry | {"raw_hash": "old"}, {"source": "a", "original_id": "2"}], rank=2),
        member("b", "k", provenance=[entry | {"raw_hash": "new"}, {"source": "b", "original_id": "3"}], rank=1),
    ]
    told = [
        (each.source, each.original_id, each.raw_hash) for each in merge(twice, centre="h", local_id="1").provenance
    ]
    assert told == [("s", "1", "new"), ("b", "3", None), ("a", "2", None)]


def test_the_oldest_id_stays_and_each_id_is_given_once() -> None:
    fresh = iter(["new-1", "new-2"])
    old, young = member("b", "k", "id-2"), replace(member("a", "k", "id-1"), first_at=AT + timedelta(days=1))
    named = name_things(cluster([young, replace(old, first_at=AT), member("c", "k", "id-1")]), lambda: next(fresh))
    assert (list(named.things), named.leads) == (["id-2"], {"id-1": "id-2"})
    split = cluster([member("a", "k", "id-1"), member("b", "l", "id-1")])
    assert sorted(name_things(split, lambda: next(fresh)).things) == ["id-1", "new-1"]


def test_an_id_whose_oldest_record_leaves_stays_as_old_and_naming_again_changes_nothing() -> None:
    def aged(source: str, key: str, local_id: str, days: int) -> Member:
        return replace(member(source, key, local_id), first_at=AT + timedelta(days=days))

    left = replace(aged("a", "k", "id-1", 0), is_copy=True)
    things = [
        (aged("b", "k", "id-3", 9), replace(aged("c", "k", "id-1", 2), own_id="id-0"), left),
        (aged("d", "l", "id-1", 9), aged("e", "l", "id-2", 2)),
    ]
    named = name_things(things, lambda: "new")
    assert list(named.things) == ["id-0", "id-1"]
    kept = [
        tuple(
            replace(
                each,
                local_id=local_id,
                own_id=named.brought.get(each.place, each.own_id),
                first_at=named.since.get(each.place, each.first_at),
            )
            for each in members
        )
        for local_id, members in named.things.items()
    ]
    again = name_things(kept, lambda: "new")
    assert (list(again.things), again.brought, again.since) == (["id-0", "id-1"], {}, {})


def test_the_strongest_source_leads_and_the_others_fill_its_gaps() -> None:
    strong = member(
        "own", "k", rank=1, title={"en": "Nursery"}, dates={"modified": "2025"}, links=[{"url": "https://a.example/1"}]
    )
    weak = member(
        "copy", "k", rank=90, title={"en": "NURSERY", "fr": "Pépinière"}, government="KE", dates={"modified": "2026"}
    )
    merged = merge([weak, strong], centre="hub", local_id="42")
    assert merged.id == "urn:chm:hub:42"
    assert dict(merged.title) == {"en": "Nursery", "fr": "Pépinière"}
    assert (merged.government, merged.dates.modified) == ("KE", "2025")
    assert [entry.source for entry in merged.provenance] == ["own", "copy"]
    same = [relation.target for relation in merged.relations if relation.type == "sameAs"]
    assert same == [strong.record.id, weak.record.id]


def test_merging_does_not_depend_on_order_and_leaves_the_members_as_they_were() -> None:
    members = [
        member("a", "k", rank=2),
        member("b", "k", title={"ar": "مشتل"}),
        member("c", "k", rank=2, dates={"modified": "2027"}),
    ]
    before = [each.record.model_dump_json() for each in members]
    merged = {merge(order, centre="hub", local_id="42").model_dump_json() for order in itertools.permutations(members)}
    assert len(merged) == 1
    assert [each.record.model_dump_json() for each in members] == before


def test_a_relation_that_says_the_same_is_not_said_twice() -> None:
    known = member("a", "k", relations=[Relation(type="sameAs", target="urn:chm:a:x")])
    assert len(merge([known], centre="hub", local_id="1").relations) == 1


def test_a_key_too_long_for_an_index_is_replaced_by_its_digest() -> None:
    long_path = "https://a.example/" + "p" * 5_000
    record = a_record("a", "x", links=[{"url": long_path, "rel": "landing"}])
    assert all(len(key) <= MAX_LENGTH for key in to_keys(record))
    assert len(certain(to_keys(record))) == 2


def test_what_one_source_keeps_to_itself_does_not_fill_a_gap_of_another() -> None:
    secret = member("a", "doi:1", rank=90, summary={"en": "SECRET"}, access={"confidential": ["summary"]})
    merged = merge([secret, member("b", "doi:1", rank=10, summary={})], centre="hub", local_id="42")
    assert "SECRET" not in merged.model_dump_json()
    hidden = member("a", "doi:1", title={"en": "Grove 7"}, summary={}, access={"confidential": ["title"]})
    assert "Grove 7" not in merge([hidden], centre="hub", local_id="42").model_dump_json()
