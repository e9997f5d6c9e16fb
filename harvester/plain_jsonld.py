"""JSON-LD that speaks schema.org, as plain JSON with schema.org's own names. Pure: no context is ever fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

MAX_DEPTH = 60
_SCHEMA_ORG = re.compile(r"https?://(?:www\.)?schema\.org(?:/version/[^/]+/[\w.-]+|/docs/jsonldcontext\.jsonld?)?/?")
_CODEMETA = re.compile(
    r"https?://(?:(?:dx\.)?doi\.org/(?:doi:)?10\.5063/schema/codemeta|w3id\.org/codemeta|"
    r"raw\.githubusercontent\.com/codemeta/codemeta)\S*"
)
"""The context of CodeMeta, whose names are schema.org's and a few of its own."""
_TERM = re.compile(r"https?://(?:www\.)?schema\.org/([A-Za-z]\w*)")
_PREFIXES = ("schema", "sdo", "schemaorg", "so")

Object = dict[str, Any]


class UnknownContext(ValueError):
    """The JSON-LD does not speak schema.org in a way that can be read without fetching anything."""


class TooDeep(ValueError):
    """The JSON-LD is nested deeper than anything that means something."""


class Names:
    """What the names of a document mean by its ``@context``: prefixes and terms that lead to schema.org."""

    def __init__(self, context: object) -> None:
        """Read a context; UnknownContext where nothing in it leads to schema.org."""
        self.language: str | None = None
        self._prefixes: dict[str, str] = {}
        self._terms: dict[str, str] = {}
        self._is_default = False
        self._vocabulary = ""
        known = False
        for part in context if isinstance(context, list) else [context]:
            if isinstance(part, str):
                known |= self._take_address(part)
            elif isinstance(part, Mapping):
                known |= self._take_table(part)
        if not known:
            raise UnknownContext(str(context)[:200])

    def _take_address(self, address: str) -> bool:
        plain = address.strip()
        self._is_default |= (_SCHEMA_ORG.fullmatch(plain) or _CODEMETA.fullmatch(plain)) is not None
        return self._is_default

    def _take_table(self, table: Mapping[str, Any]) -> bool:
        vocabulary, language = table.get("@vocab"), table.get("@language")
        if isinstance(vocabulary, str):
            self._is_default |= _SCHEMA_ORG.fullmatch(vocabulary) is not None
            self._vocabulary = vocabulary
        self.language = language if isinstance(language, str) else self.language
        for name, value in table.items():
            meaning = value.get("@id") if isinstance(value, Mapping) else value
            if isinstance(meaning, str) and not name.startswith("@"):
                (self._prefixes if _SCHEMA_ORG.fullmatch(meaning) else self._terms)[name] = meaning
        return self._is_default or any(_SCHEMA_ORG.fullmatch(value) for value in self._prefixes.values())

    def plain(self, name: str) -> str:
        """Give schema.org's own name for a property or type: ``name`` for ``schema:name``; any other name unchanged."""
        if name.startswith("@"):
            return name
        meaning = self._terms.get(name, name)
        if meaning.startswith("@"):
            return meaning
        if match := _TERM.fullmatch(meaning):
            return match[1]
        prefix, colon, local = meaning.partition(":")
        if colon and (prefix in self._prefixes or prefix in _PREFIXES) and local.isidentifier():
            return local
        if not self._is_default and meaning.isidentifier():  # a name of another vocabulary that looks like ours
            return f"{self._vocabulary}{meaning}"
        return meaning


def to_plain(node: object, names: Names, depth: int = 0) -> Any:
    """Give the value with plain names throughout, without contexts; TooDeep where it is nested too deeply."""
    if depth > MAX_DEPTH:
        raise TooDeep(f"it is nested more than {MAX_DEPTH} deep")
    if isinstance(node, list):
        return [to_plain(each, names, depth + 1) for each in node]
    if not isinstance(node, Mapping):
        return node
    found: Object = {}
    for name, value in node.items():
        key = names.plain(name)
        if key == "@context":
            continue
        if key == "@type":
            found[key] = [names.plain(kind) for kind in _list(value) if isinstance(kind, str)]
        elif key not in found:
            found[key] = to_plain(value, names, depth + 1)
    return found


def types_of(node: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the types of a plain node."""
    return tuple(kind for kind in _list(node.get("@type")) if isinstance(kind, str))


def graph_of(document: object) -> Iterator[tuple[object, Object]]:
    """Give (context, node) of everything at the top of a document: an object, a list, or what ``@graph`` holds."""
    for part in document if isinstance(document, list) else [document]:
        if not isinstance(part, dict):
            continue
        context, graph = part.get("@context"), part.get("@graph")
        if isinstance(graph, list | dict):
            for node in _list(graph):
                if isinstance(node, dict):
                    yield node.get("@context", context), node
            rest = {name: value for name, value in part.items() if name not in ("@context", "@graph")}
            if "@type" in rest and len(rest) > 2:
                yield context, rest
        else:
            yield context, part


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
