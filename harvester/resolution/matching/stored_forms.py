"""The forms kept of records: made where a record is new or says something new, read where they are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, update

from harvester.resolution.among import among
from harvester.resolution.forms.form import FORM_VERSION, Form, dump_form, parse_form, to_kept_form
from harvester.resolution.forms.reading import facts_of, to_form, to_forms
from harvester.resolution.matching.blocking import BLOCKING_VERSION
from harvester.tables import form as table
from harvester.tables import source_record

VERSION = f"{FORM_VERSION}.{BLOCKING_VERSION}"
"""What a kept form was made by; one of another version is made anew."""
Place = tuple[str, str]
_CHUNK = 400
_NUMBERED = {
    "sqlite": (
        "SELECT no, source_id, identifier, version, payload FROM form"
        " WHERE payload IS NOT NULL AND no IN (SELECT value FROM json_each(?))"
    ),
    "postgresql": (
        "SELECT no, source_id, identifier, version, payload FROM form"
        " WHERE payload IS NOT NULL AND no = ANY(%s::bigint[])"
    ),
}
_Item = TypeVar("_Item", int, Place)


@dataclass(frozen=True, slots=True)
class Kept:
    """A form as it is kept; ``no`` is never given to another record.

    ``form`` is None once its record is gone, and where other rules made it: it is not what they would make now.
    """

    no: int
    place: Place
    version: str
    fingerprint: str
    form: Form | None


@dataclass(frozen=True, slots=True)
class Renewed:
    """What became of the form of a record: its number, the form before and the one now, None where there is none.

    There is none before where other rules made it: which keys it bears is not known. ``is_new`` says that it never had
    one, so that nothing was ever found of it.
    """

    no: int
    place: Place
    before: Form | None
    now: Form | None
    is_new: bool = False


def renew(connection: Connection, places: Sequence[Place]) -> list[Renewed]:
    """Bring the forms of records up to date with the records and give them; a record that never was gives none."""
    records = _find_records(connection, places)
    held = {kept.place: kept for kept in find_forms(connection, places)}
    new: dict[Place, tuple[str, Form]] = {}
    changed: list[dict[str, object]] = []
    renewed: list[Renewed] = []
    said: dict[Place, bytes] = {}
    for place in places:
        payload, fingerprint = records.get(place, (None, ""))
        kept = held.get(place)
        if payload is None:
            if kept is not None:
                if kept.form is not None or kept.version != VERSION:
                    changed.append(_row(kept.no, "", None))
                renewed.append(Renewed(kept.no, place, kept.form, None))
        elif kept is not None and kept.form is not None and (kept.version, kept.fingerprint) == (VERSION, fingerprint):
            renewed.append(Renewed(kept.no, place, kept.form, kept.form))
        else:
            said[place] = payload
    folded = to_forms(facts_of(orjson.loads(payload)) for payload in said.values())
    for place, made in zip(said, folded, strict=True):
        kept, fingerprint = held.get(place), records[place][1]
        if kept is None:
            new[place] = (fingerprint, made)
        else:
            changed.append(_row(kept.no, fingerprint, made))
            renewed.append(Renewed(kept.no, place, kept.form, made))
    if changed:
        connection.execute(update(table).where(table.c.no == bindparam("of")), changed)
    numbers = _add(connection, new)
    renewed += [Renewed(numbers[place], place, None, made, is_new=True) for place, (_, made) in new.items()]
    return renewed


def _row(no: int, fingerprint: str, form: Form | None) -> dict[str, object]:
    payload = None if form is None else dump_form(form)
    return {"of": no, "version": VERSION, "fingerprint": fingerprint, "payload": payload}


def _add(connection: Connection, new: Mapping[Place, tuple[str, Form]]) -> dict[Place, int]:
    if not new:
        return {}
    rows = [
        {
            "source_id": place[0],
            "identifier": place[1],
            "version": VERSION,
            "fingerprint": fingerprint,
            "payload": dump_form(form),
        }
        for place, (fingerprint, form) in new.items()
    ]
    connection.execute(insert(table), rows)
    numbers: dict[Place, int] = {}
    for chunk in _chunks(list(new)):
        query = select(table.c.no, table.c.source_id, table.c.identifier).where(_at(chunk))
        for no, source_id, identifier in connection.execute(query):
            numbers[source_id, identifier] = no
    return numbers


def find_forms(connection: Connection, places: Iterable[Place]) -> list[Kept]:
    """Give the forms kept of records."""
    return [kept for chunk in _chunks(list(places)) for kept in _select(connection, _at(chunk))]


def find_numbered(
    connection: Connection, numbers: Iterable[int], wanted: Callable[[int, Sequence[Any]], bool]
) -> dict[int, tuple[Place, Form]]:
    """Give the forms of living records by their numbers, with their places; those of other rules are made anew.

    ``wanted`` is asked first, with the number and the values a form is kept as, in the order of its fields: most
    records that share a key with another are of another type or country, and need no form.
    """
    found: dict[int, tuple[Place, Form]] = {}
    outdated: dict[Place, int] = {}
    dialect = connection.dialect.name
    for chunk in _chunks(sorted(numbers)):
        asked = orjson.dumps(chunk).decode() if dialect == "sqlite" else list(chunk)
        for no, source_id, identifier, version, payload in connection.exec_driver_sql(_NUMBERED[dialect], (asked,)):
            if version != VERSION:
                outdated[source_id, identifier] = no
                continue
            values = orjson.loads(payload)
            if wanted(no, values):
                found[no] = ((source_id, identifier), to_kept_form(values))
    return found | _anew(connection, outdated)


def forms_of(connection: Connection, kept: Iterable[Kept]) -> dict[int, tuple[Place, Form]]:
    """Give the forms of records that are not gone, by number; those other rules made are made anew and not kept."""
    held = list(kept)
    outdated = {each.place: each.no for each in held if each.form is None and each.version != VERSION}
    found = {each.no: (each.place, each.form) for each in held if each.form is not None}
    return found | _anew(connection, outdated)


def _anew(connection: Connection, outdated: Mapping[Place, int]) -> dict[int, tuple[Place, Form]]:
    records = _find_records(connection, list(outdated))
    return {
        outdated[place]: (place, to_form(facts_of(orjson.loads(record))))
        for place, (record, _) in records.items()
        if record is not None
    }


def count_outdated(connection: Connection) -> int:
    """Give how many records bear the keys of other rules than those of now: few of them are found by what arrives."""
    query = select(func.count()).where(table.c.version != VERSION, table.c.payload.is_not(None))
    return int(connection.execute(query).scalar_one())


def distrust(connection: Connection) -> None:
    """Have every form made anew when it is next asked for, and all its keys kept again."""
    connection.execute(update(table).where(table.c.payload.is_not(None)).values(version=""))


def _select(connection: Connection, where: ColumnElement[bool]) -> Iterator[Kept]:
    query = select(
        table.c.no, table.c.source_id, table.c.identifier, table.c.version, table.c.fingerprint, table.c.payload
    ).where(where)
    for no, source_id, identifier, version, fingerprint, payload in connection.execute(query):
        form = None if payload is None or version != VERSION else parse_form(payload)
        yield Kept(no, (source_id, identifier), version, fingerprint, form)


def _find_records(connection: Connection, places: Sequence[Place]) -> dict[Place, tuple[bytes | None, str]]:
    found: dict[Place, tuple[bytes | None, str]] = {}
    stored = source_record.c
    for chunk in _chunks(list(places)):
        query = select(stored.source_id, stored.identifier, stored.record, stored.fingerprint).where(
            among(stored.source_id, stored.identifier, chunk)
        )
        for source_id, identifier, record, fingerprint in connection.execute(query):
            found[source_id, identifier] = (record, fingerprint or "")
    return found


def _at(places: Sequence[Place]) -> ColumnElement[bool]:
    return among(table.c.source_id, table.c.identifier, places)


def _chunks(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
