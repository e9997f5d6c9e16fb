"""The errors of running a centre, as branches of the harvester's one error tree; a docstring is the message."""

from __future__ import annotations

from chm_node.shell.terminal import Exit
from harvester.errors import HarvesterError


class NotInitialised(HarvesterError):
    """There is no harvester in {home} yet."""

    exit_code = Exit.NOT_INITIALISED
    fix = "Run chm-harvester init --defaults, or name its directory with --home."


class DatabaseBehind(HarvesterError):
    """The database is at version {held} and this program needs {needed}."""

    exit_code = Exit.NOT_INITIALISED
    fix = "Run chm-harvester migrate."


class DatabaseUnreachable(HarvesterError):
    """The database does not answer: {reason}."""

    fix = "Check CHM_DATABASE_URL and that the database server runs."


class DiskFull(DatabaseUnreachable):
    """The database cannot store anything more: {reason}."""

    fix = "Make room where the database lives; the run then goes on from the last page it saved."


class UnknownSource(HarvesterError):
    """There is no source {source}."""

    exit_code = Exit.USAGE
    http_status = 404
    fix = "See those there are with chm-harvester list."


class SourceExists(HarvesterError):
    """There is a source {source} already."""

    exit_code = Exit.USAGE
    http_status = 409
    fix = "Choose another name with --id."


class AddressTaken(HarvesterError):
    """Source {source} harvests {url} already."""

    exit_code = Exit.USAGE
    http_status = 409
    fix = "Change it with chm-harvester set {source}, or remove it first."


class OwnAddress(HarvesterError):
    """{url} is this centre itself."""

    exit_code = Exit.USAGE
    http_status = 409
    fix = "Add the nodes it harvests, each for itself."


class UnknownRun(HarvesterError):
    """There is no run {run}."""

    exit_code = Exit.USAGE
    http_status = 404
    fix = "See those there are with chm-harvester runs."


class UnknownRecord(HarvesterError):
    """Nothing is stored of a record {record} of source {source}."""

    exit_code = Exit.USAGE
    http_status = 404
    fix = "Write the identifier as the source does; see those that fail with chm-harvester missing {source}."


class RecordWaits(HarvesterError):
    """A change of record {record} waits for a decision on run {run}."""

    exit_code = Exit.USAGE
    http_status = 409
    fix = "Look at it with chm-harvester hold show {run}, then release or discard."


class UnknownHold(HarvesterError):
    """Run {run} is not held."""

    exit_code = Exit.USAGE
    http_status = 404
    fix = "See those that are with chm-harvester hold list."


class HoldDecided(HarvesterError):
    """Run {run} was {decision} already."""

    exit_code = Exit.USAGE
    http_status = 409
    fix = "Nothing to do; chm-harvester runs shows what came of it."


class SourceLocked(HarvesterError):
    """Source {source} is in the hands of another process ({owner})."""

    exit_code = Exit.LOCKED
    http_status = 409
    fix = "Wait until it is done; where that process was killed, the source is free at {until} at the latest."


class HostTaken(SourceLocked):
    """Host {host} is being asked for another source, and is asked by one run at a time; {source} waits."""

    fix = "Run it again when the other is done, or leave it to chm-harvester work with run --later."


class LeaseLost(HarvesterError):
    """Another process took source {source} over, as this run did not report for too long; nothing more is written."""

    exit_code = Exit.LOCKED


class Interrupted(HarvesterError):
    """The run was interrupted."""

    exit_code = Exit.INTERRUPTED
    fix = "The next run goes on from here."


class ExtraMissing(HarvesterError):
    """{what} needs the package {package}, which is not installed here."""

    exit_code = Exit.USAGE
    http_status = 501
    fix = "Install it: pip install 'chm-federation[{extra}]'"


class JavaMissing(HarvesterError):
    """Spark needs Java 17 or newer, and {found}."""

    exit_code = Exit.USAGE
    http_status = 501
    fix = "Install it (on Debian: apt-get install default-jre-headless), or set JAVA_HOME to where it is."


class NoSuchRecord(HarvesterError):
    """No record {text} was ever accepted here."""

    exit_code = Exit.USAGE
    http_status = 404
    fix = (
        "Write its id as its page shows it, or SOURCE/IDENTIFIER as chm-harvester dupes list does; "
        "chm-harvester search finds it by its title."
    )


class NoSuchThing(HarvesterError):
    """There is nothing here with the id {text}."""

    exit_code = Exit.USAGE
    http_status = 404
    fix = "Write the id as the page of the record shows it; chm-harvester search finds it by its title."


class RecordAmbiguous(HarvesterError):
    """Several sources hold a record {text}: {named}."""

    exit_code = Exit.USAGE
    http_status = 409
    fix = "Write SOURCE/IDENTIFIER for the one you mean."


class PrecisionNotShown(HarvesterError):
    """What people decided here does not show a precision of {asked}: {found}."""

    exit_code = Exit.USAGE
    http_status = 409
    fix = "{missing} chm-harvester dupes list --likely 0.9 draws pairs to judge; dupes evaluate shows how far it is."


class DeskClosed(HarvesterError):
    """Nothing can be decided over HTTP here: no token is set for the desk."""

    exit_code = Exit.AUTHENTICATION
    http_status = 403
    fix = "Set CHM_DESK_TOKEN, or desk_token in config.toml, to a long random text and start the service again."


class DeskTokenWrong(HarvesterError):
    """The token of the desk is missing or is not the right one."""

    exit_code = Exit.AUTHENTICATION
    http_status = 401
    fix = "Send the header Authorization: Bearer TOKEN with what CHM_DESK_TOKEN is set to."


class BadRequest(HarvesterError):
    """{reason}"""

    exit_code = Exit.USAGE
    http_status = 400
