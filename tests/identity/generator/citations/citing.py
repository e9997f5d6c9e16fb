"""How a source cites a work: names, venue, pages and title as it has the habit of writing them; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from unicodedata import normalize

from tests.identity.generator.citations.crawling import crawl
from tests.identity.generator.citations.works import Venue, Work
from tests.identity.generator.noise import make_typo
from tests.identity.generator.people import person_names, write_person
from tests.identity.generator.words import ordinals


@dataclass(frozen=True, slots=True)
class Source:
    """A source's habits: how many citations of one work it may hold, name styles, and chances of each slip."""

    name: str
    most: int
    share: float
    names: tuple[str, ...]
    between: tuple[str, ...]
    rates: Mapping[str, float] = field(default_factory=dict)


SOURCES: tuple[Source, ...] = (
    Source(
        "catalogue", 1, 0.55, ("full-comma", "comma"), ("; ",),
        {"no-doi": 0.5, "no-issue": 0.1, "no-subtitle": 0.03},
    ),
    Source("registry", 1, 0.5, ("full",), ("; ", ", "), {"abbreviate": 0.1, "upper": 0.04, "no-subtitle": 0.1}),
    Source(
        "web-export", 3, 0.45, ("first", "medline", "full"), (", ",),
        {
            "no-year": 0.5, "other-year": 0.05, "abbreviate": 0.5, "no-venue": 0.2, "cut-title": 0.08, "typo": 0.12,
            "few-people": 0.25, "no-pages": 0.7, "no-volume": 0.7, "no-doi": 0.97, "lower": 0.25, "no-subtitle": 0.3,
            "no-people": 0.02, "spelling": 0.1, "plain-letters": 0.4, "entities": 0.08, "publisher-as-venue": 0.06,
        },
    ),
    Source(
        "personal-files", 2, 0.3, ("full", "first", "full-comma"), (" and ",),
        {
            "braces": 0.3, "no-doi": 0.8, "abbreviate": 0.35, "typo": 0.05, "no-issue": 0.5, "no-pages": 0.15,
            "latex": 0.6, "title-case": 0.5, "no-subtitle": 0.15, "other-year": 0.02, "spelling": 0.05,
        },
    ),
    Source(
        "search-crawl", 4, 0.3, ("first", "medline", "full"), (", ",),
        {
            "no-year": 0.6, "other-year": 0.04, "abbreviate": 0.5, "in-proceedings": 0.6, "no-venue": 0.25,
            "cut-title": 0.1, "cut-venue": 0.35, "typo": 0.08, "few-people": 0.35, "no-pages": 0.97,
            "no-volume": 0.95, "no-issue": 0.97, "no-doi": 1, "lower": 0.5, "no-subtitle": 0.2, "no-people": 0.02,
            "plain-letters": 0.6, "entities": 0.05, "glued": 0.1, "broken": 0.06, "people-in-title": 0.08,
            "note": 0.06, "trail": 0.05, "dropped-word": 0.06, "site-as-people": 0.03, "strangers": 0.03,
        },
    ),
    Source(
        "reference-strings", 3, 0.4, ("first", "comma", "medline", "upper", "full"), (" and ", ", ", " & ", "; "),
        {
            "typo": 0.22, "abbreviate": 0.65, "in-proceedings": 0.6, "no-year": 0.1, "other-year": 0.05,
            "swapped": 0.06, "short-pages": 0.2, "no-pages": 0.4, "no-issue": 0.6, "no-volume": 0.25, "no-doi": 0.95,
            "et-al": 0.18,
            "no-subtitle": 0.35, "lower": 0.3, "spelling": 0.1, "plain-letters": 0.3, "few-people": 0.05,
            "dropped-word": 0.08, "title-in-quotes": 0.1, "no-venue": 0.06, "shuffled": 0.03, "no-people": 0.02,
        },
    ),
)  # fmt: skip
_ABBREVIATIONS = Path(__file__).parent / "wordlists" / "abbreviations.cfg"
_SMALL = frozenset({"of", "the", "on", "and", "in", "for"})
_SPELLINGS = (
    ("modelling", "modeling"),
    ("Modelling", "Modeling"),
    ("behaviour", "behavior"),
    ("optimization", "optimisation"),
    ("materialized", "materialised"),
    ("peer-to-peer", "peer to peer"),
    ("semi-arid", "semiarid"),
    ("object-oriented", "object oriented"),
    ("cost-based", "cost based"),
    ("Two decades", "2 decades"),
)
_LATEX = (("é", r"{\'e}"), ("ü", r"{\"u}"), ("í", r"{\'\i}"), ("ó", r"{\'o}"), ("á", r"{\'a}"))


