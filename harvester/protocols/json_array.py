"""Cutting the elements of one array out of a large JSON document without building the document; knows no catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SPACE = re.compile(rb"[\s\xef\xbb\xbf]*")
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BRACKET = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]|"', re.DOTALL)
_SCALAR = re.compile(rb"[^\s,\]}\[{\"]+")


class JsonCut(ValueError):
    """The JSON breaks off or is none; the text says where."""


def find_members(body: bytes) -> dict[str, tuple[int, int]]:
    """Give where each value of a top-level object begins and ends, by key; JsonCut where it is no complete object."""
    at = _after_space(body, 0)
    if body[at : at + 1] != b"{":
        raise JsonCut("it does not begin with {")
    found: dict[str, tuple[int, int]] = {}
    at = _after_space(body, at + 1)
    while body[at : at + 1] != b"}":
        key = _STRING.match(body, at)
        if key is None:
            raise JsonCut(f"a name was expected at byte {at}")
        at = _after_space(body, key.end())
        if body[at : at + 1] != b":":
            raise JsonCut(f"a colon was expected at byte {at}")
        begin = _after_space(body, at + 1)
        end = _end_of_value(body, begin)
        found[key[0][1:-1].decode("utf-8", "replace")] = (begin, end)
        at = _after_comma(body, end, b"}")
    return found


def cut_elements(body: bytes, begin: int) -> Iterator[bytes]:
    """Give the bytes of each element of the array that begins there; JsonCut where it breaks off."""
    at = _after_space(body, begin + 1)
    while body[at : at + 1] != b"]":
        end = _end_of_value(body, at)
        yield body[at:end]
        at = _after_comma(body, end, b"]")


def _after_space(body: bytes, at: int) -> int:
    found = _SPACE.match(body, at)
    return found.end() if found else at


def _after_comma(body: bytes, at: int, close: bytes) -> int:
    at = _after_space(body, at)
    mark = body[at : at + 1]
    if mark == b",":
        return _after_space(body, at + 1)
    if mark != close:
        raise JsonCut(f"it breaks off at byte {at}" if not mark else f"a comma was expected at byte {at}")
    return at


def _end_of_value(body: bytes, at: int) -> int:
    if body[at : at + 1] in (b"{", b"["):
        return _end_of_nested(body, at)
    found = (_STRING if body[at : at + 1] == b'"' else _SCALAR).match(body, at)
    if found is None:
        raise JsonCut(f"a value was expected at byte {at}")
    return found.end()


def _end_of_nested(body: bytes, at: int) -> int:
    depth = 0
    for mark in _BRACKET.finditer(body, at):
        first = mark[0][:1]
        if first in (b"{", b"["):
            depth += 1
        elif first in (b"}", b"]"):
            depth -= 1
            if depth == 0:
                return mark.end()
        elif len(mark[0]) == 1:
            break
    raise JsonCut(f"what begins at byte {at} has no end")
