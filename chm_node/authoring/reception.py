"""Taking accepted drafts in, and publishing them at once where asked; imports and the API share it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from chm_node.authoring.approval import Approval, approve
from chm_node.authoring.drafts import Outcome, WorkingCopy, save_drafts
from chm_node.authoring.intake import Draft


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one draft: its working copy now, whether that is new, and whether readers see something new."""

    copy: WorkingCopy
    outcome: Outcome
    published: bool = False


def take_in(connection: Connection, drafts: Sequence[Draft], *, publish: bool, approval: Approval) -> list[Taken]:
    """Save the accepted drafts and publish them where asked; no two may have the same id."""
    saved = save_drafts(connection, drafts, author=approval.by, now=approval.now)
    if not publish:
        return [Taken(each.copy, each.outcome) for each in saved]
    done = {each.copy.local_id: each for each in approve(connection, [each.copy.local_id for each in saved], approval)}
    return [
        Taken(done[each.copy.local_id].copy, each.outcome, done[each.copy.local_id].outcome == "published")
        for each in saved
    ]
