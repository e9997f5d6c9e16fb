"""How the commands of a centre open it, read what people type, and leave; nothing heavy is imported before one runs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chm_node.shell.terminal import Exit, Output
from harvester.operating_errors import BadRequest

if TYPE_CHECKING:
    from harvester.centre import Centre
    from harvester.settings import Settings

_OURS = frozenset({"UNEXPECTED", "DATABASE_UNREACHABLE", "DISK_FULL"})
_UNREACHABLE = frozenset({"SOURCE_UNREACHABLE", "SOURCE_TOO_SLOW", "SOURCE_BUSY"})
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


def settings_for(out: Output, **flags: Any) -> Settings:
    """Read the settings of the centre a command works on."""
    from chm_node.publishing.settings_source import read_settings
    from harvester.settings import Settings

    return read_settings(Settings, out.home, **flags)


def centre_for(out: Output, *, any_version: bool = False) -> Centre:
    """Open the centre a command works on."""
    from harvester.opening import open_any, open_ready

    return open_any(out.home) if any_version else open_ready(out.home)


def parse_interval(text: str) -> int:
    """Read ``24h``, ``30m``, ``7d`` or a number of seconds; BadRequest for anything else or less than a minute."""
    match = re.fullmatch(r"(\d+)\s*([smhdw]?)", text.strip().lower())
    seconds = int(match[1]) * _UNITS[match[2] or "s"] if match else 0
    if not 60 <= seconds <= 366 * 86_400:
        raise BadRequest(reason=f"“{text}” is no interval. Write for example 24h, 30m or 7d; at least one minute.")
    return seconds


def dump_interval(seconds: int) -> str:
    """Give seconds as ``parse_interval`` reads them, in the largest unit that fits: 7d, 24h, 90m."""
    for unit, size in (("d", _UNITS["d"]), ("h", _UNITS["h"]), ("m", _UNITS["m"])):
        if seconds % size == 0 and seconds > size * (unit == "d"):
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def parse_country(text: str) -> str | None:
    """Read a two-letter code of a country, or ``EU``; None where it is empty, BadRequest where there is no such."""
    from vocabularies.concepts import load_scheme

    code = text.strip().upper()
    if code and load_scheme("countries").concepts.get(code) is None:
        raise BadRequest(reason=f"“{text}” is no code of a country. Write two letters, for example KE, or EU.")
    return code or None


def parse_settings(pairs: Sequence[str]) -> dict[str, str]:
    """Read KEY=VALUE pairs."""
    settings: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise BadRequest(reason=f"“{pair}” is no setting. Write KEY=VALUE, for example metadata_prefix=oai_dc.")
        settings[key] = value
    return settings


def exit_of(reports: Sequence[Mapping[str, Any]]) -> Exit:
    """Give the exit code of finished runs: 3 where records or sources failed, 5 where sources were only unreachable,
    6 where one waits for a person, 11 where all were locked."""
    failed = [report for report in reports if report["state"] in ("failed", "locked", "queued")]
    if any(report["reason_code"] in _OURS for report in failed):
        return Exit.FAILED
    if reports and len(failed) == len(reports) and all(report["state"] == "locked" for report in failed):
        return Exit.LOCKED
    faulty = any(report["refused"] or report["failed"] or report["state"] == "done-with-errors" for report in reports)
    if failed and not faulty and all(report["reason_code"] in _UNREACHABLE for report in failed):
        return Exit.UNREACHABLE
    if failed or faulty:
        return Exit.PARTIAL
    return Exit.HELD if any(report["state"] == "held" for report in reports) else Exit.OK
