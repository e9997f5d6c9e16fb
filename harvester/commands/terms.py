"""The commands about the vocabularies of a centre: terms refresh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chm_node.shell.terminal import Exit, Output, command
from harvester.commands.opening import centre_for
from harvester.operating_errors import BadRequest

if TYPE_CHECKING:
    from harvester.thesaurus import Refreshed

_SHOWN = 10


def add_terms_commands(app: typer.Typer) -> None:
    """Add the commands."""
    terms = typer.Typer(help="The vocabularies of the centre.", no_args_is_help=True)
    command(terms, "refresh")(refresh)
    app.add_typer(terms, name="terms")


def refresh(
    out: Output,
    *,
    url: Annotated[str, typer.Option(help="Root of the CBD's API.")] = "https://api.cbd.int/api/v2013",
    schemes: Annotated[
        list[str] | None, typer.Option("--scheme", help="Only this vocabulary, for example cbd-subjects.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Only say what is different.")] = False,
) -> None:
    """Bring the vocabularies up to date with the CBD's thesaurus; without an answer they stay as they are."""
    from harvester import thesaurus

    unknown = [name for name in schemes or () if name not in thesaurus.DOMAINS]
    if unknown:
        known = ", ".join(thesaurus.DOMAINS)
        raise BadRequest(reason=f"“{unknown[0]}” follows no list of the thesaurus. Those that do: {known}.")
    centre = centre_for(out)
    home = None if dry_run else centre.settings.home
    with centre.new_fetcher() as fetcher:
        wanted = schemes or list(thesaurus.DOMAINS)
        found = list(thesaurus.refresh(fetcher, url.rstrip("/"), wanted, now=centre.clock(), home=home))
    lines = [line for each in found for line in _lines(each)]
    if any(each.path for each in found):
        lines.append("Commands use the newer lists from now on; restart what runs. Then: chm-harvester replay --all")
    out.document({"url": url, "dry_run": dry_run, "schemes": [each.as_dict() for each in found]}, "\n".join(lines))
    failed = [each for each in found if each.state in ("failed", "not asked")]
    if failed:
        raise typer.Exit(Exit.PARTIAL if len(failed) < len(found) else Exit.UNREACHABLE)


def _lines(each: Refreshed) -> list[str]:
    if each.reason:
        return [f"{each.scheme}: kept as it is. {each.reason}"]
    told = each.differences
    numbers = {"new": len(told.new), "renamed": len(told.renamed), "no longer listed": len(told.removed)}
    words = [f"{number} {name}" for name, number in numbers.items() if number]
    words += [f"{told.labelled} labels in further languages"] if told.labelled else []
    lines = [f"{each.scheme}: {each.state}{', ' if words else ''}{', '.join(words)}."]
    lines += [f"  new      {name}  {label}" for name, label in list(told.new.items())[:_SHOWN]]
    lines += [f"  renamed  {name}  {old} → {new}" for name, (old, new) in list(told.renamed.items())[:_SHOWN]]
    return lines + [f"  gone     {name}  {label}" for name, label in list(told.removed.items())[:_SHOWN]]
