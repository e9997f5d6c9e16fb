"""YAML files → the objects in them, as JSON would give them: texts, lists and names; no tag builds anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from vocabularies.problems import Problem

MAX_NODES = 500_000
"""In one file, aliases written out: a few lines can name each other to thousands of millions."""
MAX_DEPTH = 50
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})

Value = str | list["Value"] | dict[str, "Value"] | None


class TooLarge(ValueError):
    """The file says more than it holds."""


@dataclass(slots=True)
class _Building:
    """The objects made of one file: what its anchors name, and how much has been made."""

    events: Iterator[yaml.Event]
    anchors: dict[str, tuple[Value, int]] = field(default_factory=dict)
    nodes: int = 0

    def value(self, event: yaml.Event, depth: int = 0) -> Value:
        before = self._count(1)
        if depth > MAX_DEPTH:
            raise TooLarge(f"it is nested more than {MAX_DEPTH} deep")
        if isinstance(event, yaml.AliasEvent):
            value, size = self.anchors.get(event.anchor or "", (None, 0))
            self._count(size)
            return value
        made: Value
        if isinstance(event, yaml.ScalarEvent):
            made = None if event.implicit[0] and event.value in _NULLS else event.value
        elif isinstance(event, yaml.SequenceStartEvent):
            made = [self.value(each, depth + 1) for each in iter(self._next, None) if each is not None]
        else:
            made = self._mapping(depth)
        if getattr(event, "anchor", None):
            self.anchors[event.anchor] = (made, self.nodes - before)  # type: ignore[attr-defined]
        return made

    def _mapping(self, depth: int) -> Value:
        made: dict[str, Value] = {}
        for key in iter(self._next, None):
            name, value = self.value(key, depth + 1), self.value(next(self.events), depth + 1)
            if name == "<<":
                for part in value if isinstance(value, list) else [value]:
                    made = {**part, **made} if isinstance(part, dict) else made
            elif isinstance(name, str):
                made[name] = value
        return made

    def _next(self) -> yaml.Event | None:
        event = next(self.events)
        return None if isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent) else event

    def _count(self, more: int) -> int:
        before, self.nodes = self.nodes, self.nodes + more
        if self.nodes > MAX_NODES:
            raise TooLarge(f"it unfolds to more than {MAX_NODES} values")
        return before


def cut_yaml(body: bytes) -> Iterator[Mapping[str, object] | Problem]:
    """Give the object of each document of a file, or those of its list; what breaks off is a problem with its place.

    Every value is a text, as it is written: ``no`` is Norway and 1.10 a version (YAML 1.2.2 §10.1, failsafe schema).
    """
    number = 0
    try:
        events = yaml.parse(body.decode("utf-8-sig", "replace"), _LOADER)
        building = _Building(events)
        for event in events:
            if not isinstance(event, yaml.NodeEvent):
                continue
            value = building.value(event)
            for each in _records(value):
                number += 1
                yield each
    except (yaml.YAMLError, TooLarge) as error:
        mark = getattr(error, "problem_mark", None)
        params = {"line": str(mark.line + 1 if mark else 1), "column": str(mark.column + 1 if mark else 1)}
        why = " ".join(str(getattr(error, "problem", None) or error).split())[:200]
        yield Problem("JSON_SYNTAX", "error", "", f"YAML, after {number} records: {why}", {**params, "breaks": "yes"})


def _records(value: Value) -> Iterator[Mapping[str, object]]:
    """Give the object, the objects of a list, or those of the one list an object holds."""
    if isinstance(value, dict):
        lists = [each for each in value.values() if isinstance(each, list) and all(isinstance(x, dict) for x in each)]
        if len(value) == 1 and lists:
            yield from _records(lists[0])
        else:
            yield value
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            yield each
