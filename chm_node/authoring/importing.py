"""A whole file of records taken in, in chunks, each in one transaction; good rows are kept whatever the others hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from chm_node.authoring.approval import Approval
from chm_node.authoring.intake import Draft, Receiver, intake
from chm_node.authoring.reception import take_in
from chm_node.authoring.sheets import Entry
from chm_node.database import Node, write_or_try
from chm_node.settings import Settings
from vocabularies.formats.tabular import RowDefaults, locate
from vocabularies.problems import Problem, problem
from vocabularies.record import Record

CHUNK = 500
_EXAMPLES = 20


@dataclass(slots=True)
class ImportSummary:
    """What became of every row of a file; ``read`` is the sum of the outcomes."""

    dry_run: bool = False
    outcomes: Counter[str] = field(default_factory=Counter)
    published: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    ids: list[str] = field(default_factory=list)

    @property
    def read(self) -> int:
        """Give how many rows were read."""
        return self.outcomes.total()

    @property
    def state(self) -> str:
        """Give ``done``, ``done-with-errors`` when some rows were refused, ``failed`` when all were."""
        refused = self.outcomes["refused"]
        return "done" if not refused else "failed" if refused == self.read else "done-with-errors"

    def as_dict(self) -> dict[str, Any]:
        """Give the summary as JSON."""
        names = ("created", "updated", "unchanged", "refused")
        counts = {name: self.outcomes[name] for name in names}
        return {
            "state": self.state,
            "dry_run": self.dry_run,
            "read": self.read,
            **counts,
            "published": self.published,
            "problems": dict(self.codes.most_common()),
            "ids": self.ids[:_EXAMPLES],
        }


def import_entries(
    node: Node,
    entries: Iterable[Entry],
    *,
    approval: Approval,
    publish: bool = False,
    dry_run: bool = False,
    on_chunk: Callable[[int, list[Problem]], None] = lambda _rows, _problems: None,
) -> ImportSummary:
    """Take the entries in and say what became of them; ``on_chunk`` hears of each chunk once it is safely stored.

    A dry run does the same and rolls every chunk back. A second row with an id that the file already had is refused.
    """
    summary = ImportSummary(dry_run)
    drafts = drafts_of(entries, Receiver(node.site.node_id, node.site.name))
    while chunk := list(islice(drafts, CHUNK)):
        accepted = [draft for draft in chunk if draft.accepted]
        with write_or_try(node.engine, dry_run=dry_run) as connection:
            taken = take_in(connection, accepted, publish=publish, approval=approval)
        summary.outcomes.update(each.outcome for each in taken)
        summary.outcomes["refused"] += len(chunk) - len(accepted)
        summary.published += sum(each.published for each in taken)
        summary.ids += [each.copy.record.id for each in taken][: _EXAMPLES - len(summary.ids)]
        problems = [found for draft in chunk for found in draft.problems]
        summary.codes.update(found.code for found in problems)
        on_chunk(len(chunk), problems)
    return summary


def row_defaults(settings: Settings) -> RowDefaults:
    """Give what a table imported into the node need not say."""
    languages = settings.languages or (settings.language,)
    return RowDefaults(node=settings.node_id or "node", language=languages[0])


def drafts_of(entries: Iterable[Entry], receiver: Receiver) -> Iterator[Draft]:
    """Make a draft of every entry; a second one with the same id has the problem ID_DUPLICATE."""
    return _first_of_each_id(_drafts(entries, receiver))


def _drafts(entries: Iterable[Entry], receiver: Receiver) -> Iterator[Draft]:
    for entry in entries:
        if entry.given is None:
            yield Draft(None, entry.problems, entry.row)
            continue
        draft = intake(entry.given, receiver, row=entry.row)
        if isinstance(entry.given, Record):
            located = (locate(found, entry.row, entry.given.type) for found in draft.problems)
            draft = replace(draft, problems=(*entry.problems, *located))
        yield draft


def _first_of_each_id(drafts: Iterable[Draft]) -> Iterator[Draft]:
    seen: set[str] = set()
    for draft in drafts:
        if draft.record is not None and draft.accepted:
            if draft.record.id in seen:
                twice = replace(problem("ID_DUPLICATE", "/id", draft.record.id), row=draft.row)
                yield replace(draft, problems=(twice, *draft.problems))
                continue
            seen.add(draft.record.id)
        yield draft
