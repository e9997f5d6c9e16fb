"""One value on a page and how it is found: a text with its language, a term with its label; it knows no record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chm_node.publishing.field_labels import FACET_SCHEMES
from chm_node.shell.languages import language_name
from vocabularies.concepts import load_scheme
from vocabularies.skos import Concept, primary_language
from vocabularies.text import UNDETERMINED, LangText, text_direction

_FACET_OF_SCHEME = {scheme: facet for facet, schemes in FACET_SCHEMES.items() for scheme in schemes}


@dataclass(frozen=True, slots=True)
class Shown:
    """One value on a page. ``language`` is None where the text has none.

    ``fallback`` marks a text in another language than the page's; ``local`` tells a path here from other addresses.
    """

    text: str
    language: str | None = None
    href: str | None = None
    local: bool = False
    fallback: bool = False
    is_html: bool = False
    note: str = ""

    @property
    def direction(self) -> str:
        """Give ``rtl`` or ``ltr``, or ``auto`` where the language is not known."""
        return text_direction(self.language) if self.language else "auto"


@dataclass(frozen=True, slots=True)
class Row:
    """A label and its values."""

    label: str
    values: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """The title and summary in one language."""

    language: str
    title: str
    summary: str
    kind: str

    @property
    def direction(self) -> str:
        """Give ``rtl`` or ``ltr``."""
        return text_direction(self.language)


def to_shown(texts: Mapping[str, str], language: str) -> Shown | None:
    """Give the best text for a page's language; None where there is none at all."""
    best = LangText(texts).best(language)
    if best is None:
        return None
    tag, text = best
    if tag == UNDETERMINED:
        return Shown(text)
    return Shown(text, tag, fallback=primary_language(tag) != language)


def term_shown(concept: Concept, language: str) -> Shown:
    """Give a term's label with its link: the search for it where it is a facet, else its page in the vocabulary."""
    text, tag = concept.label(language)
    facet = _FACET_OF_SCHEME.get(concept.scheme)
    href = f"/records?{facet}={concept.id}" if facet else f"/vocabularies/{concept.scheme}/{concept.id}"
    return Shown(text, tag, href=href, local=True, fallback=tag != language)


def facet_label(facet: str, value: str, language: str) -> str:
    """Give what a facet's value is called; the value itself where no vocabulary has it."""
    for scheme in FACET_SCHEMES.get(facet, ()):
        concept = load_scheme(scheme).concepts.get(value)
        if concept is not None:
            return concept.label(language)[0]
    return language_name(value, language) if facet == "language" else value
