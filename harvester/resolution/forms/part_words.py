"""Words for what a number counts, "volume" or "phase", in six languages; values only."""

from __future__ import annotations

import re
from functools import cache

_PART_WORDS = {
    "volume": "volume volumes vol vols tome tomes tom том тома томе томов volumen tomo tomos band bd المجلد مجلد",
    "part": "part parts pt partie parties parte partes teil часть chast части الجزء جزء",
    "phase": "phase phases stage stages fase fases etapa etapas etape etapes etap этап этапа этапе этапы фаза фазы "
    "المرحله مرحله",
    "tranche": "tranche tranches tramo транш транша الشريحه شريحه",
    "edition": "edition editions edn ed edicion ediciones edicao издание издания изд izdanie izd الطبعه طبعه ط auflage",
    "version": "version ver versie версия версии вариант الاصدار اصدار النسخه rev",
    "issue": "issue vypusk выпуск выпуска выпуске العدد fascicule fasciculo heft",
    "number": "no nr num number numero nombre номер n رقم",
    "sheet": "sheet sheets feuille hoja лист blatt",
    "chapter": "chapter chapters chapitre capitulo глава главы الفصل kapitel",
    "session": "session sesion seance сессия сессии сессию sessiya занятие zanyatie занятия сеанс الدوره "
    "دوره الجلسه جلسه periodo",
    "meeting": "meeting reunion совещание совещания совещании заседание заседания الاجتماع اجتماع",
    "lot": "lot lots lote lotes лот",
    "module": "module modulo модуль الوحده",
    "book": "book livre libro книга الكتاب",
    "annex": "annex annexe anexo приложение المرفق appendix appendice apendice",
    "addendum": "add addendum",
    "target": "target targets objectif objectifs cible objetivo objetivos meta metas цель цели задача задачи الهدف "
    "هدف الغايه غايه",
    "goal": "goal goals sdg ods odd цур",
    "cop": "cop cdp кс",
    "mop": "mop",
    "sbstta": "sbstta osactt ocstt вонттк",
    "sbi": "sbi",
    "article": "article articulo статья статьи الماده",
    "step": "step paso шаг",
    "level": "level niveau nivel уровень",
}
CHINESE_WORDS = {
    "卷": "volume", "册": "volume", "部分": "part", "篇": "part", "阶段": "phase", "期": "phase", "版": "edition",
    "号": "number", "章": "chapter", "届": "session", "场": "session", "次": "", "辑": "issue", "幅": "sheet",
    "单元": "module", "条": "article", "目标": "target", "批": "lot", "集": "volume",
}  # fmt: skip
CHINESE_COUNT = re.compile(
    r"(?:第 ?([零一二三四五六七八九十两〇\d]{1,4}) ?个?(?:国家|行动)?"
    r"(部分|阶段|单元|目标|[卷册篇期版号章届场次辑幅条批集]))|"
    r"(?:([卷册版章]|目标|阶段) ?([一二三四五六七八九十]{1,3}|\d{1,3})(?!\d|\.\d))"
)
CHINESE_HALF = re.compile(r"(?:([上中下])[册卷集篇编]|\(([上中下])\))(?![\u4e00-\u9fff])")
CHINESE_HALVES = {"上": "1", "中": "middle", "下": "2"}
"""Upper, middle and lower volume; the lower is the second, unless there is a middle one, which is no other's equal."""
ALPHABETIC = frozenset({"part", "sheet", "annex", "phase", "module", "volume", "lot", "goal"})
BEFORE = frozenset({
    "volume", "part", "phase", "edition", "version", "issue", "chapter", "session", "meeting", "module", "book",
    "sheet", "tranche",
})  # fmt: skip
_FIGURE_BEFORE = (
    "ed edn edition edicion edicao издание изд сессия сессии заседание занятие sesion seance этап фаза etapa"
)
FIGURE_BEFORE = frozenset(_FIGURE_BEFORE.split())
"""What a bare number, or a roman one, may stand before: "3 edicion", "II этап"."""
_BETWEEN = (
    "no n nr number numero national nationale nationaux nacional nacionales biodiversity mondial mundial global de d "
    "del aichi the о по национальная национальнои аити الوطني الوطنيه العالمي العالميه رقم"
)
BETWEEN = frozenset(_BETWEEN.split())
"""What may stand between such a word as "target" and its number: "meta nacional 15", "objetivo de Aichi 11"."""
PATIENT = frozenset({"target", "goal"})


@cache
def kinds_of_words() -> dict[str, str]:
    """Give what each word counts; words are folded and collapsed."""
    return {word: kind for kind, words in _PART_WORDS.items() for word in words.split()}
