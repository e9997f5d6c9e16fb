"""Countries named in a folded title, in the six languages of the United Nations; pure but for reading its own lists.

The longest name wins and words are whole, so that Niger is not Nigeria and Guinea no other Guinea; Chinese names are
found within the text. Names come from the countries scheme and ``place_names.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import orjson

from harvester.resolution.forms.folding import collapse, fold, has_signs
from harvester.resolution.forms.inflections import arabic_forms, russian_forms
from harvester.resolution.forms.ordinals import is_one_slip
from vocabularies.concepts import load_scheme

_NOT_COUNTRIES = (
    "lake chad", "lac tchad", "lago chad", "cuenca del lago chad", "озеро чад", "congo basin", "bassin du congo",
    "cuenca del congo", "бассейн конго", "congo river", "niger delta", "delta du niger", "niger basin", "niger river",
    "bassin du niger", "fleuve niger", "river niger", "rio niger", "gulf of guinea", "golfe de guinee",
    "golfo de guinea", "гвинейский залив", "guinea pig", "guinea pigs", "guinea fowl", "new mexico", "gulf of mexico",
    "golfo de mexico", "golfe du mexique", "new jersey", "new england", "new south wales", "prince of wales",
    "south china sea", "mer de chine", "mar de china", "sea of japan", "gulf of oman", "gulf of panama",
    "panama canal", "georgia tech", "atlanta georgia", "university of georgia", "georgia institute", "georgia state",
    "jordan river", "river jordan", "jordan algebra", "jordan algebras", "jordan form", "jordan curve",
    "jordan canonical", "wild turkey", "turkey vulture", "turkey meat", "china clay", "jersey cattle", "jersey cows",
    "michael jordan", "new guinea highlands", "新几内亚", "new guinea", "nouvelle guinee", "nueva guinea",
    "новая гвинея", "发展中国家", "其中国家", "内蒙古", "南中国海", "刚果盆地", "几内亚湾", "墨西哥湾", "印度洋",
    "乍得湖", "约旦河", "阿曼湾", "南非洲", "新几内亚岛", "中国南海",
)  # fmt: skip
"""Where a country's name is no country's."""
_ARTICLES = frozenset({"the", "la", "les", "las"})
_WARY = frozenset({"reunion", "того"})
"""Names that are everyday words too: believed behind a sign ("Report: Réunion") or an English "in" at the end."""
_OFFICES = frozenset({
    "government", "ministry", "national", "clearing", "biodiversity", "environment", "law", "nbsap", "department",
    "agency", "authority", "report", "republic", "delegation", "parliament", "submission", "strategy", "legislation",
})  # fmt: skip
"""What makes the name of a people speak of its country: "Kenyan government", not "Chinese pangolin"."""
_CODES_THAT_ARE_WORDS = frozenset({
    "AND", "ARE", "CAN", "PER", "COM", "MAR", "BEN", "CUB", "GEO", "GIN", "GUM", "HUN", "LIE", "MAC", "MUS", "NOR",
    "SEN", "SUR", "TON", "TUN", "VAT", "VIR", "ANT", "PAN", "IOT", "COD", "COG", "COL", "COK", "CAF", "CHE", "DOM",
    "EST", "FIN", "GAB", "GIB", "ISL", "JAM", "LAO", "LUX", "MDA", "MLI", "MLT", "NAM", "NIC", "OMN", "POL", "REU",
    "SLE", "SOM", "SPM", "TCA", "UGA", "ESP", "FRA", "MNP", "PCN", "ALA", "ASM", "ATF", "BES", "MSR", "NCL", "NFK",
})  # fmt: skip
"""Three-letter codes that stand for something else at least as often."""


class _Names(NamedTuple):
    first: frozenset[str]
    by_word: Mapping[str, list[tuple[tuple[str, ...], str]]]
    by_sign: Mapping[str, list[tuple[str, str]]]
    bases: Mapping[str, str]
    peoples: Mapping[str, str]
    codes: Mapping[str, str]


@cache
def _names() -> _Names:
    ours = orjson.loads(files(__package__).joinpath("place_names.json").read_bytes())
    told = {key: code for code, names in ours["names"].items() for name in names if (key := _key(name))}
    codes = {}
    for concept in load_scheme("countries").concepts.values():
        code = concept.codes.get("alpha-2", concept.id)
        codes[concept.codes.get("alpha-3", "")] = code
        labels = [*concept.pref_labels.values(), *(each for many in concept.alt_labels.values() for each in many)]
        for label in labels:
            told.setdefault(_key(label), code)
    told |= {_without_and(key): code for key, code in told.items()}
    told |= dict.fromkeys(map(_key, _NOT_COUNTRIES), "")
    bases = _bases(told)
    told = {" ".join(bases.get(word, word) for word in key.split()): code for key, code in told.items()}
    peoples = {_key(name): code for code, names in ours["peoples"].items() for name in names}
    codes = {code: alpha_2 for code, alpha_2 in codes.items() if code and code not in _CODES_THAT_ARE_WORDS}
    by_word, by_sign = _indexed(told)
    first = frozenset({*by_word, *(form for form, word in bases.items() if word in by_word)})
    return _Names(first, by_word, by_sign, bases, peoples, codes)


def _bases(names: Iterable[str]) -> dict[str, str]:
    """Give what stands for each Russian case and each Arabic word with its particle: one word of the names."""
    words = sorted({word for name in names for word in name.split()})
    bases: dict[str, str] = {}
    for word in words:
        for form in russian_forms(word):
            bases.setdefault(form, bases.get(word, word))
    known = set(words)
    for word in sorted({name.split()[0] for name in names}):
        bases |= {form: word for form in arabic_forms(word) if form not in known}
    return bases


def _key(name: str) -> str:
    """Give a name as it is looked up: collapsed, without the article before it."""
    key = collapse(fold(name))
    first, _, rest = key.partition(" ")
    return rest if rest and first in _ARTICLES else key


def _without_and(key: str) -> str:
    return " ".join(word for word in key.split() if word not in {"and", "et", "y", "и"})


def _indexed(
    told: Mapping[str, str],
) -> tuple[dict[str, list[tuple[tuple[str, ...], str]]], dict[str, list[tuple[str, str]]]]:
    by_word: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    by_sign: dict[str, list[tuple[str, str]]] = {}
    for key, code in told.items():
        if key[0] >= "\u2e80":
            joined = key.replace(" ", "")
            by_sign.setdefault(joined[0], []).append((joined, code))
        else:
            first, *rest = key.split()
            by_word.setdefault(first, []).append((tuple(rest), code))
    for names in by_word.values():
        names.sort(key=lambda each: -len(each[0]))
    for signs in by_sign.values():
        signs.sort(key=lambda each: -len(each[0]))
    return by_word, by_sign


def find_countries(words: list[str], smoothed: str) -> set[str]:
    """Give the ISO 3166-1 alpha-2 codes of the countries named among a title's collapsed words.

    ``smoothed`` is the same title with its punctuation, which tells doubtful names apart.
    """
    return find_named(words, smoothed)[0]


def find_named(words: list[str], smoothed: str) -> tuple[set[str], int]:
    """Give the countries named in a title and how many of its words name them; see ``find_countries``."""
    names = _names()
    found: set[str] = set()
    taken = 0 if names.first.isdisjoint(words) else _read_names(words, smoothed, names, found)
    if has_signs(smoothed):
        found.update(_signs(smoothed, names.by_sign))
    return found, taken


def _read_names(words: list[str], smoothed: str, names: _Names, found: set[str]) -> int:
    """Add the countries the words name, and give how many of the words do."""
    by_word, bases = names.by_word, names.bases
    if not smoothed.isascii():
        words = [bases.get(word, word) for word in words]
    taken = 0
    until = 0
    for at, word in enumerate(words):
        if at < until or word not in by_word:
            continue
        for rest, code in by_word[word]:
            if not rest or tuple(words[at + 1 : at + 1 + len(rest)]) == rest:
                if code and (rest or word not in _WARY or _is_meant(word, smoothed)):
                    found.add(code)
                    taken += 1 + len(rest)
                until = at + 1 + len(rest)
                break
    return taken


def words_of_names() -> Iterator[tuple[str, str]]:
    """Yield each word of the names of countries with the country's code."""
    for first, names in _names().by_word.items():
        for rest, code in names:
            yield from ((word, code) for word in (first, *rest) if code)


