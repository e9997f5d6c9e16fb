"""OAI-PMH repositories that lose, forget or delete records: nothing is removed that is not proven or released."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from chm_node.publishing.sql import write
from harvester.proof.decisions import release
from harvester.tables import source, source_quirk
from tests.hostile.conftest import Play
from tests.hostile.stage import Stage


def quirks(stage: Stage) -> dict[str, str]:
    columns = (source_quirk.c.key, source_quirk.c.value)
    return {row.key: row.value for row in stage.rows(select(*columns).where(source_quirk.c.source_id == stage.name))}


def states(stage: Stage, harvests: int) -> list[str]:
    return [stage.harvest().state for _ in range(harvests)]


def assert_held(stage: Stage, reason_code: str, records: int) -> None:
    """The last run waits for a person, and everything is still there."""
    report = stage.reports[-1]
    assert (report.state, report.reason_code) == ("held", reason_code)
    assert report.counts.deleted == 0
    assert len(stage.published()) == records


def test_a_repository_that_deletes_everything_is_held(play: Play) -> None:
    stage = play("oai-deletes-everything")
    assert states(stage, 2) == ["done", "held"]
    assert_held(stage, "REMOVALS", records=20)


def test_a_repository_that_is_empty_is_held(play: Play) -> None:
    stage = play("oai-empties")
    assert states(stage, 3) == ["done", "done", "held"]
    assert_held(stage, "REMOVALS", records=20)


def test_a_list_that_halves_is_held(play: Play) -> None:
    stage = play("oai-halves")
    assert states(stage, 4) == ["done", "done", "done", "held"]
    assert_held(stage, "REMOVALS", records=20)


@pytest.mark.parametrize("name", ["oai-forgets-deletions", "oai-transient-deletions"])
def test_a_record_two_complete_lists_do_not_name_is_removed(play: Play, name: str) -> None:
    stage = play(name)
    assert states(stage, 3) == ["done", "done", "done"]
    assert len(stage.published()) == 20, "one list is no proof"
    report = stage.harvest()
    assert (report.state, report.counts.deleted, len(stage.published())) == ("done", 1, 19)
    assert "Wetland survey 20" not in stage.titles()


def test_a_list_of_names_that_is_cut_short_proves_nothing(play: Play) -> None:
    stage = play("oai-names-cut-short")
    assert states(stage, 5) == ["done"] * 5
    assert len(stage.asked(verb="ListIdentifiers")) >= 2
    assert "only 15 of 20" in stage.reports[-1].reason
    assert len(stage.published()) == 20


def test_a_record_that_appears_behind_the_window_is_found_by_its_name(play: Play) -> None:
    stage = play("oai-late-record")
    assert states(stage, 2) == ["done", "done"]
    assert len(stage.published()) == 20
    report = stage.harvest()
    assert (report.state, report.counts.created, len(stage.published())) == ("done", 1, 21)
    assert int(quirks(stage)["lateness_s"]) >= 3480
    stage.harvest()
    stage.harvest()
    last = [call for call in stage.asked(verb="ListRecords") if "from" in call.query][-1]
    assert last.query["from"] < "2024-05-01T11:00:00Z", "later windows reach back so far"


def test_another_repository_at_the_address_asks_a_person_before_a_record_is_read(play: Play) -> None:
    stage = play("oai-another-library")
    assert states(stage, 2) == ["done", "held"]
    assert_held(stage, "REPOSITORY_REPLACED", records=10)
    assert stage.reports[-1].counts.read == 0
    assert "A library" in stage.reports[-1].reason
    assert "other.example" in stage.reports[-1].reason


def test_another_repository_is_read_from_its_beginning_once_a_person_released_it(play: Play) -> None:
    stage = play("oai-another-library")
    stage.harvest()
    held = stage.harvest()
    assert held.run is not None
    release(stage.centre, held.run, by="desk")
    report = stage.harvest()
    assert report.counts.created == 3
    assert len(stage.published()) == 13, "what the other one no longer names is not gone by that"
    assert "other.example" in quirks(stage)["identity"]


@pytest.mark.parametrize(("spoke_for", "speaks_for"), [("library.example", "other.example"), (None, None)])
def test_a_source_speaks_for_the_repository_a_person_let_take_the_place_of_another(
    play: Play, spoke_for: str | None, speaks_for: str | None
) -> None:
    stage = play("oai-another-library")
    with write(stage.centre.engine) as connection:
        connection.execute(update(source).values(namespace=spoke_for))
    stage.harvest()
    held = stage.harvest()
    assert held.run is not None
    assert stage.rows(select(source.c.namespace)) == [(spoke_for,)], "nothing changes before a person says so"
    release(stage.centre, held.run, by="desk")
    assert stage.rows(select(source.c.namespace)) == [(None,)]
    stage.harvest()
    assert stage.rows(select(source.c.namespace)) == [(speaks_for,)]
    assert "spoke_for" not in quirks(stage)


def test_another_name_alone_is_told(play: Play) -> None:
    stage = play("oai-renamed")
    assert states(stage, 2) == ["done", "done"]
    assert "The library of the coast" in stage.reports[-1].reason
    assert "calls itself" not in stage.harvest().reason, "it is told once"
