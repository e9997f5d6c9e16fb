"""The matrix of scenarios: what must happen beside what was seen. ``python -m tests.hostile.matrix`` writes it anew."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from harvester.hostile import SCENARIOS
from tests.hostile.known_gaps import ELSEWHERE, KNOWN_GAPS

PATH = Path(__file__).resolve().parents[2] / "docs" / "hostile.md"
_ABOUT = """<!-- Made by: python -m tests.hostile.matrix -->
# Misbehaving providers, and what a harvest makes of them

`chm-harvester hostile --serve` plays each of these at an address of its own on this machine. The tests in
`tests/hostile` harvest every one through the real fetcher, pipeline and database; the last column is what they saw: run
by run the state and the outcomes, then what the index holds. F numbers known failures of harvesters, H conformance
tests against nasty providers, “own” is in neither list. “Partly” marks a row with a number that is also in the second
table.
"""
_NOT_YET = "not yet, see below"


def row(name: str, seen: str) -> str:
    """Give a scenario's line."""
    scenario = SCENARIOS[name]
    partly = any(number in KNOWN_GAPS for number in scenario.ids) and seen != _NOT_YET
    cells = (
        " ".join(scenario.ids),
        f"`{name}`",
        scenario.does,
        scenario.must,
        f"{seen}{' (partly)' if partly else ''}",
    )
    return _line(cells)


def static_part() -> str:
    """Give what follows the scenarios: gaps, and what is no provider's doing."""
    gaps = [_line((number, gap.missing, gap.needs)) for number, gap in sorted(KNOWN_GAPS.items())] or ["Nothing."]
    table = _head("no", "what is missing", "what it needs") if KNOWN_GAPS else []
    others = (_line(entry) for entry in sorted(ELSEWHERE.items()))
    return "\n".join([
        "\n## Not there yet\n", *table, *gaps,
        "\n## Not played here\n", *_head("no", "why, or where it is shown"), *others, "",
    ])  # fmt: skip


def page(observed: Mapping[str, str]) -> str:
    """Give the whole page."""
    shown = len([name for name in SCENARIOS if name in observed])
    summary = f"{shown} of {len(SCENARIOS)} scenarios are shown; {len(KNOWN_GAPS)} numbers have something missing.\n"
    head = _head("no", "scenario", "what it does", "what must happen", "what happened")
    rows = (row(name, observed.get(name, _NOT_YET)) for name in SCENARIOS)
    return "\n".join([_ABOUT, summary, *head, *rows]) + "\n" + static_part()


def _head(*names: str) -> list[str]:
    return [_line(names), "|" + "---|" * len(names)]


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("<", "&lt;") for cell in cells) + " |"


def main() -> int:
    """Run the tests of the scenarios, which write what they saw; nothing is written where one fails."""
    here = str(Path(__file__).parent)
    chosen = [here, "-q", "--write-matrix", f"--ignore={here}/test_hostile_matrix.py"]
    return subprocess.run([sys.executable, "-m", "pytest", *chosen], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
