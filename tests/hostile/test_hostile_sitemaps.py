"""Web sites whose sitemaps and pages go wrong: the good pages arrive, and nothing is taken for a deletion."""

from __future__ import annotations

import pytest

from harvester.hostile import SCENARIOS
from tests.hostile.conftest import Play
from tests.hostile.stage import Stage


def paths(stage: Stage) -> list[str]:
    """The pages asked for, without robots.txt and sitemaps."""
    return [call.path for call in stage.server.requests if call.path.strip("/").isalnum()]


def surveys(*numbers: int) -> list[str]:
    return [f"Mangrove survey {number}" for number in numbers]


def assert_nothing_removed(stage: Stage, code: str, before: int = 10) -> None:
    assert stage.harvest().state == "done"
    place = stage.place()
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", code)
    assert len(stage.published()) == before
    assert stage.place()[0] == place[0], "a failed run moves no window"


def test_sitemaps_in_a_circle_are_read_once(play: Play) -> None:
    stage = play("sitemap-cycle")
    assert (stage.harvest().state, stage.titles()) == ("done", surveys(1, 2, 3))
    asked = [call.path for call in stage.server.requests if call.path.endswith(".xml")]
    assert len(asked) == len(set(asked)) == 3


def test_sitemaps_that_lie_too_deep_are_not_asked_for(play: Play) -> None:
    stage = play("sitemap-too-deep")
    report = stage.harvest()
    assert (report.state, report.reason_code, stage.titles()) == (
        "done-with-errors",
        "LIST_INCOMPLETE",
        surveys(1, 2, 3),
    )
    assert not [call for call in stage.server.requests if "level4" in call.path]


def test_a_million_pages_end_the_run_at_its_limit(play: Play) -> None:
    stage = play("sitemap-million")
    report = stage.harvest()
    assert (report.state, report.reason_code, report.counts.created) == ("failed", "LIST_LOOPS", 12)
    assert "max_pages" in report.reason
    assert len(stage.server.requests) < 18


@pytest.mark.parametrize("name", ["sitemap-other-host", "sitemap-internal-address"])
def test_pages_of_other_hosts_are_told_and_never_asked(play: Play, name: str) -> None:
    stage = play(name)
    report = stage.harvest()
    assert (report.state, stage.titles()) == ("done-with-errors", surveys(1, 2, 3))
    assert "other hosts and were not asked" in report.reason
    assert paths(stage) == ["/1", "/2", "/3"]


def test_a_sitemap_that_bursts_costs_no_other(play: Play) -> None:
    stage = play("sitemap-gzip-bomb")
    report = stage.harvest()
    assert (report.state, report.reason_code, stage.titles()) == (
        "done-with-errors",
        "LIST_INCOMPLETE",
        surveys(1, 2, 3),
    )
    assert "bomb.xml.gz" in report.reason


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("sitemap-doctype", "ANSWER_FORBIDDEN"),
        ("sitemap-web-page", "WRONG_ANSWER"),
        ("sitemap-moved", "SOURCE_REFUSED"),
        ("sitemap-log-in", "WRONG_ANSWER"),
    ],
)
def test_a_site_that_is_no_longer_there_loses_nothing(play: Play, name: str, code: str) -> None:
    assert_nothing_removed(play(name), code)


def test_an_empty_sitemap_is_told_and_removes_nothing(play: Play) -> None:
    stage = play("sitemap-empty-later")
    stage.harvest()
    report = stage.harvest()
    stage.harvest()
    assert "lists no page" in report.reason
    assert report.state != "done"
    assert len(stage.published()) == 10


def test_a_page_that_fails_costs_no_other_and_is_asked_again(play: Play) -> None:
    stage = play("sitemap-page-fails")
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done-with-errors", 3, 1)
    [problem] = stage.problems("PAGE_UNREADABLE")
    assert problem.record_id and problem.record_id.endswith("/p")
    assert "500" in problem.value
    stage.harvest()
    assert paths(stage).count("/p") == 2


def test_a_page_that_is_gone_alone_removes_nothing(play: Play) -> None:
    stage = play("sitemap-page-gone")
    stage.harvest()
    report = stage.harvest()
    assert report.counts.deleted == 0
    assert len(stage.published()) == 10


def test_a_broken_script_is_told_with_its_place_and_costs_no_other(play: Play) -> None:
    stage = play("sitemap-broken-block")
    report = stage.harvest()
    assert (report.state, report.counts.failed, stage.titles()) == ("done-with-errors", 1, surveys(1, 2, 8))
    [problem] = stage.problems("JSON_SYNTAX")
    assert (problem.path, problem.params["line"]) == ("/script[2]", "4")


def test_pages_that_a_script_fills_are_no_empty_site(play: Play) -> None:
    stage = play("sitemap-script-only")
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "WRONG_ANSWER")
    assert "script" in report.reason


def test_pages_without_descriptions_are_told(play: Play) -> None:
    stage = play("sitemap-some-bare")
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed) == (3, 0)
    assert "2 of 5 pages hold no JSON-LD" in report.reason


def test_a_remote_context_is_never_fetched(play: Play) -> None:
    stage = play("sitemap-remote-context")
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done-with-errors", 2, 2)
    assert [problem.path for problem in stage.problems("CROSSWALK_FAILED")] == ["/script[1]/@context"] * 2


def test_a_ban_by_robots_txt_is_told_as_blocked(play: Play) -> None:
    stage = play("sitemap-robots-ban")
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "BLOCKED_BY_ROBOTS")
    assert paths(stage) == []


def test_pages_that_robots_txt_closes_are_never_asked(play: Play) -> None:
    stage = play("sitemap-robots-part")
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("done-with-errors", "PAGES_WITHHELD")
    assert paths(stage) == ["/1", "/2"]


def test_a_lastmod_that_cannot_be_believed_moves_no_window(play: Play) -> None:
    stage = play("sitemap-future-lastmod")
    assert stage.harvest().counts.created == 4
    since = stage.place()[0]
    assert since is not None and since.startswith("2020-01-01T00:00:00Z")
    stage.server.requests.clear()
    stage.harvest()
    assert {"/1", "/2", "/4"} <= set(paths(stage))


def test_json_that_is_nested_too_deeply_costs_no_other(play: Play) -> None:
    stage = play("sitemap-deep-json")
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done-with-errors", 2, 1)


def test_a_site_that_is_busy_is_read_on_where_it_was_left(play: Play) -> None:
    stage = play("sitemap-busy")
    report = stage.harvest()
    assert (report.reason_code, report.counts.created) == ("SOURCE_BUSY", 2)
    report = stage.harvest()
    assert (report.state, report.counts.unchanged, len(stage.published())) == ("done", 0, 5)
    assert paths(stage) == ["/1", "/2", "/3", "/3", "/4", "/5"]


def test_a_page_that_is_always_busy_does_not_keep_the_others_waiting(play: Play) -> None:
    stage = play("sitemap-always-busy")
    assert stage.harvest().reason_code == "SOURCE_BUSY"
    stage.harvest()
    assert stage.titles() == surveys(1, 3)
    assert len(stage.problems("PAGE_UNREADABLE")) == 1


def test_a_ban_holds_though_other_sites_of_the_host_allow_more(play: Play) -> None:
    stage = play("sitemap-robots-ban", **{"sitemap-robots-part": SCENARIOS["sitemap-robots-part"]})
    assert stage.harvest().reason_code == "BLOCKED_BY_ROBOTS"
    assert stage.harvest_neighbour("sitemap-robots-part").counts.created == 2
