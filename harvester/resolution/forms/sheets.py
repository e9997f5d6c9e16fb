"""Codes of map sheets and tiles, "NA-37-5" or "10S_030E", read whole; pure."""

from __future__ import annotations

import re

from harvester.resolution.forms.folding import flatten

_WORD = r"(?:sheets?|tiles?|feuilles?|tuiles?|dalle|hojas?|teselas?|лист[аы]?|тайл|blatt|图幅|图块|瓦片|(?:ال)?لوحه)"
_NUMBER = r"(?: ?(?:no|nr|n|№|num|numero|رقم)[.:° ]*(?=[ \d]))?[ :(]*"
_MORE = r"(?:[-_/](?:\d{1,4}[a-zа-я]?|[a-zа-я]{1,2}|[xvi]{1,6})(?!\w))"
_CODE = (
    rf"(?!(?:of|de|du|no|nr|n|in|en|на|из)\b)[a-zа-я]{{1,3}}[-_/. ]?\d{{1,4}}[a-zа-я]?{_MORE}*|"
    rf"\d{{1,4}}[a-zа-я]{{0,3}}{_MORE}+|\d{{1,3}}[a-z]{{1,3}}[-_ ]?\d{{1,4}}[a-z]?|\d{{1,2}}[c-x][a-z]{{2}}"
)
_NAMED = re.compile(rf"(?<!\w){_WORD}{_NUMBER}(?P<code>{_CODE})(?!\w)")
_SELF_TOLD = re.compile(
    r"(?<![\w-])(?P<code>\d{2}[ns][-_ ]?\d{3}[ew]|[ns]\d{2}[-_ ]?[ew]\d{3}|h\d{2}[-_ ]?v\d{2}|"
    r"[ns][a-v]-?\d{2}[-/]\d{1,2})(?![\w-])"
)
"""Corners in degrees, tiles of satellite grids, and sheets of the International Map of the World."""
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_LATIN = str.maketrans("авекмнорстх", "abekmhopctx")
_STRETCH = re.compile(r"[a-zа-я]+|\d+")


def read_sheets(text: str) -> tuple[set[str], str]:
    """Give the codes of sheets and tiles a smoothed title names, and the title with blots of as many words instead."""
    found: set[str] = set()

    def blot(match: re.Match[str]) -> str:
        code = match["code"]
        stretches = _STRETCH.findall(code)
        if len(stretches) < 2 or any(_YEAR.fullmatch(each) for each in stretches):
            return match[0]
        found.add("-".join(each.lstrip("0") or "0" for each in stretches).translate(_LATIN))
        return " scale" * len(flatten(match[0]).split())

    if not any(map(str.isdigit, text)):
        return found, text
    return found, _SELF_TOLD.sub(blot, _NAMED.sub(blot, text))
