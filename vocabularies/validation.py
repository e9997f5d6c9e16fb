"""Check a record against the federation's rules: one table, the same at every door; looks at the record only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from vocabularies import rules, term_rules
from vocabularies.problems import Problem
from vocabularies.record import Record

Check = Callable[[Record], Iterable[Problem]]

CORE_RULES: tuple[Check, ...] = (
    rules.check_identifier,
    rules.check_publisher,
    rules.check_title,
    rules.check_summary,
    rules.check_languages,
    rules.check_links,
    rules.check_references,
    rules.check_dates,
    rules.check_source_ids,
    rules.check_contacts,
    rules.check_expected_fields,
    rules.check_detail_texts,
    term_rules.check_terms,
)
"""What every record must meet, whatever its type."""

RULES: Mapping[str, tuple[Check, ...]] = {
    "resource": (rules.check_isbn,),
    "dataset": (rules.check_doi,),
    "service": (rules.check_detail_urls,),
    "organization": (rules.check_detail_urls,),
    "event": (rules.check_detail_urls, rules.check_event_dates),
    "focalPoint": (rules.check_term_of_office,),
    "nationalSubmission": (rules.check_report_period,),
    "nationalTarget": (rules.check_reference_period,),
    "legalInstrument": (rules.check_legal_dates,),
}
"""What records of one type must meet besides."""


def validate(record: Record) -> tuple[Problem, ...]:
    """Give everything the rules find, errors first; empty for a record without fault. Never raises."""
    found: list[Problem] = []
    for check in CORE_RULES:
        found.extend(check(record))
    for check in RULES.get(record.type, ()):
        found.extend(check(record))
    if not found:
        return ()
    found.sort(key=lambda each: _ORDER[each.severity])
    return tuple(replace(each, record_id=record.id) for each in found)


_ORDER = {"error": 0, "warning": 1, "note": 2}
