"""The errors of a node, one tree; a docstring is the message, and the status of each over HTTP stands in one table."""

from __future__ import annotations

from collections.abc import Sequence

from chm_node.shell.terminal import ChmError, Exit
from vocabularies.problems import Problem


class NotInitialised(ChmError):
    """There is no node in {home}."""

    exit_code = Exit.NOT_INITIALISED
    fix = 'Run: chm-node init --defaults --country KE --name "Kenya CHM" --email chm@example.org --home {home}'


class AlreadyInitialised(ChmError):
    """There is a node in {home} already; nothing was changed."""

    exit_code = Exit.USAGE
    fix = "Choose another --home, or edit {home}/config.toml."


class AnswerMissing(ChmError):
    """{option} is needed and was not given."""

    exit_code = Exit.USAGE
    fix = "Give {option}, for example {example}."


class DatabaseOutdated(ChmError):
    """The database is at revision {current} and this program needs {head}."""

    exit_code = Exit.NOT_INITIALISED
    fix = "Run: chm-node migrate"


class DatabaseUnreachable(ChmError):
    """The database cannot be opened: {reason}"""

    fix = "Check CHM_DATABASE_URL, and that the database server is running."


class DatabaseLocked(ChmError):
    """Another program is writing to the database."""

    exit_code = Exit.LOCKED
    fix = "Wait for it to finish, then try again."


class FileUnreadable(ChmError):
    """{file} cannot be read: {reason}."""

    exit_code = Exit.USAGE
    fix = "Check where it lies, and that its name ends in .jsonl, .json, .csv, .xlsx or .ods."


class FileUnwritable(ChmError):
    """{file} cannot be written: {reason}."""

    exit_code = Exit.USAGE
    fix = "Choose another place with room to write."


class RecordUnknown(ChmError):
    """There is no record {id} here."""

    exit_code = Exit.USAGE
    fix = "Check the id: it is the end of the record's address, or the whole identifier that begins with urn:chm:."


class TransitionRefused(ChmError):
    """A record that is {state} cannot become {to}."""

    exit_code = Exit.USAGE
    fix = "From {state} it can become: {possible}."


class ReasonMissing(ChmError):
    """A record cannot become {to} without a reason."""

    exit_code = Exit.USAGE
    fix = "Say why, in a sentence its author and its readers will understand."


class WithProblems(ChmError):
    """The data has errors."""

    def __init__(self, problems: Sequence[Problem] = (), **details: object) -> None:
        """Take the problems to list beside the message."""
        self.problems = tuple(problems)
        super().__init__(**details)


class RecordNotReady(WithProblems):
    """{id} still has errors, so it can be neither submitted nor published."""

    exit_code = Exit.FINDINGS
    fix = "Correct each of the errors listed, then try again."


class RevisionOutdated(ChmError):
    """{id} was changed since you read it: you have {given}, it is now {current}."""

    exit_code = Exit.LOCKED
    fix = "Read it again, repeat your change, and send the new ETag in If-Match."


class RecordRefused(WithProblems):
    """The record has errors; nothing was stored."""

    exit_code = Exit.PARTIAL
    fix = "Correct each of the errors listed and send it again."


class IdTaken(WithProblems):
    """There is a record with this id already; nothing was stored."""

    exit_code = Exit.PARTIAL
    fix = "Change that record with PUT, or leave the id out to get a new one."


class AlreadyThere(ChmError):
    """There is a record {id} already, and the request was to make a new one."""

    exit_code = Exit.LOCKED
    fix = "Leave If-None-Match out to change that record, with its ETag in If-Match."


class IdMismatch(ChmError):
    """The address names the record {id}, and the body the record {given}."""

    exit_code = Exit.USAGE
    fix = "Send the id of the address in the body, or leave it out of the body."


class BodyUnusable(ChmError):
    """The body is not what this takes: {reason}."""

    exit_code = Exit.USAGE
    fix = "Send {example}."


class BodyTooLarge(ChmError):
    """The body is larger than {limit}."""

    exit_code = Exit.USAGE
    fix = "Send one record at a time, and link to documents instead of including them."


class TokenMissing(ChmError):
    """This needs a token."""

    exit_code = Exit.AUTHENTICATION
    fix = "Send the header: Authorization: Bearer chm_live_… (chm-node token create --scope draft makes one)."


class TokenWrong(ChmError):
    """The token is not one of this node's, or was copied incompletely."""

    exit_code = Exit.AUTHENTICATION
    fix = "Copy the whole token again, or make a new one: chm-node token create --scope draft."


class TokenExpired(ChmError):
    """The token expired on {expired_on}."""

    exit_code = Exit.AUTHENTICATION
    fix = "Make a new one: chm-node token create --scope {scope} --expires 90."


class TokenRevoked(ChmError):
    """The token was revoked on {revoked_on}."""

    exit_code = Exit.AUTHENTICATION
    fix = "Ask the owner of the node for a new one."


class ScopeMissing(ChmError):
    """The token may {held}, and this needs {needed}."""

    exit_code = Exit.AUTHENTICATION
    fix = "Use a token with the scope {needed}: chm-node token create --scope {needed}."


class TokenUnknown(ChmError):
    """There is no token {prefix} that still works."""

    exit_code = Exit.USAGE
    fix = "chm-node token list shows the tokens there are."


class AddressWrong(ChmError):
    """{email} is not an e-mail address."""

    exit_code = Exit.USAGE
    fix = "Write it in full, for example chm@example.org."


class AccountExists(ChmError):
    """There is an account for {email} already."""

    exit_code = Exit.USAGE
    fix = "Choose another e-mail address."


class PasswordWeak(ChmError):
    """The password is too short."""

    exit_code = Exit.USAGE
    fix = "Use at least 12 characters; a sentence is easy to remember."


class BackupUnreadable(ChmError):
    """{file} is not a backup of a node: {reason}."""

    exit_code = Exit.USAGE
    fix = "Give a file that chm-node backup made."


class BackupOfAnother(ChmError):
    """{file} is a backup of the node {node}, and this is the node {own}."""

    exit_code = Exit.USAGE
    fix = "Restore it into a home of its own: chm-node restore {file} --home DIR"


class NotEmpty(ChmError):
    """The node holds {count} records, accounts and tokens, and would lose them."""

    exit_code = Exit.USAGE
    fix = "Restore into a new home, or add --yes to replace everything here."


STATUS: dict[type[ChmError], int] = {
    RecordUnknown: 404,
    TransitionRefused: 409,
    ReasonMissing: 422,
    RecordNotReady: 422,
    IdTaken: 409,
    IdMismatch: 422,
    BodyUnusable: 422,
    RecordRefused: 422,
    RevisionOutdated: 412,
    AlreadyThere: 412,
    BodyTooLarge: 413,
    TokenMissing: 401,
    TokenWrong: 401,
    TokenExpired: 401,
    TokenRevoked: 401,
    ScopeMissing: 403,
    DatabaseLocked: 503,
    DatabaseUnreachable: 503,
    DatabaseOutdated: 503,
}
"""The HTTP status of every error a reader or writer over HTTP can meet; any other is 500."""
