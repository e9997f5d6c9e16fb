"""The node under examination: its descriptor and its change list, asked for once. Judges nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import orjson

from harvester.errors import WrongAnswer
from harvester.fetch import Response
from harvester.preflight.metered import Metered
from harvester.protocols.native import CHANGES_PATH, DESCRIPTOR_PATH, NEXT_SINCE

MOST_PAGES = 3
PAGE_SIZE = 100
_REL_NEXT = re.compile(r"rel\s*=\s*\"?next\b", re.IGNORECASE)
NDJSON = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a change list; ``change`` is None where it is no JSON object."""

    text: bytes
    change: dict[str, Any] | None

    def word(self, name: str) -> str:
        """Give a text of the change, or ""."""
        value = (self.change or {}).get(name)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One answer of the change list."""

    url: str
    response: Response
    lines: tuple[Line, ...]

    @property
    def reached(self) -> str:
        """The place that the answer reaches to."""
        return self.response.headers.get(NEXT_SINCE, "").strip()

    @property
    def goes_on(self) -> bool:
        """Whether another page follows."""
        return bool(_REL_NEXT.search(self.response.headers.get("link", "")))


class Node:
    """A node under examination; asks each question once."""

    def __init__(self, door: Metered, url: str) -> None:
        """Take a door that counts; nothing is asked yet."""
        self.door = door
        self.url = url.rstrip("/")

    @cached_property
    def described(self) -> dict[str, Any]:
        """What it says of itself."""
        url = self.url + DESCRIPTOR_PATH
        response = self.door.get(url, accept="application/json").require_ok()
        found = _parse_object(response.body)
        if found is None:
            raise WrongAnswer(url=url, protocol="a node", saw="no JSON object")
        return found

    @cached_property
    def id(self) -> str:
        """Its short id, "" where it says none."""
        return next((each for each in map(self.described.get, ("id", "node")) if isinstance(each, str)), "")

    def changes(self, since: str = "") -> ChangePage:
        """Give a page of changes; SourceError where there is none."""
        url = self.changes_url(since)
        response = self.door.get(self.url + CHANGES_PATH, params=_arguments(since), accept=NDJSON).require_ok()
        return ChangePage(url, response, tuple(map(_to_line, filter(bytes.strip, response.body.split(b"\n")))))

    def changes_url(self, since: str = "") -> str:
        """Give the address of a page of changes."""
        return f"{self.url}{CHANGES_PATH}?{urlencode(_arguments(since))}"

    @cached_property
    def first(self) -> ChangePage:
        """The first page."""
        return self.changes()

    @cached_property
    def pages(self) -> tuple[ChangePage, ...]:
        """The first pages, three at most; a list that leads back is not followed further."""
        found, seen = [self.first], {""}
        while len(found) < MOST_PAGES and found[-1].goes_on and found[-1].reached not in seen:
            seen.add(found[-1].reached)
            found.append(self.changes(found[-1].reached))
        return tuple(found)

    @property
    def lines(self) -> list[Line]:
        """The lines of all pages."""
        return [line for page in self.pages for line in page.lines]


def _arguments(since: str) -> dict[str, str]:
    return {**({"since": since} if since else {}), "limit": str(PAGE_SIZE)}


def _to_line(text: bytes) -> Line:
    return Line(text, _parse_object(text))


def _parse_object(body: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None
