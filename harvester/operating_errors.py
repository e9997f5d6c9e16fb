"""The errors of running a centre, as branches of the harvester's one error tree; a docstring is the message."""

from __future__ import annotations

from harvester.errors import HarvesterError


class NotInitialised(HarvesterError):
    """There is no harvester in {home} yet. Run chm-harvester init --defaults, or name its directory with --home."""

    code = "NOT_INITIALISED"


class DatabaseBehind(HarvesterError):
    """The database is at version {held} and this program needs {needed}. Run chm-harvester migrate first."""

    code = "DATABASE_BEHIND"


class UnknownSource(HarvesterError):
    """There is no source {source}. chm-harvester list shows those there are."""

    code = "SOURCE_UNKNOWN"


class SourceExists(HarvesterError):
    """There is a source {source} already. Choose another name with --id."""

    code = "SOURCE_EXISTS"


class UnknownRun(HarvesterError):
    """There is no run {run}. chm-harvester runs shows those there are."""

    code = "RUN_UNKNOWN"


class SourceLocked(HarvesterError):
    """Source {source} is in the hands of another process ({owner}). Wait until it is done."""

    code = "SOURCE_LOCKED"


class LeaseLost(HarvesterError):
    """Another process took source {source} over, as this run did not report for too long; nothing more is written."""

    code = "LEASE_LOST"


class BadRequest(HarvesterError):
    """{reason}"""

    code = "USAGE"


class DatabaseUnreachable(HarvesterError):
    """The database does not answer: {reason}. Check CHM_DATABASE_URL and that the database server runs."""

    code = "DATABASE_UNREACHABLE"
