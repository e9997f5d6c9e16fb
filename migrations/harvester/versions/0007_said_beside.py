"""What keys say of two records stands beside what a rule or an owner says of them; people still say one thing."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_PAIR = ["a_source", "a_identifier", "b_source", "b_identifier"]
_LIVE = sa.text("ended_at IS NULL")
_OF_PEOPLE = sa.text("ended_at IS NULL AND by_kind = 'person'")
_BESIDE = (
    "UPDATE judgement SET ended_at = made_at, ended_by = 'resolver', ended_why = 'the records no longer say so'"
    " WHERE ended_at IS NULL AND (by_kind, \"by\") IN (('rule', 'certain-identifier'), ('owner', 'same-as'))"
    " AND EXISTS (SELECT 1 FROM judgement AS other WHERE other.ended_at IS NULL AND other.id <> judgement.id"
    " AND other.a_source = judgement.a_source AND other.a_identifier = judgement.a_identifier"
    " AND other.b_source = judgement.b_source AND other.b_identifier = judgement.b_identifier"
    " AND other.by_kind = judgement.by_kind)"
)


def upgrade() -> None:
    op.drop_index("judgement_live", "judgement")
    _create_live([*_PAIR, "by_kind", "by"])
    op.create_index(
        "judgement_by_people", "judgement", _PAIR, unique=True, sqlite_where=_OF_PEOPLE, postgresql_where=_OF_PEOPLE
    )


def downgrade() -> None:
    op.drop_index("judgement_by_people", "judgement")
    op.drop_index("judgement_live", "judgement")
    op.execute(_BESIDE)
    _create_live([*_PAIR, "by_kind"])


def _create_live(columns: list[str]) -> None:
    op.create_index("judgement_live", "judgement", columns, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)
