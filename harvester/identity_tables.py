"""The tables of identity resolution: folded records, blocking keys, judgements, ids that lead on; nothing of when."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text, text

from harvester.instants import UtcInstant

_Number = BigInteger().with_variant(Integer, "sqlite")
_LIVE = text("ended_at IS NULL")
_WAITING = text("ended_at IS NULL AND verdict = 'unsure'")
_OF_PEOPLE = text("ended_at IS NULL AND by_kind = 'person'")


@dataclass(frozen=True, slots=True)
class IdentityTables:
    """What identity resolution keeps besides ``source_record`` and ``identity_key``."""

    form: Table
    blocking_key: Table
    recent_key: Table
    matching_queue: Table
    judgement: Table
    id_redirect: Table
    resolution_state: Table


def add_identity_tables(metadata: MetaData) -> IdentityTables:
    """Add the tables to the metadata and give them by name."""
    return IdentityTables(
        form=_form(metadata),
        blocking_key=_blocking_key(metadata, "blocking_key"),
        recent_key=_blocking_key(metadata, "recent_key"),
        matching_queue=_matching_queue(metadata),
        judgement=_judgement(metadata),
        id_redirect=_id_redirect(metadata),
        resolution_state=_resolution_state(metadata),
    )


def _form(metadata: MetaData) -> Table:
    # A record folded for comparing; its number is never given to another, its payload is empty once the record is gone.
    return Table(
        "form",
        metadata,
        Column("no", _Number, primary_key=True),
        Column("source_id", String(63), nullable=False),
        Column("identifier", Text, nullable=False),
        Column("version", String(40), nullable=False),
        Column("fingerprint", String(64), nullable=False),
        Column("payload", LargeBinary),
        Index("form_of_record", "source_id", "identifier", unique=True),
        sqlite_autoincrement=True,
    )


def _blocking_key(metadata: MetaData, name: str) -> Table:
    # Which forms share a signature; 64-bit hashes, read as one range of the primary key. A bearer is the number of a
    # form and its class. New ones lie in a small table first: single hashes put into a large tree would each rewrite a
    # page of it.
    return Table(
        name,
        metadata,
        Column("key", BigInteger, primary_key=True, autoincrement=False),
        Column("bearer", BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )


def _matching_queue(metadata: MetaData) -> Table:
    # Records that came, changed or left, and have not been matched since.
    return Table(
        "matching_queue",
        metadata,
        Column("source_id", String(63), primary_key=True),
        Column("identifier", Text, primary_key=True),
        Column("queued_at", UtcInstant, nullable=False),
        sqlite_with_rowid=False,
    )


def _judgement(metadata: MetaData) -> Table:
    # What was said of two records, by whom and why. Rows are only ever added, and ended: nothing said is forgotten.
    pair = ("a_source", "a_identifier", "b_source", "b_identifier")
    return Table(
        "judgement",
        metadata,
        Column("id", _Number, primary_key=True),
        Column("a_source", String(63), nullable=False),
        Column("a_identifier", Text, nullable=False),
        Column("b_source", String(63), nullable=False),
        Column("b_identifier", Text, nullable=False),
        Column("verdict", String(9), nullable=False),
        Column("relation", String(16), nullable=False, server_default=""),
        Column("by_kind", String(6), nullable=False),
        Column("by", Text, nullable=False),
        Column("model_version", String(40), nullable=False, server_default=""),
        Column("probability", Float),
        Column("evidence", Text, nullable=False, server_default="[]"),
        Column("note", Text, nullable=False, server_default=""),
        Column("made_at", UtcInstant, nullable=False),
        Column("ended_at", UtcInstant),
        Column("ended_by", Text),
        Column("ended_why", Text),
        Index("judgement_live", *pair, "by_kind", "by", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("judgement_by_people", *pair, unique=True, sqlite_where=_OF_PEOPLE, postgresql_where=_OF_PEOPLE),
        Index("judgement_of_a", "a_source", "a_identifier"),
        Index("judgement_of_b", "b_source", "b_identifier"),
        Index("judgement_waiting", "probability", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("judgement_of_people", "verdict", sqlite_where=_OF_PEOPLE, postgresql_where=_OF_PEOPLE),
        sqlite_autoincrement=True,
    )


def _id_redirect(metadata: MetaData) -> Table:
    # Canonical ids whose thing was joined with an older one: where they lead, why, and until when.
    return Table(
        "id_redirect",
        metadata,
        Column("id", _Number, primary_key=True),
        Column("local_id", String(128), nullable=False),
        Column("target", String(128), nullable=False),
        Column("why", Text, nullable=False),
        Column("made_at", UtcInstant, nullable=False),
        Column("ended_at", UtcInstant),
        Index("id_redirect_live", "local_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("id_redirect_target", "target", sqlite_where=_LIVE, postgresql_where=_LIVE),
        sqlite_autoincrement=True,
    )


def _resolution_state(metadata: MetaData) -> Table:
    # What may merge by itself and on what evidence, keys too common to be read, rebuilds: a few values by name.
    return Table(
        "resolution_state",
        metadata,
        Column("key", String(63), primary_key=True),
        Column("value", Text, nullable=False),
    )
