"""Alembic steps of the node's database."""
