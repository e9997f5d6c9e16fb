"""Writes docs/identity.md: how well the resolver does on labelled sets: python -m tests.identity.evaluate [FILE]."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from harvester.resolution.graph.policy import Policy
from harvester.resolution.labelled.datasets import DataSet
from harvester.resolution.labelled.evaluating import (
    THRESHOLD,
    Evaluation,
    cluster,
    judge,
    resolve,
    score_dataset,
)
from harvester.resolution.labelled.metrics import Agreement
from harvester.resolution.matching.scoring import Model, load_model
from tests.identity.identity_page import AFTER, BEFORE, HEAD, LAST, OTHERS
from tests.identity.reference import is_there, load_bibliography, load_portals, load_table, without_names
from tests.identity.reference_maps import load_maps
from tests.identity.slices import AT_JOIN, AT_THRESHOLD, OUT_OF_THE_BOX, Own, by_language, by_type, load_own

PATH = Path(__file__).parents[2] / "docs" / "identity.md"
Rows = Iterator[str]


@dataclass(frozen=True)
class Outcome:
    """One set: what the model makes of it, what joins out of the box, and how long comparing took."""

    name: str
    true_pairs: int
    model: Evaluation
    at_once: Evaluation
    seconds: float


def of_several(dataset: DataSet, *, repeating: Sequence[str], name: str) -> DataSet:
    """Give a set without the knowledge that some of its sources say a thing only once."""
    records = (replace(each, source="" if each.source in repeating else each.source) for each in dataset.records)
    return replace(dataset, name=name, records=tuple(records))


FORMATS = ("aardvark", "gbl1", "mods", "iso19139")
SETS: Sequence[Callable[[], Sequence[DataSet]]] = (
    *(partial(lambda name: [load_table(name)], name)
      for name in ("dblp-acm", "cora", "ldd-respiratory", "ldd-digital_work", "chm-synth")),
    lambda: [load_bibliography(dois=True)],
    lambda: _with(load_bibliography(dois=False),
                  lambda all_: of_several(all_, repeating=("zenodo",), name="ipbes-ias, no DOI, deposits may repeat")),
    lambda: [load_portals(addresses=True)],
    lambda: [load_portals(addresses=False)],
    lambda: _with(load_maps(), lambda all_: without_names(all_, "ogm-stanford, no identifiers"),
                  lambda all_: of_several(without_names(all_, ""), repeating=FORMATS,
                                          name="ogm-stanford, no identifiers, formats may repeat")),
)  # fmt: skip
"""Others' sets, those of one reading together."""


def _with(dataset: DataSet, *changes: Callable[[DataSet], DataSet]) -> list[DataSet]:
    return [dataset, *(change(dataset) for change in changes)]


def outcome_of(dataset: DataSet, model: Model) -> Outcome:
    """Resolve a set from nothing."""
    began = time.process_time()
    candidates = score_dataset(dataset, model)
    seconds = time.process_time() - began
    found = judge(dataset, candidates, cluster(candidates, THRESHOLD), threshold=THRESHOLD, worst=0)
    at_once = judge(dataset, candidates, resolve(candidates, Policy()), threshold=1.0, worst=0)
    return Outcome(dataset.name, found.pairs.right + found.pairs.missed, found, at_once, seconds)


def main_table(outcomes: Sequence[Outcome]) -> Rows:
    """Give a row a set: how the model does at the one threshold, beside what others reach."""
    yield "| set | records | true pairs | share a key | P | R | **F1** | B³ F1 | clusters F1 | others, same rows |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|---|"
    for each in outcomes:
        found = each.model
        yield (
            f"| {each.name} | {found.records:,} | {each.true_pairs:,} | {found.reachable:.4f} | {_prf(found.pairs)} "
            f"| {found.b_cubed[2]:.4f} | {found.clusters.f1:.4f} | {OTHERS.get(each.name, '–')} |"
        )


def at_once_table(outcomes: Sequence[Outcome]) -> Rows:
    """Give a row a set: what joins without the model."""
    yield "| set | pairs joined | wrong | precision | recall |"
    yield "|---|--:|--:|--:|--:|"
    for each in outcomes:
        pairs = each.at_once.pairs
        yield _counted(each.name, pairs)


