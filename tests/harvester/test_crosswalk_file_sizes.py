"""Sizes of files are read in the units and spellings they are published in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.crosswalks.file_sizes import MOST_BYTES, find_bytes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("120", 120),
        ("120 B", 120),
        ("120 bytes", 120),
        ("12,345", 12_345),
        ("1.234.567 octets", 1_234_567),
        ("1.2 MB", 1_200_000),
        ("1.250 MB", 1_250_000),
        ("3,5 Mo", 3_500_000),
        ("500KB", 500_000),
        ("2 KiB", 2_048),
        ("1\u202f024 Ko", 1_024_000),
        ("4 g", 4_000_000_000),
        ("0", 0),
    ],
)
def test_a_size_is_bytes_whatever_its_unit(text: str, expected: int) -> None:
    assert find_bytes(text) == expected


@pytest.mark.parametrize("text", ["", "large", "12 pages", "1.2", "-5", "MB", "1,2,3 MB", "9" * 40, "1e9"])
def test_what_is_no_size_is_none(text: str) -> None:
    assert find_bytes(text) is None


@given(st.text(alphabet="0123456789 .,KMGTiBbo\u202f", max_size=20))
def test_any_text_is_read_or_not(text: str) -> None:
    found = find_bytes(text)
    assert found is None or 0 <= found <= MOST_BYTES
