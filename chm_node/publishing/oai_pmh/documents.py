"""OAI-PMH responses as bytes: templates joined around the stored bytes of records; no XML tree is built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from chm_node.publishing.oai_pmh.requests import OaiError
from vocabularies.oai_pmh import dump_datestamp

_HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    b'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
)


def element(name: str, text: str, **attributes: str) -> str:
    """Give an element with escaped text and attributes."""
    listed = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{listed}>{escape(text)}</{name}>"


def dump_response(base_url: str, at: datetime, arguments: Mapping[str, str], content: Iterable[bytes]) -> bytes:
    """Wrap the content of a response: date, request, then the verb's element or errors (§3.2)."""
    request = element("request", base_url, **arguments)
    date = element("responseDate", dump_datestamp(at))
    return b"".join((_HEAD, f"{date}\n{request}\n".encode(), *content, b"\n</OAI-PMH>\n"))


def dump_errors(errors: Iterable[OaiError]) -> bytes:
    """Give the error elements of a response."""
    return "\n".join(element("error", error.message, code=error.code) for error in errors).encode()


def dump_header(identifier: str, datestamp: datetime, sets: Iterable[str], *, deleted: bool) -> bytes:
    """Give a record's header; a deleted record is marked and has nothing but this (§2.5.1)."""
    status = ' status="deleted"' if deleted else ""
    named = f"<header{status}><identifier>{escape(identifier)}</identifier>"
    return f"{named}<datestamp>{_stamp(datestamp)}</datestamp>{_set_specs(tuple(sets))}</header>".encode()


_stamp = lru_cache(maxsize=1024)(dump_datestamp)


@lru_cache(maxsize=4096)
def _set_specs(sets: tuple[str, ...]) -> str:
    return "".join(element("setSpec", spec) for spec in sets)


def dump_record(header: bytes, metadata: bytes | None) -> bytes:
    """Give a record around the stored bytes of its metadata."""
    if metadata is None:
        return b"<record>" + header + b"</record>"
    return b"<record>" + header + b"<metadata>" + metadata + b"</metadata></record>"


def dump_resumption(token: str, *, size: int, cursor: int, expires_at: datetime | None) -> bytes:
    """Give the token element; an empty one closes a list that came in parts (§3.5). ``cursor`` counts from 0."""
    attributes = {"completeListSize": str(size), "cursor": str(cursor)}
    if expires_at is not None:
        attributes = {"expirationDate": dump_datestamp(expires_at), **attributes}
    return element("resumptionToken", token, **attributes).encode()
