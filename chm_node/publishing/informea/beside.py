"""What a record says that InforMEA's own properties have no place for, as properties of ours beside them. Pure.

Their names begin with ``chm``. Those of several values are JSON text, as a property of OData 2 has one value; texts are
objects by language. A reader that does not know them loses nothing it had before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

Record = Mapping[str, Any]


def _listed(values: Callable[[Record], list[str]]) -> Callable[[Record], str | None]:
    def value(record: Record) -> str | None:
        found = list(dict.fromkeys(filter(None, values(record))))
        return orjson.dumps(found).decode() if found else None

    return value


def _texts(name: str) -> Callable[[Record], str | None]:
    return lambda record: orjson.dumps(record[name]).decode() if record.get(name) else None


def _date(name: str) -> Callable[[Record], str | None]:
    return lambda record: (record.get("dates") or {}).get(name)


def _identifiers(record: Record) -> list[str]:
    return [record["id"], *(f"{each['scheme']}:{each['value']}" for each in record.get("sourceIds", ()))]


def _places(record: Record) -> list[str]:
    own = (record.get("details") or {}).get("country")
    return [record.get("government") or "", *record.get("countryRegions", ()), own or ""]


def _terms(record: Record) -> list[str]:
    names = ("subjects", "gbfTargets", "gbfGoals", "aichiTargets", "sdgs")
    return [term for name in names for term in record.get(name, ())]


BESIDE: Mapping[str, Callable[[Record], str | None]] = {
    "chmIdentifiers": _listed(_identifiers),
    "chmSubtype": lambda record: record.get("subtype"),
    "chmTitle": _texts("title"),
    "chmSummary": _texts("summary"),
    "chmLanguages": _listed(lambda record: list(record.get("languages", ()))),
    "chmCountries": _listed(_places),
    "chmIssued": _date("issued"),
    "chmCreated": _date("created"),
    "chmModified": _date("modified"),
    "chmLinks": _listed(lambda record: [link["url"] for link in record.get("links", ())]),
    "chmTerms": _listed(_terms),
}
"""Each property, all of text; dates are as exact as the record's: ``2024``, ``2024-06`` or ``2024-06-30``."""
