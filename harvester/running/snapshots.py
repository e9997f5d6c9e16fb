"""A source as it was when a run began, as text in the run's row; editing the source changes the next run. Pure."""

from __future__ import annotations

from dataclasses import fields

import orjson

from harvester.errors import SettingError
from harvester.sources import Source, config_from_settings, settings_of

_NOT_FACTS = frozenset({"config", "quirks"})


def dump_snapshot(source: Source) -> str:
    """Give a source's facts and settings as JSON; what has been learnt of it is no part of them."""
    facts = {each.name: getattr(source, each.name) for each in fields(source) if each.name not in _NOT_FACTS}
    return orjson.dumps(facts | {"config": settings_of(source.config)}).decode()


def parse_snapshot(text: str, current: Source) -> Source:
    """Give the source as it was, with what has been learnt of it since; as it is where nothing usable was kept."""
    known = {each.name for each in fields(Source)} - _NOT_FACTS
    kept = orjson.loads(text)
    try:
        config = config_from_settings(kept["protocol"], kept["config"])
        facts = {name: value for name, value in kept.items() if name in known}
        return Source(**facts, config=config, quirks=current.quirks)
    except (KeyError, TypeError, SettingError):  # kept by another version of this program
        return current
