"""A node in one zip file and back: settings and every row of every table, the same for both databases."""

from __future__ import annotations

import zipfile
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, DateTime, Engine, LargeBinary, Table, func, insert, inspect, select

import migrations
from chm_node.database import Node, connect
from chm_node.errors import BackupUnreadable, FileUnwritable, NotEmpty
from chm_node.publishing.settings_source import CONFIG_FILE, find_home
from chm_node.publishing.sql import read, write
from chm_node.settings import Settings
from chm_node.tables import Instant, draft, metadata

_MANIFEST = "manifest.json"
_AT_ONCE = 500


def save_backup(node: Node, path: Path) -> dict[str, int]:
    """Write one consistent snapshot of the node and give how many rows of each table; the node may run meanwhile."""
    unfinished = path.with_name(path.name + ".part")
    manifest = {"node": node.site.node_id, "revision": migrations.head("node"), "saved_at": datetime.now(UTC)}
    rows: dict[str, int] = {}
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive, read(node.engine) as connection:
            archive.writestr(_MANIFEST, orjson.dumps(manifest))
            archive.write(node.settings.home / CONFIG_FILE, CONFIG_FILE)
            for table in metadata.sorted_tables:
                rows[table.name] = _save_table(connection, table, archive)
        unfinished.chmod(0o600)
        unfinished.replace(path)
    except OSError as error:
        raise FileUnwritable(file=path, reason=error.strerror or error) from None
    return rows


def restore_settings(path: Path, home_flag: Path | None) -> Path | None:
    """Bring the settings back where the home has none, and give their file; None where it has."""
    config = find_home(home_flag) / CONFIG_FILE
    if config.exists():
        return None
    with _opened(path) as archive:
        text = archive.read(CONFIG_FILE)
    config.parent.mkdir(parents=True, exist_ok=True)
    config.touch(mode=0o600)
    config.write_bytes(text)
    return config


def load_backup(settings: Settings, path: Path, *, replace: bool) -> dict[str, int]:
    """Bring every row back and give how many of each table; NotEmpty rather than lose records unless ``replace``."""
    with _opened(path) as archive:
        revision = str(orjson.loads(archive.read(_MANIFEST))["revision"])
        saved = {table: archive.read(_name(table)) for table in metadata.sorted_tables}
    engine = connect(settings)
    try:
        held = _count(engine)
        if held and not replace:
            raise NotEmpty(count=held)
        if migrations.current(engine):
            migrations.downgrade(engine, "node", "base")
        migrations.upgrade(engine, "node", revision)
        with write(engine) as connection:
            rows = {table.name: _load_table(connection, table, content) for table, content in saved.items()}
        migrations.upgrade(engine, "node")
    finally:
        engine.dispose()
    return rows


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


def _count(engine: Engine) -> int:
    if not inspect(engine).has_table(draft.name):
        return 0
    with read(engine) as connection:
        return connection.execute(select(func.count()).select_from(draft)).scalar_one()


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
        for column in table.columns:
            value = values.get(column.name)
            if value is not None and isinstance(column.type, LargeBinary):
                values[column.name] = b64decode(value)
            elif value is not None and isinstance(column.type, DateTime | Instant):
                values[column.name] = datetime.fromisoformat(value)
        yield values
