"""What a run notices about the records it takes, beside their outcomes: which fields they fill, which take turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from harvester.records.outcomes import Finding
from vocabularies.problems import Problem
from vocabularies.record import Record

_USUAL_TYPE = "resource"
"""What a record is taken for whose source does not say."""
_UNKNOWN_CODES = frozenset({"TERM_UNKNOWN", "COUNTRY_UNKNOWN", "LANGUAGE_TAG", "TYPE_UNKNOWN"})
_SAMPLES = 3

FIELDS: Mapping[str, Callable[[Record], object]] = {
    "title": lambda record: record.title,
    "summary": lambda record: record.summary,
    "type": lambda record: record.type != _USUAL_TYPE,
    "country": lambda record: record.country_regions or record.government,
    "language": lambda record: record.languages,
    "date": lambda record: record.dates.issued or record.dates.modified or record.dates.created,
    "link": lambda record: record.links,
    "terms": lambda record: record.subjects or record.gbf_targets or record.sdgs or record.aichi_targets,
    "licence": lambda record: record.license,
}
"""What is watched, and how a record says that it has it."""


@dataclass(slots=True)
class Observations:
    """Counters of one run. ``understood`` records are those a crosswalk could read, refused ones too.

    ``source_has`` is how many records the source has, where the run learnt that by its ``basis``: a list, an audit.
    ``puts_off`` says that a change waits for the run's end.
    """

    understood: int = 0
    having: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    unknown: dict[str, int] = field(default_factory=dict)
    flapping: int = 0
    flappers: list[str] = field(default_factory=list)
    source_has: int | None = None
    basis: str = ""
    remarks: Sequence[Problem] = ()
    puts_off: bool = False

    def note(self, findings: Iterable[Finding]) -> None:
        """Count what the records of the findings have."""
        having = self.having
        for finding in findings:
            record = finding.record
            if record is None:
                continue
            self.understood += 1
            if record.keywords and not FIELDS["terms"](record):
                self._add_unknown("subjects")
            for name, has in FIELDS.items():
                if has(record):
                    having[name] += 1
            if finding.problems:
                self._note_unknown(finding)

    def _note_unknown(self, finding: Finding) -> None:
        paths = {found.path for found in finding.problems if found.code in _UNKNOWN_CODES and found.path}
        for name in {path.split("/", 2)[1] for path in paths}:
            self._add_unknown(name)

    def _add_unknown(self, name: str) -> None:
        self.unknown[name] = self.unknown.get(name, 0) + 1

    def note_flapping(self, identifier: str) -> None:
        """Count a record whose versions take turns."""
        self.flapping += 1
        if len(self.flappers) < _SAMPLES and identifier not in self.flappers:
            self.flappers.append(identifier)
