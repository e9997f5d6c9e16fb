"""A source can be changed and keeps its records, their ids and its runs; nothing is harvested twice under two names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_node import Federation, a_record, new_federation
from sqlalchemy import select

from chm_node.publishing import sql
from harvester import tables
from harvester.centre import utc_now
from harvester.commands.opening import dump_interval, parse_interval
from harvester.running import leases
from harvester.runs import run_source
from harvester.testing import Recorded, serve_recorded

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def federation(home: Path, command: Command) -> Iterator[Federation]:
    command("init", "--defaults")
    for made in new_federation(f"sqlite:///{home / 'harvester.sqlite'}", home):
        made.add("ke").put(a_record("ke", "a"))
        run_source(made.centre, "ke")
        yield made


def row(federation: Federation) -> Any:
    return federation.rows(select(tables.source))[0]


def test_the_facts_of_a_source_change_and_its_place_in_the_list_stays(command: Command, federation: Federation) -> None:
    code, out = command("set", "ke", "--every", "90m", "--name", "Kenya", "--country", "ke", "--rank", "3", "--paused")
    assert code == 0
    assert "every 24h → 90m" in out
    assert "replay ke" in out
    changed = row(federation)
    assert (changed.name, changed.country, changed.rank, changed.paused) == ("Kenya", "KE", 3, True)
    assert changed.since is not None
    assert changed.next_due_at == changed.last_success_at + timedelta(minutes=90)
    assert command("set", "ke", "--not-paused", "--country", "")[0] == 0
    assert (row(federation).paused, row(federation).country) == (False, None)
    assert "nothing changed" in command("set", "ke")[1]


def test_a_source_that_moved_is_read_anew_and_every_id_stays(command: Command, federation: Federation) -> None:
    ids = federation.published().keys()
    federation.nodes["http://moved.example"] = federation.nodes["http://ke.example"]
    told = json.loads(command("set", "ke", "--url", "http://moved.example", "--json")[1])
    assert told["url"] == "http://moved.example"
    assert (row(federation).since, row(federation).cursor) == (None, None)
    report = run_source(federation.centre, "ke")
    assert (report.counts.read, report.counts.unchanged) == (1, 1)
    assert federation.published().keys() == ids
    assert [kept.source_id for kept in federation.rows(select(tables.run))] == ["ke", "ke"]


def test_settings_are_added_to_those_there_are(command: Command, federation: Federation) -> None:
    command("add", "https://lib.example/oai", "--protocol", "oai_pmh", "--id", "lib", "--set", "set=a")
    told = json.loads(command("set", "lib", "--set", "overlap_s=60", "--json")[1])
    assert (told["config"]["set"], told["config"]["overlap_s"]) == ("a", 60)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--url", "ftp://ke.example"),
        ("--country", "zz"),
        ("--every", "soon"),
        ("--rank", "0"),
        ("--set", "nonsense=1"),
        ("--hours", "at night"),
        ("--hours", "22:00-06:00 Middle/Earth"),
        ("--url", "http://ug.example"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    command: Command, federation: Federation, wrong: tuple[str, str]
) -> None:
    federation.add("ug")
    before = federation.rows(select(tables.source))
    code, out = command("set", "ke", *wrong, "--json")
    assert code == 2
    assert json.loads(out)["error"]["message"]
    assert federation.rows(select(tables.source)) == before


def test_a_source_can_be_changed_while_it_is_harvested(command: Command, federation: Federation) -> None:
    with sql.write(federation.centre.engine) as connection:
        leases.claim(connection, "ke", now=utc_now())
    assert command("set", "ke", "--url", "http://moved.example")[0] == 0
    assert (row(federation).url, row(federation).generation) == ("http://moved.example", 1)


def test_hours_contact_and_grace_are_kept_and_told(command: Command, federation: Federation) -> None:
    hours = "22:00-06:00 Africa/Nairobi"
    code, out = command("set", "ke", "--hours", hours, "--contact", "desk@ke.example", "--grace", "3d")
    assert (code, "hours any → 22:00-06:00 Africa/Nairobi" in out, "grace 24h → 3d" in out) == (0, True, True)
    kept = row(federation)
    assert (kept.hours, kept.contact, kept.grace_s) == (hours, "desk@ke.example", 3 * 86_400)
    command("set", "ke", "--hours", "", "--contact", "")
    assert (row(federation).hours, row(federation).contact) == (None, None)


def test_neither_a_list_twice_nor_the_centre_itself_is_added(
    command: Command, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHM_ALLOW_LOOPBACK", "1")
    code, out = command("add", "http://ke.example/", "--protocol", "native", "--id", "again", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (2, "ADDRESS_TAKEN")
    own = Recorded(json.dumps({"id": "centre", "name": {"en": "Centre"}}).encode())
    with serve_recorded({"/.well-known/chm-node.json": own}) as server:
        code, out = command("add", server.url, "--json")
    assert (code, json.loads(out)["error"]["code"]) == (2, "OWN_ADDRESS")
    assert len(json.loads(command("list", "--json")[1])) == 1


@pytest.mark.parametrize(
    ("seconds", "text"), [(60, "1m"), (90, "90s"), (5_400, "90m"), (86_400, "24h"), (604_800, "7d"), (129_600, "36h")]
)
def test_intervals_are_shown_as_they_are_typed(seconds: int, text: str) -> None:
    assert dump_interval(seconds) == text
    assert parse_interval(text) == seconds


def test_the_list_shows_intervals_for_people(command: Command, federation: Federation) -> None:
    shown = command("list")[1]
    assert "24h" in shown
    assert "86400" not in shown
