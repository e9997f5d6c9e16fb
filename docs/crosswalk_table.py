"""Writes docs/guides/crosswalks.md: which place of a source's record fills which field, found by changing the place.

Every example in docs/crosswalks is read once whole, once without each of its values, and, where nothing misses the
value, with others in its place. What changes in the record is what the value feeds, so that the tables say what the
crosswalks do. The same tables are kept beside the crosswalks, for the provenance of records.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from docs.crosswalk_leaves import Leaf, example_names, load_example, to_raw
from docs.crosswalk_reasons import find_reason
from harvester.crosswalks import CROSSWALKS, Context
from harvester.raw import RawRecord, new_raw
from vocabularies.formats.native import dump_native

NAMES: Mapping[str, str] = {
    "oai_dc": "Dublin Core (OAI-PMH)", "qdc": "Qualified Dublin Core", "csw_record": "Dublin Core (CSW)",
    "dim": "DSpace items", "fgdc": "FGDC", "datacite_json": "DataCite (JSON)", "csl_json": "CSL-JSON and Crossref",
    "dcat": "DCAT and DCAT-AP", "dcat_rdf": "DCAT-AP (OAI-PMH)", "dcat_us": "DCAT-US (data.json)",
    "schema_org": "schema.org", "ckan": "CKAN", "iso19139": "ISO 19139", "iso19115_3": "ISO 19115-3",
    "ogc_record": "OGC API Records", "datacite": "DataCite", "mods": "MODS", "marcxml": "MARCXML", "eml": "EML",
    "gbif_dataset": "GBIF datasets", "gbif_organization": "GBIF publishers and networks",
    "gbif_installation": "GBIF installations", "cbd_index": "CBD index", "cbd_document": "CBD documents",
    "informea_decision": "InforMEA decisions", "informea_meeting": "InforMEA meetings",
    "informea_report": "InforMEA reports and plans", "informea_profile": "InforMEA country profiles",
    "informea_contact": "InforMEA contacts", "informea_site": "InforMEA sites",
    "informea_document": "InforMEA documents", "informea_treaty": "InforMEA treaties", "bioland": "Bioland",
    "protected_area": "Protected Planet", "panorama_solution": "PANORAMA", "feed_entry": "RSS and Atom",
    "table_row": "Tables and files", "native": "Records of a node (JSON)", "chm": "Records of a node (OAI-PMH)",
}  # fmt: skip
INTRODUCTION = """\
# Crosswalks: which source path fills which field

Each table belongs to one format. The left column is a place in the source's record, the right one the fields of ours
that what stands there fills: those of [columns](columns.md), as a record's JSON names them. The tables are made by
reading the examples of `docs/crosswalks` once whole, once without each of their values, and once with other values.

- **kept** is what has no field of its own; it stays with the record, word for word, under `extra`.
- **language of texts** is what says in which language other texts are.
- **whether it is read** is what keeps a record out where it says something else.
- What is left behind on purpose stands below the table, with the reason.

A record says in `provenance` by which format it was read: `crosswalk` names the table. At a centre, the page of a
record and `/api/v1/records/{id}/provenance` show the rows that hold for that record.
"""
KEPT, LANGUAGE, WHETHER = "kept", "language of texts", "whether it is read"
_UNSAID = frozenset({"provenance", "schemaVersion"})
_DEEPER = frozenset({"dates", "details", "temporal", "access"})
_TAGS = frozenset({"en", "fr", "sw", "und"})
Fields = dict[str, Any]
Fed = dict[str, list[str]]
"""The fields each path feeds, in the order of the example."""


def page() -> str:
    """Give the page with a table for every format that is read."""
    parts = [INTRODUCTION]
    for form, name in NAMES.items():
        parts.append(f"## {name}\n\nFormat `{form}`.\n\n" + "\n".join(table(form)) + "\n")
    return "\n".join(parts)


def table(form: str) -> Iterator[str]:
    """Give the lines of one format's table."""
    found = fed_by(form)
    yield "| source path | field |"
    yield "|---|---|"
    for path, fields in found.items():
        if fields:
            shown = (name if name in (KEPT, LANGUAGE, WHETHER) else f"`{name}`" for name in fields)
            yield f"| `{path}` | {', '.join(sorted(shown))} |"
    reasons: dict[str, list[str]] = {}
    for path in (path for path, fields in found.items() if not fields):
        reasons.setdefault(find_reason(form, path) or "no reason is known", []).append(f"`{path}`")
    if reasons:
        yield from ("", "Left behind:", "")
        yield from (f"- {', '.join(paths)}: {reason}." for reason, paths in reasons.items())


