"""Asking an OAI-PMH repository: one request, its answer read whatever the HTTP status. Knows no list and no record."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from harvester.errors import AnswerForbidden, AnswerUnreadable, SourceRefused, SourceUnreachable, WrongAnswer
from harvester.fetch import Fetcher, Response
from harvester.protocols.oai_answers import Answer, parse_answer

ACCEPT = "text/xml, application/xml;q=0.9, */*;q=0.1"
READS = 3
_PAUSE_S = 0.3
_OUR_ARGUMENTS = frozenset({"verb", "metadataPrefix", "resumptionToken", "from", "until", "set", "identifier"})


def ask(
    fetcher: Fetcher, url: str, arguments: Mapping[str, str], *, cp1252: bool = False, reads: int = READS
) -> Answer:
    """Give the repository's answer to one request; an answer that is no XML is asked for up to so many times.

    The body is read before the status is looked at, for some repositories report OAI errors with 4xx or 5xx (§3.6 wants
    200). Without an OAI body a 5xx is SourceUnreachable and a 4xx SourceRefused.
    """
    for attempt in range(1, reads + 1):
        response = fetcher.get(url, params=arguments, accept=ACCEPT)
        try:
            return _read(response, cp1252)
        except AnswerUnreadable:
            if attempt == reads:
                raise
            time.sleep(_PAUSE_S * attempt)
    raise AssertionError("the last attempt returns or raises")


def _read(response: Response, cp1252: bool) -> Answer:
    ok = 200 <= response.status < 300
    try:
        answer = parse_answer(response.body, url=response.url, cp1252=cp1252)
    except (AnswerUnreadable, AnswerForbidden, WrongAnswer):
        if ok:
            raise
        raise _refusal(response) from None
    if not ok and not answer.faults:
        raise _refusal(response)
    date = answer.response_date if answer.response_date is not None else response.headers.get("date")
    return replace(answer, response_date=date, moved_to=response.moved_to)


def _refusal(response: Response) -> SourceRefused | SourceUnreachable:
    if response.status >= 500:
        return SourceUnreachable(url=response.url, reason=f"HTTP status {response.status}")
    return SourceRefused(url=response.url, status=response.status)


def base_url(url: str) -> str:
    """Give an endpoint's address without OAI arguments and fragment: a pasted request is as good as the address."""
    parts = urlsplit(url.strip())
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in _OUR_ARGUMENTS]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept), ""))