def cite(work: Work, source: Source, number: int, seed: int) -> dict[str, str]:
    """Give the row of a source for a work, by column; ``number`` tells its rows of one work apart."""
    rng = Random(f"{seed}/{work.key}/{source.name}/{number}")

    def slips(name: str) -> bool:
        return rng.random() < source.rates.get(name, 0)

    row = {
        "type": work.kind if source.name in ("catalogue", "personal-files") else "",
        "title": _title(work, slips, rng),
        "people": _people(work, source, slips, rng),
        "year": _year(work, slips, rng),
        "venue": _venue(work, source, slips, rng),
        "volume": "" if slips("no-volume") else work.volume,
        "issue": "" if slips("no-issue") else work.issue,
        "pages": _pages(work.pages, slips, rng),
        "publisher": work.publisher if rng.random() < 0.7 else "",
        "doi": "" if slips("no-doi") else _doi(work.doi, rng),
    }
    return _decidable(row, work, source, rng)


def _decidable(row: dict[str, str], work: Work, source: Source, rng: Random) -> dict[str, str]:
    """Give the row with what alone tells a work from its kin, where it was left out."""

    def never(name: str) -> bool:
        return False

    if work.kin != work.key and not row["year"] and not row["venue"]:
        row |= {"year": str(work.year), "people": row["people"] or _people(work, source, never, rng)}
    if work.kin.startswith("version/") and not row["venue"]:
        row["venue"] = _venue(work, source, never, rng) or "Technical Report"
    if work.generic:  # nothing but its place tells one editorial from the next
        row |= {"volume": work.volume, "issue": work.issue, "venue": row["venue"] or work.venue.name}
        if not work.kin.startswith("column/"):
            row["pages"] = row["pages"] or _pages(work.pages, never, rng)
    return row


Slips = Callable[[str], bool]


def _title(work: Work, slips: Slips, rng: Random) -> str:
    title = work.title
    if work.subtitle and not slips("no-subtitle"):
        title += rng.choice((": ", ": ", " - ", ". ")) + work.subtitle
    if slips("spelling"):
        for one, other in _SPELLINGS:
            title = title.replace(one, other)
    if slips("dropped-word") and len(title.split()) > 5 and work.kin == work.key:
        words = title.split()
        del words[rng.randrange(1, len(words) - 1)]
        title = " ".join(words)
    if slips("typo"):
        title = make_typo(title, rng)
    if slips("cut-title") and len(title) > 60:
        title = title[: rng.randint(48, len(title) - 5)].rsplit(" ", 1)[0] + rng.choice(("...", "…", ""))
    title = crawl(title, work.authors, slips, rng)
    return _dressed(title, slips)


def _dressed(title: str, slips: Slips) -> str:
    if slips("lower"):
        title = title.lower()
    elif slips("upper"):
        title = title.upper()
    elif slips("title-case"):
        title = " ".join(word if word in _SMALL else word[:1].upper() + word[1:] for word in title.split())
    if slips("braces"):
        title = "{" + title + "}"
    if slips("entities"):
        title = title.replace("&", "&amp;").replace("-", "&#8211;")
    return f'"{title},"' if slips("title-in-quotes") else title


