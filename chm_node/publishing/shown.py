"""One value on a page and how it is found: a text with its language, a term with its label; it knows no record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from chm_node.publishing.field_labels import FACET_SCHEMES
from chm_node.shell.dates import format_date
from chm_node.shell.languages import language_name
from vocabularies.concepts import load_scheme
from vocabularies.formats.labels import official_label
from vocabularies.skos import Concept, primary_language
from vocabularies.text import UNDETERMINED, LangText, text_direction

_FACET_OF_SCHEME = {scheme: facet for facet, schemes in FACET_SCHEMES.items() for scheme in schemes}


@dataclass(frozen=True, slots=True)
class Shown:
    """One value on a page. ``language`` is None where the text has none.

    ``fallback`` marks a text in another language than the page's, ``unofficial`` a term's label that is nobody's
    official name for it; ``local`` tells a path here from other addresses; ``date`` is the ISO form of a date;
    ``source`` names where it is from, where records of several are shown as one.
    """

    text: str
    language: str | None = None
    href: str | None = None
    local: bool = False
    fallback: bool = False
    is_html: bool = False
    note: str = ""
    unofficial: bool = False
    date: str = ""
    source: str = ""

    @property
    def direction(self) -> str:
        """Give ``rtl`` or ``ltr``, or ``auto`` where the language is not known."""
        return text_direction(self.language) if self.language else "auto"


@dataclass(frozen=True, slots=True)
class Place:
    """The page of a record or term here: its path, its titles, and the languages in which they are not official."""

    path: str
    titles: Mapping[str, str]
    unofficial: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """A label and its values; ``source`` names where all of them are from, where that is one."""

    label: str
    values: tuple[Shown, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """The title and summary in one language."""

    language: str
    title: str
    summary: str
    kind: str
    source: str = ""

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


def label_shown(concept: Concept, language: str) -> Shown:
    """Give a term's label, marked where it is not official."""
    text, tag = concept.label(language)
    return Shown(text, tag, fallback=primary_language(tag) != language, unofficial=not concept.is_official(tag))


def term_shown(concept: Concept, language: str) -> Shown:
    """Give a term's label with its link: the search for it where it is a facet, else its page in the vocabulary."""
    facet = _FACET_OF_SCHEME.get(concept.scheme)
    href = f"/records?{facet}={concept.id}" if facet else f"/vocabularies/{concept.scheme}/{concept.id}"
    return replace(label_shown(concept, language), href=href, local=True)


def date_shown(date: str, language: str) -> Shown:
    """Give a date as the page's language writes it."""
    return Shown(format_date(date, language), date=date)


def facet_shown(facet: str, value: str, language: str) -> Shown:
    """Give what a facet's value is called; the value itself where no vocabulary has it."""
    if concept := _facet_concept(facet, value):
        return label_shown(concept, language)
    return Shown(language_name(value, language) if facet == "language" else value)


def facet_label(facet: str, value: str, language: str) -> str:
    """Give a facet's value as programs are told it: by official names only, in English where the language has none."""
    if concept := _facet_concept(facet, value):
        return official_label(concept, language)[0]
    return facet_shown(facet, value, language).text


def _facet_concept(facet: str, value: str) -> Concept | None:
    found = (load_scheme(scheme).concepts.get(value) for scheme in FACET_SCHEMES.get(facet, ()))
    return next((concept for concept in found if concept), None)
