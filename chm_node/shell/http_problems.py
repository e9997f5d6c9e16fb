"""The table of what can go wrong with a request: status, what happened, what to do; messages/ translates them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chm_node.shell.languages import N_


@dataclass(frozen=True, slots=True)
class HttpRule:
    """What a code stands for over HTTP; both texts may name the parameters of the problem as ``%(name)s``."""

    status: int
    title: str
    fix: str


HTTP_PROBLEMS: Mapping[str, HttpRule] = {
    "NOT_FOUND": HttpRule(
        404, N_("There is no page at this address."), N_("Check the address, or start from the search.")
    ),
    "RECORD_NOT_FOUND": HttpRule(
        404,
        N_("There is no record with this id here."),
        N_("Check the id, or search for the title. Example of an id: 7b1f3f0e-52f1-4c55-9d1b-0f6f6c1d2a10."),
    ),
    "RECORD_WITHDRAWN": HttpRule(
        410,
        N_("This record was withdrawn on %(date)s."),
        N_("Search for a newer record on the same subject, or ask its publisher."),
    ),
    "SCHEME_NOT_FOUND": HttpRule(
        404, N_("There is no vocabulary with this name."), N_("Choose one from the list of vocabularies.")
    ),
    "CONCEPT_NOT_FOUND": HttpRule(
        404, N_("There is no such term in this vocabulary."), N_("Choose one from the list of its terms.")
    ),
    "METHOD_NOT_ALLOWED": HttpRule(
        405, N_("This address does not take the method %(method)s."), N_("Use one of: %(allowed)s.")
    ),
    "NOT_ACCEPTABLE": HttpRule(
        406,
        N_("This cannot be given in any of the formats asked for."),
        N_("Ask in the Accept header for one of: %(offered)s."),
    ),
    "PARAMETER_WRONG": HttpRule(
        422,
        N_("Part of the request cannot be used as it is."),
        N_("Correct each of the values listed and ask again."),
    ),
    "CURSOR_UNKNOWN": HttpRule(
        400,
        N_("The cursor is not one that this service gave out for this list."),
        N_("Start the list again without it, and follow the link to the next page as it is given."),
    ),
    "SINCE_UNKNOWN": HttpRule(
        400,
        N_("The since token is not one that this service gave out."),
        N_("Send the value of the last CHM-Next-Since header as it was, or leave it out to read everything."),
    ),
    "SINCE_GONE": HttpRule(
        410,
        N_("The since token lies ahead of everything published here: this service was set up anew or restored."),
        N_("Read everything again, without since, and go on from the CHM-Next-Since header."),
    ),
    "SEARCH_TOO_DEEP": HttpRule(
        400,
        N_("A search shows its first 10,000 results only."),
        N_("Narrow the search with a filter, or read every record from /api/v1/changes."),
    ),
    "BODY_UNREADABLE": HttpRule(
        400, N_("The request could not be read."), N_("Check that its body is complete and try again.")
    ),
    "BODY_TOO_LARGE": HttpRule(413, N_("The request is too large."), N_("Send less at a time.")),
    "UNAUTHORISED": HttpRule(401, N_("You need to sign in for this."), N_("Sign in, or send a token that may do it.")),
    "FORBIDDEN": HttpRule(403, N_("You may not do this."), N_("Ask the owner of this service for the right to do it.")),
    "BUSY": HttpRule(503, N_("The service is busy."), N_("Try again in a minute.")),
    "INTERNAL": HttpRule(
        500,
        N_("Something went wrong on our side; nothing was lost."),
        N_("Try again in a minute. If it happens again, write to the contact of this service."),
    ),
}

STATUS_CODES: Mapping[int, str] = {
    400: "BODY_UNREADABLE",
    401: "UNAUTHORISED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    413: "BODY_TOO_LARGE",
    422: "PARAMETER_WRONG",
    503: "BUSY",
}
"""The code of an error the framework raises by status alone; any other is INTERNAL from 500, else BODY_UNREADABLE."""
