"""Making the formats of the index in the background, so that a page of the centre is stored bytes joined."""

from __future__ import annotations

import logging
from threading import Event, Thread

from sqlalchemy.exc import OperationalError

from chm_node.publishing.errors import StoredRecordUnreadable
from chm_node.publishing.renditions import render_behind
from harvester.centre import Centre
from harvester.tables import publication

log = logging.getLogger(__name__)
PAUSE_S = 5.0


def render_until(centre: Centre, stop: Event, *, pause_s: float = PAUSE_S) -> None:
    """Store every format of every record of the index and follow its changes until ``stop`` is set."""
    reached = 0
    while not stop.is_set():
        try:
            now_at = render_behind(centre.engine, publication, centre.site, after=reached)
        except OperationalError:  # the database is busy or away: what is missing is made when it is asked for
            now_at = reached
        except StoredRecordUnreadable as error:
            log.error("formats are not made ahead any more: %s", error)
            return
        if now_at == reached:
            stop.wait(pause_s)
        reached = now_at


def start_rendering(centre: Centre) -> Thread:
    """Render in a thread that ends with the process."""
    thread = Thread(target=render_until, args=(centre, centre.stop), name="render", daemon=True)
    thread.start()
    return thread
