"""One file → raw records: rows, objects and elements as they stand in it. Fetches nothing and understands no field."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice

import orjson

from harvester.configs import FilesConfig
from harvester.errors import WrongAnswer
from harvester.fetch import Response
from harvester.mapping import Columns, Mapped, fold, parse_mapping, to_cells, to_columns
from harvester.protocols.dcat_payload import cannot_be_kept
from harvester.protocols.file_bibtex import cut_bibtex
from harvester.protocols.file_forms import Form, find_form, without_separator_line
from harvester.protocols.file_marc import cut_iso2709, from_json, is_marc_json
from harvester.protocols.file_objects import Cut, cut_json, cut_lines, split_feature
from harvester.protocols.file_ris import cut_ris
from harvester.protocols.file_shapes import find_shape
from harvester.protocols.file_xml import cut_xml
from harvester.protocols.file_yaml import cut_yaml
from harvester.protocols.json_answers import canonical, find_text
from harvester.protocols.page_records import records_of
from harvester.raw import RawRecord, new_raw
from harvester.spreadsheets import read_spreadsheet
from vocabularies.formats.tabular_text import guess_encoding, read_sheet
from vocabularies.identifiers import parse_record_uri
from vocabularies.problems import Problem
from vocabularies.record import RECORD_TYPES

FORMAT = "table_row"
SPEAKER = "a file of records"
HASHED = "row:"
"""What the identifier of a row begins with that has none: the rest is the digest of what it says."""
PAGE_FOR_PEOPLE = "a web page"
_SAW: Mapping[Form, str] = {
    "html": PAGE_FOR_PEOPLE,
    "empty": "an empty file",
    "other": "neither a table nor JSON nor XML",
    "zip": "an archive inside an archive",
}
_JSON_LD_MARKS = (b'"@context"', b'"@type"')
_SCHEMA_ORG = (b"schema.org", b"codemeta")
_JSON_LD = {"content-type": "application/ld+json"}
_TITLES = ("title", "title[")
_LETTERS_LOST = "\ufffd"


@dataclass(frozen=True, slots=True)
class Document:
    """A file: its name below the source, its bytes, and where and when it was found."""

    name: str
    body: bytes
    url: str
    changed: str | None = None
    content_type: str = ""


@dataclass(slots=True)
class Cutter:
    """Cuts the files of one list, and remembers what is said once at its end."""

    config: FilesConfig
    unknown: dict[str, None] = field(default_factory=dict)
    columns: dict[str, None] = field(default_factory=dict)
    guessed: dict[str, str] = field(default_factory=dict)
    has_title: bool = False
    rows: int = 0
    nameless: int = 0
    repeated: int = 0
    broken_off: list[str] = field(default_factory=list)
    _seen: dict[int, int] = field(default_factory=dict)
    _mapped: Mapped = field(init=False)

    def __post_init__(self) -> None:
        """Read the mapping once."""
        self._mapped = parse_mapping(self.config.map)

    @property
    def count(self) -> int:
        """How many different records the files have brought so far."""
        return len(self._seen)

    def cut(self, document: Document) -> Iterator[RawRecord | Problem]:
        """Give each record of a file, and a problem for each that cannot be cut out of it.

        WrongAnswer where it is no file of records, AnswerUnreadable where it is damaged as a whole.
        """
        form = find_form(document.body, document.name, document.content_type)
        if form in _SAW:
            raise WrongAnswer(url=document.url, protocol=SPEAKER, saw=_SAW[form])
        for found in self._found(form, document):
            if isinstance(found, Problem):
                yield found
                continue
            raw = found if isinstance(found, RawRecord) else self._to_raw(found, document)
            if isinstance(raw, Problem) or (again := self._again(raw)) is None:
                yield raw
            elif again:
                yield again[0]

    def remarks(self) -> tuple[Problem, ...]:
        """Say what was odd about the rows of all files; a file that broke off makes the list no proof."""
        found: list[Problem] = []
        if self.guessed:
            pairs = ", ".join(f"{name[:60]} as {target}" for target, name in list(self.guessed.items())[:20])
            value = f"columns were read by their usual names: {pairs}; say otherwise with the setting map"
            found.append(Problem("COLUMN_GUESSED", "note", value=value))
        if self.rows and not self.has_title and not any(name.startswith(_TITLES) for name in self.guessed):
            value = f"no column is a title; the columns are {_named(self.columns)}; say with the setting map which is"
            found.append(Problem("MAPPING_MISSING", "warning", value=f"{value}, such as map=title[fr]=Titre"))
        if self.unknown:
            value = f"columns nobody mapped, kept with each record under extra: {_named(self.unknown)}"
            found.append(Problem("COLUMN_UNKNOWN", "note", value=value))
        if self.nameless:
            value = f"{self.nameless} rows have no id, so any change makes new records of them; set id_column"
            found.append(Problem("ID_MISSING", "note", value=value))
        if self.repeated:
            found.append(
                Problem("ROWS_REPEATED", "note", value=f"{self.repeated} rows stand there twice, word for word")
            )
        if self.broken_off:
            value = f"not read to the end: {'; '.join(self.broken_off)[:500]}"
            found.append(Problem("LIST_INCOMPLETE", "warning", value=value))
        return tuple(found)

    def _found(self, form: Form, document: Document) -> Iterator[Cut]:
        if form == "csv":
            return self._text_rows(document)
        if form == "sheet":
            return self._sheet_rows(document)
        if form == "xml":
            return cut_xml(document.body, url=document.url, element=self.config.record_element)
        if form == "json" and _speaks_schema_org(document.body):
            found = records_of(Response(200, _JSON_LD, document.body, document.url), document.url, document.changed)
            return iter((*found.records, *found.problems))
        if form == "marc":
            return cut_iso2709(document.body, url=document.url)
        if form in ("ris", "bibtex"):
            text = document.body.decode(guess_encoding(document.body)[0], "replace")
            return cut_ris(text) if form == "ris" else cut_bibtex(text)
        if form == "yaml":
            return self._noting_breaks(cut_yaml(document.body), document)
        told = cut_lines(document.body) if form == "jsonl" else cut_json(document.body)
        return self._noting_breaks(told, document)

    def _noting_breaks(self, told: Iterator[Cut], document: Document) -> Iterator[Cut]:
        for found in told:
            if isinstance(found, Problem) and found.params.get("breaks"):
                self.broken_off.append(f"{document.name}: {found.value}")
            yield found

    def _text_rows(self, document: Document) -> Iterator[Cut]:
        sheet = read_sheet(without_separator_line(document.body))
        names = _column_names(sheet.header)
        try:
            for number, cells in sheet.rows:
                lost = next((cell for cell in cells if sheet.damaged and _LETTERS_LOST in cell), None)
                if number in sheet.unclosed:
                    yield Problem("QUOTE_OPEN", "error", value=f"row {number}", row=number)
                elif lost is not None:
                    yield Problem("ENCODING", "error", "", f"row {number}: {lost[:200]}", {"encoding": sheet.encoding})
                elif any(cell.strip() for cell in cells):
                    yield _to_row(names, cells, number)
        except csv.Error as error:
            self.broken_off.append(f"{document.name}: {error}")
            yield Problem("RECORD_TOO_LARGE", "error", params={"length": "more than allowed", "limit": "64 MiB"})

    def _sheet_rows(self, document: Document) -> Iterator[Cut]:
        rows = read_spreadsheet(document.body, url=document.url, sheet=self.config.sheet)
        names = _column_names(next(rows, (0, list[str]()))[1])
        for number, cells in rows:
            yield _to_row(names, cells, number)

    def _to_raw(self, given: Mapping[str, object], document: Document) -> RawRecord | Problem:
        """Give a record of ours as it is, anything else as a row with those parts of the mapping that speak of it."""
        form, identifier = "native", str(given.get("id", ""))
        wanted: object = given
        if is_marc_json(given):
            return from_json(given, url=document.url)
        if (shape := find_shape(given)) and (not self._mapped or shape[0] == "cbd_document"):
            form, identifier, wanted = shape
        elif not is_native(given):
            given, place = split_feature(given)
            cells = to_cells(given)
            columns = to_columns(cells, self._mapped)
            self._note(cells, columns)
            used = {name: self._mapped[fold(name)] for name in cells if fold(name) in self._mapped}
            form, identifier = FORMAT, self._identifier(cells, columns)
            wanted = {"row": given, "map": used, "type": self.config.type, **({"geometry": place} if place else {})}
        payload = _dump(wanted)
        if payload is None:
            return Problem("JSON_SYNTAX", "error", "", "a value no database can keep", {"line": "1", "column": "1"})
        if not identifier:
            self.nameless += 1
            identifier = HASHED + sha256(payload).hexdigest()[:32]
        stamp = find_text(document.changed, 64)
        return cannot_be_kept(identifier, payload) or new_raw(identifier, payload, format=form, datestamp=stamp)

    def _note(self, cells: Mapping[str, str], columns: Columns) -> None:
        self.rows += 1
        told = columns.ours.keys() - columns.guessed.keys()
        self.has_title = self.has_title or any(name.startswith(_TITLES) for name in told)
        for target, name in columns.guessed.items():
            self.guessed.setdefault(target, name)
        wanted = fold(self.config.id_column)
        self.unknown.update(dict.fromkeys(name for name in columns.rest if fold(name) != wanted))
        self.columns.update(dict.fromkeys(islice(cells, 100)))

    def _identifier(self, cells: Mapping[str, str], columns: Columns) -> str:
        wanted = fold(self.config.id_column)
        if wanted:
            return next((cell.strip() for name, cell in cells.items() if fold(name) == wanted), "")
        return columns.ours.get("id", "").strip()

    def _again(self, raw: RawRecord) -> tuple[Problem, ...] | None:
        """Give None for a record not seen before, nothing for the same once more, a problem for another of its name."""
        name, says = hash(raw.identifier), hash(raw.sha256)  # hashes, as a list may be long
        before = self._seen.get(name)
        if before is None:
            self._seen[name] = says
            return None
        if before == says:
            self.repeated += 1
            return ()
        value = f"a second, different record is called {raw.identifier[:200]}; the first one counts"
        return (Problem("ID_DUPLICATE", "error", value=value),)


def _speaks_schema_org(body: bytes) -> bool:
    return all(mark in body for mark in _JSON_LD_MARKS) and any(name in body for name in _SCHEMA_ORG)


def _to_row(names: Sequence[str], cells: Sequence[str], number: int) -> Cut:
    if any(cell.strip() for cell in cells[len(names) :]):
        params = {"limit": str(len(names)), "surplus": "; ".join(cells[len(names) :])[:200]}
        return Problem("ROW_SHAPE", "error", "", f"{len(cells)} in row {number}", params, row=number)
    return {name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()}


def is_native(given: Mapping[str, object]) -> bool:
    """Tell a record of ours, as a node hands its bundle out: a record's id, a type of ours, who publishes it."""
    named = parse_record_uri(str(given.get("id", ""))) is not None and given.get("type") in RECORD_TYPES
    return named and isinstance(given.get("title"), dict) and isinstance(given.get("publisher"), dict)


def _dump(value: object) -> bytes | None:
    try:
        return canonical(value)
    except orjson.JSONEncodeError:  # half a surrogate pair, or a number larger than any database keeps
        return None


def _column_names(header: Sequence[str]) -> list[str]:
    names: list[str] = []
    for place, name in enumerate(header, 1):
        plain = name.strip() or f"column {place}"
        names.append(plain if plain not in names else f"{plain} ({place})")
    while names and names[-1].startswith("column ") and not header[len(names) - 1].strip():
        names.pop()
    return names


def _named(columns: Mapping[str, None]) -> str:
    shown = list(islice(columns, 20))
    more = len(columns) - len(shown)
    return ", ".join(name[:60] for name in shown) + (f" and {more} more" if more else "")
