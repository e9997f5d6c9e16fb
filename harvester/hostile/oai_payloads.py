"""OAI-PMH answers whose bytes or metadata are wrong: broken XML, other encodings, other documents, odd records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from harvester.hostile.repository import (
    RECORD_VERBS,
    Item,
    Repository,
    an_item,
    answer,
    dublin_core,
    fault,
    some_items,
)
from harvester.hostile.scenario import OAI_PMH, Call, Play, Reply, Scenario
from harvester.hostile.wire import cut_short, web_page
from harvester.testing import Recorded

Change = Callable[[Recorded], Recorded]
LEAK_PATH = "/leak"


def _spoilt(change: Change, items: Sequence[Item] | None = None) -> Callable[[], Play]:
    """Give a repository whose lists are changed on their way out."""

    def make() -> Play:
        repository = Repository(some_items(5) if items is None else items)

        def play(call: Call) -> Reply:
            reply = repository(call)
            return change(reply) if call.query.get("verb") in RECORD_VERBS else reply

        return play

    return make


def _body(change: Callable[[bytes], bytes], **headers: str) -> Change:
    return lambda reply: Recorded(change(reply.body), reply.status, {"Content-Type": "text/xml", **headers})


def _holding(*items: Item) -> Callable[[], Play]:
    return lambda: Repository(items)


def _truncated(times: int) -> Callable[[], Play]:
    def make() -> Play:
        repository, left = Repository(some_items(15)), [times]

        def play(call: Call) -> Reply:
            reply = repository(call)
            if "resumptionToken" in call.query and call.query["verb"] == "ListRecords" and left[0]:
                left[0] -= 1
                return cut_short(reply, by=60)
            return reply

        return play

    return make


def _from_second_harvest(instead: Recorded, *verbs: str) -> Callable[[], Play]:
    def make() -> Play:
        repository = Repository(some_items(5))

        def play(call: Call) -> Reply:
            reply = repository(call)
            return instead if repository.harvests > 1 and call.query.get("verb") in verbs else reply

        return play

    return make


def _declared_twice(body: bytes) -> bytes:
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE OAI-PMH [<!ENTITY a0 "lol">{bomb}]>'.encode()
    return body.replace(b"?>", b"?><!--" + b" " * 5000 + b"-->" + doctype, 1).replace(b"survey 1", b"&a9;")


def _leaking(call: Call) -> str:
    place = f"{call.root}{LEAK_PATH}"
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{place}"/>'
    schema = f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x {place}"'
    return dublin_core("Wetland survey", f"<dc:description {schema}>{include}</dc:description>")


def _asks_to_fetch() -> Play:
    repository = Repository([])

    def play(call: Call) -> Reply:
        repository.items = [Item("oai:library.example:1", _leaking(call))]
        return repository(call)

    return play


def _promises_chm() -> Play:
    repository = Repository(some_items(5), prefixes=("oai_dc", "chm"))

    def play(call: Call) -> Reply:
        if call.query.get("verb") == "ListRecords" and call.query.get("metadataPrefix") == "chm":
            return fault("cannotDisseminateFormat", "chm is not served")
        return repository(call)

    return play


def _second_harvest_fault(*replies: Recorded) -> Callable[[], Play]:
    return _from_second_harvest(replies[0], *RECORD_VERBS)


_ODD_ELEMENTS = (
    "<dc:identifier>javascript:alert(1)</dc:identifier>"
    '<dct:abstract xmlns:dct="http://purl.org/dc/terms/">A qualified element</dct:abstract>'
    "<dc:description>&lt;script&gt;alert(1)&lt;/script&gt;Reeds &lt;b&gt;and&lt;/b&gt; birds</dc:description>"
)
_UNKNOWN_TERMS = "<dc:language>klingon</dc:language><dc:rights>All yours</dc:rights><dc:type>Holotape</dc:type>"
_TWO_ERRORS = answer('<error code="serviceUnavailable">later</error><error code="strange"/>')
_RSS = Recorded(b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>')
_CONTROL = b"survey 2\x01\x0b&#1;&#x1F;\xef\xbf\xbe"
_WHOLE = "All records arrive."
_OTHERS = "That record is set aside and told; the others arrive."
_KEPT = "The run fails as “not OAI-PMH”; nothing is removed and the window stays."


def _scenario(ids: str, does: str, must: str, make: Callable[[], Play], **settings: str) -> Scenario:
    return Scenario(tuple(ids.split()), OAI_PMH, does, must, make, settings)


OAI_PAYLOADS: Mapping[str, Scenario] = {
    "oai-cut-short-once": _scenario(
        "H01", "The second page ends in the middle, once.", "It is asked for again; all records arrive.", _truncated(1),
    ),
    "oai-cut-short-always": _scenario(
        "H01", "The second page always ends in the middle.",
        "Its records are asked for by their names; all arrive.", _truncated(10**6),
    ),
    "oai-control-characters": _scenario(
        "H02 F42", "A title holds characters and references that XML forbids.",
        "They are removed, and that is told; all records arrive.",
        _spoilt(_body(lambda body: body.replace(b"survey 2", _CONTROL))),
    ),
    "oai-nul-bytes": _scenario(
        "F42", "A title holds a NUL byte.", "It is removed, and that is told; all records arrive.",
        _spoilt(_body(lambda body: body.replace(b"survey 2", b"sur\x00vey 2"))),
    ),
    "oai-latin-1": _scenario(
        "H03 F42", "A title is Latin-1 although UTF-8 is declared.", _OTHERS,
        _spoilt(_body(lambda body: body.replace(b"survey 2", b"\xe9tude 2"))),
    ),
    "oai-latin-1-known": _scenario(
        "H03", "A title is Latin-1 although UTF-8 is declared, and the source's settings say so.",
        "The title is read as it was meant.",
        _spoilt(_body(lambda body: body.replace(b"survey 2", b"\xe9tude 2"))), cp1252="true",
    ),
    "oai-utf-16": _scenario(
        "H04", "The document is UTF-16.", _WHOLE,
        _spoilt(_body(lambda body: body.decode().replace("UTF-8", "UTF-16").encode("utf-16"))),
    ),
    "oai-byte-order-mark": _scenario(
        "H04", "A byte order mark precedes the document.", _WHOLE, _spoilt(_body(lambda body: b"\xef\xbb\xbf" + body)),
    ),
    "oai-wrong-charset": _scenario(
        "H04 F47", "The HTTP header says ISO-8859-1, the document is UTF-8.", "The document's own word counts.",
        _spoilt(_body(
            lambda body: body.replace(b"survey 2", "étude 2".encode()),
            **{"Content-Type": "text/xml; charset=iso-8859-1"},
        )),
    ),
    "oai-called-html": _scenario(
        "H05", "The content type is text/html.", _WHOLE,
        _spoilt(_body(lambda body: body, **{"Content-Type": "text/html"})),
    ),
    "oai-login-page": _scenario(
        "H06 F07", "From the second harvest on, lists are a login page with status 200.", _KEPT,
        _from_second_harvest(web_page("Please log in"), *RECORD_VERBS),
    ),
    "oai-other-xml": _scenario(
        "F07", "From the second harvest on, the address is a news feed.", _KEPT,
        _from_second_harvest(_RSS, "Identify"),
    ),
    "oai-nothing-at-all": _scenario(
        "F48", "From the second harvest on, lists are empty bodies with status 200.",
        "The page is asked for again, then the run fails; nothing is removed.",
        _from_second_harvest(Recorded(b""), *RECORD_VERBS),
    ),
    "oai-trailing-garbage": _scenario(
        "F43", "Warnings of a script follow the document.", "They are left out, and that is told; all records arrive.",
        _spoilt(_body(lambda body: body + b"\n<b>Warning</b>: mysql_close() in /srv/oai.php on line 9")),
    ),
    "oai-doctype": _scenario(
        "H42 F46", "The document declares a type and an external entity.", "It is refused, and nothing is fetched.",
        _spoilt(_body(lambda body: body.replace(
            b"?>", b'?><!DOCTYPE OAI-PMH [<!ENTITY x SYSTEM "file:///etc/passwd">]>', 1).replace(b"survey 1", b"&x;"))),
    ),
    "oai-entity-bomb": _scenario(
        "H42 F46", "After 5 kB of comment, entities unfold to a billion.", "It is refused.",
        _spoilt(_body(_declared_twice)),
    ),
    "oai-asks-to-fetch": _scenario(
        "H42", "XInclude and schemaLocation point into a private network.", "Nothing is fetched.", _asks_to_fetch,
    ),
    "oai-prefixed": _scenario(
        "H43", "OAI elements have a prefix.", _WHOLE,
        _spoilt(_body(lambda body: body.replace(b"<OAI-PMH xmlns=", b"<oai:OAI-PMH xmlns:oai=").replace(
            b"</OAI-PMH>", b"</oai:OAI-PMH>").replace(b"<ListRecords>", b"<oai:ListRecords>").replace(
            b"</ListRecords>", b"</oai:ListRecords>"))),
    ),
    "oai-other-namespace": _scenario(
        "H43", "Dublin Core is in a namespace of the repository's own.", _WHOLE,
        _spoilt(_body(lambda body: body.replace(b"http://purl.org/dc/elements/1.1/", b"http://purl.org/dc/elements/1.0/"))),
    ),
    "oai-format-not-served": _scenario(
        "H44", "It offers the format chm and then refuses it.", "The next format is taken; all records arrive.",
        _promises_chm,
    ),
    "oai-most-records-bad": _scenario(
        "F44 F82", "Nine of ten records have no title.",
        "One record arrives, nine are refused with the reason, and the run is never simply done.",
        _holding(an_item(1), *(Item(f"oai:library.example:{n}", dublin_core("")) for n in range(2, 11))),
    ),
    "oai-no-identifier": _scenario(
        "F56", "A record has no identifier.", _OTHERS,
        _holding(an_item(1), Item("", dublin_core("Nameless")), an_item(3)),
    ),
    "oai-no-metadata": _scenario(
        "F44", "A live record has no metadata.", _OTHERS,
        _holding(an_item(1), Item("oai:library.example:2"), an_item(3)),
    ),
    "oai-odd-elements": _scenario(
        "H41", "Metadata holds qualified elements, HTML and a javascript: address.",
        "What is known is kept; no such address and no script reaches the index.",
        _holding(an_item(1, more=_ODD_ELEMENTS)),
    ),
    "oai-unknown-terms": _scenario(
        "F54", "Language, licence and type are words of its own.", "The record arrives and keeps the words.",
        _holding(an_item(1, more=_UNKNOWN_TERMS)),
    ),
    "oai-error-with-status": _scenario(
        "H39", "noRecordsMatch comes with HTTP status 500.", "The body counts: there is nothing new.",
        _second_harvest_fault(fault("noRecordsMatch", status=500)),
    ),
    "oai-several-errors": _scenario(
        "H40", "Two errors at once, neither of them in the standard.",
        "The run fails with the repository's words and is tried again; nothing is removed.",
        _second_harvest_fault(_TWO_ERRORS),
    ),
}  # fmt: skip
