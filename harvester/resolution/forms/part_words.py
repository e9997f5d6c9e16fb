"""Words for what a number counts, "volume" or "phase", in six languages; values only."""

from __future__ import annotations

import re
from functools import cache

_PART_WORDS = {
    "volume": "volume volumes vol vols tome tomes tom том тома томе томов volumen tomo tomos band bd المجلد مجلد",
    "part": "part parts pt partie parties parte partes teil часть части الجزء جزء",
    "phase": "phase phases stage stages fase fases etapa etapas etape etapes этап этапа этапе фаза фазы المرحله مرحله",
    "edition": "edition editions edn ed edicion ediciones издание издания الطبعه طبعه auflage",
    "version": "version ver versie версия версии вариант الاصدار اصدار النسخه rev",
    "issue": "issue выпуск выпуска выпуске العدد fascicule fasciculo heft",
    "number": "no nr num number numero nombre номер n رقم",
    "sheet": "sheet sheets feuille hoja лист blatt",
    "chapter": "chapter chapters chapitre capitulo глава главы الفصل kapitel",
    "session": "session sesion сессия сессии сессию الدوره دوره periodo",
    "meeting": "meeting reunion совещание совещания совещании заседание الاجتماع اجتماع",
    "lot": "lot lots lote lotes лот",
    "module": "module modulo модуль الوحده",
    "book": "book livre libro книга الكتاب",
    "annex": "annex annexe anexo приложение المرفق appendix appendice apendice",
    "addendum": "add addendum",
    "target": "target targets objectif meta metas цель цели задача задачи الهدف الغايه",
    "goal": "goal",
    "article": "article articulo статья статьи الماده",
    "step": "step etape paso шаг",
    "level": "level niveau nivel уровень",
}
CHINESE_WORDS = {
    "卷": "volume", "册": "volume", "部分": "part", "篇": "part", "阶段": "phase", "期": "phase", "版": "edition",
    "号": "number", "章": "chapter", "届": "session", "次": "", "辑": "issue", "幅": "sheet", "单元": "module",
    "条": "article",
}  # fmt: skip
CHINESE_COUNT = re.compile(
    r"(?:第 ?([零一二三四五六七八九十两〇\d]{1,4}) ?(部分|阶段|单元|[卷册篇期版号章届次辑幅条]))|"
    r"(?:([卷册版章]) ?([一二三四五六七八九十]{1,3}|\d{1,3})(?!\d))"
)
ALPHABETIC = frozenset({"part", "sheet", "annex", "phase", "module", "volume", "lot"})
BEFORE = frozenset({
    "volume", "part", "phase", "edition", "version", "issue", "chapter", "session", "meeting", "module", "book",
    "sheet",
})  # fmt: skip


@cache
def kinds_of_words() -> dict[str, str]:
    """Give what each word counts; words are folded and collapsed."""
    return {word: kind for kind, words in _PART_WORDS.items() for word in words.split()}