def field_paths() -> str:
    """Give the tables the other way round as JSON: by format and field, the paths that feed it.

    Whose columns have names of their own has a map of its own, which its records' provenance bears.
    """
    tables: dict[str, dict[str, list[str]]] = {}
    for form in (form for form in NAMES if form != "table_row"):
        paths: dict[str, list[str]] = {}
        for path, fields in fed_by(form).items():
            for name in fields:
                if name not in (KEPT, LANGUAGE, WHETHER):
                    paths.setdefault(name, []).append(path)
        tables[form] = dict(sorted(paths.items()))
    return json.dumps(tables, indent=1, ensure_ascii=False) + "\n"


@cache
def fed_by(form: str) -> Fed:
    """Give the fields each path of a format's examples feeds."""
    found: Fed = {}
    for path in example_names(form):
        example, leaves = load_example(form, path)
        raw = to_raw(form, example)
        whole = read(raw)
        for leaf in leaves:
            fields = found.setdefault(leaf.path, [])
            fields += [name for name in _fed_by_leaf(form, raw, whole, leaf) if name not in fields]
    return found


def _fed_by_leaf(form: str, raw: RawRecord, whole: Fields, leaf: Leaf) -> list[str]:
    found: list[str] = []
    for body in (leaf.without, *leaf.others):
        found = differences(whole, read(_changed(form, raw, body))) or found
        if found and found != [WHETHER]:
            break
    return found


def _changed(form: str, raw: RawRecord, body: bytes) -> RawRecord:
    """Give the raw record of a changed example, under the name its protocol would give it."""
    if form == "feed_entry":
        return to_raw(form, body)
    return replace(new_raw(raw.identifier, body, format=form), datestamp=raw.datestamp)


def read(raw: RawRecord) -> Fields:
    """Give the fields of the record a payload becomes; none where it becomes none."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    context = Context("example", "Example", "https://peat.example/", None, None, now)
    record = CROSSWALKS[raw.format](raw, context).record
    found: Fields = {}
    for name, value in json.loads(dump_native(record)).items() if record else ():
        if name in _DEEPER and isinstance(value, dict):
            found |= {f"{name}.{inner}": each for inner, each in value.items()}
        elif name not in _UNSAID:
            found[name] = value
    return found


def differences(whole: Fields, without: Fields) -> list[str]:
    """Give the names of the fields that differ; texts that only lost their language are told together.

    With another type a record has other details, which the type alone stands for.
    """
    if not without:
        return [WHETHER]
    if whole.get("type") != without.get("type"):
        return ["type"]
    found: list[str] = []
    for name in sorted(whole.keys() | without.keys()):
        before, after = whole.get(name), without.get(name)
        if before == after:
            continue
        if name == "extra":
            found.append(KEPT)
        elif _without_tags(before) == _without_tags(after):
            found.append(LANGUAGE)
        else:
            found.append(name)
    return list(dict.fromkeys(found))


def _without_tags(value: Any) -> Any:
    if isinstance(value, dict):
        if value and value.keys() <= _TAGS:
            return sorted(value.values())
        return {name: _without_tags(each) for name, each in value.items() if name != "language"}
    return [_without_tags(each) for each in value] if isinstance(value, list) else value
