"""The harvester's one error tree: an exception's docstring is its message, filled with the facts it was raised with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from chm_node.shell.terminal import ChmError, Exit


class HarvesterError(ChmError):
    """The harvester could not do what was asked."""

    temporary: ClassVar[bool] = False
    """Whether the same request may well succeed later without anybody doing anything."""

    def __init__(self, **facts: object) -> None:
        """Take the facts the message names; each is also an attribute of the error, with its own type."""
        self.__dict__.update(facts)
        super().__init__(**facts)


class SettingError(HarvesterError):
    """The setting {key}={value} cannot be used: {reason}."""

    exit_code = Exit.USAGE
    http_status = 422


class SourceError(HarvesterError):
    """The source could not be harvested."""

    exit_code = Exit.UNREACHABLE
    http_status = 502


class SourceUnreachable(SourceError):
    """No answer from {url}: {reason}."""

    temporary = True
    fix = "Check the address, and that the source is up; the next run tries again."


class SourceTooSlow(SourceError):
    """{url} did not finish its answer within {deadline_s} seconds."""

    temporary = True
    fix = "The next run tries again; where it stays so, ask the source's keepers to send smaller pages."


class SourceBusy(SourceError):
    """{url} is busy (HTTP {status}) and asks to be left alone for {retry_after_s} seconds."""

    temporary = True
    fix = "Nothing to do: the run goes on when that time is over."
    retry_after_s: float


class SourceRefused(SourceError):
    """{url} refused the request with HTTP status {status}."""

    fix = "Check the address; with 401 or 403 ask the source's keepers whether they block harvesters."
    status: int


class BlockedByRobots(SourceError):
    """{url} may not be read by harvesters: {robots} keeps {agent} out."""

    fix = "Ask the source's keepers to allow chm-harvester in their robots.txt; it is not empty, it is closed to us."


class AddressRefused(SourceError):
    """The address {url} is not allowed: {reason}."""

    exit_code = Exit.USAGE
    http_status = 422
    fix = "Give a public http or https address without a user name."


class TooManyRedirects(SourceError):
    """{url} redirects more than {limit} times."""

    fix = "Open the address in a browser and give the one where it ends."


class ResponseTooLarge(SourceError):
    """The answer of {url} is larger than allowed ({reason}); it was cut off and not used."""

    fix = "Ask the source's keepers to send smaller pages."


class EncodingRefused(SourceError):
    """{url} answers in the content encoding “{encoding}”; only plain and gzip are accepted."""

    fix = "Ask the source's keepers to honour Accept-Encoding."


class AnswerUnreadable(SourceError):
    """The answer of {url} cannot be read: {reason}."""

    temporary = True
    fix = "Show the source's keepers this message; the next run asks again from the same place."


class AnswerForbidden(SourceError):
    """The answer of {url} holds a document type or entity declaration, which is refused for safety."""

    fix = "Ask the source's keepers to leave the DOCTYPE out."


class ContextRefused(SourceError):
    """The answer of {url} is JSON-LD that needs the context {context}, which is not fetched for safety."""

    fix = "Ask the source's keepers to write the context into the document, or to offer Turtle or RDF/XML."


class WrongAnswer(SourceError):
    """{url} does not answer as {protocol} should: it sent {saw}."""

    fix = "Check the address; a login page or a web page is no endpoint. What was harvested before is kept."


class ProtocolFault(SourceError):
    """{url} reports the error {fault}: {reason}."""

    fix = "Check the source's settings against what it offers."
    fault: str


class CursorExpired(SourceError):
    """{url} no longer knows the place in its list where we stopped ({reason})."""

    temporary = True
    fix = "The list is started again from the last complete run."
    cursor: str
    """The opaque cursor the source refused."""


class ListLoops(SourceError):
    """The list of {url} does not end: {reason}."""

    fix = "The records read so far are kept; show the source's keepers this message."


class NeedsPerson(SourceError):
    """The source is not what it was; a person must look before it is harvested on."""


class RepositoryReplaced(NeedsPerson):
    """Another repository answers at {url}: it was {before} and is now {now}."""

    fix = "Look at the address. Release the run to harvest the new repository, or change the source's address."


class UnrecognisedSource(SourceError):
    """{url} is not a source we can harvest. {seen}"""

    http_status = 422
    fix = "Give the address of a node, an OAI-PMH endpoint (?verb=Identify), a catalogue, a sitemap, a feed or a file."


class UnknownRecord(HarvesterError):
    """Source {source} has no record {identifier} that was ever accepted."""

    exit_code = Exit.USAGE
    http_status = 404
    fix = "Name the source and the identifier it uses, as the pages of its runs show them."


class JudgementContradicts(HarvesterError):
    """{a} and {b} cannot be called {verdict}: people said otherwise along {path}."""

    exit_code = Exit.USAGE
    http_status = 409
    fix = "Undo one of the judgements on the way first, if it was mistaken."
    places: Sequence[tuple[str, str]]
    """The records along which people said otherwise, by source and identifier."""


class JudgementNotUndone(HarvesterError):
    """There is no person's judgement {judgement} that counts now."""

    exit_code = Exit.USAGE
    http_status = 404
    fix = "Only what people decided is undone; say the contrary of what a rule or model decided instead."


class NothingToSplit(HarvesterError):
    """{local_id} cannot be split by {given} records: they have to be some of its {of} records, and not all."""

    exit_code = Exit.USAGE
    http_status = 422
    fix = "Name records of the thing by source and identifier."
