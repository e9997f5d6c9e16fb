"""A small CKAN site in memory that behaves well, for scenarios to spoil; knows no misbehaviour itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import orjson

from harvester.hostile.scenario import Call
from harvester.testing import Recorded

SEARCH_PATH = "/api/3/action/package_search"
SHOW_PATH = "/api/3/action/package_show"
STATUS_PATH = "/api/3/action/status_show"
_WINDOW = re.compile(r"metadata_modified:\[(\S+) TO \*\]")

Package = dict[str, Any]


def a_package(number: int, title: str = "", **more: Any) -> Package:
    """Give a package with nothing wrong with it."""
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "name": f"peatland-survey-{number}",
        "title": title or f"Peatland survey {number}",
        "notes": f"What was counted in peatland {number}.",
        "type": "dataset",
        "state": "active",
        "private": False,
        "metadata_created": "2024-01-01T08:00:00.000000",
        "metadata_modified": "2024-03-01T08:00:00.000000",
        "organization": {"name": "peat", "title": "Peatland Institute"},
        "resources": [{"id": "r", "url": f"https://files.example/{number}.csv", "format": "CSV", "name": "Counts"}],
        "tags": [{"name": "peat"}],
        "license_id": "cc-zero",
        **more,
    }


def some_packages(count: int, first: int = 1) -> list[Package]:
    """Give so many different packages."""
    return [a_package(number) for number in range(first, first + count)]


def answer(result: object) -> Recorded:
    """Give an action's result as the site sends it."""
    return _json({"help": "", "success": True, "result": result})


def failure(kind: str, message: str, status: int = 409) -> Recorded:
    """Give an action's error as the site sends it."""
    return _json({"help": "", "success": False, "error": {"__type": kind, "message": message}}, status)


def page(packages: list[Any], count: object) -> Recorded:
    """Give a page of a search."""
    return answer({"count": count, "results": packages})


def _json(value: object, status: int = 200) -> Recorded:
    return Recorded(orjson.dumps(value), status, {"Content-Type": "application/json;charset=utf-8"})


@dataclass(slots=True)
class CkanSite:
    """Answers searches by position in the order of ids. ``most`` is the largest page; ``lists`` counts those begun."""

    packages: list[Package] = field(default_factory=list)
    most: int = 1000
    lists: int = 0

    def __call__(self, call: Call) -> Recorded:
        """Answer as a site does."""
        if call.path == STATUS_PATH:
            return answer({"ckan_version": "2.11.0", "site_title": "Peat data", "site_url": call.root})
        if call.path == SHOW_PATH:
            found = [each for each in self.packages if call.query.get("id") in (each["id"], each["name"])]
            return answer(found[0]) if found else failure("Not Found Error", "Not found", 404)
        if call.path != SEARCH_PATH:
            return Recorded(b"not found", 404, {"Content-Type": "text/plain"})
        start, rows = int(call.query.get("start", "0")), int(call.query.get("rows", "10"))
        self.lists += start == 0
        found = self.found(call)
        return page(found[start : start + min(rows, self.most)], len(found))

    def found(self, call: Call) -> list[Package]:
        """Give what a search finds."""
        window = _WINDOW.search(call.query.get("fq", ""))
        since = window[1].rstrip("Z") if window else ""
        packages = sorted(self.packages, key=lambda package: str(package.get("id")))
        return [package for package in packages if str(package.get("metadata_modified", "9")) >= since]
