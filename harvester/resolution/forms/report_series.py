"""National reports and strategies told by their words in six languages, and numbered; pure.

Where a series is seen but its number is not understood the place is empty: such a record is never joined by itself.
"""

from __future__ import annotations

import re

from harvester.resolution.forms.folding import has_signs
from harvester.resolution.forms.numerals import Numbers
from harvester.resolution.forms.ordinals import find_roman, find_slipped, is_one_slip
from harvester.resolution.forms.report_words import INTERIM, LONG_CUES, NOT_CUES, SIGNS, starts, whole_words
from harvester.resolution.forms.slots import MAX_REPORT, NONE, Series
from harvester.resolution.forms.titles import Title

_OTHER_SUBJECTS = (
    "stockholm", "minamata", "basel", "rotterdam", "montreal protocol", "bonn", "world heritage", "unccd", "desertif",
    "опустын", "التصحر", "荒漠化", "plant genetic", "animal genetic", "forest genetic", "recursos fitogen",
    "ressources phytogen", "human rights", "derechos humanos", "droits de l homme", "habitat iii", "beijing", "cedaw",
    "education", "health", "sante", "salud", "2030 agenda", "agenda 2030", "millennium", "voluntary national", "gender",
    "youth", "tobacco", "corruption", "migratory", "nuclear", "water resources", "persistent organic", "mercury",
    "ozone", "cultur",
)  # fmt: skip
_OTHER_TREATIES = (
    ("climate-report", ("unfccc", "climat", "ccnucc", "cmnucc", "ркик", "рик оон", "климат", "مناخ", "气候")),
    ("ramsar-report", ("ramsar", "рамсар", "رامسار", "拉姆萨尔", "wetlands convention", "convention on wetlands")),
    ("cites-report", (" cites ", "ситес", "سايتس", "濒危野生动植物")),
)
_LOCAL = frozenset({
    "city", "municipal", "municipality", "province", "provincial", "regional", "regionale", "local", "county",
    "district", "ville", "ciudad", "estatal", "subnational", "области", "областная", "городская",
})  # fmt: skip
_ABOUT = frozenset({
    "review", "workshop", "evaluation", "assessment", "guidance", "guideline", "guidelines", "training", "atelier",
    "taller", "support", "supporting", "project", "projet", "proyecto", "examen", "lessons", "analysis", "handbook",
    "manual", "семинар", "обзор", "оценка", "indicator", "indicators", "updating", "development", "preparation",
    "revision", "meeting", "launch", "launches", "launched", "steering", "committee", "news", "newsletter",
    "consultation", "consultations", "consultant", "toolkit",
})  # fmt: skip
_PARTS_OF_COUNTRIES = frozenset("省市州县区")
_ABOUT_SIGNS = ("حلقه عمل", "研讨会", "评估", "审查")
"""What makes a title speak of a report or a strategy without being one."""
_WHOLE = ({"national", "report", "convention"}, {"national", "strategy", "plan", "biodiversity"})
_MAX_SLIPPED = 8
"""The last report there is so far; a slip that would make more of it is another's."""
_BARE = 6
"""Words a title that names no treaty may have, beside its cues and its country, to be a national report to the CBD."""


def find_report(title: Title, told: str = "") -> Series:
    """Give the report or strategy a title names, ``NONE`` where it names none.

    ``told`` is what the record calls its kind ("nationalReport", "nbsap").
    """
    cues = _cues_of(title.words, title.smoothed)
    name = _name(cues, title, told) if cues else ""
    if not name and told == "nbsap":
        name = told  # that much is said; the period tells the rest
    if name == "national-report" and _names_another(title, cues):
        return Series(name)
    return _placed(name, title.words, title.numbers) if name else NONE


def _names_another(title: Title, cues: set[str]) -> bool:
    """Tell whether a treaty is named that was not understood: a protocol has reports of its own."""
    if not cues.isdisjoint({"convention", "biodiversity"}):
        return False
    return "protocol" in cues or "《" in title.smoothed


def _cues_of(words: list[str], smoothed: str) -> set[str]:
    known, whole = starts(), whole_words()
    found: set[str] = set()
    for word in words:
        cue = known.get(word[:5])
        if cue is not None and word not in NOT_CUES:
            found.add(cue)
        elif word in whole:
            found.update(whole[word])
    if has_signs(smoothed):
        text = smoothed.replace(" ", "")
        signs = set(text)
        for sign, cues in SIGNS:
            if sign in text or (len(sign) > 3 and signs.issuperset(sign) and _stands_mixed(sign, text)):
                found.update(cues)
    if len(found) >= 2 and not any(each <= found for each in _WHOLE):
        _add_slipped(words, found)
    return found


def _stands_mixed(sign: str, text: str) -> bool:
    """Tell whether all characters of a sign stand together in a text with two of them changed about."""
    size, letters = len(sign), sorted(sign)
    return any(sorted(text[at : at + size]) == letters for at in range(len(text) - size + 1))


def _add_slipped(words: list[str], found: set[str]) -> None:
    known = starts()
    for word in words:
        if len(word) > 4 and word[:5] not in known:
            first, last = word[0], word[-2:]
            for long, cue in LONG_CUES:
                likely = long[0] == first or long[-2:] == last
                if likely and cue not in found and is_one_slip(word, long):
                    found.add(cue)


