"""Nodes whose change list goes wrong: lines that are no changes, places that lead nowhere, other people's records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harvester.hostile.change_list import (
    CHANGES_PATH,
    Change,
    ChangeList,
    a_deletion,
    a_record,
    an_upsert,
    page,
    some_changes,
)
from harvester.hostile.scenario import NATIVE, Call, Play, Reply, Scenario
from harvester.hostile.wire import web_page
from harvester.testing import Recorded

_Answer = Callable[[ChangeList, Call, str], Reply]


def _changes(count: int, answer: _Answer) -> Callable[[], Play]:
    """Give a node that is right but for its change list; the answer is told the place asked for."""

    def make() -> Play:
        node = ChangeList(some_changes(count))

        def play(call: Call) -> Reply:
            return answer(node, call, call.query.get("since", "0")) if call.path == CHANGES_PATH else node(call)

        return play

    return make


def _lines(*lines: Change | bytes) -> Callable[[], Play]:
    return _changes(0, lambda node, call, since: page(lines if since == "0" else [], "100"))


def _grown(*later: Change) -> Callable[[], Play]:
    """Give a node with two records that has further changes from the second harvest on."""

    def make() -> Play:
        node, harvests = ChangeList(some_changes(2)), [0]

        def play(call: Call) -> Reply:
            harvests[0] += 1
            node.changes = [*some_changes(2), *later[: max(0, harvests[0] - 1)]]
            return node(call)

        return play

    return make


def _cycle(node: ChangeList, call: Call, since: str) -> Reply:
    reached = {"0": "10", "10": "20", "20": "10"}[since]
    start = {"0": 1, "10": 11, "20": 21}[since]
    return page(some_changes(10, start), reached, more=True, root=call.root)


def _old_changes(node: ChangeList, call: Call, since: str) -> Reply:
    return page(some_changes(10), str(int(since) + 10), more=True, root=call.root)


def _empty_pages(node: ChangeList, call: Call, since: str) -> Reply:
    return page([], str(int(since) + 1), more=True, root=call.root)


def _two_empty_pages(node: ChangeList, call: Call, since: str) -> Reply:
    return (
        page([], str(int(since) + 1), more=True, root=call.root)
        if since in {"0", "1"}
        else page(some_changes(3, 3), "5")
    )


def _one_bad(node: ChangeList, call: Call, since: str) -> Reply:
    return page([_with(int(since) + 1), _with(10**6, title={"en": ""}, keywords=[since])], str(int(since) + 1))


def _internal_link(node: ChangeList, call: Call, since: str) -> Reply:
    reply = node(call)
    headers = {name: value.replace(call.root, "http://10.0.0.7:8080") for name, value in reply.headers.items()}
    return Recorded(reply.body, 200, headers)


def _forgets() -> Play:
    node = ChangeList(some_changes(25))
    forgotten: list[str] = []

    def play(call: Call) -> Reply:
        if call.query.get("since") == "20" and not forgotten:
            forgotten.append("20")
            return Recorded(b'{"code": "SINCE_GONE"}', 410, {"Content-Type": "application/problem+json"})
        return node(call)

    return play


def _web_page_later() -> Play:
    node = ChangeList(some_changes(3))
    return lambda call: web_page("Under construction") if call.query.get("since", "0") != "0" else node(call)


def _no_place(node: ChangeList, call: Call, since: str) -> Reply:
    reply = node(call)
    return Recorded(reply.body, 200, {"Content-Type": "application/x-ndjson"})


def _with(number: int, **more: Any) -> Change:
    return an_upsert(number, a_record(number, **more))


def _nested(depth: int) -> bytes:
    return b'{"seq": 2, "op": "upsert", "id": "urn:chm:ke:2", "record": ' + b'{"a":' * depth + b"1" + b"}" * (depth + 1)


_FOREIGN = an_upsert(1, a_record(1, "A nursery renamed by strangers", node="br", dates={"modified": "2031-01-01"}))
_LOOP = "The run stops and names the loop; the changes read are kept."
_OTHERS = "That line is told as failed; the others arrive."
_REFUSED = "That record is refused with the reason; the others arrive."
_NOT_A_NODE = "The run fails as “not a node”; nothing is removed and the place stays."


def _scenario(ids: str, does: str, must: str, make: Callable[[], Play], **settings: str) -> Scenario:
    return Scenario(tuple(ids.split()), NATIVE, does, must, make, {"page_size": "10", **settings})


NATIVE_FEED: Mapping[str, Scenario] = {
    "native-no-progress": _scenario(
        "H07 F23", "Every page leads back to where it was asked from.", _LOOP,
        _changes(10, lambda node, call, since: page(node.changes, "10", more=True, root=call.root)),
    ),
    "native-cycle": _scenario("H08 F24", "The places go 10, 20, 10, 20.", _LOOP, _changes(0, _cycle)),
    "native-old-changes": _scenario(
        "H09", "Every page has a new place and the same changes.", _LOOP, _changes(0, _old_changes),
    ),
    "native-endless-empty-pages": _scenario(
        "H14 F26", "Empty pages with new places follow for ever.", _LOOP, _changes(0, _empty_pages),
    ),
    "native-two-empty-pages": _scenario(
        "H14 F26", "Two empty pages precede the changes.", "The list is read to its end.",
        _changes(0, _two_empty_pages),
    ),
    "native-place-forgotten": _scenario(
        "H11 F21", "A place is no longer known when it comes back.",
        "The list is read again in the same run; nothing is lost or doubled.", _forgets,
    ),
    "native-internal-link": _scenario(
        "F30", "The link to the next page names a host behind its proxy.",
        "That host is never asked; all records arrive.", _changes(25, _internal_link),
    ),
    "native-nothing-yet": _scenario(
        "F09 F81", "There is no change yet.", "The run is done with 0 records.", lambda: ChangeList([]),
    ),
    "native-web-page": _scenario(
        "H06 F07", "From the second harvest on there is a web page with status 200.", _NOT_A_NODE, _web_page_later,
    ),
    "native-no-place": _scenario(
        "F07 F48", "The answer does not say how far it reaches.", _NOT_A_NODE, _changes(3, _no_place),
    ),
    "native-broken-line": _scenario(
        "F42 F44", "A line ends in the middle.", _OTHERS,
        _lines(*some_changes(1), b'{"seq": 2, "op": "upsert", "id": "urn:chm:ke:2", "rec', *some_changes(1, 3)),
    ),
    "native-not-utf-8": _scenario(
        "H03 F42", "A line is Latin-1.", _OTHERS,
        _lines(*some_changes(1), '{"seq": 2, "id": "urn:chm:ke:2", "op": "é"}'.encode("latin-1"), *some_changes(1, 3)),
    ),
    "native-half-a-letter": _scenario(
        "F42", "A title holds one half of a surrogate pair.", _OTHERS,
        _lines(*some_changes(1), b'{"seq": 2, "op": "upsert", "id": "urn:chm:ke:2", "record": {"title": "\\ud800"}}',
               *some_changes(1, 3)),
    ),
    "native-deep": _scenario(
        "F46", "A line is nested 100,000 deep.", _OTHERS,
        _lines(*some_changes(1), _nested(100_000), *some_changes(1, 3)),
    ),
    "native-nul": _scenario(
        "F42 H02", "A title holds a NUL character.", "The record arrives without it or is refused; the others arrive.",
        _lines(_with(1), _with(2, title={"en": "Mangrove\x00 nursery"}), _with(3)),
    ),
    "native-no-identifier": _scenario(
        "F56", "A line names no record.", _OTHERS,
        _lines(_with(1), {"seq": 2, "op": "upsert", "record": a_record(2)}, _with(3)),
    ),
    "native-odd-identifiers": _scenario(
        "H38", "An identifier holds a NUL character, another has 3 kB.",
        "Those lines are told as failed; the others arrive.",
        _lines(_with(1), {**_with(2), "id": "urn:chm:ke:\x00"}, {**_with(4), "id": "x" * 3000}, _with(3)),
    ),
    "native-no-record": _scenario(
        "F44", "A line publishes a record and does not hold it.", _OTHERS,
        _lines(_with(1), {"seq": 2, "op": "upsert", "id": "urn:chm:ke:2"}, _with(3)),
    ),
    "native-wrong-types": _scenario(
        "F51", "Fields are null, numbers, lists of the wrong things.", _REFUSED,
        _lines(_with(1), _with(2, title=None), _with(3, title={"en": 7}), _with(4, languages={"en": []}), _with(5)),
    ),
    "native-unknown-type": _scenario(
        "F44 F51", "A record is of a type nobody knows.", _REFUSED,
        _lines(_with(1), _with(2, type="spaceship"), _with(3)),
    ),
    "native-other-id-inside": _scenario(
        "F56 F57", "A line names one record and holds another.", "The run goes on, and each is counted.",
        _lines(_with(1), {**_with(2), "id": "urn:chm:ke:77"}, _with(3)),
    ),
    "native-repeated-lines": _scenario(
        "H15", "A change comes twice on a page.", "Each record is there once.", _lines(_with(1), _with(1), _with(2)),
    ),
    "native-two-versions": _scenario(
        "H16 F55", "A record comes twice on a page, with other content.", "The later one wins, and both are told.",
        _lines(_with(1), an_upsert(1, a_record(1, "The later of two versions")), _with(2)),
    ),
    "native-unknown-deleted": _scenario(
        "H27 F11", "A record is deleted that never came, twice.", "It is no error, and nothing else changes.",
        _lines(_with(1), a_deletion(2, "urn:chm:ke:9"), a_deletion(3, "urn:chm:ke:9")),
    ),
    "native-comes-and-goes": _scenario(
        "F10", "A record is deleted and comes back.", "It comes back under its old global id.",
        _grown(a_deletion(3, "urn:chm:ke:2"), an_upsert(4, a_record(2))),
    ),
    "native-strange-datestamps": _scenario(
        "H22 F39", "Changes are dated 2099, yesterday and NUL.",
        "The records arrive; the place moves by sequence alone.",
        _lines(an_upsert(1, a_record(1), datestamp="2099-01-01T00:00:00Z"),
               an_upsert(2, a_record(2), datestamp="yesterday"), an_upsert(3, a_record(3), datestamp="\x00")),
    ),
    "native-always-one-bad": _scenario(
        "F78", "One record changes before every harvest and is refused in every one.",
        "The place moves on all the same.", _changes(0, _one_bad),
    ),
    "native-speaks-for-others": _scenario(
        "F57", "It publishes a record under another node's id.", "The other node's record stays as its owner wrote it.",
        _lines(_FOREIGN),
    ),
    "native-deletes-for-others": _scenario(
        "F57", "It deletes a record of another node.", "The other node's record stays.",
        _lines(a_deletion(1, "urn:chm:br:1")),
    ),
    "native-deletes-everything": _scenario(
        "H26 F08", "All records are deleted at once.", "The run is held until a person releases it.",
        lambda: _deletes_everything(),
    ),
    "native-began-anew": _scenario(
        "F01 H37", "Its change list starts again, and holds 2 of 20 records.",
        "Nothing is removed; the run is held.", lambda: _began_anew(),
    ),
    "native-goes-back": _scenario(
        "F01 H37", "Asked for what is new, it leads back to an earlier place; 2 of 20 records are left.",
        "The list is read whole, and that is told; nothing is removed; the run is held.", lambda: _goes_back(),
    ),
    "native-restored": _scenario(
        "H37", "Its change list starts again, with all the records and one more.",
        "The list is read whole, and that is told; the new record arrives.", lambda: _restored(),
    ),
}  # fmt: skip


def _deletes_everything() -> Play:
    gone = [a_deletion(100 + number, f"urn:chm:ke:{number}") for number in range(1, 21)]
    node = ChangeList(some_changes(20), page_size=20)

    def play(call: Call) -> Reply:
        node.changes = [*some_changes(20), *gone] if call.query.get("since", "0") != "0" else some_changes(20)
        return node(call)

    return play


def _began_anew() -> Play:
    node = ChangeList(some_changes(20), page_size=20)

    def play(call: Call) -> Reply:
        if call.query.get("since", "0") != "0":
            node.changes = some_changes(2)
            return Recorded(b'{"code": "SINCE_GONE"}', 410, {"Content-Type": "application/problem+json"})
        return node(call)

    return play


def _goes_back() -> Play:
    node = ChangeList(some_changes(20), page_size=20)

    def play(call: Call) -> Reply:
        if call.query.get("since", "0") != "0":
            node.changes = some_changes(2)
            return page([], "2")
        return node(call)

    return play


def _restored() -> Play:
    """Begin a list anew, as after a backup was put back, with all the records and one more."""
    node = ChangeList(some_changes(20), page_size=50)

    def play(call: Call) -> Reply:
        if call.query.get("since", "0") != "0":
            node.changes = [{**change, "seq": number} for number, change in enumerate(some_changes(21)[::-1], 1)]
            return page([], "7")
        return node(call)

    return play
