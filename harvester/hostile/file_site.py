"""A small web folder in memory that behaves well, and workbooks and archives for it; knows no misbehaviour itself."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from zipfile import ZIP_DEFLATED, ZipFile

from harvester.hostile.scenario import Call
from harvester.testing import Recorded

ROOT = "/files/"
HEADER = "id,type,title[en],summary[en],countryRegions,links.url"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def a_row(number: int, title: str = "") -> str:
    """Give a row with nothing wrong with it."""
    told = title or f"Mangrove plot {number}"
    return f"plot-{number},dataset,{told},What grows in plot {number}.,KE,https://plots.example/{number}"


def table(rows: Iterable[str], header: str = HEADER) -> bytes:
    """Give rows as CSV in UTF-8."""
    return "\r\n".join([header, *rows, ""]).encode()


def some_rows(count: int, first: int = 1) -> list[str]:
    """Give so many different rows."""
    return [a_row(number) for number in range(first, first + count)]


def csv_file(body: bytes) -> Recorded:
    """Give a table as a server sends it."""
    return Recorded(body, 200, {"Content-Type": "text/csv"})


def archive(members: Mapping[str, bytes]) -> bytes:
    """Give files as a ZIP archive."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        for name, body in members.items():
            packed.writestr(name, body)
    return out.getvalue()


def workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """Give rows as an XLSX file with one sheet, as ECMA-376 asks for at least."""
    return sheet_file("".join(_row(number, row) for number, row in enumerate(rows, 1)))


def sheet_file(rows: str) -> bytes:
    """Give an XLSX file with these row elements."""
    part = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{part}.sheet.main+xml"/>'
        "</Types>",
        "_rels/.rels": _relationship("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Plots" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relationship("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEET}"><sheetData>{rows}</sheetData></worksheet>',
    }
    return archive({name: text.encode() for name, text in parts.items()})


def _row(number: int, texts: Sequence[str]) -> str:
    cells = (_cell(f"{chr(64 + place)}{number}", text) for place, text in enumerate(texts, 1))
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def _relationship(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


@dataclass(slots=True)
class FileSite:
    """Shows its files in listings as Apache does. ``dates`` are by name; ``lists`` counts readings of the root."""

    files: dict[str, bytes] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    more_links: str = ""
    lists: int = 0

    def __call__(self, call: Call) -> Recorded:
        """Answer as a web server does."""
        name = call.path.removeprefix(ROOT)
        if name in self.files:
            return Recorded(self.files[name], 200, {"Content-Type": "application/octet-stream"})
        inside = [each for each in self.files if each.startswith(name)]
        if not call.path.startswith(ROOT) or not inside or (name and not name.endswith("/")):
            return Recorded(b"not found", 404, {"Content-Type": "text/plain"})
        self.lists += not name
        return self.listing(name, inside)

    def listing(self, name: str, inside: Iterable[str]) -> Recorded:
        """Give the listing of a folder."""
        entries = dict.fromkeys(each.removeprefix(name).partition("/") for each in inside)
        lines = [self._line(name, part + slash) for part, slash, _ in entries]
        title = f"Index of {ROOT}{escape(name)}"
        page = (
            f"<html><head><title>{title}</title></head><body><h1>{title}</h1>"
            '<pre><a href="?C=M;O=A">Last modified</a><hr><a href="../">Parent Directory</a>   -\n'
            + "\n".join(lines)
            + f"\n{self.more_links}<hr></pre></body></html>"
        )
        return Recorded(page.encode(), 200, {"Content-Type": "text/html;charset=UTF-8"})

    def _line(self, folder: str, name: str) -> str:
        date = self.dates.get(folder + name, "2026-04-01 08:00")
        return f'<a href="{escape(name)}">{escape(name)}</a>  {date}  1K'
