"""Record → what a page shows of it: labelled rows of values, each with its language; it writes no HTML of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chm_node.publishing.field_labels import CHOICE_LABELS, FIELD_LABELS
from chm_node.publishing.shown import Row, Shown, Version, term_shown, to_shown
from chm_node.shell.languages import format_number, language_name, translations
from chm_node.shell.markup import clean_html, excerpt, plain_text, safe_url
from vocabularies.concepts import load_scheme, schemes_for
from vocabularies.parts import Agent, Alignment, Contact, Link, Money, Progress, Quantity, Relation, Spatial, Temporal
from vocabularies.record import Record, record_details
from vocabularies.text import UNDETERMINED, LangText

_LANGUAGE_FIELDS = {"languages", "languages_of_delivery", "operational_languages"}
_TOPICS = (
    "government", "country_regions", "subjects", "gbf_targets", "gbf_goals", "sdgs", "aichi_targets", "treaties",
    "keywords", "spatial", "temporal",
)  # fmt: skip


FindPage = Callable[[str], tuple[str, Mapping[str, str]] | None]


class RecordView:
    """The rows of one record in one language of the pages; ``find_page`` gives path and title of another page here."""

    def __init__(self, record: Record, language: str, find_page: FindPage = lambda _: None) -> None:
        """Look at a record that is already as the public may see it."""
        self.record, self.language, self._find_page = record, language, find_page
        self._texts = translations(language)

    def title(self) -> Shown:
        """Give the title without any HTML."""
        shown = to_shown(self.record.title, self.language) or Shown(self.type_label())
        return replace(shown, text=plain_text(shown.text))

    def summary(self) -> Shown | None:
        """Give the summary as safe HTML."""
        shown = to_shown(self.record.summary, self.language)
        return replace(shown, text=clean_html(shown.text), is_html=True) if shown else None

    def type_label(self) -> str:
        """Give what the record's type is called."""
        return load_scheme("record-types").get(self.record.type).label(self.language)[0]

    def versions(self) -> list[Version]:
        """Give title and summary in every language the page does not show already."""
        seen = {shown.language for shown in (self.title(), self.summary()) if shown}
        kinds = {entry.language: entry.kind for entry in self.record.translation}
        tags = sorted(
            {*self.record.title, *self.record.summary} - ({next(iter(seen))} if len(seen) == 1 else set()) - {"und"}
        )
        return [
            Version(
                tag,
                plain_text(self.record.title.get(tag, "")),
                clean_html(self.record.summary.get(tag, "")),
                self._choice("translation", kinds[tag]) if tag in kinds else "",
            )
            for tag in tags
        ]

    def details(self) -> list[Row]:
        """Give the fields of the record's own type."""
        details = record_details(self.record)
        rows = self._rows(details, type(details).model_fields, "details.")
        subtype = self._row("subtype", self.record.subtype)
        return [subtype, *rows] if subtype else rows

    def topics(self) -> list[Row]:
        """Give what and where the record is about."""
        return self._rows(self.record, _TOPICS)

    def people(self) -> list[Row]:
        """Give organisations and contacts."""
        return self._rows(self.record, ("organizations", "contacts"))

    def links(self) -> list[Shown]:
        """Give the record's links."""
        return [shown for link in self.record.links for shown in self._link(link)]

    def relations(self) -> list[Row]:
        """Give the related records by kind of relation."""
        rows: dict[str, list[Shown]] = {}
        for relation in self.record.relations:
            rows.setdefault(self._choice("relation", relation.type), []).append(self._relation(relation))
        if self.record.replaces:
            replaced = self._relation(Relation(type="replaces", target=self.record.replaces))
            rows.setdefault(self._choice("relation", "replaces"), []).append(replaced)
        return [Row(label, tuple(values)) for label, values in rows.items()]

    def about(self) -> list[Row]:
        """Give the facts about the record itself: publisher, dates, languages, rights."""
        record = self.record
        publisher = to_shown(record.publisher.name, self.language) or Shown(record.publisher.node)
        kinds = {entry.language: entry.kind for entry in record.translation}
        languages = tuple(
            Shown(self._language(tag), note=self._choice("translation", kinds[tag]) if tag in kinds else "")
            for tag in record.languages or tuple(record.title)
            if tag != UNDETERMINED
        )
        rows = [Row(self._label("publisher"), (publisher,)), Row(self._label("languages"), languages)]
        rows += self._rows(record.dates, ("created", "issued", "modified", "published"))
        rows += self._rows(record, ("license", "rights"))
        if record.access.level != "public" or record.access.reason or record.access.traditional_knowledge_notice:
            rows.append(Row(self._label("access"), tuple(self._access())))
        rows += self._confirmations()
        rows.append(Row(self._label("source_ids"), tuple(self._source_ids())))
        if record.revision > 1:
            rows.append(Row(self._label("revision"), (Shown(str(record.revision)),)))
        return [row for row in rows if row.values]

    def _rows(self, owner: Any, fields: Any, prefix: str = "") -> list[Row]:
        made = (self._row(name, getattr(owner, name), prefix) for name in fields)
        return [row for row in made if row]

    def _row(self, name: str, value: Any, prefix: str = "") -> Row | None:
        values = tuple(self._values(name, value, prefix)) if value not in (None, "", ()) else ()
        return Row(self._label(name), values) if values else None

    def _label(self, name: str) -> str:
        return self._texts.gettext(FIELD_LABELS[name])

    def _choice(self, where: str, value: str) -> str:
        label = CHOICE_LABELS[where].get(value)
        return self._texts.gettext(label) if label else value

    def _language(self, tag: str) -> str:
        return language_name(tag, self.language)

    def _values(self, name: str, value: Any, prefix: str) -> Iterator[Shown]:
        if isinstance(value, tuple):
            for member in value:
                yield from self._values(name, member, prefix)
        elif isinstance(value, LangText):
            if shown := to_shown(value, self.language):
                yield replace(shown, text=clean_html(shown.text), is_html=True)
        elif isinstance(value, str):
            yield self._word(name, value, prefix)
        elif isinstance(value, float | int):
            yield Shown(self._number(value))
        else:
            yield from self._part(value)

    def _word(self, name: str, value: str, prefix: str) -> Shown:
        for scheme in schemes_for(prefix + name, self.record.type):
            concept = load_scheme(scheme).concepts.get(value)
            if concept is not None:
                return term_shown(concept, self.language)
        if name == "license" and (concept := load_scheme("licences").find(value)):
            return replace(term_shown(concept, self.language), href=safe_url(value), local=False)
        if name in _LANGUAGE_FIELDS:
            return Shown(self._language(value))
        if name in CHOICE_LABELS and value in CHOICE_LABELS[name]:
            return Shown(self._choice(name, value))
        if name == "doi":
            return Shown(value, href=f"https://doi.org/{value}")
        if value.startswith("urn:chm:"):
            return self._named(value, None)
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
            yield Shown(" – ".join((value.start or "…", value.end or "…")))
        elif isinstance(value, Spatial):
            yield from _positions(value)
        elif isinstance(value, Alignment):
            degree = self._choice("degree", value.degree) if value.degree else ""
            yield replace(self._word("alignment.target", value.target, "details."), note=degree)
        elif isinstance(value, Progress):
            yield from self._progress(value)
        elif shown := to_shown(getattr(value, "label", {}), self.language):
            yield replace(shown, fallback=False, href=safe_url(value.uri) if value.uri else None)

    def _agent(self, agent: Agent) -> Iterator[Shown]:
        shown = to_shown(agent.name, self.language) or (Shown(agent.ref) if agent.ref else None)
        if shown is not None:
            role = self._choice("role", agent.role) if agent.role else ""
            page = self._find_page(agent.ref) if agent.ref else None
            yield replace(shown, fallback=False, note=role, href=page[0] if page else None, local=True)

    def _contact(self, contact: Contact) -> Iterator[Shown]:
        organization = to_shown(contact.organization, self.language)
        role = self._choice("role", contact.role) if contact.role else ""
        if contact.name or organization:
            words = [contact.name, organization.text if organization else None]
            yield Shown(", ".join(word for word in words if word), note=role)
        if contact.consent and contact.email:
            yield Shown(contact.email, href=f"mailto:{contact.email}")
        if contact.consent and contact.phone:
            yield Shown(contact.phone)

    def _progress(self, progress: Progress) -> Iterator[Shown]:
        summary = to_shown(progress.summary, self.language)
        words = " ".join(word for word in (progress.date, progress.level) if word)
        if summary:
            yield replace(summary, text=plain_text(summary.text), note=words)
        elif words:
            yield Shown(words)

    def _link(self, link: Link) -> Iterator[Shown]:
        href = safe_url(link.url)
        name = to_shown(link.name, self.language)
        notes = [self._choice("rel", link.rel)]
        if link.language:
            notes.append(self._language(link.language))
        if link.media_type:
            notes.append(link.media_type)
        if link.bytes:
            notes.append(_size(link.bytes, self.language))
        shown = replace(name, fallback=False) if name else Shown(link.url)
        yield replace(shown, href=href, note=" · ".join(notes))

    def _relation(self, relation: Relation) -> Shown:
        return self._named(relation.target, to_shown(relation.title, self.language))

    def _named(self, target: str, given: Shown | None) -> Shown:
        """Give a link to another thing under the name given, else its title here, else its address."""
        page = self._find_page(target)
        if page is None:
            return replace(given or Shown(target), href=safe_url(target))
        return replace(
            given or to_shown(page[1], self.language) or Shown(target), href=page[0], local=True, fallback=False
        )

    def _access(self) -> Iterator[Shown]:
        access = self.record.access
        yield Shown(self._choice("level", access.level))
        for text in (access.reason, access.traditional_knowledge_notice):
            if shown := to_shown(text, self.language):
                yield shown

    def _confirmations(self) -> Iterator[Row]:
        validation, freshness = self.record.validation, self.record.freshness
        if validation is not None:
            words = (validation.by, validation.role, _day(validation.at))
            if text := ", ".join(word for word in words if word):
                yield Row(self._label("validation"), (Shown(text),))
        if freshness is not None:
            note = self._choice("freshness", freshness.state)
            yield Row(self._label("freshness"), (Shown(_day(freshness.confirmed_at) or "–", note=note),))

    def _source_ids(self) -> Iterator[Shown]:
        for identifier in self.record.source_ids:
            prefix = {"doi": "https://doi.org/", "url": ""}.get(identifier.scheme)
            href = safe_url(prefix + identifier.value) if prefix is not None else None
            yield Shown(identifier.value, href=href, note=self._choice("scheme", identifier.scheme))

    def _number(self, value: float) -> str:
        whole = int(value)
        return format_number(whole, self.language) if value == whole else f"{value:g}"

    def _money(self, money: Money) -> str:
        amounts = [
            self._number(amount) for amount in dict.fromkeys((money.minimum, money.maximum)) if amount is not None
        ]
        return " ".join([" – ".join(amounts), money.currency]).strip()


def card_excerpt(record: Record, language: str) -> Shown | None:
    """Give the first words of the summary, as plain text."""
    shown = to_shown(record.summary, language)
    return replace(shown, text=excerpt(shown.text), fallback=False) if shown else None


def places_of(record: Record, language: str) -> list[str]:
    """Give the names of the record's countries and regions, each once."""
    values = dict.fromkeys([*([record.government] if record.government else []), *record.country_regions])
    found = (
        load_scheme(scheme).concepts.get(value) for value in values for scheme in schemes_for("country_regions", "")
    )
    return [concept.label(language)[0] for concept in found if concept]


def _positions(spatial: Spatial) -> Iterator[Shown]:
    if spatial.point:
        yield Shown(f"{spatial.point.latitude:g}, {spatial.point.longitude:g}")
    if spatial.box:
        box = spatial.box
        yield Shown(f"{box.south:g}, {box.west:g} – {box.north:g}, {box.east:g}")


def _day(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d") if at else ""


def _size(count: int, language: str) -> str:
    if count < 1024 * 1024:
        return f"{format_number(max(count // 1024, 1), language)} KB"
    return f"{count / 1024 / 1024:.1f} MB"
