"""Entry of Alembic for the node's database."""

from chm_node.tables import metadata
from migrations.environment import run

run(metadata)
