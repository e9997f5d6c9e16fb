"""What a harvester needs to remove on evidence only, to wait its turn, to try again and to tell: holds, debts, hosts."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INSTANT = sa.String(27)
TABLES = ("notice", "coverage", "debt", "absence", "hold", "deferral", "host", "source_quirk")

def _added() -> dict[str, tuple[sa.Column[Any], ...]]:
    return {
        "source": (
            sa.Column("namespace", sa.Text()),
            sa.Column("generation", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("hours", sa.Text()),
            sa.Column("contact", sa.Text()),
            sa.Column("grace_s", sa.Integer(), nullable=False, server_default="86400"),
            sa.Column("audit_due_at", _INSTANT),
            sa.Column("audit_wait_s", sa.Integer()),
        ),
        "run": (
            sa.Column("held", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("hold_id", sa.Integer()),
            sa.Column("queued_at", _INSTANT),
            sa.Column("not_before_at", _INSTANT),
            sa.Column("asked", sa.Text(), nullable=False, server_default="{}"),
            sa.Column("turns", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("settings", sa.Text(), nullable=False, server_default="{}"),
            sa.Column("reconciliation", sa.Text(), nullable=False, server_default="{}"),
            sa.Column("host", sa.String(255), nullable=False, server_default=""),
            sa.Column("worked_s", sa.Float(), nullable=False, server_default="0"),
            sa.Column("remarks", sa.Text(), nullable=False, server_default="[]"),
        ),
        "source_record": (
            sa.Column("owner", sa.Text()),
            sa.Column("languages", sa.Text()),
        ),
        "raw_record": (
            sa.Column("previous_sha256", sa.String(64)),
            sa.Column("flaps", sa.Integer(), nullable=False, server_default="0"),
        ),
    }


def upgrade() -> None:
    for table, columns in _added().items():
        for column in columns:
            op.add_column(table, column)
    queued = sa.text("state = 'queued'")
    op.create_index(
        "run_queued_once", "run", ["source_id"], unique=True, sqlite_where=queued, postgresql_where=queued
    )
    _create_care()
    _create_holds()
    _create_debts()


def _create_care() -> None:
    op.create_table(
        "source_quirk",
        sa.Column("source_id", sa.String(63), nullable=False),
        sa.Column("key", sa.String(63), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("learnt_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_source_quirk_source_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("source_id", "key", name="pk_source_quirk"),
    )
    op.create_table(
        "host",
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("delay_s", sa.Float(), nullable=False),
        sa.Column("not_before_at", _INSTANT),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("open_until", _INSTANT),
        sa.Column("run_id", sa.Integer()),
        sa.PrimaryKeyConstraint("name", name="pk_host"),
    )
    op.create_table(
        "notice",
        sa.Column("source_id", sa.String(63), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("since_at", _INSTANT, nullable=False),
        sa.Column("told_at", _INSTANT),
        sa.PrimaryKeyConstraint("source_id", name="pk_notice"),
    )


def _create_holds() -> None:
    op.create_table(
        "deferral",
        sa.Column("source_id", sa.String(63), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("hold_id", sa.Integer()),
        sa.Column("found_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("source_id", "identifier", name="pk_deferral"),
    )
    op.create_index("deferral_of_hold", "deferral", ["hold_id"])
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(63), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("difference", sa.Text(), nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("decision", sa.String(9)),
        sa.Column("decided_at", _INSTANT),
        sa.Column("decided_by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_hold"),
    )
    op.create_index("hold_of_source", "hold", ["source_id", "decision"])
    op.create_table(
        "absence",
        sa.Column("source_id", sa.String(63), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("first_missed_at", _INSTANT, nullable=False),
        sa.Column("last_missed_at", _INSTANT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "identifier", name="pk_absence"),
    )


def _create_debts() -> None:
    op.create_table(
        "debt",
        sa.Column("source_id", sa.String(63), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(9), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("since_at", _INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", _INSTANT, nullable=False),
        sa.Column("code_version", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "identifier", name="pk_debt"),
    )
    op.create_index("debt_due", "debt", ["source_id", "next_try_at"])
    op.create_table(
        "coverage",
        sa.Column("source_id", sa.String(63), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(63), nullable=False),
        sa.Column("having", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "run_id", "measure", name="pk_coverage"),
    )
    # what was refused or failed before there were debts: taken down as by an older program, so that this one tries it
    op.execute(
        "INSERT INTO debt (source_id, identifier, stage, code, value, run_id, since_at, tries, next_try_at, code_version) "
        "SELECT source_id, identifier, CASE state WHEN 'refused' THEN 'validate' ELSE 'crosswalk' END, code, '', run_id, "
        "'2026-01-01T00:00:00.000000Z', 1, '9999-12-31T00:00:00.000000Z', '' "
        "FROM source_record WHERE state IN ('refused', 'failed')"
    )


def downgrade() -> None:
    op.drop_index("run_queued_once", "run")
    for table in TABLES:
        op.drop_table(table)
    for table, columns in _added().items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column.name)
