"""A small published site for tests: a catalogue on a real database, filled through the one way in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, MetaData

from chm_node.publishing.catalogue import SqlCatalogue
from chm_node.publishing.publication import Publication, Published, Withdrawal, publish
from chm_node.publishing.site import Site
from chm_node.publishing.sql import make_engine, write
from chm_node.publishing.tables import PublicationTables, add_publication_tables
from vocabularies.record import Record, new_record
from vocabularies.text import LangText

SITE = Site(
    node_id="ke",
    name=LangText(en="Kenya Clearing-House", fr="Centre d'échange du Kenya"),
    base_url="http://chm.example.org",
    admin_email="chm@example.org",
    oai_host="chm.example.org",
    country="KE",
    token_secret=b"a secret of thirty-two bytes ....",
)


def sample_record(local_id: str, **fields: Any) -> Record:
    """Make a record of the site; an event in Kenya unless told otherwise."""
    given: dict[str, Any] = {
        "type": "resource",
        "id": f"urn:chm:ke:{local_id}",
        "title": {"en": f"Wetland inventory {local_id}", "fr": f"Inventaire des zones humides {local_id}"},
        "summary": {"en": "Where the wetlands are & how they fare."},
        "languages": ("en", "fr"),
        "publisher": {"node": "ke", "name": {"en": "Kenya Clearing-House"}},
        "government": "KE",
        "gbf_targets": ("GBF-TARGET-02",),
        "dates": {"created": "2024-05-01", "modified": "2024-06-01"},
    }
    given.update(fields)
    return new_record(given.pop("type"), **given)


@dataclass
class PublishedSite:
    """A catalogue and the means to change what is in it; ``now`` is the publisher's clock."""

    engine: Engine
    tables: PublicationTables
    catalogue: SqlCatalogue
    site: Site
    now: datetime = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)

    def publish(self, records: Iterable[Record], *, formats: tuple[str, ...] | None = None) -> Published:
        changes = [Publication(record.id.rsplit(":", 1)[1], record) for record in records]
        with write(self.engine) as connection:
            return publish(connection, self.tables, changes, site=self.site, now=self.now, formats=formats)

    def withdraw(self, local_id: str, reason: str = "Replaced.") -> None:
        with write(self.engine) as connection:
            publish(connection, self.tables, [Withdrawal(local_id, LangText(en=reason))], site=self.site, now=self.now)


def make_site(url: str, site: Site = SITE) -> PublishedSite:
    """Make the published tables in the database and a catalogue over them."""
    metadata = MetaData()
    tables = add_publication_tables(metadata)
    engine = make_engine(url)
    metadata.create_all(engine)
    return PublishedSite(engine, tables, SqlCatalogue(engine, tables, site), site)
