"""What readers are told of an id whose record was joined with an older one: where it leads, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Request, Response
from starlette.datastructures import MutableHeaders

from chm_node.publishing.catalogue import Item
from chm_node.publishing.service import Publishing
from chm_node.publishing.shown import to_shown
from chm_node.shell.languages import choose_language
from chm_node.shell.problems_http import PROBLEM_MEDIA_TYPE, wants_page

REASON = "CHM-Redirect-Reason"
_STATUS = 308


def redirected(publishing: Publishing, request: Request, item: Item, path: str) -> Response | None:
    """Answer 308 for a deleted item whose id leads to another, with the reason; None where it leads nowhere.

    ``path`` is the address of the record asked for, with ``{}`` in the place of its id. The answer is not to be kept:
    records that are taken apart get their ids back.
    """
    redirect = publishing.catalogue.find_redirect(item.local_id)
    if redirect is None:
        return None
    query = f"?{request.url.query}" if request.url.query else ""
    location = publishing.url(path.format(redirect.target)) + query
    why = orjson.dumps(redirect.why).decode()
    headers = {
        "Location": location,
        "Cache-Control": "no-cache",
        REASON: why.encode("ascii", "backslashreplace").decode(),
    }
    if not wants_page(request):
        return _problem(request, item, redirect.why, headers)
    language = choose_language(request)
    response = publishing.pages.page(
        request,
        "redirected.html",
        status=_STATUS,
        headers={"Vary": "Accept, Accept-Language, Cookie"},
        reason=to_shown(item.reason, language),
        title=to_shown(item.title, language),
        location=location,
        item=item,
    )
    MutableHeaders(raw=response.raw_headers).update(headers)
    return response


def _problem(request: Request, item: Item, why: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    language = choose_language(request)
    best = item.reason.best(language)
    document = {
        "type": "about:blank",
        "title": "Permanent Redirect",
        "status": _STATUS,
        "detail": best[1] if best else "",
        "instance": request.url.path,
        "id": item.record_id,
        "location": headers["Location"],
        "reason": dict(item.reason),
        "why": dict(why),
    }
    vary = {"Vary": "Accept, Accept-Language, Cookie"}
    return Response(
        orjson.dumps(document), status_code=_STATUS, media_type=PROBLEM_MEDIA_TYPE, headers={**headers, **vary}
    )
