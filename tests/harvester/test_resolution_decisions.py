"""What people decide of records holds through everything their sources do, and can be taken back exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_node import Federation, a_record, harvest, new_federation
from fastapi.testclient import TestClient
from sqlalchemy import Connection

from chm_node.publishing.sql import read, write
from harvester import index
from harvester.app import app_for
from harvester.errors import JudgementContradicts, JudgementNotUndone, NothingToSplit, UnknownRecord
from harvester.resolution.clusters import Member
from harvester.resolution.field_sources import field_sources
from harvester.resolution.graph.decisions import Decision, decide, split, undo
from harvester.resolution.graph.derived import BY_WAY, GONE, PARTED
from harvester.resolution.graph.judgements import find_live, history
from harvester.resolution.lookups import find_owners, members_of
from harvester.tables import judgement, matching_queue
from vocabularies.record import new_record

DOI = [{"scheme": "doi", "value": "10.5555/mangrove"}]
ONE, TWO, THREE = (("one", "urn:chm:one:a"), ("two", "urn:chm:two:b"), ("three", "urn:chm:three:c"))


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


@pytest.fixture
def three(federation: Federation) -> Federation:
    """Three sources with a record each that shares no key with the others', and one more each."""
    for name, local in (("one", "a"), ("two", "b"), ("three", "c")):
        node = federation.add(name)
        node.put(a_record(name, local, f"Guide {local}"))
        node.put(a_record(name, "more", f"More of {name}"))
        federation.clock.forward(hours=1)
        harvest(federation, name)
    return federation


def settle(federation: Federation, act: Callable[[Connection], Decision]) -> Decision:
    federation.clock.forward(minutes=1)
    with write(federation.centre.engine) as connection:
        decision = act(connection)
        index.resettle(connection, decision.places, site=federation.centre.site, now=federation.clock())
    return decision


def same(federation: Federation, a: tuple[str, str], b: tuple[str, str], verdict: Any = "same") -> Decision:
    now = federation.clock()
    return settle(federation, lambda connection: decide(connection, a, b, verdict, by="ana", now=now, note="I know"))


def ids(federation: Federation) -> dict[str, str]:
    """Give the canonical id under which each record is published, by its node and local name."""
    return {
        ":".join(relation["target"].split(":")[2:]): local_id
        for local_id, record in federation.published().items()
        for relation in record["relations"]
        if relation["type"] == "sameAs"
    }


