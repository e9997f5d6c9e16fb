"""Spreadsheets → rows, by way of a process of their own with little memory: a small file can ask for a huge sheet."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Timer

import orjson

from harvester.errors import AnswerUnreadable

MIB = 1024 * 1024
_ROOT = Path(__file__).resolve().parents[1]

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class SheetLimits:
    """How much one spreadsheet may take: cells, memory, seconds of work and seconds in all."""

    cells: int = 5_000_000
    memory_bytes: int = 1024 * MIB
    cpu_s: int = 60
    wall_s: float = 120.0


_DEFAULT = SheetLimits()


def read_spreadsheet(body: bytes, *, url: str, sheet: str = "", limits: SheetLimits = _DEFAULT) -> Iterator[Row]:
    """Give (number, cells) of each row that holds anything, of a sheet by name or the first one shown.

    Reads XLSX, XLSM, ODS and XLS; formulas give the values last stored for them. AnswerUnreadable where it cannot be
    read, has no such sheet or asks for more than the limits; rows given before then stand.
    """
    process = subprocess.Popen(
        [sys.executable, "-s", "-m", "harvester.sheet_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env={"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"},
    )
    timer = Timer(limits.wall_s, process.kill)
    timer.start()
    try:
        _ask(process, body, sheet, limits)
        yield from _answer(process, url)
    finally:
        timer.cancel()
        process.kill()
        if process.stdout is not None:
            process.stdout.close()
        process.wait()


def _ask(process: subprocess.Popen[bytes], body: bytes, sheet: str, limits: SheetLimits) -> None:
    assert process.stdin is not None
    asked = {**asdict(limits), "sheet": sheet, "length": len(body)}
    try:
        with process.stdin as stream:
            stream.write(orjson.dumps(asked) + b"\n")
            stream.write(body)
    except OSError:  # it is gone; what it did not say is told below
        return


def _answer(process: subprocess.Popen[bytes], url: str) -> Iterator[Row]:
    assert process.stdout is not None
    for line in process.stdout:
        told = orjson.loads(line)
        if isinstance(told, list):
            yield told[0], told[1:]
        elif "error" in told:
            raise AnswerUnreadable(url=url, reason=f"the spreadsheet: {told['error']}")
        else:
            return
    raise AnswerUnreadable(url=url, reason="the spreadsheet took more time or memory than allowed, or is damaged")
