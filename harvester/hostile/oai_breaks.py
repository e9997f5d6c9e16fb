"""OAI-PMH repositories that break over one record or moment, or lose their place: the others must still arrive."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from harvester.hostile.repository import STAMP, Item, Repository, an_item, fault
from harvester.hostile.scenario import OAI_PMH, Call, Play, Reply, Scenario
from harvester.hostile.wire import cut_short, gzip_bomb
from harvester.testing import Recorded

BAD = "oai:library.example:77"
_BEGAN_AT = datetime(2024, 1, 1, tzinfo=UTC)
_LISTS = ("ListRecords", "GetRecord")
_MIB_TOO_MANY = 200
_TOO_LARGE = gzip_bomb(_MIB_TOO_MANY)
_ERROR = Recorded(b"Internal Server Error", 500, {"Content-Type": "text/plain"})

Break = Callable[[Recorded], Reply]


def in_order(count: int) -> list[Item]:
    """Give so many records, one an hour."""
    return [
        an_item(number, datestamp=(_BEGAN_AT + timedelta(hours=number)).strftime("%Y-%m-%dT%H:%M:%SZ"))
        for number in range(1, count + 1)
    ]


def _breaks(how: Break, items: Sequence[Item], *verbs: str) -> Callable[[], Play]:
    """Give a repository that breaks over every answer of these verbs that holds the bad record."""

    def make() -> Play:
        repository = Repository(items)

        def play(call: Call) -> Reply:
            reply = repository(call)
            is_bad = f"<identifier>{BAD}</identifier>".encode() in reply.body
            return how(reply) if is_bad and call.query.get("verb") in verbs else reply

        return play

    return make


def _goes_down() -> Play:
    """Break every answer from the third page on, until somebody has asked twenty times; then all is well."""
    repository, asked = Repository(in_order(60)), [0]

    def play(call: Call) -> Reply:
        asked[0] += 1
        return _ERROR if 5 <= asked[0] < 20 else repository(call)

    return play


def _forgets_at(place: str, items: Sequence[Item]) -> Callable[[], Play]:
    """Refuse the token of one page, once."""

    def make() -> Play:
        repository = Repository(items)
        forgotten: list[str] = []

        def play(call: Call) -> Reply:
            token = call.query.get("resumptionToken", "")
            if token.startswith(f"{place}|") and not forgotten:
                forgotten.append(token)
                return fault("badResumptionToken", "the token has expired")
            return repository(call)

        return play

    return make


def _forgets_every_token() -> Play:
    """Know a token for one page only, as a server does whose tokens live a minute."""
    repository, given = Repository(in_order(60)), [0]

    def play(call: Call) -> Reply:
        if "resumptionToken" in call.query:
            given[0] += 1
            if given[0] % 2 == 0:
                return fault("badResumptionToken", "the token has expired")
        return repository(call)

    return play


_SAME_SECOND = [an_item(number, datestamp=STAMP) for number in range(1, 81)]
_ALONE = "That record alone is told as unreachable; all others arrive, and the window moves on."


def _scenario(ids: str, does: str, must: str, make: Callable[[], Play], **settings: str) -> Scenario:
    return Scenario(tuple(ids.split()), OAI_PMH, does, must, make, settings)


OAI_BREAKS: Mapping[str, Scenario] = {
    "oai-poison-record": _scenario(
        "F04 H01", "Every answer with one of 100 records is HTTP 500.", _ALONE,
        _breaks(lambda reply: _ERROR, in_order(100), *_LISTS),
    ),
    "oai-poison-cut-short": _scenario(
        "F04 H01", "Every answer with one of 100 records ends in the middle.", _ALONE,
        _breaks(lambda reply: cut_short(reply, by=60), in_order(100), *_LISTS),
    ),
    "oai-poison-too-large": _scenario(
        "F04 H33", "Every answer with one of 100 records unpacks to 200 MB.", _ALONE,
        _breaks(lambda reply: _TOO_LARGE, in_order(100), *_LISTS),
    ),
    "oai-poison-same-second": _scenario(
        "F04 H01", "80 records have one datestamp, and every answer with one of them is HTTP 500.", _ALONE,
        _breaks(lambda reply: _ERROR, _SAME_SECOND, *_LISTS),
    ),
    "oai-poison-page-only": _scenario(
        "F04", "Every list with one of 100 records is HTTP 500; by itself it can be had.",
        "All records arrive.", _breaks(lambda reply: _ERROR, in_order(100), "ListRecords"),
    ),
    "oai-poison-unnamed": _scenario(
        "F04 H01", "Every answer with one of 100 records is HTTP 500, lists of identifiers too.",
        "Its moment alone is passed over and told; all others arrive.",
        _breaks(lambda reply: _ERROR, in_order(100), *_LISTS, "ListIdentifiers"),
    ),
    "oai-goes-down": _scenario(
        "F04", "From the third page on every answer is HTTP 500, for a while.",
        "The run fails after a few requests; the next one goes on at that page.", _goes_down,
    ),
    "oai-token-expires-late": _scenario(
        "F21 F22 H11", "The token of the ninth of ten pages has expired once; datestamps are in order.",
        "The list goes on at the last datestamp, and not a page is read again.",
        _forgets_at("80", in_order(100)),
    ),
    "oai-tokens-live-a-minute": _scenario(
        "F21 F22 H11", "Every second token has expired; datestamps are in order.",
        "The list goes on by date, again and again; all records arrive.", _forgets_every_token,
    ),
}  # fmt: skip