def speed_table(outcomes: Sequence[Outcome]) -> Rows:
    """Give a row a set: how long it took to fold, bring together and compare."""
    yield "| set | records | pairs compared | pairs a record | CPU seconds | pairs a second |"
    yield "|---|--:|--:|--:|--:|--:|"
    for each in outcomes:
        compared, records = each.model.compared, each.model.records
        yield (
            f"| {each.name} | {records:,} | {compared:,} | {compared / records:.1f} | {each.seconds:.1f} "
            f"| {compared / max(each.seconds, 0.01):,.0f} |"
        )


def own_tables(own: Own, model: Model) -> Rows:
    """Give the tables of our own set: by way of joining, languages, type, and the traps that were joined."""
    ways: Mapping[str, str] = {
        OUT_OF_THE_BOX: "out of the box",
        AT_JOIN: f"the model from {model.join:g} on, once switched on",
        AT_THRESHOLD: f"the model from {THRESHOLD:g} on",
    }
    yield "| joined by | P | R | F1 | pairs joined | wrong | of them traps |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for way, words in ways.items():
        pairs = own.agreement(way)
        told = f"{pairs.right + pairs.wrong:,} | {pairs.wrong} | {own.traps(way).total()}"
        yield f"| {words} | {_prf(pairs)} | {told} |"
    for head, slice_of in (("titles", by_language), ("type", by_type)):
        yield ""
        at_join, at_threshold = f"from {model.join:g}", f"from {THRESHOLD:g}"
        yield f"| {head} | true pairs | out of the box: P | R | {at_join}: P | R | {at_threshold}: P | R |"
        yield "|---|--:|--:|--:|--:|--:|--:|--:|"
        parts = {way: own.sliced(way, slice_of) for way in ways}
        for name, pairs in parts[AT_THRESHOLD].items():
            cells = " | ".join(f"{parts[way][name].precision:.3f} | {parts[way][name].recall:.3f}" for way in ways)
            yield f"| {name} | {pairs.right + pairs.missed:,} | {cells} |"
    yield ""
    yield from _traps(own, list(ways))


def _traps(own: Own, ways: Sequence[str]) -> Rows:
    made = {kind: 0 for pair, kind in sorted(own.kinds.items()) if pair in own.dataset.different}
    for pair in own.dataset.different:
        made[own.kinds[pair]] += 1
    joined = {way: own.traps(way) for way in ways}
    met = [kind for kind in sorted(made) if any(joined[way][kind] for way in ways)]
    rest = len(made) - len(met)
    yield f"Of {sum(made.values()):,} traps of {len(made)} kinds none of {rest} kinds was ever joined; the others:"
    yield ""
    yield "| trap | made | out of the box | at `join` | at the threshold |"
    yield "|---|--:|--:|--:|--:|"
    for kind in met:
        yield f"| {kind} | {made[kind]} | {' | '.join(str(joined[way][kind]) for way in ways)} |"


def _prf(pairs: Agreement) -> str:
    return f"{pairs.precision:.4f} | {pairs.recall:.4f} | {pairs.f1:.4f}"


def _counted(name: str, pairs: Agreement) -> str:
    joined = pairs.right + pairs.wrong
    precision = f"{pairs.precision:.4f}" if joined else "–"
    return f"| {name} | {joined:,} | {pairs.wrong} | {precision} | {pairs.recall:.4f} |"


def main() -> None:
    """Evaluate every set and write the page."""
    if not is_there():
        raise SystemExit("The labelled sets are not there: set CHM_SHARED to the folder that holds data/dedup.")
    model = load_model()
    outcomes: list[Outcome] = []
    for load in SETS:
        for dataset in load():
            outcomes.append(outcome_of(dataset, model))
            print(dataset.name, outcomes[-1].model.pairs, f"F1 {outcomes[-1].model.pairs.f1:.4f}", flush=True)
    own = load_own(model, THRESHOLD)
    parts = (
        HEAD.format(threshold=THRESHOLD, version=model.version),
        *main_table(outcomes),
        BEFORE["at once"],
        *at_once_table(outcomes),
        BEFORE["own"].format(records=f"{len(own.candidates.names):,}", pairs=f"{len(own.dataset.same):,}"),
        *own_tables(own, model),
        BEFORE["speed"],
        *speed_table(outcomes),
        AFTER.format(threshold=THRESHOLD, last="\n".join(f"| {' | '.join(row)} |" for row in LAST)),
    )
    (Path(sys.argv[1]) if len(sys.argv) > 1 else PATH).write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
