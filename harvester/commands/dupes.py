"""The commands about duplicates: dupes list, show, decide, undo, split, history, and those of its neighbours."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chm_node.shell.terminal import Output, command
from harvester.commands.dupes_automatic import automatic, stats
from harvester.commands.dupes_evaluate import evaluate
from harvester.commands.dupes_exchange import export, import_
from harvester.commands.dupes_rebuild import rebuild
from harvester.commands.opening import centre_for

if TYPE_CHECKING:
    from harvester.duplicates import Settled
    from harvester.telling.chronicles import Chronicle
    from harvester.telling.pairs import Account

A = Annotated[str, typer.Argument(help="A record: SOURCE/IDENTIFIER, its URI, or the id of a thing.")]
B = Annotated[str, typer.Argument(help="Another one.")]
By = Annotated[str, typer.Option("--by", help="Who decides; your user name otherwise.")]
Note = Annotated[str, typer.Option(help="Why, for whoever reads the history.")]
_WIDEST = 48


def add_dupes_commands(app: typer.Typer) -> None:
    """Add the commands."""
    dupes = typer.Typer(
        help="Records that describe one thing: what is joined, why, and your word.", no_args_is_help=True
    )
    commands = (
        ("list", list_),
        ("show", show),
        ("explain", show),
        ("decide", decide),
        ("undo", undo),
        ("split", split),
        ("history", history),
        ("rebuild", rebuild),
        ("export", export),
        ("import", import_),
        ("evaluate", evaluate),
        ("automatic", automatic),
        ("stats", stats),
    )
    for name, function in commands:
        command(dupes, name)(function)
    app.add_typer(dupes, name="dupes")


def list_(
    out: Output,
    *,
    likely: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Pairs from this probability on, drawn by lot.")
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Pairs joined without a person, drawn by lot.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Pairs to show.")] = 20,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write them as a table to judge; dupes import takes it back.")
    ] = None,
) -> None:
    """List pairs that wait for a person, those first where a word is worth most."""
    from chm_node.publishing import sql
    from harvester.resolution.graph.review import count_waiting, find_sample, find_waiting
    from harvester.telling.pairs import tell_waiting

    with sql.read(centre_for(out).engine) as connection:
        found = find_sample(connection, limit=limit) if sample else find_waiting(connection, limit=limit, likely=likely)
        rows = tell_waiting(connection, found)
        waiting = count_waiting(connection)
    if output is not None:
        _write_sheet(out, output, rows)
        return
    if out.json:
        out.table(rows)
        return
    out.table([_line(row) for row in rows], "Nothing waits for a person." if not sample else "Nothing was joined yet.")
    if not sample and waiting > len(rows) == limit:
        out.note(f"{waiting} wait; see more with --limit.")


def _write_sheet(out: Output, file: Path, rows: Sequence[dict[str, Any]]) -> None:
    from harvester.resolution.graph.exchange import dump_sheet

    file.write_text("".join(dump_sheet(rows)), "utf-8-sig")
    told = f"{len(rows)} pairs in {file}. Fill in verdict (same, different or unsure), then: chm-harvester dupes import"
    out.document({"file": str(file), "pairs": len(rows)}, f"{told} {file}")


def _line(row: dict[str, Any]) -> dict[str, Any]:
    a, b, chance = row["a"], row["b"], row["probability"]
    return {
        "a": f"{a['source']}/{a['identifier']}",
        "b": f"{b['source']}/{b['identifier']}",
        "title of a": _cut(a["title"]),
        "title of b": _cut(b["title"]),
        "one thing": row["likelihood"] if chance is None else f"{row['likelihood']} {chance:.2f}",
        "why": row["why"],
    }


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def show(out: Output, a: A, b: B) -> None:
    """Say in plain words whether two records are one thing, by whose word, and what speaks for it and against it."""
    from chm_node.publishing import sql
    from harvester.resolution.matching.scoring import load_model
    from harvester.resolution.references import get_place
    from harvester.telling.pairs import account_document, account_of

    centre = centre_for(out)
    with sql.read(centre.engine) as connection:
        one, other = (get_place(connection, text, centre.site.node_id) for text in (a, b))
        account = account_of(connection, one, other, load_model())
    out.document(account_document(account), "\n".join(_account_lines(account)), asked=True)


def _account_lines(account: Account) -> list[str]:
    from harvester.resolution.matching.wording import key_in_words
    from harvester.telling.pairs import judgement_in_words, verdict_in_words

    lines = [verdict_in_words(account)]
    lines += [
        f"  {name}: {'/'.join(each.place)}  {each.title}{'' if each.native is not None else '  (gone)'}"
        for name, each in (("a", account.a), ("b", account.b))
    ]
    if account.shared:
        lines.append(f"Both bear {', '.join(account.shared)}.")
    found = account.found
    if found is None:
        lines.append("One of them is gone; there is nothing to compare.")
    else:
        lines += [
            f"Compared: {found.summary}",
            *(f"  {each.bits:+6.2f} bits  {each.sentence}" + _sides(each.a, each.b) for each in found.pieces),
        ]
        lines += [f"Forbidden: {found.veto}."] if found.veto else []
        lines += [f"Only a person may join them: {found.doubt}."] if found.doubt else []
        if account.is_of_one_source:
            lines.append("One source holds both as two: they are not compared, and only a person may join them.")
        told = [key for key in found.brought_by if key not in account.crowded]
        lines.append("Brought together by:" if told else "No key brings them together: they are not compared.")
        lines += [f"  {key_in_words(key)}" for key in told]
        common = [key_in_words(key) for key in found.brought_by if key in account.crowded]
        lines += _history_lines("Too common to bring them together:", common)
    lines += _history_lines("What counts now:", [judgement_in_words(each) for each in account.live])
    past = [judgement_in_words(each) for each in account.past if each.ended_at is not None]
    return lines + _history_lines("What was said before:", past)


def _sides(a: str, b: str) -> str:
    if not (a or b):
        return ""
    return f"  [{a}]" if a == b else f"  [{a or '–'} | {b or '–'}]"


def _history_lines(head: str, lines: Sequence[str]) -> list[str]:
    return [head, *(f"  {line}" for line in lines)] if lines else []


def decide(
    out: Output,
    a: A,
    b: B,
    verdict: Annotated[str, typer.Argument(metavar="same|different|unsure", help="What they are to each other.")],
    *,
    relation: Annotated[
        str, typer.Option(help="How A is tied to B: translation_of, version_of, part_of, copy_of, or has_translation …")
    ] = "",
    note: Note = "",
    by: By = "",
) -> None:
    """Say of two records that they are one thing or not; it counts above rules and model, and for good."""
    from harvester.duplicates import decide_pair

    settled = decide_pair(centre_for(out), a, b, verdict, by=by or getpass.getuser(), note=note, relation=relation)
    _tell(out, settled, "Nothing new: that was said already.")


def undo(
    out: Output,
    judgement: Annotated[int, typer.Argument(metavar="JUDGEMENT", min=1, help="Its number, as dupes show gives it.")],
    *,
    why: Annotated[str, typer.Option(help="Why it was mistaken.")] = "",
    by: By = "",
) -> None:
    """Take back what a person decided; things are again what they were before."""
    from harvester.duplicates import undo_judgement

    settled = undo_judgement(centre_for(out), judgement, by=by or getpass.getuser(), why=why)
    _tell(out, settled, f"Judgement {judgement} counts no more.")


def split(
    out: Output,
    thing: Annotated[str, typer.Argument(metavar="ID", help="The thing, by its id.")],
    places: Annotated[
        list[str] | None, typer.Argument(metavar="[PLACE]...", help="Its records that are another thing; all, without.")
    ] = None,
    *,
    note: Note = "",
    by: By = "",
) -> None:
    """Say that records of one thing are another thing; without naming any, that each stands alone."""
    from harvester.duplicates import split_thing

    settled = split_thing(centre_for(out), thing, places or [], by=by or getpass.getuser(), note=note)
    _tell(out, settled, "Nothing new: that was said already.")


def _tell(out: Output, settled: Settled, nothing: str) -> None:
    lines = [f"Kept as judgement {', '.join(map(str, settled.judgements))}." if settled.judgements else nothing]
    lines += [f"  {'/'.join(place)} belongs to {thing}" for place, thing in sorted(settled.things.items())]
    out.document(settled.as_dict(), "\n".join(lines))


def history(
    out: Output,
    thing: Annotated[str, typer.Argument(metavar="ID", help="A thing by its id, or a record of it.")],
) -> None:
    """Tell the history of a thing: its records, which of them each field is from, and all ever said of them."""
    from chm_node.publishing import sql
    from harvester.resolution.references import get_thing
    from harvester.telling.chronicles import chronicle_document, chronicle_of

    centre = centre_for(out)
    with sql.read(centre.engine) as connection:
        found = chronicle_of(connection, get_thing(connection, thing, centre.site.node_id))
    out.document(chronicle_document(found), "\n".join(_chronicle_lines(found)), asked=True)


def _chronicle_lines(found: Chronicle) -> list[str]:
    from harvester.telling.pairs import judgement_in_words, pair_in_words

    fed: dict[str, list[str]] = {}
    for path, place in found.fields.items():
        fed.setdefault("/".join(place), []).append(path)
    count = len(found.members)
    lines = [f"{found.thing} is made of {count} {'record' if count == 1 else 'records'}:"]
    for each in found.members:
        name = "/".join(each.place)
        since = "" if each.first_at is None else f", since {each.first_at:%Y-%m-%d}"
        lines.append(f"  {name}{since}  {each.title}")
        lines += [f"      its {', '.join(sorted(fed[name]))}"] if name in fed else []
    lines += _history_lines("Records that were part of it and are gone:", ["/".join(each.place) for each in found.gone])
    tied = [
        f"{said.relation_from(said.other(each.place)).replace('_', ' ')}: {'/'.join(each.place)}  {each.title}"
        for each, said in found.related
    ]
    lines += _history_lines("Other things it belongs with, either way round:", tied)
    lines += _history_lines(
        "Ids that lead here, or did:", list(dict.fromkeys(str(each["id"]) for each in found.led_here))
    )
    told = [f"{pair_in_words(each)}: {judgement_in_words(each)}" for each in found.past]
    return lines + _history_lines("What was said of them:", told)
