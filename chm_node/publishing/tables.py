"""The tables of the published side; the node and the harvester each add them to a MetaData of their own."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

_Number = BigInteger().with_variant(Integer, "sqlite")


@dataclass(frozen=True, slots=True)
class PublicationTables:
    """What is published: ``item`` and its ``rendition`` bytes, the ``change`` log, set membership and the ``clock``.

    Datestamps are whole seconds since 1970 UTC: they compare the same way in both databases.
    """

    item: Table
    rendition: Table
    change: Table
    item_set: Table
    clock: Table


def add_publication_tables(metadata: MetaData) -> PublicationTables:
    """Add the tables to the metadata and give them by name."""
    return PublicationTables(
        item=_item(metadata),
        rendition=_rendition(metadata),
        change=_change(metadata),
        item_set=_item_set(metadata),
        clock=_clock(metadata),
    )


def _item(metadata: MetaData) -> Table:
    # One row a record that was ever published, at its latest change; a withdrawn one stays as a tombstone.
    return Table(
        "item",
        metadata,
        Column("local_id", String(128), primary_key=True),
        Column("record_id", Text, nullable=False, unique=True),
        Column("type", String(32), nullable=False),
        Column("sequence", _Number, nullable=False, unique=True),
        Column("datestamp", _Number, nullable=False),
        Column("deleted", Boolean, nullable=False),
        Column("fingerprint", String(64), nullable=False),  # empty when deleted
        Column("sets", Text, nullable=False),  # every setSpec, separated by spaces
        Column("title", Text, nullable=False),  # JSON: text by language
        Column("reason", Text, nullable=False),  # JSON: why it was withdrawn
        Index("item_datestamp", "datestamp", "sequence"),
    )


def _rendition(metadata: MetaData) -> Table:
    # site_key is empty for native bytes, which do not depend on the site.
    return Table(
        "rendition",
        metadata,
        Column("local_id", String(128), primary_key=True),
        Column("format", String(32), primary_key=True),
        Column("site_key", String(16), nullable=False),
        Column("body", LargeBinary, nullable=False),
    )


def _change(metadata: MetaData) -> Table:
    return Table(
        "change",
        metadata,
        Column("sequence", _Number, primary_key=True, autoincrement=False),
        Column("local_id", String(128), nullable=False),
        Column("op", String(8), nullable=False),  # upsert | delete
        Column("datestamp", _Number, nullable=False),
    )


def _item_set(metadata: MetaData) -> Table:
    # An item is named by its sequence: a page of a set is then one range of this key.
    return Table(
        "item_set",
        metadata,
        Column("set_spec", String(64), primary_key=True),
        Column("sequence", _Number, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )


def _clock(metadata: MetaData) -> Table:
    # One row, made by the first publication; whoever holds its lock is the one publisher.
    return Table(
        "clock",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("sequence", _Number, nullable=False, server_default="0"),
        Column("datestamp", _Number, nullable=False, server_default="0"),
    )
