"""What people write for a record: a canonical id, a record's URI, or source/identifier; finds where it is stored."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, select

from harvester.operating_errors import BadRequest, NoSuchRecord, NoSuchThing, RecordAmbiguous
from harvester.resolution.graph.judgements import Place
from harvester.resolution.graph.keeping import find_redirect
from harvester.resolution.lookups import find_owners, members_of
from harvester.resolution.survivorship import by_strength
from harvester.tables import identity_key, source, source_record
from vocabularies.identifiers import parse_record_uri

_STORED = source_record.c
_MOST_NAMED = 3
_NO_TEXT = "\0"


def get_thing(connection: Connection, text: str, centre: str) -> str:
    """Give the canonical id people mean by an id, a URI of the centre, an address ending in one, or any record of it.

    An id that leads to another one gives that. Raises NoSuchThing.
    """
    local_id = None if _NO_TEXT in text else _find_thing(connection, text.strip(), centre)
    if local_id is None:
        try:
            place = get_place(connection, text, centre)
        except NoSuchRecord:
            raise NoSuchThing(text=text) from None
        local_id = connection.execute(select(_STORED.local_id).where(_at(place))).scalar()
    if not local_id:
        raise NoSuchThing(text=text)
    return local_id


def get_place(connection: Connection, text: str, centre: str) -> Place:
    """Give the record people mean: of a thing the record that leads it. Raises NoSuchRecord, RecordAmbiguous."""
    text = text.strip()
    if _NO_TEXT in text:  # PostgreSQL takes no such character
        raise NoSuchRecord(text=text)
    found = _find_stated(connection, text) or _find_leading(connection, text, centre) or _find_named(connection, text)
    if found is None:
        raise NoSuchRecord(text=text)
    return found


def get_pair(connection: Connection, a: str, b: str, centre: str) -> tuple[Place, Place]:
    """Give the two records people mean. Raises BadRequest where both names are one record, what ``get_place`` does.

    An id that was left when two things were joined means the record that brought it: so it can be asked why.
    """
    one, other = (get_place(connection, text, centre) for text in (a, b))
    if one == other:
        one, other = (_find_bringer(connection, text, centre) or one for text in (a, b))
    if one == other:
        told = f"“{a}” and “{b}” are one record: {'/'.join(one)}. Name two, as SOURCE/IDENTIFIER."
        raise BadRequest(reason=f"{told} chm-harvester dupes history lists all records of a thing.")
    return one, other


def _find_bringer(connection: Connection, text: str, centre: str) -> Place | None:
    """Find the record that was at home under an id before its thing was joined with another."""
    local_id = _id_in(text.strip(), centre)
    query = select(_STORED.source_id, _STORED.identifier).where(_STORED.own_id == local_id)
    thing = _find_thing(connection, text.strip(), centre)
    row = connection.execute(query.where(_STORED.local_id == thing).limit(1)).one_or_none() if thing else None
    return (row.source_id, row.identifier) if row else None


def _id_in(text: str, centre: str) -> str:
    parsed = parse_record_uri(text)
    if parsed is not None:
        return parsed[1] if parsed[0] == centre else ""
    return text.rstrip("/").rpartition("/")[2] if text.startswith(("http://", "https://")) else text


def _at(place: Place) -> ColumnElement[bool]:
    return (_STORED.source_id == place[0]) & (_STORED.identifier == place[1])


def _find_stated(connection: Connection, text: str) -> Place | None:
    """Read source/identifier; a source's id has no slash, an identifier may."""
    source_id, slash, identifier = text.partition("/")
    if not slash:
        return None
    query = select(_STORED.local_id).where(
        _STORED.source_id == source_id, _STORED.identifier == identifier, _STORED.local_id.is_not(None)
    )
    return (source_id, identifier) if connection.execute(query).first() else None


def _find_thing(connection: Connection, text: str, centre: str) -> str | None:
    local_id = _id_in(text, centre)
    if not local_id:
        return None
    moved = find_redirect(connection, local_id)
    local_id = moved.target if moved else local_id
    borne = select(_STORED.identifier).where(_STORED.local_id == local_id).limit(1)
    return local_id if connection.execute(borne).first() else None


def _find_leading(connection: Connection, text: str, centre: str) -> Place | None:
    local_id = _find_thing(connection, text, centre)
    if local_id is None:
        return None
    members, traces = members_of(connection, [local_id], find_owners(connection).keys())
    if members:
        return by_strength(members)[0].place
    return min(trace.place for trace in traces) if traces else None


def _find_named(connection: Connection, text: str) -> Place | None:
    """Find the records a source names so, or that bear it as a key; of several of one thing the one that leads."""
    by_name = select(_STORED.source_id, _STORED.identifier, _STORED.local_id).where(
        _STORED.source_id.in_(select(source.c.id)),  # one look at the primary key a source, instead of at all records
        _STORED.identifier == text,
        _STORED.local_id.is_not(None),
    )
    rows = list(connection.execute(by_name.order_by(_STORED.source_id)))
    if not rows:
        same = (identity_key.c.source_id == _STORED.source_id) & (identity_key.c.identifier == _STORED.identifier)
        by_key = select(_STORED.source_id, _STORED.identifier, _STORED.local_id).join(identity_key, same)
        by_key = by_key.where(identity_key.c.key == text, _STORED.local_id.is_not(None)).order_by(_STORED.source_id)
        rows = list(connection.execute(by_key.limit(50)))
    if not rows:
        return None
    places = [(row.source_id, row.identifier) for row in rows]
    if len(places) > 1:
        things = {row.local_id for row in rows}
        if len(things) > 1:
            raise RecordAmbiguous(text=text, named=", ".join("/".join(place) for place in places[:_MOST_NAMED]))
        members, _ = members_of(connection, things, find_owners(connection).keys())
        led = [member.place for member in by_strength(members) if member.place in places]
        return led[0] if led else places[0]
    return places[0]
