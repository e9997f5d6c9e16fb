"""The command dupes evaluate without a set of its own: the model measured by what people judged of our records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chm_node.shell.terminal import Output
from harvester.commands.opening import centre_for
from harvester.operating_errors import BadRequest

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from harvester.resolution.graph.judgements import Judgement
    from harvester.resolution.graph.own_labels import AtThreshold, Own
    from harvester.resolution.matching.scoring import Model
    from harvester.telling.pairs import Stored


def evaluate_labels(out: Output, model: Model, file: Path | None, *, worst: int) -> None:
    """Say how often the model is right on a file of judgements, or without one on what people decided here."""
    from chm_node.publishing import sql
    from harvester.resolution.graph.own_labels import judge_model
    from harvester.telling.pairs import find_stored

    labels = None if file is None else _read(file)
    with sql.read(centre_for(out).engine) as connection:
        own = judge_model(connection, model, labels)
        errors = {kind: found[:worst] for kind, found in _errors(own).items()}
        places = {place for found in errors.values() for each, _ in found for place in each.pair}
        stored = find_stored(connection, places)
        why = {kind: _why(connection, model, found) for kind, found in errors.items()}
    told = {kind: [_error(*each, stored, why[kind]) for each in found] for kind, found in errors.items()}
    document = _document(own, str(file or "")) | {"errors": told}
    out.document(document, "\n".join(_lines(own, str(file or ""), told)), asked=True)


def _read(file: Path) -> list[Judgement]:
    from harvester.resolution.graph.exchange import parse_rows, read_labels

    try:
        labels, refused = read_labels(parse_rows(file.read_text("utf-8-sig")))
    except UnicodeDecodeError:
        raise BadRequest(reason=f"{file} is not in UTF-8. Save it as UTF-8, as dupes export writes it.") from None
    if refused:
        first, more = refused[0], f" ({len(refused)} rows in all)" if len(refused) > 1 else ""
        raise BadRequest(reason=f"{file}, row {first.row}: {first.reason}{more}. Mend it, or leave the row out.")
    return labels


def _errors(own: Own) -> dict[str, list[tuple[Judgement, float | None]]]:
    """Give what the model errs on: called different and likely, called the same and unlikely, held back by a veto."""
    different = [each for each in own.scored if each[0].verdict != "same" and each[1] >= _CALLED_SAME]
    same = [each for each in own.scored if each[0].verdict == "same" and each[1] < _CALLED_SAME]
    return {
        "wrong": [*sorted(different, key=lambda each: -each[1])],
        "missed": [*sorted(same, key=lambda each: each[1])],
        "held": [(each, None) for each in own.vetoed if each.verdict == "same"],
    }


_CALLED_SAME = 0.5
_HEADS = {
    "wrong": "Likely to the model, but people did not call them the same",
    "missed": "Unlikely to the model, but people called them the same",
    "held": "Held back by a veto or left to people, who called them the same",
}


def _why(
    connection: Connection, model: Model, found: Iterable[tuple[Judgement, float | None]]
) -> dict[tuple[Any, Any], str]:
    from harvester.telling.pair_words import pair_words
    from harvester.telling.pairs import account_of

    accounts = {each.pair: account_of(connection, each.a, each.b, model).found for each, _ in found}
    words = pair_words()
    return {pair: words.summary(each) if each is not None else "" for pair, each in accounts.items()}


def _error(
    said: Judgement, chance: float | None, stored: dict[Any, Stored], why: dict[tuple[Any, Any], str]
) -> dict[str, Any]:
    a, b = stored[said.a], stored[said.b]
    return {
        "a": "/".join(said.a),
        "b": "/".join(said.b),
        "titles": [a.title, b.title],
        "verdict": said.verdict,
        "probability": None if chance is None else round(chance, 4),
        "why": why[said.pair],
    }


def _document(own: Own, file: str) -> dict[str, Any]:
    return {
        "dataset": file or None,
        "model": own.model_version,
        "judged": len(own.scored) + len(own.vetoed) + own.gone,
        "scored": len(own.scored),
        "vetoed": len(own.vetoed),
        "gone": own.gone,
        "thresholds": [_numbers(each) for each in own.table()],
    }


def _numbers(at: AtThreshold) -> dict[str, Any]:
    return {
        "threshold": at.threshold,
        "pairs": at.pairs,
        "precision": round(at.precision, 4) if at.pairs else None,
        "surely": round(at.surely, 4) if at.pairs else None,
        "recall": round(at.recall, 4),
        "f1": round(_f1(at), 4),
    }


def _f1(at: AtThreshold) -> float:
    both = at.precision + at.recall
    return 2 * at.precision * at.recall / both if both else 0.0


def _lines(own: Own, file: str, errors: Mapping[str, Sequence[dict[str, Any]]]) -> list[str]:
    from harvester.resolution.graph.own_labels import LEAST_PAIRS

    if not own.scored:
        where = f"in {file}" if file else "here"
        return [
            f"There is no judged pair {where} that the model can be measured by"
            + (f": {own.gone} name records not held here." if own.gone else "."),
            "Judge some: chm-harvester dupes list --likely 0.5 --limit 300 -o pairs.csv, fill in verdict, "
            "chm-harvester dupes import pairs.csv.",
        ]
    lines = [
        f"{len(own.scored)} judged pairs measure model {own.model_version}; {len(own.vetoed)} more are held back by a "
        f"veto or left to people, {own.gone} are of records that are not here.",
        "If pairs were joined from a probability on:",
    ]
    lines += [
        f"  from {each.threshold:<5}  {each.pairs:>5} pairs  precision {each.precision:.4f} "
        f"(surely above {each.surely:.4f})  recall {each.recall:.4f}  F1 {_f1(each):.4f}"
        if each.pairs
        else f"  from {each.threshold:<5}  {each.pairs:>5} pairs  precision –"
        for each in own.table()
    ]
    for kind, found in errors.items():
        lines += [f"{_HEADS[kind]}:"] if found else []
        for each in found:
            lines += [f"  {each['a']} – {each['b']}: {each['why']}", *(f"      {title}" for title in each["titles"])]
    if not file:
        lines.append(
            f"Joining without a person needs {LEAST_PAIRS} pairs from a probability on that show the precision asked "
            "for, and those up to the next probability have to show it by themselves: chm-harvester dupes list "
            "--likely 0.9 draws pairs to judge, dupes automatic on switches it on."
        )
    return lines
