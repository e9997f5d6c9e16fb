"""States in words and symbols, the same on every page. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from chm_node.shell.languages import N_, translations
from harvester.desk.addresses import DESK_DOMAIN

STATES: Mapping[str, str] = {
    "queued": N_("queued"),
    "running": N_("running"),
    "done": N_("done"),
    "done-with-errors": N_("done with errors"),
    "failed": N_("failed"),
    "stalled": N_("stalled"),
    "new": N_("not harvested yet"),
    "live": N_("live"),
    "late": N_("late"),
    "failing": N_("failing"),
    "blocked": N_("blocked"),
    "held": N_("held"),
    "waiting": N_("waiting for the host"),
    "paused": N_("paused"),
    "harvest": N_("harvest"),
    "replay": N_("replay"),
    "release": N_("release"),
    "released": N_("released"),
    "discarded": N_("discarded"),
    "tombstone": N_("deleted by its source"),
    "copy": N_("withdrawn by its owner"),
    "owner": N_("another owner"),
    "languages": N_("fewer languages"),
    "created": N_("created"),
    "updated": N_("updated"),
    "unchanged": N_("unchanged"),
    "deleted": N_("deleted"),
    "refused": N_("refused"),
    "error": N_("error"),
    "warning": N_("warning"),
    "note": N_("note"),
    "fetch": N_("could not be fetched"),
    "crosswalk": N_("could not be translated"),
    "validate": N_("breaks a rule"),
    "resolve": N_("could not be identified"),
    "index": N_("could not be indexed"),
    "save": N_("could not be stored"),
    "absent": N_("no longer in the source’s list"),
    "unknown": N_("not known which"),
    "list": N_("by its whole list"),
    "audit": N_("by its list of names"),
    "known": N_("as far as we know"),
}
STATE_MARKS: Mapping[str, str] = {
    "queued": "…",
    "blocked": "✗",
    "held": "?",
    "waiting": "…",
    "running": "▶",
    "done": "✓",
    "done-with-errors": "!",
    "failed": "✗",
    "stalled": "◼",
    "new": "○",
    "live": "✓",
    "late": "!",
    "failing": "✗",
    "paused": "‖",
}


def state_words(language: str) -> dict[str, str]:
    """Give the words of a language by state."""
    texts = translations(language, (DESK_DOMAIN,))
    return {state: texts.gettext(words) for state, words in STATES.items()}
