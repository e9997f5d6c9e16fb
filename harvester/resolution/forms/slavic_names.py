"""Whether a name in Cyrillic, or put into Latin letters from it, begins with the family name; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harvester.resolution.forms.transliteration import to_latin

_GIVEN_NAMES = (
    "александр александра алексей анатолий андрей анна антон антонина аркадий артем борис вадим валентин валентина "
    "валерий валерия василий вера вероника виктор виктория виталий владимир владислав вячеслав галина геннадий георгий "
    "григорий дарья денис дмитрий евгений евгения екатерина елена елизавета зоя иван игорь илья инна ирина кирилл "
    "константин ксения лариса лев леонид лидия любовь людмила максим маргарита марина мария мартин михаил надежда "
    "наталья наталия никита николай нина оксана олег ольга павел петр полина роман руслан светлана святослав семен "
    "сергей станислав степан тамара татьяна тимур федор эдуард юлия юрий яков ярослав алина ангелина арина альбина "
    "дина карина кристина регина сабина зарина акулина нурлан бахыт айгуль гульнара рустам фарход шухрат азамат данияр "
    "ерлан бауыржан айнур жанна анастасия софья софия тарас богдан мыкола олексий сергий дмитро"
)
_SURNAME = re.compile(r"..+(?:[oe]v(?:a)?|[iy]n(?:a)?|[st][kc]+[iy]+|[st]kaia|enko|chuk|iuk|uk|ian)")
_SURELY = re.compile(r"..+(?:[oe]va?|[st]k(?:i|aia)|enko|chuk)")
"""Endings of family names that given names and those of other peoples in Latin letters hardly have."""
_FATHERS = re.compile(r".{2,}(?:[oe]vich|[oe]vna|ichna|inichna|ogli|kizi)")
_PLAIN_Y = re.compile("[iy]+")


def begins_with_slavic_family(words: Sequence[str]) -> bool:
    """Tell whether a name without comma, in small letters, is written as "Иванов Сергей" or "Ivanov Sergei Petrovich".

    Of two words the last must be a given name and the first none; in Latin letters the first must end as such family
    names do, too.
    """
    if len(words) not in (2, 3) or not all(len(word) > 1 for word in words):
        return False
    plain = [_plain(word) for word in words]
    if plain[0] in _GIVEN:
        return False
    if len(plain) == 3:
        return bool(_FATHERS.fullmatch(plain[2])) and not _FATHERS.fullmatch(plain[1])
    if not "\u0400" <= words[0][0] <= "\u052f":
        return plain[1] in _GIVEN and bool(_SURELY.fullmatch(plain[0]))
    return plain[1] in _GIVEN or bool(_SURNAME.fullmatch(plain[0]) and not _SURNAME.fullmatch(plain[1]))


def _plain(word: str) -> str:
    """Give a word as it is the same after most ways of putting it into Latin letters."""
    latin = to_latin(word).replace("j", "i").replace("x", "ks").replace("'", "")
    latin = _PLAIN_Y.sub("i", latin)
    latin = f"{latin[:-2]}i" if latin.endswith("ei") else latin
    return f"{latin[:-2]}r" if latin.endswith("der") else latin


_GIVEN = frozenset(map(_plain, _GIVEN_NAMES.split()))
