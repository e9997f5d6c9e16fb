"""The message catalogues: each compiled file is its source compiled, and says everything in its language."""

import io
import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from vocabularies.field_names import FIELD_NAMES
from vocabularies.formats.record_shape import record_shape, shape_of
from vocabularies.problem_rules import DID_YOU_MEAN, EXPECTED, PROBLEMS
from vocabularies.problems import DOMAIN, MESSAGES
from vocabularies.record import RECORD_TYPES
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


def test_every_field_of_every_record_has_a_name() -> None:
    names: set[str] = set()
    waiting = [record_shape(record_type) for record_type in RECORD_TYPES]
    while waiting:
        for known in waiting.pop().values():
            names.add(known.name)
            waiting += [shape_of(known.part)] if known.part else []
    assert names - set(FIELD_NAMES) == set()


def test_dates_and_addresses_in_arabic_examples_are_isolated_from_the_sentence() -> None:
    bare = re.compile(r"(?<![\u2068\w-])(?:\d{4}-\d\d|https?:|urn:|-\d)")
    assert [entry.string for entry in catalogue("ar") if entry.id and bare.search(entry.string)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_marks_of_direction_are_closed(language: str) -> None:
    for entry in catalogue(language):
        assert entry.string.count("\u2068") == entry.string.count("\u2069"), entry.id


def test_arabic_declares_its_six_plural_forms() -> None:
    forms = catalogue("ar").plural_expr
    assert catalogue("ar").num_plurals == 6 and "n%100>=3" in forms.replace(" ", "")


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_its_source_compiled(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    with (folder(language) / f"{DOMAIN}.mo").open("rb") as file:
        shipped = {entry.id: entry.string for entry in read_mo(file) if entry.id}
    assert shipped == {entry.id: entry.string for entry in read_mo(compiled) if entry.id}
