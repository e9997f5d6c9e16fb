"""One pydantic error as one problem a person can read; used by the native format only."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails

from vocabularies.problems import Problem, problem
from vocabularies.record import RECORD_CLASSES, RECORD_TYPES

_EXPECTED: Mapping[str, str] = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "yes or no (true or false)",
    "tuple": "a list",
    "list": "a list",
    "datetime": "a date and time",
    "model": "a group of named values",
    "dict": "text by language",
}
_COMPARED = 200
"""Objects with more properties than this are no mistyped record; comparing their names would only take time."""
_BOUNDS = {"greater_than_equal": ("≥", "ge"), "less_than_equal": ("≤", "le"), "finite_number": ("", "")}


def pointer(steps: tuple[int | str, ...]) -> str:
    """Give the JSON pointer of a place (RFC 6901 §3)."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def to_problem(detail: ErrorDetails, value: Any) -> Problem:
    """Translate one error; ``value`` is the whole object that was read, for the names that were near."""
    kind = detail["type"]
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _type_problem(value)
    loc = detail["loc"][1:]  # the first step is the record type, which is no part of the object
    path = pointer(loc)
    if kind == "missing" or detail["input"] is None:
        return problem("TITLE_MISSING" if path == "/title" else "VALUE_MISSING", path)
    special = _SPECIAL.get(kind)
    if special is not None:
        return special(detail, path)
    if kind == "extra_forbidden":
        return _unknown_property(loc, path, value)
    return _value_type(detail, path)


def shown(value: Any) -> str:
    """Give any JSON value as a short text."""
    if isinstance(value, str):
        return value[:2000]
    try:
        return json.dumps(value, ensure_ascii=False)[:2000]
    except (TypeError, ValueError, RecursionError):
        return str(type(value).__name__)


def _type_problem(value: Any) -> Problem:
    given = value.get("type") if isinstance(value, dict) else None
    if given is None or given == "":
        return problem("TYPE_MISSING", "/type")
    folded = {name.lower(): name for name in RECORD_TYPES}
    near = get_close_matches(shown(given)[:60].lower(), folded, n=3, cutoff=0.5)
    params = {"suggestion": ", ".join(folded[name] for name in near)} if near else {}
    return problem("TYPE_UNKNOWN", "/type", shown(given), **params)


def _impossible_date(detail: ErrorDetails, path: str) -> Problem:
    return problem("DATE_IMPOSSIBLE", path, shown(detail["input"]))


def _language_tag(detail: ErrorDetails, path: str) -> Problem:
    return problem("LANGUAGE_TAG", path, shown(detail.get("ctx", {}).get("tag", detail["input"])))


def _choice(detail: ErrorDetails, path: str) -> Problem:
    choices = detail.get("ctx", {}).get("expected", "").replace("'", "").replace(" or ", ", ")
    near = get_close_matches(shown(detail["input"])[:60], choices.split(", "), n=1)
    return problem(
        "VALUE_UNKNOWN", path, shown(detail["input"]), choices=choices, **({"suggestion": near[0]} if near else {})
    )


def _bound(detail: ErrorDetails, path: str) -> Problem:
    sign, name = _BOUNDS[detail["type"]]
    limit = f"{sign} {detail.get('ctx', {}).get(name, '')}".strip() or "±1.8e308"
    return problem("NUMBER_RANGE", path, shown(detail["input"]), limit=limit)


def _too_deep(detail: ErrorDetails, path: str) -> Problem:
    return problem("NESTING_TOO_DEEP", path)


_SPECIAL: Mapping[str, Callable[[ErrorDetails, str], Problem]] = {
    "impossible_date": _impossible_date,
    "language_tag": _language_tag,
    "literal_error": _choice,
    "greater_than_equal": _bound,
    "less_than_equal": _bound,
    "finite_number": _bound,
    "recursion_loop": _too_deep,
}


def _unknown_property(loc: tuple[int | str, ...], path: str, value: Any) -> Problem:
    name = str(loc[-1])
    record_class = RECORD_CLASSES.get(value.get("type"))
    known = (
        [field.alias or field_name for field_name, field in record_class.model_fields.items()] if record_class else []
    )
    near = get_close_matches(name[:60], known, n=1, cutoff=0.7) if len(loc) == 1 and len(value) <= _COMPARED else []
    return problem("PROPERTY_UNKNOWN", path, name, **({"suggestion": near[0]} if near else {}))


def _value_type(detail: ErrorDetails, path: str) -> Problem:
    kind = detail["type"]
    expected = next((words for start, words in _EXPECTED.items() if kind.startswith(start)), "text")
    if kind == "dict_type" and path.startswith("/extra"):
        expected = "a group of named values"
    return problem("VALUE_TYPE", path, shown(detail["input"]), expected=expected)
