"""What of the levels found leaves a pair to a person, or says it is another version; values without records, pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

UNKNOWN = "unknown"
VERSIONS = "by the same people, in another year and another place"
REPRINTED = "by the same people, printed in two places"


def appeared_again(levels: Mapping[str, str]) -> str:
    """Say what tells a paper of a meeting from the article made of it later: the same people, but another place.

    Where a citation tells no volume and no pages, its year may as well be the wrong one.
    """
    numbering = levels["numbering"]
    if numbering not in _ELSEWHERE or levels["venue"] not in ("differ", "partly"):
        return ""
    if levels["people"] not in _SINGLING["people"] or levels["identifiers"] == "agree":
        return ""
    if levels["year"] in ("one apart", "two apart", "far apart"):
        return VERSIONS
    return REPRINTED if levels["year"] == "same" and numbering == "pages and volumes differ" else ""


def find_doubt(title: str, levels: Mapping[str, str]) -> str:
    """Say why a title that many things have, or none both can be read in, leaves it to a person."""
    if title.endswith("title") and levels["venue"] == "same" and levels["numbering"] in _OTHER_ISSUE:
        return "a title that may stand in every issue"
    if _share_a_volume(title, levels):
        return "the titles differ in a word, and only what a whole series shares agrees"
    if is_singled_out(levels):
        return ""
    of_one_body = levels["body"] in ("same", "alike")
    if levels["topics"] == "differ":
        return "the titles share no language, and speak of other things"
    if title.startswith(("identical", "same words")) and _is_of_another_year(levels):
        return "one title in two years, and nothing of its own agrees"
    if title.endswith("a common title"):
        of_one_place = of_one_body or (levels["country"] == "same" and levels["body"] != "differ")
        of_one_time = levels["year"] == "same" or (levels["year"] == UNKNOWN and levels["body"] == "same")
        if not (of_one_place and of_one_time):
            return "a title many things have, and nothing of its own agrees"
    if title.endswith("a short title") and levels["body"] == "differ" and levels["country"] != "same":
        return "a title many things have, and nothing of its own agrees"
    return ""


def _is_of_another_year(levels: Mapping[str, str]) -> bool:
    return levels["year"] in ("two apart", "far apart") or (
        levels["year"] == "one apart" and levels["country"] != "same"
    )


_OTHER_ISSUE = frozenset({"issues differ", "volumes differ"})
_ELSEWHERE = _OTHER_ISSUE | {"pages differ, volume agrees", "pages differ", "pages and volumes differ"}
EXCHANGED = frozenset({"close", "like", "partly", "different"})
"""Levels at which either title has a telling word the other lacks."""
_NOT_ALL = frozenset({"most", "some", "one of several", "alike", "none"})
_NOT_THE_SAME = _NOT_ALL | {"all of several"}
_OTHER_TITLES: Mapping[str, frozenset[str]] = {
    "close": frozenset({"none"}),
    "one is longer": frozenset({"none"}),
    "one is much longer": frozenset({"none"}),
    "like": _NOT_ALL,
    "partly": _NOT_THE_SAME,
    "different": _NOT_THE_SAME,
}
"""By how alike titles are, which people do not speak for one work: letters and abstracts share a page."""
_SINGLING: Mapping[str, frozenset[str]] = {
    "identifiers": frozenset({"agree"}),
    "address": frozenset({"agree"}),
    "people": frozenset({"all", "all, three or more", "all of several", "most", "the one", "one of several"}),
    "numbering": frozenset({"pages and volume agree", "pages agree", "pages agree, volumes differ", "volume agrees"}),
    "start": frozenset({"same"}),
    "series": frozenset({"same place"}),
}
"""What tells one thing from others of its series; publisher, country, year, type and summary are the series' own."""


def is_singled_out(levels: Mapping[str, str]) -> bool:
    """Tell whether something agrees that is a thing's own."""
    return any(levels[name] in agreeing for name, agreeing in _SINGLING.items())


def _share_a_volume(title: str, levels: Mapping[str, str]) -> bool:
    """Tell whether all that agrees is where two works of other titles were printed: on one page, or in one volume."""
    if title not in _OTHER_TITLES or any(levels[name] in _SINGLING[name] for name in _OWN):
        return False
    if levels["numbering"] in _SINGLING["numbering"]:
        return levels["people"] in _OTHER_TITLES[title]
    return levels["numbering"] == "pages differ, volume agrees" and levels["people"] in _NOT_THE_SAME


def is_of_one_kind(told: Sequence[tuple[str, str]]) -> bool:
    """Tell whether two records without a common language agree in nothing but what many others share.

    One country, one year, one type of record and one subject hold many things in a large index: only two subjects or
    more, all the same, or anything besides, is worth a person's look.
    """
    if told[0] != _NO_COMMON_LANGUAGE:
        return False
    levels = dict(told)
    return not (
        levels["topics"] == "same"
        or levels["body"] in ("same", "alike")
        or levels["summary"] in ("alike", "partly")
        or levels["city"] == "same"
        or levels["numbers"] == "same"
        or levels["parts"] == "same"
        or levels["address"] == "same site"
        or levels["venue"] in ("same", "alike")
        or is_singled_out(levels)
    )


_NO_COMMON_LANGUAGE = ("title", "no common language")
_OWN = ("identifiers", "address", "start", "series")