def _people(work: Work, source: Source, slips: Slips, rng: Random) -> str:
    people = list(work.authors)
    if not people or slips("no-people"):
        return ""
    if slips("strangers") and work.kin == work.key:  # the names beside it on the page
        return ", ".join(write_person(name, "medline") for name in person_names(rng, 2))
    if slips("site-as-people") and work.kin == work.key:
        return rng.choice(
            ("Digital Anthology", "The Archive Team", "Department of Computing", "Society Digital Library")
        )
    if slips("shuffled"):
        rng.shuffle(people)
    cut = len(people)
    if slips("et-al") and len(people) > 2:
        cut = rng.choice((1, 1, 2))
    elif slips("few-people") and len(people) > 2:
        cut = len(people) - 1
    style = rng.choice(source.names)
    names = [write_person(name, style) for name in people[:cut]]
    if slips("typo"):
        at = rng.randrange(len(names))
        names[at] = make_typo(names[at], rng)
    text = _joined(names, rng.choice(source.between), comma_in_names=style in ("comma", "full-comma", "upper"))
    if slips("plain-letters"):
        text = "".join(char for char in normalize("NFKD", text) if not "\u0300" <= char <= "\u036f")
    if slips("latex"):
        for letter, code in _LATEX:
            text = text.replace(letter, code)
    dropped = cut < len(people) and ("et-al" in source.rates or rng.random() < 0.3)
    return f"{text}{rng.choice((' et al.', ', et al', ' and others'))}" if dropped else text


def _joined(names: list[str], between: str, *, comma_in_names: bool) -> str:
    if between == ", " and comma_in_names:
        between = "; "
    if len(names) < 2 or between in ("; ", " and "):
        return between.join(names)
    word = " & " if between == " & " else " and "
    return ", ".join(names[:-1]) + word + names[-1]


def _year(work: Work, slips: Slips, rng: Random) -> str:
    if slips("no-year"):
        return ""
    apart = slips("other-year") and work.kin == work.key
    return str(work.year + rng.choice((-1, 1)) if apart else work.year)


def _venue(work: Work, source: Source, slips: Slips, rng: Random) -> str:
    if slips("no-venue"):
        return ""
    if not work.venue.name:
        return rng.choice((f"Technical Report {work.volume}", "Tech. Rep.", "")) if work.kind == "report" else ""
    if slips("publisher-as-venue"):
        return "Halcyon Academic"
    if work.venue.acronym:
        told = _conference(work, slips, rng)
        return told[: rng.randint(12, 45)].strip() if slips("cut-venue") else told
    return _abbreviated(work.venue.name) if slips("abbreviate") else work.venue.name


def _conference(work: Work, slips: Slips, rng: Random) -> str:
    venue = work.venue
    name = _abbreviated(venue.name) if slips("abbreviate") else venue.name
    if slips("in-proceedings"):
        lead = rng.choice(("In Proceedings of the ", "In Proc. of the ", "Proc. ", "In "))
        meeting = _meeting(venue, work.year, rng)
        return f"{lead}{meeting}{name}" + rng.choice(("", f" ({venue.acronym})", f", {work.city}", f", {work.year}"))
    return rng.choice((
        venue.acronym, venue.acronym, f"{venue.acronym} {work.year}", f"{venue.acronym} '{work.year % 100:02d}", name,
        f"{name} ({venue.acronym})", f"{venue.acronym} Conference",
    ))  # fmt: skip


def _meeting(venue: Venue, year: int, rng: Random) -> str:
    number = year - venue.began
    if not 1 <= number <= 26 or rng.random() < 0.4:
        return ""
    written = ordinals(number)["en"]
    return f"{rng.choice((written['nth'], written['m']))} "


@cache
def _short_forms() -> Mapping[str, str]:
    lines = _ABBREVIATIONS.read_text(encoding="utf-8").splitlines()
    return {word: short for word, found, short in (line.partition(" = ") for line in lines) if found}


def _abbreviated(name: str) -> str:
    return " ".join(_short_forms().get(word, word) for word in name.split() if word not in ("of", "the", "and", "on"))


def _pages(pages: tuple[int, int] | None, slips: Slips, rng: Random) -> str:
    if pages is None or slips("no-pages"):
        return ""
    first, last = (pages[1], pages[0]) if slips("swapped") else pages
    if first == last:
        return str(first)
    end = str(last)
    if slips("short-pages"):
        end = _short_end(str(first), end)
    return rng.choice((f"{first}-{end}", f"{first}-{end}", f"{first}--{end}", f"{first}–{end}", f"pp. {first}-{end}"))


def _short_end(first: str, last: str) -> str:
    """Give the last page without the digits it shares with the first: 1012-19."""
    shared = 0
    while len(first) == len(last) and shared < len(last) - 2 and first[shared] == last[shared]:
        shared += 1
    return last[shared:]


def _doi(doi: str, rng: Random) -> str:
    return rng.choice((doi, doi, f"https://doi.org/{doi}", f"doi:{doi.upper()}")) if doi else ""
