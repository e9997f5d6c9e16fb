"""The harvester's tables; says how things are stored and nothing about when."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from chm_node.publishing.tables import add_publication_tables
from harvester.identity_tables import add_identity_tables
from harvester.instants import UtcInstant as UtcInstant

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING)

source = Table(
    "source",
    metadata,
    Column("id", String(63), primary_key=True),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("protocol", String(32), nullable=False),
    Column("country", String(2)),
    Column("every_s", Integer, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("added_at", UtcInstant, nullable=False),
    Column("next_due_at", UtcInstant, nullable=False),
    # where the next run begins: `since` after a complete list, `cursor` inside an interrupted one
    Column("since", Text),
    Column("cursor", Text),
    Column("pending_since", Text),
    Column("lease_owner", Text),
    Column("lease_token", String(36)),
    Column("lease_until", UtcInstant),
    Column("failures", Integer, nullable=False),
    Column("last_run_id", Integer),
    Column("last_success_at", UtcInstant),
    # whose records it may change: the node id or OAI repository identifier it speaks for
    Column("namespace", Text),
    # counts the edits of its address and settings, so that a run that began before one keeps no place after it
    Column("generation", Integer, nullable=False, server_default="0"),
    Column("hours", Text),
    Column("contact", Text),
    Column("grace_s", Integer, nullable=False, server_default="86400"),
    Column("audit_due_at", UtcInstant),
    Column("audit_wait_s", Integer),
    Index("source_due", "next_due_at"),
)

source_quirk = Table(
    "source_quirk",
    metadata,
    Column("source_id", ForeignKey("source.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(63), primary_key=True),
    Column("value", Text, nullable=False),
    Column("learnt_at", UtcInstant, nullable=False),
)

host = Table(
    "host",
    metadata,
    # host:port of source addresses: how it wants to be treated, whatever the source
    Column("name", String(255), primary_key=True),
    Column("delay_s", Float, nullable=False),
    Column("not_before_at", UtcInstant),
    Column("failures", Integer, nullable=False),
    Column("open_until", UtcInstant),
    # the run that asks it now: one connection a host
    Column("run_id", Integer),
)

source_setting = Table(
    "source_setting",
    metadata,
    Column("source_id", ForeignKey("source.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(63), primary_key=True),
    Column("value", Text, nullable=False),
)

_QUEUED = text("state = 'queued'")

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", String(63), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("reason_code", String(40), nullable=False),
    Column("owner", Text, nullable=False),
    Column("started_at", UtcInstant, nullable=False),
    Column("heartbeat_at", UtcInstant, nullable=False),
    Column("finished_at", UtcInstant),
    Column("since", Text),
    Column("began_at_cursor", Text),
    Column("cursor", Text),
    Column("first_response_date", Text),
    Column("expected", Integer),
    Column("pages", Integer, nullable=False),
    *(
        Column(name, Integer, nullable=False)
        for name in ("read", "created", "updated", "unchanged", "deleted", "refused", "failed", "warned")
    ),
    Column("stages", Text, nullable=False),
    Column("code_version", String(40), nullable=False),
    Column("held", Integer, nullable=False, server_default="0"),
    Column("hold_id", Integer),
    # a run waits in the queue as a row of its own: since when, not before when, what was asked, how often interrupted
    Column("queued_at", UtcInstant),
    Column("not_before_at", UtcInstant),
    Column("asked", Text, nullable=False, server_default="{}"),
    Column("turns", Integer, nullable=False, server_default="0"),
    # the source as it was when the run began, and what was found out when it ended; both JSON
    Column("settings", Text, nullable=False, server_default="{}"),
    Column("reconciliation", Text, nullable=False, server_default="{}"),
    # host:port it asks, empty where none; seconds worked in all its turns; what was odd about its list so far, JSON
    Column("host", String(255), nullable=False, server_default=""),
    Column("worked_s", Float, nullable=False, server_default="0"),
    Column("remarks", Text, nullable=False, server_default="[]"),
    Index("run_of_source", "source_id", "id"),
    Index("run_by_state", "state"),
    Index("run_queued_once", "source_id", unique=True, sqlite_where=_QUEUED, postgresql_where=_QUEUED),
)

run_death = Table(
    "run_death",
    metadata,
    # workers that died in the middle of a run: after how many records, how often there since when, with a page in hand
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("times", Integer, nullable=False),
    Column("since", UtcInstant, nullable=False),
    Column("in_hand", Boolean, nullable=False),
)

raw_record = Table(
    "raw_record",
    metadata,
    Column("source_id", String(63), primary_key=True),
    Column("identifier", Text, primary_key=True),
    Column("format", String(32), nullable=False),
    Column("datestamp", Text),
    Column("deleted", Boolean, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("sets", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("fetched_at", UtcInstant, nullable=False),
    Column("run_id", Integer, nullable=False),
    # the digest before this one, and how often the two took turns
    Column("previous_sha256", String(64)),
    Column("flaps", Integer, nullable=False, server_default="0"),
    Index("raw_record_fetched", "source_id", "fetched_at"),
)

source_record = Table(
    "source_record",
    metadata,
    Column("source_id", String(63), primary_key=True),
    Column("identifier", Text, primary_key=True),
    Column("state", String(8), nullable=False),
    Column("code", String(40), nullable=False),
    Column("problems", Text, nullable=False),
    # the last accepted version; empty once deleted. Later refusals leave it in place
    Column("record", LargeBinary),
    Column("fingerprint", String(64)),
    Column("accepted_at", UtcInstant),
    # the canonical id, kept after a deletion so that a record that comes back gets it again
    Column("local_id", String(128)),
    Column("run_id", Integer, nullable=False),
    # whom the accepted version speaks for and in which languages, to notice when many change at once
    Column("owner", Text),
    Column("languages", Text),
    # since when it is at home under its id, and the id it brought where its thing was joined: it parts with it again
    Column("first_at", UtcInstant),
    Column("own_id", String(128)),
    Index("source_record_local_id", "local_id"),
    Index("source_record_state", "source_id", "state"),
)

identity_key = Table(
    "identity_key",
    metadata,
    Column("key", Text, primary_key=True),
    Column("source_id", String(63), primary_key=True),
    Column("identifier", Text, primary_key=True),
    Index("identity_key_of_record", "source_id", "identifier"),
)

outcome = Table(
    "outcome",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, nullable=False),
    Column("source_id", String(63), nullable=False),
    Column("identifier", Text, nullable=False),
    Column("outcome", String(9), nullable=False),
    Column("code", String(40), nullable=False),
    Column("problems", Text, nullable=False),
    Column("local_id", String(128)),
    Column("happened_at", UtcInstant, nullable=False),
    Index("outcome_of_run", "run_id", "id"),
    Index("outcome_of_source", "source_id", "id"),
)

deferral = Table(
    "deferral",
    metadata,
    # a change not carried out yet: a removal, or a change of owner or language, until its run is judged as a whole
    Column("source_id", String(63), primary_key=True),
    Column("identifier", Text, primary_key=True),
    Column("reason", String(16), nullable=False),
    Column("run_id", Integer, nullable=False),
    Column("hold_id", Integer),
    Column("found_at", UtcInstant, nullable=False),
    Index("deferral_of_hold", "hold_id"),
)

hold = Table(
    "hold",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", String(63), nullable=False),
    Column("run_id", Integer, nullable=False),
    Column("code", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("difference", Text, nullable=False),
    Column("opened_at", UtcInstant, nullable=False),
    Column("decision", String(9)),
    Column("decided_at", UtcInstant),
    Column("decided_by", Text),
    Index("hold_of_source", "source_id", "decision"),
)

absence = Table(
    "absence",
    metadata,
    # a record we hold that complete lists of its source no longer name
    Column("source_id", String(63), primary_key=True),
    Column("identifier", Text, primary_key=True),
    Column("first_missed_at", UtcInstant, nullable=False),
    Column("last_missed_at", UtcInstant, nullable=False),
    Column("times", Integer, nullable=False),
)

debt = Table(
    "debt",
    metadata,
    # a record one stage could not deal with, tried again though its source says nothing new
    Column("source_id", String(63), primary_key=True),
    Column("identifier", Text, primary_key=True),
    Column("stage", String(9), nullable=False),
    Column("code", String(40), nullable=False),
    Column("value", Text, nullable=False),
    Column("run_id", Integer, nullable=False),
    Column("since_at", UtcInstant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try_at", UtcInstant, nullable=False),
    Column("code_version", String(40), nullable=False),
    Index("debt_due", "source_id", "next_try_at"),
)

coverage = Table(
    "coverage",
    metadata,
    # how many of the records a run understood had a field, or held a value outside its vocabulary
    Column("source_id", String(63), primary_key=True),
    Column("run_id", Integer, primary_key=True),
    Column("measure", String(63), primary_key=True),
    Column("having", Integer, nullable=False),
    Column("of", Integer, nullable=False),
)

notice = Table(
    "notice",
    metadata,
    # what was last told of a source, so that it is told once
    Column("source_id", String(63), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("code", String(40), nullable=False),
    Column("since_at", UtcInstant, nullable=False),
    Column("told_at", UtcInstant),
)

publication = add_publication_tables(metadata)

_identity = add_identity_tables(metadata)
form, matching_queue = _identity.form, _identity.matching_queue
judgement, id_redirect, resolution_state = _identity.judgement, _identity.id_redirect, _identity.resolution_state
