"""The place around one record: what goes wrong with it is its own outcome; what goes wrong with us ends the run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError, SQLAlchemyError, StatementError

from harvester.counts import CountsWrong
from harvester.errors import HarvesterError
from harvester.records.outcomes import Finding
from vocabularies.problems import problem

log = logging.getLogger(__name__)
T = TypeVar("T")

CODES: Mapping[str, str] = {
    "crosswalk": "CROSSWALK_FAILED",
    "validate": "VALIDATE_FAILED",
    "identify": "RESOLVE_FAILED",
    "resolve": "RESOLVE_FAILED",
    "index": "INDEX_FAILED",
    "save": "SAVE_FAILED",
}
"""What a record's failure is called, by the stage of the stopwatch it happened in."""
LONGEST_IDENTIFIER_BYTES = 1_000
"""Longer ones fit no database's key: PostgreSQL's ends at a third of a page."""
_CUT = "…"
_PROGRAM_LIMITS = "54"
"""The class of SQLSTATE for values too large for the database: the record's affair, though no DataError."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong with one record, or with one of several."""

    error: Exception


def attempt(do: Callable[[], T], what: str = "") -> T | Fault:
    """Give what comes of it, or the fault of the record; anything that is no record's is raised as it is.

    ``what`` says in the log what was done to which record; without it nothing is logged.
    """
    try:
        return do()
    except Exception as error:  # the one place around one record
        if not is_of_record(error):
            raise
        if what:
            log.exception("%s failed", what)
        return Fault(error)


def is_of_record(error: Exception) -> bool:
    """Tell whether an error can be one record's doing: not the lease's, a stop, the disk's or an absent database's."""
    if isinstance(error, (HarvesterError, CountsWrong, OSError)):
        return False
    if not isinstance(error, SQLAlchemyError):
        return True
    if isinstance(error, DBAPIError):
        return not error.connection_invalidated and _is_about_values(error)
    return isinstance(error, StatementError)


def _is_about_values(error: DBAPIError) -> bool:
    if isinstance(error, (DataError, IntegrityError)):
        return True
    if isinstance(error, OperationalError):
        return str(getattr(error.orig, "sqlstate", "") or "").startswith(_PROGRAM_LIMITS)
    # SQLite's driver tells a value it cannot bind as an error of the interface or of the program
    return type(error.orig).__module__ == "sqlite3" and "binding" in str(error.orig)


def to_failed(finding: Finding, stage: str) -> Finding:
    """Give the finding of a record a stage could not deal with; the exception's text stays in the log."""
    code = CODES.get(stage, "SAVE_FAILED")
    return replace(finding, outcome="failed", problems=(problem(code, "", finding.raw.format), *finding.problems))


def is_storable(identifier: str) -> bool:
    """Tell whether every database can keep the identifier as a key: no NUL, no half a surrogate pair, not endless."""
    if "\0" in identifier or len(identifier) > LONGEST_IDENTIFIER_BYTES:
        return False
    if identifier.isascii():
        return True
    try:
        return len(identifier.encode()) <= LONGEST_IDENTIFIER_BYTES
    except UnicodeEncodeError:
        return False


def to_storable(identifier: str) -> str:
    """Give an identifier every database can keep, as near to the given one as can be."""
    if is_storable(identifier):
        return identifier
    shown = identifier.replace("\0", "�").encode("utf-8", "replace")
    if len(shown) <= LONGEST_IDENTIFIER_BYTES:
        return shown.decode()
    return shown[: LONGEST_IDENTIFIER_BYTES - len(_CUT.encode())].decode("utf-8", "ignore") + _CUT
