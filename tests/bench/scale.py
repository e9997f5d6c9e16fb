"""Large sources: what an unchanged harvest costs beside fetching and hashing alone, and the memory a harvest takes."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import resource
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from lxml import etree

from chm_node.publishing import sql
from harvester.centre import Centre, open_centre
from harvester.commands.runs import collect_garbage_seldom
from harvester.registry import add_source
from harvester.runs import run_source
from harvester.settings import Settings
from harvester.sources import Source, config_from_settings
from migrations import upgrade
from tests.bench.pages import serving_pages, write_pages

OAI = "{http://www.openarchives.org/OAI/2.0/}"


def bench_scale(records: int) -> None:
    """Print time, CPU, bytes written and peak memory of a first and an unchanged harvest beside the floor."""
    print(f"A source of {records:,} records in Dublin Core, each step in a process of its own")
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        (root / "centre").mkdir()
        write_pages(root / "pages", records)
        with serving_pages(root / "pages") as address:
            floor = _measure("floor", address, root)
            first = _measure("harvest", address, root)
            again = _measure("harvest", address, root)
    for name, step in (("fetch, walk and hash only", floor), ("first harvest", first), ("unchanged harvest", again)):
        figures = (
            f"{records / step['wall_s']:>9,.0f} records/s  {step['cpu_s'] / records * 1e6:>7.0f} µs CPU a record  "
            f"{step['written_bytes'] / 1e6:>9,.1f} MB written  {step['peak_bytes'] / 1e6:>6,.0f} MB at most"
        )
        print(f"  {name:<26}{figures}")
    print(f"  unchanged: {again['cpu_s'] / floor['cpu_s']:.2f} times the CPU of fetching and hashing")
    print(f"  what became of them: first {first['counts']}, again {again['counts']}")


def _measure(what: str, address: str, root: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.scale", what, address, str(root / "centre")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path.cwd())
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def fetch_and_hash(address: str) -> dict[str, int]:
    """Fetch every page, walk it and hash every record's canonical bytes."""
    query, count = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}, 0
    with httpx.Client(verify=ssl.create_default_context(), trust_env=False) as client:
        while query:
            root = etree.fromstring(client.get(address, params=query).content)
            for record in root.iter(f"{OAI}record"):
                hashlib.sha256(etree.tostring(record[1][0], method="c14n", exclusive=True)).hexdigest()
                count += 1
            token = root.findtext(f".//{OAI}resumptionToken")
            query = {"verb": "ListRecords", "resumptionToken": token} if token else {}
    return {"read": count}


def harvest(address: str, home: Path) -> dict[str, int]:
    """Run the one source of a centre, which is made where there is none."""
    centre = _centre(home, address)
    report = run_source(centre, "bench")
    if report.state != "done":
        raise RuntimeError(f"the run ended {report.state}: {report.reason}")
    return {name: number for name, number in report.counts.as_dict().items() if number}


def _centre(home: Path, address: str) -> Centre:
    settings = Settings(
        home=home, allow_loopback=True, pause_s=0, base_url="http://127.0.0.1:1", token_secret="00" * 32
    )
    is_new = not (home / "harvester.sqlite").exists()
    centre = open_centre(settings)
    upgrade(centre.engine, "harvester")
    if is_new:
        config = config_from_settings("oai_pmh", {"metadata_prefix": "oai_dc"})
        source = Source(id="bench", name="Bench", url=address, protocol="oai_pmh", config=config)
        with sql.write(centre.engine) as connection:
            add_source(connection, source, now=centre.clock())
    return centre


def _report(what: str, address: str, home: Path) -> None:
    collect_garbage_seldom()
    gc.collect()
    before, began = _written(), time.perf_counter()
    cpu = time.process_time()
    counts = fetch_and_hash(address) if what == "floor" else harvest(address, home)
    figures = {
        "wall_s": time.perf_counter() - began,
        "cpu_s": time.process_time() - cpu,
        "written_bytes": _written() - before,
        "peak_bytes": _peak_bytes(),
        "counts": counts,
    }
    print(json.dumps(figures))


def _peak_bytes() -> int:
    """Give the most memory this process has had; what its parent had before it began is no part of it."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def _written() -> int:
    """Give the bytes this process has handed to the kernel to write, sockets left out where Linux tells."""
    try:
        lines = Path(f"/proc/{os.getpid()}/io").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))


if __name__ == "__main__":
    _report(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
