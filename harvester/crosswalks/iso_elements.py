"""ISO metadata elements as texts with languages, dates, codes and places; knows the encoding, not the record."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_elements import Value, one_line, paragraphs
from harvester.crosswalks.geojson import to_spatial
from harvester.crosswalks.language_codes import find_language
from harvester.xml import local_name
from vocabularies.record import Spatial, Temporal
from vocabularies.text import LangText

_HREF = "{http://www.w3.org/1999/xlink}href"
_ID = "id"
_NOW = frozenset({"now", "unknown", "after", "before"})
Locales = dict[str, str]
"""The language of each locale by its id, as PT_FreeText refers to them."""


def find_all(element: etree._Element, path: str) -> list[etree._Element]:
    """Give the elements at a path of local names below an element; ``*`` stands for any name."""
    found = [element]
    for name in path.split("/"):
        wanted = "*" if name == "*" else f"{{*}}{name}"
        found = [child for each in found for child in each.iterchildren(wanted)]
    return found


def find_one(element: etree._Element, path: str) -> etree._Element | None:
    """Give the first element at a path, or None."""
    return next(iter(find_all(element, path)), None)


def descendants(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Give every element of a local name, however deep."""
    return element.iter(f"{{*}}{name}")


def plain_text(element: etree._Element | None) -> str:
    """Give an element's first text, translations left out."""
    if element is None:
        return ""
    for child in element:
        if local_name(child) in {"CharacterString", "Anchor", "MimeFileType", "FileName"}:
            return " ".join("".join(child.itertext()).split())
    return " ".join("".join(element.itertext()).split())


def text_at(element: etree._Element, path: str) -> str:
    """Give the first text at a path; empty where there is none."""
    return plain_text(find_one(element, path))


def code_at(element: etree._Element, path: str) -> str:
    """Give the code list value at a path (its attribute, else its text)."""
    return to_code(find_one(element, path))


def to_code(element: etree._Element | None) -> str:
    """Give a code list value; codes of a register that say nothing (``RI_622``) give way to the words beside them."""
    if element is None:
        return ""
    value, words = (element.get("codeListValue") or "").strip(), plain_text(element)
    return words.partition(";")[0].strip() if words and (not value or re.fullmatch(r"[A-Z]+_\d+", value)) else value


def href_of(element: etree._Element) -> str | None:
    """Give the address an Anchor inside the element names."""
    return next((each.get(_HREF) for each in descendants(element, "Anchor") if each.get(_HREF)), None)


def to_locales(root: etree._Element) -> tuple[tuple[str, ...], Locales]:
    """Give the languages of the metadata, its own first, and the locales its translations refer to."""
    own = [
        _language(each) for path in ("language", "defaultLocale/PT_Locale/language") for each in find_all(root, path)
    ]
    locales: Locales = {}
    for locale in descendants(root, "PT_Locale"):
        code = next(iter(descendants(locale, "LanguageCode")), None)
        language = find_language(to_code(code)) if code is not None else None
        if language and locale.get(_ID):
            locales[str(locale.get(_ID))] = language
    languages = dict.fromkeys([*(language for language in own if language), *locales.values()])
    return tuple(languages), locales


def _language(element: etree._Element) -> str | None:
    code = next(iter(descendants(element, "LanguageCode")), None)
    text = (to_code(code) if code is not None else "") or plain_text(element)
    return find_language(re.split(r"[;,]", text)[0])  # “eng; CAN” (North American Profile)


def to_values(element: etree._Element | None, own: str, locales: Locales) -> list[Value]:
    """Give the texts of a free text element, its own first, then its translations (ISO 19139 §9.8)."""
    if element is None:
        return []
    values: list[Value] = []
    if text := paragraphs("\n".join(_own_text(element))):
        values.append((text, own))
    for local in descendants(element, "LocalisedCharacterString"):
        reference = (local.get("locale") or "").lstrip("#")
        language = locales.get(reference) or find_language(reference) or own
        if text := paragraphs("".join(local.itertext())):
            values.append((text, language))
    return values


def _own_text(element: etree._Element) -> list[str]:
    for child in element:
        if local_name(child) in {"CharacterString", "Anchor"}:
            return ["".join(child.itertext())]
    return [] if len(element) else [element.text or ""]


def to_lang_text(element: etree._Element | None, own: str, locales: Locales, *, lines: bool = False) -> LangText:
    """Give the first text of each language."""
    texts: dict[str, str] = {}
    for text, language in to_values(element, own, locales):
        texts.setdefault(language or own, text if lines else one_line(text))
    return LangText(texts)


def date_in(element: etree._Element) -> str | None:
    """Give the date inside an element, in any of the ways dates are written."""
    texts = (text.strip() for text in element.itertext())
    return next((found for text in texts if text and (found := find_date(text))), None)


def to_box(element: etree._Element) -> Spatial | None:
    """Give the place of an EX_GeographicBoundingBox, or None where its numbers are no degrees."""
    names = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
    try:
        west, south, east, north = (float(text_at(element, name).replace(",", ".")) for name in names)
    except ValueError:
        return None
    return to_spatial(west, south, east=east, north=north)


def to_period(element: etree._Element) -> Temporal | None:
    """Give the period of an EX_TemporalExtent: TimePeriod or TimeInstant; ``now`` is an open end."""
    start = _position(element, "beginPosition", "begin")
    end = _position(element, "endPosition", "end")
    instant = _position(element, "timePosition", "TimeInstant") if start is None and end is None else None
    if instant:
        return Temporal(start=instant, end=instant)
    return Temporal(start=start, end=end) if start or end else None


def _position(element: etree._Element, *names: str) -> str | None:
    for name in names:
        for each in descendants(element, name):
            if each.get("indeterminatePosition", "").lower() not in _NOW and (found := date_in(each)):
                return found
    return None
