"""Texts as JSON catalogues write them, plain or by language → values with languages. Pure; knows no catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import orjson
from pydantic import JsonValue

from harvester.crosswalks.dc_elements import Value, one_line, paragraphs, to_languages
from harvester.crosswalks.language_codes import find_language
from vocabularies.record import Agent
from vocabularies.text import LangText

_COUNTRY = re.compile(r"(?<=[a-z])\s*;\s*[A-Z]{3}\Z")
"""The country behind a language, as the North American Profile of ISO 19115 writes it: ``eng; CAN``."""
_PERSONAL = re.compile(r"e-?mail|phone|facsimile|\bfax", re.IGNORECASE)


def to_values(value: object) -> list[Value]:
    """Give the texts of a string, number, list or ``{language: text}`` with their languages, of anything else none."""
    if isinstance(value, str):
        return [(value.strip(), None)] if value.strip() else []
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [(str(value), None)]
    if isinstance(value, list):
        return [each for part in value for each in to_values(part) if not isinstance(part, list)]
    if isinstance(value, dict):
        pairs = ((find_language(str(tag)), text) for tag, text in value.items())
        return [(text, language) for language, part in pairs if language for text, _ in to_values(part)]
    return []


def to_lang_text(values: Iterable[Value], fallback: str, *, lines: bool = False) -> LangText:
    """Give the first text of each language without markup, on one line, or with its paragraphs where ``lines``."""
    texts: dict[str, str] = {}
    for text, stated in values:
        plain = paragraphs(text) if lines else one_line(text)
        if plain:
            texts.setdefault(find_language(stated or "") or fallback, plain)
    return LangText(texts)


def texts_of(value: object) -> list[str]:
    """Give the texts of a value without their languages."""
    return [text for text, _ in to_values(value)]


def find_first(value: object) -> str | None:
    """Give the first text of a value, or None."""
    return next(iter(texts_of(value)), None)


def languages_of(*values: object) -> tuple[str, ...]:
    """Give the languages that codes, names or ``/language/FRA`` addresses state."""
    texts = [text.rstrip("/").rpartition("/")[2] for value in values for text in texts_of(value)]
    return to_languages([(_COUNTRY.sub("", text), None) for text in texts])[0]


def to_agent(role: str, name: object, fallback: str) -> tuple[Agent, ...]:
    """Give an agent of that name, or none where there is no name."""
    text = to_lang_text(to_values(name), fallback)
    return (Agent(role=role, name=text),) if text else ()


def to_rest(value: Mapping[str, object], mapped: frozenset[str]) -> dict[str, JsonValue]:
    """Give what is not mapped and not empty, as JSON, without the addresses and numbers of people."""
    kept = {name: _silent(each) for name, each in value.items() if name not in mapped and not _PERSONAL.search(name)}
    told = {name: each for name, each in kept.items() if each not in (None, "", [], {})}
    rest: dict[str, JsonValue] = orjson.loads(orjson.dumps(told))
    return rest


def _silent(value: object) -> object:
    if isinstance(value, dict):
        return {name: _silent(each) for name, each in value.items() if not _PERSONAL.search(str(name))}
    return [_silent(each) for each in value] if isinstance(value, list) else value
