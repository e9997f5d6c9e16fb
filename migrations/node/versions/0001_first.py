"""The first tables of a node."""

import sqlalchemy as sa
from alembic import op

from migrations import publication_0001

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_KEPT = "a version is never changed or deleted"
_POSTGRES = f"""
CREATE FUNCTION keep_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{_KEPT}'; END $$;
CREATE TRIGGER version_kept BEFORE UPDATE OR DELETE ON version FOR EACH ROW EXECUTE FUNCTION keep_version();
"""


def upgrade() -> None:
    publication_0001.create()
    op.create_table(
        "draft",
        sa.Column("local_id", sa.String(128), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False, comment="native JSON of the working copy"),
        sa.Column("problems", sa.Text(), nullable=False, comment="JSON list"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="counts every change; guards against lost updates"),
        sa.Column("published", sa.Boolean(), nullable=False, comment="whether some version is public now"),
        sa.Column("author", sa.String(254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("local_id", name="pk_draft"),
    )
    op.create_index("ix_draft_state", "draft", ["state"])
    op.create_table(
        "version",
        sa.Column("local_id", sa.String(128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("native", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("approved_by", sa.String(254), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("local_id", "number", name="pk_version"),
        sa.ForeignKeyConstraint(["local_id"], ["draft.local_id"], name="fk_version_local_id"),
    )
    op.create_table(
        "transition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("local_id", sa.String(128), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("target", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transition"),
        sa.ForeignKeyConstraint(["local_id"], ["draft.local_id"], name="fk_transition_local_id"),
    )
    op.create_index("ix_transition_local_id_id", "transition", ["local_id", "id"])
    _create_people()
    _keep_versions()


def _create_people() -> None:
    op.create_table(
        "account",
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("email", name="pk_account"),
    )
    op.create_table(
        "token",
        sa.Column("prefix", sa.String(16), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("label", sa.String(254), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("prefix", name="pk_token"),
        sa.UniqueConstraint("sha256", name="uq_token_sha256"),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
    )


def _keep_versions() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POSTGRES)
        return
    for verb in ("UPDATE", "DELETE"):
        body = f"BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END"
        op.execute(f"CREATE TRIGGER version_kept_{verb.lower()} BEFORE {verb} ON version {body}")


def downgrade() -> None:
    for table in ("setting", "token", "account", "transition", "version", "draft"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_version()")
    publication_0001.drop()
