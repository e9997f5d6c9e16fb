"""The few calls a node makes to other machines; the one place of a node that knows how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx

TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered: its status and the clock of its server, or why it did not answer."""

    status: int | None = None
    server_at: datetime | None = None
    reason: str = ""


def fetch_answer(url: str, *, timeout_s: float = TIMEOUT_S) -> Answer:
    """Ask an address for a sign of life; a failure is an answer too, never an exception."""
    try:
        response = httpx.get(url, timeout=timeout_s, follow_redirects=False, headers={"User-Agent": "chm-node"})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Answer(reason=str(error) or type(error).__name__)
    try:
        server_at = parsedate_to_datetime(response.headers.get("date", ""))
    except ValueError:
        server_at = None
    return Answer(response.status_code, server_at)
