"""What goes wrong below the protocol, played for each of them alike: connections, encodings, redirects, refusals."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from harvester.hostile import wire
from harvester.hostile.change_list import CHANGES_PATH, ChangeList, some_changes
from harvester.hostile.repository import RECORD_VERBS, Repository, some_items
from harvester.hostile.scenario import NATIVE, OAI_PMH, Call, Play, Reply, Scenario
from harvester.network.response_body import MIB
from harvester.testing import Recorded

Misbehave = Callable[[Recorded, Call], Reply]
_FOR_EVER = 10**9
_RECORDS = 25


def _provider(protocol: str) -> Callable[[Call], Recorded]:
    return Repository(some_items(_RECORDS)) if protocol == OAI_PMH else ChangeList(some_changes(_RECORDS))


def _is_list(call: Call) -> bool:
    return call.path == CHANGES_PATH or call.query.get("verb") in RECORD_VERBS


def _on_lists(misbehave: Misbehave, first: int, times: int) -> Callable[[str], Callable[[], Play]]:
    """Misbehave so many times from the nth list request on; everything else is as it should be."""

    def for_protocol(protocol: str) -> Callable[[], Play]:
        def make() -> Play:
            provider, asked = _provider(protocol), [0]

            def play(call: Call) -> Reply:
                good = provider(call)
                if not _is_list(call):
                    return good
                asked[0] += 1
                return misbehave(good, call) if first <= asked[0] < first + times else good

            return play

        return make

    return for_protocol


def _plain(reply: Recorded, **headers: str) -> Recorded:
    return Recorded(reply.body, reply.status, {**reply.headers, **headers})


def _zipped(reply: Recorded, declared: str = "") -> Recorded:
    headers = {"Content-Encoding": declared} if declared else {}
    return Recorded(gzip.compress(reply.body), reply.status, {**reply.headers, **headers})


def _moved(_reply: Recorded, call: Call) -> Reply:
    """Send to another address below the scenario, without the question, as careless servers do."""
    return wire.redirect(f"{call.root}/moved{call.path}")


def _moving(protocol: str) -> Callable[[], Play]:
    def make() -> Play:
        provider = _provider(protocol)

        def play(call: Call) -> Reply:
            if call.path.startswith("/moved"):
                return provider(Call(call.root, call.path.removeprefix("/moved"), call.query))
            return _moved(Recorded(), call)

        return play

    return make


def _in_a_second() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=1.5), usegmt=True)


def _loop(reply: Recorded, call: Call) -> Reply:
    return wire.redirect(f"{call.root}{call.path}?verb=ListRecords&since=0")


_KEPT = "The run fails as unreachable, keeps the pages before, and the next one goes on there."
_REFUSED = "It is refused and nothing behind it is asked; the run fails with the reason."
_WHOLE = "All records arrive."
_WAITED = "The wait is kept; all records arrive."

_Row = tuple[str, str, str, Callable[[str], Callable[[], Play]]]
_ROWS: Mapping[str, _Row] = {
    "reset-once": (
        "F03 H35", "The connection is reset in the middle of the second page, once.",
        "It is asked for again; all records arrive.",
        _on_lists(lambda reply, call: wire.broken_off(reply, after=200), 2, 1),
    ),
    "reset-always": (
        "F03 H35", "The connection is reset in the middle of the second page, always.", _KEPT,
        _on_lists(lambda reply, call: wire.broken_off(reply, after=200), 2, _FOR_EVER),
    ),
    "silent": (
        "F70", "The second page is asked for and never answered.", _KEPT,
        _on_lists(lambda reply, call: wire.silent, 2, _FOR_EVER),
    ),
    "dripping": (
        "H34 F70", "The second page comes a byte now and then.",
        "The run fails as too slow and keeps the pages before.",
        _on_lists(lambda reply, call: wire.dripping(reply), 2, _FOR_EVER),
    ),
    "dripping-head": (
        "H34", "The second page is header lines without end.", "The run fails as too slow and keeps the pages before.",
        _on_lists(lambda reply, call: wire.dripping_head, 2, _FOR_EVER),
    ),
    "gzip-bomb": (
        "H32 F46", "A small body unpacks to a gigabyte.", "It is cut off early; the run fails, nothing is used.",
        _on_lists(lambda reply, call: wire.gzip_bomb(), 1, _FOR_EVER),
    ),
    "stacked-gzip": (
        "H32", "The body is packed twice.", "It is refused unopened.",
        _on_lists(lambda reply, call: _zipped(_zipped(reply), "gzip, gzip"), 1, _FOR_EVER),
    ),
    "brotli": (
        "H32", "The body is in an encoding nobody asked for.", "It is refused unopened.",
        _on_lists(lambda reply, call: _plain(reply, **{"Content-Encoding": "br"}), 1, _FOR_EVER),
    ),
    "very-long": (
        "H33", "The page is longer than 16 MiB.", "It is cut off; the run fails, nothing is used.",
        _on_lists(lambda reply, call: wire.very_long(reply, 17 * MIB), 1, _FOR_EVER),
    ),
    "gzip-undeclared": (
        "F47", "The body is gzip and nobody says so.", _WHOLE,
        _on_lists(lambda reply, call: _zipped(reply), 1, _FOR_EVER),
    ),
    "gzip-only-declared": (
        "F47", "The header says gzip and the body is plain.", _WHOLE,
        _on_lists(lambda reply, call: _plain(reply, **{"Content-Encoding": "gzip"}), 1, _FOR_EVER),
    ),
    "moved": ("H30", "Every request is sent to another path, and the question is left out.", _WHOLE, _moving),
    "redirect-loop": (
        "H31", "A redirect leads back to itself.", "The run fails after a few hops.", _on_lists(_loop, 1, _FOR_EVER),
    ),
    "redirect-inside": (
        "H31 F87", "A redirect leads to the address cloud machines keep their secrets at.", _REFUSED,
        _on_lists(lambda reply, call: wire.redirect("http://169.254.169.254/latest/meta-data/"), 1, _FOR_EVER),
    ),
    "redirect-to-file": (
        "H31 F87", "A redirect leads to file:///etc/passwd.", _REFUSED,
        _on_lists(lambda reply, call: wire.redirect("file:///etc/passwd"), 1, _FOR_EVER),
    ),
    "busy-seconds": (
        "H28 F71", "The second page is 503 with Retry-After in seconds, once.", _WAITED,
        _on_lists(lambda reply, call: wire.busy("1"), 2, 1),
    ),
    "busy-date": (
        "H28 F71", "The second page is 503 with Retry-After as a date, once.", _WAITED,
        _on_lists(lambda reply, call: wire.busy(_in_a_second()), 2, 1),
    ),
    "too-many-requests": (
        "H29 F71", "The second page is 429 with Retry-After, once.", _WAITED,
        _on_lists(lambda reply, call: wire.busy("1", 429), 2, 1),
    ),
    "busy-until-tomorrow": (
        "H28 F71", "The second page is 503 with Retry-After of a day.",
        "The run waits in the queue until then, keeps its place, says why, and has not failed.",
        _on_lists(lambda reply, call: wire.busy("86400"), 2, _FOR_EVER),
    ),
    "blocked": (
        "F89", "Lists are refused with 403 from the second page on.", "The run fails as refused, never as empty.",
        _on_lists(lambda reply, call: wire.web_page("Robots are not welcome", 403), 2, _FOR_EVER),
    ),
    "busy-for-ever": (
        "own", "The second page is 503 with a Retry-After of 400 digits.",
        "The run waits in the queue for a day and keeps its place.",
        _on_lists(lambda reply, call: wire.busy("9" * 400), 2, _FOR_EVER),
    ),
    "redirect-nowhere": (
        "own", "A redirect leads to something that is no address.", _REFUSED,
        _on_lists(lambda reply, call: wire.redirect("http://[nowhere/"), 1, _FOR_EVER),
    ),
    "not-http": (
        "own", "Another service answers the second page: a line of SSH.", _KEPT,
        _on_lists(lambda reply, call: wire.another_service, 2, _FOR_EVER),
    ),
    "huge-header": (
        "own", "The second page has a header line of 1 MiB.", _KEPT,
        _on_lists(lambda reply, call: _plain(reply, **{"X-Large": "x" * MIB}), 2, _FOR_EVER),
    ),
    "server-error": (
        "F04", "The second page is 500 for ever.", _KEPT,
        _on_lists(lambda reply, call: wire.web_page("Internal Server Error", 500), 2, _FOR_EVER),
    ),
}  # fmt: skip

NETWORK: Mapping[str, Scenario] = {
    f"{prefix}-{name}": Scenario(tuple(ids.split()), protocol, does, must, play(protocol), settings)
    for prefix, protocol, settings in (("oai", OAI_PMH, {}), ("native", NATIVE, {"page_size": "10"}))
    for name, (ids, does, must, play) in _ROWS.items()
}
