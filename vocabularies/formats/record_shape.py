"""The shape of a record as JSON: which property is text, number, language map, part or free JSON, as the models say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from vocabularies.record import RECORD_CLASSES, Part
from vocabularies.text import LangText

Kind = Literal["text", "integer", "number", "boolean", "instant", "languages", "part", "json"]
_SCALARS: dict[Any, Kind] = {str: "text", int: "integer", float: "number", bool: "boolean", datetime: "instant"}


@dataclass(frozen=True, slots=True)
class Property:
    """One JSON property of a part: its name there, attribute name here, kind, and the part's class where it is one."""

    name: str
    attribute: str
    kind: Kind
    repeated: bool
    required: bool
    choices: tuple[str, ...] = ()
    part: type[Part] | None = None


@cache
def shape_of(part: type[Part]) -> dict[str, Property]:
    """Give the properties of a part by JSON name, in the model's order."""
    found: dict[str, Property] = {}
    for attribute, field in part.model_fields.items():
        name = field.alias or attribute
        found[name] = _property(name, attribute, field.annotation, field.is_required())
    return found


def record_shape(record_type: str) -> dict[str, Property]:
    """Give the properties of records of a type; KeyError for a type that is none of ours."""
    return shape_of(RECORD_CLASSES[record_type])


def _property(name: str, attribute: str, annotation: Any, required: bool) -> Property:
    plain, repeated = _plain(annotation), False
    if get_origin(plain) is tuple:
        plain, repeated = _plain(get_args(plain)[0]), True
    if plain is LangText:
        return Property(name, attribute, "languages", repeated, required)
    if isinstance(plain, type) and issubclass(plain, Part):
        return Property(name, attribute, "part", repeated, required, part=plain)
    if get_origin(plain) is Literal:
        return Property(name, attribute, "text", repeated, required, choices=get_args(plain))
    if get_origin(plain) is dict:
        return Property(name, attribute, "json", repeated, required)
    return Property(name, attribute, _SCALARS[plain], repeated, required)


def _plain(annotation: Any) -> Any:
    """Give the type inside ``Annotated[…]`` and ``… | None``."""
    while True:
        if hasattr(annotation, "__metadata__"):
            annotation = annotation.__origin__
        elif get_origin(annotation) in (Union, UnionType):
            annotation = next(member for member in get_args(annotation) if member is not type(None))
        else:
            return annotation
