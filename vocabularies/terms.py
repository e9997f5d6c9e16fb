"""The spellings of codes that sources use, as a table of patterns a scheme; knows patterns only, never a concept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_GAP = r"[\s_.:#-]*"
_TARGET = r"(?:targets?|t|cible|objectif|meta|objetivo|задача|цель|الهدف|行动目标|具体目标|目标)"
_GOAL = r"(?:goals?|g|objectif|objetivo|цель|الهدف|目标)"
_SDG = r"(?:sdgs?|odd|ods|цур|可持续发展目标)"
_GBF = rf"(?:km{_GAP})?gbf{_GAP}"
_CBD = r"https?://(?:www\.)?cbd\.int"
_TAIL = r"(?:/|[?#].*)*"


def _pattern(code: str, *prefixes: str) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(prefixes)}|)0*(?P<code>{code}){_TAIL}")


CODE_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "gbf-targets": _pattern(r"\d{1,3}", rf"{_CBD}/gbf/targets?/", rf"(?:{_GBF}(?:{_TARGET})?|{_TARGET}){_GAP}"),
    "gbf-goals": _pattern(r"[a-d]", rf"(?:{_GBF}(?:{_GOAL})?|{_GOAL}){_GAP}"),
    "aichi-targets": _pattern(
        r"\d{1,3}",
        rf"{_CBD}/(?:sp/targets|aichi-targets(?:/target)?)/",
        rf"(?:aichi{_GAP}(?:biodiversity{_GAP})?(?:{_TARGET})?|abt|{_TARGET}){_GAP}",
    ),
    "sdg-goals": _pattern(
        r"\d{1,3}",
        r"https?://metadata\.un\.org/sdg/",
        r"https?://(?:sdgs\.un\.org|sustainabledevelopment\.un\.org)/(?:goals/goal|sdg)",
        rf"(?:{_SDG}{_GAP}(?:{_GOAL})?|{_GOAL}){_GAP}",
    ),
    "sdg-targets": _pattern(
        r"\d{1,2}\.(?:\d{1,2}|[a-d])",
        r"https?://metadata\.un\.org/sdg/",
        rf"(?:{_SDG}{_GAP}(?:{_TARGET})?|{_TARGET}){_GAP}",
    ),
}
"""A scheme's codes as people and systems write them; the group ``code`` is what the scheme lists as notation."""


def find_code(scheme_id: str, text: str) -> str | None:
    """Give the notation inside a spelling like ``GBF-TARGET-012``, ``T3``, ``SDG 14.C`` or a URL, or None."""
    pattern = CODE_PATTERNS.get(scheme_id)
    if pattern is None:
        return None
    match = pattern.fullmatch(unicodedata.normalize("NFKC", text).casefold().strip())
    return match["code"] if match else None
