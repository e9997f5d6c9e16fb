"""Making a node: its home, its settings file and its database, once; what is there already is never overwritten."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import migrations
from chm_node.database import connect
from chm_node.errors import AddressWrong, AlreadyInitialised, FileUnwritable
from chm_node.publishing.settings_source import CONFIG_FILE, SettingWrong, find_home, read_settings
from chm_node.settings import EMAIL, Settings, propose_node_id, propose_oai_host
from vocabularies.concepts import load_scheme

_HEADER = """\
# Settings of this node. A CHM_* variable wins over a line here, and a flag over both.
# token_secret signs resumption tokens: keep this file to yourself. Never change node_id and oai_host:
# they are part of the identifier of every record.
"""


def initialise(home_flag: Path | None, answers: Mapping[str, str]) -> Settings:
    """Make a node in its home and give its settings.

    ``answers`` holds settings by name as text; those left empty are proposed or keep their defaults. Raises
    AlreadyInitialised, AddressWrong, SettingWrong, FileUnwritable or DatabaseUnreachable.
    """
    home = find_home(home_flag)
    config = home / CONFIG_FILE
    if config.exists():
        raise AlreadyInitialised(home=home)
    values = _complete({name: text.strip() for name, text in answers.items() if text.strip()})
    if (email := values.get("email")) and not EMAIL.fullmatch(email):
        raise AddressWrong(email=email)
    flags: dict[str, Any] = dict(values)
    settings = read_settings(Settings, home_flag, **flags)
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileUnwritable(file=home, reason=error.strerror or error) from None
    engine = connect(settings)
    migrations.upgrade(engine, "node")
    engine.dispose()
    _save(config, values)
    return settings


def country_name(code: str) -> str:
    """Give a country's English name; SettingWrong where it is no country."""
    concept = load_scheme("countries").find(code)
    if concept is None:
        raise SettingWrong(setting="country", reason=f"{code} is no country we know", place="--country")
    return concept.label("en")[0]


def _complete(given: dict[str, str]) -> dict[str, str]:
    values = dict(given)
    if country := values.get("country"):
        concept = load_scheme("countries").find(country)
        name = country_name(country)
        values["country"] = concept.id if concept else country
        values.setdefault("name", f"{name} CHM")
    values.setdefault("node_id", propose_node_id(values.get("country", ""), values.get("name", "")))
    values.setdefault("oai_host", propose_oai_host(values["node_id"], values.get("base_url", "")))
    values.setdefault("token_secret", secrets.token_hex(32))
    return values


def _save(config: Path, values: Mapping[str, str]) -> None:
    lines = []
    for name, value in sorted(values.items()):
        listed = value.replace(",", " ").split() if name == "languages" else value
        lines.append(f"{name} = {json.dumps(listed, ensure_ascii=False)}")  # a JSON string or list is a TOML one
    text = f"{_HEADER}\n[{Settings.SECTION}]\n" + "\n".join(lines) + "\n"
    try:
        handle = os.open(config, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise AlreadyInitialised(home=config.parent) from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
