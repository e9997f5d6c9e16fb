"""The write API: records in, transitions, drafts, validation, for programs with a token; it serves nothing public."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from chm_node.authoring.approval import Approval, move, withdraw
from chm_node.authoring.drafts import (
    WorkingCopy,
    check_revision,
    get_copy,
    list_copies,
    load_copies,
    load_steps,
    local_id_of,
    own_local_id,
)
from chm_node.authoring.intake import Draft, Receiver, has_errors, intake
from chm_node.authoring.json_values import cut_records, parse_object
from chm_node.authoring.moderation import State, get_transition
from chm_node.authoring.reception import Taken, take_in
from chm_node.authoring.tokens import Bearer, get_bearer, note_use, require_scope
from chm_node.database import Node, write_or_try
from chm_node.errors import (
    AlreadyThere,
    BodyUnusable,
    IdMismatch,
    IdTaken,
    RecordRefused,
    RecordUnknown,
    RevisionOutdated,
)
from chm_node.publishing.sql import read
from chm_node.shell.conditional import content_tag
from chm_node.shell.languages import choose_language
from vocabularies.formats.disclosure import to_public
from vocabularies.formats.native import dump_native
from vocabularies.identifiers import parse_record_uri, record_uri
from vocabularies.problems import Problem, as_dict, problem

MAX_PAGE = 1000
_RECORD_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}
_REASON_EXAMPLE = '{"reason": "Replaced by …"}'
_STEP_EXAMPLE = '{"to": "submitted"} or {"to": "returned", "reason": "The link does not open."}'


async def read_body(request: Request) -> bytes:
    """Give the body as bytes; the rest of an endpoint then runs in a thread."""
    return await request.body()


Body = Annotated[bytes, Depends(read_body)]


def authoring_router(node: Node, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> APIRouter:
    """Give the routes of the write API of a node."""
    api = _WriteApi(node, clock)
    router = APIRouter(prefix="/api/v1", tags=["Writing"])
    add = router.add_api_route
    add("/records", api.create, methods=["POST"], status_code=201, openapi_extra=_RECORD_BODY)
    add("/records/{record_id}", api.replace, methods=["PUT"], openapi_extra=_RECORD_BODY)
    add("/records/{record_id}", api.delete, methods=["DELETE"])
    add("/records/{record_id}/transitions", api.step, methods=["POST"], openapi_extra=_RECORD_BODY)
    add("/drafts", api.list_drafts, methods=["GET"])
    add("/drafts/{record_id}", api.get_draft, methods=["GET"])
    add("/validate", api.validate, methods=["POST"], openapi_extra=_RECORD_BODY)
    return router


class _WriteApi:
    def __init__(self, node: Node, clock: Callable[[], datetime]) -> None:
        self._node, self._clock = node, clock
        self._receiver = Receiver(node.site.node_id, node.site.name)

    def create(self, request: Request, body: Body, publish: bool = False) -> Response:
        """Take a record in as a draft, errors and all; with ``publish`` and the scope for it, publish it at once.

        A draft with errors comes back with ``ready: false`` and its problems: it can be neither submitted nor
        published.
        """
        approval = self._approval(request, "publish" if publish else "draft")
        draft = self._kept(intake(body, self._receiver), publish=publish)
        assert draft.record is not None
        local_id = local_id_of(draft.record.id)
        with write_or_try(self._node.engine) as connection:
            if local_id in load_copies(connection, [local_id], lock=True):
                raise IdTaken([problem("ID_DUPLICATE", "/id", draft.record.id)])
            (taken,) = take_in(connection, [draft], publish=publish, approval=approval)
        return self._answer_taken(request, taken, draft.problems)

    def replace(self, request: Request, record_id: str, body: Body, publish: bool = False) -> Response:
        """Store a new working copy of a record, or make one under this id; ``If-Match`` guards against lost updates."""
        approval = self._approval(request, "publish" if publish else "draft")
        local_id = self._new_local_id(record_id)
        draft = self._kept(intake(self._with_id(body, local_id), self._receiver), publish=publish)
        with write_or_try(self._node.engine) as connection:
            held = load_copies(connection, [local_id], lock=True).get(local_id)
            _check_match(request, held, local_id)
            (taken,) = take_in(connection, [draft], publish=publish, approval=approval)
        return self._answer_taken(request, taken, draft.problems)

    def delete(self, request: Request, record_id: str, body: Body, reason: str = "") -> Response:
        """Withdraw a record; the reason, in the body or the query, is shown on its tombstone."""
        approval = self._approval(request, "publish")
        local_id = self._local_id(record_id)
        text = reason or (_text(body, "reason", _REASON_EXAMPLE) if body else "")
        with write_or_try(self._node.engine) as connection:
            _check_match(request, get_copy(connection, local_id, lock=True), local_id)
            copy = withdraw(connection, local_id, text, approval)
        return self._answer(request, copy)

    def step(self, request: Request, record_id: str, body: Body) -> Response:
        """Take a record one step on, as the table of transitions allows."""
        bearer = self._bearer(request)
        to, reason = (_text(body, name, _STEP_EXAMPLE) for name in ("to", "reason"))
        if not to:
            raise BodyUnusable(reason="it does not say what the record is to become", example=_STEP_EXAMPLE)
        with write_or_try(self._node.engine) as connection:
            held = get_copy(connection, self._local_id(record_id), lock=True)
            require_scope(bearer, get_transition(held.state, to, reason=reason).scope)
            _check_match(request, held, held.local_id)
            copy = move(connection, held.local_id, to, reason=reason, approval=self._as(bearer))
        return self._answer(request, copy)

    def list_drafts(
        self,
        request: Request,
        state: Annotated[list[State] | None, Query()] = None,
        after: str = "",
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    ) -> Response:
        """List working copies by local id; ``after`` takes the last one of the page before."""
        self._approval(request, "read")
        with read(self._node.engine) as connection:
            copies = list_copies(connection, states=state or (), after=after, limit=limit)
        language = choose_language(request)
        more = copies[-1].local_id if len(copies) == limit else None
        drafts = [_document(copy, copy.problems, language, whole=False) for copy in copies]
        return _json({"drafts": drafts, "next": more})

    def get_draft(self, request: Request, record_id: str) -> Response:
        """Give one working copy with its problems and the steps it took."""
        self._approval(request, "read")
        with read(self._node.engine) as connection:
            copy = get_copy(connection, self._local_id(record_id))
            steps = load_steps(connection, copy.local_id)
        document = _document(copy, copy.problems, choose_language(request))
        return _json({**document, "transitions": steps}, headers={"ETag": copy.etag})

    def validate(self, request: Request, body: Body) -> Response:
        """Say what is wrong with a record, or with each of a list of records, and store nothing."""
        language = choose_language(request)
        if body.lstrip()[:1] != b"[":
            return _json(_verdict(intake(body, self._receiver), language))
        records = cut_records(body)
        if records is None:
            return _json(_verdict(intake(body, self._receiver), language))
        drafts = [intake(value, self._receiver, row=row) for row, value in enumerate(records, 1)]
        valid = all(draft.accepted for draft in drafts)
        return _json({"valid": valid, "records": [_verdict(draft, language) for draft in drafts]})

    def _bearer(self, request: Request) -> Bearer:
        now = self._clock()
        with read(self._node.engine) as connection:
            bearer, due = get_bearer(connection, request.headers.get("authorization", ""), now=now)
        if due:
            with write_or_try(self._node.engine) as connection:
                note_use(connection, bearer.prefix, now=now)
        return bearer

    def _approval(self, request: Request, scope: str) -> Approval:
        bearer = self._bearer(request)
        require_scope(bearer, scope)
        return self._as(bearer)

    def _as(self, bearer: Bearer) -> Approval:
        return Approval(bearer.name, self._clock(), self._node.site)

    def _kept(self, draft: Draft, *, publish: bool) -> Draft:
        """A draft may have errors; what is no record, or has an id that cannot be kept, is refused at any door."""
        named = draft.record is not None and parse_record_uri(draft.record.id) is not None
        if draft.accepted or (named and not publish):
            return draft
        raise RecordRefused(draft.problems)

    def _local_id(self, record_id: str) -> str:
        return own_local_id(record_id, self._node.site.node_id)

    def _new_local_id(self, record_id: str) -> str:
        try:
            return self._local_id(record_id)
        except RecordUnknown:
            if parse_record_uri(record_id) is not None:  # another node's, and not ours to make
                raise
            raise RecordRefused([problem("ID_SYNTAX", "/id", record_id)]) from None

    def _with_id(self, body: bytes, local_id: str) -> bytes | dict[str, Any]:
        value = parse_object(body)
        if value is None:
            return body
        own = record_uri(self._node.site.node_id, local_id)
        given = value.get("id") or own
        if given not in (own, local_id):
            raise IdMismatch(id=own, given=given)
        return {**value, "id": own}

    def _answer_taken(self, request: Request, taken: Taken, problems: Sequence[Problem]) -> Response:
        return self._answer(request, taken.copy, problems=problems, outcome=taken.outcome)

    def _answer(
        self,
        request: Request,
        copy: WorkingCopy,
        *,
        problems: Sequence[Problem] | None = None,
        outcome: str = "updated",
    ) -> Response:
        found = copy.problems if problems is None else problems
        document = _document(copy, found, choose_language(request)) | {"outcome": outcome}
        place = "records" if copy.published and copy.state == "approved" else "drafts"
        headers = {"ETag": copy.etag, "Location": f"{self._node.site.base_url}/api/v1/{place}/{copy.local_id}"}
        return _json(document, status=201 if outcome == "created" else 200, headers=headers)


def _check_match(request: Request, held: WorkingCopy | None, local_id: str) -> None:
    """A client may hold the validator of the draft, or that of the published JSON it read (RFC 9110 §13.1)."""
    wanted = request.headers.get("if-match")
    if held is None:
        if wanted is not None:
            raise RevisionOutdated(id=local_id, given=wanted, current="gone")
        return
    if request.headers.get("if-none-match", "").strip() == "*":
        raise AlreadyThere(id=local_id)
    published = (content_tag(dump_native(to_public(held.record))),) if held.state == "approved" else ()
    check_revision(held, wanted, *published)


def _object(body: bytes, example: str) -> dict[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BodyUnusable(reason=f"it stops being JSON at character {error.pos + 1}", example=example) from None
    if not isinstance(value, dict):
        raise BodyUnusable(reason="it is no JSON object", example=example)
    return value


def _text(body: bytes, name: str, example: str) -> str:
    value = _object(body, example).get(name, "")
    if not isinstance(value, str):
        raise BodyUnusable(reason=f"its {name} is no text", example=example)
    return value


def _document(copy: WorkingCopy, problems: Sequence[Problem], language: str, *, whole: bool = True) -> dict[str, Any]:
    document = {
        "id": copy.record.id,
        "local_id": copy.local_id,
        "state": copy.state,
        "published": copy.published,
        "revision": copy.revision,
        "type": copy.record.type,
        "title": dict(copy.record.title),
        "author": copy.author,
        "created_at": copy.created_at,
        "modified_at": copy.modified_at,
        "ready": not has_errors(problems),
        "problems": [as_dict(found, language) for found in problems],
    }
    return document | ({"record": orjson.Fragment(dump_native(copy.record))} if whole else {})


def _verdict(draft: Draft, language: str) -> dict[str, Any]:
    problems = [as_dict(found, language) for found in draft.problems]
    return {"valid": draft.accepted, "row": draft.row, "problems": problems}


def _json(value: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return Response(orjson.dumps(value), status_code=status, media_type="application/json", headers=kept)
