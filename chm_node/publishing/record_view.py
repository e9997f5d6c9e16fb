"""Record → what a page shows of it: labelled rows of values, each with its language; it writes no HTML of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from pydantic.alias_generators import to_camel

from chm_node.publishing.field_labels import FIELD_LABELS
from chm_node.publishing.shown import Row, Shown, Version, to_shown
from chm_node.publishing.value_view import FindPage, ValueView
from chm_node.shell.languages import translations
from chm_node.shell.markup import clean_html, plain_text, safe_url
from vocabularies.concepts import load_scheme
from vocabularies.parts import (
    Relation,
)
from vocabularies.record import Record, record_details
from vocabularies.text import UNDETERMINED

_TOPICS = (
    "government", "country_regions", "subjects", "gbf_targets", "gbf_goals", "sdgs", "aichi_targets", "treaties",
    "keywords", "spatial", "temporal",
)  # fmt: skip


class RecordView:
    """The rows of one record in one language of the pages; ``find_page`` gives another page here by its thing's id.

    ``sources`` names where fields are from by JSON pointer: a field, a language of a text or an item of a list.
    """

    def __init__(
        self,
        record: Record,
        language: str,
        *,
        find_page: FindPage = lambda _: None,
        publisher: str = "",
        sources: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Look at a record that is already as the public may see it; ``publisher`` is for one that names none."""
        self.record, self.language, self._publisher, self._sources = record, language, publisher, sources
        self._show, self._find_page = ValueView(record.type, language, find_page), find_page
        self._texts = translations(language)

    def title(self) -> Shown:
        """Give the title without any HTML."""
        shown = to_shown(self.record.title, self.language) or Shown(self.type_label())
        return self._of_text(replace(shown, text=plain_text(shown.text)), "/title")

    def summary(self) -> Shown | None:
        """Give the summary as safe HTML."""
        shown = to_shown(self.record.summary, self.language)
        return self._of_text(replace(shown, text=clean_html(shown.text), is_html=True), "/summary") if shown else None

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
                self._show.choice("translation", kinds[tag]) if tag in kinds else "",
                self._sources.get(f"/summary/{tag}") or self._sources.get(f"/title/{tag}", ""),
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
        return [
            replace(shown, source=self._source(f"/links/{number}"))
            for number, link in enumerate(self.record.links)
            for shown in self._show.link(link)
        ]

    def relations(self) -> list[Row]:
        """Give the related records by kind of relation."""
        rows: dict[str, list[Shown]] = {}
        own_page = f"/records/{self.record.id.rpartition(':')[2]}"
        for number, relation in enumerate(self.record.relations):
            page = self._find_page(relation.target) if relation.type == "sameAs" else None
            if page and page.path == own_page:
                continue  # a member of this very record; where it comes from is told below
            shown = replace(self._relation(relation), source=self._source(f"/relations/{number}"))
            same = rows.setdefault(self._show.choice("relation", relation.type), [])
            if not (shown.local and any(each.href == shown.href for each in same)):  # by another of its ids
                same.append(shown)
        if self.record.replaces:
            replaced = self._relation(Relation(type="replaces", target=self.record.replaces))
            rows.setdefault(self._show.choice("relation", "replaces"), []).append(replaced)
        return [_row_of(label, values) for label, values in rows.items()]

    def about(self) -> list[Row]:
        """Give the facts about the record itself: publisher, dates, languages, rights."""
        record = self.record
        publisher = to_shown(record.publisher.name, self.language) or Shown(self._publisher or record.publisher.node)
        kinds = {entry.language: entry.kind for entry in record.translation}
        languages = tuple(
            Shown(
                self._show.language_name(tag),
                note=self._show.choice("translation", kinds[tag]) if tag in kinds else "",
                source=self._source(f"/languages/{number}"),
            )
            for number, tag in enumerate(record.languages or tuple(record.title))
            if tag != UNDETERMINED
        )
        rows = [Row(self._label("publisher"), (publisher,)), _row_of(self._label("languages"), languages)]
        rows += self._rows(record.dates, ("created", "issued", "modified", "published"), at="/dates/")
        rows += self._rows(record, ("license", "rights"))
        if record.access.level != "public" or record.access.reason or record.access.traditional_knowledge_notice:
            rows.append(self._of_field("access", tuple(self._access())))
        rows += self._confirmations()
        rows.append(_row_of(self._label("source_ids"), tuple(self._source_ids())))
        if record.revision > 1:
            rows.append(self._of_field("revision", (Shown(str(record.revision)),)))
        return [row for row in rows if row.values]

    def _rows(self, owner: Any, fields: Any, prefix: str = "", at: str = "/") -> list[Row]:
        made = (self._row(name, getattr(owner, name), prefix, at) for name in fields)
        return [row for row in made if row]

    def _row(self, name: str, value: Any, prefix: str = "", at: str = "/") -> Row | None:
        values = tuple(self._values(name, value, prefix, at)) if value not in (None, "", ()) else ()
        return _row_of(self._label(name), values) if values else None

    def _values(self, name: str, value: Any, prefix: str, at: str) -> Iterator[Shown]:
        path = at + prefix.replace(".", "/") + to_camel(name)
        for number, item in enumerate(value if isinstance(value, tuple) else (value,)):
            for shown in self._show.values(name, item, prefix):
                yield replace(shown, source=self._source(f"{path}/{shown.language if value is item else number}"))

    def _source(self, path: str) -> str:
        """Give where a field is from, or what it stands in."""
        while path and path not in self._sources:
            path = path.rpartition("/")[0]
        return self._sources.get(path, "")

    def _of_text(self, shown: Shown, path: str) -> Shown:
        return replace(shown, source=self._source(f"{path}/{shown.language or UNDETERMINED}"))

    def _of_field(self, name: str, values: tuple[Shown, ...]) -> Row:
        return Row(self._label(name), values, self._source(f"/{to_camel(name)}"))

    def _label(self, name: str) -> str:
        return self._texts.gettext(FIELD_LABELS[name])

    def _relation(self, relation: Relation) -> Shown:
        return self._show.named(relation.target, to_shown(relation.title, self.language))

    def _access(self) -> Iterator[Shown]:
        access = self.record.access
        yield Shown(self._show.choice("level", access.level))
        for text in (access.reason, access.traditional_knowledge_notice):
            if shown := to_shown(text, self.language):
                yield shown

    def _confirmations(self) -> Iterator[Row]:
        validation, freshness = self.record.validation, self.record.freshness
        if validation is not None:
            words = (validation.by, validation.role, self._show.day(validation.at))
            if text := ", ".join(word for word in words if word):
                yield self._of_field("validation", (Shown(text),))
        if freshness is not None:
            note = self._show.choice("freshness", freshness.state)
            yield self._of_field("freshness", (Shown(self._show.day(freshness.confirmed_at) or "–", note=note),))

    def _source_ids(self) -> Iterator[Shown]:
        for number, identifier in enumerate(self.record.source_ids):
            prefix = {"doi": "https://doi.org/", "url": ""}.get(identifier.scheme)
            href = safe_url(prefix + identifier.value) if prefix is not None else None
            note, source = self._show.choice("scheme", identifier.scheme), self._source(f"/sourceIds/{number}")
            yield Shown(identifier.value, href=href, note=note, source=source)


def _row_of(label: str, values: Sequence[Shown]) -> Row:
    """Make a row; where all of it is from one source that is said once."""
    sources = {shown.source for shown in values}
    if len(sources) != 1:
        return Row(label, tuple(values))
    return Row(label, tuple(replace(shown, source="") for shown in values), sources.pop())
