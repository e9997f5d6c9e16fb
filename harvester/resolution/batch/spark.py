"""The same resolution on Apache Spark, over a Parquet export; the only module that knows pyspark, which is an extra.

Blocking keys are joined as DataFrames. Pairs are bounded, compared and grouped in Python workers by the very functions
one machine uses, so that both come to the same things. Workers need this package installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from harvester.operating_errors import ExtraMissing, JavaMissing
from harvester.resolution.batch.bounds import keep_reachable
from harvester.resolution.batch.corpus import to_corpus
from harvester.resolution.batch.edges import Edge, judge_forms, repeating_of
from harvester.resolution.batch.members import Row, group_rows
from harvester.resolution.batch.pairs import components
from harvester.resolution.batch.portions import to_portion
from harvester.resolution.forms.form import Form, parse_form
from harvester.resolution.graph.judgements import Judgement
from harvester.resolution.graph.policy import Policy
from harvester.resolution.matching.blocking import CAPS
from harvester.resolution.matching.scoring import Model
from harvester.resolution.repeating import LEAST, is_sure

_LEAST_JAVA = 17
_AT_ONCE = 100_000
Said = tuple[int, int, Judgement]
Ties = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Found:
    """What Spark found: the judgements of rules and model, and the things of several records, by number."""

    edges: tuple[Edge, ...]
    things: tuple[tuple[int, ...], ...]


def check_installed() -> None:
    """Raise ExtraMissing or JavaMissing where Spark cannot run here."""
    if find_spec("pyspark") is None:
        raise ExtraMissing(what="Spark", package="pyspark", extra="spark")
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if java is None:
        raise JavaMissing(found="there is none")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version[1]) < _LEAST_JAVA:
        raise JavaMissing(found=f"{java} is of version {version[1] if version else 'unknown'}")


@contextmanager
def session(master: str, *, memory: str = "2g") -> Iterator[Any]:
    """Give a Spark session at a master: ``local[2]``, or the address of a cluster; stopped at the end of the block."""
    check_installed()
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("chm-federation identity")
    settings = {
        "spark.driver.memory": memory,
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "4" if master.startswith("local") else "200",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.driver.host": "127.0.0.1" if master.startswith("local") else "",
    }
    for name, value in settings.items():
        if value:
            builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def resolve_on_spark(
    spark: Any, folder: str, rules: tuple[Model, Policy], *, ties: Ties, said: Sequence[Said], registered: Set[str]
) -> Found:
    """Resolve the records of a Parquet export (``parquet.export_forms``) and give judgements and things.

    ``ties`` are pairs of records that share a certain key, ``said`` the live judgements of people and owners, both by
    number; ``registered`` are the namespaces sources speak for.
    """
    model, policy = rules
    edges = tuple(sorted(find_edges_on_spark(spark, folder, model, policy)))
    joining = [(each.a, each.b) for each in edges if each.verdict == "same"]
    joining += [(a, b) for a, b, judgement in said if judgement.verdict == "same"]
    home = _label([*joining, *ties])
    grouped = _group(spark, folder, home, (edges, said, model.version, (registered, _repeating(spark, folder, edges))))
    return Found(edges, tuple(sorted(grouped)))


def find_edges_on_spark(spark: Any, folder: str, model: Model, policy: Policy) -> Iterator[Edge]:
    """Yield the judgements of rules and model on the pairs that share a telling key."""
    from pyspark.sql import functions as f

    keys = spark.read.parquet(f"{folder}/keys")
    most = f.element_at(f.array(*map(f.lit, CAPS)), f.col("key").bitwiseAND(3).cast("int") + 1)
    telling = keys.groupBy("key").agg(f.count("*").alias("bearers")).where(f.col("bearers").between(2, most))
    borne = keys.join(telling.select("key"), "key")
    one = borne.select("key", f.col("number").alias("a"))
    other = borne.select("key", f.col("number").alias("b"))
    pairs = one.join(other, "key").where("a < b").select("a", "b").distinct()
    forms = spark.read.parquet(f"{folder}/forms")
    full = pairs
    for end in ("a", "b"):
        named = {"number": end, "source_id": f"source_{end}", "payload": f"form_{end}"}
        full = full.join(forms.select(*(f.col(name).alias(alias) for name, alias in named.items())), end)

    def judge(rows: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        return map(tuple, judge_rows(rows, model, policy))

    for row in full.rdd.mapPartitions(judge).collect():
        yield Edge(*row)


def judge_rows(rows: Iterable[Any], model: Model, policy: Policy) -> Iterator[Edge]:
    """Yield what is to be kept of pairs, each with its numbers, sources and stored forms; runs in a worker."""
    iterator = iter(rows)
    while some := list(islice(iterator, _AT_ONCE)):
        forms: dict[int, tuple[str, Form]] = {}
        for row in some:
            for number, source_id, payload in ((row.a, row.source_a, row.form_a), (row.b, row.source_b, row.form_b)):
                if number not in forms:
                    forms[number] = (source_id, parse_form(bytes(payload)))
        at = {number: place for place, number in enumerate(forms)}
        sources, parsed = [source for source, _ in forms.values()], [form for _, form in forms.values()]
        corpus = to_corpus([to_portion(parsed, sources, keyed=False)])
        first, second = (np.array([at[getattr(row, end)] for row in some], np.int32) for end in "ab")
        numbers = list(forms)
        for one, other in zip(*(ends.tolist() for ends in keep_reachable(corpus, model, first, second)), strict=True):
            a, b = numbers[one], numbers[other]
            edge = judge_forms(a, b, (forms[a][1], forms[b][1]), model, policy)
            if edge is not None:
                yield edge


def _label(joining: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Give for each record connected with another the least number it is connected with."""
    ends = np.array(joining, np.int32).reshape(-1, 2)
    connected = np.unique(ends)
    label = components(int(connected.max(initial=-1)) + 1, ends[:, 0], ends[:, 1])
    return dict(zip(connected.tolist(), label[connected].tolist(), strict=True))


