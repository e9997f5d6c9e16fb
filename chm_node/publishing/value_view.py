"""One value of a record as a page shows it: text, term, date, person, link; it knows no page and no section."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from chm_node.publishing.field_labels import CHOICE_LABELS
from chm_node.publishing.shown import Place, Shown, date_shown, term_shown, to_shown
from chm_node.shell.dates import format_date
from chm_node.shell.languages import format_number, language_name, translations
from chm_node.shell.markup import clean_html, plain_text, safe_url
from vocabularies.concepts import load_scheme, schemes_for
from vocabularies.parts import (
    Agent,
    Alignment,
    Contact,
    Dates,
    Link,
    Match,
    Money,
    Part,
    Progress,
    Quantity,
    Spatial,
    Temporal,
)
from vocabularies.record import RECORD_CLASSES
from vocabularies.text import LangText

_LANGUAGE_FIELDS = {"languages", "languages_of_delivery", "operational_languages"}


def _date_fields() -> frozenset[str]:
    """Give the names of the fields that hold a date, in any record type."""
    parts: list[type[Part]] = [Dates]
    for cls in RECORD_CLASSES.values():
        details = cls.model_fields["details"].annotation
        if isinstance(details, type) and issubclass(details, Part):
            parts.append(details)
    date = Dates.model_fields["created"].annotation
    return frozenset(name for part in parts for name, field in part.model_fields.items() if field.annotation == date)


_DATE_FIELDS = _date_fields()
FindPage = Callable[[str], Place | None]


class ValueView:
    """How the values of a record of one type read in one language; ``find_page`` gives another page here by an id."""

    def __init__(self, record_type: str, language: str, find_page: FindPage) -> None:
        """Take what every value's look depends on."""
        self._type, self.language, self._find_page = record_type, language, find_page
        self._texts = translations(language)

    def choice(self, where: str, value: str) -> str:
        """Give what a fixed choice is called; the value itself where nobody named it."""
        label = CHOICE_LABELS[where].get(value)
        return self._texts.gettext(label) if label else value

    def language_name(self, tag: str) -> str:
        """Give the name of a language."""
        return language_name(tag, self.language)

    def values(self, name: str, value: Any, prefix: str) -> Iterator[Shown]:
        """Give what stands in a field, one by one; ``prefix`` is the field's place in the record."""
        if isinstance(value, tuple):
            for member in value:
                yield from self.values(name, member, prefix)
        elif isinstance(value, LangText):
            if shown := to_shown(value, self.language):
                yield replace(shown, text=clean_html(shown.text), is_html=True)
        elif isinstance(value, str):
            yield self._word(name, value, prefix)
        elif isinstance(value, bool):
            yield Shown(self.choice("flag", str(value).lower()))
        elif isinstance(value, float | int):
            yield Shown(self._number(value))
        else:
            yield from self._part(value)

    def _word(self, name: str, value: str, prefix: str) -> Shown:
        for scheme in schemes_for(prefix + name, self._type):
            concept = load_scheme(scheme).concepts.get(value)
            if concept is not None:
                return term_shown(concept, self.language)
        if name == "license" and (concept := load_scheme("licences").find(value)):
            return replace(term_shown(concept, self.language), href=safe_url(value), local=False)
        if name in _DATE_FIELDS:
            return date_shown(value, self.language)
        if name in _LANGUAGE_FIELDS:
            return Shown(self.language_name(value))
        if name in CHOICE_LABELS and value in CHOICE_LABELS[name]:
            return Shown(self.choice(name, value))
        if name == "doi":
            return Shown(value, href=f"https://doi.org/{value}")
        if value.startswith("urn:chm:"):
            return self.named(value, None)
        return Shown(value, href=safe_url(value) if value.startswith(("http://", "https://")) else None)

    def _part(self, value: Any) -> Iterator[Shown]:
        if isinstance(value, Agent):
            yield from self._agent(value)
        elif isinstance(value, Contact):
            yield from self._contact(value)
        elif isinstance(value, Money):
            yield Shown(self._money(value))
        elif isinstance(value, Quantity):
            yield Shown(f"{self._number(value.value)} {value.unit}", note=value.quantity)
        elif isinstance(value, Temporal):
            ends = (format_date(end, self.language) if end else "…" for end in (value.start, value.end))
            yield Shown(" – ".join(ends))
        elif isinstance(value, Spatial):
            yield from _positions(value)
        elif isinstance(value, Alignment):
            degree = self.choice("degree", value.degree) if value.degree else ""
            yield replace(self._word("alignment.target", value.target, "details."), note=degree)
        elif isinstance(value, Progress):
            yield from self._progress(value)
        elif isinstance(value, Match):
            words = " ".join((format_date(value.date or "", self.language), self.choice("match", value.state))).strip()
            yield replace(self.named(value.record, to_shown(value.outcome, self.language)), note=words)
        elif shown := to_shown(getattr(value, "label", {}), self.language):
            yield replace(shown, fallback=False, href=safe_url(value.uri) if value.uri else None)

    def _agent(self, agent: Agent) -> Iterator[Shown]:
        shown = to_shown(agent.name, self.language) or (Shown(agent.ref) if agent.ref else None)
        if shown is not None:
            role = self.choice("role", agent.role) if agent.role else ""
            page = self._find_page(agent.ref) if agent.ref else None
            yield replace(shown, fallback=False, note=role, href=page.path if page else None, local=True)

    def _contact(self, contact: Contact) -> Iterator[Shown]:
        organization = to_shown(contact.organization, self.language)
        role = self.choice("role", contact.role) if contact.role else ""
        if contact.name or organization:
            words = [contact.name, organization.text if organization else None]
            yield Shown(", ".join(word for word in words if word), note=role)
        if contact.consent and contact.email:
            yield Shown(contact.email, href=f"mailto:{contact.email}")
        if contact.consent and contact.phone:
            yield Shown(contact.phone)

    def _progress(self, progress: Progress) -> Iterator[Shown]:
        summary = to_shown(progress.summary, self.language)
        words = " ".join(word for word in (format_date(progress.date or "", self.language), progress.level) if word)
        if summary:
            yield replace(summary, text=plain_text(summary.text), note=words)
        elif words:
            yield Shown(words)

    def link(self, link: Link) -> Iterator[Shown]:
        """Give a link with what it is."""
        href = safe_url(link.url)
        name = to_shown(link.name, self.language)
        notes = [self.choice("rel", link.rel)]
        if link.language:
            notes.append(self.language_name(link.language))
        if link.media_type:
            notes.append(link.media_type)
        if link.bytes:
            notes.append(_size(link.bytes, self.language))
        shown = replace(name, fallback=False) if name else Shown(link.url)
        yield replace(shown, href=href, note=" · ".join(notes))

    def named(self, target: str, given: Shown | None) -> Shown:
        """Give a link to another thing under the name given, else its title here, else its address."""
        page = self._find_page(target)
        if page is None:
            return replace(given or Shown(target), href=safe_url(target))
        named = given or to_shown(page.titles, self.language) or Shown(target)
        unofficial = given is None and named.language in page.unofficial
        return replace(named, href=page.path, local=True, fallback=False, unofficial=unofficial)

    def _number(self, value: float) -> str:
        whole = int(value)
        return format_number(whole, self.language) if value == whole else f"{value:g}"

    def _money(self, money: Money) -> str:
        amounts = [
            self._number(amount) for amount in dict.fromkeys((money.minimum, money.maximum)) if amount is not None
        ]
        return " ".join([" – ".join(amounts), money.currency]).strip()

    def day(self, at: datetime | None) -> str:
        """Give the day of an instant; empty without one."""
        return format_date(at.strftime("%Y-%m-%d"), self.language) if at else ""


def _positions(spatial: Spatial) -> Iterator[Shown]:
    if spatial.point:
        yield Shown(f"{spatial.point.latitude:g}, {spatial.point.longitude:g}")
    if spatial.box:
        box = spatial.box
        yield Shown(f"{box.south:g}, {box.west:g} – {box.north:g}, {box.east:g}")


def _size(count: int, language: str) -> str:
    if count < 1024 * 1024:
        return f"{format_number(max(count // 1024, 1), language)} KB"
    return f"{count / 1024 / 1024:.1f} MB"
