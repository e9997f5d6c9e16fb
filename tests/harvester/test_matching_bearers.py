"""A bearer's class passes over just those records a veto keeps apart at once; where it is not sure it says nothing."""

from __future__ import annotations

import random
from itertools import combinations_with_replacement

import orjson
import pytest

from harvester.resolution.forms.form import Form, dump_form
from harvester.resolution.matching.bearers import bearer_of, may_meet, number_of
from harvester.resolution.matching.vetoes import forbids_kept
from vocabularies.record import RECORD_TYPES

TYPES = (*sorted(RECORD_TYPES), "", "article")
PLACES: tuple[tuple[str, ...], ...] = ((), ("KE",), ("TZ",), ("AA",), ("ZZ",), ("KE", "TZ"), ("150",), ("ke",))


@pytest.mark.parametrize("no", [1, 2**31])
def test_a_number_comes_back_whatever_the_class(no: int) -> None:
    assert {number_of(bearer_of(no, Form(type=kind, countries=place))) for kind in TYPES for place in PLACES} == {no}


def test_who_may_not_meet_is_forbidden_and_of_plain_records_everybody_who_is_forbidden_may_not_meet() -> None:
    forms = [Form(type=kind, countries=place) for kind in TYPES for place in PLACES]
    random.Random(1).shuffle(forms)
    for a, b in combinations_with_replacement(forms, 2):
        met = may_meet(bearer_of(1, a), bearer_of(2, b))
        assert met == may_meet(bearer_of(2, b), bearer_of(1, a))
        forbidden = forbids_kept(a, orjson.loads(dump_form(b)))
        assert met or forbidden, (a, b)
        is_plain = all(len(each.countries) < 2 and set(each.countries) <= {"KE", "TZ", "AA", "ZZ"} for each in (a, b))
        assert met != forbidden or not is_plain, (a, b)
