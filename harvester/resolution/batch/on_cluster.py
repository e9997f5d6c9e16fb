"""Has Apache Spark find the judgements and things of a shadow, over a Parquet export of the records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from harvester.resolution.batch import parquet, spark
from harvester.resolution.batch.edges import Edge
from harvester.resolution.batch.making import Cluster, Rules
from harvester.resolution.batch.members import Row
from harvester.resolution.batch.reading import Portions, Told
from harvester.resolution.batch.things import Graph


def cluster_at(master: str, folder: Path, *, told: Told) -> Cluster:
    """Give what resolves at a Spark master: ``local[2]``, or the address of a cluster.

    The records are written below ``folder``, which every worker of a cluster must see under the same name. Raises
    ExtraMissing or JavaMissing where Spark cannot run.
    """
    spark.check_installed()
    parquet.check_installed()

    def resolve(
        portions: Portions, members: Iterable[tuple[int, Row]], graph: Graph, rules: Rules
    ) -> tuple[Sequence[Edge], Sequence[Sequence[int]]]:
        parquet.export_forms(portions, members, folder, told=told)
        told(f"Spark at {master} begins")
        with spark.session(master) as session:
            found = spark.resolve_on_spark(
                session, str(folder), rules, ties=graph.ties, said=graph.said, registered=frozenset(graph.registered)
            )
        told(f"{len(found.edges)} pairs judged")
        return found.edges, found.things

    return resolve
