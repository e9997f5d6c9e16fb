"""The sources as rows: add, find, list, change and remove them. Harvests nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
from sqlalchemy import Connection, delete, func, insert, select, update

from harvester.configs import OaiPmhConfig
from harvester.network.address_guard import check_url
from harvester.operating_errors import AddressTaken, BadRequest, SourceExists, UnknownSource
from harvester.records.quirks import IDENTITY, find_quirks, keep_quirks
from harvester.sources import Source, config_from_settings, settings_of
from harvester.tables import (
    absence,
    coverage,
    debt,
    deferral,
    hold,
    identity_key,
    notice,
    outcome,
    raw_record,
    run,
    source,
    source_quirk,
    source_record,
    source_setting,
)

_WITH_NAMESPACE = ("native", "oai_pmh")
_SPOKE_FOR = "spoke_for"
"""The quirk that says whom a source spoke for that has still to say who it is now."""
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
_PER_SOURCE = (
    raw_record, source_record, identity_key, outcome, run, source_setting, source_quirk, deferral, absence, hold, debt,
    coverage, notice,
)  # fmt: skip


def add_source(connection: Connection, new: Source, *, now: datetime) -> None:
    """Store a new source, due at once; SourceExists where its id is taken."""
    if not _ID.match(new.id):
        raise BadRequest(
            reason=f"“{new.id}” cannot be an id: use a-z, 0-9 and hyphens, at most 63, such as ke or unep-mc."
        )
    if connection.execute(select(source.c.id).where(source.c.id == new.id)).first():
        raise SourceExists(source=new.id)
    _check_address(connection, new)
    row = {"id": new.id, **_columns(new), "added_at": now, "next_due_at": now, "failures": 0}
    connection.execute(insert(source), row)
    _save_settings(connection, new)


def change_source(connection: Connection, changed: Source, *, now: datetime) -> None:
    """Store a source's new facts; what was harvested of it stays. A run goes on with what it began with.

    Another address or setting makes another list: it is read anew from its head, and at once. Another interval counts
    from the last success.
    """
    before = get_source(connection, changed.id)
    values = _columns(changed)
    _check_namespace(connection, before, changed)
    if (changed.url, changed.config) != (before.url, before.config):
        _check_address(connection, changed)
        values |= {"since": None, "cursor": None, "pending_since": None, "next_due_at": now, "failures": 0}
        values["generation"] = before.generation + 1
    elif changed.every_s != before.every_s:
        held = connection.execute(select(source.c.last_success_at).where(source.c.id == changed.id)).scalar_one()
        if held is not None:
            values["next_due_at"] = held + timedelta(seconds=changed.every_s)
    connection.execute(update(source).where(source.c.id == changed.id).values(values))
    connection.execute(delete(source_setting).where(source_setting.c.source_id == changed.id))
    _save_settings(connection, changed)


def _check_namespace(connection: Connection, before: Source, wanted: Source) -> None:
    namespace = wanted.namespace
    if not namespace or namespace == before.namespace:
        return
    if free_namespace(connection, wanted.protocol, namespace) != namespace:
        reason = f"{wanted.id} cannot speak for “{namespace}”: another source does, or it is no name of a node or "
        raise BadRequest(reason=reason + "repository; see chm-harvester list --json.")


def _check_address(connection: Connection, wanted: Source) -> None:
    check_url(wanted.url)
    for other in list_sources(connection):
        if _list_of(other) == _list_of(wanted) and other.id != wanted.id:
            raise AddressTaken(source=other.id, url=wanted.url)


def _list_of(of: Source) -> tuple[str, str, str]:
    part = of.config.set if isinstance(of.config, OaiPmhConfig) else getattr(of.config, "folder", "")
    return of.url.rstrip("/"), of.protocol, part


def _columns(of: Source) -> dict[str, Any]:
    names = ("name", "url", "protocol", "country", "every_s", "rank", "paused", "grace_s")
    texts = ("namespace", "hours", "contact")
    return {name: getattr(of, name) for name in names} | {name: getattr(of, name) or None for name in texts}


def _save_settings(connection: Connection, of: Source) -> None:
    settings = [{"source_id": of.id, "key": key, "value": value} for key, value in settings_of(of.config).items()]
    if settings:
        connection.execute(insert(source_setting), settings)


def free_id(connection: Connection, url: str, name: str) -> str:
    """Give an id no source has yet, from a short name or the host of the address."""
    host = (urlsplit(url).hostname or "source").removeprefix("www.")
    stem = re.sub(r"[^a-z0-9]+", "-", (name or host).lower()).strip("-")[:40].strip("-") or "source"
    taken = set(connection.execute(select(source.c.id)).scalars())
    number, candidate = 1, stem
    while candidate in taken:
        number += 1
        candidate = f"{stem}-{number}"
    return candidate


def free_namespace(connection: Connection, protocol: str, identifier: str) -> str:
    """Give the namespace a source that calls itself so may speak for: empty where it names none, or another one has it.

    The first that was added keeps it, so that nobody takes a node's records over by calling itself like it.
    """
    wanted = identifier.strip().lower()
    if protocol not in _WITH_NAMESPACE or not wanted or ":" in wanted:
        return ""
    taken = connection.execute(select(source.c.id).where(source.c.namespace == wanted)).first()
    return "" if taken else wanted


def forget_namespace(connection: Connection, source_id: str, *, now: datetime) -> None:
    """Let a source speak for nobody until it says who it is now; one that spoke for nobody goes on so."""
    before = get_source(connection, source_id).namespace
    if before:
        keep_quirks(connection, source_id, {_SPOKE_FOR: before}, now=now)
        connection.execute(update(source).where(source.c.id == source_id).values(namespace=None))


def learn_namespace(connection: Connection, of: Source, learnt: Mapping[str, str], *, now: datetime) -> None:
    """Let a source whose namespace was forgotten speak for the repository it now says it is, where that is free."""
    if _SPOKE_FOR not in of.quirks or not learnt.get(IDENTITY):
        return
    wanted = free_namespace(connection, of.protocol, orjson.loads(learnt[IDENTITY])["repository"])
    nobody = (source.c.id == of.id) & source.c.namespace.is_(None)
    connection.execute(update(source).where(nobody).values(namespace=wanted or None))
    keep_quirks(connection, of.id, {_SPOKE_FOR: ""}, now=now)


def get_source(connection: Connection, source_id: str) -> Source:
    """Give a source; UnknownSource where there is none."""
    row = connection.execute(select(source).where(source.c.id == source_id)).mappings().first()
    if row is None:
        raise UnknownSource(source=source_id)
    query = select(source_setting.c.key, source_setting.c.value).where(source_setting.c.source_id == source_id)
    settings = {found.key: found.value for found in connection.execute(query)}
    return _to_source(row, settings, find_quirks(connection, source_id).get(source_id, {}))


def list_sources(connection: Connection) -> list[Source]:
    """Give every source, by id."""
    settings: dict[str, dict[str, str]] = {}
    for row in connection.execute(select(source_setting)):
        settings.setdefault(row.source_id, {})[row.key] = row.value
    rows = connection.execute(select(source).order_by(source.c.id)).mappings()
    quirks = find_quirks(connection)
    return [_to_source(row, settings.get(row["id"], {}), quirks.get(row["id"], {})) for row in rows]


def count_records(connection: Connection) -> dict[str, dict[str, int]]:
    """Give the number of records of each source by state."""
    table = source_record.c
    query = select(table.source_id, table.state, func.count()).group_by(table.source_id, table.state)
    counts: dict[str, dict[str, int]] = {}
    for source_id, state, number in connection.execute(query):
        counts.setdefault(source_id, {})[state] = number
    return counts


def forget_source(connection: Connection, source_id: str) -> None:
    """Delete a source and all that is kept of it, but for what the index published; withdraw that first."""
    for table in _PER_SOURCE:
        connection.execute(delete(table).where(table.c.source_id == source_id))
    connection.execute(delete(source).where(source.c.id == source_id))


def _to_source(row: Mapping[Any, Any], settings: Mapping[str, str], quirks: Mapping[str, str]) -> Source:
    return Source(
        id=row["id"],
        name=row["name"],
        url=row["url"],
        protocol=row["protocol"],
        config=config_from_settings(row["protocol"], settings),
        country=row["country"],
        every_s=row["every_s"],
        paused=row["paused"],
        rank=row["rank"],
        quirks=quirks,
        namespace=row["namespace"] or "",
        hours=row["hours"] or "",
        contact=row["contact"] or "",
        grace_s=row["grace_s"],
        generation=row["generation"],
    )
