"""Opening a centre for a command: settings read, database reached, at the right version; makes a new one for init."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

import migrations
from chm_node.publishing.settings_source import CONFIG_FILE, read_settings
from harvester.centre import Centre, open_centre
from harvester.operating_errors import DatabaseBehind, DatabaseUnreachable, NotInitialised
from harvester.settings import Settings

_NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY
_FILE = "sqlite:///"


def open_ready(home: Path | None, **flags: Any) -> Centre:
    """Give the centre of a home; NotInitialised, DatabaseUnreachable or DatabaseBehind where it cannot be used yet."""
    return check_ready(read_settings(Settings, home, **flags))


def check_ready(settings: Settings) -> Centre:
    """Give the centre of settings, which must be there and at the version this program needs."""
    centre = _open(settings)
    held, needed = migrations.current(centre.engine), migrations.head("harvester")
    if not held:
        raise NotInitialised(home=centre.settings.home)
    if held != needed:
        raise DatabaseBehind(held=held, needed=needed)
    return centre


def open_any(home: Path | None, **flags: Any) -> Centre:
    """Give the centre of a home whatever the version of its database."""
    return _open(read_settings(Settings, home, **flags))


def open_for_a_look(home: Path | None, **flags: Any) -> tuple[Centre, bool]:
    """Give what calls out as a home's centre does, and whether there is one: a look at a source needs none."""
    settings = read_settings(Settings, home, **flags)
    try:
        return check_ready(settings), True
    except (NotInitialised, DatabaseBehind):
        return open_centre(settings), False


def _open(settings: Settings) -> Centre:
    if is_missing(settings):
        raise NotInitialised(home=settings.home)
    centre = open_centre(settings)
    _reach(centre.engine)
    return centre


def is_missing(settings: Settings) -> bool:
    """Tell whether the database is a file that is not there; to connect would make an empty one."""
    return settings.database_url.startswith(_FILE) and not Path(settings.database_url.removeprefix(_FILE)).exists()


def initialise(home: Path | None, **facts: str) -> Centre:
    """Make home, configuration and database where they are missing and give the centre; what is there stays."""
    settings = read_settings(Settings, home)
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = settings.home / CONFIG_FILE
    if not path.exists():
        own: dict[str, Any] = {name: value for name, value in facts.items() if value}
        own["token_secret"] = secrets.token_hex(32)
        read_settings(Settings, home, **own)
        # a JSON string is a TOML basic string as well
        lines = [f"{name} = {orjson.dumps(value).decode()}" for name, value in own.items()]
        with os.fdopen(os.open(path, _NEW, 0o600), "w", encoding="utf-8") as file:
            file.write("[harvester]\n" + "\n".join(lines) + "\n")
    settings = read_settings(Settings, home)
    if is_missing(settings):  # what sources send holds addresses of people: for the keeper's eyes only
        os.close(os.open(settings.database_url.removeprefix(_FILE), _NEW, 0o600))
    centre = open_centre(settings)
    _reach(centre.engine)
    migrations.upgrade(centre.engine, "harvester")
    return centre


def _reach(engine: Engine) -> None:
    try:
        with engine.connect():
            pass
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise DatabaseUnreachable(reason=reason) from None
