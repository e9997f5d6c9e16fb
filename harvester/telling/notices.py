"""Telling people: nothing while all is well, one digest when sources break, one when they are well again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, select

from chm_node.publishing import sql
from chm_node.publishing.sql import upsert
from chm_node.shell.languages import N_, translations
from harvester.centre import Centre
from harvester.desk.addresses import HERE
from harvester.records.quirks import keep_quirks
from harvester.registry import list_sources
from harvester.sources import Source
from harvester.tables import notice
from harvester.telling import mail
from harvester.telling.reports import list_nodes

NOTICES_DOMAIN = ("notices", HERE / "messages")
REFUSED = "contact_refused"
"""The quirk that says which address of a source's contact the mail server refuses."""
FAILURES_TO_TELL = 2
BROKEN = frozenset({"failing", "blocked", "held", "late"})
WELL = "live"
_SUBJECT = N_("{centre}: {broken} sources need attention, {well} are well again")
_INTRODUCTION = N_("This is what has changed since the last message. There is none while nothing changes.")
_BROKEN = N_("These need attention:")
_WELL = N_("These are well again:")
_LINE = N_("- {name} ({id}), {state} since {since}: {reason}")
_WELL_LINE = N_("- {name} ({id})")
_WORDS: Mapping[str, str] = {
    "failing": N_("failing"),
    "blocked": N_("blocked"),
    "held": N_("waiting for a decision"),
    "late": N_("late"),
}
_LATE = N_("no harvest has succeeded for twice its interval")
_REFUSED_LINE = N_("Mail to {address} is refused; the source {id} needs another contact.")


@dataclass(frozen=True, slots=True)
class Change:
    """A source that broke, broke in another way, or is well again; ``since`` and ``reason`` are for people."""

    source_id: str
    name: str
    state: str
    code: str
    since_at: datetime
    reason: str

    @property
    def is_well(self) -> bool:
        """Whether the source is well again."""
        return self.state == WELL


@dataclass(frozen=True, slots=True)
class Told:
    """What was told: the changes, to whom, and what came of handing the mails in.

    ``untold`` are changes that nobody can be told, as there is no address; they stay to be told when there is one.
    """

    changes: tuple[Change, ...]
    mails: tuple[Path, ...]
    delivery: mail.Delivery
    untold: tuple[Change, ...] = ()


def find_changes(connection: Connection, now: datetime) -> list[Change]:
    """Give what has to be told: sources whose state is another than what was last told of them."""
    known = {row.source_id: row for row in connection.execute(select(notice))}
    changes: list[Change] = []
    for node in list_nodes(connection, now):
        state, code = _condition(node)
        before = known.get(node["id"])
        if state not in BROKEN and (before is None or state != WELL):
            continue
        if before is not None and before.state == state and before.told_at is not None:
            continue
        since = _since(node, now) if before is None or before.state != state else before.since_at
        changes.append(Change(node["id"], node["name"], state, code, since, _reason(node, state)))
    return changes


def tell(centre: Centre, *, dry: bool = False) -> Told:
    """Write the digests that are due and hand in all mail; nothing is told twice, and nothing where nothing changed."""
    now, settings = centre.clock(), centre.settings
    outbox = settings.home / "outbox"
    with sql.read(centre.engine) as connection:
        found = find_changes(connection, now)
        contacts = {source.id: _contact(source) for source in list_sources(connection)}
    changes = [change for change in found if settings.email or contacts.get(change.source_id)]
    untold = tuple(change for change in found if change not in changes)
    if dry:
        return Told(tuple(changes), (), mail.Delivery(), untold)
    mails: list[Path] = []
    if changes:
        with sql.write(centre.engine) as connection:  # kept before it is written: a crash repeats the same mail
            _keep(connection, changes, told_at=None)
        sender = settings.email or f"chm@{settings.oai_host}"
        if settings.email:
            mails.append(_write(centre, outbox, changes, sender=sender, to=settings.email))
        for change in changes:
            if contact := contacts.get(change.source_id):
                mails.append(_write(centre, outbox, [change], sender=sender, to=contact))
        with sql.write(centre.engine) as connection:
            _keep(connection, changes, told_at=now)
    delivery = mail.hand_in(outbox, settings.smtp_url)
    _note_refused(centre, delivery.refused)
    return Told(tuple(changes), tuple(mails), delivery, untold)


