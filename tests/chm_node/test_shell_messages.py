"""Every text of the pages exists in all six languages, and the compiled catalogues are the written ones."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from chm_node.publishing.field_labels import CHOICE_LABELS, FIELD_LABELS
from chm_node.shell.languages import translations
from vocabularies.record import RECORD_CLASSES

CHM_NODE = Path(__file__).parents[2] / "chm_node"
MESSAGES = CHM_NODE / "shell" / "messages"
TRANSLATED = ("ar", "es", "fr", "ru", "zh")
PLACEHOLDER = re.compile(r"%\(\w+\)s")
WHERE = [
    ("shell/**.py", "python"), ("publishing/**.py", "python"),
    ("shell/templates/**.html", "jinja2"), ("publishing/templates/**.html", "jinja2"),
]  # fmt: skip


def load(language: str) -> Catalog:
    with (MESSAGES / language / "LC_MESSAGES" / "shell.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def used() -> set[str | tuple[str, ...]]:
    keywords = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
    options = {"**.html": {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "silent": "false"}}
    found = extract_from_dir(str(CHM_NODE), method_map=WHERE, options_map=options, keywords=keywords)
    return {message for _, _, message, _, _ in found}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_left_untranslated(language: str, used: set[str | tuple[str, ...]]) -> None:
    catalogue = load(language)
    for message in used:
        entry = catalogue.get(message[0] if isinstance(message, tuple) else message)
        assert entry is not None, message
        forms = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        assert all(forms) and not entry.fuzzy, message
        assert len(forms) == (catalogue.num_plurals if isinstance(message, tuple) else 1), message


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_translated_that_nobody_says(language: str, used: set[str | tuple[str, ...]]) -> None:
    known = {message if isinstance(message, str) else message[0] for message in used}
    assert {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in load(language) if entry.id} <= known


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_names_no_value_the_text_does_not(language: str) -> None:
    for entry in load(language):
        ids = entry.id if isinstance(entry.id, tuple) else (entry.id,)
        given = {name for text in ids for name in PLACEHOLDER.findall(text)}
        strings = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        for text in strings:
            assert set(PLACEHOLDER.findall(text)) <= given, entry.id
        if not isinstance(entry.id, tuple):
            assert set(PLACEHOLDER.findall(entry.string)) == given, entry.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, load(language))
    assert (MESSAGES / language / "LC_MESSAGES" / "shell.mo").read_bytes() == compiled.getvalue()


def test_arabic_counts_in_its_six_ways() -> None:
    texts = translations("ar")
    said = [texts.ngettext("%(shown)s record.", "%(shown)s records.", count) for count in (0, 1, 2, 3, 11, 100)]
    assert len(set(said)) == 6
    assert said[4] == "%(shown)s سجلاً."  # 11–99 take the accusative singular


def test_every_field_of_every_record_type_has_a_name() -> None:
    for cls in RECORD_CLASSES.values():
        details = cls.model_fields["details"].annotation
        assert details is not None
        assert set(details.model_fields) <= set(FIELD_LABELS), details


def test_every_fixed_choice_of_a_detail_has_a_name() -> None:
    for field in ("kind", "state", "cost", "access"):
        for cls in RECORD_CLASSES.values():
            details = cls.model_fields["details"].annotation
            assert details is not None
            choices = (
                re.findall(r"'(\w+)'", str(details.model_fields[field].annotation))
                if field in details.model_fields
                else []
            )
            assert set(choices) <= set(CHOICE_LABELS[field]), (cls, field)
