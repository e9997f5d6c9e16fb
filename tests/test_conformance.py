"""The table of conformance names tests that exist and leaves no check out."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLE = (ROOT / "docs" / "conformance.md").read_text("utf-8")


def test_every_test_the_table_names_exists() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    written = {name for source in sources for name in re.findall(r"^def (test_\w+)", source, re.MULTILINE)}
    named = set(re.findall(r"`(test_\w+)`", TABLE))
    assert len(named) > 60 and named <= written, named - written


def test_every_check_of_the_provider_has_its_line() -> None:
    first_cells = [line.split("|")[1] for line in TABLE.splitlines() if line.startswith("| P")]
    checks = [check for cell in first_cells for check in re.findall(r"P\d\d", cell)]
    assert sorted(checks) == [f"P{number:02}" for number in range(1, 83)]
