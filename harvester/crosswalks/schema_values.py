"""Values of schema.org as they are written, in any of their shapes → texts, addresses, agents. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harvester.crosswalks.dc_elements import Value, language_of, one_line
from harvester.crosswalks.language_codes import find_language
from vocabularies.record import Agent
from vocabularies.text import LangText

Node = Mapping[str, Any]
_NAMES = ("name", "headline", "legalName", "alternateName", "termCode", "value", "identifier")


class Thing:
    """A node of which each property is taken once; ``rest`` is what nobody took."""

    def __init__(self, node: Node) -> None:
        """Begin with nothing taken."""
        self._node = node
        self._taken = {"@context", "@id", "@type", "mainEntityOfPage"}
        page = node.get("mainEntityOfPage")
        self._page: Node = page if isinstance(page, Mapping) else {}

    def take(self, *names: str) -> list[Any]:
        """Give the values of properties in this order; where there is none, those the page about the thing has."""
        self._taken.update(names)
        own = [value for name in names for value in as_list(self._node.get(name))]
        return own or [value for name in names for value in as_list(self._page.get(name))]

    def rest(self) -> dict[str, Any]:
        """Give the properties nobody took."""
        return {name: value for name, value in self._node.items() if name not in self._taken}


def as_list(value: object) -> list[Any]:
    """Give the values of a property as a list: JSON-LD writes one value without brackets."""
    if isinstance(value, Mapping) and isinstance(value.get("@list"), list):
        return list(value["@list"])
    return list(value) if isinstance(value, list) else [] if value is None else [value]


def types_of(value: Node) -> tuple[str, ...]:
    """Give a node's types."""
    return tuple(kind for kind in as_list(value.get("@type")) if isinstance(kind, str))


def to_values(values: list[Any]) -> list[Value]:
    """Give texts with their languages from strings, numbers, ``@value`` objects, language maps and named things."""
    return [found for value in values for found in _values(value)]


def _values(value: object) -> Iterator[Value]:
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, str | int | float):
        if text := str(value).strip():
            yield text, None
    elif isinstance(value, list):
        for each in value:
            yield from _values(each)
    elif isinstance(value, Mapping):
        yield from _values_of_object(value)


def _values_of_object(value: Node) -> Iterator[Value]:
    if "@value" in value:
        language = value.get("@language")
        for text, _ in _values(value["@value"]):
            yield text, language if isinstance(language, str) else None
    elif value and all(find_language(str(tag)) for tag in value):
        for tag, text in value.items():
            yield from ((found, str(tag)) for found, _ in _values(text))
    else:
        for name in _NAMES:
            if found := [each for part in as_list(value.get(name)) for each in _values(part)]:
                yield from found
                return


def find_text(value: object) -> str | None:
    """Give the first text a value holds, or None."""
    return next((text for text, _ in _values(value)), None)


def texts_of(values: list[Any]) -> list[str]:
    """Give the texts of values without their languages."""
    return [text for text, _ in to_values(values)]


def addresses_of(values: list[Any]) -> list[str]:
    """Give the web addresses values name: strings, and the ``url`` or ``@id`` of things."""
    found: list[str] = []
    for value in values:
        if isinstance(value, Mapping):
            candidates = [*as_list(value.get("contentUrl")), *as_list(value.get("url")), *as_list(value.get("@id"))]
            candidates += as_list(value.get("@value"))
            addresses = addresses_of([each for each in candidates if isinstance(each, str)][:1])
        else:
            plain = value.strip() if isinstance(value, str) else ""
            addresses = [plain] if re.match(r"https?://\S+\Z", plain) else []
        found += [address for address in addresses if address not in found]
    return found


def to_agents(values: list[Any], role: str, fallback: str) -> tuple[Agent, ...]:
    """Give an agent for every name; ``@list`` and ``Role`` (schema.org/Role) are looked into, repeats left out."""
    found: dict[str, Agent] = {}
    for value in values:
        for inner in _bearers(value):
            names: dict[str, str] = {}
            for text, stated in _agent_names(inner):
                if plain := one_line(text):
                    names.setdefault(language_of(stated, fallback), plain)
            if names:
                found.setdefault(next(iter(names.values())), Agent(role=role, name=LangText(names)))
    return tuple(found.values())


def _bearers(value: object) -> list[Any]:
    if isinstance(value, Mapping):
        if isinstance(value.get("@list"), list):
            return list(value["@list"])
        if "Role" in types_of(value) or "OrganizationRole" in types_of(value):
            return [
                each for name in ("author", "creator", "contributor", "member") for each in as_list(value.get(name))
            ]
    return [value]


def _agent_names(value: object) -> list[Value]:
    if isinstance(value, Mapping) and not any(name in value for name in _NAMES[:3]) and "familyName" in value:
        return [(" ".join(texts_of([value.get("givenName"), value.get("familyName")])), None)]
    found = list(_values(value))
    return [each for each in found if not each[0].startswith(("http://", "https://"))]
