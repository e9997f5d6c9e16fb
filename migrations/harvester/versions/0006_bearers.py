"""What bears a key is kept with its class; every record is queued, so that its form and keys are made anew."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = ("blocking_key", "recent_key")


def upgrade() -> None:
    _make_anew("bearer", sa.BigInteger())
    _queue_all()


def downgrade() -> None:
    _make_anew("no", _NUMBER)
    _queue_all()


def _queue_all() -> None:
    op.execute("UPDATE form SET version = '' WHERE payload IS NOT NULL")
    op.execute(
        "INSERT INTO matching_queue (source_id, identifier, queued_at) SELECT source_id, identifier, accepted_at"
        " FROM source_record AS stored WHERE record IS NOT NULL AND accepted_at IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM matching_queue AS queued"
        " WHERE queued.source_id = stored.source_id AND queued.identifier = stored.identifier)"
    )


def _make_anew(column: str, kind: sa.types.TypeEngine[int]) -> None:
    for name in _TABLES:
        op.drop_table(name)
        op.create_table(
            name,
            sa.Column("key", sa.BigInteger(), primary_key=True, autoincrement=False),
            sa.Column(column, kind, primary_key=True, autoincrement=False),
            sqlite_with_rowid=False,
        )
