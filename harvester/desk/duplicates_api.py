"""Duplicates as JSON: what waits, what was joined, why, the history of a record; ``duplicates_deciding`` changes it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode
from zlib import crc32

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from chm_node.publishing import sql
from chm_node.shell.conditional import cached
from chm_node.shell.languages import choose_language
from chm_node.shell.problems_http import HttpProblem
from harvester.centre import Centre
from harvester.desk.duplicates_deciding import add_deciding
from harvester.desk.duplicates_openapi import JSON, NAMED, explained, paged, reading, refused, sampled
from harvester.desk.token import bears_token
from harvester.operating_errors import NoSuchThing
from harvester.resolution.graph.outward import Mark
from harvester.resolution.graph.review import (
    KINDS,
    MOST_COUNTED,
    Waiting,
    Wanted,
    count_waiting,
    find_sample,
    find_waiting,
    to_wanted,
)
from harvester.resolution.graph.sampled import find_sampled
from harvester.resolution.matching.scoring import load_model
from harvester.resolution.references import get_pair, get_thing
from harvester.telling.chronicles import chronicle_document, chronicle_of
from harvester.telling.pair_accounts import account_document
from harvester.telling.pairs import account_of, tell_waiting

_VARY = "Authorization, Accept-Language, Cookie"
Named = Annotated[str, Query(min_length=1, max_length=2_000, description=NAMED)]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str, Query(max_length=200, description="Where the last page ended, as next gives it")]
Likely = Annotated[float | None, Query(ge=0, le=1, description="Pairs from this probability on, drawn by lot")]
Type = Annotated[str, Query(alias="type", description="Only of this type of record")]
Country = Annotated[str, Query(description="Only of this government or country, by its code of two letters")]
Source = Annotated[str, Query(max_length=63, description="Only with a record of this source")]
Kind = Annotated[str, Query(description=f"Only pairs that are: {', '.join(KINDS)}")]


def read_wanted(type_: Type = "", country: Country = "", source: Source = "", kind: Kind = "") -> Wanted:
    """Give which pairs a query asks for. BadRequest for a type, country or kind there is none of."""
    return to_wanted(type_=type_, country=country, source=source, kind=kind)


Asked = Annotated[Wanted, Depends(read_wanted)]


def duplicates_router(centre: Centre) -> APIRouter:
    """Give the routes about duplicates below /api/v1."""
    router = APIRouter(prefix="/api/v1", tags=["Duplicates"])
    _lists(centre, router)
    _accounts(centre, router)
    add_deciding(centre, router)
    return router


def _lists(centre: Centre, router: APIRouter) -> None:
    @router.get(
        "/duplicates",
        summary="Pairs that wait for a person, most worthwhile first",
        **reading(paged(load_model()), 400),
    )
    def queue(
        request: Request,
        limit: Limit = 20,
        cursor: Cursor = "",
        likely: Likely = None,
        *,
        wanted: Asked,
    ) -> Response:
        purpose = f"waiting {likely} {wanted}"
        after = parse_mark(cursor, purpose)
        with sql.read(centre.engine) as connection:
            found = find_waiting(connection, limit=limit + 1, likely=likely, wanted=wanted, after=after)
            rows = tell_waiting(connection, found[:limit], choose_language(request))
            waiting = count_waiting(connection, wanted=wanted, most=MOST_COUNTED)
        counted = {"waiting": waiting, "more": waiting == MOST_COUNTED}
        return _answer(request, counted | {"results": rows, "next": _next(centre, request, found, limit, purpose)})

    @router.get(
        "/duplicates/sample",
        summary="Pairs joined without a person, drawn by lot, and how often such were right so far",
        **reading(sampled(load_model()), 400),
    )
    def sample(request: Request, limit: Limit = 20, cursor: Cursor = "", *, wanted: Asked) -> Response:
        purpose = f"sample {wanted}"
        after = parse_mark(cursor, purpose)
        with sql.read(centre.engine) as connection:
            found = find_sample(connection, limit=limit + 1, wanted=wanted, after=after)
            rows = tell_waiting(connection, found[:limit], choose_language(request))
            judged = [each.as_dict() for each in find_sampled(connection)]
        following = _next(centre, request, found, limit, purpose)
        return _answer(request, {"judged": judged, "results": rows, "next": following})


def _accounts(centre: Centre, router: APIRouter) -> None:
    token = centre.settings.desk_token

    @router.get(
        "/duplicates/explain",
        summary="Why two records are one thing or not",
        **reading(explained(load_model()), 400, 404, 409),
    )
    def explain(request: Request, a: Named, b: Named) -> Response:
        with sql.read(centre.engine) as connection:
            account = account_of(connection, *get_pair(connection, a, b, centre.site.node_id), load_model())
        named = bears_token(request, token)
        return _answer(request, account_document(account, language=choose_language(request), named=named))

    @router.get(
        "/records/{local_id}/history",
        response_class=Response,
        responses=refused(404),
        summary="What a record is made of, which source each field is from, and why its records are one",
    )
    def history(request: Request, local_id: str) -> Response:
        with sql.read(centre.engine) as connection:
            try:
                thing = get_thing(connection, local_id, centre.site.node_id)
            except NoSuchThing:
                raise HttpProblem("RECORD_NOT_FOUND") from None
            document = chronicle_document(chronicle_of(connection, thing), named=bears_token(request, token))
        return _answer(request, {"asked": local_id} | document)


def _next(centre: Centre, request: Request, found: Sequence[Waiting], limit: int, purpose: str) -> str | None:
    if len(found) <= limit:
        return None
    query = dict(request.query_params) | {"limit": str(limit), "cursor": dump_mark(found[limit - 1].mark, purpose)}
    return f"{centre.site.base_url}{request.url.path}?{urlencode(query)}"


def dump_mark(mark: Mark, purpose: str) -> str:
    """Give an opaque cursor for a place in a list; it is of use for that list only."""
    text = f"{mark.rank!r} {mark.id} {crc32(purpose.encode()):x}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def parse_mark(cursor: str, purpose: str) -> Mark | None:
    """Read a cursor, None without one; CURSOR_UNKNOWN where it is none of this list."""
    if not cursor:
        return None
    try:
        rank, number, check = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").split()
        mark = Mark(float(rank), int(number))
    except (binascii.Error, UnicodeError, ValueError):
        raise HttpProblem("CURSOR_UNKNOWN") from None
    if check != f"{crc32(purpose.encode()):x}" or not 0 <= mark.id < 2**63:
        raise HttpProblem("CURSOR_UNKNOWN")
    return mark


def _answer(request: Request, value: Any) -> Response:
    headers = {"Vary": _VARY, "Content-Language": choose_language(request)}
    return cached(request, orjson.dumps(value, default=str), JSON, headers=headers)
