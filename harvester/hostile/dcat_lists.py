"""DCAT catalogues whose pages lead astray, or that name what they do not describe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from harvester.hostile.dcat_catalogue import (
    IDS,
    PATH,
    Catalogue,
    a_dataset,
    announcement,
    some_datasets,
    turtle,
    view,
)
from harvester.hostile.scenario import DCAT, Call, Play, Reply, Scenario
from harvester.testing import Recorded

VALIDATOR = '"v1"'
_HYDRA_OLD = "<{here}> a hydra:PagedCollection ; hydra:nextPage <{following}> .\n"


def _page_of(call: Call) -> int:
    return int(call.query.get("page", "1"))


def _address(call: Call, page: int) -> str:
    return f"{call.root}{PATH}" if page == 1 else f"{call.root}{PATH}?page={page}"


def _leads(to: Callable[[Call], str | None]) -> Callable[[], Play]:
    """Give pages of five new datasets each, whose next page is said by a function."""

    def answer(call: Call) -> Reply:
        page = _page_of(call)
        return turtle(some_datasets(5, 5 * page - 4), paging=view(_address(call, page), to(call)))

    return lambda: answer


def _in_two(paging: Callable[[Call, str], tuple[str, dict[str, str]]]) -> Callable[[], Play]:
    """Give two pages, the first of which says in its own way what the second is."""

    def answer(call: Call) -> Reply:
        if _page_of(call) > 1:
            return turtle(some_datasets(5, 6))
        said, headers = paging(call, _address(call, 2))
        return turtle(some_datasets(5), paging=said, headers=headers)

    return lambda: answer


@dataclass(slots=True)
class _Later:
    """Answers one way at first and another way afterwards, counted by requests for the head of the list."""

    first: Play
    then: Play
    asked: int = field(default=0)

    def __call__(self, call: Call) -> Reply:
        self.asked += _page_of(call) == 1
        return (self.first if self.asked <= 1 else self.then)(call)


@dataclass(slots=True)
class _FailsOnce:
    """Fails with 500 the first time its second page is asked for."""

    catalogue: Catalogue
    failed: bool = False

    def __call__(self, call: Call) -> Reply:
        if _page_of(call) == 2 and not self.failed:
            self.failed = True
            return Recorded(b"database gone", 500, {"Content-Type": "text/plain"})
        return self.catalogue(call)


@dataclass(slots=True)
class _Blank:
    """Describes datasets without addresses, in another order and with other labels every time."""

    with_identifier: bool
    asked: int = 0

    def __call__(self, call: Call) -> Reply:
        self.asked += 1
        numbers = range(1, 4) if self.asked % 2 else range(3, 0, -1)
        told = 'dct:identifier "count-{}" ;' if self.with_identifier else ""
        return turtle(
            [a_dataset(number, subject=f"_:d{number}x{self.asked}", more=told.format(number)) for number in numbers]
        )


def _validated(call: Call) -> Reply:
    """Answer 304 to who knows the version already."""
    whole = turtle(some_datasets(5), headers={"ETag": VALIDATOR})

    def answer(handler: BaseHTTPRequestHandler) -> None:
        known = handler.headers.get("If-None-Match") == VALIDATOR
        handler.send_response(304 if known else 200)
        for name, value in {**whole.headers, "Content-Length": str(0 if known else len(whole.body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(b"" if known else whole.body)

    return answer


def _repeats(call: Call) -> Reply:
    page = _page_of(call)
    again = a_dataset(5, "Wetland count 5, told once more")
    datasets = some_datasets(5) if page == 1 else [again, *some_datasets(4, 6)]
    return turtle(datasets, paging=view(_address(call, page), _address(call, 2) if page == 1 else None))


def _only_named(call: Call) -> Reply:
    series = f'<{IDS}99> a dcat:Dataset ; dct:identifier "99" .\n'
    more = f"dct:isPartOf <{IDS}99> ; dct:relation <{IDS}98> ;"
    return turtle([*(a_dataset(number, more=more) for number in (1, 2, 3)), series], names=(1, 2, 3))


def _told(does: str, must: str, make: Callable[[], Play], *ids: str, **settings: str) -> Scenario:
    return Scenario(ids or ("own",), DCAT, does, must, make, settings)


DCAT_LISTS: Mapping[str, Scenario] = {
    "dcat-empty-later": _told(
        "The catalogue is whole at first and empty afterwards.",
        "Nothing is removed.",
        lambda: _Later(Catalogue(some_datasets(7)), lambda call: turtle(())),
        "F01",
    ),
    "dcat-halves-later": _told(
        "The catalogue loses more than half of its datasets.",
        "Nothing is removed by that run.",
        lambda: _Later(Catalogue(some_datasets(12)), Catalogue(some_datasets(4))),
        "F02",
    ),
    "dcat-loop": _told(
        "The second page leads back to the first.",
        "The run ends as failed after two pages; both are kept.",
        _leads(lambda call: _address(call, 2 if _page_of(call) == 1 else 1)),
    ),
    "dcat-next-is-itself": _told(
        "The page names itself as the next.",
        "The run ends as failed after one page; it is kept.",
        _leads(lambda call: _address(call, 1)),
    ),
    "dcat-endless-pages": _told(
        "Every page leads to another that has the same datasets.",
        "The run ends as failed after three pages without news.",
        lambda: (
            lambda call: turtle(
                some_datasets(5), paging=view(_address(call, _page_of(call)), _address(call, _page_of(call) + 1))
            )
        ),
    ),
    "dcat-next-internal-host": _told(
        "The next page is named with the host and scheme the server has behind its proxy.",
        "The source's own host is asked instead, and that is noted; the list is complete.",
        _in_two(
            lambda call, two: (view(_address(call, 1), f"http://ckan.internal:5000{two[two.index('/', 8) :]}"), {})
        ),
        "F30",
    ),
    "dcat-next-other-host": _told(
        "The next page is on another host, under another path.",
        "It is not asked; the reason is told, and the list is no evidence of what is gone.",
        _in_two(lambda call, two: (view(_address(call, 1), "http://169.254.169.254/latest/meta-data"), {})),
        "F30",
    ),
    "dcat-older-hydra": _told(
        "Pages are told by hydra:nextPage of a PagedCollection.",
        "The list is complete.",
        _in_two(lambda call, two: (_HYDRA_OLD.format(here=_address(call, 1), following=two), {})),
    ),
    "dcat-link-header": _told(
        "Pages are told by a Link header only.",
        "The list is complete.",
        _in_two(lambda call, two: ("", {"Link": f'<{two}>; rel="next"'})),
    ),
    "dcat-second-page-fails-once": _told(
        "The second page answers 500 the first time.",
        "The first page is kept; the next run goes on with the second and the list is complete.",
        lambda: _FailsOnce(Catalogue(some_datasets(12))),
    ),
    "dcat-repeats-across-pages": _told(
        "A dataset of the first page comes again on the second, told otherwise.",
        "It is there once, as the first page tells it, and that is noted.",
        lambda: _repeats,
        "F52",
    ),
    "dcat-only-named": _told(
        "Datasets name others as their series and relatives, which are described nowhere or only by type and number.",
        "There are no records of what is only named.",
        lambda: _only_named,
        "F52",
    ),
    "dcat-named-not-described": _told(
        "The catalogue lists five datasets and describes three.",
        "Three records; the list is no evidence of what is gone.",
        lambda: lambda call: turtle(some_datasets(3), names=range(1, 6)),
        "F52",
    ),
    "dcat-blank-nodes": _told(
        "Datasets have no addresses; their labels and order change with every answer.",
        "Their identifiers name them; the second run finds nothing changed.",
        lambda: _Blank(with_identifier=True),
        "F52",
    ),
    "dcat-without-identifier": _told(
        "Datasets have neither addresses nor identifiers.",
        "What is said of them names them, and that is noted; the second run finds nothing changed.",
        lambda: _Blank(with_identifier=False),
        "F52",
    ),
    "dcat-announces-absurdly-many": _told(
        "hydra:totalItems is a number no catalogue can have.",
        "It is passed over.",
        lambda: lambda call: turtle(some_datasets(3), paging=announcement("99999999999999999999")),
    ),
    "dcat-announces-too-many": _told(
        "A thousand entries are announced and twelve are there.",
        "The run is done with errors; the list is no evidence of what is gone.",
        lambda: Catalogue(some_datasets(12), total=1000),
    ),
    "dcat-has-a-validator": _told(
        "The catalogue has an ETag and is the same when asked again.",
        "The second run asks with the ETag; nothing is read anew and nothing removed.",
        lambda: _validated,
    ),
}
