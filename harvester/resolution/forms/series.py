"""Which known series of reports a title belongs to, and its place in it: "national-report" 5, "nbsap" 2011-2020; pure.

Where a series is seen but its number is not understood the place is empty: such a record is never joined by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from harvester.resolution.forms.numerals import Numbers
from harvester.resolution.forms.ordinals import find_roman, find_slipped, is_one_slip


class Series(NamedTuple):
    """A series and a place in it; ``sure`` where no slip of the pen had to be allowed for."""

    name: str = ""
    slot: str = ""
    sure: bool = True


NONE = Series()
MAX_REPORT = 12
_CUES = {
    "national": "natio nacio нацио الوطن وطني وطنيه للوطن",
    "report": "repor rappo докла отчет отчёт التقر تقرير للتقر تقاري بالتق",
    "convention": "conve конве اتفاق الاتف لاتفا للاتف",
    "biological": "biolo биоло البيو بيولو",
    "diversity": "diver divér разно التنو للتنو تنوع",
    "biodiversity": "biodi биора",
    "protocol": "proto прото بروتو البرو لبروت",
    "cartagena": "carta карта قرطاج كارتا لقرطا",
    "biosafety": "biosa biose biote биобе السلا للسلا biorr",
    "nagoya": "nagoy нагой нагои ناغوي لناغو",
    "benefit": "benef avant benef выгод المنا",
    "strategy": "strat estra страт الاست استرا والاس للاست",
    "action": "actio accio дейст العمل عمل",
    "plan": "plan planе plans planу план плана плану خطه وخطه الخطه خطط",
    "communication": "commu comun сообщ البلا بلاغ",
    "interim": "inter provi проме موقت مرحلي الموق",
}
_WORDS = {
    "informe": "report", "informes": "report", "relatorio": "report", "nbsap": "nbsap", "nbsaps": "nbsap", "epanb": "nbsap",
    "spanb": "nbsap", "enbpa": "nbsap", "nbsap2": "nbsap", "epandb": "nbsap", "cbd": "convention", "cdb": "convention", "кбр": "convention",
    "abs": "benefit", "apa": "benefit", "interim": "interim", "provisional": "interim", "provisoire": "interim",
}  # fmt: skip
_NOT_CUES = frozenset({
    "international", "information", "reporting", "communities", "community", "comunidad", "comunidades", "communautaire", "comunitaria",
    "communautaires", "interest", "international", "interaction", "interactions", "internacional", "internationale", "provision", "province", "avant", "actively",
    "strategic", "diverse", "планета", "planet", "plant", "plants", "общинное", "protected", "сообщество", "сообществ", "stratosphere", "protocols",
    "cartas", "carta", "картирование", "картирования", "картографирование", "карта", "карты", "cartas", "cartagenas", "intercambio", "internet",
})  # fmt: skip
_LONG_CUES = (
    ("national", "national"), ("nationaux", "national"), ("nacional", "national"), ("национальныи", "national"),
    ("национальная", "national"), ("report", "report"), ("rapport", "report"), ("informe", "report"), ("доклад", "report"),
    ("الوطني", "national"), ("الوطنيه", "national"), ("التقرير", "report"), ("strategy", "strategy"), ("strategie", "strategy"),
    ("estrategia", "strategy"), ("стратегия", "strategy"), ("الاستراتيجيه", "strategy"), ("biodiversity", "biodiversity"),
    ("biodiversite", "biodiversity"), ("biodiversidad", "biodiversity"), ("биоразнообразия", "biodiversity"),
    ("biological", "biological"), ("diversity", "diversity"), ("diversite", "diversity"), ("diversidad", "diversity"),
    ("convention", "convention"), ("convenio", "convention"), ("cartagena", "cartagena"), ("carthagene", "cartagena"),
    ("карта" "хенского", "cartagena"), ("protocol", "protocol"), ("protocole", "protocol"), ("protocolo", "protocol"), ("протокола", "protocol"),
    ("biosafety", "biosafety"), ("биобезопасности", "biosafety"), ("nagoya", "nagoya"), ("قرطاجنه", "cartagena"), ("للتنوع", "diversity"),
    ("التنوع", "diversity"), ("action", "action"), ("accion", "action"), ("communication", "communication"),
)  # fmt: skip
_SIGNS = (
    ("国家报告", "national report"), ("国家执行报告", "national report"), ("国别报告", "national report"), ("国家履约报告", "national report"),
    ("生物多样性", "biodiversity"), ("公约", "convention"), ("战略", "strategy"), ("策略", "strategy"), ("戰略", "strategy"), ("行动计划", "action plan"),
    ("行動計畫", "action plan"), ("行动方案", "action plan"), ("卡塔赫纳", "cartagena"), ("卡塔赫納", "cartagena"), ("生物安全", "biosafety"), ("名古屋", "nagoya"),
    ("国家", "national"), ("國家", "national"), ("報告", "report"), ("报告", "report"), ("惠益", "benefit"), ("国家信息通报", "national communication"), ("临时", "interim"),
)  # fmt: skip
_OTHER_SUBJECTS = re.compile(
    r"stockholm|minamata|basel|rotterdam|montreal protocol|bonn|world heritage|unccd|desertif|опустын|التصحر|荒漠化|plant genetic|animal genetic|"
    r"forest genetic|recursos fitogen|ressources phytogen|human rights|derechos humanos|droits de l homme|habitat iii|beijing|cedaw|"
    r"education|health|sante|salud|agenda 2030|2030 agenda|voluntary national|millennium|gender|youth|tobacco|corruption|migratory|cms|"
    r"nuclear|water resources|pops|mercury|ozone|culture|cultur"
)
_CLIMATE = re.compile(r"unfccc|climate|climat|ccnucc|cmnucc|рик?ик|климат|مناخ|气候")
_RAMSAR = re.compile(
    r"ramsar|рамсар|رامسار|拉姆萨尔|wetlands convention|convention on wetlands|zones humides|humedales"
)
_CITES = re.compile(r"\bcites\b|ситес|سايتس|濒危野生动植物种国际贸易")
_LOCAL = re.compile(
    r"\b(?:city|municipal\w*|provinc\w*|state of|regional\w*|local|county|district|ville|ciudad|estatal|sub ?national|city|oblast|области)\b"
)
_ABOUT = re.compile(
    r"\b(?:review|workshop|evaluation|assessment|guidance|guidelines?|training|atelier|taller|support\w*|project|projet|proyecto|"
    r"examen|lessons|analysis|handbook|manual|семинар|обзор|оценка|indicators?|development of|preparation of|updating|revision of|"
    r"meeting|launch\w*|steering|committee|news\w*|consult\w*|toolkit)\b|حلقه عمل|研讨会|评估|审查"
)


@cache
def _cues() -> dict[str, str]:
    return {start: cue for cue, starts in _CUES.items() for start in starts.split()}


def find_series(words: list[str], smoothed: str, numbers: Numbers, *, told: str = "") -> Series:
    """Give the series a title belongs to, ``NONE`` where it belongs to none known.

    ``words`` are the title's collapsed ones; ``told`` is what the record calls its kind ("nationalReport", "nbsap").
    """
    cues = _cues_of(words, smoothed)
    if not cues:
        return NONE
    name = _name(cues, words, told)
    if not name:
        return NONE
    return _placed(name, words, smoothed, numbers)


def _cues_of(words: list[str], smoothed: str) -> dict[str, int]:
    """Give each cue with the place of the word that gives it."""
    known = _cues()
    found: dict[str, int] = {}
    for at, word in enumerate(words):
        cue = _WORDS.get(word) or known.get(word[:5])
        if cue is not None and word not in _NOT_CUES:
            found.setdefault(cue, at)
    if not smoothed.isascii() and any(char >= "\u2e80" for char in smoothed):
        text = smoothed.replace(" ", "")
        for sign, cues in _SIGNS:
            if sign in text:
                for cue in cues.split():
                    found.setdefault(cue, -1)
    if len(found) >= 2 and not _is_whole(found):
        for at, word in enumerate(words):
            if len(word) > 4 and word[:5] not in known:
                for long, cue in _LONG_CUES:
                    if cue not in found and abs(len(long) - len(word)) < 2 and is_one_slip(word, long):
                        found[cue] = at
    return found


def _is_whole(cues: Iterable[str]) -> bool:
    return {"national", "report", "convention"} <= set(cues) or {"national", "strategy", "plan", "biodiversity"} <= set(
        cues
    )


def _name(cues: dict[str, int], words: list[str], told: str) -> str:
    text = " ".join(words)
    if "nbsap" in cues or (
        "strategy" in cues and ("biodiversity" in cues or {"biological", "diversity"} & cues.keys())
    ):
        return _strategy(cues, text, told)
    if "national" in cues and "communication" in cues and (_CLIMATE.search(text) or len(words) < 6):
        return "climate-communication"
    if "national" not in cues or "report" not in cues:
        return "national-report" if told == "nationalReport" and "report" in cues else ""
    if "cartagena" in cues or "biosafety" in cues:
        return "cartagena-report"
    if "nagoya" in cues or ("benefit" in cues and "protocol" in cues):
        return "nagoya-report"
    for name, pattern in (("ramsar-report", _RAMSAR), ("cites-report", _CITES), ("climate-report", _CLIMATE)):
        if pattern.search(text):
            return name
    if _OTHER_SUBJECTS.search(text):
        return ""
    if "convention" in cues or told == "nationalReport":
        return "national-report"
    return "national-report" if len(words) - len(cues) <= 6 and not _ABOUT.search(text) else ""


def _strategy(cues: dict[str, int], text: str, told: str) -> str:
    if told == "nbsap":
        return "nbsap"
    if "nbsap" not in cues and "national" not in cues:
        return ""
    if "report" in cues:
        return "national-report" if told == "nationalReport" else ""
    return "" if _ABOUT.search(text) or _LOCAL.search(text) else "nbsap"


def _placed(name: str, words: list[str], smoothed: str, numbers: Numbers) -> Series:
    if name == "nbsap":
        return Series(name, numbers.periods[0] if len(numbers.periods) == 1 else "")
    if name in {"ramsar-report", "cites-report"}:
        return Series(name, _meeting_or_years(numbers))
    at = [
        place
        for place, word in enumerate(words)
        if _cues().get(word[:5]) == "report" or word in {"informe", "informes", "nr"}
    ]
    slot = _ordinal(at, words, numbers)
    if not slot and "interim" in words or "provisoire" in words or "provisional" in words:
        slot = "interim"
    if slot:
        return Series(name, slot)
    slipped = {value for word in words if (value := find_slipped(word)) is not None}
    if len(slipped) == 1 and (value := slipped.pop()) <= MAX_REPORT:
        return Series(name, str(value), sure=False)
    return Series(name)


def _meeting_or_years(numbers: Numbers) -> str:
    cops = [value for kind, value in numbers.parts if kind in {"cop", "meeting"}]
    if len(cops) == 1:
        return f"cop{cops[0]}"
    years = [*numbers.periods, *map(str, numbers.years)]
    return years[0] if len(years) == 1 else ""


_JOINING = frozenset({"and", "et", "y", "e", "и", "و", "a", "to"})


def _ordinal(reports: list[int], words: list[str], numbers: Numbers) -> str:
    """Give the report's number, joined ones as "4+5", empty where there is none or more than one may be meant."""
    said = [(place, value) for place, value in numbers.ordinals if value <= MAX_REPORT]
    for place in reports:
        for step in (-2, -1, 1, 2, 3):
            at = place + step
            if 0 <= at < len(words) and (value := _plain(words, at)) is not None:
                said.append((at, value))
    values = sorted({value for _, value in said})
    if len(values) == 1:
        return str(values[0])
    if not values or not reports:
        return ""
    near = sorted(said, key=lambda each: min(abs(each[0] - place) for place in reports))
    (first, one), (second, other) = near[0], near[1]
    if abs(first - second) == 2 and words[(first + second) // 2] in _JOINING:
        return f"{min(one, other)}+{max(one, other)}"
    distances = [min(abs(at - place) for place in reports) for at, _ in near[:2]]
    return str(one) if one == other or distances[0] < distances[1] and distances[0] <= 3 else ""


def _plain(words: list[str], at: int) -> int | None:
    word = words[at]
    if word.isdigit() and len(word) < 3 and 0 < int(word) <= MAX_REPORT:
        return int(word)
    if word in {"i", "v", "x"} and at + 1 < len(words) and word == "i":
        return None
    return find_roman(word)
