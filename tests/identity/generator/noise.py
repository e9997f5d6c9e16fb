"""The slips of people and machines that a title can suffer on its way; pure, by the random numbers given."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random
from unicodedata import normalize

from tests.identity.generator.words import load_list

_SHORT: Mapping[str, tuple[tuple[str, str], ...]] = {
    "en": (
        ("Convention on Biological Diversity", "CBD"), ("Conference of the Parties", "COP"), ("National", "Nat."),
        ("Protocol on Biosafety", "Prot."), ("Ministry of Environment", "MoE"), (" and ", " & "),
        ("Stockholm Convention", "SC"), ("management", "mgmt"), ("International", "Int."),
    ),
    "fr": (("Convention sur la diversité biologique", "CDB"), ("Conférence des Parties", "COP"), ("national", "nat."),
           ("Ministère", "Min."), (" et ", " & ")),
    "es": (("Convenio sobre la Diversidad Biológica", "CDB"), ("Conferencia de las Partes", "COP"),
           ("nacional", "nac."), ("Ministerio", "Min.")),
    "ru": (("Конвенции о биологическом разнообразии", "КБР"), ("Конференции Сторон", "КС"), ("Министерство", "Мин-во"),
           ("национальный", "нац.")),
    "zh": (("缔约方大会", "COP"),),
}  # fmt: skip
_SUFFIXES = {
    "en": (" [electronic resource]", " (PDF)", " (English)", " : online version"),
    "fr": (" [ressource électronique]", " (PDF)", " : en ligne"),
    "es": (" [recurso electrónico]", " (PDF)", " (en línea)"),
    "ar": (" (PDF)",),
    "ru": (" [Электронный ресурс]", " (PDF)"),
    "zh": (" (PDF)", "【电子资源】"),
}
_SITES = {
    "en": "Clearing-House",
    "fr": "Centre d’échange",
    "es": "Mecanismo de facilitación",
    "ar": "آلية تبادل المعلومات",
    "ru": "Механизм посредничества",
    "zh": "信息交换所",
}
_WORD = re.compile(r"[^\W\d_]{5,}")


def make_typo(text: str, rng: Random) -> str:
    """Give the text with one slip of the fingers in a longer word; digits and Chinese stay."""
    words = [match for match in _WORD.finditer(text) if not text[match.start()] > "\u2e80"]
    if not words:
        return text
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    slip = rng.choice(("swap", "drop", "double" if text[at] != "g" else "drop"))
    if slip == "swap":
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :] if slip == "drop" else text[:at] + text[at] + text[at:]


def _entities(text: str, rng: Random) -> str:
    plain = text.replace("&", "&amp;").replace("’", "&#8217;").replace("–", "&ndash;")
    return plain.replace("é", "&eacute;") if rng.random() < 0.5 else plain


def _dashes(text: str, rng: Random) -> str:
    return text.replace(" – ", rng.choice((" - ", " — ", "\u00a0– ", ". "))).replace("’", "'")


def _blanks(text: str, rng: Random) -> str:
    words = text.split(" ")
    at = rng.randrange(len(words))
    return " ".join([*words[:at], "", *words[at:]]) + rng.choice(("", " ", "."))


def _plain_letters(text: str, rng: Random) -> str:
    kept = "".join(char for char in normalize("NFKD", text) if not "\u0300" <= char <= "\u036f")
    return normalize("NFC", kept) if text.isascii() or text[:1] < "\u0370" else text


def _file_name(text: str, rng: Random) -> str:
    return re.sub(r"[\s:,]+", "_", text) + rng.choice((".pdf", "", " (PDF)")) if text[:1] < "\u0370" else text


_SLIPS: Mapping[str, Callable[[str, Random], str]] = {
    "typo": make_typo,
    "caps": lambda text, rng: text.upper(),
    "lower": lambda text, rng: text.lower(),
    "entities": _entities,
    "dashes": _dashes,
    "blanks": _blanks,
    "plain-letters": _plain_letters,
    "file-name": _file_name,
}


def spoil(text: str, language: str, rates: Mapping[str, float], rng: Random) -> str:
    """Give a title as a node with these habits has it; numbers and the words that tell things apart stay readable."""
    if rng.random() < rates.get("abbreviate", 0):
        for long, short in _SHORT.get(language, ()):
            text = text.replace(long, short)
    for slip, make in _SLIPS.items():
        if rng.random() < rates.get(slip, 0):
            text = make(text, rng)
    if rng.random() < rates.get("suffix", 0):
        text += rng.choice(_SUFFIXES[language])
    if rng.random() < rates.get("site-name", 0):
        text += f" | {_SITES[language]}"
    return text


def in_latin_letters(text: str) -> str:
    """Give a Russian text in Latin letters, as systems without Cyrillic have it."""
    return "".join(_letter(char) for char in text)


def _letter(char: str) -> str:
    latin = dict(zip(load_list("cyrillic"), load_list("latin"), strict=True)).get(char.lower(), "").strip("-")
    if char.lower() in "ъь":
        return ""
    if not latin:
        return char
    return latin if char.islower() else latin.capitalize()
