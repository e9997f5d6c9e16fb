"""What waits to be matched is matched by whoever comes first, whatever happened to the one before."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from fake_node import Federation, a_record, new_federation
from sqlalchemy import func, select

import migrations
from harvester.matching_queue import follow, is_waiting
from harvester.runs import run_source
from harvester.schedule import work_until
from harvester.tables import form, judgement, matching_queue, source_record
from vocabularies.record import Record, new_record

Command = Callable[..., tuple[int, str]]
ENGLISH = "Fifth National Report of Kenya to the Convention on Biological Diversity"
FRENCH = "Cinquième rapport national du Kenya à la Convention sur la diversité biologique"


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


def report(node: str, local: str, language: str, title: str, country: str = "KE") -> Record:
    fields: dict[str, Any] = {
        "id": f"urn:chm:{node}:{local}",
        "title": {language: title},
        "languages": [language],
        "publisher": {"node": node},
        "government": country,
        "dates": {"issued": "2015"},
        "details": {"reportType": "nr"},
    }
    return new_record("nationalSubmission", **fields)


def harvest(federation: Federation, *names: str) -> None:
    for name in names:
        assert run_source(federation.centre, name).state.startswith("done")


def with_reports(federation: Federation) -> None:
    """Add two sources that hold one report in two languages, and a report of another government each."""
    federation.add("cbd").put(report("cbd", "a", "en", ENGLISH))
    federation.add("ke").put(report("ke", "b", "fr", FRENCH))
    federation.nodes["http://ke.example"].put(report("ke", "c", "fr", FRENCH.replace("Kenya", "Tchad"), "TD"))
    harvest(federation, "cbd", "ke")


def waiting(federation: Federation) -> int:
    return int(federation.rows(select(func.count()).select_from(matching_queue))[0][0])


def test_a_report_two_sources_hold_in_two_languages_becomes_one_thing(federation: Federation) -> None:
    with_reports(federation)
    assert len(federation.published()) == 3
    done = follow(federation.centre)
    assert (done.records, done.failed) == (3, 0)
    titles = [set(record["title"]) for record in federation.published().values()]
    assert sorted(titles, key=len) == [{"fr"}, {"en", "fr"}]
    assert not is_waiting(federation.centre)
    assert follow(federation.centre).records == 0


def test_what_was_harvested_by_an_older_program_is_matched_after_the_update(federation: Federation) -> None:
    with_reports(federation)
    engine = federation.centre.engine
    migrations.downgrade(engine, "harvester", "0003")
    migrations.upgrade(engine, "harvester")
    assert waiting(federation) == 3
    assert follow(federation.centre).records == 3
    assert len(federation.published()) == 2


def test_a_source_that_is_removed_leaves_nothing_to_compare_with(federation: Federation) -> None:
    from harvester.removal import remove_source

    with_reports(federation)
    follow(federation.centre)
    remove_source(federation.centre, "cbd")
    assert waiting(federation) == 1
    follow(federation.centre)
    assert federation.rows(select(form.c.source_id).where(form.c.payload.is_not(None)).distinct()) == [("ke",)]
    assert federation.rows(select(judgement.c.id).where(judgement.c.ended_at.is_(None))) == []
    assert [set(record["title"]) for record in federation.published().values()] == [{"fr"}, {"fr"}]


def test_a_record_that_cannot_be_matched_keeps_no_other_from_it(
    federation: Federation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with_reports(federation)
    federation.add("bad").put(a_record("bad", "x", "A record nobody can read"))
    harvest(federation, "bad")
    with federation.centre.engine.begin() as connection:  # as a faulty disk or a program of another version leaves it
        connection.execute(
            source_record.update().where(source_record.c.source_id == "bad").values(record=b'{"title": 7, "dates": 3}')
        )
    done = follow(federation.centre)
    assert (done.records, done.failed) == (3, 1)
    assert "urn:chm:bad:x of bad cannot be matched" in caplog.text
    assert waiting(federation) == 0
    assert len(federation.published()) == 3


def test_work_matches_what_it_harvests_without_being_asked(federation: Federation) -> None:
    federation.add("cbd").put(report("cbd", "a", "en", ENGLISH))
    federation.add("ke").put(report("ke", "b", "fr", FRENCH))
    stop = Event()
    working = Thread(target=work_until, args=(federation.centre, stop), kwargs={"workers": 1, "tick_s": 1})
    working.start()
    deadline = time.monotonic() + 30
    while not federation.rows(select(judgement.c.id)) and time.monotonic() < deadline:
        time.sleep(0.1)
    stop.set()
    working.join(timeout=30)
    assert not working.is_alive()
    assert [set(record["title"]) for record in federation.published().values()] == [{"en", "fr"}]


_FOLLOW_SLOWLY = """
import sys, time
from pathlib import Path
from harvester import matching_queue
from harvester.centre import open_centre
from harvester.resolution.matching import stage
from harvester.settings import Settings

matching_queue.BATCH = 20
settings = Settings(home=Path(sys.argv[1]), database_url=sys.argv[2], token_secret="ab" * 32, centre_id="hub")
centre = open_centre(settings)
matching_queue.follow(centre, on_batch=lambda done: (print(done.records, flush=True), time.sleep(0.3)))
"""


def test_a_process_killed_in_the_middle_leaves_the_rest_of_the_queue(federation: Federation, tmp_path: Path) -> None:
    one, other = federation.add("one"), federation.add("two")
    for number in range(60):
        title = f"Survey {number} of mangrove nurseries along the coast of {number} islands"
        one.put(a_record("one", f"r{number}", title))
        other.put(a_record("two", f"s{number}", title))
    harvest(federation, "one", "two")
    url = federation.centre.engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-c", _FOLLOW_SLOWLY, str(tmp_path), url], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "20"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    left = waiting(federation)
    assert 60 <= left <= 100
    assert follow(federation.centre).records >= left  # more, where so many come to share a key that it tells nothing
    assert not is_waiting(federation.centre)
    pairs = federation.rows(
        select(judgement.c.a_identifier, judgement.c.b_identifier).where(judgement.c.ended_at.is_(None))
    )
    assert {(f"urn:chm:one:r{number}", f"urn:chm:two:s{number}") for number in range(60)} <= {
        tuple(row) for row in pairs
    }


def test_run_ends_with_everything_matched_and_removing_too(command: Command, home: Path) -> None:
    assert command("init", "--defaults")[0] == 0
    for name, language, title in (("cbd", "en", ENGLISH), ("ke", "fr", FRENCH)):
        folder = home / "inbox" / name
        folder.mkdir(parents=True)
        row = {"id": "a", "type": "nationalSubmission", f"title[{language}]": title, "government": "KE"}
        (folder / "records.csv").write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n", "utf-8")
        way = ("--protocol", "files", "--set", f"folder={name}")
        assert command("add", f"https://{name}.example.org", "--id", name, *way)[0] == 0
    code, out = command("run", "--all", "-n", "--json")
    assert (code, json.loads(out.splitlines()[0])["created"]) == (0, 1)
    code, out = command("run", "--all", "--json")
    assert code == 0
    assert [json.loads(line)["created"] for line in out.splitlines()] == [1, 1]
    found = json.loads(command("search", "Kenya", "--json")[1])
    assert found["total"] == 1
    assert command("remove", "cbd", "--yes")[0] == 0