def _name(cues: set[str], title: Title, told: str) -> str:
    text, words = title.text, title.words
    if "nbsap" in cues or ("strategy" in cues and ("biodiversity" in cues or {"biological", "diversity"} <= cues)):
        return _strategy(cues, title, told)
    if {"national", "communication"} <= cues and (_holds(text, _OTHER_TREATIES[0][1]) or len(words) < 6):
        return "climate-communication"
    if not {"national", "report"} <= cues:
        return "national-report" if told == "nationalReport" and "report" in cues else ""
    if "cartagena" in cues or "biosafety" in cues:
        return "cartagena-report"
    if "nagoya" in cues or {"benefit", "protocol"} <= cues:
        return "nagoya-report"
    for name, marks in _OTHER_TREATIES:
        if _holds(f" {text} ", marks):
            return name
    if _holds(text, _OTHER_SUBJECTS):
        return ""
    about = _is_about(words, text)
    if told == "nationalReport" or ("convention" in cues and not about):
        return "national-report"
    return "national-report" if len(words) - title.placed - len(cues) <= _BARE and not about else ""


def _strategy(cues: set[str], title: Title, told: str) -> str:
    if told == "nbsap":
        return "nbsap"
    if "report" in cues:
        return "national-report" if told == "nationalReport" else ""
    if "nbsap" not in cues and "national" not in cues and not _is_chinese_strategy(cues, title):
        return ""
    apart = _is_about(title.words, title.text) or not _LOCAL.isdisjoint(title.words)
    return "" if apart else "nbsap"


def _is_chinese_strategy(cues: set[str], title: Title) -> bool:
    """Tell whether a Chinese title names a country, and none of its parts, before "strategy and action plan"."""
    plan = {"action", "plan"} <= cues and len(title.named) == 1 and "战略" in title.smoothed
    return plan and _PARTS_OF_COUNTRIES.isdisjoint(title.smoothed)


def _is_about(words: list[str], text: str) -> bool:
    return not _ABOUT.isdisjoint(words) or (not text.isascii() and _holds(text, _ABOUT_SIGNS))


def _holds(text: str, marks: tuple[str, ...]) -> bool:
    return any(mark in text for mark in marks)


def _placed(name: str, words: list[str], numbers: Numbers) -> Series:
    if name == "nbsap":
        return Series(name, numbers.periods[0] if len(numbers.periods) == 1 else "")
    if name in {"ramsar-report", "cites-report"}:
        return Series(name, _meeting_or_years(numbers))
    slot = _ordinal(words, numbers)
    if not slot and not INTERIM.isdisjoint(words):
        slot = "interim"
    if slot:
        return Series(name, slot)
    slipped = {value for word in words if (value := find_slipped(word)) is not None and value <= _MAX_SLIPPED}
    if len(slipped) == 1 and not numbers.ordinals:
        return Series(name, str(slipped.pop()), sure=False)
    return Series(name)


def _meeting_or_years(numbers: Numbers) -> str:
    cops = {value for kind, value in numbers.parts if kind in {"cop", "meeting"}}
    if len(cops) == 1:
        return f"cop{cops.pop()}"
    years = [*numbers.periods, *map(str, numbers.years)]
    return years[0] if len(years) == 1 else ""


_JOINING = frozenset({"and", "et", "y", "e", "и", "و", "a", "to"})
_NEAR = 3
_GLUED = re.compile(r"(?:nr(\d)|(\d)nr)")


def _ordinal(words: list[str], numbers: Numbers) -> str:
    """Give the report's number, joined ones as "4+5", empty where there is none or more than one may be meant."""
    known = starts()
    reports = [
        at for at, word in enumerate(words) if known.get(word[:5]) == "report" or word in {"informe", "informes", "nr"}
    ]
    said = {(place, value) for place, value in numbers.ordinals if value <= MAX_REPORT}
    for at, word in enumerate(words):
        if match := _GLUED.fullmatch(word):
            return match[1] or match[2]
        if reports and (value := _plain(words, at)) is not None and _far(at, reports) <= _NEAR:
            said.add((at, value))
    values = {value for _, value in said}
    if len(values) < 2 or not reports:
        return str(values.pop()) if len(values) == 1 else ""
    near = sorted(said, key=lambda each: (_far(each[0], reports), each[0]))
    (first, one), (second, other) = near[0], near[1]
    joined = abs(first - second) == 2 and words[(first + second) // 2] in _JOINING
    if joined or (abs(first - second) == 1 and words[max(first, second)].startswith("وال")):
        return f"{min(one, other)}+{max(one, other)}"
    if one == other or _far(first, reports) < _far(second, reports) <= 2 * _NEAR:
        return str(one)
    return ""


def _far(at: int, places: list[int]) -> int:
    return min(abs(at - place) for place in places)


def _plain(words: list[str], at: int) -> int | None:
    """Give a number without an ending, "5" or "V", that may be a report's."""
    word = words[at]
    if word.isdigit():
        return int(word) if len(word) < 3 and 0 < int(word) <= MAX_REPORT else None
    value = find_roman(word)
    return value if value is not None and value <= MAX_REPORT else None
