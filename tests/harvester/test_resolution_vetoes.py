"""What rules and models say joins nothing across a veto, whatever chain leads there; volumes of a set stay apart."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

from harvester.resolution.clusters import Member, Origin, cluster
from harvester.resolution.graph.judgements import Judgement
from vocabularies.formats.native import dump_native
from vocabularies.record import Record, new_record

AT = datetime(2026, 5, 1, tzinfo=UTC)


def member(source: str, title: str, *keys: str) -> Member:
    record: Record = new_record(
        "resource", id=f"urn:chm:{source}:1", title={"en": title}, publisher={"node": source}, languages=("en",)
    )
    origin = Origin(source, 1, "native", f"https://{source}.example", source)
    return Member(origin, "1", record, keys, AT, native=dump_native(record))


def same(one: Member, two: Member, *, by: str = "model", probability: float = 0.99) -> Judgement:
    kind = "person" if by == "ana" else "model"
    return Judgement(one.place, two.place, "same", kind, by, probability=probability)  # type: ignore[arg-type]


def sources(things: list[tuple[Member, ...]]) -> list[list[str]]:
    return sorted(sorted(each.origin.source_id for each in members) for members in things)


FIRST = member("a", "Flora of the highlands, volume 1")
WHOLE = member("b", "Flora of the highlands")
SECOND = member("c", "Flora of the highlands, volume 2")


def test_two_volumes_are_not_joined_by_a_record_that_is_like_both() -> None:
    said = [same(FIRST, WHOLE, probability=0.97), same(WHOLE, SECOND, probability=0.99)]
    for order in permutations((FIRST, WHOLE, SECOND)):
        assert sources(cluster(order, said)) == [["a"], ["b", "c"]]


def test_what_people_joined_across_a_veto_stays_and_takes_in_what_agrees_with_any_of_it() -> None:
    other = member("d", "Flora of the highlands, volume 2")
    said = [same(FIRST, SECOND, by="ana"), same(SECOND, other), same(FIRST, other, probability=0.9)]
    assert sources(cluster((FIRST, SECOND, other), said)) == [["a", "c", "d"]]


def test_volumes_under_one_isbn_stay_apart_and_other_identifiers_join_as_ever() -> None:
    isbn = "isbn:9789999898836"
    one, two = member("a", "Handbook of waste, vol. 1", isbn), member("b", "Handbook of waste, volume 2", isbn)
    again = member("c", "Handbook of waste, volume II", isbn)
    assert sources(cluster((one, two, again))) == [["a"], ["b", "c"]]
    doi = "doi:10.1000/1"
    assert sources(cluster((member("a", "Waste, vol. 1", doi), member("b", "Waste, volume 2", doi)))) == [["a", "b"]]
