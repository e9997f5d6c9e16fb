"""The ways Russian and Arabic words are changed in a sentence, where a list would be too long to write; pure."""

from __future__ import annotations

from collections.abc import Iterator

_RUSSIAN = (
    ("ия", ("ии", "ию", "иеи")), ("ея", ("еи", "ею", "ееи")), ("ская", ("скои", "скую")), ("ая", ("ои", "ую")),
    ("яя", ("еи", "юю")), ("ие", ("их", "им", "ими", "ия", "ии")), ("ые", ("ых", "ым", "ыми")),
    ("ое", ("ого", "ому", "ым", "ом")), ("ии", ("его", "ого", "ему", "ому", "им", "ем", "ом")),
    ("ыи", ("ого", "ому", "ым", "ом")), ("ои", ("ого", "ому", "ым", "ом")),
    ("а", ("ы", "и", "е", "у", "ои", "еи", "ов", "", "ам", "ах")),
    ("я", ("и", "е", "ю", "еи")), ("ы", ("", "ов", "ам", "ами", "ах")), ("и", ("", "ов", "ам", "ами", "ах")),
    ("ь", ("я", "и", "ю", "ью", "е", "ем")), ("о", ("а", "у", "ом", "е")), ("у", ()), ("е", ("я", "ю")), ("э", ()),
)  # fmt: skip
"""How a word ends in the dictionary and in its other cases, й and ё written и and е; the first that fits counts."""
_ARABIC_BEFORE = ("و", "ب", "ل", "ك", "ف", "ول", "وب")


def russian_forms(word: str) -> Iterator[str]:
    """Yield the other cases of a Russian word of a name; it and they are collapsed. Other scripts have none."""
    if len(word) < 3 or not "\u0400" <= word[0] <= "\u04ff":
        return
    for ending, others in _RUSSIAN:
        if word.endswith(ending):
            stem = word[: -len(ending)]
            yield from (stem + other for other in others if other or len(stem) > 4)
            return
    yield from (word + other for other in ("а", "у", "ом", "е"))


def arabic_forms(word: str) -> Iterator[str]:
    """Yield a folded Arabic word with the particles that are written onto it. Other scripts have none."""
    if len(word) < 3 or not "\u0600" <= word[0] <= "\u06ff":
        return
    for before in _ARABIC_BEFORE:
        if word.startswith("ال") and before in {"ل", "ول"}:
            yield before + "ل" + word[2:]
        else:
            yield before + word
