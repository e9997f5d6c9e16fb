"""Vetoes of whole pairs of records, whatever brought them together; pure."""

from __future__ import annotations

from functools import lru_cache

from harvester.resolution.forms.form import Form
from harvester.resolution.matching.comparing import compare
from harvester.resolution.matching.vetoes import ONE_VOLUME

_VOLUMES = frozenset({"volume", "part"})


@lru_cache(maxsize=16_384)
def are_vetoed(a: Form, b: Form) -> bool:
    """Tell whether something forbids that two records are joined by themselves."""
    return bool(compare(a, b).veto)


def are_volumes_apart(a: Form, b: Form) -> bool:
    """Tell whether two records name different volumes or parts of what one identifier may name together.

    One that names none is apart from one that does: it may be the whole.
    """
    some, others = ({part for part in form.parts if part[0] in _VOLUMES} for form in (a, b))
    return some != others or compare(a, b).veto == ONE_VOLUME
