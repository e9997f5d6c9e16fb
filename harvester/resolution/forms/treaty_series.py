"""Meetings of treaty bodies and what they decided, told by body and number in six languages; pure."""

from __future__ import annotations

import re

from harvester.resolution.forms.numerals import Numbers
from harvester.resolution.forms.ordinals import find_roman
from harvester.resolution.forms.slots import NONE, Series
from harvester.resolution.forms.titles import Title

_NUMBER = r"([ivx]+|\d{1,2})/(\d{1,3})(?![\d/])"
_DECISION = re.compile(
    rf"(?:(?:cbd[ -]*)?(?:cop|mop)?[ -]*\d*[ :-]+)?(?:decisions?|решени[ея]|(?:ال)?مقرر|决定)[ :]*"
    rf"(?:cop |mop |no\.? ?)?(?:(bs|cp|np)-)?{_NUMBER}"
)
_BARE_DECISION = re.compile(rf"(?:(bs|cp|np)-)?{_NUMBER}")
_CHINESE_DECISION = re.compile(r"第? ?(?:(bs|cp|np)-)?([ivx]+|\d{1,2})/(\d{1,3}) ?号决定")
_SYMBOL = re.compile(rf"(?:unep/)?cbd/(cop|cp/mop|np/mop|mop|sbstta|sbi|wg8j)/(?:dec|rec)/{_NUMBER}")
_CLIMATE_DECISION = re.compile(r"(?:decision|решение) (\d{1,3})/(cp|cma|cmp)\.(\d{1,2})")
_RECOMMENDATION = re.compile(
    rf"(?:(sbstta|sbi|wg8j)[ -]+)?(?:recommendation|recommandation|recomendacion|рекомендация)[ :]*"
    rf"(?:(sbstta|sbi|wg8j)[ -]+)?{_NUMBER}"
)
_MAX_MEETING = 60
_MEETING_GATE = (
    "cop", "cdp ", "кс ", "mop", "sbstta", "sbi", "conference of the parties", "conference des parties",
    "conferencia de las partes", "конференци", "مؤتمر الاطراف", "缔约方大会", "subsidiary body",
    "organe subsidiaire", "organo subsidiario", "вспомогательн", "هييه الفرعيه", "هيئه الفرعيه", "osactt",
    "ocstt", "科咨", "附属机构", "8 j", "8j", "open ended", "вонттк",
)  # fmt: skip
_ABOUT = re.compile(
    r"\b(?:side|preparatory|workshop|pre|regional|consultation\w*|webinar|training|briefing|exhibition|pavilion|statement|"
    r"bureau|seminar|atelier|taller|parallele|paralelo|event|declaration|preparation|towards|after|outcomes?|results?|"
    r"семинар|подготовк\w+)\b|研讨会|حلقه عمل"
)
_BODIES = tuple(
    (body, re.compile(pattern))
    for body, pattern in (
        ("cp-mop", r"(?<![a-z])(?:bs|cp|cop) mop ?\d*(?![a-z])|cartagena|carthagene|картахен|قرطاجنه|卡塔赫纳"),
        ("np-mop", r"(?<![a-z])np mop ?\d*(?![a-z])|nagoya|нагоиск|ناغويا|名古屋议定书"),
        (
            "sbstta",
            r"(?<![a-z])(?:sbstta|osactt|ocstt)\d*(?![a-z])|вонттк|科咨机构|"
            r"subsidiary body on scientific|organe subsidiaire .{0,40}scientifi|"
            r"organo subsidiario .{0,30}cientific|вспомогательн\w+ орган\w* по научн|للمشوره العلميه|"
            r"科学 ?技术和?工艺咨询",
        ),
        (
            "sbi",
            r"(?<![a-z])(?:sbi|osa)\d*(?![a-z])|subsidiary body on implementation|"
            r"organe subsidiaire .{0,40}application|"
            r"organo subsidiario .{0,30}aplicacion|вспомогательн\w+ орган\w* по осуществ|للتنفيذ|执行问题附属机构",
        ),
        ("wg8j", r"\bwg ?8 ?j\b|article 8 ?j|articulo 8 ?j|статье 8 ?j"),
        ("wg2020", r"\bwg ?2020\b|open ended working group on the post 2020"),
        (
            "cop",
            r"(?<![a-z])cop ?\d*(?![a-z])|\b(?:cdp|кс) \d|conference of the parties|conference des parties|"
            r"conferencia de las partes|конференци\w* сторон|مؤتمر الاطراف|缔约方大会",
        ),
    )
)
_TREATIES = (
    ("ramsar", re.compile(r"ramsar|рамсар|wetlands|رامسار|拉姆萨尔")),
    ("unfccc", re.compile(r"unfccc|climate|climat|ccnucc|климат|المناخ|气候")),
    ("cites", re.compile(r"\bcites\b|endangered|ситес|濒危")),
    ("unccd", re.compile(r"unccd|desertif|опустын|التصحر|荒漠化")),
    ("cms", re.compile(r"\bcms\b|migratory|migratrices|migratorias|мигрирующ")),
    ("bern", re.compile(r"\bbern convention\b")),
    ("minamata", re.compile(r"minamata|минамат")),
    ("stockholm", re.compile(r"stockholm|estocolmo|стокгольм|ستوكهولم|استكهولم|斯德哥尔摩")),
    ("rotterdam", re.compile(r"rotterdam|роттердам|روتردام|鹿特丹")),
    ("basel", re.compile(r"\bbasel\b|\bbale\b|basilea|базел|بازل|巴塞尔")),
)


