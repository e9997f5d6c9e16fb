"""The matrix in the documentation is what the tests saw, and no number of the two lists is forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvester.hostile import SCENARIOS
from tests.hostile import matrix
from tests.hostile.known_gaps import ELSEWHERE, EVERY_ID, KNOWN_GAPS


def test_every_number_is_played_or_has_a_reason_why_not() -> None:
    played = {number for scenario in SCENARIOS.values() for number in scenario.ids} - {"own"}
    assert set(EVERY_ID) == played | set(KNOWN_GAPS) | set(ELSEWHERE)
    assert not (played | set(KNOWN_GAPS)) & set(ELSEWHERE)


def test_every_scenario_has_a_sentence_for_what_it_does_and_what_must_happen() -> None:
    for name, scenario in SCENARIOS.items():
        assert name.partition("-")[0] in scenario.protocol.split("_")
        assert scenario.does.endswith(".")
        assert scenario.must.endswith(".")


def test_a_scenario_without_a_test_is_a_known_gap() -> None:
    text = matrix.PATH.read_text("utf-8")
    for name, scenario in SCENARIOS.items():
        if matrix.row(name, "not yet, see below") in text:
            assert any(number in KNOWN_GAPS for number in scenario.ids), name


def test_every_scenario_is_played_in_the_process_that_looks_at_the_matrix(
    request: pytest.FixtureRequest, begun: set[str]
) -> None:
    here = {item.nodeid for item in request.session.items if item.path.parent == Path(__file__).parent}
    after = {item.nodeid for item in request.session.items if item.path == Path(__file__)}
    assert here - after <= begun, "run several processes with --dist loadgroup"


def test_the_matrix_says_what_was_seen(observed: dict[str, str]) -> None:
    """Only of the scenarios this session has played; run the whole directory to compare all of them."""
    text = matrix.PATH.read_text("utf-8")
    stale = [name for name, seen in observed.items() if matrix.row(name, seen) not in text]
    assert not stale, "run: python -m tests.hostile.matrix"
    assert text.endswith(matrix.static_part())
    lines = [line.split("|")[2].strip(" `") for line in text.splitlines() if "| `" in line]
    assert lines == list(SCENARIOS)
