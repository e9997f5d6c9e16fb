"""Every text of the secretariat's pages is there in all six languages."""

from __future__ import annotations

import re

import pytest

from chm_node.shell.languages import translations
from harvester.app import NAVIGATION
from harvester.desk.addresses import DESK_DOMAIN, TEMPLATES
from harvester.desk.words import STATE_MARKS, STATES

SAME_IN_FRENCH = {"Code", "Pages", "Version"}


def texts() -> set[str]:
    marked = re.compile(r'_\("([^"]+)"\)')
    shown = {text for path in TEMPLATES.glob("*.html") for text in marked.findall(path.read_text("utf-8"))}
    return shown | set(STATES.values()) | {link.label for link in NAVIGATION}


@pytest.mark.parametrize("language", ["ar", "es", "fr", "ru", "zh"])
def test_no_text_of_the_desk_is_left_in_english(language: str) -> None:
    catalogue = translations(language, (DESK_DOMAIN,))
    untranslated = {text for text in texts() if catalogue.gettext(text) == text}
    assert untranslated <= SAME_IN_FRENCH | {"error"}, untranslated


def test_every_state_of_a_node_or_run_has_words() -> None:
    assert set(STATE_MARKS) <= set(STATES)
