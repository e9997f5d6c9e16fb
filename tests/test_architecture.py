"""The house stands as drawn: imports point down only, and each third-party boundary has one room."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("vocabularies", "chm_node", "harvester", "migrations")

ALLOWED_IN_VOCABULARIES = {"pydantic", "pydantic_core", "lxml", "rdflib", "vocabularies"}
FORBIDDEN_IN_VOCABULARIES = {"os", "socket", "sqlite3", "urllib.request", "http", "time", "subprocess"}
FLOORS = {
    "vocabularies": ("chm_node", "harvester", "migrations"),
    "chm_node": ("harvester",),
    "harvester": ("chm_node.authoring", "chm_node.app", "chm_node.cli", "chm_node.tables", "chm_node.database"),
}
"""What a floor may not import; a prefix counts with everything below it."""

ROOMS = {
    "httpx": ("harvester/fetch.py", "harvester/network/transport.py", "chm_node/outbound.py"),
    "httpcore": ("harvester/fetch.py", "harvester/network/address_guard.py", "harvester/network/transport.py"),
    "apscheduler": ("harvester/schedule.py",),
    "tantivy": ("chm_node/publishing/search/tantivy_engine.py",),
    "alembic": ("migrations/",),
    "argon2": ("chm_node/authoring/",),
    "python_calamine": ("chm_node/authoring/", "harvester/sheet_worker.py"),
    "rdflib": ("vocabularies/", "harvester/rdf/"),
    "fastapi": (
        "chm_node/app.py", "chm_node/shell/", "chm_node/publishing/", "chm_node/authoring/",
        "harvester/app.py", "harvester/desk/",
    ),
    "feedparser": ("harvester/protocols/feed_entries.py",),
    "yaml": ("harvester/protocols/file_yaml.py",),
    "lxml.html": ("harvester/protocols/web_page.py",),
    "uvicorn": ("chm_node/shell/listening.py",),
    "rapidfuzz": ("harvester/resolution/matching/",),
    "numpy": ("harvester/resolution/batch/", "harvester/resolution/matching/grams.py"),
    "pyarrow": ("harvester/resolution/batch/parquet.py",),
    "pyspark": ("harvester/resolution/batch/spark.py",),
}  # fmt: skip
"""A third-party package, or one of its modules, and the files or folders that alone may import it."""


def imports_of(source: str) -> Iterator[str]:
    """Yield the dotted name of every module imported anywhere in the source, ``from`` names included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_under(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def violations(path: str, source: str) -> list[str]:
    """Give what a file at the path (relative, with slashes) imports against the plan."""
    floor = path.split("/")[0]
    found = []
    for name in imports_of(source):
        top = name.split(".")[0]
        for forbidden in FLOORS.get(floor, ()):
            if is_under(name, forbidden) or (forbidden.endswith("cli") and name.startswith(forbidden + "_")):
                found.append(f"{path} imports {name}: {floor} may not know {forbidden}")
        if floor == "vocabularies":
            if top not in ALLOWED_IN_VOCABULARIES and top not in sys.stdlib_module_names:
                found.append(f"{path} imports {name}: vocabularies is pure")
            found += [
                f"{path} imports {name}: no world outside" for bad in FORBIDDEN_IN_VOCABULARIES if is_under(name, bad)
            ]
        rooms = ROOMS.get(name) or ROOMS.get(top)
        if rooms and not path.startswith(rooms):
            found.append(f"{path} imports {name}: {name if name in ROOMS else top} lives in {', '.join(rooms)}")
    return found


def source_files() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def test_every_import_follows_the_plan() -> None:
    found = [
        line for path in source_files() for line in violations(path.relative_to(ROOT).as_posix(), path.read_text())
    ]
    assert not found, "\n".join(sorted(set(found)))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("vocabularies/record.py", "import chm_node.shell"),
        ("vocabularies/record.py", "import sqlalchemy"),
        ("vocabularies/record.py", "import os"),
        ("vocabularies/record.py", "def f():\n    from urllib.request import urlopen"),
        ("chm_node/app.py", "from harvester import runs"),
        ("harvester/pipeline.py", "from chm_node.authoring import accounts"),
        ("harvester/pipeline.py", "from chm_node import authoring"),
        ("harvester/pipeline.py", "import httpx"),
        ("harvester/runs.py", "from apscheduler.schedulers.background import BackgroundScheduler"),
        ("harvester/index.py", "import tantivy"),
        ("harvester/protocols/files.py", "from python_calamine import CalamineWorkbook"),
        ("harvester/protocols/dcat.py", "from rdflib import Graph"),
        ("chm_node/publishing/sql.py", "import argon2"),
        ("harvester/protocols/feeds.py", "import feedparser"),
        ("harvester/protocols/sitemap.py", "from lxml import html"),
        ("harvester/resolution/matching/stage.py", "import numpy as np"),
        ("harvester/telling/exports.py", "def f():\n    import pyarrow"),
        ("harvester/resolution/batch/rebuild.py", "from pyspark.sql import SparkSession"),
    ],
)
def test_a_planted_violation_is_seen(path: str, source: str) -> None:
    assert violations(path, source)


def test_modules_do_not_import_each_other_in_circles() -> None:
    modules = {path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."): path for path in source_files()}
    arrows: dict[str, set[str]] = {}
    for module, path in modules.items():
        tree = ast.parse(path.read_text())
        top_level = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        names = imports_of(ast.unparse(ast.Module(top_level, [])))
        arrows[module.removesuffix(".__init__")] = {
            name for name in names if name in modules or f"{name}.__init__" in modules
        }
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, "import circle: " + " → ".join((*trail[trail.index(module) :], module))
        if module not in done:
            for target in arrows.get(module, ()):
                if target != module and not is_under(module, target):
                    visit(target, (*trail, module))
            done.add(module)

    for module in arrows:
        visit(module, ())
