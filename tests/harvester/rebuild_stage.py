"""A process that is killed in the middle of a rebuild, for the tests: once while swapping, or after some settling."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from chm_node.publishing.sql import make_engine
from harvester.index import resettle
from harvester.resolution.batch.rebuild import rebuild, settle, swap
from harvester.resolution.graph.judgements import Place
from harvester.resolution.matching.scoring import load_model
from harvester.settings import Settings

NOW = datetime(2026, 5, 2, tzinfo=UTC)


def die() -> None:
    """End at once, as a machine without power does."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(url: str, home: str, moment: str) -> None:
    """Rebuild, and be killed at the moment: ``swapping`` or ``settling``."""
    settings = Settings(home=Path(home), database_url=url, token_secret="ab" * 32, centre_id="hub")
    engine, site = make_engine(url), settings.site()
    shadow, difference = rebuild(engine, Path(home), load_model(), processes=1)
    if moment == "swapping":

        @event.listens_for(engine, "before_cursor_execute")
        def _(*told: Any) -> None:
            if "INSERT INTO resolution_state" in told[2]:
                die()

    swap(engine, shadow, difference, now=NOW, told=str)

    def settle_and_die(connection: Connection, places: Collection[Place]) -> None:
        resettle(connection, places, site=site, now=NOW)
        die()

    settle(engine, settle_and_die)


if __name__ == "__main__":
    main(*sys.argv[1:])
