"""Words of a title that tell a draft, an annex, a summary … from the thing itself, in the six languages; pure."""

from __future__ import annotations

import re

_WORDS = {
    "draft": "draft drafts borrador ebauche brouillon مسوده черновик",
    "summary": "summary resumen resume резюме ملخص موجز synopsis",
    "annex": "annex annexes annexe anexo anexos appendix appendices appendice apendice приложение приложения مرفق "
    "المرفق",
    "addendum": "addendum addenda adicion добавление",
    "corrigendum": "corrigendum corrigenda rectificatif rectificativo исправление تصويب",
    "erratum": "erratum errata",
    "supplement": "supplement supplements suplemento дополнение",
    "revised": "revised revise revisee revisado revisada пересмотренныи пересмотренная منقح منقحه updated actualizado "
    "actualizada",
}
_OF_WORD = {word: mark for mark, words in _WORDS.items() for word in words.split()}
_PHRASES = re.compile(
    r"(?P<draft>\(projet\)|\(проект\)|avant-projet|version provisoire|zero draft|مشروع مقرر|草案|草稿|初稿)|"
    r"(?P<project>^(?:projet|proyecto|проект|مشروع) ?:)|"
    r"(?P<summary>краткое изложение|摘要|概要)|(?P<annex>附件|附录)|(?P<addendum>增编|\badd\.)|"
    r"(?P<corrigendum>\bcorr\.|更正)|(?P<erratum>勘误)|(?P<revised>修订|\brev\.)|(?P<supplement>补编)|"
    r"(?P<final>final version|version finale?|最终版)|"
    r"(?P<translation>(?:un|non[- ]?)official translation|courtesy translation|traduction non officielle|"
    r"traduccion no oficial|неофициальныи перевод|ترجمه غير رسميه|非正式译文|"
    r"\((?:translation|traduction|traduccion|перевод|译文)\))"
)
_MARKS = {"project": "draft"}
_RESPONSE = re.compile(r"(?:response|reply|reponse|respuesta|comments?) (?:to|on|a|al) ")
_REVIEW = re.compile(
    r"^(?:\W*(?:book )?reviews?(?: of\b| ?:)|book review|"
    r"(?:compte[- ]rendu|resena|recension) (?:de|du|d')|рецензия на|书评)"
)


def find_marks(words: list[str], smoothed: str, final: bool) -> set[str]:
    """Give the marks of a title: its collapsed words, the same with punctuation, and whether it ended with "final"."""
    found = {_OF_WORD[word] for word in words if word in _OF_WORD}
    if final:
        found.add("final")
    if (
        not smoothed.isascii()
        or "(" in smoothed
        or "." in smoothed
        or "offici" in smoothed
        or "version" in smoothed
        or ":" in smoothed
    ):
        found.update(_MARKS.get(name, name) for match in _PHRASES.finditer(smoothed) if (name := match.lastgroup))
    if smoothed.startswith(("re", "comment")) and _RESPONSE.match(smoothed):
        found.add("response")
    if smoothed.startswith(("re", "book", "compte", "рец", "书评")) and _REVIEW.match(smoothed):
        found.add("review-of")
    return found
