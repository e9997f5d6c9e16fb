"""The invented works of the bibliographic part: articles, papers, books, and their deceiving relatives; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random

from tests.identity.generator.identifiers import TEST_PREFIX, digest
from tests.identity.generator.people import person_names

_PHRASES = Path(__file__).parent / "wordlists" / "phrases.cfg"
FIRST_YEAR, LAST_YEAR = 1984, 2013


@dataclass(frozen=True, slots=True)
class Venue:
    """Where works appear: a journal, or a conference with its acronym and the year of its first meeting."""

    name: str
    acronym: str = ""
    began: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """One work as it is; ``kin`` is shared by works that are easily taken for each other, ``cited`` tells how often."""

    key: str
    kin: str
    kind: str
    title: str
    authors: Sequence[str]
    year: int
    subtitle: str = ""
    venue: Venue = field(default_factory=lambda: Venue(""))
    volume: str = ""
    issue: str = ""
    pages: tuple[int, int] | None = None
    doi: str = ""
    publisher: str = ""
    city: str = ""
    generic: bool = False


@cache
def phrases(name: str) -> tuple[str, ...]:
    """Read a list of phrases by its name."""
    for line in _PHRASES.read_text(encoding="utf-8").splitlines():
        key, found, rest = line.partition(" = ")
        if found and key == name:
            return tuple(phrase.strip() for phrase in rest.split("|"))
    raise KeyError(name)


_BIO = (
    "Effects of {driver} on {response} of {taxon} in {habitat}",
    "{response} of {taxon} along a gradient of {driver} in {place}",
    "A new species of {genus} ({family}) from {place}",
    "Monitoring {taxon} with {method}",
    "{policy} and the conservation of {taxon} in {place}",
    "Modelling the distribution of {taxon} in {habitat} under {driver}",
    "Does {driver} reduce {response} of {taxon}?",
    "{taxon} of {place}",
    "Two decades of {driver} and {response} in {habitat}",
    "Evaluating {policy} in {place}",
    "Using {method} to assess {response} of {taxon}",
    "Revision of the genus {genus} ({family})",
    "{driver}, {response} and the future of {habitat}",
)
_CS = (
    "{quality} {task} in {setting}",
    "{quality} {structure} for {task}",
    "{system}: a system for {task} in {setting}",
    "On the complexity of {task} with {structure}",
    "Using {structure} for {task}",
    "{task} in {setting}",
    "A {quality} approach to {task}",
    "The design of {system}",
    "Learning {structure} from {setting}",
    "{structure} for {setting}",
    "Bounds for {quality} {task}",
    "Towards {quality} {structure} in {setting}",
    "Combining {structure} and {task}",
)


def make_title(domain: str, rng: Random) -> str:
    """Give a title nobody wrote, of the biological ("bio") or computing ("cs") kind."""
    template = rng.choice(_BIO if domain == "bio" else _CS)
    names = ("driver", "response", "taxon", "habitat", "place", "genus", "family", "method", "policy",
             "quality", "task", "structure", "setting", "system")  # fmt: skip
    text = template.format_map({name: rng.choice(phrases(name)) for name in names})
    return text[:1].upper() + text[1:]


def make_work(key: str, rng: Random, kind: str = "") -> Work:
    """Give a work of its own: a journal article, a paper of a conference, a book or a report."""
    domain = rng.choice(("bio", "cs"))
    kind = kind or rng.choice(("article",) * 5 + ("paper",) * 4 + ("book", "report"))
    year = rng.randint(FIRST_YEAR, LAST_YEAR)
    subtitle = rng.choice(phrases(f"subtitle-{domain}")) if rng.random() < 0.22 else ""
    authors = person_names(rng, rng.choice((1, 1, 2, 2, 2, 3, 3, 4, 5, 7)))
    work = Work(key, key, kind, make_title(domain, rng), authors, year, subtitle)
    return place_work(work, domain, rng)


def place_work(work: Work, domain: str, rng: Random) -> Work:
    """Give the work with venue, volume, pages and DOI of its kind."""
    first = rng.randint(1, 1900)
    pages = (first, first + rng.randint(3, 38))
    doi = f"{TEST_PREFIX}/lit.{digest(work.key, 7)}"
    match work.kind:
        case "article":
            name = rng.choice(phrases(f"{domain}-journal"))
            volume = work.year - 1960 - 3 * phrases(f"{domain}-journal").index(name)
            issue = str(rng.randint(1, 6))
            return replace(work, venue=Venue(name), volume=str(volume), issue=issue, pages=pages, doi=doi)
        case "paper":
            name, acronym = rng.choice(phrases(f"{domain}-conference")).split(";")
            venue = Venue(name, acronym, 1975 + len(name) % 9)
            city = phrases("city")[(work.year + len(acronym)) % len(phrases("city"))]
            return replace(work, venue=venue, pages=pages, city=city, doi=doi if work.year > 1996 else "")
        case "book":
            return replace(work, publisher=rng.choice(phrases("publisher")), pages=(1, rng.randint(120, 640)))
    number = f"TR-{work.year % 100:02d}-{rng.randint(1, 40):02d}"
    return replace(work, kind="report", publisher=rng.choice(phrases("institute")), volume=number)


def _plain(seed: int, count: int) -> Iterator[Work]:
    for number in range(count):
        yield make_work(f"work/{number}", Random(f"{seed}/work/{number}"))


def _pairs(seed: int, name: str, count: int) -> Iterator[tuple[Work, Random]]:
    kinds = {"part": "article", "version": "paper", "edition": "book", "review": "book", "annual": "article"}
    for number in range(count):
        rng = Random(f"{seed}/{name}/{number}")
        work = make_work(f"{name}/{number}/a", rng, kinds.get(name, rng.choice(("article", "paper"))))
        yield replace(work, kin=f"{name}/{number}"), rng


def _again(work: Work, letter: str, rng: Random, **changes: object) -> Work:
    """Give a relative of a work: what is not said is the same; places, pages and DOI are its own."""
    later = replace(work, key=f"{work.key[:-1]}{letter}", **changes)  # type: ignore[arg-type]
    first = rng.randint(1, 1900)
    pages = (first, first + rng.randint(3, 38)) if work.pages else None
    if work.kind == "book":
        pages = (1, rng.randint(120, 640))
    return replace(later, pages=pages, doi=f"{TEST_PREFIX}/lit.{digest(later.key, 7)}" if work.doi else "")


def _parts(seed: int, count: int) -> Iterator[Work]:
    for work, rng in _pairs(seed, "part", count):
        style = rng.choice((("Part I", "Part II"), ("Part 1", "Part 2"), ("I", "II")))
        first = replace(work, subtitle="", title=f"{work.title}. {style[0]}")
        yield first
        volume = work.volume if rng.random() < 0.6 else str(int(work.volume) + 1)
        year = work.year + (volume != work.volume)
        yield _again(first, "b", rng, title=f"{work.title}. {style[1]}", volume=volume, year=year)


_ENDINGS = (" revisited", ": further results", ": a second look", " in practice", ", with applications")


def _sequels(seed: int, count: int) -> Iterator[Work]:
    """Give works by the same people whose titles differ in a word or two, a year or two apart."""
    for work, rng in _pairs(seed, "sequel", count):
        yield work
        ending = rng.choice(
            (" revisited", ": further results", ": a second look", " in practice", ", with applications")
        )
        title = work.title.rstrip("?") + ending if rng.random() < 0.5 else _other_word(work.title, rng)
        year = work.year + rng.choice((1, 1, 2))
        volume = str(int(work.volume) + year - work.year) if work.volume else ""
        yield _again(work, "b", rng, title=title, year=year, volume=volume, subtitle="")


def _other_word(title: str, rng: Random) -> str:
    names = ("driver", "response", "taxon", "habitat", "place", "task", "setting", "structure", "quality", "family")
    lists = [phrases(name) for name in names]
    found = [(phrase, words) for words in lists for phrase in words if phrase in title]
    if not found:
        return f"{title}: new evidence"
    phrase, words = rng.choice(found)
    return title.replace(phrase, rng.choice([word for word in words if word != phrase]))


def _versions(seed: int, count: int) -> Iterator[Work]:
    """Give papers of conferences with the report before, or the article in a journal after them."""
    for work, rng in _pairs(seed, "version", count):
        yield work
        domain = "cs" if work.venue.acronym in {each.split(";")[1] for each in phrases("cs-conference")} else "bio"
        title = f"{work.title}: extended version" if rng.random() < 0.15 else work.title
        kind = "article" if rng.random() < 0.75 else "report"
        year = work.year + rng.choice((1, 1, 2)) if kind == "article" else work.year
        bare = replace(work, key=f"{work.key[:-1]}b", kind=kind, title=title, year=year, venue=Venue(""), city="",
                       pages=None, doi="")  # fmt: skip
        yield place_work(bare, domain, rng)


def _namesakes(seed: int, count: int) -> Iterator[Work]:
    for work, rng in _pairs(seed, "namesake", count):
        yield work
        yield _again(work, "b", rng, authors=person_names(rng, rng.randint(1, 3)), year=work.year + rng.randint(1, 9))


def _editions(seed: int, count: int) -> Iterator[Work]:
    for work, rng in _pairs(seed, "edition", count):
        yield work
        yield _again(work, "b", rng, title=f"{work.title}. 2nd edition", year=work.year + rng.randint(4, 9))


def _reviews(seed: int, count: int) -> Iterator[Work]:
    for work, rng in _pairs(seed, "review", count):
        yield work
        title = rng.choice(("Review of: {}", "{} (book review)", "Book review: {}")).format(work.title)
        bare = replace(work, key=f"{work.key[:-1]}b", kind="article", title=title, subtitle="", publisher="",
                       authors=person_names(rng, 1), year=work.year + 1)  # fmt: skip
        yield place_work(bare, "bio", rng)


def _corrections(seed: int, count: int) -> Iterator[Work]:
    for work, rng in _pairs(seed, "correction", count):
        yield work
        title = rng.choice(("Erratum: {}", "Correction to: {}", "Comment on: {}", "Reply to comments on {}"))
        yield _again(work, "b", rng, title=title.format(work.title), subtitle="")


def _annuals(seed: int, count: int) -> Iterator[Work]:
    for work, rng in _pairs(seed, "annual", count):
        title = (
            f"{rng.choice(('Progress in', 'Annual review of', 'Status of'))} {work.title[:1].lower()}{work.title[1:]}"
        )
        for step, letter in enumerate("abc"):
            volume, year = str(int(work.volume) + step), work.year + step
            yield _again(work, letter, rng, title=f"{title}, {year}", subtitle="", year=year, volume=volume)


def _generic(seed: int, count: int) -> Iterator[Work]:
    """Give editorials and the like of a few journals, two of each place and title at least."""
    for number in range(count):
        rng = Random(f"{seed}/generic/{number // 5}")
        title = rng.choice(phrases("generic"))
        work = place_work(Work("", "", "article", title, (), rng.randint(1995, 2015)), rng.choice(("bio", "cs")), rng)
        own = Random(f"{seed}/generic/{number}")
        year = work.year + number % 5
        authors = person_names(own, own.choice((1, 1, 2))) if own.random() < 0.8 else ()
        first = own.randint(1, 400)
        key = f"generic/{number}"
        yield replace(
            work, key=key, kin=f"generic/{number // 5}", authors=authors, year=year, generic=True,
            volume=str(int(work.volume) + number % 5), issue=str(own.randint(1, 6)),
            pages=(first, first + own.randint(0, 3)), doi=f"{TEST_PREFIX}/lit.{digest(key, 7)}",
        )  # fmt: skip


def _columns(seed: int, count: int) -> Iterator[Work]:
    """Give what one editor writes under one title in every issue of a journal."""
    for number in range(count):
        rng = Random(f"{seed}/column/{number}")
        work = place_work(Work("", "", "article", "", (), rng.randint(1995, 2015)), rng.choice(("bio", "cs")), rng)
        title = rng.choice(phrases("column")).format(journal=work.venue.name)
        authors, issue = person_names(rng, 1), rng.randint(1, 3)
        for step in range(4):
            key, year = f"column/{number}/{step}", work.year + step // 2
            first = rng.randint(1, 90)
            yield replace(
                work, key=key, kin=f"column/{number}", title=title, authors=authors, year=year, generic=True,
                volume=str(int(work.volume) + step // 2), issue=str(issue + step % 2), pages=(first, first + 2),
                doi=f"{TEST_PREFIX}/lit.{digest(key, 7)}",
            )  # fmt: skip


def make_works(seed: int) -> list[Work]:
    """Give every work of a seed, no key twice."""
    return [
        *_plain(seed, 480),
        *_parts(seed, 40),
        *_sequels(seed, 95),
        *_versions(seed, 85),
        *_namesakes(seed, 30),
        *_editions(seed, 20),
        *_reviews(seed, 20),
        *_corrections(seed, 25),
        *_annuals(seed, 12),
        *_generic(seed, 75),
        *_columns(seed, 14),
    ]
