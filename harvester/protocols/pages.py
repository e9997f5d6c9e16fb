"""What every protocol gives and takes: windows in, pages of raw records out. Types only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harvester.configs import Config
from harvester.raw import RawRecord
from harvester.sources import Source
from vocabularies.problems import Problem

if TYPE_CHECKING:
    from harvester.fetch import Fetcher


@dataclass(frozen=True, slots=True)
class Window:
    """What to ask for: everything changed since the last complete run, or the rest of a list that was interrupted.

    ``since`` is what ``Page.next_since`` gave at the end of the last complete run; None asks for everything.
    ``cursor`` wins where both are given.
    """

    since: str | None = None
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a source, or several (``answers``) joined in their order.

    ``cursor`` is opaque and resumes after this page, in another process too; None means the list is complete.
    ``problems`` are records that could not even be cut out, each with the record_id where one was readable.
    ``remarks`` are about the answer as a whole: told with the run, counted as no record.
    ``next_since`` is the ``Window.since`` of the next run; keep it only once the list is complete.
    ``tracks_deletions`` is False where the source does not report deletions for ever, so that only comparing a complete
    list with what we hold finds them. ``whole`` says that the list this page belongs to names everything the source has
    now, from its head and without a window: read to its end it tells what is gone.
    ``learnt`` are quirks of the source to be kept with it, by key; an empty text forgets one.
    """

    records: tuple[RawRecord, ...]
    cursor: str | None
    response_date: str | None
    total: int | None
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()
    next_since: str | None = None
    tracks_deletions: bool = True
    answers: int = 1
    whole: bool = False
    learnt: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Named:
    """One record as a list of identifiers names it; ``datestamp`` is the source's own text."""

    identifier: str
    datestamp: str | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Roll:
    """One answer of a list of identifiers; ``last`` says that the list ends properly here, ``total`` what it announced.

    ``remarks`` of severity warning or error make the list no evidence of what is gone.
    """

    named: tuple[Named, ...]
    last: bool
    total: int | None = None
    response_date: str | None = None
    remarks: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """What a source turned out to be; ``url`` is the address to harvest, ``identifier`` tells the same source again."""

    protocol: str
    url: str
    name: str
    identifier: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Protocol:
    """One way to obtain bytes: its settings, its pages and how to recognise it.

    ``identifiers`` gives the names of everything the source has now, cheaper than its records; None where that cannot
    be asked for. ``fetch_one`` gives one record anew by its identifier, as a page of one raw record or one problem.
    """

    name: str
    config_class: type[Config]
    pages: Callable[[Fetcher, Source, Window], Iterator[Page]]
    probe: Callable[[Fetcher, str], Probe | None]
    identifiers: Callable[[Fetcher, Source], Iterator[Roll]] | None = None
    fetch_one: Callable[[Fetcher, Source, str], Page] | None = None
