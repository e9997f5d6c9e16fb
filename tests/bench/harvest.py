"""Harvesting: the whole pipeline against a bare loop that only fetches, walks and upserts, in the same run."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import ssl
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
from lxml import etree

from chm_node.publishing import sql
from chm_node.publishing.catalogue import SqlCatalogue
from chm_node.publishing.search.live import LiveSearch, open_engine
from harvester.centre import open_centre
from harvester.registry import add_source
from harvester.runs import run_source
from harvester.settings import Settings
from harvester.sources import Source, config_from_settings
from harvester.tables import publication
from migrations import upgrade
from tests.bench.pages import serving_pages, write_pages

OAI = "{http://www.openarchives.org/OAI/2.0/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds a step took, by name; ``total_s`` is their sum as measured from outside."""

    total_s: float
    steps: tuple[tuple[str, float], ...] = ()


def run_floor(address: str, directory: Path) -> Measured:
    """Fetch every page, walk it, hash it canonically and upsert it into SQLite: what no harvester can do without."""
    database = sqlite3.connect(directory / "floor.sqlite", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    database.execute(
        "CREATE TABLE record (source TEXT, identifier TEXT, stamp TEXT, hash TEXT, body TEXT, "
        "UNIQUE (source, identifier))"
    )
    upsert = (
        "INSERT INTO record VALUES (?, ?, ?, ?, ?) ON CONFLICT (source, identifier) DO UPDATE SET "
        "stamp = excluded.stamp, hash = excluded.hash, body = excluded.body WHERE hash <> excluded.hash"
    )
    began = time.perf_counter()
    query = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
    with httpx.Client(verify=ssl.create_default_context(), trust_env=False) as client:
        while query:
            root = etree.fromstring(client.get(address, params=query).content)
            rows = []
            for record in root.iter(f"{OAI}record"):
                header = record[0]
                fields = [(e.tag, e.get(LANG), e.text) for e in record[1][0]]
                body = json.dumps(fields, ensure_ascii=False)
                digest = hashlib.sha256(body.encode()).hexdigest()
                rows.append(
                    ("bench", header.findtext(f"{OAI}identifier"), header.findtext(f"{OAI}datestamp"), digest, body)
                )
            database.execute("BEGIN IMMEDIATE")
            database.executemany(upsert, rows)
            database.execute("COMMIT")
            token = root.findtext(f".//{OAI}resumptionToken")
            query = {"verb": "ListRecords", "resumptionToken": token} if token else {}
    total_s = time.perf_counter() - began
    database.close()
    return Measured(total_s)


def run_product(address: str, directory: Path, *, times: int = 1) -> list[Measured]:
    """Harvest through the whole pipeline and the search index; a second time reads what has not changed."""
    settings = Settings(
        home=directory, allow_loopback=True, pause_s=0, base_url="http://127.0.0.1:1", token_secret="00" * 32
    )
    centre = open_centre(settings)
    upgrade(centre.engine, "harvester")
    config = config_from_settings("oai_pmh", {"metadata_prefix": "oai_dc"})
    source = Source(id="bench", name="Bench", url=address, protocol="oai_pmh", config=config)
    with sql.write(centre.engine) as connection:
        add_source(connection, source, now=centre.clock())
    catalogue = SqlCatalogue(centre.engine, publication, centre.site)
    search = LiveSearch(catalogue, open_engine(directory / "search", "bench"))
    measured = []
    for _ in range(times):
        began = time.perf_counter()
        report = run_source(centre, "bench")
        if report.state != "done":
            raise RuntimeError(f"the run ended {report.state}: {report.reason}")
        harvested = time.perf_counter()
        search.refresh()
        ended = time.perf_counter()
        measured.append(Measured(ended - began, (*report.stages, ("search index", ended - harvested))))
    centre.engine.dispose()
    return measured


def bench_harvest(records: int, rounds: int) -> None:
    """Print records per second of floor and pipeline, their ratio, and where the pipeline's time goes."""
    print(f"Harvest of {records:,} records in Dublin Core, 100 a page, over HTTP on loopback (best of {rounds} rounds)")
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        write_pages(root / "pages", records)
        with serving_pages(root / "pages") as address:
            floors, firsts, seconds = [], [], []
            for number in range(rounds):
                for name in ("floor", "product"):
                    (root / f"{name}{number}").mkdir()
                floors.append(run_floor(address, root / f"floor{number}"))
                first, second = run_product(address, root / f"product{number}", times=2)
                firsts.append(first)
                seconds.append(second)
    floor, first, second = (min(runs, key=lambda run: run.total_s) for runs in (floors, firsts, seconds))
    print(f"  bare loop: fetch, walk, upsert    {records / floor.total_s:>9,.0f} records/s")
    for name, run in (("first time", first), ("unchanged", second)):
        share = floor.total_s / run.total_s
        print(f"  pipeline and search, {name:<12} {records / run.total_s:>9,.0f} records/s   {share:.2f} of the loop")
    print("  where the first time goes, µs a record:")
    for name, step_s in sorted(first.steps, key=lambda step: -step[1]):
        print(f"    {name:<14}{step_s / records * 1e6:>8.0f}")
