"""What of ISO metadata no field takes, as texts by path; never an address or number of a person."""

from __future__ import annotations

from lxml import etree
from pydantic import JsonValue

from harvester.crosswalks.iso_elements import (
    code_at,
    date_in,
    descendants,
    find_all,
    plain_text,
    text_at,
    to_box,
    to_code,
)
from harvester.xml import local_name

NAME = "iso19139"
MAX_TEXTS = 500
_THESAURI = "descriptiveKeywords/MD_Keywords/thesaurusName"
_MAPPED_ROOT = frozenset({
    "fileIdentifier", "metadataIdentifier", "language", "defaultLocale", "otherLocale", "locale", "hierarchyLevel",
    "metadataScope", "parentIdentifier", "parentMetadata", "contact", "dateStamp", "dateInfo", "identificationInfo",
    "characterSet",
})  # fmt: skip
_MAPPED = frozenset({
    "abstract", "topicCategory", "pointOfContact", "operatesOn", "descriptiveKeywords",
    "language", "characterSet",
})  # fmt: skip
_ELSEWHERE = frozenset({
    "contactInfo", "electronicMailAddress", "voice", "facsimile", "phone", "deliveryPoint", "CI_ResponsibleParty",
    "CI_Responsibility", "CI_OnlineResource", "EX_GeographicBoundingBox", "EX_TemporalExtent", "useLimitation",
    "otherConstraints",
})  # fmt: skip
_CITED = frozenset({"title", "date", "identifier", "citedResponsibleParty"})


def to_extra(root: etree._Element, about: etree._Element, boxes: int, kinds: list[str]) -> dict[str, JsonValue]:
    """Give the leaf texts outside the fields mapped, each under its path of local names, in order, each once."""
    rest: dict[str, list[JsonValue]] = {}
    for child in root:
        if isinstance(child.tag, str) and local_name(child) not in _MAPPED_ROOT:
            _collect(child, local_name(child), rest)
    for child in about if about is not root else ():
        if isinstance(child.tag, str) and local_name(child) not in _MAPPED:
            _collect(child, local_name(child), rest)
    if boxes > 1:
        rest["furtherBoxes"] = [_box_text(each) for each in list(descendants(about, "EX_GeographicBoundingBox"))[1:100]]
    thesauri = dict.fromkeys(text_at(each, "CI_Citation/title") for each in find_all(about, _THESAURI))
    if any(thesauri):
        rest["descriptiveKeywords/thesaurusName"] = list(filter(None, thesauri))
    for name, told in (("resourceLanguage", _resource_languages(root, about)), ("dateInfo", _other_dates(root))):
        if told:
            rest[name] = list(told)
    if kinds:
        rest["kinds"] = list(kinds)
    kept: dict[str, JsonValue] = {path: list(texts) for path, texts in rest.items()}
    return {NAME: kept} if kept else {}


def _collect(element: etree._Element, path: str, rest: dict[str, list[JsonValue]]) -> None:
    stack = [(element, path)]
    count = 0
    while stack and count < MAX_TEXTS:
        here, place = stack.pop()
        children = [child for child in here if isinstance(child.tag, str)]
        names = [local_name(child) for child in children]
        if not children and (text := " ".join((here.text or here.get("codeListValue") or "").split())):
            texts = rest.setdefault(place, [])
            count += 1
            if text not in texts:
                texts.append(text)
        for child, name in reversed(list(zip(children, names, strict=True))):
            is_mapped = place == "citation/CI_Citation" and name in _CITED
            if name not in _ELSEWHERE and not is_mapped:
                inner = name in {"CharacterString", "PT_FreeText", "textGroup", "Anchor", "LocalisedCharacterString"}
                stack.append((child, place if inner else f"{place}/{name}"))


def _resource_languages(root: etree._Element, about: etree._Element) -> list[str]:
    """Give the languages of the thing that are none of the metadata's, as codes."""
    own, of_thing = (
        [code for path in paths for each in find_all(here, path) if (code := _language_code(each))]
        for here, paths in ((root, ("language", "defaultLocale/PT_Locale/language")), (about, ("language",)))
    )
    return [code for code in dict.fromkeys(of_thing) if code not in own] if about is not root else []


def _language_code(element: etree._Element) -> str:
    return to_code(next(descendants(element, "LanguageCode"), None)) or plain_text(element)


def _other_dates(root: etree._Element) -> list[str]:
    """Give the dates of the metadata but the last one, each with what happened then."""
    found = [
        (date_in(each) or "", code_at(each, "CI_Date/dateType/CI_DateTypeCode")) for each in find_all(root, "dateInfo")
    ]
    return [" ".join(filter(None, each)) for each in sorted(found)[:-1] if each[0]]


def _box_text(element: etree._Element) -> str:
    found = to_box(element)
    return found.model_dump_json(exclude_none=True) if found else " ".join("".join(element.itertext()).split())
