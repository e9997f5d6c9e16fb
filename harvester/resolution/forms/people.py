"""Names of people as a surname and initials, from any usual way of writing them; bodies told apart; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from harvester.resolution.forms.bodies import find_body
from harvester.resolution.forms.folding import collapse, flatten, smooth
from harvester.resolution.forms.slavic_names import begins_with_slavic_family
from harvester.resolution.forms.transliteration import begins_with_family, to_latin_initials, to_latin_name

_PARTICLES = frozenset({
    "van", "von", "de", "der", "den", "del", "della", "di", "da", "dos", "das", "du", "la", "le", "ter", "ten", "bin",
    "ibn", "al", "el", "abu", "ben", "st", "saint", "zu", "zur", "af", "av", "do",
})  # fmt: skip
_SUFFIXES = frozenset({
    "jr", "sr", "ii", "iii", "iv", "phd", "md", "dr", "prof", "mr", "mrs", "ms", "ing", "mgr", "hon", "sir", "eng",
})  # fmt: skip
_BODY_WORDS = frozenset({
    "fao", "iucn", "uicn", "unep", "undp", "wwf", "cbd", "unesco", "gef", "gbif", "ipbes", "ipcc", "usaid",
    "giz", "jica", "agency", "agencia", "agencies", "agence", "centre", "center", "centro", "council",
    "conseil", "consejo", "bureau", "office", "direction", "direccion", "union", "network", "reseau", "red",
    "bank", "banque", "banco", "group", "groupe", "grupo", "world", "nations", "museum", "musee", "museo",
    "trust", "ltd", "inc", "gmbh", "llc", "company", "press", "comite", "society", "societe", "sociedad",
    "team", "equipe", "equipo", "editors", "staff", "consortium", "taskforce", "initiative", "project", "коллектив",
    "фонд", "союз", "совет", "общество", "бюро", "музеи", "команда", "редакция", "متحف", "صندوق", "اتحاد", "مجلس",
    "مكتب", "لجنه", "موسسه", "جمعيه", "فريق",
    "service", "services", "servicio", "international", "national", "programa", "laboratory", "وزاره", "جامعه",
    "معهد", "هييه", "هيئه", "مركز", "منظمه", "برنامج", "امانه", "الوزاره",
})  # fmt: skip
_BODY_STARTS = frozenset({
    "ministr", "ministe", "departe", "departm", "departa", "institu", "univers", "authori", "governm",
    "gouvern", "gobiern", "secreta", "commiss", "comisio", "committ", "organiz", "organis", "associa",
    "asociac", "foundat", "fondati", "fundaci", "program", "republi", "convent", "conveni", "consort",
    "academi", "academy", "laborat", "collabo", "working", "министе", "институ", "универс",
    "агентст", "комитет", "центр", "организ", "академи", "служба", "управле", "департа",
})  # fmt: skip
"""What seven letters of a word, or all it has, tell an organisation."""
_BODY_SIGNS = re.compile("(?:部|局)$|大学|研究所|研究院|委员会|中心|协会|学会|基金会|组织|政府|秘书处")
_MOST_NAMES = 3
"""Words a person's name usually has at most; longer ones, and single words, may be a body's of the list."""
_ET_AL = re.compile(r"[,;&]?\s*\b(?:et\.? ?al\.?|and others|u\.? ?a\.|y otros|et autres|и др\.?|وآخرون|واخرون|等)\s*$")
_CJK = re.compile("[\u3400-\u9fff\uac00-\ud7af]{2,4}")


@lru_cache(maxsize=8192)
def is_body(name: str) -> bool:
    """Tell whether a name is an organisation's rather than a person's."""
    return _names_body(smooth(name))


def _names_body(smoothed: str) -> bool:
    words = collapse(flatten(smoothed)).split()
    for word in words:
        if word in _BODY_WORDS or word[:7] in _BODY_STARTS:
            return True
    if (len(words) == 1 or len(words) > _MOST_NAMES) and find_body(smoothed):
        return True
    return not smoothed.isascii() and _BODY_SIGNS.search(smoothed) is not None


def to_people(names: Iterable[str]) -> tuple[tuple[tuple[str, str], ...], bool]:
    """Give (folded surname, initials) of each person in order, and whether others are said to be left out.

    Organisations are passed over; one text may hold several names parted by semicolons.
    """
    people: dict[tuple[str, str], None] = {}
    et_al = False
    for text in names:
        for name in text.split(";") if ";" in text else (text,):
            person, others = _person(name)
            et_al = et_al or others
            if person is not None:
                people[person] = None
    return tuple(people), et_al


@lru_cache(maxsize=16384)
def _person(name: str) -> tuple[tuple[str, str] | None, bool]:
    raw = name.strip(" .,")
    plain = smooth(raw)
    bare = _ET_AL.sub("", plain) if _may_leave_out(plain) else plain
    others = bare != plain
    if not bare or bare in {"others", "et al", "anon", "anonymous", "unknown"} or _names_body(bare):
        return None, others or bare in {"others", "et al"}
    raw = raw if len(raw.split()) == len(plain.split()) else bare
    surname, given, glued = _parted(bare, raw)
    words = [word for word in flatten(surname).split() if word not in _SUFFIXES]
    if not words or (len("".join(words)) < 2 and words[0] < "\u2e80"):
        return None, others
    return (to_latin_name(" ".join(words)), to_latin_initials(_initials(given, glued))), others


def _may_leave_out(plain: str) -> bool:
    return " al" in plain or " other" in plain or " otros" in plain or " autres" in plain or not plain.isascii()


def _parted(plain: str, raw: str) -> tuple[str, str, bool]:
    """Give (surname, the rest, whether the rest is nothing but initials) of a smoothed name.

    ``raw`` is the same name with its capitals, which tell initials written without full stops.
    """
    surname, comma, given = plain.partition(",")
    if comma and given.strip(" .") and given.strip(" .") not in _SUFFIXES:
        return surname, given, _is_initials(given.strip(), raw.partition(",")[2].strip())
    if _CJK.fullmatch(plain):
        size = 1 if len(plain) < 4 else 2
        return plain[:size], plain[size:], True
    words = [word for word in surname.split() if word.strip(".") not in _SUFFIXES]
    if len(words) < 2:
        return " ".join(words), "", False
    shown = [word for word in raw.partition(",")[0].split() if word.strip(".").casefold() not in _SUFFIXES]
    if _is_initials(words[-1], shown[-1]) and len(words[0].strip(".")) > 1:
        first = next(at for at, word in enumerate(words) if at and _is_initials(word, shown[at]))
        return " ".join(words[:first]), " ".join(words[first:]), True
    if len(shown[0]) > 2 and shown[0].isupper() and not shown[-1].isupper():
        return words[0], " ".join(words[1:]), False
    if begins_with_family(words) or begins_with_slavic_family(words):
        return words[0], " ".join(words[1:]), False
    start = len(words) - 1
    while start > 1 and words[start - 1] in _PARTICLES:
        start -= 1
    if words[0] in _PARTICLES and start == 1:
        start = 0
    return " ".join(words[start:]), " ".join(words[:start]), False


def _is_initials(word: str, shown: str) -> bool:
    """Tell whether a word is "G.", "G.H." or, in capitals, "GH"."""
    letters = word.replace(".", "").replace("-", "").replace(" ", "")
    if not letters.isalpha() or len(letters) > 4:
        return False
    if len(letters) == 1 or all(len(part) < 2 for part in re.split(r"[.\s-]+", word)):
        return True
    return len(letters) < 4 and shown.replace(".", "").replace("-", "").isupper()


def _initials(given: str, glued: bool) -> str:
    words = given.replace(".", " ").replace("-", " ").replace("'", " ").split()
    if glued:
        return "".join(words)[:4]
    telling = [word for word in words if len(word) == 1 or (word not in _PARTICLES and word not in _SUFFIXES)]
    return "".join(word[0] for word in (telling or words) if word[0].isalpha())[:4]
