"""How the routes about duplicates are described in OpenAPI: bodies, answers, examples, refusals; it answers nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Depends, Response
from fastapi.security import HTTPBearer

from harvester.resolution.graph.exchange import RELATIONS
from harvester.resolution.graph.judgements import Judgement
from harvester.resolution.graph.outward import seen, uncertainty
from harvester.resolution.matching.comparing import Comparison
from harvester.resolution.matching.scoring import Model, explain, weigh
from harvester.resolution.matching.wording import Explanation, Piece
from harvester.telling.pair_accounts import account_document
from harvester.telling.pair_words import pair_words
from harvester.telling.pairs import Account, Stored

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
_PAGE = {
    "type": "object",
    "properties": {
        "waiting": {"type": "integer", "description": "How many wait, counted up to 10,000"},
        "more": {"type": "boolean", "description": "Whether there may be more than were counted"},
        "results": {"type": "array", "items": {"type": "object"}},
        "next": {"type": ["string", "null"], "description": "The address of the next page"},
    },
}
_SAMPLE = {
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
}
_JUDGED = {"by_kind": "model", "by": "model", "judged": 40, "right": 39, "precision": 0.975, "surely": 0.8946}
_EXPLAINED = {
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
}
TITLES = "Restoring seagrass meadows", "Restoring seagrass meadows, Kwale"
_COMPARED = (
    ("title", "one is longer", *(title.lower().replace(",", "") for title in TITLES)),
    ("country", "same", "KE", "KE"),
    ("year", "same", "2019", "2019"),
    ("type", "same", "project", "project"),
)
_BROUGHT_BY = {("rare", "restoring seagrass"): ("restoring seagrass",)}
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


def explained(model: Model) -> dict[str, Any]:
    """Give how an account of two records is described, with an example as the model weighs it."""
    return _EXPLAINED | {"example": account_document(_account(model))}


def paged(model: Model) -> dict[str, Any]:
    """Give how a page of pairs that wait is described."""
    return _PAGE | {"example": {"waiting": 1, "more": False, "results": [_pair(model)], "next": None}}


def sampled(model: Model) -> dict[str, Any]:
    """Give how a draw of pairs that were joined is described."""
    pair = _pair(model)
    joined = {"things": [_KE, _KE], "a": pair["a"] | {"thing": _KE}, "b": pair["b"] | {"thing": _KE}}
    return _SAMPLE | {"example": {"judged": [_JUDGED], "results": [pair | joined], "next": None}}


def _pair(model: Model) -> dict[str, Any]:
    found, words = _explanation(model), pair_words("en")
    account = _account(model)
    evidence = tuple({"feature": each.feature, "level": each.level, "bits": each.bits} for each in found.pieces)
    said = Judgement(account.a.place, account.b.place, "unsure", "model", "model", evidence=evidence)
    return {
        "judgement": 12,
        "a": account.a.as_dict(),
        "b": account.b.as_dict(),
        "probability": round(found.probability, 4),
        "percent": words.percent(found.probability),
        "likelihood": words.likelihood(found.probability),
        "why": words.in_short(said),
        "relation": "",
        "things": [_KE, _TZ],
        "records": 2,
        "worth": round(uncertainty(found.probability) * seen(2), 4),
    }


def _explanation(model: Model) -> Explanation:
    """Weigh two like records without comparing them: what folds records takes a second to be read."""
    comparison = Comparison(tuple((feature, level) for feature, level, _, _ in _COMPARED), "", "", "")
    said = {feature: sides for feature, _, *sides in _COMPARED}
    found = weigh(comparison, model)
    pieces = tuple(Piece(*each, *said[each.feature]) for each in explain(comparison, model))
    return Explanation(found.probability, model.bias, found.bits, pieces, _BROUGHT_BY, "", "", "", model.version)


def _account(model: Model) -> Account:
    a, b = (
        Stored((side["source"], side["identifier"]), thing, {"title": {"en": title}}, None, None)
        for side, thing, title in zip((_A, _B), (_KE, _TZ), TITLES, strict=True)
    )
    return Account(a, b, _explanation(model), (), (), (), frozenset())


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
