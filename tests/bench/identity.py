"""Identity resolution: one record beside indexes of growing size, everything at once, and Spark beside one machine."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from itertools import islice
from pathlib import Path
from threading import Event, Thread
from typing import Any

import orjson
from sqlalchemy import Engine, insert

from chm_node.publishing import sql
from harvester.centre import utc_now
from harvester.commands.runs import collect_garbage_seldom
from harvester.configs import NativeConfig
from harvester.operating_errors import ExtraMissing, JavaMissing
from harvester.registry import add_source
from harvester.resolution.batch import spark as on_spark
from harvester.resolution.batch.edges import find_edges
from harvester.resolution.batch.making import make_shadow
from harvester.resolution.batch.parquet import export_forms
from harvester.resolution.batch.reading import Portions
from harvester.resolution.batch.store import StoredForms, load_portion
from harvester.resolution.batch.things import find_things
from harvester.resolution.graph.policy import Policy, find_policy
from harvester.resolution.matching.bearers import bearer_of
from harvester.resolution.matching.candidates import add_keys, settle_keys
from harvester.resolution.matching.scoring import load_model
from harvester.resolution.matching.stage import match, next_places
from harvester.resolution.matching.stored_forms import VERSION
from harvester.resolution.waiting import enqueue
from harvester.sources import Source
from harvester.tables import form, identity_key, source_record
from migrations import upgrade
from tests.bench.corpus import make_corpus
from tests.bench.generated import SOURCES, iter_records

ARRIVING = 3_000
WARMING = 500
SPARK_RECORDS = 20_000
_BATCH = 500
_CHUNK = 20_000


def bench_identity(sizes: tuple[int, ...], *, with_spark: bool = True) -> None:
    """Print what a record costs beside indexes of each size, what all of them cost at once, and memory."""
    print("Identity resolution, 2 processes; CPU of all processes; each step in a process of its own")
    costs: dict[int, float] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            _step("fill", size, scratch)
            cold, warm = _step("all", size, scratch), _step("all", size, scratch)
            _step("store", size, scratch)
            arriving = _step("arrive", size, scratch)
        costs[size] = arriving["cpu_s"] / ARRIVING
        print(f"  {size:>9,} records there")
        for name, step in (("all at once, cold", cold), ("all at once, portions stored", warm)):
            print(f"    {name:<30}{_told(step)}  {step['told']}")
        print(
            f"    {'a record that comes':<30}{ARRIVING / arriving['wall_s']:>7,.0f} records/s  "
            f"{costs[size] * 1e6:>6,.0f} µs CPU  {costs[size] / costs[sizes[0]]:.2f} of the cost beside {sizes[0]:,}  "
            f"{arriving['told']}"
        )
    if with_spark:
        _bench_spark()


def _told(step: dict[str, Any]) -> str:
    return f"{step['wall_s']:>7.1f} s  {step['cpu_s']:>7.1f} s CPU  {step['peak_bytes'] / 1e6:>6,.0f} MB at most"


def _bench_spark() -> None:
    try:
        on_spark.check_installed()
    except (ExtraMissing, JavaMissing) as error:
        print(f"  Spark was left out: {error}")
        return
    with tempfile.TemporaryDirectory() as scratch:
        alone, spread = _step("alone", SPARK_RECORDS, scratch), _step("spark", SPARK_RECORDS, scratch)
    same = "the same things" if alone["told"] == spread["told"] else "OTHER THINGS"
    print(f"  {SPARK_RECORDS:,} records on one machine and on Spark local[2], which came to {same}")
    print(f"    {'one machine':<30}{_told(alone)}")
    print(f"    {'Spark local[2]':<30}{_told(spread)}")


def _step(what: str, size: int, scratch: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.identity", what, str(size), scratch]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path.cwd())
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _engine(home: Path) -> Engine:
    engine = sql.make_engine(f"sqlite:///{home / 'harvester.sqlite'}")
    upgrade(engine, "harvester")
    return engine


def fill(size: int, home: Path) -> str:
    """Store records as a harvest leaves them: each a thing of its own."""
    engine = _engine(home)
    with sql.write(engine) as connection:
        for number in range(SOURCES):
            each = Source(f"s{number}", f"S{number}", f"https://s{number}.example", "native", NativeConfig(500))
            add_source(connection, each, now=utc_now())
    _store(engine, iter_records(size))
    return ""


def _store(engine: Engine, records: Iterator[tuple[str, dict[str, Any]]]) -> None:
    now = utc_now()
    while some := list(islice(records, _CHUNK)):
        rows, keys = [], []
        for source, record in some:
            payload = orjson.dumps(record)
            place = {"source_id": source, "identifier": record["id"]}
            mark = sha256(payload).hexdigest()
            state = {"state": "accepted", "code": "", "problems": "[]", "run_id": 1, "local_id": mark[:32]}
            rows.append(place | state | {"record": payload, "fingerprint": mark, "accepted_at": now, "first_at": now})
            named = [record["id"], *(f"doi:{each['value']}" for each in record.get("sourceIds", ()))]
            keys += [place | {"key": key} for key in named]
        with sql.write(engine) as connection:
            connection.execute(insert(source_record), rows)
            connection.execute(insert(identity_key), keys)


def resolve_all(_: int, home: Path) -> str:
    """Resolve everything into a shadow, as ``dupes rebuild`` does."""
    with sql.read(_engine(home)) as connection:
        shadow = make_shadow(connection, home, load_model(), processes=2, told=_to_stderr)
    return "{candidates:,} pairs, {compared:,} compared, {judgements:,} judged".format(**shadow.counts)


def store_forms(size: int, home: Path) -> str:
    """Store the forms and keys of all records, as matching leaves them."""
    paths = sorted((home / "resolution" / "portions").glob("*.npz"))
    forms, engine = StoredForms(paths), _engine(home)
    records = iter_records(size)
    ordered = sorted(((source, record["id"], sha256(orjson.dumps(record)).hexdigest()) for source, record in records))
    bearings: list[tuple[int, int]] = []
    start = 0
    for path in paths:
        keys = load_portion(path).keys
        with sql.write(engine) as connection:
            rows = []
            for number in range(start, start + len(keys.ends)):
                source, identifier, mark = ordered[number]
                row = {"no": number + 1, "source_id": source, "identifier": identifier, "version": VERSION}
                rows.append(row | {"fingerprint": mark, "payload": forms.payload(number)})
            connection.execute(insert(form), rows)
        lengths = keys.lengths().tolist()
        known = (bearer_of(number + 1, forms.form(number)) for number in range(start, start + len(lengths)))
        bearers = (bearer for bearer, length in zip(known, lengths, strict=True) for _ in range(length))
        bearings.extend(zip(keys.values.tolist(), bearers, strict=True))
        start += len(lengths)
    with sql.write(engine) as connection:
        add_keys(connection, bearings)
        settle_keys(connection, most=0)
    return ""


def arrive(size: int, home: Path) -> Callable[[], str]:
    """Match records that come to an index of so many: form, keys, candidates, comparison, judgements.

    Some come before it is measured: a process that starts reads vocabularies first, which is no cost of a record.
    """
    engine = _engine(home)
    more = islice(iter_records(size + WARMING + ARRIVING), size, None)
    _arrive(engine, islice(more, WARMING))
    _match_all(engine)
    _arrive(engine, more)
    return lambda: f"{_match_all(engine) / ARRIVING:.1f} compared each"


def _arrive(engine: Engine, records: Iterable[tuple[str, dict[str, Any]]]) -> None:
    come = list(records)
    _store(engine, iter(come))
    with sql.write(engine) as connection:
        enqueue(connection, [(source, record["id"]) for source, record in come], now=utc_now())


def _match_all(engine: Engine) -> int:
    compared = 0
    model = load_model()
    while True:
        with sql.write(engine) as connection:
            places = next_places(connection, _BATCH)
            if not places:
                return compared
            policy = find_policy(connection)
            compared += match(connection, places, model=model, policy=policy, now=utc_now()).compared


def _corpus(size: int, folder: Path) -> tuple[Any, Portions]:
    corpus = make_corpus(size)
    return corpus, corpus.portions(folder, 2)


def alone(size: int, home: Path) -> Callable[[], str]:
    """Resolve from portions on one machine."""
    corpus, portions = _corpus(size, home / "portions")
    model = load_model()
    policy = Policy(automatic=True, threshold=0.9, model_version=model.version)

    def work() -> str:
        found = find_edges(portions.paths, model, policy, processes=2, told=_to_stderr)
        things = sorted(map(tuple, find_things(corpus.graph(found.edges, model.version))))
        return sha256(repr(things).encode()).hexdigest()

    return work


def spread(size: int, home: Path) -> Callable[[], str]:
    """Resolve from a Parquet export on Spark."""
    corpus, portions = _corpus(size, home / "portions")
    export_forms(portions, enumerate(corpus.members), home / "export", told=_to_stderr)
    model = load_model()
    policy = Policy(automatic=True, threshold=0.9, model_version=model.version)

    def work() -> str:
        with on_spark.session("local[2]", memory="3g") as spark:
            folder = str(home / "export")
            ties = corpus.graph((), model.version).ties
            found = on_spark.resolve_on_spark(
                spark, folder, (model, policy), ties=ties, said=(), registered=frozenset()
            )
        return sha256(repr(list(found.things)).encode()).hexdigest()

    return work


def _to_stderr(text: str) -> None:
    print(text, file=sys.stderr)


STEPS: dict[str, Callable[[int, Path], str | Callable[[], str]]] = {
    "fill": fill,
    "all": lambda size, home: lambda: resolve_all(size, home),
    "store": store_forms,
    "arrive": arrive,
    "alone": alone,
    "spark": spread,
}
"""What a process of its own does; where a step gives a function, only that is measured."""


def _report(what: str, size: int, home: Path) -> None:
    collect_garbage_seldom()
    step = STEPS[what](size, home)
    watch = _Watch()
    watch.start()
    began, cpu = time.perf_counter(), watch.cpu_s()
    told = step() if callable(step) else step
    used = {"wall_s": time.perf_counter() - began, "told": told}
    watch.done.set()
    watch.join()
    print(json.dumps(used | {"cpu_s": watch.cpu_s() - cpu, "peak_bytes": watch.peak_bytes}))


class _Watch(Thread):
    """Looks four times a second at how much memory this process and all below it have, and what time they used."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = 0
        self.used_s: dict[int, float] = {}
        self.done = Event()

    def run(self) -> None:
        while not self.done.wait(0.25):
            found = _family(os.getpid())
            self.peak_bytes = max(self.peak_bytes, sum(resident for resident, _ in found.values()))
            self.used_s |= {pid: used for pid, (_, used) in found.items()}

    def cpu_s(self) -> float:
        """Give the time all have used: those the kernel counts, or where it is more those seen at work."""
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return max(sum(each.ru_utime + each.ru_stime for each in used), sum(self.used_s.values()))


def _family(root: int) -> dict[int, tuple[int, float]]:
    """Give memory and time of a process and all below it, by number."""
    parents: dict[int, int] = {}
    used: dict[int, tuple[int, float]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, _, rest = path.read_text().partition(" ")
            fields = rest.rpartition(")")[2].split()
            ticks = int(fields[11]) + int(fields[12])
            parents[int(pid)] = int(fields[1])
            used[int(pid)] = (int(fields[21]) * resource.getpagesize(), ticks / os.sysconf("SC_CLK_TCK"))
    below = {root}
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    return {pid: used[pid] for pid in below if pid in used}


if __name__ == "__main__":
    _report(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
