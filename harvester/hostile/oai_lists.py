"""OAI-PMH lists that do not end as they should: tokens that return, cycle, expire or mean nothing, empty pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harvester.hostile.repository import Repository, an_item, answer, fault, list_xml, some_items, token_xml
from harvester.hostile.scenario import OAI_PMH, Call, Play, Reply, Scenario
from harvester.testing import Recorded

ODD_TOKEN = "a+b/c=d%20e&f |!"
_Continue = Callable[[Repository, Call], Reply]


def _on_token(continued: _Continue, count: int = 25, first: str | None = None) -> Callable[[], Play]:
    """Give a repository whose first page is right, and ends in the token ``first``; the rest is the caller's."""

    def make() -> Play:
        repository = Repository(some_items(count))

        def play(call: Call) -> Reply:
            if call.query.get("resumptionToken") is not None:
                return continued(repository, call)
            if call.query.get("verb") == "ListRecords" and first is not None:
                return repository.page(0, end=token_xml(first))
            return repository(call)

        return play

    return make


def _cycle(repository: Repository, call: Call) -> Reply:
    here = call.query["resumptionToken"]
    return repository.page(10, end=token_xml("B")) if here == "A" else repository.page(20, end=token_xml("A"))


def _restart(repository: Repository, call: Call) -> Reply:
    start = int(call.query["resumptionToken"])
    return repository.page(start, end=token_xml(str((start + 10) % 30), len(repository.items)))


def _count_up(call: Call) -> str:
    return str(int(call.query["resumptionToken"]) + 1)


def _endless(repository: Repository, call: Call) -> Reply:
    here = int(call.query["resumptionToken"])
    return answer(list_xml(some_items(10, first=1 + 10 * here), token_xml(str(here + 1))))


def _only_with_prefix(repository: Repository, call: Call) -> Reply:
    if "metadataPrefix" not in call.query:
        return fault("badArgument", "metadataPrefix is missing")
    return repository(call)


def _two_empty_pages(repository: Repository, call: Call) -> Reply:
    here = call.query["resumptionToken"]
    return repository.page(10, end="") if here == "2" else answer(list_xml([], token_xml(_count_up(call))))


def _odd(repository: Repository, call: Call) -> Reply:
    if call.query["resumptionToken"] != ODD_TOKEN:
        return fault("badResumptionToken", "that is not what was given out")
    return repository.page(10, end="<resumptionToken/>")


def _forgets_once() -> Play:
    repository = Repository(some_items(25))
    forgotten: list[str] = []

    def play(call: Call) -> Reply:
        token = call.query.get("resumptionToken", "")
        if token.startswith("20") and not forgotten:
            forgotten.append(token)
            return fault("badResumptionToken", "the token has expired")
        return repository(call)

    return play


def _ending(end: str) -> Callable[[], Play]:
    return _on_token(lambda repository, call: repository.page(10, end=end), count=20, first="next")


def _nothing(reply: Recorded) -> Callable[[], Play]:
    def make() -> Play:
        repository = Repository([])
        return lambda call: reply if call.query.get("verb") == "ListRecords" else repository(call)

    return make


def _nothing_new(reply: Recorded) -> Callable[[], Play]:
    def make() -> Play:
        repository = Repository(some_items(3))
        return lambda call: reply if "from" in call.query else repository(call)

    return make


def _repeats_across_pages(repository: Repository, call: Call) -> Reply:
    return repository.page(5, end="")


def _changed_across_pages(repository: Repository, call: Call) -> Reply:
    return answer(list_xml([an_item(1, "The later of two versions"), an_item(26)]))


_ABSURD = "9" * 5000
_PLAIN_404 = Recorded(b"Not Found", 404, {"Content-Type": "text/plain"})
_PLAIN_422 = Recorded(b'{"message": "no records"}', 422, {"Content-Type": "application/json"})
_LOOP = "The run stops and names the loop; the records read are kept."
_END = "It is the end of the list, not an error."


def _scenario(ids: str, does: str, must: str, make: Callable[[], Play], **settings: str) -> Scenario:
    return Scenario(tuple(ids.split()), OAI_PMH, does, must, make, settings)