Sources = tuple[Set[str], Set[str]]
"""The namespaces sources speak for, and the sources that repeat themselves."""
Judged = tuple[Sequence[Edge], Sequence[Said], str, Sources]


def _repeating(spark: Any, folder: str, edges: Sequence[Edge]) -> frozenset[str]:
    """Give the sources that repeat themselves, from the sources of the records that are surely one thing."""
    ends = {number for each in edges if is_sure(each.by_kind, each.probability, each.note) for number in each[:2]}
    if len(ends) < LEAST:
        return frozenset()
    told = spark.read.parquet(f"{folder}/members").select("number", "source_id", "identifier").rdd
    places = {row[0]: (row[1], row[2]) for row in told.filter(lambda row: row[0] in ends).collect()}
    return repeating_of(edges, places.__getitem__)


def _group(spark: Any, folder: str, home: Mapping[int, int], judged: Judged) -> list[tuple[int, ...]]:
    """Group the records of each component in the workers."""
    edges, said, version, sources = judged
    edges_of: dict[int, list[Edge]] = defaultdict(list)
    for edge in edges:
        if home.get(edge.a, -1) == home.get(edge.b, -2):
            edges_of[home[edge.a]].append(edge)
    said_of: dict[int, list[Judgement]] = defaultdict(list)
    for a, b, judgement in said:
        if home.get(a, -1) == home.get(b, -2):
            said_of[home[a]].append(judgement)
    members = spark.read.parquet(f"{folder}/members").rdd
    known = spark.sparkContext.broadcast(dict(home))
    members = members.filter(lambda row: row.number in known.value).map(lambda row: (known.value[row.number], row))
    spoken = spark.sparkContext.parallelize([(at, (edges_of[at], said_of[at])) for at in {*home.values()}])

    def group(entry: Any) -> list[tuple[int, ...]]:
        _, (rows, judgements) = entry
        return list(group_members(list(rows), judgements, version, sources))

    found: list[tuple[int, ...]] = members.groupByKey().join(spoken).flatMap(group).collect()
    return found


def group_members(
    rows: Sequence[Any], judged: tuple[Sequence[Edge], Sequence[Judgement]], version: str, sources: Sources
) -> Iterator[tuple[int, ...]]:
    """Yield the numbers of the records of each thing of one component; runs in a worker."""
    edges, said = judged
    numbered = {row.number: _row(row) for row in rows}
    numbers = {row.place: number for number, row in numbered.items()}
    judgements = [
        each.judgement(numbered[each.a].place, numbered[each.b].place, version)
        for each in edges
        if each.a in numbered and each.b in numbered
    ]
    in_order = [numbered[number] for number in sorted(numbered)]
    for places in group_rows(in_order, [*judgements, *said], *sources):
        yield tuple(sorted(numbers[place] for place in places))


def _row(row: Any) -> Row:
    return Row(
        row.source_id,
        row.identifier,
        row.rank,
        row.protocol,
        row.url,
        row.namespace,
        bytes(row.said),
        tuple(row["keys"]),
        bytes(row.form),
    )
