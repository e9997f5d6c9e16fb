"""What of the levels found leaves a pair to a person, or says it is another version; values without records, pure."""

from __future__ import annotations

from collections.abc import Mapping

VERSIONS = "by the same people, in another year and another place"


def appeared_again(levels: Mapping[str, str]) -> bool:
    """Tell a paper of a meeting from the article made of it later: the same people, but neither year nor venue."""
    return (
        levels["venue"] in ("differ", "partly")
        and levels["year"] in ("one apart", "two apart", "far apart")
        and levels["people"] in _SINGLING["people"]
        and levels["identifiers"] != "agree"
        and levels["numbering"] not in _SINGLING["numbering"]
    )


def find_doubt(title: str, levels: Mapping[str, str]) -> str:
    """Say why a title that many things have, or none both can be read in, leaves it to a person."""
    if title.endswith("title") and levels["venue"] == "same" and levels["numbering"] in _OTHER_ISSUE:
        return "a title that may stand in every issue"
    if is_singled_out(levels):
        return ""
    of_one_body = levels["body"] in ("same", "alike")
    if levels["topics"] == "differ":
        return "the titles share no language, and speak of other things"
    if title.startswith(("identical", "same words")) and _is_of_another_year(levels):
        return "one title in two years, and nothing of its own agrees"
    if title.endswith("a common title"):
        of_one_place = of_one_body or (levels["country"] == "same" and levels["body"] != "differ")
        if not of_one_place or levels["year"] != "same":
            return "a title many things have, and nothing of its own agrees"
    if title.endswith("a short title") and levels["body"] == "differ" and levels["country"] != "same":
        return "a title many things have, and nothing of its own agrees"
    return ""


def _is_of_another_year(levels: Mapping[str, str]) -> bool:
    return levels["year"] in ("two apart", "far apart") or (
        levels["year"] == "one apart" and levels["country"] != "same"
    )


_OTHER_ISSUE = frozenset({"issues differ", "volumes differ"})
EXCHANGED = frozenset({"close", "like", "partly", "different"})
"""Levels at which either title has a telling word the other lacks."""
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
