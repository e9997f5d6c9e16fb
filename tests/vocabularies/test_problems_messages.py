"""The message catalogues: each compiled file is its source compiled, and says everything in its language."""

import io
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from vocabularies.field_names import FIELD_NAMES
from vocabularies.problem_rules import DID_YOU_MEAN, EXPECTED, PROBLEMS
from vocabularies.problems import DOMAIN, MESSAGES
from vocabularies.text import UN_LANGUAGES

TRANSLATED = [language for language in UN_LANGUAGES if language != "en"]
SOURCES = {
    *(rule.what for rule in PROBLEMS.values()),
    *(rule.fix for rule in PROBLEMS.values()),
    *FIELD_NAMES.values(),
    *EXPECTED,
    DID_YOU_MEAN,
}


def folder(language: str) -> Path:
    return MESSAGES / language / "LC_MESSAGES"


def catalogue(language: str) -> Catalog:
    with (folder(language) / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=language)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_none_is_left_over(language: str) -> None:
    texts = {entry.id: entry.string for entry in catalogue(language) if entry.id}
    assert set(texts) == SOURCES
    assert [source for source, text in texts.items() if not text.strip()] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_sentences_are_not_left_in_english(language: str) -> None:
    texts = {entry.id: entry.string for entry in catalogue(language) if entry.id}
    assert [source for source in texts if " " in source and texts[source] == source] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_use_the_same_placeholders(language: str) -> None:
    different = [entry.id for entry in catalogue(language) if placeholders(entry.id) != placeholders(entry.string)]
    assert different == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_its_source_compiled(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    with (folder(language) / f"{DOMAIN}.mo").open("rb") as file:
        shipped = {entry.id: entry.string for entry in read_mo(file) if entry.id}
    assert shipped == {entry.id: entry.string for entry in read_mo(compiled) if entry.id}