OAI_LISTS: Mapping[str, Scenario] = {
    "oai-token-returned": _scenario(
        "H07 F23", "Every page ends in the same token.", _LOOP,
        _on_token(lambda repository, call: repository.page(10, end=token_xml("again")), first="again"),
    ),
    "oai-token-cycle": _scenario("H08 F24", "The tokens go A, B, A, B.", _LOOP, _on_token(_cycle, first="A")),
    "oai-restarts-at-its-end": _scenario(
        "H08", "The last token leads to the first page again.",
        "The list is complete once all announced records came.", _on_token(_restart, first="10"),
    ),
    "oai-new-tokens-same-records": _scenario(
        "H09", "Every page has a new token and the same records.", _LOOP,
        _on_token(lambda repository, call: repository.page(0, end=token_xml(_count_up(call))), first="1"),
    ),
    "oai-endless-list": _scenario(
        "H08", "Every page has a new token and new records, for ever.",
        "The run stops at the source's limit of pages.", _on_token(_endless, first="1"), max_pages="5",
    ),
    "oai-token-needs-prefix": _scenario(
        "H10", "A token without metadataPrefix is refused with badArgument.",
        "The prefix is sent along; all records arrive.", _on_token(_only_with_prefix),
    ),
    "oai-token-forgotten-once": _scenario(
        "H11 F21", "A token has expired when it comes back.",
        "The list is read again in the same run; nothing is lost or doubled.", _forgets_once,
    ),
    "oai-token-never-known": _scenario(
        "H11", "No token is ever accepted.",
        "After a restart the run fails in plain words; the pages read are kept.",
        _on_token(lambda repository, call: fault("badResumptionToken", "unknown token")),
    ),
    "oai-end-unsaid": _scenario("H12 F27", "The last page has no resumptionToken element.", _END, _ending("")),
    "oai-end-empty": _scenario(
        "H12 F27", "The last token is empty.", _END, _ending("<resumptionToken></resumptionToken>"),
    ),
    "oai-end-blank": _scenario(
        "H12 F27", "The last token is white space.", _END, _ending("<resumptionToken>\n  </resumptionToken>"),
    ),
    "oai-end-attributes": _scenario(
        "H12 F27", "The last token has attributes only.", _END,
        _ending('<resumptionToken completeListSize="20" cursor="10"/>'),
    ),
    "oai-no-records": _scenario(
        "H13 F09 F32 F81", "The very first list says noRecordsMatch.", "The run is done with 0 records.",
        _nothing(fault("noRecordsMatch")),
    ),
    "oai-empty-list": _scenario(
        "H13", "The list is an empty ListRecords element.", "The run is done with 0 records.",
        _nothing(answer(list_xml([]))),
    ),
    "oai-nothing-new-is-404": _scenario(
        "H13 F32", "A window without news is answered 404, without an OAI body.",
        "The run is done; the window stays, so that nothing is lost if it was an error.", _nothing_new(_PLAIN_404),
    ),
    "oai-nothing-new-is-422": _scenario(
        "F32", "A window without news is answered 422.",
        "The run is done; the window stays, so that nothing is lost if it was an error.", _nothing_new(_PLAIN_422),
    ),
    "oai-first-list-is-404": _scenario(
        "F07", "The very first list is answered 404, without an OAI body.",
        "The run fails as refused: that is no empty list.", _nothing(_PLAIN_404),
    ),
    "oai-no-records-on-token": _scenario(
        "F32", "A token is answered with noRecordsMatch.", _END,
        _on_token(lambda repository, call: fault("noRecordsMatch"), count=10, first="next"),
    ),
    "oai-two-empty-pages": _scenario(
        "H14 F26", "Two pages in the middle are empty but have tokens.", "The list is read to its end.",
        _on_token(_two_empty_pages, count=20, first="0"),
    ),
    "oai-endless-empty-pages": _scenario(
        "H14 F26", "Empty pages with new tokens follow for ever.", _LOOP,
        _on_token(lambda repository, call: answer(list_xml([], token_xml(_count_up(call)))), first="1"),
    ),
    "oai-repeats-across-pages": _scenario(
        "H15", "Half of a page comes again on the next.", "Each record is there once.",
        _on_token(_repeats_across_pages, count=15, first="next"),
    ),
    "oai-changed-across-pages": _scenario(
        "H16 F55", "A record comes twice, with other content and the same datestamp.",
        "The later one wins, and both are told.", _on_token(_changed_across_pages, first="next"),
    ),
    "oai-odd-token": _scenario(
        "F28", "The token holds + / = % & and a space.", "It goes back byte for byte.", _on_token(_odd, 20, ODD_TOKEN),
    ),
    "oai-announces-absurdly-many": _scenario(
        "own", "A number of 5000 digits is announced.", "It is passed over; all records arrive.",
        _on_token(lambda repository, call: repository.page(10, end=token_xml("", _ABSURD)), count=20, first="next"),
    ),
    "oai-announces-a-trillion-times": _scenario(
        "own", "A number no database can hold is announced.", "It is passed over; all records arrive.",
        _on_token(lambda repository, call: repository.page(10, end=token_xml("", "9" * 30)), count=20, first="next"),
    ),
    "oai-announces-too-many": _scenario(
        "F05", "1000 records are announced, 15 are sent.",
        "The run is not simply done, and says how many are missing; nothing is removed.",
        _on_token(lambda repository, call: repository.page(10, end=token_xml("", 1000)), count=15, first="next"),
    ),
}  # fmt: skip