def _contact(source: Source) -> str:
    return source.contact if source.quirks.get(REFUSED) != source.contact else ""


def _condition(node: Mapping[str, Any]) -> tuple[str, str]:
    state = str(node["state"])
    last = node["last_run"] or {}
    if state == "failing" and node["failures"] < FAILURES_TO_TELL:
        state = "unsettled"
    if last.get("state") == "held":
        state = "held"
    return state, str(last.get("reason_code") or "")


def _since(node: Mapping[str, Any], now: datetime) -> datetime:
    last = node["last_run"] or {}
    told = node["last_success_at"] if node["state"] == "late" else last.get("started_at")
    return datetime.fromisoformat(told) if told else now


def _reason(node: Mapping[str, Any], state: str) -> str:
    return "" if state == "late" else str((node["last_run"] or {}).get("reason") or node["last_error"])


def _keep(connection: Connection, changes: Sequence[Change], *, told_at: datetime | None) -> None:
    rows = [
        {"source_id": each.source_id, "state": each.state, "code": each.code, "since_at": each.since_at}
        for each in changes
    ]
    upsert(connection, notice, [row | {"told_at": told_at} for row in rows], key=("source_id",))
    well = [each.source_id for each in changes if each.is_well]
    if told_at is not None and well:
        connection.execute(delete(notice).where(notice.c.source_id.in_(well)))


def _write(centre: Centre, outbox: Path, changes: Sequence[Change], *, sender: str, to: str) -> Path:
    subject, text = to_text(centre, changes)
    # the time of what happened, not of writing: written again after a crash it is the same mail
    at = max(each.since_at for each in changes)
    return mail.write_mail(outbox, at, sender=sender, to=to, subject=subject, text=text)


def to_text(centre: Centre, changes: Sequence[Change]) -> tuple[str, str]:
    """Give subject and text of a digest in the centre's language."""
    words = translations(centre.settings.language, (NOTICES_DOMAIN,)).gettext
    broken, well = [each for each in changes if not each.is_well], [each for each in changes if each.is_well]
    subject = words(_SUBJECT).format(centre=centre.settings.name, broken=len(broken), well=len(well))
    lines = [words(_INTRODUCTION), ""]
    lines += [words(_BROKEN)] if broken else []
    for each in broken:
        facts = {"name": each.name, "id": each.source_id, "state": words(_WORDS[each.state])}
        since, reason = each.since_at.strftime("%Y-%m-%d %H:%M UTC"), each.reason or words(_LATE)
        lines += [words(_LINE).format(**facts, since=since, reason=reason), _address(centre, each), ""]
    lines += [words(_WELL)] if well else []
    for each in well:
        lines += [words(_WELL_LINE).format(name=each.name, id=each.source_id), _address(centre, each), ""]
    with sql.read(centre.engine) as connection:
        refused = [
            (source.id, address) for source in list_sources(connection) if (address := source.quirks.get(REFUSED))
        ]
    lines += [words(_REFUSED_LINE).format(id=source_id, address=address) for source_id, address in refused]
    return subject, "\n".join(lines).rstrip() + "\n"


def _address(centre: Centre, change: Change) -> str:
    return f"  {centre.site.base_url}/nodes/{change.source_id}"


def _note_refused(centre: Centre, addresses: Sequence[str]) -> None:
    if not addresses:
        return
    with sql.write(centre.engine) as connection:
        for source in list_sources(connection):
            if source.contact in addresses:
                keep_quirks(connection, source.id, {REFUSED: source.contact}, now=centre.clock())
