"""Where a list says it goes on: completed, kept to the source's own host, or refused with a reason. Pure."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

from vocabularies.problems import Problem

NEXT_ADDRESS = "NEXT_ADDRESS"
_PORTS = {"http": 80, "https": 443}


class Onward(NamedTuple):
    """The address to ask next, None where the list ends or is left, and what is to be told about it."""

    address: str | None
    remark: Problem | None = None


def to_onward(named: str | None, page_address: str) -> Onward:
    """Give the next page's address from what a page names as the next.

    A page behind a proxy often names the host and scheme it has inside. Where the path is the one of the page itself,
    or lies below it, host and scheme of the page are used instead and a note is given; any other address of another
    host is refused, as a warning: the list was not read to its end.
    """
    if named is None or not named.strip():
        return Onward(None)
    try:
        address = urljoin(page_address, named.strip())
        there, here = urlsplit(address), urlsplit(page_address)
        same = _origin(there.scheme, there.hostname, there.port) == _origin(here.scheme, here.hostname, here.port)
    except ValueError:
        return Onward(None, _refused(named, "it is no valid address"))
    if there.scheme not in _PORTS or not there.hostname:
        return Onward(None, _refused(named, "it is no web address"))
    if same:
        return Onward(urlunsplit(there._replace(fragment="")))
    if there.path.rstrip("/") != here.path.rstrip("/") and not there.path.startswith(here.path.rstrip("/") + "/"):
        return Onward(None, _refused(named, f"it is on another host than {here.netloc}"))
    ours = urlunsplit(there._replace(scheme=here.scheme, netloc=here.netloc, fragment=""))
    value = f"a page names {named[:200]} as the next; {ours[:200]} was asked, on the source's own host"
    return Onward(ours, Problem(NEXT_ADDRESS, "note", value=value))


def _origin(scheme: str, host: str | None, port: int | None) -> tuple[str, str, int]:
    return scheme, host or "", port or _PORTS.get(scheme, 0)


def _refused(named: str, why: str) -> Problem:
    value = f"the next page {named[:200]} was not asked: {why}; the rest of the list was not read"
    return Problem(NEXT_ADDRESS, "warning", value=value)
