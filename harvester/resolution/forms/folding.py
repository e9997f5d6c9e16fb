"""Folding text so that two ways of writing it come out alike, in any script; pure.

``smooth`` keeps punctuation, which numbers need; ``fold`` turns it into blanks. What is folded is for comparing only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from unicodedata import category, is_normalized, normalize
from unicodedata import digit as digit_of

MAX_LENGTH = 2_000
"""Characters of a text that are looked at; no title is longer, and what is pasted into one costs no more than this."""

_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d\u30fb\u00ad\u05be")
_QUOTES = frozenset("\u2018\u2019\u201a\u201b\u2032\u02bb\u02bc\u02bd\u02be\u02bf\u00b4\u0060\u05f3\ua78b\ua78c\u02b9")
_DOUBLE_QUOTES = frozenset("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u300c\u300d\u300e\u300f\u05f4")
_LETTERS = {
    "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n", "ŧ": "t",
    "ĸ": "k", "ɓ": "b", "ɗ": "d", "ɖ": "d", "ƙ": "k", "ɔ": "o", "ɛ": "e", "ə": "e", "ƴ": "y", "ʼ": "'",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ە": "ه", "ۀ": "ه", "ـ": "",
    "【": "[", "】": "]", "〔": "[", "〕": "]", "、": ",", "。": ".", "٬": ",", "٫": ".", "،": ",", "؛": ";", "؟": "?",
}  # fmt: skip
_ARABIC_MARKS = ((0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06ED))
_MARKS = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05BD), (0x05BF, 0x05C7), *_ARABIC_MARKS,
    (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F),
)  # fmt: skip
"""Marks that go: accents, niqqud, harakat. The vowel signs of Indic scripts and Thai are letters and stay."""
_JOINERS = frozenset("\u200c\u200d")
_INDIC = re.compile("[\u0900-\u0dff\u0f00-\u109f\u1780-\u17ff]")
_PERSIAN = re.compile("[\u067e\u0686\u0698\u06af\u06cc\u06a9]")
_KEPT_CYRILLIC = frozenset("йёїў")


class _Letters(dict[int, str]):
    """What each character becomes; worked out when it is first met."""

    def __init__(self, flat: bool) -> None:
        super().__init__()
        self.flat = flat

    def __missing__(self, code: int) -> str:
        found = _smooth_character(chr(code))
        if self.flat:
            found = "".join(char if _is_word(char) else " " for char in found)
        self[code] = found
        return found


def _is_word(char: str) -> bool:
    return char.isalnum() or char in _JOINERS or category(char) in {"Mn", "Mc", "Me"}


def _smooth_character(char: str) -> str:
    if char in _DASHES:
        return "-"
    if char in _QUOTES:
        return "'"
    if char in _DOUBLE_QUOTES:
        return '"'
    code = ord(char)
    if any(first <= code <= last for first, last in _MARKS):
        return ""
    if char in _LETTERS:
        return _LETTERS[char]
    kind = category(char)
    if kind[0] == "Z" or kind in {"Cc", "Cn", "Co", "Cs"}:
        return " "
    if kind == "Cf":
        return char if char in _JOINERS else ""
    if (figure := digit_of(char, None)) is not None:  # ❶ and ፩ too, which int() does not read
        return str(figure)
    return _smooth_letter(char)


def _smooth_letter(char: str) -> str:
    folded = char.casefold()
    if folded in _KEPT_CYRILLIC or 0x0600 <= ord(char) <= 0x06FF:
        return _LETTERS.get(folded, folded)
    if ord(char) >= 0x0900 and not 0x1C80 <= ord(char) <= 0x2DFF:  # only letters with accents are taken apart
        return folded
    bare = "".join(each for each in normalize("NFKD", folded) if not _is_mark(each))
    bare = "".join(_LETTERS.get(each, each) for each in bare)
    return normalize("NFC", bare) or folded


def _is_mark(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _MARKS)


_SMOOTH = _Letters(flat=False)
_FLAT = _Letters(flat=True)
_FLAT_ASCII = {code: " " for code in range(128) if not chr(code).isalnum()}
_TAGS = re.compile(r"</?[a-z][a-z0-9]{0,9}(?:\s[^<>]{0,200})?/?>", re.IGNORECASE)
_NUMBERED_ENTITY = re.compile(r"&#?\w{2,8};?")


_CHINESE_YEAR = re.compile("(?:一[八九]|二[〇零○])[〇零○一二三四五六七八九]{2}(?= ?[年至到~-])")
_CHINESE_FIGURES = str.maketrans("〇零○一二三四五六七八九", "000123456789")


def _to_figures(year: re.Match[str]) -> str:
    return year[0].translate(_CHINESE_FIGURES)


def smooth(text: str) -> str:
    """Give the text without entities, tags, accents, tatweel, marks of direction and capitals; punctuation stays.

    Dashes and quotation marks are of one kind, digits are ASCII, Chinese years too, blanks single. й and ё stay apart
    from и and е.
    """
    if len(text) > MAX_LENGTH:
        text = text[:MAX_LENGTH]
    if "&" in text and _NUMBERED_ENTITY.search(text):
        text = unescape(text)
    if "<" in text:
        text = _TAGS.sub("", text)
    if text.isascii():
        return " ".join(text.lower().split())
    smoothed = " ".join(_spread(text, _SMOOTH).split())
    return _CHINESE_YEAR.sub(_to_figures, smoothed) if "年" in smoothed else smoothed


def _spread(text: str, letters: _Letters) -> str:
    if ("\u200c" in text or "\u200d" in text) and not _INDIC.search(text):
        text = text.replace("\u200c", " " if _PERSIAN.search(text) else "").replace("\u200d", "")
    for _ in range(4):
        text = normalize("NFKC", text).translate(letters)
        if is_normalized("NFKC", text):
            break
    return text


def flatten(smoothed: str) -> str:
    """Give a smoothed text with every sign that is no letter, figure or vowel sign as a blank."""
    if smoothed.replace(" ", "").isalnum():  # smoothed letters are flat already
        return smoothed
    if smoothed.isascii():
        return " ".join(smoothed.translate(_FLAT_ASCII).split())
    return " ".join(smoothed.translate(_FLAT).split())


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Give the text as comparing needs it: smoothed, and nothing but words and figures between single blanks."""
    return flatten(smooth(text))


