"""What a record must meet to be found, beyond words and facets: a small tree of values; it knows no query language.

A *mark* is an exact token a record is filed under, such as ``schema_s=meeting``; an *instant* is a number of seconds
since 1970 under one of the names of ``INSTANTS``.
"""

from __future__ import annotations

from dataclasses import dataclass

INSTANTS = ("updated", "created", "start", "end")
"""When the record last changed here, was made at its source, and when the thing it describes begins and ends."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Filed under the mark; with ``prefix``, under any mark that begins with it."""

    mark: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Worded:
    """Holds what a person typed, as ``parse_query`` reads it; in the title only, or anywhere."""

    text: str
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    """Has the instant, and it lies between the ends, both included; an end may be open.

    ``sequence``, the place in the change log, is taken as well.
    """

    instant: str
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Not:
    """Does not meet the condition."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Every:
    """Meets every condition; everything meets none."""

    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """Meets one condition at least; nothing meets none."""

    conditions: tuple[Condition, ...]


Condition = Marked | Worded | Between | Not | Every | Some


@dataclass(frozen=True, slots=True)
class Order:
    """The order of results: by ``sequence`` (age of the last change), ``local_id`` or an instant; without it last."""

    by: str
    descending: bool = False


def has_words(condition: Condition) -> bool:
    """Tell whether words decide, so that results have scores worth ordering by."""
    if isinstance(condition, Worded):
        return True
    if isinstance(condition, Every | Some):
        return any(map(has_words, condition.conditions))
    return False
