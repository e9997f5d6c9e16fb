"""A file that stands under its name only once it is whole; it knows nothing of what is written."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from chm_node.errors import FileUnwritable


@contextlib.contextmanager
def whole_file(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """Give a file to write that takes the place of ``path`` at the end, and leaves nothing behind when that fails.

    ``private``: nobody else may read it, from its first byte. What is no plain file, such as /dev/stdout, is written
    to as it is. Raises FileUnwritable.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                yield file
            return
        unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            with _opened(unfinished, private=private) as file:
                yield file
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise FileUnwritable(file=path, reason=error.strerror or error) from None


def _opened(path: Path, *, private: bool) -> BinaryIO:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
    return os.fdopen(handle, "wb")
