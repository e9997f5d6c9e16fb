"""Entry of Alembic for the harvester's database."""

from harvester.tables import metadata
from migrations.environment import run

run(metadata)
