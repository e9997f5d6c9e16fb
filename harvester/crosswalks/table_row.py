"""A row of somebody's table, or an object like one → Record, by the mapping saved with the source. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from harvester.crosswalks import dc_identifiers, dc_types
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_elements import one_line, paragraphs
from harvester.crosswalks.geojson import find_extent
from harvester.crosswalks.provenance import provenance_of, with_provenance
from harvester.crosswalks.row_cells import mend
from harvester.mapping import Columns, fold, to_cells, to_columns
from harvester.raw import RawRecord
from harvester.usual_names import is_of_publication
from vocabularies.concepts import find_term, term_value
from vocabularies.formats.native import Parsed
from vocabularies.formats.tabular import RowDefaults, parse_rows
from vocabularies.formats.tabular_columns import UNKNOWN
from vocabularies.identifiers import parse_record_uri
from vocabularies.problems import Problem, problem
from vocabularies.record import RECORD_TYPES, Publisher, Record, SourceId
from vocabularies.text import UNDETERMINED, LangText

MAX_ROUNDS = 3
"""How often cells that cannot be read are set aside: one fault may hide another."""
_NEEDED = ("/title", "/type")


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record a row describes: our columns as a node's import reads them, all others in ``extra``.

    A row whose id is a record's own id stays that record; any other is a record of the source's, under an id of its.
    """
    try:
        held = orjson.loads(raw.payload)
        columns = _columns(held)
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
        return Parsed(None, (problem("CROSSWALK_FAILED", "", str(error)[:200]),))
    is_ours = parse_record_uri(columns.ours.get("id", "")) is not None
    if not is_ours:
        mend(columns)
    parsed = _parse(columns, held.get("type") or None, raw, context)
    for _ in range(MAX_ROUNDS if not is_ours else 0):
        if parsed.record is not None or not (odd := _odd_columns(columns, parsed.problems)):
            break
        told = [replace(each, severity="warning") for each in parsed.problems]
        columns.rest |= {name: columns.ours.pop(name) for name in odd}
        parsed = _parse(columns, held.get("type") or None, raw, context)
        parsed = replace(parsed, problems=(*told, *parsed.problems))
    if parsed.record is None:
        return parsed
    record = parsed.record.with_(**_texts(parsed.record))
    place = find_extent(held.get("geometry")) if record.spatial is None else None
    record = record.with_(extra=_extra(record, columns), **({"spatial": place} if place else {}))
    if is_ours:
        return with_provenance(replace(parsed, record=record), raw, context)
    fed = columns.guessed | {target: name for name, targets in held["map"].items() for target in targets}
    return replace(parsed, record=_of_source(record, raw, context, fed))


def _odd_columns(columns: Columns, problems: Iterable[Problem]) -> list[str]:
    """Give the columns whose cells stand in the way of a record, but not its title or type.

    A column of somebody else's may bear one of our names, such as ``status`` or ``links.rel``, and mean another thing.
    Where a part lacks something, all its columns are given.
    """
    found: dict[str, None] = {}
    for each in problems:
        if each.severity != "error" or each.path in _NEEDED:
            continue
        path = ".".join(step for step in each.path.split("/") if step and not step.isdigit()).removeprefix("details.")
        own = [name for name in columns.ours if name == path or name.partition("[")[0] == path]
        group = path.rpartition(".")[0]
        found.update(dict.fromkeys(own or [name for name in columns.ours if group and name.startswith(f"{group}.")]))
    return list(found)


def _columns(held: Mapping[str, Any]) -> Columns:
    mapped = {fold(name): tuple(targets) for name, targets in held["map"].items()}
    return to_columns(to_cells(held["row"]), mapped)


def _parse(columns: Columns, record_type: str | None, raw: RawRecord, context: Context) -> Parsed:
    """Read the cells as a node's import does, without an id that is only a name of the source's."""
    local = parse_record_uri(dc_identifiers.local_record_id(context.source_id, raw.identifier))
    cells = {name: cell for name, cell in columns.ours.items() if name != "id" or parse_record_uri(cell)}
    record_type = _type(cells, columns, record_type)
    language = context.default_language or UNDETERMINED
    defaults = RowDefaults(context.source_id, record_type, language, mint=lambda: local[1] if local else "row")
    rows = list(parse_rows(tuple(cells), [(1, tuple(cells.values()))], defaults))
    if not rows:
        return Parsed(None, (problem("TITLE_MISSING", "/title"),))
    told = rows[0].parsed
    return Parsed(told.record, tuple(replace(each, row=None, record_id=raw.identifier) for each in told.problems))


def _type(cells: dict[str, str], columns: Columns, record_type: str | None) -> str | None:
    """Give the type of the source's rows, else the one that theirs stands for; theirs is kept where it is not ours."""
    stated = cells.get("type")
    if stated is None:
        names = (*cells, *columns.rest, *columns.guessed.values())
        return record_type or (dc_types.DEFAULT_TYPE if is_of_publication(names) else None)
    if _is_type(stated):
        return record_type
    own = dc_types.find_type(stated) or (dc_types.DEFAULT_TYPE if dc_types.is_publication(stated) else None)
    if record_type or own:
        columns.rest["type"] = cells.pop("type")  # what somebody else calls a type says little about ours
    return record_type or own


def _is_type(text: str) -> bool:
    found = find_term("type", text)
    return text in RECORD_TYPES or (found is not None and term_value(found) in RECORD_TYPES)


def _texts(record: Record) -> dict[str, Any]:
    """Give title and summary without markup: cells are often copied out of web pages."""
    title = LangText({tag: one_line(text) for tag, text in record.title.items() if one_line(text)})
    summary = LangText({tag: paragraphs(text) for tag, text in record.summary.items() if paragraphs(text)})
    named = tuple(tag for tag in dict.fromkeys((*title, *summary)) if tag != UNDETERMINED)
    return {"title": title, "summary": summary, "languages": record.languages or named}


def _extra(record: Record, columns: Columns) -> dict[str, Any]:
    if not columns.rest:
        return dict(record.extra)
    held = record.extra.get(UNKNOWN)
    return {**record.extra, UNKNOWN: {**(held if isinstance(held, dict) else {}), **columns.rest}}


def _of_source(record: Record, raw: RawRecord, context: Context, fed: Mapping[str, str]) -> Record:
    """Give the record as the source's; its provenance says which column ``fed`` which of our fields."""
    name = LangText({context.default_language or UNDETERMINED: context.source_name})
    publisher = record.publisher
    known = {(each.scheme, each.value) for each in record.source_ids}
    local = () if ("local", raw.identifier) in known else (SourceId(scheme="local", value=raw.identifier),)
    landing = next((link.url for link in record.links if link.rel == "landing"), None)
    entry = provenance_of(raw, context, landing)
    return record.with_(
        publisher=Publisher(node=context.source_id, name=publisher.name or name, ref=publisher.ref),
        source_ids=(*local, *record.source_ids),
        country_regions=record.country_regions
        or (() if record.government or not context.country else (context.country,)),
        provenance=(*record.provenance, entry.model_copy(update={"field_map": dict(fed)})),
    )
