"""Bioland's kinds of content → record types. Source: Bioland's user guide, list of content types. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

_KINDS: Mapping[str, tuple[str, str | None]] = {
    "news": ("news", "news"), "event": ("event", None), "events": ("event", None),
    "document": ("resource", "publication"), "image": ("resource", "media"), "video": ("resource", "media"),
    "image video": ("resource", "media"), "image or video": ("resource", "media"),
    "learning resource": ("resource", "learning"), "project": ("project", None), "projects": ("project", None),
    "government ministry or institute": ("organization", "authority"), "organization": ("organization", None),
    "organisation": ("organization", None), "related website": ("service", "website"),
    "protected area": ("place", "protectedArea"), "ecosystem": ("place", "ecosystem"),
    "biodiversity data": ("dataset", None), "biodiversity data species": ("dataset", "occurrences"),
    "national target": ("nationalTarget", "target"), "basic page": ("resource", None), "other": ("resource", None),
    "page": ("resource", None),
}  # fmt: skip
_WORD = re.compile(r"[^a-z]+")


def find_kind(text: str) -> tuple[str, str | None] | None:
    """Give record type and subtype of a kind of content by its English name or machine name; None for any other."""
    plain = _WORD.sub(" ", text.lower().rpartition("--")[2]).strip()
    return _KINDS.get(plain) or _KINDS.get(plain.removesuffix("s"))
