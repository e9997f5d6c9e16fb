"""Answers that are no DCAT catalogue, or one that attacks its reader."""

from __future__ import annotations

from collections.abc import Mapping

from harvester.hostile.dcat_catalogue import a_dataset, a_json_dataset, data_json, json_ld, some_datasets, turtle
from harvester.hostile.scenario import DCAT, Call, Reply, Scenario
from harvester.testing import Recorded

_HTML = {"Content-Type": "text/html; charset=utf-8"}
_LOGIN = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form action='/login'></form></body></html>"
_RDF_XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#"
 xmlns:dct="http://purl.org/dc/terms/"><dcat:Dataset rdf:about="https://data.example/dataset/1">
<dct:title xml:lang="en">{title}</dct:title></dcat:Dataset></rdf:RDF>"""
_XXE = '<!DOCTYPE rdf:RDF [<!ENTITY secret SYSTEM "file:///etc/hostname">]>\n'
_BOMB = "<!DOCTYPE rdf:RDF [<!ENTITY a0 'xxxxxxxxxx'>{}]>\n".format(
    "".join(f"<!ENTITY a{step} '{f'&a{step - 1};' * 10}'>" for step in range(1, 10))
)
PADDING_BYTES = 1024 * 1024
PADDED = 20
"""So many datasets of a MiB each: more than one answer of another protocol may have."""


def _login(call: Call) -> Reply:
    if call.path == "/login":
        return Recorded(_LOGIN, 200, _HTML)
    return Recorded(b"", 302, {"Location": f"{call.root}/login"})


def _rdf_xml(text: str) -> Recorded:
    return Recorded(text.encode(), 200, {"Content-Type": "application/rdf+xml"})


def _with_context(context: str) -> Recorded:
    return json_ld({
        "@context": context, "@id": "https://data.example/", "@type": "dcat:Catalog", "dcat:dataset": []
    })  # fmt: skip


def _scoped_context(call: Call) -> Reply:
    inner = {"@id": "http://www.w3.org/ns/dcat#dataset", "@context": f"{call.root}/context.jsonld"}
    return json_ld({"@context": {"dataset": inner}, "@graph": [{"@id": "https://data.example/", "dataset": {}}]})


def _nested(call: Call) -> Reply:
    body = b'{"@context":{},"@graph":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
    return Recorded(body, 200, {"Content-Type": "application/ld+json"})


def _not_utf_8(call: Call) -> Reply:
    good = turtle([a_dataset(1), a_dataset(2, "Marais d'Yves, QQQ 2019"), a_dataset(3)])
    return Recorded(good.body.replace(b"QQQ", b"\xe9t\xe9"), 200, good.headers)


def _cut_short(call: Call) -> Reply:
    whole = turtle(some_datasets(5))
    return Recorded(whole.body[:-40], 200, whole.headers)


def _json_cut_short(call: Call) -> Reply:
    whole = data_json([a_json_dataset(number) for number in range(1, 6)])
    return Recorded(whole.body[:-40], 200, whole.headers)


def _one_broken(call: Call) -> Reply:
    untitled = '<https://data.example/dataset/4> a dcat:Dataset ; dct:description "No title."@en .\n'
    return turtle([*some_datasets(3), untitled, *some_datasets(3, 5)])


def _json_one_broken(call: Call) -> Reply:
    broken = b'{"identifier":"wetland-4","title":"Wetland \xff count"}'
    numbered = b'{"identifier":"wetland-5","title":}'
    return data_json([a_json_dataset(1), a_json_dataset(2), broken, numbered, b"null", a_json_dataset(6)])


def _padded(call: Call) -> Reply:
    padding = "x" * PADDING_BYTES
    return data_json([a_json_dataset(number, padding=padding) for number in range(1, PADDED + 1)])


def _told(does: str, must: str, answer: Reply | object, *ids: str) -> Scenario:
    play = answer if callable(answer) else lambda call: answer
    return Scenario(ids or ("own",), DCAT, does, must, lambda: play)  # type: ignore[arg-type,return-value]


DCAT_PAYLOADS: Mapping[str, Scenario] = {
    "dcat-web-page": _told(
        "A web page with status 200 instead of the catalogue.",
        "The run fails and says what it saw.",
        Recorded(b"<!DOCTYPE html><html><body><h1>Open data portal</h1></body></html>", 200, _HTML),
    ),
    "dcat-login-page": _told(
        "The address leads to a login page.", "The run fails and says that it saw a web page.", _login
    ),
    "dcat-empty-body": _told(
        "Status 200 and no byte.",
        "The run fails; that is no empty catalogue.",
        Recorded(b"", 200, {"Content-Type": "text/turtle"}),
    ),
    "dcat-json-error": _told(
        "Status 200 and a JSON object that says there was an error.",
        "The run fails and says what it saw.",
        Recorded(b'{"error":{"code":"backend_gone"}}', 200, {"Content-Type": "application/json"}),
    ),
    "dcat-other-rdf": _told(
        "RDF without a catalogue or a dataset.",
        "The run fails and says what it saw.",
        Recorded(
            b"<https://data.example/> <http://xmlns.com/foaf/0.1/name> 'A portal' .",
            200,
            {"Content-Type": "text/turtle"},
        ),
    ),
    "dcat-cut-short": _told("The Turtle breaks off.", "The run fails and says where; nothing is taken.", _cut_short),
    "dcat-json-cut-short": _told(
        "The data.json breaks off.", "The run fails and says where; nothing is taken.", _json_cut_short
    ),
    "dcat-remote-context": _told(
        "The JSON-LD names a context on a server.",
        "The context is not fetched; the run fails and says which one it wanted.",
        lambda call: _with_context(f"{call.root}/context.jsonld"),
        "H48",
    ),
    "dcat-file-context": _told(
        "The JSON-LD names a file of the harvester's machine as its context.",
        "The file is not read; the run fails and says which one it wanted.",
        _with_context("file:///etc/hostname"),
        "H48",
    ),
    "dcat-scoped-context": _told(
        "A remote context hides inside a term of the document's own context.",
        "It is not fetched; the run fails and says which one it wanted.",
        _scoped_context,
        "H48",
    ),
    "dcat-external-entity": _told(
        "The RDF/XML declares an entity that is a file.",
        "The document is refused; the file is not read.",
        _rdf_xml(_XXE + _RDF_XML.format(title="&secret;")),
    ),
    "dcat-entity-bomb": _told(
        "The RDF/XML declares entities that unfold to ten thousand million letters.",
        "The document is refused at once.",
        _rdf_xml(_BOMB + _RDF_XML.format(title="&a9;")),
    ),
    "dcat-deep-nesting": _told(
        "The JSON-LD is nested twenty thousand times.", "The document is refused; the harvester goes on.", _nested
    ),
    "dcat-not-utf-8": _told(
        "One title of three holds bytes that are not UTF-8.",
        "That dataset is set aside with the reason; the others are taken.",
        _not_utf_8,
    ),
    "dcat-long-text": _told(
        "One description of three has two million letters.",
        "That dataset is set aside with the reason; the others are taken.",
        lambda call: turtle([a_dataset(1), a_dataset(2, more=f'dct:abstract "{"x" * 2_000_000}" ;'), a_dataset(3)]),
    ),
    "dcat-one-without-title": _told(
        "One dataset of seven has no title.", "It is refused with the reason; the others are taken.", _one_broken
    ),
    "dcat-json-broken-entries": _told(
        "Three entries of a data.json are no JSON, not UTF-8 or no object.",
        "Each is told; the other three are taken.",
        _json_one_broken,
    ),
    "dcat-large-document": _told(
        "A data.json of 20 MiB in one answer.", "It is cut dataset by dataset; all are taken.", _padded, "F50"
    ),
}
