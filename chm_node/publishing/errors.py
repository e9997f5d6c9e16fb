"""What can go wrong in the published store; the docstring of each is its message."""

from __future__ import annotations

from typing import ClassVar

from chm_node.shell.terminal import ChmError, Exit


class DatabaseUnsupported(ChmError):
    """The database address {url} cannot be used: {reason}."""

    exit_code: ClassVar[Exit] = Exit.USAGE
    fix: ClassVar[str] = "Set CHM_DATABASE_URL to sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE."


class RecordIdTaken(ChmError):
    """The record id {record_id} is already published as {holder} and cannot be published again as {local_id}."""

    http_status: ClassVar[int] = 409
    fix: ClassVar[str] = "Publish the change under {holder}, or give the new record an id of its own."


class StoredRecordUnreadable(ChmError):
    """The stored record {local_id} cannot be read: {reason}."""

    fix: ClassVar[str] = "Publish the record again from its source."
