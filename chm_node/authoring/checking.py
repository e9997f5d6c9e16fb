"""Records checked without being taken in: those of a file and those the node holds."""

from __future__ import annotations

from pathlib import Path

from chm_node.authoring.drafts import list_copies
from chm_node.authoring.importing import drafts_of, row_defaults
from chm_node.authoring.intake import Receiver
from chm_node.authoring.sheets import load_entries
from chm_node.database import Node
from chm_node.publishing.sql import read
from chm_node.settings import Settings
from vocabularies.problems import Problem
from vocabularies.text import LangText
from vocabularies.validation import validate

LEVELS = ("note", "warning", "error")
"""How grave a finding can be, least first."""
_PAGE = 500


def check_file(path: Path, settings: Settings) -> tuple[int, list[Problem]]:
    """Give how many records a file holds and what is wrong with them; a node that was never initialised can ask too."""
    receiver = Receiver(settings.node_id or "node", LangText({settings.language: settings.name or "node"}))
    drafts = list(drafts_of(load_entries(path, row_defaults(settings)), receiver))
    return len(drafts), [found for draft in drafts for found in draft.problems]


def check_all(node: Node) -> tuple[int, list[Problem]]:
    """Give how many working copies the node holds and what today's rules find in them."""
    checked, after = 0, ""
    problems: list[Problem] = []
    with read(node.engine) as connection:
        while copies := list_copies(connection, after=after, limit=_PAGE):
            checked += len(copies)
            after = copies[-1].local_id
            problems += [found for copy in copies for found in validate(copy.record)]
    return checked, problems
