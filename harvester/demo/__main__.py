"""``make demo``: three nodes publish, a centre harvests them, and the result is checked against what the nodes hold."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from harvester.demo.processes import DemoFailed, Service, refuse_taken_ports, serving

RECORDS = Path(__file__).with_name("records")
TO_WITHDRAW = "news-to-withdraw"


@dataclass(frozen=True, slots=True)
class Node:
    """One demonstration node: what it is called, what it loads and how the centre reads it."""

    id: str
    name: str
    country: str
    files: tuple[str, ...]
    protocol: str
    port_offset: int

    def service(self, home: Path, port: int) -> Service:
        """Give its service."""
        return Service("chm_node.cli", home / self.id, port + self.port_offset)


NODES = (
    Node("cbd-demo", "Convention secretariat (demonstration)", "", ("secretariat.jsonl",), "native", 1),
    Node("tech-demo", "Technology cooperation (demonstration)", "", ("technology.jsonl",), "oai_pmh", 2),
    Node(
        "example-land",
        "Example national clearing-house (imaginary)",
        "KE",
        ("example.jsonl", "example-spreadsheet.csv"),
        "native",
        3,
    ),
)


class Narrator:
    """Tells what happens: a line a step, and on a terminal a mark that it is under way."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._began_s = time.monotonic()

    @contextmanager
    def step(self, text: str) -> Iterator[list[str]]:
        """Announce a step and, when it is done, what came of it (the words put into the list)."""
        if self._live:
            print(f"  … {text}", end="\r", file=sys.stderr, flush=True)
        result: list[str] = []
        yield result
        if self._live:
            print("\x1b[2K", end="\r", file=sys.stderr, flush=True)
        took_s = time.monotonic() - self._began_s
        print(f"  ✓ {text}{': ' + '; '.join(result) if result else ''}  ({took_s:.0f} s)", flush=True)


def federate(home: Path, port: int, *, once: bool) -> None:
    """Run the demonstration in the directory; DemoFailed where anything is off."""
    centre = Service("harvester.cli", home / "centre", port, {"CHM_ALLOW_LOOPBACK": "1", "CHM_PAUSE_S": "0"})
    nodes = {node: node.service(home, port) for node in NODES}
    services = [centre, *nodes.values()]
    refuse_taken_ports(services)
    clear(home)
    for service in services:
        service.home.mkdir(parents=True)
    tell = Narrator()
    print("CHM Federation, a demonstration on this machine.\n")
    refused = load_nodes(nodes, tell)
    centre.run("init", "--defaults")
    with serving(services):
        harvest(centre, nodes, tell)
        withdraw_and_harvest_again(centre, nodes, tell)
        with tell.step("Checking the index against what the nodes publish") as said:
            said.append(check_index(centre, list(nodes.values())))
        show_where_to_look(centre, nodes, refused)
        if not once:
            wait_for_interrupt()


def clear(home: Path) -> None:
    """Empty the demonstration's directory; one that holds anything else is refused."""
    marker = home / ".chm-demo"
    if home.exists() and any(home.iterdir()) and not marker.exists():
        raise DemoFailed(f"{home} holds something else. Name an empty directory with --home.")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    marker.touch()


def load_nodes(nodes: dict[Node, Service], tell: Narrator) -> list[dict[str, Any]]:
    """Initialise every node and load its records; give the refused rows."""
    refused: list[dict[str, Any]] = []
    for node, service in nodes.items():
        with tell.step(f"{node.name}: loading its records") as said:
            initialise(node, service)
            for name in node.files:
                report = service.home / f"{name}.report.json"
                service.run("import", str(RECORDS / name), "--publish", "--report", str(report), allowed=(0, 3))
                found = json.loads(report.read_text("utf-8"))
                problems = found["problems"] if isinstance(found, dict) else found
                refused += [problem for problem in problems if problem["severity"] == "error"]
            said.append(f"{count_records(service)} published")
    return refused


def initialise(node: Node, service: Service) -> None:
    """Make an empty node."""
    country = ("--country", node.country) if node.country else ()
    service.run("init", "--defaults", "--id", node.id, *country, "--name", node.name, "--email", "demo@example.org")


def count_records(service: Service) -> int:
    """Give how many records a node's database holds published, as its own command tells."""
    status = service.run("status")
    return int(status["states"].get("approved", 0))


def harvest(centre: Service, nodes: dict[Node, Service], tell: Narrator) -> None:
    """Register the nodes with the centre and harvest them over HTTP."""
    for node, service in nodes.items():
        address = service.url if node.protocol == "native" else f"{service.url}/oai"
        centre.run("add", address, "--id", node.id, "--protocol", node.protocol, "--every", "1h")
    with tell.step("The centre harvests the three nodes") as said:
        said.append("\n" + run_table(centre))


