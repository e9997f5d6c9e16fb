"""How the routes about duplicates are described in OpenAPI: bodies, answers, examples, refusals; it answers nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Depends, Response
from fastapi.security import HTTPBearer

from harvester.resolution.graph.exchange import RELATIONS

DESK = "desk"
JSON = "application/json"
NAMED = "SOURCE/IDENTIFIER, a record's URI, or the id of a thing; an id that leads to another is followed"
_BEARER = HTTPBearer(scheme_name=DESK, description="The desk's token (CHM_DESK_TOKEN)", auto_error=False)
_TEXT = {"type": "string"}
_NAMED = {"type": "string", "description": NAMED}
_BY = {"type": "string", "description": "Who decides", "default": DESK}
_KE, _TZ = "7b1f3f0e-52f1-4c55-9d1b-0f6f6c1d2a10", "c2a4de0f-90a1-4b0e-8f0a-5a1c6b7d8e9f"
_A = {"source": "ke", "identifier": "urn:chm:ke:a"}
_B = {"source": "tz", "identifier": "urn:chm:tz:b"}
DECISION = {
    "type": "object",
    "required": ["a", "b", "verdict"],
    "properties": {
        "a": _NAMED,
        "b": _NAMED,
        "verdict": {"type": "string", "enum": ["same", "different", "unsure"]},
        "relation": {"type": "string", "enum": list(RELATIONS), "default": ""},
        "note": _TEXT,
        "by": _BY,
    },
    "example": {
        "a": "ke/urn:chm:ke:a",
        "b": "tz/urn:chm:tz:b",
        "verdict": "same",
        "note": "one project",
        "by": "Amina",
    },
}
SPLIT = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": _NAMED, "records": {"type": "array", "items": _NAMED}, "note": _TEXT, "by": _BY},
    "example": {"id": _KE, "records": ["tz/urn:chm:tz:b"], "note": "another phase", "by": "Amina"},
}
_SETTLED = {
    "type": "object",
    "properties": {
        "judgements": {"type": "array", "items": {"type": "integer"}, "description": "To be taken back by number"},
        "changed": {"type": "boolean", "description": "Whether a record belongs to another thing now"},
        "things": {"type": "array", "items": _TEXT, "description": "The ids of the things concerned, as they are now"},
        "records": {"type": "array", "items": {"type": "object"}, "description": "Each with its thing, now and before"},
        "redirects": {"type": "array", "items": {"type": "object"}, "description": "Ids that lead to another since"},
        "returned": {"type": "array", "items": _TEXT, "description": "Ids that are a thing's own since, or again"},
    },
    "example": {
        "judgements": [17],
        "changed": True,
        "things": [_KE],
        "records": [_A | {"thing": _KE, "was": _KE}, _B | {"thing": _KE, "was": _TZ}],
        "redirects": [{"id": _TZ, "leads_to": _KE}],
        "returned": [],
    },
}
_PAIR = {
    "judgement": 12,
    "a": _A | {"title": "Restoring seagrass meadows", "thing": _KE, "gone": False},
    "b": _B | {"title": "Restoring seagrass meadows, Tanzania", "thing": _TZ, "gone": False},
    "probability": 0.74,
    "percent": "74.0 %",
    "likelihood": "likely one thing",
    "why": "One title says all that the other says, and more +2.2; Both are records of the same type +2.0",
    "relation": "",
    "things": [_KE, _TZ],
    "records": 2,
    "worth": 0.8242,
}
PAGE = {
    "type": "object",
    "properties": {
        "waiting": {"type": "integer", "description": "How many wait, counted up to 10,000"},
        "more": {"type": "boolean", "description": "Whether there may be more than were counted"},
        "results": {"type": "array", "items": {"type": "object"}},
        "next": {"type": ["string", "null"], "description": "The address of the next page"},
    },
    "example": {"waiting": 1, "more": False, "results": [_PAIR], "next": None},
}
SAMPLE = {
    "type": "object",
    "properties": {
        "judged": {
            "type": "array",
            "items": {"type": "object"},
            "description": "How many pairs of each rule or model people have judged since, and how many were right",
        },
        "results": {"type": "array", "items": {"type": "object"}},
        "next": {"type": ["string", "null"], "description": "The address of the next page"},
    },
    "example": {
        "judged": [
            {"by_kind": "model", "by": "model", "judged": 40, "right": 39, "precision": 0.975, "surely": 0.8946}
        ],
        "results": [_PAIR | {"things": [_KE, _KE], "probability": 0.997, "likelihood": "almost certainly one thing"}],
        "next": None,
    },
}
EXPLAINED = {
    "type": "object",
    "properties": {
        "summary": _TEXT,
        "lines": {"type": "array", "items": _TEXT, "description": "All of it in words, a line each"},
        "probability": {"type": "number"},
        "start": {"type": "object", "description": "What any two records start from, in bits"},
        "evidence": {"type": "array", "items": {"type": "object"}, "description": "With start they add up to bits"},
        "bits": {"type": "number", "description": "log2 of the odds that both are one thing"},
        "compared": {"type": "boolean", "description": "Whether a key brings them together to be compared"},
        "keys": {"type": "array", "items": {"type": "object"}},
    },
    "example": {
        "summary": "Likely one thing (73.4 %): Both are about the same country; Both are of the same year.",
        "probability": 0.734,
        "start": {"bits": -2.61, "sentence": "What any two records start from"},
        "evidence": [
            {"feature": "country", "level": "same", "bits": 2.53, "a": "Kenya", "b": "Kenya",
             "sentence": "Both are about the same country"},
            {"feature": "year", "level": "same", "bits": 1.54, "a": "2019", "b": "2019",
             "sentence": "Both are of the same year"},
        ],
        "bits": 1.46,
        "compared": True,
        "keys": [{"kind": "rare", "words": ["restoring seagrass"], "too_common": False,
                  "meaning": "two telling words in common: restoring seagrass"}],
    },
}  # fmt: skip
_REFUSALS = {
    400: "The request cannot be read, or names a filter there is none of.",
    401: "The desk's token is missing or wrong.",
    403: "No token is set for the desk.",
    404: "There is no such record or judgement.",
    409: "People said otherwise of other pairs, or several records are meant.",
    413: "The body is too large.",
    422: "It cannot be done as asked.",
}
_WRITING = tuple(_REFUSALS)


def reading(answer: Mapping[str, Any], *codes: int) -> dict[str, Any]:
    """Give how a route that reads is described: its answer and its refusals."""
    told = {200: {"description": "The answer", "content": {JSON: {"schema": dict(answer)}}}}
    return {"response_class": Response, "responses": told | refused(*codes)}


def refused(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Give the refusals of a route by status."""
    content = {"application/problem+json": {"schema": {"type": "object"}}}
    return {code: {"description": _REFUSALS[code], "content": content} for code in codes}


def writing(body: Mapping[str, Any] | None, status: int) -> dict[str, Any]:
    """Give how a route that writes is described: its body, its answer, its refusals, and that it needs the token."""
    refusals = {str(code): refusal for code, refusal in refused(*_WRITING).items()}
    answer = {str(status): {"description": "What it came to", "content": {JSON: {"schema": _SETTLED}}}}
    extra: dict[str, Any] = {"responses": answer | refusals}
    if body is not None:
        extra["requestBody"] = {"required": True, "content": {JSON: {"schema": body}}}
    return {"response_class": Response, "openapi_extra": extra, "dependencies": [Depends(_BEARER)]}
