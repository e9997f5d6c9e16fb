"""Nodes whose change list goes wrong: the others' changes arrive, and nobody speaks for somebody else unnoticed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chm_node.publishing.sql import write
from harvester.hostile import Scenario
from harvester.hostile.change_list import ChangeList, a_record, an_upsert, some_changes
from harvester.registry import change_source, get_source
from tests.hostile.conftest import Play
from tests.hostile.stage import Stage

BRAZIL = Scenario((), "native", "", "", lambda: ChangeList([an_upsert(1, a_record(1, "Nursery of Brazil", node="br"))]))


def assert_loop(stage: Stage, records: int) -> None:
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "LIST_LOOPS")
    assert len(stage.published()) == records
    assert stage.place() == (None, None), "an unfinished list moves no window, and the next run begins at its head"
    assert len(stage.server.requests) < 6


@pytest.mark.parametrize(
    ("name", "records"),
    [
        ("native-no-progress", 10),
        ("native-cycle", 30),
        ("native-old-changes", 10),
        ("native-endless-empty-pages", 0),
    ],
)
def test_a_change_list_that_does_not_end_ends_the_run(play: Play, name: str, records: int) -> None:
    assert_loop(play(name), records)


def test_two_empty_pages_do_not_end_a_list(play: Play) -> None:
    stage = play("native-two-empty-pages")
    assert (stage.harvest().state, len(stage.published()), stage.place()) == ("done", 3, ("5", None))


def test_a_forgotten_place_starts_the_list_again_without_loss_or_double(play: Play) -> None:
    stage = play("native-place-forgotten")
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.unchanged) == ("done", 25, 20)
    assert (len(stage.published()), stage.place()) == (25, ("25", None))


def test_an_internal_address_in_a_link_is_never_asked(play: Play) -> None:
    stage = play("native-internal-link")
    assert (stage.harvest().state, len(stage.published())) == ("done", 25)


def test_no_change_yet_is_a_success(play: Play) -> None:
    stage = play("native-nothing-yet")
    report = stage.harvest()
    assert (report.state, report.counts.read) == ("done", 0)


def test_a_web_page_is_no_empty_list(play: Play) -> None:
    stage = play("native-web-page")
    stage.harvest()
    place = stage.place()
    report = stage.harvest()
    assert (report.state, report.reason_code, len(stage.published())) == ("failed", "WRONG_ANSWER", 3)
    assert stage.place() == place == ("3", None)


def test_a_list_that_does_not_say_how_far_it_reaches_is_not_taken(play: Play) -> None:
    stage = play("native-no-place")
    report = stage.harvest()
    assert (report.state, report.reason_code, stage.place()) == ("failed", "WRONG_ANSWER", (None, None))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("native-broken-line", "JSON_SYNTAX"),
        ("native-not-utf-8", "JSON_SYNTAX"),
        ("native-half-a-letter", "JSON_SYNTAX"),
        ("native-deep", "JSON_SYNTAX"),
        ("native-no-identifier", "ID_SYNTAX"),
        ("native-no-record", "VALUE_MISSING"),
    ],
)
def test_a_line_that_cannot_be_read_costs_no_other(play: Play, name: str, code: str) -> None:
    stage = play(name)
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done-with-errors", 2, 1)
    assert len(stage.problems(code)) == 1
    assert stage.titles() == ["Mangrove nursery 1", "Mangrove nursery 3"]


def test_identifiers_no_database_can_keep_cost_no_other(play: Play) -> None:
    stage = play("native-odd-identifiers")
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done-with-errors", 2, 2)
    assert len(stage.problems("ID_SYNTAX")) == 2


def test_a_nul_character_reaches_no_index(play: Play) -> None:
    stage = play("native-nul")
    report = stage.harvest()
    assert report.counts.failed == 0
    assert {"Mangrove nursery 1", "Mangrove nursery 3"} <= set(stage.titles())
    assert not any("\x00" in title for title in stage.titles())


@pytest.mark.parametrize(("name", "refused"), [("native-wrong-types", 3), ("native-unknown-type", 1)])
def test_a_record_that_is_wrong_is_refused_and_costs_no_other(play: Play, name: str, refused: int) -> None:
    stage = play(name)
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.refused) == ("done-with-errors", 2, refused)
    assert len([problem for problem in stage.problems() if problem.severity == "error"]) == refused
    assert len(stage.published()) == 2


def test_a_line_that_names_another_record_than_it_holds_is_counted(play: Play) -> None:
    stage = play("native-other-id-inside")
    report = stage.harvest()
    assert (report.state, report.counts.read) == ("done", 3)


def test_a_change_that_comes_twice_is_there_once(play: Play) -> None:
    stage = play("native-repeated-lines")
    report = stage.harvest()
    assert (report.counts.created, report.counts.unchanged, len(stage.published())) == (2, 1, 2)


def test_the_later_of_two_versions_wins_and_both_are_told(play: Play) -> None:
    stage = play("native-two-versions")
    report = stage.harvest()
    assert (report.counts.created, report.counts.updated) == (2, 1)
    assert stage.titles() == ["Mangrove nursery 2", "The later of two versions"]


def test_the_deletion_of_an_unknown_record_is_no_error(play: Play) -> None:
    stage = play("native-unknown-deleted")
    assert (stage.harvest().state, stage.titles()) == ("done", ["Mangrove nursery 1"])


def test_a_record_that_comes_back_keeps_its_global_id(play: Play) -> None:
    stage = play("native-comes-and-goes")
    stage.harvest()
    ids = set(stage.published())
    stage.harvest()
    assert len(stage.published()) == 1
    stage.harvest()
    assert set(stage.published()) == ids


def test_strange_datestamps_move_nothing(play: Play) -> None:
    stage = play("native-strange-datestamps")
    assert (stage.harvest().counts.created, stage.place()) == (3, ("100", None))


def test_a_record_that_is_always_refused_does_not_stop_the_place(play: Play) -> None:
    stage = play("native-always-one-bad")
    states = [stage.harvest().state for _ in range(3)]
    assert states == ["done-with-errors"] * 3
    assert stage.place() == ("3", None)
    assert [call.query["since"] for call in stage.server.requests][:3] == ["0", "1", "2"]
    assert len(stage.published()) == 3


def test_a_node_cannot_delete_another_nodes_record(play: Play) -> None:
    stage = play("native-deletes-for-others", brazil=BRAZIL)
    stage.harvest_neighbour("brazil")
    stage.harvest()
    assert stage.titles() == ["Nursery of Brazil"]


@pytest.mark.parametrize("first", ["stranger", "owner"])
def test_a_node_cannot_speak_for_another(play: Play, first: str) -> None:
    stage = play("native-speaks-for-others", brazil=BRAZIL)
    with write(stage.centre.engine) as connection:
        for name, namespace, rank in ((stage.name, "ke", 1), ("brazil", "br", 90)):
            named = replace(get_source(connection, name), namespace=namespace, rank=rank)
            change_source(connection, named, now=stage.centre.clock())
    for turn in range(2):
        if (first == "stranger") == (turn == 0):
            assert stage.harvest().counts.created == 1
        else:
            stage.harvest_neighbour("brazil")
    [record] = stage.published().values()
    assert record["title"] == {"en": "Nursery of Brazil"}
    assert record["dates"] == {"modified": "2026-02-01"}


@pytest.mark.parametrize("name", ["native-deletes-everything", "native-began-anew", "native-goes-back"])
def test_a_node_that_loses_nearly_everything_is_held(play: Play, name: str) -> None:
    stage = play(name)
    assert stage.harvest().counts.created == 20
    report = stage.harvest()
    assert (report.state, report.reason_code, report.counts.deleted) == ("held", "REMOVALS", 0)
    assert len(stage.published()) == 20


def test_a_change_list_that_began_anew_is_read_whole(play: Play) -> None:
    stage = play("native-restored")
    stage.harvest()
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.unchanged) == ("done", 1, 20)
    assert "began anew" in report.reason
    assert stage.place() == ("21", None)


def test_a_source_that_fails_stops_no_other(play: Play) -> None:
    stage = play("native-web-page", kenya=Scenario((), "native", "", "", lambda: ChangeList(some_changes(2))))
    stage.harvest()
    stage.harvest()
    assert stage.harvest_neighbour("kenya").state == "done"
