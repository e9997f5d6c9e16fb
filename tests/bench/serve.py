"""Serving: OAI-PMH pages from the catalogue against static files of the same bytes, by the same server."""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import httpx
from fastapi import FastAPI
from lxml import etree
from starlette.staticfiles import StaticFiles

from chm_node.publishing.oai_pmh.routes import oai_router
from tests.bench.pages import generate_records

sys.path.insert(0, str(Path(__file__).parents[1] / "chm_node"))
from loopback_server import free_port, serve
from published_site import SITE, make_site

OAI = "{http://www.openarchives.org/OAI/2.0/}"


def bench_serving(records: int, rounds: int) -> None:
    """Print pages per second of both and their ratio; one client, one request at a time."""
    print(f"Serving OAI-PMH ListRecords, {records:,} records, 100 a page (best of {rounds} rounds)")
    with tempfile.TemporaryDirectory() as scratch:
        root, port = Path(scratch), free_port()
        site = make_site(f"sqlite:///{root}/site.db", replace(SITE, base_url=f"http://127.0.0.1:{port}", page_size=100))
        batch = list(generate_records(records))
        for start in range(0, records, 500):
            site.publish(batch[start : start + 500])
        app = FastAPI()
        app.include_router(oai_router(site.catalogue))
        (root / "static").mkdir()
        app.mount("/static", StaticFiles(directory=root / "static"))
        with serve(app, port) as address, httpx.Client(trust_env=False) as client:
            queries, pages = _walk(client, address, root / "static")
            dynamic_s = min(_timed(client, [f"{address}/oai?{query}" for query in queries]) for _ in range(rounds))
            static_s = min(_timed(client, [f"{address}/static/{n}.xml" for n in range(pages)]) for _ in range(rounds))
        site.engine.dispose()
    print(f"  static files       {pages / static_s:>9,.0f} pages/s")
    print(f"  from the catalogue {pages / dynamic_s:>9,.0f} pages/s   {static_s / dynamic_s:.2f} of static")
    print(f"                     {records / dynamic_s:>9,.0f} records/s   {dynamic_s / records * 1e3:.3f} ms a record")


def _walk(client: httpx.Client, address: str, directory: Path) -> tuple[list[str], int]:
    queries, query = [], "verb=ListRecords&metadataPrefix=oai_dc"
    while query:
        body = client.get(f"{address}/oai?{query}").content
        (directory / f"{len(queries)}.xml").write_bytes(body)
        queries.append(query)
        token = etree.fromstring(body).findtext(f".//{OAI}resumptionToken")
        query = f"verb=ListRecords&resumptionToken={token}" if token else ""
    return queries, len(queries)


def _timed(client: httpx.Client, urls: list[str]) -> float:
    began = time.perf_counter()
    for url in urls:
        if client.get(url).status_code != 200:
            raise RuntimeError(f"{url} was not served")
    return time.perf_counter() - began
