"""What a record of the CBD tells, field by field, whether its index entry or its document tells it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from pydantic import JsonValue

from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_elements import one_line, paragraphs
from harvester.crosswalks.language_codes import find_language
from vocabularies.text import LangText

_CODE = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_PERSONAL = re.compile(r"e-?mail|phone|mobile|\bfax|^faxes|gender|prefix|postalcode|googleplace", re.IGNORECASE)
_WITHIN = frozenset({"notes", "adminTags"})
"""What the people of a clearing-house write for each other."""
_ADDRESS = re.compile(r"address|^state$|^city$", re.IGNORECASE)
_NO_LANGUAGES = frozenset({"id", "url", "lat", "lng", "lon", "name", "tag", "min", "max"})


@dataclass(slots=True)
class Field:
    """The values of a field, and its texts by language."""

    values: list[Any] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)

    def take(self, value: object) -> None:
        """Add a value as documents write it: plain, a text by language, or a list of either."""
        if isinstance(value, list):
            for each in value:
                self.take(each)
        elif is_by_language(value):
            for tag, text in value.items():  # type: ignore[attr-defined]  # it is a dict
                if text:
                    self.texts.setdefault(find_language(tag) or tag, []).append(text)
        elif value not in (None, "", {}):
            self.values.append(value)


@dataclass(frozen=True, slots=True)
class Term:
    """A reference to a term of the CBD's thesaurus, with its labels where the record gives them."""

    identifier: str
    label: LangText = LangText()
    also: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The label in English or another language, else the identifier."""
        best = self.label.best("en")
        return best[1] if best else self.identifier


@dataclass(slots=True)
class Told:
    """The fields of a record by name; what was asked for is remembered, so that the rest is known."""

    fields: Mapping[str, Field]
    fallback: str
    used: set[str] = field(default_factory=set)

    def text(self, *names: str, lines: bool = False) -> LangText:
        """Give the first of the fields that has a text, without markup; several texts of a language as paragraphs."""
        for name in names:
            self.used.add(name)
            if found := self._text(name, lines=lines):
                return found
        return LangText()

    def words(self, *names: str) -> list[str]:
        """Give the plain values of fields as texts, and the identifiers of references."""
        found = [text for name in names for value in self._values(name) if (text := _plain(value))]
        return list(dict.fromkeys(found))

    def word(self, *names: str) -> str | None:
        """Give the first plain value, else the text in English or another language."""
        for name in names:
            if found := self.words(name):
                return found[0]
            if best := self.text(name).best("en"):
                return best[1]
        return None

    def terms(self, *names: str) -> list[Term]:
        """Give the references to terms of fields; a field of texts alone gives terms without identifier."""
        return [term for name in names for term in self._terms(name)]

    def shown(self, *names: str) -> tuple[str, ...]:
        """Give the labels of terms, or their identifiers where the record gives no label."""
        return tuple(dict.fromkeys(term.shown for term in self.terms(*names) if term.shown))

    def date(self, *names: str) -> str | None:
        """Give the first of the fields that holds a date."""
        return next((found for name in names for text in self.words(name) if (found := find_date(text))), None)

    def flag(self, name: str) -> bool | None:
        """Give yes or no, or None where the record does not say."""
        value = next(iter(self._values(name)), None)
        return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())

    def objects(self, *names: str) -> list[Mapping[str, Any]]:
        """Give the values of fields that are groups of named values."""
        return [value for name in names for value in self._values(name) if isinstance(value, dict)]

    def rest(self, *, person: bool) -> dict[str, JsonValue]:
        """Give what nobody asked for, without the numbers and addresses of people."""
        told: dict[str, Any] = {}
        for name, each in self.fields.items():
            if name in self.used or name in _WITHIN or _PERSONAL.search(name) or (person and _ADDRESS.search(name)):
                continue
            values = [_silent(value) for value in each.values]
            if each.texts:
                values.append({tag: [clean(text) for text in texts] for tag, texts in each.texts.items()})
            told[name] = values[0] if len(values) == 1 else values
        rest: dict[str, JsonValue] = orjson.loads(orjson.dumps(told))
        return {name: value for name, value in rest.items() if value not in (None, "", [], {})}

    def _values(self, name: str) -> list[Any]:
        self.used.add(name)
        found = self.fields.get(name)
        return found.values if found else []

    def _text(self, name: str, *, lines: bool) -> LangText:
        found = self.fields.get(name)
        if found is None:
            return LangText()
        texts = found.texts or {self.fallback: [value for value in found.values if isinstance(value, str)]}
        plain = (
            (tag, "\n\n".join(filter(None, (clean(text, lines=lines) for text in each)))) for tag, each in texts.items()
        )
        return LangText({tag: text if lines else one_line(text) for tag, text in plain if text.strip()})

    def _terms(self, name: str) -> Iterable[Term]:
        values = self._values(name)
        found = self.fields.get(name)
        labels = found.texts if found else {}
        if not values:
            longest = max(map(len, labels.values()), default=0)
            yield from (Term("", label) for at in range(longest) if (label := _label_at(labels, at, longest)))
        for at, value in enumerate(values):
            if not isinstance(value, dict):
                yield Term(_plain(value) or "", _label_at(labels, at, len(values)))
                continue
            named = Field()
            named.take(value.get("customValue") or value.get("title") or value.get("name"))
            label = Told({name: named}, self.fallback).text(name)
            yield Term(_plain(value) or "", label, {key: each for key, each in value.items() if key != "identifier"})


def clean(text: str, *, lines: bool = True) -> str:
    """Give a text without markup, comments and scripts."""
    plain = _CODE.sub("", text) if "<" in text else text
    return paragraphs(plain) if lines else one_line(plain)


def is_by_language(value: object) -> bool:
    """Say whether a value is a text by language, as documents of the CBD write it (clearing-house docs, lstring)."""
    return (
        isinstance(value, dict)
        and bool(value)
        and all(2 <= len(tag) <= 7 and tag not in _NO_LANGUAGES and find_language(tag) for tag in value)
        and all(text is None or isinstance(text, str) for text in value.values())
    )


def split_reference(text: str) -> tuple[str, str | None]:
    """Give identifier and revision of a reference: ``GUID@12`` → GUID, 12."""
    identifier, at, revision = text.partition("@")
    return identifier, revision if at and revision else None


def _plain(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("identifier")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def _label_at(labels: Mapping[str, list[str]], at: int, count: int) -> LangText:
    return LangText({tag: one_line(texts[at]) for tag, texts in labels.items() if len(texts) == count and texts[at]})


def _silent(value: object) -> object:
    if isinstance(value, dict):
        return {name: _silent(each) for name, each in value.items() if not _PERSONAL.search(str(name))}
    if isinstance(value, list):
        return [_silent(each) for each in value]
    return clean(value) if isinstance(value, str) else value
