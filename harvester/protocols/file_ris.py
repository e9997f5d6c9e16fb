"""RIS, as citation managers and publishers export it → works in CSL-JSON; understands no more than the tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_LINE = re.compile(r"([A-Z][A-Z0-9]) {1,2}- *(.*)")
_FIRST = re.compile(rb"(?:\xef\xbb\xbf)?\s*TY {1,2}- *[A-Z]{2,}")
_ONE: Mapping[str, str] = {
    "TI": "title", "T1": "title", "CT": "title", "BT": "container-title", "AB": "abstract", "N2": "abstract",
    "JO": "container-title", "JF": "container-title", "T2": "container-title", "JA": "container-title", "VL": "volume",
    "IS": "issue", "PB": "publisher", "LA": "language", "DO": "DOI", "UR": "URL", "ID": "id",
}  # fmt: skip
"""Tags with one value (Reference Manager's specification); the first counts."""
_PEOPLE: Mapping[str, str] = {"AU": "author", "A1": "author", "A2": "editor", "ED": "editor", "A3": "editor"}
_DATES = ("PY", "Y1", "DA")
_READ = frozenset({"TY", "KW", "SN", "SP", "EP", "ER", *_PEOPLE, *_DATES})
_TYPES: Mapping[str, str] = {
    "DATA": "dataset",
    "MAP": "map",
    "LAW": "legislation",
    "STAT": "legislation",
    "BILL": "bill",
}


def is_ris(body: bytes) -> bool:
    """Tell whether a file begins with the type of a reference."""
    return _FIRST.match(body[:200]) is not None


def cut_ris(text: str) -> Iterator[dict[str, object]]:
    """Give each reference as a work; a line that has no tag goes on with the one before."""
    pairs: list[tuple[str, str]] = []
    for line in text.splitlines():
        found = _LINE.match(line.lstrip("\ufeff"))
        if found and found[1] == "ER":
            if pairs:
                yield _to_work(pairs)
            pairs = []
        elif found:
            pairs.append((found[1], found[2].strip()))
        elif pairs and line.strip():
            tag, value = pairs[-1]
            pairs[-1] = (tag, f"{value} {line.strip()}")
    if pairs:
        yield _to_work(pairs)


def _to_work(pairs: list[tuple[str, str]]) -> dict[str, object]:
    """Put values under the names of CSL; repeated values of other tags stay under their tag."""
    work: dict[str, object] = {}
    rest: dict[str, list[str]] = {}
    for tag, value in pairs:
        if tag in _ONE and _ONE[tag] not in work and value:
            work[_ONE[tag]] = value
        elif value and tag not in _READ:
            rest.setdefault(tag, []).append(value)
    for tag, name in _PEOPLE.items():
        work[name] = [*_list(work.get(name)), *({"literal": value} for value in _of(pairs, tag))]
    dates = [value.strip("/").replace("/", "-") for tag in _DATES for value in _of(pairs, tag)]
    numbers = _of(pairs, "SN")
    told = {
        "type": next((_TYPES.get(kind, kind.lower()) for kind in _of(pairs, "TY")), ""),
        "issued": max(dates, key=len, default=""),
        "page": "–".join(value for tag in ("SP", "EP") for value in _of(pairs, tag)[:1]),
        "subject": _of(pairs, "KW"),
        "ISSN": [number for number in numbers if len(number.replace("-", "")) == 8],
        "ISBN": [number for number in numbers if len(number.replace("-", "")) != 8],
    }
    return {name: value for name, value in {**work, **told, **rest}.items() if value}


def _of(pairs: list[tuple[str, str]], tag: str) -> list[str]:
    return [value for own, value in pairs if own == tag and value]


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
