"""The command test: looks at a source before it is harvested and says what its owner must mend."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from chm_node.shell.terminal import Exit, Output, command

if TYPE_CHECKING:
    from harvester.centre import Centre
    from harvester.fetch import Fetcher
    from harvester.sources import Source


def add_test_command(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "test")(test)


def test(
    out: Output,
    url: Annotated[str, typer.Argument(help="Address to look at, or the id of a source.")],
    *,
    protocol: Annotated[str, typer.Option(help="auto finds it out; else native, oai_pmh or another.")] = "auto",
    limit: Annotated[int, typer.Option(min=1, help="Records to look at.")] = 25,
    lang: Annotated[str, typer.Option(help="Language of what is said of records: ar, en, es, fr, ru, zh.")] = "en",
) -> None:
    """Test a provider without storing anything: what its owner must fix, and what would become of its first records."""
    from harvester.opening import open_for_a_look
    from harvester.preflight import examine
    from harvester.preflight.report import to_document, to_text

    centre, is_there = open_for_a_look(out.home)
    with centre.new_fetcher() as fetcher:
        source = (_find(centre, url) if is_there else None) or _recognise(fetcher, url, protocol)
        if protocol not in ("auto", source.protocol):
            source = _as(source, protocol)
        examined = examine(fetcher, source, now=centre.clock(), sample=limit, language=lang)
    out.document(to_document(examined, lang), to_text(examined), asked=True)
    if not examined.passed:
        raise typer.Exit(Exit.FINDINGS)


def _find(centre: Centre, source_id: str) -> Source | None:
    from chm_node.publishing import sql
    from harvester.operating_errors import UnknownSource
    from harvester.registry import get_source

    try:
        with sql.read(centre.engine) as connection:
            return get_source(connection, source_id)
    except UnknownSource:
        return None


def _recognise(fetcher: Fetcher, url: str, protocol: str) -> Source:
    from harvester.preview import to_source
    from harvester.protocols import PROTOCOLS, Probe, recognise
    from harvester.sources import config_from_settings

    if protocol == "auto":
        return to_source(recognise(fetcher, url))
    config_from_settings(protocol, {})  # SettingError names those there are
    address = url.strip() if "://" in url else f"https://{url.strip()}"
    return to_source(PROTOCOLS[protocol].probe(fetcher, address) or Probe(protocol, address, "", ""))


def _as(source: Source, protocol: str) -> Source:
    from harvester.sources import config_from_settings

    return replace(source, protocol=protocol, config=config_from_settings(protocol, {}))
