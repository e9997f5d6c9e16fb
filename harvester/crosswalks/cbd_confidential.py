"""What a record of the CBD keeps confidential: fields whose owner said so, taken away before anything is read. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harvester.crosswalks.cbd_told import Field

_COVERS: Mapping[str, tuple[str, ...]] = {
    "subjectMatter": ("keywords", "keywordOther", "specimens", "taxonomies", "gisFiles", "gisMapCenter"),
    "usages": ("usagesDescription",),
}
"""What a form keeps secret together with the field that is named (ABSCH, form of the certificate of compliance)."""
_SUFFIX = "Confidential"
_GATHERED = ("all_terms", "text")
"""Fields of the index that gather words from all others."""


def withhold(fields: Mapping[str, Field]) -> tuple[dict[str, Field], tuple[str, ...]]:
    """Give the fields without the confidential ones, and the names of those that were withheld."""
    secret = sorted(name.removesuffix(_SUFFIX) for name, each in fields.items() if _is_set(name, each))
    if not secret:
        return dict(fields), ()
    covered = {further for name in secret for further in (name, *_COVERS.get(name, ()))} | set(_GATHERED)
    kept = {
        name: each
        for name, each in fields.items()
        if not name.endswith(_SUFFIX) and not any(name == part or name.startswith(f"{part}_") for part in covered)
    }
    return kept, tuple(secret)


def _is_set(name: str, each: Field) -> bool:
    return name.endswith(_SUFFIX) and len(name) > len(_SUFFIX) and any(_is_yes(value) for value in each.values)


def _is_yes(value: Any) -> bool:
    return value is True or str(value).lower() == "true" or value == 1
