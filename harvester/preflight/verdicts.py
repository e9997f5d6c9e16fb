"""A check is a question to a provider, a verdict what was seen and what its owner must do. Asks nothing by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, TypeVar

from harvester.errors import (
    AddressRefused,
    AnswerForbidden,
    AnswerUnreadable,
    EncodingRefused,
    ResponseTooLarge,
    SourceBusy,
    SourceError,
    SourceRefused,
    SourceTooSlow,
    SourceUnreachable,
    TooManyRedirects,
)

Level = Literal["pass", "warning", "fail", "not applicable"]
Subject = TypeVar("Subject")
_SHOWN = 80
_OWNERS_FIXES: Mapping[type[SourceError], str] = {
    SourceUnreachable: "See in your server's log why this request is not answered; a harvest stops there.",
    SourceTooSlow: "Answer within two minutes; send smaller pages where that is too short.",
    SourceBusy: "Let one harvester through at a time, at one request after the other.",
    SourceRefused: "Let harvesters through; ours names itself in User-Agent.",
    ResponseTooLarge: "Send smaller pages; 16 MiB is the most we take in one answer.",
    EncodingRefused: "Send answers as they are, or in gzip where Accept-Encoding asks for it.",
    AnswerUnreadable: "See in your server's log where it breaks off, and write it with a library for its format.",
    AnswerForbidden: "Leave the DOCTYPE out of answers; we refuse it for safety.",
    AddressRefused: "Redirect to public http or https addresses only, never from https to http.",
    TooManyRedirects: "Answer at once, or tell us the address where it ends.",
}
_URL = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a check; ``seen`` and ``fix`` are sentences for the owner, ``url`` is the request that shows it."""

    level: Level
    seen: str
    fix: str = ""
    url: str = ""
    check: str = ""
    asks: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Give the verdict as JSON."""
        told = {"check": self.check, "level": self.level, "asks": self.asks}
        return told | {"seen": self.seen, "fix": self.fix, "url": self.url}


@dataclass(frozen=True, slots=True)
class Check(Generic[Subject]):
    """One line of a conformance list: its number, what must hold, and how to see whether it does."""

    id: str
    asks: str
    run: Callable[[Subject], Verdict]


def run_checks(checks: Sequence[Check[Subject]], subject: Subject) -> list[Verdict]:
    """Run every check; what keeps one from being made is told once, and the others that need it do not apply."""
    told: dict[str, str] = {}
    verdicts = []
    for check in checks:
        try:
            verdict = check.run(subject)
        except SourceError as error:
            reason = f"{type(error).__name__} {_URL.sub('', error.message)}"
            verdict = _kept_from(error, told.setdefault(reason, check.id), check.id)
        verdicts.append(replace(verdict, seen=verdict.seen or f"{check.asks}.", check=check.id, asks=check.asks))
    return verdicts


def _kept_from(error: SourceError, first: str, check: str) -> Verdict:
    if getattr(error, "is_ours", False):
        return idle(error.message)
    if first != check:
        return idle(f"It could not be looked at, for the reason told of {first}.")
    return Verdict("fail", error.message, to_fix(error), str(getattr(error, "url", "")))


def to_fix(error: SourceError) -> str:
    """Say what the owner can do about an answer that could not be used; the error's own words are for operators."""
    return _OWNERS_FIXES.get(type(error), error.remedy)


def good(seen: str, url: str = "") -> Verdict:
    """Give the verdict that all is as it must be; without words of its own it says what was asked for."""
    return Verdict("pass", seen, "", url)


def should(seen: str, fix: str, url: str = "") -> Verdict:
    """Give the verdict that it can be lived with, and should be mended."""
    return Verdict("warning", seen, fix, url)


def must(seen: str, fix: str, url: str = "") -> Verdict:
    """Give the verdict that harvests will go wrong until it is mended."""
    return Verdict("fail", seen, fix, url)


def idle(seen: str) -> Verdict:
    """Give the verdict that there was nothing to look at."""
    return Verdict("not applicable", seen)


def shown(text: str) -> str:
    """Give a provider's text in quotation marks, shortened, without what would break a line."""
    plain = "".join(letter if letter.isprintable() else "·" for letter in text)
    return f"“{plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + '…'}”"
