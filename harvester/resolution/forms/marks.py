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
    "amendment": "amendment amendments amending amendement amendements modificatif modificative modificatifs enmienda "
    "enmiendas modificatoria modificatorio modificatorias поправка поправки поправок поправкои поправками",
    "supplement": "supplement supplements suplemento дополнение",
    "revised": "revised revise revisee revisado revisada пересмотренныи пересмотренная منقح منقحه updated actualizado "
    "actualizada",
}
_OF_WORD = {word: mark for mark, words in _WORDS.items() for word in words.split()}
_LATIN = (
    ("(projet)", "draft"), ("projet : ", "draft"), ("projet: ", "draft"), ("proyecto: ", "draft"),
    ("avant-projet", "draft"), ("version provisoire", "draft"), ("zero draft", "draft"), ("add.", "addendum"),
    ("corr.", "corrigendum"), ("rev.", "revised"), ("final version", "final"), ("version final", "final"),
    ("official translation", "translation"), ("courtesy translation", "translation"),
    ("traduction non officielle", "translation"), ("traduccion no oficial", "translation"),
    ("(translation)", "translation"), ("(traduction)", "translation"), ("(traduccion)", "translation"),
)  # fmt: skip
_OTHER = (
    ("(проект)", "draft"), ("проект: ", "draft"), ("مشروع مقرر", "draft"), ("مشروع: ", "draft"), ("草案", "draft"),
    ("草稿", "draft"), ("初稿", "draft"), ("краткое изложение", "summary"), ("摘要", "summary"),
    ("概要", "summary"), ("附件", "annex"), ("附录", "annex"), ("增编", "addendum"), ("更正", "corrigendum"),
    ("勘误", "erratum"), ("修订", "revised"), ("修正", "amendment"), ("修订版", "revised edition"),
    ("修订本", "revised edition"), ("增订版", "revised edition"), ("增订本", "revised edition"), ("补编", "supplement"),
    ("最终版", "final"),
    ("неофициальныи перевод", "translation"), ("(перевод)", "translation"), ("ترجمه غير رسميه", "translation"),
    ("非正式译文", "translation"), ("(译文)", "translation"),
)  # fmt: skip
"""Phrases of a smoothed, collapsed title; most end with the sign or blank that makes them one."""
_EDITION = r"(?:edition|ed|edicion|edn|издание|изд|izdanie|طبعه|الطبعه)\b"
_REVISED = (
    r"(?:fully |completely |entierement )?(?:revised|rev|revisee|revisada|revise|исправленн\w+|испр|переработанн\w+|"
    r"перераб|пересмотренн\w+|дополненн\w+|منقحه|المنقحه)\b"
)
_BETWEEN = r"[.,]{0,2} (?:(?:and|et|y|и|&) (?:\w+ ){1,2}|\w+ (?:and|et|y|и|&) )?"
_REVISED_EDITION = re.compile(rf"\b(?:{_REVISED}{_BETWEEN}{_EDITION}|{_EDITION}{_BETWEEN}{_REVISED})")
_AMENDED = re.compile(
    r"о внесении изменени|(?:قانون|مرسوم|نظام|اتفاق|بروتوكول|قرار|لائحه)\w*\b.*\b(?:ال)?(?:معدل|معدله|تعديل|تعديلات)\b"
    r"(?! (?:ال)?(?:وراثي|جيني))|"
    r"\bتعديل (?:قانون|مرسوم|نظام|اتفاق|بروتوكول|قرار)"
)
"""What amends an act; in Arabic the same words speak of modified organisms, in Russian of a changed climate."""
_RESPONSE = re.compile(r"(?:response|reply|reponse|respuesta|comments?) (?:to|on|a|al) ")
_REVIEW = re.compile(
    r"^(?:\W*(?:book )?reviews?(?: of\b| ?:)|book review|"
    r"(?:compte[- ]rendu|resena|recension) (?:de|du|d')|рецензия на|书评)"
)


def find_marks(words: list[str], smoothed: str, final: bool) -> set[str]:
    """Give the marks of a title: its collapsed words, the same with punctuation, and whether it ended with "final"."""
    found = set() if _OF_WORD.keys().isdisjoint(words) else {_OF_WORD[word] for word in words if word in _OF_WORD}
    if final:
        found.add("final")
    for phrase, mark in _LATIN:
        if phrase in smoothed and _is_meant(phrase, smoothed):
            found.add(mark)
    if not smoothed.isascii():
        for phrase, mark in _OTHER:
            if phrase in smoothed and _is_meant(phrase, smoothed):
                found.add(mark)
    if not smoothed.isascii() and _AMENDED.search(smoothed):
        found.add("amendment")
    if ("rev" in smoothed or not smoothed.isascii()) and _REVISED_EDITION.search(smoothed):
        found.add("revised edition")
    if smoothed.startswith(("re", "comment")) and _RESPONSE.match(smoothed):
        found.add("response")
    if smoothed.startswith(("re", "book", "compte", "рец", "书评")) and _REVIEW.match(smoothed):
        found.add("review-of")
    return found


def _is_meant(phrase: str, smoothed: str) -> bool:
    """Tell whether a phrase begins the title where it has to ("demonstration project: …" is none), or a word."""
    if phrase[-2:] == ": ":
        return smoothed.startswith(phrase)
    return phrase[-1] != "." or f" {phrase}" in f" {smoothed}"
