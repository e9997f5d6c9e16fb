"""Files and folders that go wrong: archives that burst, tables that are none, listings without an end."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson

from harvester.hostile.file_site import (
    HEADER,
    FileSite,
    a_row,
    archive,
    csv_file,
    sheet_file,
    some_rows,
    table,
    workbook,
)
from harvester.hostile.scenario import FILES, Call, Play, Reply, Scenario
from harvester.hostile.wire import web_page
from harvester.testing import Recorded

_MIB = 1024 * 1024


def _one(body: bytes, kind: str = "text/csv") -> Callable[[], Play]:
    """Give a source that is one file."""
    return lambda: lambda call: Recorded(body, 200, {"Content-Type": kind})


def _later(first: bytes, reply: Reply, kind: str = "text/csv") -> Callable[[], Play]:
    """Give one file that is right in the first harvest only."""

    def make() -> Play:
        asked = [0]

        def play(call: Call) -> Reply:
            asked[0] += 1
            return Recorded(first, 200, {"Content-Type": kind}) if asked[0] == 1 else reply

        return play

    return make


def _folder(site: Callable[[], FileSite], spoil: Callable[[FileSite, Call], Reply | None]) -> Callable[[], Play]:
    """Give a folder that is right but where ``spoil`` has another answer."""

    def make() -> Play:
        here = site()
        return lambda call: spoil(here, call) or here(call)

    return make


def _plots() -> FileSite:
    return FileSite({f"plot-{number}.csv": table([a_row(number)]) for number in range(1, 4)})


def _tree() -> FileSite:
    files = {"2025/plots.csv": table(some_rows(2)), "2026/plots.csv": table(some_rows(2, 3))}
    return FileSite(files, {"2025/plots.csv": "2025-04-01 08:00"})


def _loops(site: FileSite, call: Call) -> Reply | None:
    """Show the root again in every folder “again/”, as a link that points upwards does."""
    name = call.path.removeprefix("/files/")
    while name.startswith("again/"):
        name = name.removeprefix("again/")
    return site(Call(call.root, f"/files/{name}", call.query))


def _with_loop() -> FileSite:
    return FileSite({"again/x.csv": b"", "plots.csv": table(some_rows(3))})


def _deep() -> FileSite:
    return FileSite({f"{'down/' * depth}plot-{depth}.csv": table([a_row(depth + 1)]) for depth in range(9)})


def _leads_away() -> FileSite:
    links = [
        "/files-of-others/secret.csv", "http://127.0.0.1:9/away.csv", "..%2f..%2fup.csv", "javascript:alert(1)",
        "mailto:a@b.example", "//other.example/x.csv", "plots.csv?version=2",
    ]  # fmt: skip
    return FileSite(
        {"plots.csv": table(some_rows(2))}, more_links=" ".join(f'<a href="{each}">x</a>' for each in links)
    )


def _second_fails(site: FileSite, call: Call) -> Reply | None:
    """Fail for one file from the second reading on."""
    return Recorded(b"broken", 500) if call.path.endswith("plot-2.csv") and site.lists > 1 else None


def _second_is_a_page(site: FileSite, call: Call) -> Reply | None:
    return web_page("Please log in") if call.path.endswith("plot-2.csv") and site.lists > 1 else None


def _laughs() -> FileSite:
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><list><rec><id>&b;</id></rec></list>'
    return FileSite({"bomb.xml": bomb, "plots.csv": table(some_rows(2))})


def _vanishes(site: FileSite, call: Call) -> Reply | None:
    """Show an empty folder from the second reading on."""
    if call.path != "/files/":
        return None
    site.lists += 1
    return site.listing("", []) if site.lists > 1 else site.listing("", site.files)


_CELLS = [HEADER.split(","), *(row.split(",") for row in some_rows(3))]
_NEAR = '<row r="1"><c r="A1"><v>1</v></c></row>'
_BOOK = workbook(_CELLS)
_NATIVE = [{"id": f"plot-{number}", "type": "dataset", "title": {"en": f"Plot {number}"}} for number in range(1, 4)]
_JSON = orjson.dumps(_NATIVE)
_SEMICOLONS = "Code;Intitulé;Pays\r\nf-1;Forêt, côté nord;KE\r\nf-2;Étang “d’été”;KE\r\n".encode("cp1252")

_KEPT = "The run fails and says what came; nothing is removed."
_OTHERS = "It is told; all others arrive."


def _scenario(ids: str, does: str, must: str, make: Callable[[], Play], **settings: str) -> Scenario:
    return Scenario(tuple(ids.split()), FILES, does, must, make, settings)


FILE_LISTS: Mapping[str, Scenario] = {
    "files-zip-bomb": _scenario(
        "own", "An archive of 70 kB holds 70 MB of zeros.", "The run fails before it is unpacked.",
        lambda: _one(archive({"plots.csv": table(some_rows(1)), "z.csv": bytes(70 * _MIB)}), "application/zip")(),
    ),
    "files-zip-names": _scenario(
        "own", "Members of an archive are called ../../plots.csv and /etc/plots.csv.",
        "They are told and not read; the others arrive, and the list is no proof of what is gone.",
        _one(archive({"../../up.csv": table([a_row(8)]), "/etc/plots.csv": table([a_row(9)]),
                      "good.csv": table(some_rows(2))}), "application/zip"),
    ),
    "files-zip-in-zip": _scenario(
        "own", "An archive holds an archive.", "It is told and not opened; the others arrive.",
        _one(archive({"more.zip": archive({"plots.csv": table([a_row(9)])}), "plots.csv": table(some_rows(2))}),
             "application/zip"),
    ),
    "files-zip-damaged-member": _scenario(
        "own", "Of two tables in an archive one is a web page.", _OTHERS,
        _one(archive({"a.csv": b"<html><body>Gone</body></html>", "b.csv": table(some_rows(2))}), "application/zip"),
    ),
    "files-sheet-cut-short": _scenario(
        "F02", "From the second harvest on half of the workbook is missing.", _KEPT,
        _later(_BOOK, Recorded(_BOOK[: len(_BOOK) // 2]), "application/octet-stream"),
    ),
    "files-sheet-bomb": _scenario(
        "own", "A workbook of 2 kB has its last cell in row 1,048,576 and column XFD.",
        "The run fails; the memory of the harvester does not grow.",
        _one(sheet_file(_NEAR + '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>')),
    ),
    "files-sheet-formulas": _scenario(
        "own", "Titles begin with = and @, as a spreadsheet would compute them.", "They arrive as the text they are.",
        _one(workbook([_CELLS[0], ["f-1", "dataset", "=cmd|' /C calc'!A0", "s", "KE", "https://plots.example/1"],
                       ["f-2", "dataset", "@SUM(A1)", "s", "KE", "https://plots.example/2"]])),
    ),
    "files-semicolons": _scenario(
        "own", "A table has semicolons, commas in its texts, and is in Windows-1252.", "Every letter is right.",
        _one(_SEMICOLONS, "application/vnd.ms-excel; charset=utf-8"),
        map="title[fr]=Intitulé;countryRegions=Pays", id_column="Code", type="dataset",
    ),
    "files-no-title": _scenario(
        "own", "No column is one of ours or usually stands for one.",
        "Every row is refused, and the run says which columns wait to be mapped.",
        _one(b"Code,Bassin\r\n1,Lac\r\n2,Mer\r\n"), type="dataset",
    ),
    "files-login-page": _scenario(
        "H06 F07", "From the second harvest on a login page with status 200 comes instead of the table.", _KEPT,
        _later(table(some_rows(3)), web_page("Please log in")),
    ),
    "files-empty-later": _scenario(
        "F01 F48", "From the second harvest on the file is empty.", _KEPT, _later(table(some_rows(3)), csv_file(b"")),
    ),
    "files-header-only-later": _scenario(
        "F01", "From the second harvest on the table has a header and no row.", "Nothing is removed, and it is told.",
        _later(table(some_rows(3)), csv_file(table([]))),
    ),
    "files-folder-empty-later": _scenario(
        "F01", "From the second harvest on the listing shows no file.", "Nothing is removed, and it is told.",
        _folder(_plots, _vanishes), sweep_s="0",
    ),
    "files-json-cut-later": _scenario(
        "F02 H01", "From the second harvest on the JSON breaks off after the first record.",
        "Nothing is removed; the break is told.",
        _later(_JSON, Recorded(_JSON[:90]), "application/json"),
    ),
    "files-same-id": _scenario(
        "own", "Three rows bear one id, two of them word for word.", "The first counts, the other one is told.",
        _one(table([a_row(1), a_row(1), a_row(1, "Another plot"), a_row(2)])),
    ),
    "files-huge-row": _scenario(
        "own", "A cell holds 9 MB.", _OTHERS, _one(table([a_row(1), a_row(2, "x" * 9 * _MIB), a_row(3)])),
    ),
    "files-open-quote": _scenario(
        "own", "A quotation mark is opened and never closed; a row has a cell too many.", _OTHERS,
        _one(table([a_row(1), a_row(2, '"Open'), a_row(3), a_row(4) + ",more", a_row(5)])),
    ),
    "files-listing-loops": _scenario(
        "H07 F23", "A folder shows itself again below itself, for ever.",
        "The run ends soon; each record is there once, and it is told.",
        _folder(_with_loop, _loops),
    ),
    "files-listing-deep": _scenario(
        "own", "Folders lie nine deep.", "It is followed as deep as the setting says, and the rest is told.",
        _folder(_deep, lambda site, call: None),
    ),
    "files-listing-leads-away": _scenario(
        "own", "A listing links to its parent, to other hosts and upwards in disguise.", "None of them is asked.",
        _folder(_leads_away, lambda site, call: None),
    ),
    "files-listing-file-fails": _scenario(
        "F04", "From the second harvest on one file is answered with status 500.",
        "It is told, the others are read, nothing is removed and the place stays.",
        _folder(_plots, _second_fails),
    ),
    "files-listing-file-is-a-page": _scenario(
        "H06", "From the second harvest on one file is a login page.", "It is told, and nothing is removed.",
        _folder(_plots, _second_is_a_page),
    ),
    "files-listing-laughs": _scenario(
        "own", "An XML file declares entities that grow.", _OTHERS, _folder(_laughs, lambda site, call: None),
    ),
    "files-listing-unchanged": _scenario(
        "own", "The dates of a listing do not move.", "Files older than the newest are not asked for again.",
        _folder(_tree, lambda site, call: None), overlap_s="0",
    ),
}  # fmt: skip