def run_table(centre: Service) -> str:
    """Harvest all sources and give the outcome of each run as lines."""
    events = centre.run("run", "--all", allowed=(0, 3))
    runs = [event for event in (events if isinstance(events, list) else [events]) if "read" in event]
    if len(runs) != len(NODES) or any(run["state"] not in ("done", "done-with-errors") for run in runs):
        raise DemoFailed(f"a run did not finish: {json.dumps(runs or events)}")
    outcomes = ("created", "updated", "unchanged", "deleted", "refused", "failed")
    for run in runs:
        if run["read"] != sum(run[outcome] for outcome in outcomes):
            raise DemoFailed(f"the outcomes of a run do not add up: {json.dumps(run)}")
    return "\n".join(
        f"      {run['source']:<14} {run['state']:<17} read {run['read']:>4} = "
        + " + ".join(f"{outcome} {run[outcome]}" for outcome in outcomes if run[outcome])
        for run in runs
    )


def withdraw_and_harvest_again(centre: Service, nodes: dict[Node, Service], tell: Narrator) -> None:
    """Withdraw one record at its node, harvest again, and see that it has gone."""
    owner = next(service for node, service in nodes.items() if node.id == "example-land")
    with tell.step("The national node withdraws a record; the centre harvests again") as said:
        owner.run("withdraw", TO_WITHDRAW, "--reason", "The event was cancelled.")
        said.append("\n" + run_table(centre))
    if f"urn:chm:example-land:{TO_WITHDRAW}" in members_of_index(centre):
        raise DemoFailed("the withdrawn record is still in the index")


def changes_of(service: Service) -> list[dict[str, Any]]:
    """Give every change a service publishes, upserts only."""
    found: list[dict[str, Any]] = []
    since = 0
    while lines := service.fetch(f"/api/v1/changes?since={since}&limit=500").splitlines():
        page = [json.loads(line) for line in lines]
        found += [change for change in page if change["op"] == "upsert"]
        since = max(change["seq"] for change in page)
    return found


def members_of_index(centre: Service) -> set[str]:
    """Give the ids of the records that stand behind the index."""
    return {
        relation["target"]
        for change in changes_of(centre)
        for relation in change["record"].get("relations", ())
        if relation["type"] == "sameAs"
    }


def check_index(centre: Service, nodes: list[Service]) -> str:
    """See that every published record is in the index and search and that nothing else is; DemoFailed otherwise."""
    published = [change["record"] for node in nodes for change in changes_of(node)]
    index = changes_of(centre)
    missing = sorted({record["id"] for record in published} - members_of_index(centre))
    if missing:
        raise DemoFailed(f"{len(missing)} published records are not in the index: {', '.join(missing[:5])}")
    merged = len(published) - len(index)
    if merged < 1:
        raise DemoFailed("no record that two nodes publish was recognised as one")
    found = centre.fetch_json("/api/v1/search?limit=1")["total"]
    if found != len(index):
        raise DemoFailed(f"search finds {found} records, the index holds {len(index)}")
    types = {record["type"] for record in published}
    return f"{len(published)} records of {len(types)} types are {len(index)} in the index ({merged} published twice)"


def show_where_to_look(centre: Service, nodes: dict[Node, Service], refused: list[dict[str, Any]]) -> None:
    """Print the refusals and the addresses."""
    for problem in refused:
        print(f"\n  Refused at the door of its node, row {problem.get('row')}: {problem['message']}")
    print("\n  Where to look")
    for node, service in nodes.items():
        print(f"    {service.url}  {node.name}")
    runs = centre.fetch_json("/api/v1/runs?limit=1")["results"]
    print(f"    {centre.url}/search?q=biodiversity  global search")
    print(f"    {centre.url}/search?q=%D8%A7%D9%84%D8%AA%D9%86%D9%88%D8%B9&lang=ar  the same in Arabic")
    print(f"    {centre.url}/runs/{runs[0]['run']}  report of the last run")
    print(f"    {centre.url}/oai?verb=Identify  the centre as a repository\n", flush=True)


def wait_for_interrupt() -> None:
    """Wait until Ctrl-C."""
    print("  Press Ctrl-C to stop.", flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print("\n  Stopping.")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Run the demonstration and give its exit code."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="stop everything at the end")
    parser.add_argument("--port", type=int, default=int(os.environ.get("DEMO_PORT", "8400")))
    parser.add_argument("--home", type=Path, default=Path("demo-data"), help="made anew each time")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        federate(given.home.absolute(), given.port, once=given.once)
    except DemoFailed as failure:
        print(f"\n  ✗ The demonstration failed: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
