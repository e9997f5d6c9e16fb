"""The command dupes evaluate: how well the resolver does on a labelled set, or on what people decided here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chm_node.shell.terminal import Output
from harvester.commands.dupes_labels import evaluate_labels

if TYPE_CHECKING:
    from harvester.resolution.labelled.evaluating import Evaluation, Found
    from harvester.resolution.labelled.metrics import Agreement

_MOST = 10


def evaluate(
    out: Output,
    dataset: Annotated[
        Path | None,
        typer.Argument(
            metavar="DATASET",
            help="Labelled records: a folder of tables of records and pairs, or a table with a column of clusters; "
            "or judgements of records held here as dupes export writes them; without it, what people decided here.",
        ),
    ] = None,
    *,
    threshold: Annotated[float, typer.Option(min=0.0, max=1.0, help="From here on two records count as one.")] = 0.7,
    weights: Annotated[Path | None, typer.Option(help="Weights to try instead of those in use.")] = None,
    worst: Annotated[int, typer.Option(min=0, help="Errors of each kind to show.")] = _MOST,
) -> None:
    """Say how often the resolver is right: precision, recall and F1 of pairs and clusters, with the worst errors."""
    from harvester.resolution.labelled.datasets import holds_records, load_dataset
    from harvester.resolution.matching.scoring import load_model

    model = load_model(weights)
    if dataset is None or not holds_records(dataset):
        evaluate_labels(out, model, dataset, worst=worst)
        return
    from harvester.resolution.labelled.evaluating import evaluate as judge

    read = load_dataset(dataset)
    found = judge(read, model, threshold=threshold, worst=worst)
    document = _document(found, model.version) | {"remarks": list(read.remarks)}
    lines = [*_lines(found, model.version), *(f"  {each}" for each in read.remarks)]
    out.document(document, "\n".join(lines), asked=True)


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


def _numbers(agreement: Agreement) -> dict[str, float | int | None]:
    """Give an agreement as numbers: no precision where nothing was joined, no recall where nothing belongs together."""
    return {
        "precision": round(agreement.precision, 4) if agreement.right + agreement.wrong else None,
        "recall": round(agreement.recall, 4) if agreement.right + agreement.missed else None,
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
    precision = f"{agreement.precision:.4f}" if agreement.right + agreement.wrong else "–     "
    recall = f"{agreement.recall:.4f}" if agreement.right + agreement.missed else "–     "
    return (
        f"  {name:<24} precision {precision}  recall {recall}  F1 {agreement.f1:.4f}  "
        f"({agreement.right} right, {agreement.wrong} wrong, {agreement.missed} missed)"
    )
