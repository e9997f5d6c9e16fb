"""The commands about duplicates: dupes decide, undo, split, history, and those of its neighbours."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from chm_node.shell.terminal import Output, command
from harvester.commands.dupes_automatic import automatic, stats
from harvester.commands.dupes_evaluate import evaluate
from harvester.commands.dupes_exchange import export, import_
from harvester.commands.dupes_list import A, B, list_, show
from harvester.commands.dupes_rebuild import rebuild
from harvester.commands.opening import centre_for

if TYPE_CHECKING:
    from harvester.duplicates import Settled
    from harvester.telling.chronicles import Chronicle

By = Annotated[str, typer.Option("--by", help="Who decides; your user name otherwise.")]
Note = Annotated[str, typer.Option(help="Why, for whoever reads the history.")]


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
    for place, thing in sorted(settled.things.items()):
        was = settled.before.get(place, thing)
        lines.append(f"  {'/'.join(place)} belongs to {thing}{'' if was == thing else f' (before: {was})'}")
    lines += [f"  {old} leads to {new} now." for old, new in sorted(settled.leading.items())]
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
    from harvester.telling.pair_accounts import headed
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
    lines += headed("Records that were part of it and are gone:", ["/".join(each.place) for each in found.gone])
    tied = [
        f"{said.relation_from(said.other(each.place)).replace('_', ' ')}: {'/'.join(each.place)}  {each.title}"
        for each, said in found.related
    ]
    lines += headed("Other things it belongs with, either way round:", tied)
    lines += headed("Ids that lead here, or did:", list(dict.fromkeys(str(each["id"]) for each in found.led_here)))
    told = [f"{pair_in_words(each)}: {judgement_in_words(each)}" for each in found.past]
    return lines + headed("What was said of them:", told)
