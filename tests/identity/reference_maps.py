"""Reads the works of a map library that exist in four formats, by the crosswalks a harvest reads them by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import orjson

from harvester.configs import FilesConfig
from harvester.crosswalks import CROSSWALKS, Context
from harvester.errors import SourceError
from harvester.protocols.file_records import Cutter, Document
from harvester.raw import RawRecord
from harvester.resolution.forms.reading import facts_of
from harvester.resolution.labelled.datasets import DataSet, Labelled, ordered
from tests.identity.reference import DATA, members, read_rows
from vocabularies.formats.native import dump_native

MAPS = DATA / "corpora" / "scale" / "ogm-stanford"
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_AARDVARK = (
    "title=dct_title_s;summary=dct_description_sm;languages=dct_language_sm;license=dct_license_sm;"
    "dates.issued=dct_issued_s;keywords.label=dct_subject_sm;organizations.name=dct_creator_sm;"
    "links.url=dct_identifier_sm"
)
_GBL = (
    "title=dc_title_s;summary=dc_description_s;languages=dc_language_s;dates.issued=dct_issued_s;"
    "keywords.label=dc_subject_sm;organizations.name=dc_creator_sm;links.url=dc_identifier_s"
)
_SOURCES: Mapping[str, FilesConfig] = {
    "aardvark": FilesConfig(map=_AARDVARK, type="dataset"),
    "gbl1": FilesConfig(map=_GBL, type="dataset"),
    "mods": FilesConfig(),
    "iso19139": FilesConfig(),
}


def load_maps(most: int | None = None) -> DataSet:
    """Read the works in four formats, each format a source; of ``most`` works those whose titles stand first.

    Titles that stand together in the alphabet are those of sheets of one map, which look alike.
    """
    chosen = _first_titles(most) if most else None
    druids = [row["druid"] for row in read_rows(MAPS / "WORKS.dev.tsv") if chosen is None or row["druid"] in chosen]
    records = [record for source in _SOURCES for record in _read(source, frozenset(druids))]
    there = {record.name for record in records}
    kept = {druid: [name for name in (f"{source}:{druid}" for source in _SOURCES) if name in there] for druid in druids}
    pairs = {ordered(*pair) for names in kept.values() for pair in combinations(names, 2)}
    return DataSet("ogm-stanford", tuple(records), frozenset(pairs), frozenset())


def _first_titles(most: int) -> frozenset[str]:
    titles = sorted((orjson.loads(body)["dct_title_s"], _druid(name)) for name, body in members(_archive("aardvark")))
    return frozenset(druid for _, druid in titles[:most])


def _archive(source: str) -> Path:
    return MAPS / f"dev-{source}.tar.gz"


def _druid(name: str) -> str:
    return name.rpartition("/")[2].partition(".")[0]


def _read(source: str, druids: frozenset[str]) -> Iterator[Labelled]:
    cutter = Cutter(_SOURCES[source])
    context = Context(source, source, f"https://{source}.example.org", None, None, _NOW, protocol="files")
    for name, body in members(_archive(source)):
        if (druid := _druid(name)) not in druids:
            continue
        raw = _cut(cutter, Document(name, body, f"https://{source}.example.org/{name}"))
        record = CROSSWALKS[raw.format](raw, context).record if raw else None
        if record is not None:
            yield Labelled(f"{source}:{druid}", source, facts_of(orjson.loads(dump_native(record))))


def _cut(cutter: Cutter, document: Document) -> RawRecord | None:
    """Give the one record of a file; None for the few files that hold nothing."""
    try:
        return next((each for each in cutter.cut(document) if isinstance(each, RawRecord)), None)
    except SourceError:
        return None
