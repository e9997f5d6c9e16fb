"""Names of people in Cyrillic or Arabic as bibliographies write them in Latin letters, and usual variants; pure.

What comes out is for comparing, where a letter's difference is allowed for: transliterations differ.
"""

from __future__ import annotations

import re

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "й": "y",
    "ё": "e", "і": "i", "ї": "i", "є": "ye", "ґ": "g", "ў": "u", "қ": "k", "ғ": "g", "ң": "n", "ө": "o", "ү": "u",
    "ұ": "u", "ә": "a", "һ": "h", "ҳ": "h", "ҷ": "j", "ӣ": "i", "ӯ": "u",
}  # fmt: skip
"""As BGN and PCGN do, without its rules for single cases."""
_CYRILLIC_TABLE = str.maketrans(_CYRILLIC)


def to_latin(text: str) -> str:
    """Give a collapsed text with its Cyrillic letters as Latin ones."""
    return text.translate(_CYRILLIC_TABLE)


_ARABIC_NAMES = {
    name: latin
    for latin, names in {
        "mohamed": "محمد", "ahmed": "احمد", "mahmoud": "محمود", "ali": "علي", "hassan": "حسن", "hussein": "حسين",
        "ibrahim": "ابراهيم", "ismail": "اسماعيل", "yusuf": "يوسف", "omar": "عمر", "othman": "عثمان", "khaled": "خالد",
        "said": "سعيد", "saleh": "صالح", "salem": "سالم", "salah": "صلاح", "mustafa": "مصطفي", "abdullah": "عبدالله",
        "abdelrahman": "عبدالرحمن", "hamid": "حامد حميد", "hamad": "حمد", "hamdan": "حمدان", "haddad": "حداد",
        "khalil": "خليل", "jamal": "جمال", "kamal": "كمال", "nasser": "ناصر", "rashid": "راشد رشيد", "sharif": "شريف",
        "sultan": "سلطان", "suleiman": "سليمان", "taha": "طه", "tariq": "طارق", "zayed": "زايد", "zaki": "زكي",
        "fares": "فارس", "faisal": "فيصل", "farouk": "فاروق", "amin": "امين", "anwar": "انور", "bakr": "بكر",
        "masri": "مصري", "mansour": "منصور", "nour": "نور", "qasim": "قاسم", "rahimi": "رحيمي", "rahman": "رحمن",
        "shahin": "شاهين", "khoury": "خوري", "najjar": "نجار", "hariri": "حريري", "diallo": "ديالو", "traore": "تراوري",
        "amina": "امينه", "fatima": "فاطمه", "maryam": "مريم", "layla": "ليلي", "zainab": "زينب", "nadia": "ناديه",
        "idris": "ادريس", "bashir": "بشير", "habib": "حبيب", "hakim": "حكيم", "karim": "كريم", "latif": "لطيف",
        "majid": "مجيد ماجد", "murad": "مراد", "nabil": "نبيل", "samir": "سمير", "wahid": "وحيد", "yasin": "ياسين",
    }.items()
    for name in names.split()
}  # fmt: skip
_VARIANTS = {
    variant: name
    for name, variants in {
        "mohamed": "muhammad mohammed mohammad mohamad muhammed muhamad mohamet mehmed mahomed mohamud",
        "ahmed": "ahmad ahmet akhmed", "hussein": "husain hussain hossain hossein husein huseyin hussien",
        "hassan": "hasan hassane khasan", "mahmoud": "mahmud mahmood makhmud", "yusuf": "youssef yousef yousuf yusof",
        "ibrahim": "ebrahim ibrahima brahim", "abdullah": "abdallah abdulla abdoulaye", "omar": "umar oumar",
        "othman": "osman usman uthman ousmane", "said": "saeed saed sayeed", "khaled": "khalid",
        "rashid": "rasheed rachid",
        "sharif": "shareef cherif sherif", "suleiman": "sulaiman suleyman souleymane", "ismail": "ismael ismaila",
        "mustafa": "mostafa moustafa mustapha mostapha", "hamid": "hameed", "rahman": "rehman", "karim": "kareem",
        "majid": "majeed", "nasser": "nasir naser", "tariq": "tarek tareq", "amin": "ameen",
        "qasim": "kasim qassem kassem",
        "faisal": "faysal feisal", "farouk": "faruk farooq", "hakim": "hakeem", "maryam": "mariam miriam meriem",
        "layla": "leila laila", "zainab": "zeinab zaynab",
    }.items()
    for variant in variants.split()
}  # fmt: skip
"""One name as it is written after one pronunciation or another."""
_OFF = re.compile(r"(?<=[bcdfgklmnprstvz])(o|e)ff(a?)$")
_MIN_OFF = 6
_ARTICLE = re.compile(r"^(?:ال|al |el )(?=...)")


def to_latin_name(words: str) -> str:
    """Give a folded surname as it compares: in Latin letters where it is in Cyrillic, or Arabic and known."""
    if words.isascii():
        return " ".join(map(_usual, words.split())) if len(words) > 2 else words
    if "\u0400" <= words[0] <= "\u052f":
        return " ".join(map(_usual, words.translate(_CYRILLIC_TABLE).split()))
    if "\u0600" <= words[0] <= "\u06ff":
        return " ".join(_of_arabic(word) for word in words.split())
    return words


def to_latin_initials(initials: str) -> str:
    """Give initials in Latin letters where they are Cyrillic; Arabic ones tell nothing sure and are left out."""
    if initials.isascii() or not initials:
        return initials
    if "\u0400" <= initials[0] <= "\u052f":
        return "".join(_CYRILLIC.get(letter, letter)[:1] for letter in initials)
    return "" if "\u0600" <= initials[0] <= "\u06ff" else initials


def _of_arabic(word: str) -> str:
    return _ARABIC_NAMES.get(word) or _ARABIC_NAMES.get(_ARTICLE.sub("", word)) or word


def _usual(word: str) -> str:
    """Give the usual way of writing a name: "smirnov" of "smirnoff", "mohamed" of "muhammad"."""
    if word in _VARIANTS:
        return _VARIANTS[word]
    if len(word) >= _MIN_OFF and "ff" in word[-4:]:
        return _OFF.sub(r"\1v\2", word)
    return word


_SYLLABLES = re.compile(
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|an|en|in|un|ai|ei|ui|ao|ou|iu|ie|ue|er|ia|ua|uo|[aoeiu]))+"
)
_SURNAMES = (
    "wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo luo zheng liang xie song tang "
    "deng han feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng su wei lu ding ren shen yao "
    "zhong cui tan fan jin shi liao jia xia fu fang bai zou meng xiong qin qiu hou yin xue yan lei long duan hao "
    "kong shao mao chang wan gu lai kang qian niu hong ouyang sima zhuge shangguan"
)
_CHINESE_SURNAMES = frozenset(_SURNAMES.split())


def begins_with_family(words: list[str]) -> bool:
    """Tell whether a name of Latin letters is Chinese with the family name first, as "Zhang Xiaoming"."""
    first, last = words[0], words[-1]
    return (
        first in _CHINESE_SURNAMES
        and last not in _CHINESE_SURNAMES
        and len(words) < 4
        and all(len(word) > 1 and _SYLLABLES.fullmatch(word.replace("-", "")) for word in words[1:])
    )
