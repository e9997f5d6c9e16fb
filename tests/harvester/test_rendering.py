"""The centre makes each format of a record once a version, in the background, and follows what changes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from fake_node import Federation, a_record, new_federation
from sqlalchemy import select

from chm_node.publishing.renditions import render_behind
from harvester.rendering import render_until
from harvester.runs import run_source
from harvester.tables import publication
from vocabularies.formats import FORMATS


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


def stored(federation: Federation) -> dict[str, set[str]]:
    table = publication.rendition.c
    held: dict[str, set[str]] = {}
    for row in federation.rows(select(table.local_id, table.format)):
        held.setdefault(row.local_id, set()).add(row.format)
    return held


def test_every_format_is_made_once_and_again_for_a_new_version_only(federation: Federation) -> None:
    node = federation.add("ke")
    for number in range(5):
        node.put(a_record("ke", f"r{number}", f"Nursery {number}"))
    run_source(federation.centre, "ke")
    assert {frozenset(formats) for formats in stored(federation).values()} == {frozenset({"native"})}
    engine, site = federation.centre.engine, federation.centre.site
    reached = render_behind(engine, publication, site, after=0, limit=3)
    reached = render_behind(engine, publication, site, after=reached, limit=3)
    assert {frozenset(formats) for formats in stored(federation).values()} == {frozenset(FORMATS)}
    assert render_behind(engine, publication, site, after=reached) == reached
    node.put(a_record("ke", "r0", "Nursery zero"))
    run_source(federation.centre, "ke")
    assert render_behind(engine, publication, site, after=reached) > reached
    bodies = federation.rows(select(publication.rendition.c.body).where(publication.rendition.c.format == "oai_dc"))
    assert sum(b"Nursery zero" in row.body for row in bodies) == 1 and len(bodies) == 5


def test_the_background_follows_the_index_until_it_is_stopped(federation: Federation) -> None:
    node, stop = federation.add("ke"), Event()
    thread = Thread(target=render_until, args=(federation.centre, stop), kwargs={"pause_s": 0.02})
    thread.start()
    try:
        node.put(a_record("ke", "a"))
        run_source(federation.centre, "ke")
        until = time.monotonic() + 20
        while {frozenset(formats) for formats in stored(federation).values()} != {frozenset(FORMATS)}:
            assert time.monotonic() < until, "the formats were never made"
            time.sleep(0.02)
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
