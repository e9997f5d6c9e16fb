"""What of a record may leave the node: nothing withheld, nothing confidential, no address without consent."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from pydantic import JsonValue

from vocabularies.concepts import load_scheme
from vocabularies.formats.native import UNMAPPED
from vocabularies.formats.tabular_columns import UNKNOWN
from vocabularies.record import RECORD_CLASSES, Access, Part, Publisher, Record
from vocabularies.text import LangText

_SEPARATORS = re.compile(r"[./\[\]]+")
_IDENTITY = frozenset({"id", "type", "publisher", "access"})
_ASIDE = frozenset({UNMAPPED, UNKNOWN})
_GONE = object()


def to_public(record: Record) -> Record:
    """Give the record as anybody may see it; the same object where nothing has to be hidden.

    Access level ``withheld`` leaves id, type and title. Each name in ``access.confidential`` hides that field of the
    record or its details: ``summary``, ``details.budget``, ``/contacts/name``, ``links[0].url``, in any case; the
    members of a list lose it all alike. E-mail and telephone of a contact leave only with the contact's consent. What
    no field takes stays at home: nobody knows whether they name a person.
    """
    if record.access.level == "withheld":
        record = _identity_only(record)
    for name in record.access.confidential:
        record = _without_field(record, name)
    if any(not contact.consent and (contact.email or contact.phone) for contact in record.contacts):
        silent = (c if c.consent else c.model_copy(update={"email": None, "phone": None}) for c in record.contacts)
        record = record.with_(contacts=tuple(silent))
    if not _ASIDE.isdisjoint(record.extra):
        record = record.with_(extra={name: value for name, value in record.extra.items() if name not in _ASIDE})
    return record


def _identity_only(record: Record) -> Record:
    bare = Access(level="withheld", confidential=tuple(name for name in record.access.confidential if "title" in name))
    publisher = Publisher(node=record.publisher.node)
    cls: Any = RECORD_CLASSES[record.type]
    kept: Record = cls(id=record.id, type=record.type, title=record.title, publisher=publisher, access=bare)
    return kept


def _without_field(record: Record, name: str) -> Record:
    path = [_fold(part) for part in _SEPARATORS.split(name) if part and not part.isdigit()]
    if not path or path[0] in _IDENTITY:
        return record
    if path[0] not in _attributes(type(record)):
        path = ["details", *path]
    if path == ["title"]:
        return _without_extra(record.with_(title=_type_title(record)), "title")
    return _without_extra(_without(record, path), path[-1])


def _fold(name: str) -> str:
    return name.replace("_", "").replace("-", "").casefold()


@cache
def _attributes(part: type[Part]) -> dict[str, str]:
    return {_fold(attribute): attribute for attribute in part.model_fields}


def _type_title(record: Record) -> LangText:
    concept = load_scheme("record-types").concepts.get(record.type)
    return LangText(concept.pref_labels if concept else {"en": record.type})


def _without(value: Any, path: list[str]) -> Any:
    """Give the value with the field at the path back at its default, or ``_GONE`` where it must have one."""
    if isinstance(value, tuple):
        return tuple(kept for kept in (_without(member, path) for member in value) if kept is not _GONE)
    if isinstance(value, LangText):
        return LangText({tag: text for tag, text in value.items() if _fold(tag) != path[0]})
    attribute = _attributes(type(value)).get(path[0]) if isinstance(value, Part) else None
    if attribute is None:
        return value
    field = type(value).model_fields[attribute]
    kept = _GONE if len(path) == 1 else _without(getattr(value, attribute), path[1:])
    if kept is _GONE:
        if field.is_required():
            return _GONE
        kept = field.get_default(call_default_factory=True)
    return value.model_copy(update={attribute: kept})


def _without_extra(record: Record, name: str) -> Record:
    if not record.extra and not any(entry.field_map for entry in record.provenance):
        return record
    entries = (
        entry.model_copy(update={"field_map": _without_key(entry.field_map, name)}) for entry in record.provenance
    )
    return record.with_(extra=_without_key(record.extra, name), provenance=tuple(entries))


def _without_key(value: JsonValue, name: str) -> JsonValue:
    if isinstance(value, dict):
        return {key: _without_key(member, name) for key, member in value.items() if _fold(key) != name}
    if isinstance(value, list):
        return [_without_key(member, name) for member in value]
    return value
