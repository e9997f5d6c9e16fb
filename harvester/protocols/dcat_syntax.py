"""Which syntax a catalogue document is in, told from its first bytes and its media type; parses nothing."""

from __future__ import annotations

import re

from harvester.errors import AnswerUnreadable, WrongAnswer
from harvester.fetch import Response

ACCEPT = (
    "text/turtle, application/n-triples;q=0.9, application/rdf+xml;q=0.9, application/ld+json;q=0.8, "
    "application/json;q=0.6, */*;q=0.1"
)
JSON = "json"
_HEAD_BYTES = 4096
_RDF_ROOT = re.compile(rb"<(?:[\w.-]+:)?RDF[\s>]")
_WEB_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_ABSOLUTE = re.compile(rb"<[A-Za-z][\w+.-]*:[^\s<>]*>|<[#>]|<[^!?\s<>]*>\s*[\w<:]")
_N_TRIPLE = re.compile(rb"(?:<[^<>\s]+>|_:\S+)[ \t]+<[^<>\s]+>[ \t]+(?:<|\"|_:)[^\n]*\.[ \t]*(?:#[^\n]*)?\r?(?:\n|\Z)")
_TURTLE = re.compile(rb"@(?:prefix|base)\b|(?:prefix|base)\s|_:|#", re.IGNORECASE)
_TURTLE_TYPES = ("text/turtle", "application/x-turtle", "text/n3", "application/n-triples")


def find_syntax(response: Response) -> str | None:
    """Give ``json`` or one of harvester.rdf's SYNTAXES; None where the document is none of them."""
    head = response.body[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip()
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if head[:1] == b"{" or (head[:1] == b"[" and media_type not in _TURTLE_TYPES):
        return JSON
    if head[:1] == b"<":
        return _of_angle_bracket(head)
    if _TURTLE.match(head) or (head and media_type in _TURTLE_TYPES):
        return "nt" if media_type == "application/n-triples" else "turtle"
    return None


def get_syntax(response: Response) -> str:
    """Give the syntax of a document; AnswerUnreadable where it is empty, WrongAnswer where it is something else."""
    if not response.body.strip():
        raise AnswerUnreadable(url=response.url, reason="it is empty")
    syntax = find_syntax(response)
    if syntax is None:
        is_page = _WEB_PAGE.search(response.body[:_HEAD_BYTES])
        saw = "a web page" if is_page else "something that is neither RDF nor JSON"
        raise WrongAnswer(url=response.url, protocol="a DCAT catalogue", saw=saw)
    return syntax


def _of_angle_bracket(head: bytes) -> str | None:
    if _RDF_ROOT.search(head):
        return "xml"
    if _WEB_PAGE.search(head):
        return None
    if head.startswith((b"<?", b"<!")):
        return "xml" if b"<!DOCTYPE rdf" in head else None  # a document type before the root: refused when read
    if _N_TRIPLE.match(head):
        return "nt"
    return "turtle" if _ABSOLUTE.match(head) else None
