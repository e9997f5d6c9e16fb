"""The harvester's one error tree: an exception's docstring is its message, filled with the facts it was raised with."""

from __future__ import annotations

from typing import ClassVar


class HarvesterError(Exception):
    """The harvester could not do what was asked."""

    code: ClassVar[str] = "HARVESTER_ERROR"
    temporary: ClassVar[bool] = False
    """Whether the same request may well succeed later without anybody doing anything."""

    def __init__(self, **facts: object) -> None:
        """Keep the facts; each is also an attribute of the error."""
        self.facts = facts
        self.__dict__.update(facts)
        super().__init__(str(self))

    def __str__(self) -> str:
        return " ".join((type(self).__doc__ or "").split()).format_map(self.facts)


class SettingError(HarvesterError):
    """The setting {key}={value} cannot be used: {reason}."""

    code = "SETTING_INVALID"


class SourceError(HarvesterError):
    """The source could not be harvested."""

    code = "SOURCE_ERROR"


class SourceUnreachable(SourceError):
    """No answer from {url}: {reason}."""

    code = "SOURCE_UNREACHABLE"
    temporary = True


class SourceTooSlow(SourceError):
    """{url} did not finish its answer within {deadline_s:g} seconds."""

    code = "SOURCE_TOO_SLOW"
    temporary = True


class SourceBusy(SourceError):
    """{url} is busy (HTTP {status}) and asks to be left alone for {retry_after_s:g} seconds."""

    code = "SOURCE_BUSY"
    temporary = True
    retry_after_s: float


class SourceRefused(SourceError):
    """{url} refused the request with HTTP status {status}."""

    code = "SOURCE_REFUSED"
    status: int


class AddressRefused(SourceError):
    """The address {url} is not allowed: {reason}."""

    code = "ADDRESS_REFUSED"


class TooManyRedirects(SourceError):
    """{url} redirects more than {limit} times."""

    code = "TOO_MANY_REDIRECTS"


class ResponseTooLarge(SourceError):
    """The answer of {url} is larger than allowed ({reason}); it was cut off and not used."""

    code = "RESPONSE_TOO_LARGE"


class EncodingRefused(SourceError):
    """{url} answers in the content encoding “{encoding}”; only plain and gzip are accepted."""

    code = "ENCODING_REFUSED"


class AnswerUnreadable(SourceError):
    """The answer of {url} cannot be read: {reason}."""

    code = "ANSWER_UNREADABLE"
    temporary = True


class AnswerForbidden(SourceError):
    """The answer of {url} holds a document type or entity declaration, which is refused for safety."""

    code = "ANSWER_FORBIDDEN"


class WrongAnswer(SourceError):
    """{url} does not answer as {protocol}: it sent {saw}."""

    code = "WRONG_ANSWER"


class ProtocolFault(SourceError):
    """{url} reports the error {fault}: {reason}."""

    code = "PROTOCOL_FAULT"
    fault: str


class CursorExpired(SourceError):
    """{url} no longer knows the place in the list where we stopped ({reason}); the list must be started again."""

    code = "CURSOR_EXPIRED"
    cursor: str
    """The opaque cursor the source refused."""


class ListLoops(SourceError):
    """The list of {url} does not end: {reason}. The records read so far are kept."""

    code = "LIST_LOOPS"


class UnrecognisedSource(SourceError):
    """{url} is not a source we can harvest. {seen}"""

    code = "SOURCE_UNRECOGNISED"
