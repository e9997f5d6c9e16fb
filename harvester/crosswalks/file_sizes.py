"""Sizes of files as people and programs write them → bytes. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

MOST_BYTES = 2**53
"""More than any file has, and all that JSON can say exactly."""
_SIZE = re.compile(r"(\d[\d\u00a0\u202f ,.]*)\s*([KMGT]?)(i?)(?:b|bytes?|octets?|o)?\.?", re.IGNORECASE)
_POWERS: Mapping[str, int] = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


@lru_cache(maxsize=2048)
def find_bytes(text: str) -> int | None:
    """Give a size in bytes: ``120``, ``120 B``, ``1.2 MB``, ``3,5 Mo``, ``2 KiB``; told in larger units it is rounded.

    None for a text that is no size. Without a unit it is bytes, and a comma or point with three digits behind it parts
    thousands.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        return None
    unit = match[2].upper()
    number = re.sub(r"[\u00a0\u202f ]", "", match[1])
    if not unit or re.fullmatch(r"\d{1,3}([,.]\d{3}){2,}", number):
        number = re.sub(r"[,.](?=\d{3}(?:\D|\Z))", "", number)
    try:
        size = round(float(number.replace(",", ".")) * (1024 if match[3] else 1000) ** _POWERS[unit])
    except ValueError:
        return None
    return size if size <= MOST_BYTES and (unit or float(number.replace(",", ".")).is_integer()) else None