def test_a_person_joins_two_things_and_the_younger_id_leads_to_the_older(three: Federation) -> None:
    before = ids(three)
    same(three, THREE, ONE)
    after = ids(three)
    assert after["one:a"] == after["three:c"] == before["one:a"]
    assert after["two:b"] == before["two:b"]
    client = TestClient(app_for(three.centre), follow_redirects=False)
    old, new = before["three:c"], before["one:a"]
    for path in ("/records/{}", "/records/{}.jsonld", "/records/{}.xml", "/api/v1/records/{}?lang=fr"):
        answer = client.get(path.format(old), headers={"Accept": "application/json"})
        assert (answer.status_code, answer.headers["location"]) == (308, three.centre.site.base_url + path.format(new))
        assert answer.json()["why"]["kind"] == "person"
        assert "ana" not in answer.text + answer.headers["chm-redirect-reason"]
        assert "no-cache" in answer.headers["cache-control"]
    page = client.get(f"/records/{old}", headers={"Accept": "text/html"})
    assert page.status_code == 308
    assert "joined with another one" in page.text
    listed = client.get("/oai", params={"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}).text
    headers = listed.split("<header")
    assert [old in each for each in headers if 'status="deleted"' in each] == [True]
    assert any(new in each for each in headers)
    changes = client.get("/api/v1/changes").text.splitlines()
    assert [old in line for line in changes if '"delete"' in line] == [True]


def test_undoing_restores_records_ids_and_what_is_published_exactly(three: Federation) -> None:
    before = three.published()
    joined = same(three, ONE, TWO)
    wider = same(three, TWO, THREE)
    assert len(three.published()) == len(before) - 2
    settle(three, lambda connection: undo(connection, wider.judgements[0], by="ben", now=three.clock()))
    settle(three, lambda connection: undo(connection, joined.judgements[0], by="ben", now=three.clock()))
    assert three.published() == before
    client = TestClient(app_for(three.centre), follow_redirects=False)
    assert all(client.get(f"/records/{local_id}").status_code == 200 for local_id in before)


def test_a_thing_split_in_any_way_gives_each_part_the_id_it_brought(three: Federation) -> None:
    before = ids(three)
    same(three, ONE, TWO)
    same(three, ONE, THREE)
    settle(three, lambda c: split(c, before["one:a"], [ONE], by="ben", now=three.clock()))
    parted = ids(three)
    assert parted["one:a"] == before["one:a"]
    assert {parted["two:b"], parted["three:c"]} <= {before["two:b"], before["three:c"]}
    same(three, TWO, THREE)
    joined = ids(three)
    assert joined["two:b"] == joined["three:c"] == before["two:b"]
    same(three, ONE, TWO, "unsure")
    assert ids(three) == joined, "not being sure joins nothing and parts nothing"


def test_an_id_leads_on_through_every_later_joining_and_to_nothing_that_is_gone(three: Federation) -> None:
    before = ids(three)
    same(three, TWO, THREE)
    same(three, ONE, TWO)
    client = TestClient(app_for(three.centre), follow_redirects=False)
    for name in ("two:b", "three:c"):
        answer = client.get(f"/api/v1/records/{before[name]}")
        assert answer.headers["location"].endswith(f"/api/v1/records/{before['one:a']}")
    for name, local in (("one", "a"), ("two", "b"), ("three", "c")):
        three.nodes[f"http://{name}.example"].delete(f"urn:chm:{name}:{local}")
    harvest(three, "one", "two", "three")
    assert client.get(f"/api/v1/records/{before['three:c']}").status_code == 410


def test_records_joined_by_a_key_part_by_a_persons_word_and_the_oldest_keeps_the_id(federation: Federation) -> None:
    for name, local in (("one", "a"), ("two", "b"), ("three", "c")):
        federation.add(name).put(a_record(name, local, f"Guide {local}", source_ids=DOI))
        federation.clock.forward(hours=1)
        harvest(federation, name)
    [(local_id, merged)] = federation.published().items()
    with read(federation.centre.engine) as connection:
        said = find_live(connection, [ONE])
    assert {(each.pair, each.by_kind, each.by) for each in said} == {
        (tuple(sorted((ONE, other))), "rule", "certain-identifier") for other in (TWO, THREE)
    }
    assert said[0].evidence == ({"key": "doi:10.5555/mangrove"},)
    settle(federation, lambda c: split(c, local_id, [ONE], by="ben", now=federation.clock()))
    parted = ids(federation)
    assert parted["one:a"] == local_id
    assert parted["two:b"] == parted["three:c"] != local_id
    federation.nodes["http://two.example"].put(a_record("two", "b", "Guide b, again", source_ids=DOI))
    federation.nodes["http://one.example"].put(a_record("one", "a", "Guide a, again", source_ids=DOI))
    harvest(federation, "two", "one")
    assert ids(federation) == parted, "what the sources say next does not undo it"
    with write(federation.centre.engine) as connection:
        decided = [each.id for each in find_live(connection, [ONE]) if each.by_kind == "person" and each.id]
    for id in decided:
        settle(federation, lambda c, id=id: undo(c, id, by="ana", now=federation.clock()))  # type: ignore[misc]
    assert set(ids(federation).values()) == {local_id}


def test_a_decision_outlives_the_deletion_of_a_record_and_its_return(three: Federation) -> None:
    same(three, ONE, TWO)
    joined = ids(three)
    two = three.nodes["http://two.example"]
    two.delete("urn:chm:two:b")
    harvest(three, "two")
    assert "two:b" not in ids(three)
    assert ids(three)["one:a"] == joined["one:a"]
    two.put(a_record("two", "b", "Guide b, back"))
    harvest(three, "two")
    assert ids(three) == joined
    one = three.nodes["http://one.example"]
    one.delete("urn:chm:one:a")
    harvest(three, "one")
    assert ids(three)["two:b"] == joined["one:a"], "the thing stays what it was"
    one.put(a_record("one", "a", "Guide a, back"))
    harvest(three, "one")
    assert ids(three) == joined


def test_what_is_left_of_a_thing_gets_its_id_back_when_it_is_joined_and_parted_again(three: Federation) -> None:
    before = ids(three)
    same(three, TWO, THREE)
    three.nodes["http://two.example"].delete("urn:chm:two:b")
    harvest(three, "two")
    left = three.published()
    assert ids(three)["three:c"] == before["two:b"]
    joined = same(three, ONE, THREE)
    settle(three, lambda connection: undo(connection, joined.judgements[0], by="ben", now=three.clock()))
    assert three.published() == left
    client = TestClient(app_for(three.centre), follow_redirects=False)
    assert client.get(f"/api/v1/records/{before['two:b']}").status_code == 200
    again = client.get(f"/api/v1/records/{before['three:c']}")
    assert again.headers["location"].endswith(before["two:b"])


def test_a_decision_goes_with_a_record_its_source_names_anew(federation: Federation) -> None:
    old, other = federation.add("old"), federation.add("other")
    for number in range(6):
        old.put(a_record("old", f"r{number}", f"Record {number}", publisher={"node": "old"}))
    other.put(a_record("other", "x", "Something else"))
    harvest(federation, "old", "other")
    place, beside = ("old", "urn:chm:old:r1"), ("other", "urn:chm:other:x")
    same(federation, place, beside)
    joined = ids(federation)["old:r1"]
    for number in range(6):
        old.put(a_record("renamed", f"r{number}", f"Record {number}", publisher={"node": "old"}))
    harvest(federation, "old")
    renamed = ("old", "urn:chm:renamed:r1")
    with read(federation.centre.engine) as connection:
        [carried] = [each for each in find_live(connection, [beside]) if each.by_kind == "person"]
        [ended] = [each for each in history(connection, place) if each.by_kind == "person"]
    assert (carried.pair, carried.by, carried.note) == (tuple(sorted((renamed, beside))), "ana", "I know")
    assert "names the record anew" in (ended.ended_why or "")
    assert ids(federation)["renamed:r1"] == ids(federation)["other:x"] == joined


def test_contradictions_and_what_is_not_there_are_refused_with_the_chain(three: Federation) -> None:
    same(three, ONE, TWO)
    same(three, TWO, THREE)
    with pytest.raises(JudgementContradicts) as refused:
        same(three, ONE, THREE, "different")
    assert refused.value.places == [ONE, TWO, THREE]
    assert "urn:chm:two:b of two" in str(refused.value)
    with pytest.raises(UnknownRecord):
        same(three, ONE, ("one", "urn:chm:one:none"))
    with pytest.raises(NothingToSplit):
        settle(three, lambda c: split(c, ids(three)["one:a"], [], by="ben", now=three.clock()))
    with pytest.raises(JudgementNotUndone):
        settle(three, lambda c: undo(c, 10_000, by="ben", now=three.clock()))


def test_taking_back_a_change_of_mind_brings_the_first_word_back(three: Federation) -> None:
    same(three, ONE, TWO)
    joined = ids(three)
    changed = same(three, ONE, TWO, "different")
    assert ids(three) != joined
    settle(three, lambda c: undo(c, changed.judgements[0], by="ana", now=three.clock()))
    assert ids(three) == joined


def test_a_join_that_a_key_gave_ends_with_the_key(federation: Federation) -> None:
    one, two = federation.add("one"), federation.add("two")
    one.put(a_record("one", "a", "Guide", source_ids=DOI))
    two.put(a_record("two", "b", "Guide too", relations=[{"type": "sameAs", "target": "urn:chm:one:a"}]))
    harvest(federation, "one", "two")
    with read(federation.centre.engine) as connection:
        [said] = find_live(connection, [ONE])
    assert (said.by_kind, said.by, said.relation) == ("owner", "same-as", "")
    two.put(a_record("two", "b", "Guide too"))
    harvest(federation, "two")
    with read(federation.centre.engine) as connection:
        assert find_live(connection, [ONE]) == []
        [ended] = history(connection, ONE)
    assert ended.ended_why == "the records no longer say so"
    assert len(federation.published()) == 2


def test_a_copy_is_kept_as_a_copy_and_not_as_the_same(federation: Federation) -> None:
    one, hub = federation.add("one"), federation.add("hub2")
    one.put(a_record("one", "a", "Guide"))
    entry = {"source": "one", "original_id": "urn:chm:one:a", "harvested_at": federation.clock()}
    hub.put(a_record("hub2", "z", "Guide", publisher={"node": "one"}, provenance=[entry]))
    harvest(federation, "one", "hub2")
    assert len(federation.published()) == 1
    with read(federation.centre.engine) as connection:
        [said] = find_live(connection, [ONE])
    assert (said.verdict, said.relation, said.by) == ("same", "copy_of", "certain-identifier")


def test_records_that_came_or_left_wait_to_be_matched(three: Federation) -> None:
    def waiting() -> set[str]:
        return {row.identifier for row in three.rows(matching_queue.select())}

    assert len(waiting()) == 6
    with write(three.centre.engine) as connection:
        connection.execute(matching_queue.delete())
    harvest(three, "one")
    assert waiting() == set()
    three.nodes["http://one.example"].delete("urn:chm:one:a")
    harvest(three, "one")
    assert waiting() == {"urn:chm:one:a"}


def test_a_page_of_records_that_share_nothing_judges_nothing(three: Federation) -> None:
    assert three.rows(judgement.select()) == []


def test_what_people_joined_stays_one_when_a_source_gives_it_another_type(three: Federation) -> None:
    same(three, ONE, TWO)
    other = new_record(
        "offer", id="urn:chm:two:b", title={"en": "Guide b"}, publisher={"node": "two"}, languages=("en",),
        subtype="funding", details={"providers": [{"name": {"en": "A fund"}}]},
    )  # fmt: skip
    three.nodes["http://two.example"].put(other)
    harvest(three, "two")
    assert ids(three)["one:a"] == ids(three)["two:b"]
    shown = three.published()[ids(three)["one:a"]]
    strongest = {"one": "project", "two": "offer"}[shown["publisher"]["node"]]
    assert shown["type"] == strongest
    told = field_sources([*members_of_thing(three, ids(three)["one:a"])])
    assert all(place[0] == shown["publisher"]["node"] for path, place in told.items() if path.startswith("/details"))


def members_of_thing(federation: Federation, local_id: str) -> list[Member]:
    with read(federation.centre.engine) as connection:
        return members_of(connection, [local_id], find_owners(connection).keys())[0]


def test_of_a_join_written_down_between_other_records_now_it_is_not_said_that_they_share_no_key(
    federation: Federation,
) -> None:
    for name in ("ke", "tz", "agg"):
        federation.add(name).put(a_record(name, "x", f"Guide of {name}", source_ids=DOI))
        federation.nodes[f"http://{name}.example"].put(a_record(name, "more", f"More of {name}"))
        harvest(federation, name)
    agg, ke, tz = ((name, f"urn:chm:{name}:x") for name in ("agg", "ke", "tz"))
    assert len(set(ids(federation).values())) == 4
    assert reasons(federation, ke, tz) == [BY_WAY]
    same(federation, agg, ke, "different")
    assert reasons(federation, agg, ke) == [PARTED]
    federation.nodes["http://tz.example"].delete("urn:chm:tz:x")
    harvest(federation, "tz")
    assert {*reasons(federation, ke, tz)[1:], *reasons(federation, agg, tz)} == {GONE}


def reasons(federation: Federation, a: tuple[str, str], b: tuple[str, str]) -> list[str | None]:
    """Give why what was written down of a pair ended, in the order it was said."""
    with read(federation.centre.engine) as connection:
        said = [each for each in history(connection, a) if each.pair == tuple(sorted((a, b)))]
    return [each.ended_why for each in said if each.ended_at is not None]
