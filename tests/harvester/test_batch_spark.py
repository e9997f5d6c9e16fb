"""Spark comes to the same judgements and things as one machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harvester.operating_errors import ExtraMissing, JavaMissing
from harvester.resolution.batch import spark as on_spark
from harvester.resolution.batch.edges import find_edges
from harvester.resolution.batch.parquet import export_forms
from harvester.resolution.batch.things import find_things
from harvester.resolution.graph.judgements import Judgement
from harvester.resolution.graph.policy import Policy
from harvester.resolution.matching.scoring import load_model
from tests.bench.corpus import make_corpus

RECORDS = 2_000
MODEL = load_model()
POLICY = Policy(automatic=True, threshold=0.9, model_version=MODEL.version)


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A Spark in this process; skips without pyspark or Java, but never in CI."""
    try:
        on_spark.check_installed()
    except (ExtraMissing, JavaMissing) as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
    with on_spark.session("local[2]", memory="1g") as session:
        yield session


@pytest.mark.xdist_group("spark")
@pytest.mark.filterwarnings("ignore")  # pyspark's own
def test_spark_comes_to_the_same_as_one_machine(spark: Any, tmp_path: Path) -> None:
    corpus = make_corpus(RECORDS, seed=5)
    portions = corpus.portions(tmp_path / "portions", 1)
    edges = find_edges(portions.paths, MODEL, POLICY, processes=1, told=str).edges
    places = [row.place for row in corpus.members]
    apart = next(each for each in edges if each.verdict == "same")
    tied = {number for each in edges for number in each[:2]}
    one, other = [number for number in range(RECORDS) if number not in tied][:2]
    said = [
        (apart.a, apart.b, Judgement(places[apart.a], places[apart.b], "different", "person", "amina")),
        (one, other, Judgement(places[one], places[other], "same", "person", "amina")),
    ]
    graph = corpus.graph(edges, MODEL.version, said)
    things = sorted(map(tuple, find_things(graph)))
    export_forms(portions, enumerate(corpus.members), tmp_path / "export", told=str)
    found = on_spark.resolve_on_spark(
        spark, str(tmp_path / "export"), (MODEL, POLICY), ties=graph.ties, said=said, registered=frozenset()
    )
    assert len(things) > 150
    assert any({one, other} <= {*thing} for thing in things)
    assert not any({apart.a, apart.b} <= {*thing} for thing in things)
    assert found.edges == tuple(sorted(edges))
    assert list(found.things) == things


def test_without_java_it_is_said_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(JavaMissing) as caught:
        on_spark.check_installed()
    assert "Java 17" in str(caught.value)
    assert "JAVA_HOME" in caught.value.remedy
