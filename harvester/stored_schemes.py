"""Vocabularies a centre has brought up to date, as files in its home: written whole or not at all. Fetches nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from vocabularies.concepts import SCHEMES

FOLDER = "vocabularies"


def load_stored(home: Path) -> Mapping[str, bytes]:
    """Give the documents of a home by scheme; empty where it has none."""
    folder = home / FOLDER
    if not folder.is_dir():
        return {}
    return {scheme: path.read_bytes() for scheme in SCHEMES if (path := folder / f"{scheme}.ttl").is_file()}


def store(home: Path, scheme: str, turtle: bytes) -> Path:
    """Write a scheme's document into a home and give where it lies; a reader sees the earlier one or this one."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{scheme}.ttl"
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(turtle)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path
