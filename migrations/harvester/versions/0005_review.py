"""What the review queue needs to find waiting pairs, and what people decided, among very many judgements."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WAITING = sa.text("ended_at IS NULL AND verdict = 'unsure'")
_OF_PEOPLE = sa.text("ended_at IS NULL AND by_kind = 'person'")


def upgrade() -> None:
    for name, column, where in (
        ("judgement_waiting", "probability", _WAITING),
        ("judgement_of_people", "verdict", _OF_PEOPLE),
    ):
        op.create_index(name, "judgement", [column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("judgement_of_people", "judgement")
    op.drop_index("judgement_waiting", "judgement")
