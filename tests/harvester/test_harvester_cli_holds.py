"""The commands about held runs and notices as scripts rely on them: what they print and the code they leave with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_node import Federation, a_record, new_federation

from harvester.runs import run_source

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def federation(home: Path, command: Command) -> Iterator[Federation]:
    """A centre made by the command, with a source whose last run is held."""
    command("init", "--defaults", "--email", "desk@centre.example")
    for made in new_federation(f"sqlite:///{home / 'harvester.sqlite'}", home):
        node = made.add("ke")
        for number in range(10):
            node.put(a_record("ke", f"r{number}", f"Nursery {number}"))
        run_source(made.centre, "ke")
        for number in range(8):
            node.delete(f"urn:chm:ke:r{number}")
        run_source(made.centre, "ke")
        yield made


def test_what_is_held_is_listed_with_six_and_shown_with_its_records(federation: Federation, command: Command) -> None:
    code, out = command("hold", "list", "--json")
    [row] = json.loads(out)
    assert (code, row["run"], row["source"], row["waiting"], row["by_reason"]) == (6, 2, "ke", 8, {"tombstone": 8})
    code, out = command("hold", "show", "2", "--limit", "3")
    assert code == 0 and "80 %" in out and "Nursery 0" in out and "and 5 more" in out


def test_a_release_is_told_and_a_second_one_refused(federation: Federation, command: Command) -> None:
    code, out = command("hold", "release", "2", "--by", "Amina", "--json")
    assert (code, json.loads(out)["deleted"]) == (0, 8)
    assert command("hold", "list") == (0, "Nothing is held.\n")
    code, out = command("hold", "release", "2", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (2, "HOLD_DECIDED")
    assert len(federation.published()) == 2


def test_a_discarded_run_changes_nothing(federation: Federation, command: Command) -> None:
    assert command("hold", "discard", "2", "--by", "Amina")[0] == 0
    assert len(federation.published()) == 10
    assert command("hold", "list")[0] == 0


def test_a_run_that_is_not_held_is_no_hold(federation: Federation, command: Command) -> None:
    for run in ("1", "99"):
        code, out = command("hold", "show", run, "--json")
        assert (code, json.loads(out)["error"]["code"]) == (2, "UNKNOWN_HOLD")


def test_notify_says_what_it_would_tell_and_then_tells_it_once(
    federation: Federation, command: Command, home: Path
) -> None:
    code, out = command("notify", "-n", "--json")
    assert (code, [change["state"] for change in json.loads(out)["changes"]]) == (0, ["held"])
    assert not (home / "outbox").exists()
    assert json.loads(command("notify", "--json")[1])["waiting"] == 1
    code, out = command("notify")
    assert (code, out.splitlines()[0]) == (0, "Nothing has changed; nobody is told.")
    assert len(list((home / "outbox").iterdir())) == 1


def test_notify_says_where_there_is_nobody_to_tell(federation: Federation, command: Command, home: Path) -> None:
    config = home / "config.toml"
    config.write_text(config.read_text().replace("desk@centre.example", ""))
    code, out = command("notify")
    assert code == 0 and "nobody to tell of ke: set CHM_EMAIL" in out
    answer = json.loads(command("notify", "--json")[1])
    assert ([each["source"] for each in answer["untold"]], answer["changes"]) == (["ke"], [])
