"""A record as the keys know it: the number of its form and its class in one integer; pure.

The class tells the type of record and the country where both are plain. Two of different classes are vetoed whatever
else they say, so they never meet; ``vetoes.forbids_kept`` says the same of those whose class does not tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from harvester.resolution.forms.form import Form
from harvester.resolution.matching.blocking import GramsOf, hashes_of, smallest_grams
from vocabularies.record import RECORD_TYPES

_TYPE_BITS, _COUNTRY_BITS = 6, 10
CLASS_BITS = _TYPE_BITS + _COUNTRY_BITS
_COUNTRY = (1 << _COUNTRY_BITS) - 1
_TYPE = ((1 << _TYPE_BITS) - 1) << _COUNTRY_BITS
_NUMBER_OF_TYPE = {kind: number << _COUNTRY_BITS for number, kind in enumerate(sorted(RECORD_TYPES), start=1)}


def bearer_of(no: int, form: Form) -> int:
    """Give a record by the number of its form, with its class."""
    country = _number_of_country(form.countries[0]) if len(form.countries) == 1 else 0
    return no << CLASS_BITS | _NUMBER_OF_TYPE.get(form.type, 0) | country


def bearings_of(no: int, form: Form, grams_of: GramsOf = smallest_grams) -> Iterator[tuple[int, int]]:
    """Yield each key of a record with the record; ``grams_of`` as ``hashes_of`` takes it."""
    bearer = bearer_of(no, form)
    return ((key, bearer) for key in hashes_of(form, grams_of))


def number_of(bearer: int) -> int:
    """Give the number of the form."""
    return bearer >> CLASS_BITS


@lru_cache(maxsize=1024)
def _number_of_country(code: str) -> int:
    """Give 1 … 676 for two letters of ISO 3166-1, 0 (not told) for anything else."""
    if len(code) != 2 or not (code.isascii() and code.isupper()):
        return 0
    return (ord(code[0]) - 65) * 26 + ord(code[1]) - 64


def may_meet(one: int, other: int) -> bool:
    """Tell whether two bearers are worth comparing: their types and countries agree, or one does not tell its own."""
    differing = one ^ other
    return not (
        (differing & _TYPE and one & _TYPE and other & _TYPE)
        or (differing & _COUNTRY and one & _COUNTRY and other & _COUNTRY)
    )
