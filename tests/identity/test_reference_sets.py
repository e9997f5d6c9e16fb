"""The resolver stays as good as it is on labelled sets nobody fitted it to, and joins no trap of our own by itself.

The gates stand a little below the figures of docs/identity.md.
"""

from __future__ import annotations

import pytest

from harvester.resolution.labelled.datasets import DataSet
from harvester.resolution.labelled.evaluating import THRESHOLD, Evaluation, evaluate
from harvester.resolution.matching.scoring import load_model
from tests.identity.evaluate import FORMATS, of_several
from tests.identity.reference import is_there, load_bibliography, load_portals, load_table, without_names
from tests.identity.reference_maps import load_maps
from tests.identity.slices import AT_JOIN, AT_THRESHOLD, OUT_OF_THE_BOX, Own, load_own

shared = [
    pytest.mark.shared,
    pytest.mark.skipif(not is_there(), reason="no labelled sets beside the checkout (../shared, CHM_SHARED)"),
]
SOME_PORTALS, SOME_WORKS = 600, 120


@pytest.fixture(scope="module")
def own() -> Own:
    """Resolve our own set in every way."""
    return load_own(load_model(), THRESHOLD)


def test_no_trap_is_joined_out_of_the_box(own: Own) -> None:
    assert own.traps(OUT_OF_THE_BOX) == {}


def test_what_joins_out_of_the_box_is_right(own: Own) -> None:
    agreement = own.agreement(OUT_OF_THE_BOX)
    assert agreement.wrong == 0
    assert agreement.right >= 380


def test_from_its_own_threshold_on_the_model_joins_hardly_anything_wrong(own: Own) -> None:
    assert own.agreement(AT_JOIN).precision >= 0.995


def test_the_model_finds_most_true_pairs_that_share_a_language(own: Own) -> None:
    assert own.agreement(AT_THRESHOLD).f1 >= 0.75


def _gate(dataset: DataSet, *, f1: float, reachable: float) -> Evaluation:
    found = evaluate(dataset, load_model(), worst=0)
    assert found.pairs.f1 >= f1, f"{dataset.name}: {found.pairs}"
    assert found.reachable >= reachable, dataset.name
    return found


GATES = [
    pytest.param("dblp-acm", 0.978, 0.998, id="dblp-acm"),
    pytest.param("cora", 0.855, 0.88, id="cora"),
    pytest.param("ldd-respiratory", 0.978, 1.0, id="ldd-respiratory"),
    pytest.param("ldd-digital_work", 0.93, 0.999, id="ldd-digital_work"),
    pytest.param("chm-synth", 0.92, 0.94, id="chm-synth"),
]


class TestOthersSets:
    """Sets that others labelled; no weight was fitted on them."""

    pytestmark = shared

    @pytest.mark.parametrize(("name", "f1", "reachable"), GATES)
    def test_a_table_is_resolved_as_well_as_before(self, name: str, f1: float, reachable: float) -> None:
        _gate(load_table(name), f1=f1, reachable=reachable)

    def test_every_item_of_a_bibliography_finds_its_deposits_without_a_common_identifier(self) -> None:
        dataset = of_several(load_bibliography(dois=False), repeating=("zenodo",), name="bibliography")
        assert _gate(dataset, f1=0.99, reachable=0.999).pairs.precision >= 0.985

    def test_portals_are_found_again_and_hardly_taken_for_each_other(self) -> None:
        found = _gate(load_portals(addresses=True, most=SOME_PORTALS), f1=0.60, reachable=0.55)
        assert found.pairs.precision >= 0.95

    def test_a_work_is_one_in_four_formats_and_never_a_look_alike(self) -> None:
        found = _gate(without_names(load_maps(SOME_WORKS), "maps"), f1=0.99, reachable=0.995)
        assert found.pairs.wrong == 0

    def test_all_works_are_told_apart_even_where_a_format_may_tell_one_twice(self) -> None:
        maps = without_names(load_maps(), "maps")
        assert _gate(maps, f1=0.995, reachable=0.995).pairs.wrong == 0
        _gate(of_several(maps, repeating=FORMATS, name="maps, formats may repeat"), f1=0.60, reachable=0.995)