def find_decision(title: Title, kind: str) -> Series:
    """Give the decision or recommendation a title begins with, else ``NONE``; a bare "X/2" is one of a legal record."""
    smoothed = title.smoothed
    if "/" not in smoothed:
        return NONE
    if match := _CLIMATE_DECISION.match(smoothed):
        return Series("decision", f"unfccc-{match[2]}-{match[3]}/{match[1]}")
    if match := _SYMBOL.match(smoothed):
        name = "recommendation" if "/rec/" in match[0] else "decision"
        body = match[1].replace("cp/mop", "cp").replace("np/mop", "np")
        return Series(name, f"{body}-{_arabic(match[2])}/{int(match[3])}")
    match = _DECISION.match(smoothed) or _CHINESE_DECISION.match(smoothed)
    if match is None and kind == "legalInstrument":
        match = _BARE_DECISION.match(smoothed)
    if match:
        return Series("decision", f"{match[1] or 'cop'}-{_arabic(match[2])}/{int(match[3])}")
    if match := _RECOMMENDATION.match(smoothed):
        body = match[1] or match[2]
        place = f"{_arabic(match[3])}/{int(match[4])}"
        return Series("recommendation", f"{body}-{place}" if body else "")
    return NONE


def find_meeting(title: Title) -> Series:
    """Give the meeting of a treaty body that an event's title names, else ``NONE``."""
    text = title.text
    if not any(each in text for each in _MEETING_GATE) or _ABOUT.search(text):
        return NONE
    body = next((body for body, pattern in _BODIES if pattern.search(text)), "")
    if not body:
        return NONE
    if body == "cop":
        treaty = next((treaty for treaty, pattern in _TREATIES if pattern.search(text)), "")
        body = f"{treaty}-cop" if treaty else body
    number = _number(title.numbers)
    return Series("meeting", f"{body}-{number}" if number else "")


def _number(numbers: Numbers) -> int | None:
    for kinds in ({"cop", "mop", "sbi", "sbstta"}, {"meeting", "session"}):
        values = {int(value) for kind, value in numbers.parts if kind in kinds and value.isdigit()}
        if len(values) == 1:
            return values.pop()
    said = {value for _, value in numbers.ordinals}
    values = {int(value) for value in numbers.others if value.isdigit() and len(value) < 3} or said
    likely = {value for value in values if 0 < value <= _MAX_MEETING and value != 8} or values
    return likely.pop() if len(likely) == 1 else None


def _arabic(number: str) -> str:
    return str(int(number)) if number.isdigit() else str(find_roman(number) or number)
