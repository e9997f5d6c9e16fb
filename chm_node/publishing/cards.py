"""What a list says of a record; it makes no page and asks no search."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chm_node.publishing.record_view import RecordView
from chm_node.publishing.service import Publishing
from chm_node.publishing.shown import Shown, date_shown, label_shown, to_shown
from chm_node.shell.markup import excerpt
from vocabularies.concepts import load_scheme, schemes_for
from vocabularies.record import Record

_PLACES = 4


@dataclass(frozen=True, slots=True)
class Card:
    """A record in a list."""

    path: str
    title: Shown
    type_label: str
    excerpt: Shown | None
    places: tuple[Shown, ...]
    date: Shown | None
    publisher: str
    sources: int


def to_card(publishing: Publishing, local_id: str, record: Record, language: str) -> Card:
    """Give what a list says of a record."""
    view = RecordView(record, language)
    dates = record.dates
    date = (dates.modified or dates.issued or dates.published or dates.created or "")[:10]
    summary = to_shown(record.summary, language)
    return Card(
        f"/records/{local_id}",
        view.title(),
        view.type_label(),
        replace(summary, text=excerpt(summary.text), fallback=False) if summary else None,
        _places(record, language),
        date_shown(date, language) if date else None,
        publishing.publisher_of(record, language),
        len(record.provenance),
    )


def _places(record: Record, language: str) -> tuple[Shown, ...]:
    """Give the names of the first countries and regions, each once."""
    values = dict.fromkeys([*([record.government] if record.government else []), *record.country_regions])
    schemes = [load_scheme(scheme).concepts for scheme in schemes_for("country_regions", record.type)]
    found = (concepts[value] for value in values for concepts in schemes if value in concepts)
    return tuple(label_shown(concept, language) for concept in found)[:_PLACES]
