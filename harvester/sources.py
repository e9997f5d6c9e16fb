"""What we harvest: one Source a row, with one frozen settings class per protocol. Knows no network and no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from harvester.configs import CONFIG_CLASSES, DAY_S, METADATA_PREFIXES, RANGES, RECORD_SCHEMAS, Config
from harvester.errors import SettingError
from harvester.mapping import MappingWrong, parse_mapping
from harvester.network.machine import parse_reference
from vocabularies.record import RECORD_TYPES
from vocabularies.text import normalise_language


@dataclass(frozen=True, slots=True)
class Source:
    """One thing we harvest.

    ``country`` is ISO 3166-1 alpha-2 or ``EU``; ``every_s`` the interval between runs; ``rank`` settles which source's
    text wins where several describe one thing (1 is strongest). ``quirks`` are what has been learnt of it, by key.
    ``namespace`` is the node id or OAI repository identifier whose records it may change. ``hours`` are those of a day
    it may be harvested in, such as ``22:00-06:00 Africa/Nairobi``; ``contact`` is told when it is broken. What complete
    lists no longer name stays for ``grace_s``. ``generation`` counts the edits of its address and settings.
    """

    id: str
    name: str
    url: str
    protocol: str
    config: Config
    country: str | None = None
    every_s: int = DAY_S
    paused: bool = False
    rank: int = 50
    quirks: Mapping[str, str] = field(default_factory=dict)
    namespace: str = ""
    hours: str = ""
    contact: str = ""
    grace_s: int = DAY_S
    generation: int = 0

    @property
    def default_language(self) -> str | None:
        """The language of text the source does not label, where its settings name one."""
        return getattr(self.config, "language", "") or None


def config_from_settings(protocol: str, settings: Mapping[str, str]) -> Config:
    """Make a protocol's settings from KEY=VALUE texts; SettingError says which does not fit and what would."""
    config_class = CONFIG_CLASSES.get(protocol)
    if config_class is None:
        raise SettingError(key="protocol", value=protocol, reason=f"known protocols are {', '.join(CONFIG_CLASSES)}")
    defaults = {each.name: each.default for each in fields(config_class)}
    values: dict[str, Any] = {}
    for key, text in settings.items():
        name = key.strip().lower().replace("-", "_")
        if name not in defaults:
            reason = f"{protocol} sources have the settings {', '.join(sorted(defaults))}"
            raise SettingError(key=key, value=text, reason=reason)
        values[name] = _parse_setting(name, text, type(defaults[name]))
    return config_class(**values)


def settings_of(config: Config) -> dict[str, str]:
    """Give the settings that differ from the defaults as texts; config_from_settings reads them back."""
    changed = {each.name: getattr(config, each.name) for each in fields(config)}
    defaults = {each.name: each.default for each in fields(config)}
    return {name: _dump_setting(value) for name, value in changed.items() if value != defaults[name]}


def _check_setting(name: str, plain: str) -> None:
    if name == "token":
        parse_reference(plain, key=name)
    if name == "type" and plain not in RECORD_TYPES:
        raise SettingError(key=name, value=plain, reason=f"record types are {', '.join(RECORD_TYPES)}")
    if name == "map":
        try:
            parse_mapping(plain)
        except MappingWrong as error:
            raise SettingError(key=name, value=plain, reason=str(error)) from None


def _dump_setting(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parse_setting(name: str, text: str, kind: type) -> object:
    plain = text.strip()
    if kind is bool:
        if plain.lower() not in {"true", "false", "yes", "no", "1", "0"}:
            raise SettingError(key=name, value=text, reason="write true or false")
        return plain.lower() in {"true", "yes", "1"}
    if kind is int:
        low, high = RANGES[name]
        if not plain.isdecimal() or not low <= int(plain) <= high:
            raise SettingError(key=name, value=text, reason=f"write a whole number from {low} to {high}")
        return int(plain)
    if plain:
        _check_setting(name, plain)
    if name == "language" and plain:
        language = normalise_language(plain)
        if language is None:
            raise SettingError(key=name, value=text, reason="write a language tag such as fr or pt-BR")
        return language
    if name == "record_schema" and plain not in RECORD_SCHEMAS:
        raise SettingError(key=name, value=text, reason=f"we can read {', '.join(RECORD_SCHEMAS)}")
    if name == "metadata_prefix" and plain not in METADATA_PREFIXES:
        raise SettingError(key=name, value=text, reason=f"we can read {', '.join(METADATA_PREFIXES)}")
    return plain
