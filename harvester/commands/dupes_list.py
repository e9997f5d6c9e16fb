"""The commands dupes list and dupes explain: pairs that wait for a person or were joined without one, and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from chm_node.shell.terminal import Output
from harvester.commands.opening import centre_for
from harvester.operating_errors import BadRequest
from vocabularies.text import UN_LANGUAGES

A = Annotated[str, typer.Argument(help="A record: SOURCE/IDENTIFIER, its URI, or the id or address of its page here.")]
B = Annotated[str, typer.Argument(help="Another one.")]
Lang = Annotated[str, typer.Option("--lang", help=f"Language of the words: {', '.join(UN_LANGUAGES)}.")]


def list_(
    out: Output,
    *,
    likely: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Pairs from this probability on, drawn by lot.")
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Pairs joined without a person, drawn by lot.")] = False,
    type_: Annotated[str, typer.Option("--type", help="Only of this type of record.")] = "",
    country: Annotated[str, typer.Option(help="Only of this government or country, by its code of two letters.")] = "",
    source: Annotated[str, typer.Option(help="Only with a record of this source.")] = "",
    kind: Annotated[str, typer.Option(help="Only alike, doubt, translation_of, version_of, part_of or copy_of.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Pairs to show.")] = 20,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write them as a table to judge; dupes import takes it back.")
    ] = None,
    language: Lang = "en",
) -> None:
    """List pairs that wait for a person, those first where a word is worth most."""
    from chm_node.publishing import sql
    from harvester.resolution.graph.review import MOST_COUNTED, count_waiting, find_sample, find_waiting, to_wanted
    from harvester.telling.pairs import tell_waiting

    tongue, wanted = check_language(language), to_wanted(type_=type_, country=country, source=source, kind=kind)
    if sample and likely is not None:
        raise BadRequest(reason="--sample draws pairs that are joined, --likely pairs that wait. Give one of them.")
    with sql.read(centre_for(out).engine) as connection:
        if sample:
            found = find_sample(connection, limit=limit, wanted=wanted)
        else:
            found = find_waiting(connection, limit=limit, likely=likely, wanted=wanted)
        rows = tell_waiting(connection, found, tongue)
        waiting = 0 if sample else count_waiting(connection, wanted=wanted, most=MOST_COUNTED)
    if output is not None:
        _write_sheet(out, output, rows)
        return
    told = "\n".join(line for row in rows for line in _lines(row))
    out.document(rows, told or _nothing(sample=sample, likely=likely, waiting=waiting), asked=True)
    if waiting > len(rows) == limit:
        out.note(f"{waiting:,}{' or more' if waiting == MOST_COUNTED else ''} wait; see more with --limit.")


def _nothing(*, sample: bool, likely: float | None, waiting: int) -> str:
    if sample:
        return "No such pair was joined without a person."
    if likely is not None and waiting:
        return f"No pair waits from {likely:g} on; {waiting} are less likely."
    return (
        "No such pair waits for a person." if not waiting else "What waits was settled by what people said of others."
    )


def check_language(text: str) -> str:
    """Give one of the six languages by its code, fr-CA as fr. BadRequest for any other."""
    language = text.replace("_", "-").partition("-")[0].lower()
    if language not in UN_LANGUAGES:
        raise BadRequest(reason=f"There are no words in “{text}”. Write one of: {', '.join(UN_LANGUAGES)}.")
    return language


def _write_sheet(out: Output, file: Path, rows: Sequence[dict[str, Any]]) -> None:
    from harvester.resolution.graph.exchange import dump_sheet

    file.write_text("".join(dump_sheet(rows)), "utf-8-sig")
    told = f"{len(rows)} pairs in {file}. Fill in verdict (same, different or unsure), then: chm-harvester dupes import"
    out.document({"file": str(file), "pairs": len(rows)}, f"{told} {file}")


def _lines(row: dict[str, Any]) -> list[str]:
    how = row["likelihood"] if row["probability"] is None else f"{row['likelihood']}, {row['percent']}"
    sides = (row["a"], row["b"])
    return [
        *(f"{each['source']}/{each['identifier']}  {each['title']}" for each in sides),
        f"    {how}: {row['why']}",
    ]


def show(out: Output, a: A, b: B, *, language: Lang = "en") -> None:
    """Say in plain words whether two records are one thing, by whose word, and what speaks for it and against it."""
    from chm_node.publishing import sql
    from harvester.resolution.matching.scoring import load_model
    from harvester.resolution.references import get_pair
    from harvester.telling.pair_accounts import account_document, account_lines
    from harvester.telling.pairs import account_of

    tongue = check_language(language)
    centre = centre_for(out)
    with sql.read(centre.engine) as connection:
        account = account_of(connection, *get_pair(connection, a, b, centre.site.node_id), load_model())
    text = "\n".join(account_lines(account, language=tongue))
    out.document(account_document(account, language=tongue), text, asked=True)
