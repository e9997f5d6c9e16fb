"""What a harvester needs to judge which records are one thing: forms, blocking keys, judgements, redirected ids."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INSTANT = sa.String(27)
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LIVE = sa.text("ended_at IS NULL")
TABLES = ("resolution_state", "id_redirect", "judgement", "matching_queue", "recent_key", "blocking_key", "form")


def upgrade() -> None:
    op.add_column("source_record", sa.Column("first_at", _INSTANT))
    op.add_column("source_record", sa.Column("own_id", sa.String(128)))
    op.execute("UPDATE source_record SET first_at = accepted_at WHERE accepted_at IS NOT NULL")
    _create_matching()
    op.execute(  # what was harvested before is matched as what comes now
        "INSERT INTO matching_queue (source_id, identifier, queued_at) SELECT source_id, identifier, accepted_at"
        " FROM source_record WHERE record IS NOT NULL AND accepted_at IS NOT NULL"
    )
    _create_judgements()
    op.create_table(
        "resolution_state",
        sa.Column("key", sa.String(63), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
    )


def _create_matching() -> None:
    op.create_table(
        "form",
        sa.Column("no", _NUMBER, primary_key=True),
        sa.Column("source_id", sa.String(63), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("payload", sa.LargeBinary()),
        sqlite_autoincrement=True,
    )
    op.create_index("form_of_record", "form", ["source_id", "identifier"], unique=True)
    for name in ("blocking_key", "recent_key"):
        op.create_table(
            name,
            sa.Column("key", sa.BigInteger(), primary_key=True, autoincrement=False),
            sa.Column("no", _NUMBER, primary_key=True, autoincrement=False),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "matching_queue",
        sa.Column("source_id", sa.String(63), primary_key=True),
        sa.Column("identifier", sa.Text(), primary_key=True),
        sa.Column("queued_at", _INSTANT, nullable=False),
        sqlite_with_rowid=False,
    )


def _create_judgements() -> None:
    op.create_table(
        "judgement",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("a_source", sa.String(63), nullable=False),
        sa.Column("a_identifier", sa.Text(), nullable=False),
        sa.Column("b_source", sa.String(63), nullable=False),
        sa.Column("b_identifier", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(9), nullable=False),
        sa.Column("relation", sa.String(16), nullable=False, server_default=""),
        sa.Column("by_kind", sa.String(6), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("model_version", sa.String(40), nullable=False, server_default=""),
        sa.Column("probability", sa.Float()),
        sa.Column("evidence", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.Column("ended_by", sa.Text()),
        sa.Column("ended_why", sa.Text()),
        sqlite_autoincrement=True,
    )
    pair = ["a_source", "a_identifier", "b_source", "b_identifier", "by_kind"]
    op.create_index("judgement_live", "judgement", pair, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)
    op.create_index("judgement_of_a", "judgement", pair[:2])
    op.create_index("judgement_of_b", "judgement", pair[2:4])
    op.create_table(
        "id_redirect",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("local_id", sa.String(128), nullable=False),
        sa.Column("target", sa.String(128), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sqlite_autoincrement=True,
    )
    for name, column, unique in (("id_redirect_live", "local_id", True), ("id_redirect_target", "target", False)):
        op.create_index(name, "id_redirect", [column], unique=unique, sqlite_where=_LIVE, postgresql_where=_LIVE)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("source_record", "own_id")
    op.drop_column("source_record", "first_at")
