"""The command dupes evaluate: how well the resolver does on a labelled set, or on what people decided here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chm_node.shell.terminal import Output
from harvester.commands.opening import centre_for

if TYPE_CHECKING:
    from harvester.resolution.graph.own_labels import Own
    from harvester.resolution.labelled.evaluating import Evaluation, Found
    from harvester.resolution.labelled.metrics import Agreement

_MOST = 10


def evaluate(
    out: Output,
    dataset: Annotated[
        Path | None,
        typer.Argument(
            metavar="DATASET",
            help="Folder with records.csv (or .jsonl) and gold_pairs.csv; without it, what people decided here.",
        ),
    ] = None,
    *,
    threshold: Annotated[float, typer.Option(min=0.0, max=1.0, help="From here on two records count as one.")] = 0.7,
    weights: Annotated[Path | None, typer.Option(help="Weights to try instead of those in use.")] = None,
    worst: Annotated[int, typer.Option(min=0, help="Errors of each kind to show.")] = _MOST,
) -> None:
    """Say how often the resolver is right: precision, recall and F1 of pairs and clusters, with the worst errors."""
    from harvester.resolution.matching.scoring import load_model

    model = load_model(weights)
    if dataset is None:
        _evaluate_own(out, model.version, weights)
        return
    from harvester.resolution.labelled.datasets import load_dataset
    from harvester.resolution.labelled.evaluating import evaluate as judge

    found = judge(load_dataset(dataset), model, threshold=threshold, worst=worst)
    out.document(_document(found, model.version), "\n".join(_lines(found, model.version)), asked=True)


def _evaluate_own(out: Output, version: str, weights: Path | None) -> None:
    from chm_node.publishing import sql
    from harvester.resolution.graph.own_labels import judge_model
    from harvester.resolution.matching.scoring import load_model

    with sql.read(centre_for(out).engine) as connection:
        own = judge_model(connection, load_model(weights))
    out.document(_own_document(own), "\n".join(_own_lines(own)), asked=True)


def _document(found: Evaluation, version: str) -> dict[str, Any]:
    precision, recall, f1 = found.b_cubed
    return {
        "dataset": found.name,
        "model": version,
        "threshold": found.threshold,
        "records": found.records,
        "compared": found.compared,
        "stop_keys": found.stop_keys,
        "reachable": round(found.reachable, 4),
        "pairs": _numbers(found.pairs),
        "clusters": _numbers(found.clusters),
        "b_cubed": {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)},
        "traps": found.traps,
        "wrong": [_error(each) for each in found.wrong],
        "missed": [_error(each) for each in found.missed],
    }


def _numbers(agreement: Agreement) -> dict[str, float | int]:
    return {
        "precision": round(agreement.precision, 4),
        "recall": round(agreement.recall, 4),
        "f1": round(agreement.f1, 4),
        "right": agreement.right,
        "wrong": agreement.wrong,
        "missed": agreement.missed,
    }


def _error(found: Found) -> dict[str, Any]:
    return {
        "a": found.a,
        "b": found.b,
        "titles": [found.title_a, found.title_b],
        "probability": None if found.score is None else round(found.score.probability, 4),
        "why": found.why,
    }


def _lines(found: Evaluation, version: str) -> list[str]:
    lines = [
        f"{found.name}: {found.records} records, {found.compared} pairs compared, model {version}, "
        f"joined from {found.threshold}.",
        f"  Of the true pairs {found.reachable:.2%} share a key; {found.stop_keys} keys were too common to be read.",
        _line("pairs in one cluster", found.pairs),
        _line("clusters exactly right", found.clusters),
        "  {:<24} precision {:.4f}  recall {:.4f}  F1 {:.4f}".format("B-cubed", *found.b_cubed),
    ]
    if found.traps:
        lines.append(f"  {found.traps} pairs labelled different were joined.")
    for head, errors in (("Joined though different", found.wrong), ("Missed", found.missed)):
        if errors:
            lines.append(f"  {head}:")
            lines += [
                line
                for each in errors
                for line in (f"    {each.a} – {each.b}: {each.why}", f"      {each.title_a}", f"      {each.title_b}")
            ]
    return lines


def _line(name: str, agreement: Agreement) -> str:
    return (
        f"  {name:<24} precision {agreement.precision:.4f}  recall {agreement.recall:.4f}  F1 {agreement.f1:.4f}  "
        f"({agreement.right} right, {agreement.wrong} wrong, {agreement.missed} missed)"
    )


def _own_document(own: Own) -> dict[str, Any]:
    return {
        "model": own.model_version,
        "judged": len(own.scored) + len(own.vetoed) + own.gone,
        "scored": len(own.scored),
        "vetoed": len(own.vetoed),
        "gone": own.gone,
        "thresholds": [
            {
                "threshold": each.threshold,
                "pairs": each.pairs,
                "precision": round(each.precision, 4),
                "surely": round(each.surely, 4),
                "recall": round(each.recall, 4),
            }
            for each in own.table()
        ],
    }


def _own_lines(own: Own) -> list[str]:
    from harvester.resolution.graph.own_labels import LEAST_PAIRS

    if not own.scored:
        return [
            "People have judged no pair here yet that the model could be measured by.",
            "Judge some: chm-harvester dupes list, then chm-harvester dupes decide A B same|different.",
        ]
    lines = [
        f"People judged {len(own.scored)} pairs the model scores (version {own.model_version}); "
        f"{len(own.vetoed)} more are settled by a veto or left to people, {own.gone} are gone."
    ]
    lines += [
        f"  from {each.threshold:<5}  {each.pairs:>5} pairs  precision {each.precision:.4f} "
        f"(surely above {each.surely:.4f})  recall {each.recall:.4f}"
        for each in own.table()
    ]
    lines.append(
        f"  Joining without a person needs {LEAST_PAIRS} pairs from a threshold on: "
        "chm-harvester dupes list --likely shows pairs to judge, dupes automatic on switches it on."
    )
    return lines
