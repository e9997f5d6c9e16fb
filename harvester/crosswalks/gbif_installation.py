"""A technical installation as GBIF's registry describes it (JSON) → a service's Record; the rest to ``extra``. Pure."""

from __future__ import annotations

from harvester.crosswalks import dc_identifiers
from harvester.crosswalks.context import Context
from harvester.crosswalks.described import Described, to_record
from harvester.crosswalks.gbif_dataset import Item, keep_rest, read_item, to_contacts, to_links
from harvester.crosswalks.json_texts import find_first, texts_of, to_values
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.record import Relation

NAME = "gbif_installation"
_READ = frozenset({
    "key", "title", "description", "language", "type", "created", "modified", "contacts", "endpoints", "machineTags",
    "comments", "tags", "identifiers", "createdBy", "modifiedBy", "organizationKey", "password", "disabled",
})  # fmt: skip


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that an installation of the registry describes, or the problem that stands in the way."""
    return read_item(raw, lambda item: to_record(to_described(item, context.source_id), raw, context, namespace=NAME))


def to_described(item: Item, source_id: str) -> Described:
    """Give what the registry says of the installation; its first endpoint is where it answers."""
    told = Described(kind="service", languages=texts_of(item.get("language")))
    told.titles, told.descriptions = to_values(item.get("title")), to_values(item.get("description"))
    told.typed_ids = [("gbif", text.lower()) for text in texts_of(item.get("key"))]
    told.dates = {name: texts_of(item.get(name)) for name in ("created", "modified")}
    told.contacts, told.links = to_contacts(item), to_links(item)
    told.details["url"] = told.links[0].url if told.links else ""
    told.details["api_type"] = find_first(item.get("type")) or ""
    for key in texts_of(item.get("organizationKey")):
        target = dc_identifiers.local_record_id(source_id, key)
        told.relations.append(Relation(type="related", target=target))
    told.keep("disabled", "true" if item.get("disabled") is True else "")
    keep_rest(item, _READ, told)
    return told
