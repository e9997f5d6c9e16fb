"""Dublin Core elements as texts with languages, and the text fields made of them; knows no vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import unescape

from lxml import etree

from harvester.crosswalks.language_codes import find_language
from vocabularies.record import Agent
from vocabularies.text import UNDETERMINED, LangText, normalise_language

ELEMENTS = frozenset({
    "title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format", "identifier",
    "source", "language", "relation", "coverage", "rights",
})  # fmt: skip
_QUALIFIED = {
    "abstract": "description", "alternative": "title", "spatial": "coverage", "temporal": "coverage", "issued": "date",
    "created": "date", "license": "rights", "accessRights": "rights", "references": "relation", "isPartOf": "relation",
}  # fmt: skip
"""DCMI terms that refine one of the fifteen elements, as some repositories put them into oai_dc."""
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_SPACES = re.compile(r"\s+")
_BLOCK_END = re.compile(r"</(?:p|div|h[1-6]|li|tr|blockquote)\s*>\s*|<br\s*/?>\s*", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")

Value = tuple[str, str | None]
"""A text and its stated language."""
Values = Sequence[Value]
Elements = dict[str, list[Value]]


def read_elements(root: etree._Element) -> Elements:
    """Give the non-empty values by element name, in order, each once.

    The namespace is not looked at: some repositories use dcterms, or none, and mean the same fifteen elements.
    """
    found: Elements = {}
    for child in root:
        tag = child.tag
        if not isinstance(tag, str):
            continue
        text = (child.text or "") if len(child) == 0 else "".join(child.itertext())
        text = text.strip()
        if text:
            value = (text, child.get(_LANGUAGE))
            name = tag.rpartition("}")[2]
            values = found.setdefault(_QUALIFIED.get(name, name), [])
            if value not in values:
                values.append(value)
    return found


def to_languages(values: Values) -> tuple[tuple[str, ...], list[str]]:
    """Give the record's languages from codes of two or three letters or names, and the texts that name none."""
    languages: list[str] = []
    rest: list[str] = []
    for text, _ in values:
        for part in re.split(r"[;,/]", text):
            language = find_language(part)
            if language is None:
                rest.append(part.strip())
            elif language not in languages:
                languages.append(language)
    return tuple(languages), [text for text in rest if text]


def unlabelled_language(languages: tuple[str, ...], default: str | None) -> str:
    """Give the language of text without one: the record's where it has only one, else the source's, else ``und``."""
    return languages[0] if len(languages) == 1 else default or UNDETERMINED


def to_title(values: Values, fallback: str) -> tuple[LangText, list[str]]:
    """Give the first title of each language, without markup, and the further ones."""
    texts: dict[str, str] = {}
    rest: list[str] = []
    for text, stated in values:
        plain = one_line(text)
        language = language_of(stated, fallback)
        if language in texts:
            rest.append(plain)
        elif plain:
            texts[language] = plain
    return LangText(texts), rest


def to_summary(values: Values, fallback: str) -> LangText:
    """Give the descriptions, those of one language as paragraphs of one text."""
    texts: dict[str, str] = {}
    for text, stated in values:
        language = language_of(stated, fallback)
        plain = paragraphs(text)
        texts[language] = f"{texts[language]}\n\n{plain}" if language in texts else plain
    return LangText(texts)


def to_text(values: Iterable[Value], fallback: str) -> LangText:
    """Give the values as one text a language, joined by semicolons."""
    texts: dict[str, str] = {}
    for text, stated in values:
        language = language_of(stated, fallback)
        texts[language] = f"{texts[language]}; {text}" if language in texts else text
    return LangText(texts)


def to_agents(values: Values, role: str, fallback: str) -> tuple[Agent, ...]:
    """Give one agent a value; the same name is one agent."""
    found: dict[str, Agent] = {}
    for text, stated in values:
        name = one_line(text)
        if name and name not in found:
            found[name] = _agent(role, name, language_of(stated, fallback))
    return tuple(found.values())


@lru_cache(maxsize=16384)
def _agent(role: str, name: str, language: str) -> Agent:
    return Agent(role=role, name=LangText({language: name}))


def language_of(stated: str | None, fallback: str) -> str:
    """Give the stated language as a tag of ours, or the fallback where it is none."""
    if stated is None:
        return fallback
    return find_language(stated) or normalise_language(stated) or fallback


def paragraphs(text: str) -> str:
    """Give the text without markup, its blocks as lines; markup escaped twice is markup as well (Zenodo, 2026)."""
    if "&" in text:
        text = unescape(text)
    if "<" in text:
        text = _TAG.sub("", _BLOCK_END.sub("\n", text))
        text = unescape(text) if "&" in text else text
    return text.strip()


def one_line(text: str) -> str:
    """Give the text as one line without markup and character references."""
    if "&" in text:
        text = unescape(text)
    if "<" in text:
        text = _TAG.sub("", text)
    return _SPACES.sub(" ", text).strip()
