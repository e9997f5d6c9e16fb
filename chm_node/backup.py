"""A node in one zip file and back: settings and every row of every table, the same for both databases."""

from __future__ import annotations

import zipfile
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, DateTime, LargeBinary, Table, func, insert, inspect, select
from sqlalchemy.exc import SQLAlchemyError

import migrations
from chm_node.database import Node, connect, write_or_try
from chm_node.errors import BackupOfAnother, BackupUnreadable, NotEmpty
from chm_node.publishing.search.live import forget_index
from chm_node.publishing.settings_source import CONFIG_FILE
from chm_node.publishing.sql import read
from chm_node.settings import Settings
from chm_node.tables import Instant, account, draft, metadata, token, transition
from chm_node.whole_file import whole_file

_MANIFEST = "manifest.json"
_AT_ONCE = 500


def save_backup(node: Node, path: Path) -> dict[str, int]:
    """Write one consistent snapshot of the node and give how many rows of each table; the node may run meanwhile."""
    manifest = {"node": node.site.node_id, "revision": migrations.head("node"), "saved_at": datetime.now(UTC)}
    rows: dict[str, int] = {}
    with whole_file(path, private=True) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_MANIFEST, orjson.dumps(manifest))
        archive.write(node.settings.home / CONFIG_FILE, CONFIG_FILE)
        with read(node.engine) as connection:
            for table in metadata.sorted_tables:
                rows[table.name] = _save_table(connection, table, archive)
    return rows


def restore_settings(path: Path, home: Path) -> Path | None:
    """Bring the settings back where the home has none, and give their file; None where it has."""
    config = home / CONFIG_FILE
    if config.exists():
        return None
    with _opened(path) as archive:
        text = archive.read(CONFIG_FILE)
    config.parent.mkdir(parents=True, exist_ok=True)
    config.touch(mode=0o600)
    config.write_bytes(text)
    return config


def load_backup(settings: Settings, path: Path, *, replace: bool, dry_run: bool = False) -> dict[str, int]:
    """Bring every row back, all in one transaction, and give how many of each table.

    Raises NotEmpty rather than lose anything unless ``replace``, BackupOfAnother for the backup of another node, and
    BackupUnreadable; what the node held is then as it was. A dry run does the same and keeps nothing.
    """
    with _opened(path) as archive:
        manifest = _manifest(path, archive.read(_MANIFEST))
        saved = {table: archive.read(_name(table)) for table in metadata.sorted_tables}
    if manifest["node"] != settings.node_id:
        raise BackupOfAnother(file=path, node=manifest["node"], own=settings.node_id)
    if not migrations.knows("node", manifest["revision"]):
        raise BackupUnreadable(file=path, reason=f"a newer program made it, at revision {manifest['revision']}")
    engine = connect(settings)
    try:
        with write_or_try(engine, dry_run=dry_run) as connection:
            held = _count(connection)
            if held and not replace:
                raise NotEmpty(count=held)
            rows = _replace_all(connection, manifest["revision"], saved)
    except (ValueError, LookupError, SQLAlchemyError) as error:
        reason = str(error).strip().splitlines()[0]
        raise BackupUnreadable(file=path, reason=f"its rows do not fit ({reason})") from None
    finally:
        engine.dispose()
    if not dry_run:
        forget_index(settings.search_directory)
    return rows


def _manifest(path: Path, content: bytes) -> dict[str, str]:
    try:
        value = orjson.loads(content)
        return {"node": str(value["node"]), "revision": str(value["revision"])}
    except (orjson.JSONDecodeError, LookupError, TypeError):
        raise BackupUnreadable(file=path, reason=f"its {_MANIFEST} is damaged") from None


def _replace_all(connection: Connection, revision: str, saved: Mapping[Table, bytes]) -> dict[str, int]:
    if migrations.current(connection):
        migrations.downgrade(connection, "node", "base")
    migrations.upgrade(connection, "node", revision)
    rows = {table.name: _load_table(connection, table, content) for table, content in saved.items()}
    migrations.upgrade(connection, "node")
    _continue_numbering(connection)
    return rows


def _continue_numbering(connection: Connection) -> None:
    """Have PostgreSQL count on from the highest number restored; SQLite does so by itself."""
    if connection.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(transition.name, "id")
        highest = select(func.max(transition.c.id)).scalar_subquery()
        connection.execute(select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None))))


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise BackupUnreadable(file=path, reason=str(error)) from None
    wanted = {_MANIFEST, CONFIG_FILE, *(_name(table) for table in metadata.sorted_tables)}
    if missing := wanted - set(archive.namelist()):
        raise BackupUnreadable(file=path, reason=f"{', '.join(sorted(missing))} is missing")
    if broken := archive.testzip():
        raise BackupUnreadable(file=path, reason=f"{broken} is damaged")
    return archive


def _name(table: Table) -> str:
    return f"tables/{table.name}.ndjson"


def _count(connection: Connection) -> int:
    if not inspect(connection).has_table(draft.name):
        return 0
    kept = (draft, account, token)
    return sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in kept)


def _save_table(connection: Connection, table: Table, archive: zipfile.ZipFile) -> int:
    written = 0
    with archive.open(_name(table), "w") as file:
        for row in connection.execute(select(table)).yield_per(_AT_ONCE).mappings():
            file.write(orjson.dumps({str(key): _plain(value) for key, value in row.items()}) + b"\n")
            written += 1
    return written


def _plain(value: Any) -> Any:
    return b64encode(value).decode() if isinstance(value, bytes) else value


def _load_table(connection: Connection, table: Table, content: bytes) -> int:
    rows = list(_rows(table, content))
    for start in range(0, len(rows), _AT_ONCE):
        connection.execute(insert(table), rows[start : start + _AT_ONCE])
    return len(rows)


def _rows(table: Table, content: bytes) -> Iterator[Mapping[str, Any]]:
    for line in content.splitlines():
        values = orjson.loads(line)
        if not isinstance(values, dict) or not {column.name for column in table.primary_key} <= set(values):
            raise ValueError(f"a row of {table.name} is not one")
        for column in table.columns:
            value = values.get(column.name)
            if value is not None and isinstance(column.type, LargeBinary):
                values[column.name] = b64decode(value)
            elif value is not None and isinstance(column.type, DateTime | Instant):
                values[column.name] = datetime.fromisoformat(value)
        yield values