def names_in_signs() -> Iterator[str]:
    """Yield the names of countries that are written in ideographs."""
    for names in _names().by_sign.values():
        yield from (name for name, _ in names)


def find_peoples(words: list[str]) -> set[str]:
    """Give the countries of the peoples named right before a word such as "government"."""
    peoples = _names().peoples
    if peoples.keys().isdisjoint(words):
        return set()
    return {
        peoples[word] for word, after in zip(words, words[1:], strict=False) if word in peoples and after in _OFFICES
    }


_MIN_SLIP = 6
"""Letters a name must have to be known with two of them changed about; "chain" is not China."""


@cache
def _by_letters() -> dict[str, list[str]]:
    """Give the words of names by their letters in order."""
    words = {
        word for first, names in _names().by_word.items() for rest, code in names if code for word in (first, *rest)
    }
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        if len(word) >= _MIN_SLIP:
            found.setdefault("".join(sorted(word)), []).append(word)
    return found


def find_slipped_countries(words: list[str], smoothed: str) -> set[str]:
    """Give the countries named if neighbouring letters changed about are put right, where that makes any difference."""
    index = _by_letters()
    righted = [_righted(word, index) for word in words]
    return set() if righted == words else find_countries(righted, smoothed)


def _righted(word: str, index: Mapping[str, list[str]]) -> str:
    if len(word) < _MIN_SLIP:
        return word
    near = [each for each in index.get("".join(sorted(word)), ()) if each == word or is_one_slip(word, each)]
    return near[0] if len(near) == 1 else word


_CAPITALS = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")


def find_codes(title: str) -> set[str]:
    """Give the countries whose three-letter ISO code stands in a title that is not all in capitals."""
    if title.isupper():
        return set()
    codes = _names().codes
    return {codes[word] for word in _CAPITALS.findall(title) if word in codes}


def to_country_codes(said: Iterable[str]) -> Iterator[str]:
    """Yield the alpha-2 codes of countries given by code, or by name as in some labelled sets; no other places."""
    for each in said:
        if len(each) == 2 and each.isalpha() and each.isascii():
            yield each.upper()
        elif len(each) > 3 and not each.isdigit():
            yield from find_countries(_key(each).split(), each.casefold())


def _is_meant(word: str, smoothed: str) -> bool:
    place = smoothed.find(word)
    if smoothed.isascii() and smoothed[max(0, place - 4) : place] in {" in ", "for ", " of "}:
        return smoothed.endswith(word)
    return smoothed[:place].rstrip()[-1:] in {":", "-", ",", "(", "|"}


def _signs(smoothed: str, by_sign: Mapping[str, list[tuple[str, str]]]) -> Iterator[str]:
    at, text = 0, ""
    for at, char in enumerate(smoothed):
        if char >= "\u2e80":
            text = "".join(each for each in smoothed[at:] if each.isalnum())
            break
    at, end = 0, len(text)
    while at < end:
        step = 1
        for name, code in by_sign.get(text[at], ()):
            if text.startswith(name, at):
                if code:
                    yield code
                step = len(name)
                break
        at += step
