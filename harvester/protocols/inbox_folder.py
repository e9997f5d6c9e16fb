"""A folder of this machine, below the one directory the operator allows; reads regular files and follows no link."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from harvester.errors import AnswerUnreadable, ResponseTooLarge, SettingError
from harvester.network.machine import Machine

MIB = 1024 * 1024
MAX_FILE_BYTES = 64 * MIB
_PASSING = (".", "~$")
"""What the names of hidden files, half-written ones and the locks of office programs begin with."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file by its name below the folder, and when it was changed."""

    name: str
    path: Path
    changed: str


def find_folder(machine: Machine, folder: str) -> Path:
    """Give the folder a source names, absolute or below the inbox; SettingError where it lies elsewhere or is gone."""
    if machine.inbox is None:
        raise SettingError(key="folder", value=folder, reason="folders are read in a run only, not in a test")
    root = machine.inbox.resolve()
    path = (root / folder).resolve()
    if not path.is_relative_to(root):
        raise SettingError(key="folder", value=folder, reason=f"only folders inside {root} are read; move it there")
    if not path.is_dir():
        raise SettingError(key="folder", value=folder, reason=f"{path} is no directory; nothing was changed")
    return path


def list_folder(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Found]:
    """Give the files of a folder and of those in it, in the order of their names, without links and hidden ones."""
    for place, inner, names in os.walk(folder, followlinks=False):
        inner[:] = sorted(name for name in inner if not name.startswith(_PASSING))
        for name in sorted(names):
            path = Path(place) / name
            if name.startswith(_PASSING) or not name.lower().endswith(suffixes):
                continue
            about = path.lstat()
            if stat.S_ISREG(about.st_mode):
                changed = datetime.fromtimestamp(about.st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
                yield Found(path.relative_to(folder).as_posix(), path, changed)


def load_file(found: Found) -> bytes:
    """Give the bytes of a file; AnswerUnreadable where it is gone or became a link, ResponseTooLarge over 64 MiB."""
    try:
        handle = os.open(found.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as stream:
            if os.fstat(handle).st_size > MAX_FILE_BYTES:
                raise ResponseTooLarge(url=found.name, reason=f"more than {MAX_FILE_BYTES // MIB} MiB")
            return stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise AnswerUnreadable(url=found.name, reason=error.strerror or str(error)) from None
