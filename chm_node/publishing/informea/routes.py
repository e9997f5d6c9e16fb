"""The addresses below ``/informea.svc``: service document, metadata, sets, entities; it only reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request, Response

from chm_node.publishing.informea import documents as written
from chm_node.publishing.informea.documents import Entity, Listing
from chm_node.publishing.informea.entities import EntitySet
from chm_node.publishing.informea.options import (
    DEFAULT_TOP,
    MAX_TOP,
    BadRequest,
    Options,
    Resource,
    parse_expand,
    parse_options,
    parse_resource,
    parse_select,
)
from chm_node.publishing.search.conditions import Between, Every
from chm_node.publishing.search.engine import SearchAnswer, SearchRequest
from chm_node.publishing.service import Publishing
from chm_node.shell.conditional import cached
from chm_node.shell.negotiate import choose_media_type

ROOT = "/informea.svc"
_JSON, _ATOM, _XML, _TEXT = "application/json", "application/atom+xml", "application/xml", "text/plain"
_VERSION = {"DataServiceVersion": "2.0;", "Vary": "Accept"}
_FORMATS = {"json": True, "verbosejson": True, "atom": False, "xml": False, _JSON: True, _ATOM: False, _XML: False}


def informea_router(publishing: Publishing, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> APIRouter:
    """Give the routes of the service."""
    router = APIRouter(tags=["InforMEA"])
    service = _Service(publishing, clock)

    @router.get(f"{ROOT}/", response_class=Response, include_in_schema=False)
    @router.get(ROOT, response_class=Response, summary="The InforMEA service: its sets (OData 2)")
    def root(request: Request) -> Response:
        return service.respond(request, None)

    @router.get(
        f"{ROOT}/{{resource:path}}", response_class=Response, summary="A set of InforMEA, one entity, or $metadata"
    )
    def found(request: Request, resource: str) -> Response:
        return service.respond(request, resource)

    return router


class _Service:
    """Answers what addresses below the root name."""

    def __init__(self, publishing: Publishing, clock: Callable[[], datetime]) -> None:
        self._publishing = publishing
        self._clock = clock
        self._root = publishing.url(ROOT)

    def respond(self, request: Request, path: str | None) -> Response:
        """Answer an address; None is the root."""
        as_json = _as_json(request)
        try:
            if request.query_params.get("$format") not in (None, *_FORMATS):
                raise BadRequest("$format must be json or atom.")
            return self._answer(request, path, as_json=as_json)
        except BadRequest as wrong:
            body = written.dump_error(str(wrong), as_json=as_json)
            media_type = _JSON if as_json else _XML
            return Response(body, status_code=wrong.status, media_type=media_type, headers=_VERSION)

    def _answer(self, request: Request, path: str | None, *, as_json: bool) -> Response:
        if not path:
            body = written.dump_service_json() if as_json else written.dump_service_atom(self._root)
            return cached(request, body, _JSON if as_json else "application/atomsvc+xml", headers=_VERSION)
        if path == "$metadata":
            return cached(request, written.dump_metadata(), _XML, headers=_VERSION)
        resource = parse_resource(path)
        if resource.key is not None:
            return self._entity(request, resource, as_json=as_json)
        options = parse_options(request.query_params.multi_items(), resource.set)
        if resource.counted:
            total = self._search(options, limit=0).total
            return cached(request, str(total).encode(), _TEXT, headers=_VERSION)
        listing = self._listing(request, resource.set, options)
        if as_json:
            return cached(request, written.dump_listing_json(listing, self._root), _JSON, headers=_VERSION)
        body = written.dump_listing_atom(listing, self._root, self._clock())
        return cached(request, body, f"{_ATOM};type=feed;charset=utf-8", headers=_VERSION)

    def _entity(self, request: Request, resource: Resource, *, as_json: bool) -> Response:
        expand = parse_expand(request.query_params.get("$expand", ""), resource.set)
        select = parse_select(request.query_params.get("$select", ""), resource.set)
        found = self._find(resource.set, resource.key or "", expand)
        if found is None:
            raise BadRequest(f"{resource.set.name} has no entity with this id.", 404)
        entity, name = replace(found[0], select=select), resource.navigation
        if as_json:
            shown = {"results": written.members_json(entity, name)} if name else written.entity_json(entity, self._root)
            return cached(request, orjson.dumps({"d": shown}), _JSON, modified_at=entity.updated, headers=_VERSION)
        if name:
            body, kind = written.dump_members_atom(entity, name, self._root), "feed"
        else:
            body, kind = written.dump_entity_atom(entity, self._root), "entry"
        return cached(request, body, f"{_ATOM};type={kind};charset=utf-8", modified_at=entity.updated, headers=_VERSION)

    def _search(self, options: Options, *, limit: int) -> SearchAnswer:
        where = options.condition
        if options.after is not None:
            where = Every((where, Between("sequence", options.after + 1)))
        request = SearchRequest(where=where, order=options.order, limit=limit, offset=options.skip, with_facets=False)
        return self._publishing.search.search(request)

    def _listing(self, request: Request, entity_set: EntitySet, options: Options) -> Listing:
        asked = DEFAULT_TOP if options.top is None else options.top
        limit = min(asked, MAX_TOP)
        answer = self._search(options, limit=limit)
        found = [self._find(entity_set, hit.local_id, options.expand) for hit in answer.hits]
        kept = [(replace(each[0], select=options.select), each[1]) for each in found if each is not None]
        reached = max((sequence for _, sequence in kept), default=None)
        more = answer.total > options.skip + len(answer.hits) and bool(answer.hits)
        wanted = options.top is None or options.top > limit
        following = None
        if more and wanted:
            following = f"{self._root}/{entity_set.name}?{_following(request, options, len(answer.hits), reached)}"
        total = None
        if options.with_count:
            total = self._search(replace(options, after=None, skip=0), limit=0).total
        return Listing(entity_set, tuple(entity for entity, _ in kept), total, following)

    def _find(self, entity_set: EntitySet, key: str, expand: frozenset[str]) -> tuple[Entity, int] | None:
        item = self._publishing.catalogue.get_item(key)
        native = self._publishing.catalogue.rendition(key, "native") if item and not item.deleted else None
        if item is None or native is None:
            return None
        record = orjson.loads(native)
        if not entity_set.holds(record):
            return None
        page = self._publishing.url(f"/records/{item.local_id}")
        return Entity(entity_set, item.local_id, record, item.datestamp, page, expand), item.sequence


def _following(request: Request, options: Options, given: int, reached: int | None) -> str:
    """Give the query of the next page: after a place in the change log where the order allows it."""
    moved = {"$skip", "$skiptoken", "$top"}
    pairs = [pair for pair in request.query_params.multi_items() if pair[0] not in moved]
    if options.top is not None:
        pairs.append(("$top", str(options.top - given)))
    if options.by_age and reached is not None:
        pairs.append(("$skiptoken", str(reached)))
    else:
        pairs.append(("$skip", str(options.skip + given)))
    return urlencode(pairs, safe="$")


def _as_json(request: Request) -> bool:
    """Tell whether JSON is wanted: ``$format`` decides, else Accept; Atom for a client that does not mind."""
    named = request.query_params.get("$format")
    if named in _FORMATS:
        return _FORMATS[named]
    return choose_media_type(request.headers.get("accept"), (_ATOM, _XML, _JSON)) == _JSON
