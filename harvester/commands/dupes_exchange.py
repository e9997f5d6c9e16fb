"""The commands dupes export and dupes import: judgements carried out of the centre and in again."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from chm_node.shell.terminal import Exit, Output
from harvester.commands.opening import centre_for
from harvester.operating_errors import BadRequest

FORMATS = ("csv", "jsonl")


def export(
    out: Output,
    *,
    format_: Annotated[str, typer.Option("--format", help="csv or jsonl.")] = "csv",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File; standard output otherwise.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="What rules and the model say too, not people and owners alone.")
    ] = False,
    ended: Annotated[bool, typer.Option("--ended", help="What counts no more too: the whole history.")] = False,
) -> None:
    """Write judgements out, to keep them, to carry them to another centre, or to have somebody judge elsewhere."""
    from chm_node.publishing import sql
    from harvester.resolution.graph.exchange import dump_csv, dump_jsonl, find_all

    if format_ not in FORMATS:
        raise BadRequest(reason=f"“{format_}” is no format of judgements. Choose one of: {', '.join(FORMATS)}.")
    count = 0
    with sql.read(centre_for(out).engine) as connection:
        found = find_all(connection, people_only=not every, ended=ended)
        lines: Iterable[bytes] = (
            dump_jsonl(found) if format_ == "jsonl" else (line.encode() for line in dump_csv(found))
        )
        if output is None:
            for line in lines:
                sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
            return
        part = output.with_name(f"{output.name}.part")
        with part.open("wb") as stream:
            for line in lines:
                stream.write(line)
                count += 1
        part.replace(output)
    facts = {"file": str(output), "format": format_, "judgements": count}
    out.document(facts, f"{count} judgements in {output}.")


def import_(
    out: Output,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A table or lines of JSON, as dupes export writes them.")
    ],
    *,
    by: Annotated[
        str, typer.Option("--by", help="Who judged, where a row does not say; your user name otherwise.")
    ] = "",
) -> None:
    """Keep judgements of people from a file; what is there already stays, rows not taken are told with why (exit 3)."""
    from chm_node.publishing import sql
    from harvester.duplicates import take_judgements
    from harvester.resolution.graph.exchange import parse_rows
    from harvester.telling.pairs import find_stored

    try:
        text = file.read_text("utf-8-sig")
    except FileNotFoundError:
        raise BadRequest(reason=f"There is no file {file}.") from None
    except UnicodeDecodeError:
        raise BadRequest(reason=f"{file} is not in UTF-8. Save it as UTF-8, as dupes export writes it.") from None
    centre = centre_for(out)
    taken = take_judgements(centre, parse_rows(text), by=by or getpass.getuser())
    with sql.read(centre.engine) as connection:
        held = find_stored(connection, {place for each in taken.news for place in each.pair}).keys()
    ahead = [each for each in taken.news if not held >= set(each.pair)]
    facts = {
        "file": str(file),
        "taken": len(taken.news),
        "history": len(taken.ended),
        "ahead": len(ahead),
        "passed_over": [{"reason": reason, "rows": count} for reason, count in taken.passed.items()],
        "remarks": [{"row": each.row, "reason": each.reason} for each in taken.remarks],
        "refused": [{"row": each.row, "reason": each.reason} for each in taken.refused],
    }
    lines = [f"{len(taken.news)} judgements taken, {len(taken.refused)} rows refused."]
    lines += [f"{len(taken.ended)} decisions that count no more kept as history."] if taken.ended else []
    lines += [f"Passed over: {count} rows that {reason}." for reason, count in taken.passed.items()]
    lines += [
        f"  {'/'.join(each.a)} and {'/'.join(each.b)} are not both held here: it counts once they are" for each in ahead
    ]
    lines += [f"  row {each.row}: {each.reason}" for each in (*taken.remarks, *taken.refused)]
    out.document(facts, "\n".join(lines), asked=bool(taken.refused or taken.remarks))
    if taken.refused:
        raise typer.Exit(Exit.PARTIAL)
