"""How one cell of a table holds a list, and how it is kept from being a formula; knows no record."""

from __future__ import annotations

import re

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?\Z")
_SLOTS = re.compile(r"((?:[^;\\]|\\[;\\]?)*)(;|\Z)")
_ESCAPED = re.compile(r"\\([;\\])")


def guard(cell: str) -> str:
    """Give the cell so that no spreadsheet computes it: an apostrophe before a formula, not before a number."""
    if cell.startswith(_FORMULA) and not _NUMBER.match(cell):
        return f"'{cell}"
    return f"'{cell}" if cell.startswith("'") and _GUARDED.match(cell) else cell


def unguard(cell: str) -> str:
    """Give what ``guard`` was given."""
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell


def escape(text: str) -> str:
    """Give a text that can stand in a list: semicolon and backslash get a backslash."""
    return text.replace("\\", "\\\\").replace(";", "\\;") if "\\" in text or ";" in text else text


def slots_of(text: str) -> list[str]:
    """Give the members of a list; empty places stay, so that lists side by side keep step."""
    if "\\" not in text:
        return [slot.strip() for slot in text.split(";")]
    found = [match for match in _SLOTS.finditer(text) if match[2] or match.end() == len(text)]
    if len(found) > 1 and not found[-1][0] and not found[-2][2]:
        found.pop()  # the pattern matches once more at the very end
    return [_ESCAPED.sub(r"\1", match[1]).strip() for match in found]


def url_slots(cell: str) -> list[str]:
    """Split a list of addresses; a semicolon inside one, as servers of sessions write it, does not end it."""
    slots: list[str] = []
    for slot in slots_of(cell):
        if slots and slot and "://" not in slot:
            slots[-1] += f";{slot}"
        else:
            slots.append(slot)
    return slots
