"""The federation's own format: a record as canonical JSON, JSON as a record or problems; never an exception."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any, Union

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, PydanticSerializationError, from_json, to_json

from vocabularies.formats.native_problems import pointer, shown, to_problem
from vocabularies.problems import Problem, problem
from vocabularies.record import RECORD_CLASSES, Record

MAX_RECORD_BYTES = 8 * 1024 * 1024
MAX_TEXT_LENGTH = 1_000_000
MAX_DEPTH = 100
MAX_FAULTS = 10_000
UNMAPPED = "unmapped"
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What became of a payload: a record, or none where an error stands in the way, and what was found."""

    record: Record | None
    problems: tuple[Problem, ...] = ()


@cache
def record_adapter() -> TypeAdapter[Record]:
    """Give the validator of all 16 record types; made once, at first use."""
    union: Any = Union[tuple(RECORD_CLASSES.values())]  # noqa: UP007 - built from the table
    adapter: TypeAdapter[Record] = TypeAdapter(Annotated[union, Field(discriminator="type")])
    return adapter


def dump_native(record: Record) -> bytes:
    """Give the record's canonical UTF-8 JSON: camelCase, fields in the order of the model, defaults left out."""
    return record.model_dump_json(by_alias=True, exclude_defaults=True).encode()


def parse_native(payload: bytes | str) -> Parsed:
    """Read a record from JSON. Properties no field takes move to ``extra["unmapped"]`` with a warning."""
    content = _content(payload)
    if isinstance(content, Problem):
        return Parsed(None, (content,))
    try:
        record = record_adapter().validate_json(content)
    except ValidationError:
        pass  # the careful way below tells why
    else:
        if len(content) <= MAX_TEXT_LENGTH and b"NaN" not in content and b"Infinity" not in content:
            return Parsed(record)
    value = _value(content)
    return Parsed(None, (value,)) if isinstance(value, Problem) else _parse_value(value)


def parse_native_object(value: Mapping[str, Any]) -> Parsed:
    """Read a record from a JSON object already in memory, as ``parse_native`` does; the object is not changed."""
    try:
        content = to_json(value, inf_nan_mode="constants")
    except PydanticSerializationError as error:  # something JSON has no form for, such as a lone surrogate
        return Parsed(None, (problem("VALUE_TYPE", "", str(error), expected="a group of named values"),))
    except (ValueError, RecursionError):  # a circle, or deeper than can be followed
        return Parsed(None, (problem("NESTING_TOO_DEEP"),))
    return parse_native(content)


def _content(payload: bytes | str) -> bytes | Problem:
    if isinstance(payload, str):
        try:
            content = payload.encode()
        except UnicodeEncodeError as error:
            return problem("ENCODING", "", payload[max(0, error.start - 20) : error.start])
    else:
        content = payload.removeprefix(_BOM)
    if len(content) > MAX_RECORD_BYTES:
        return problem("RECORD_TOO_LARGE", "", length=str(len(content)), limit=str(MAX_RECORD_BYTES))
    return content


def _value(content: bytes) -> Any:
    try:
        return from_json(content, allow_inf_nan=False)
    except ValueError as error:
        return _syntax_problem(content, str(error))


def _syntax_problem(content: bytes, reason: str) -> Problem:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return problem("ENCODING", "", content[max(0, error.start - 20) : error.start + 20].decode(errors="replace"))
    if "recursion limit" in reason:
        return problem("NESTING_TOO_DEEP")
    words = reason.split()
    line, column = ("1", "1")
    if words[-4:-3] == ["line"] and words[-2:-1] == ["column"]:  # "… at line 3 column 7"
        line, column = words[-3], words[-1]
    lines = content.decode().splitlines()
    near = lines[int(line) - 1] if line.isdigit() and 0 < int(line) <= len(lines) else ""
    return problem(
        "JSON_SYNTAX", "", near[max(0, int(column) - 40) : int(column) + 10], line=line, column=str(max(1, int(column)))
    )


def _parse_value(value: Any) -> Parsed:
    if not isinstance(value, dict):
        return Parsed(None, (problem("VALUE_TYPE", "", shown(value), expected="a group of named values"),))
    record_id = value.get("id") if isinstance(value.get("id"), str) else None
    found = list(_long_texts(value))
    record = None
    for _ in range(2):
        try:
            record = record_adapter().validate_python(value)
        except ValidationError as error:
            if error.error_count() > MAX_FAULTS:
                return Parsed(None, (problem("FAULTS_TOO_MANY", "", str(error.error_count())),))
            details = error.errors(include_url=False)
            unknown = [detail for detail in details if detail["type"] == "extra_forbidden"]
            found += [to_problem(detail, value) for detail in details if detail["type"] != "extra_forbidden"]
            if not unknown:
                break
            found += _set_aside(value, unknown)
            if len(unknown) < len(details):
                break
        else:
            break
    named = tuple(replace(each, record_id=record_id) for each in found)
    return Parsed(None if any(each.severity == "error" for each in named) else record, named)


def _set_aside(value: dict[str, Any], unknown: Sequence[ErrorDetails]) -> list[Problem]:
    """Move the properties no field takes to ``extra["unmapped"]``, in place, under their name or their pointer."""
    extra = value.setdefault("extra", {})
    if not isinstance(extra, dict):
        return []
    unmapped = extra.setdefault(UNMAPPED, {})
    if not isinstance(unmapped, dict):
        unmapped = extra[UNMAPPED] = {f"/extra/{UNMAPPED}": unmapped}
    found = []
    for detail in unknown:
        first = to_problem(detail, value)
        holder: Any = value
        for step in detail["loc"][1:-1]:
            holder = holder[step]
        name = str(detail["loc"][-1])
        key = name if holder is value and name not in unmapped else first.path
        unmapped[key] = holder.pop(name)
        found.append(first)
    return found


def _long_texts(value: Any, path: str = "") -> list[Problem]:
    """Find texts no record may hold, and values nested deeper than can be set aside and still be written."""
    if path.count("/") > MAX_DEPTH:
        return [problem("NESTING_TOO_DEEP", path)]
    if isinstance(value, str):
        if len(value) <= MAX_TEXT_LENGTH:
            return []
        return [problem("TEXT_TOO_LONG", path, value[:200], length=str(len(value)), limit=str(MAX_TEXT_LENGTH))]
    children: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        children = [(pointer((name,)), child) for name, child in value.items()]
    elif isinstance(value, list):
        children = [(f"/{place}", child) for place, child in enumerate(value)]
    return [each for name, child in children for each in _long_texts(child, f"{path}{name}")]