def collapse(folded: str) -> str:
    """Give a folded text as keys need it: й as и and ё as е too, for many write them so."""
    if folded.isascii():
        return folded
    return folded.replace("й", "и").replace("ё", "е").replace("ї", "і").replace("ў", "у")


_SIGN = re.compile("[\u2e80-\U0010ffff]")


def has_signs(text: str) -> bool:
    """Tell whether Chinese, or what else is written without blanks, stands in a text."""
    return not text.isascii() and _SIGN.search(text) is not None


_FINAL = (
    r"final(?: (?:version|draft|report))?|version finale?|version definitive|versi?on final|finale|definitivo|"
    r"окончательн\w+(?: (?:версия|вариант))?|(?:ال)?نسخه (?:ال)?نهائيه|نهائي|最终版本?|最終版|定稿"
)
_NOISE = (
    r"pdf|docx?|xlsx?|pptx?|html?|epub|web|en ligne|en linea|online|on-line|онлайн|متاح على الانترنت|在线|网络版|"
    r"electronic resource|ressource electronique|recurso electronico|электронный ресурс|مورد الكتروني|电子资源|"
    r"download|telecharger|descargar|скачать|تحميل|下载|version|english|french|spanish|russian|arabic|chinese|"
    r"(?:in |en )?(?:anglais|francais|espagnol|russe|arabe|chinois|espanol|ingles|frances|ruso|chino)|"
    r"(?:english|french|spanish|russian|arabic|chinese)(?: version| only)?|"
    r"(?:на )?(?:русск\w+|английск\w+)(?: язык\w*)?|"
    r"(?:ال)?(?:عربيه|انجليزيه|فرنسيه)|中文|英文|法文|en|fr|es|ru|ar|zh|\d+(?:[.,]\d+)? ?[km]b"
)
_BRACKETED = re.compile(rf"\s*[(\[]\s*(?:(?P<final>{_FINAL})|{_NOISE})\s*[)\]]\s*[.]?$")
_TRAILING = re.compile(rf"\s*[-:,]+\s*(?P<final>{_FINAL})\s*[.]?$")
_EXTENSION = re.compile(r"(?<=[\w)\]])\.(?:pdf|docx?|html?|xlsx?|pptx?|epub)$")
_SITE = re.compile(
    r"\s*\|\s*(?:[^|]{0,40}\b)?(?:cbd|chm|clearing|biodiv|biosafety|absch|bch|unep|undp|fao|iucn|wwf|ramsar|gbif|portal|"
    r"website|home|site|portail|mechanism|convention|informea)\b[^|]{0,60}$"
)
_NOTE = re.compile(
    r"[.,;:]? *[\[(](?:erratum (?:appears )?in|published erratum|see comments?|comments? in|retraction in|summary for "
    r"patients in|republished (?:in|from)|corrected)\b.*[\])][\"'.]*$"
)
"""What bibliographic databases write behind a title about other publications."""
_YEAR_BEFORE = re.compile(r"^[\[(](?:19|20)\d\d[a-z]?[\])][.,:]? +(?=\w)")
_NUMBER_SIGN = re.compile(r"\bn\. ?o\.? ?(?=\d)")
_PREFIX = re.compile(r"^(?:pdf|doc)\s*[|:]\s*")


def strip_noise(smoothed: str) -> tuple[str, bool]:
    """Give a smoothed title without what is no part of it, and whether that said it is the final version.

    Dropped at its end: a bracketed file kind, language or "final", a file extension, the name of a site behind a bar.
    """
    final = False
    if smoothed[:1] in "([":
        smoothed = _YEAR_BEFORE.sub("", smoothed)
    if "n.o" in smoothed:
        smoothed = _NUMBER_SIGN.sub("no ", smoothed)
    if smoothed[-1:] in "])\"'." and ("[" in smoothed or "(" in smoothed):
        smoothed = _NOTE.sub("", smoothed) or smoothed
    for _ in range(4):
        before = smoothed
        last = smoothed[-1:]
        if last in ")]." and ("(" in smoothed or "[" in smoothed):
            match = _BRACKETED.search(smoothed)
        else:
            match = _TRAILING.search(smoothed) if "-" in smoothed or ":" in smoothed or "," in smoothed else None
        if match:
            smoothed, final = smoothed[: match.start()], final or match["final"] is not None
        if "|" in smoothed:
            smoothed = _PREFIX.sub("", _SITE.sub("", smoothed))
        if "." in smoothed[-6:]:
            smoothed = _EXTENSION.sub("", smoothed)
        if smoothed == before or not smoothed:
            return (smoothed or before), final
    return smoothed, final
