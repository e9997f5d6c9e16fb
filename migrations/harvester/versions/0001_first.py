"""The first tables of a harvester."""

import sqlalchemy as sa
from alembic import op

from migrations import publication_0001

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = ("outcome", "identity_key", "source_record", "raw_record", "run", "source_setting", "source")


def upgrade() -> None:
    publication_0001.create()
    _create_sources()
    _create_runs()
    _create_records()


def _create_sources() -> None:
    op.create_table(
        "source",
        sa.Column("id", sa.String(63), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("protocol", sa.String(32), nullable=False),
        sa.Column("country", sa.String(2)),
        sa.Column("every_s", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.String(27), nullable=False),
        sa.Column("next_due_at", sa.String(27), nullable=False),
        sa.Column("since", sa.Text()),
        sa.Column("cursor", sa.Text()),
        sa.Column("pending_since", sa.Text()),
        sa.Column("lease_owner", sa.Text()),
        sa.Column("lease_token", sa.String(36)),
        sa.Column("lease_until", sa.String(27)),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_run_id", sa.Integer()),
        sa.Column("last_success_at", sa.String(27)),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
    )
    op.create_index("source_due", "source", ["next_due_at"])
    op.create_table(
        "source_setting",
        sa.Column("source_id", sa.String(63), nullable=False),
        sa.Column("key", sa.String(63), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_source_setting_source_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("source_id", "key", name="pk_source_setting"),
    )


def _create_runs() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(63), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.String(40), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("started_at", sa.String(27), nullable=False),
        sa.Column("heartbeat_at", sa.String(27), nullable=False),
        sa.Column("finished_at", sa.String(27)),
        sa.Column("since", sa.Text()),
        sa.Column("began_at_cursor", sa.Text()),
        sa.Column("cursor", sa.Text()),
        sa.Column("first_response_date", sa.Text()),
        sa.Column("expected", sa.Integer()),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("warned", sa.Integer(), nullable=False),
        sa.Column("stages", sa.Text(), nullable=False),
        sa.Column("code_version", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    op.create_index("run_by_state", "run", ["state"])
    op.create_index("run_of_source", "run", ["source_id", "id"])
    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(63), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(9), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("local_id", sa.String(128)),
        sa.Column("happened_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outcome"),
    )
    op.create_index("outcome_of_run", "outcome", ["run_id", "id"])
    op.create_index("outcome_of_source", "outcome", ["source_id", "id"])


def _create_records() -> None:
    op.create_table(
        "raw_record",
        sa.Column("source_id", sa.String(63), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("format", sa.String(32), nullable=False),
        sa.Column("datestamp", sa.Text()),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("sets", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("fetched_at", sa.String(27), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "identifier", name="pk_raw_record"),
    )
    op.create_index("raw_record_fetched", "raw_record", ["source_id", "fetched_at"])
    op.create_table(
        "source_record",
        sa.Column("source_id", sa.String(63), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary()),
        sa.Column("fingerprint", sa.String(64)),
        sa.Column("accepted_at", sa.String(27)),
        sa.Column("local_id", sa.String(128)),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "identifier", name="pk_source_record"),
    )
    op.create_index("source_record_local_id", "source_record", ["local_id"])
    op.create_index("source_record_state", "source_record", ["source_id", "state"])
    op.create_table(
        "identity_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("source_id", sa.String(63), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", "source_id", "identifier", name="pk_identity_key"),
    )
    op.create_index("identity_key_of_record", "identity_key", ["source_id", "identifier"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    publication_0001.drop()
