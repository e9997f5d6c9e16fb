"""The parsing process: RDF documents in on standard input, N-Triples out; it can open neither files nor connections.

Run as ``python -m harvester.rdf.worker``. A request is a line of JSON (syntax, base, length, limits) and so many bytes;
the answer is N-Triples and a last line ``#ok`` or ``#error KIND REASON``. What is left of its life ends with its input.
"""

from __future__ import annotations

import io
import json
import logging
import math
import re
import resource
import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO
from xml.sax import SAXException

import rdflib
import rdflib.exceptions
from rdflib.graph import Graph
from rdflib.parser import create_input_source
from rdflib.plugins.parsers import jsonld, notation3, ntriples, rdfxml
from rdflib.store import Store
from rdflib.term import BNode, Literal

from harvester.rdf.contexts import ContextRefused, with_bundled_contexts
from harvester.rdf.limits import TOO_LONG

_FORBIDDEN = re.compile(
    r"open|os\.(system|exec|posix_spawn|spawn|fork|forkpty|startfile|putenv|remove|rename|mkdir|rmdir|link|symlink)|"
    r"socket\.|urllib\.|http\.|ftplib\.|smtplib\.|subprocess\.|ctypes\.|webbrowser\.|shutil\.|tempfile\.|pty\."
)
_UNSAFE = re.compile('[\x00-\x20<>"{}|^`\\\\]')
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\x00": "\ufffd"})
_SURROGATE = re.compile("[\ud800-\udfff]")
_BATCH = 2_000
_SLIPS = (ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, TypeError)
"""What the four parsers raise over some documents that are not in order, without saying where."""


class _TooMuch(Exception):
    """The document has more triples than allowed."""


class _Lines(Store):
    """Writes triples as they are parsed and keeps none."""

    def __init__(self, out: BinaryIO, limits: Mapping[str, Any]) -> None:
        super().__init__()
        self._out = out
        self._most = int(limits["triples"])
        self._longest = int(limits["literal_bytes"])
        self._pending: list[str] = []
        self.count = 0

    def add(self, triple: Any, context: Any = None, quoted: bool = False) -> None:
        subject, predicate, value = triple
        self.count += 1
        if self.count > self._most:
            raise _TooMuch(f"it has more than {self._most} triples")
        self._pending.append(f"{_name(subject)} {_name(predicate)} {self._term(value)} .\n")
        if len(self._pending) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        self._out.write("".join(self._pending).encode())
        self._pending.clear()

    def _term(self, value: Any) -> str:
        if not isinstance(value, Literal):
            return _name(value)
        text = _SURROGATE.sub("\ufffd", str(value))
        if len(text) > self._longest or (len(text) * 4 > self._longest and len(text.encode()) > self._longest):
            return f'"{len(text)}"^^<{TOO_LONG}>'
        quoted = f'"{text.translate(_ESCAPES)}"'
        if value.language:
            return f"{quoted}@{value.language}"
        return f"{quoted}^^{_name(value.datatype)}" if value.datatype else quoted


def _name(term: Any) -> str:
    if isinstance(term, BNode):
        return f"_:{re.sub('[^A-Za-z0-9]', '', term) or 'b'}"
    text = _SURROGATE.sub("\ufffd", str(term))
    return f"<{_UNSAFE.sub(lambda found: f'%{ord(found[0]):02X}', text)}>"


def _read_turtle(body: bytes, base: str, graph: Graph) -> None:
    source = create_input_source(data=body, publicID=base, format="turtle")
    notation3.TurtleParser().parse(source, graph)  # type: ignore[no-untyped-call]


def _read_xml(body: bytes, base: str, graph: Graph) -> None:
    source = create_input_source(data=body, publicID=base, format="xml")
    rdfxml.RDFXMLParser().parse(source, graph)  # type: ignore[no-untyped-call]


def _read_nt(body: bytes, base: str, graph: Graph) -> None:
    ntriples.W3CNTriplesParser(ntriples.NTGraphSink(graph)).parse(io.BytesIO(body))


def _read_json_ld(body: bytes, base: str, graph: Graph) -> None:
    document = with_bundled_contexts(json.loads(body))
    jsonld.to_rdf(document, graph, base=base)


_READERS: Mapping[str, Callable[[bytes, str, Graph], None]] = {
    "turtle": _read_turtle,
    "xml": _read_xml,
    "nt": _read_nt,
    "json-ld": _read_json_ld,
}
_SAMPLES = {
    "turtle": b'@prefix x: <http://x.example/> . x:a x:b [ x:c "1"@en, 2.5, 1e3, true ] .',
    "xml": b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://x.example/">'
    b'<x:A r:about="http://x.example/a"><x:b xml:lang="en">1</x:b></x:A></r:RDF>',
    "nt": b'<http://x.example/a> <http://x.example/b> "1"@en .\n',
    "json-ld": b'{"@context":{"b":"http://x.example/b"},"@id":"http://x.example/a","b":{"@value":"1","@language":"en"}}',
}


def main() -> None:
    """Answer documents until the input ends."""
    logging.disable(logging.CRITICAL)
    rdflib.NORMALIZE_LITERALS = False
    source, out = sys.stdin.buffer, sys.stdout.buffer
    for syntax, body in _SAMPLES.items():  # everything that is imported late is imported here, before doors close
        _read(body, {"syntax": syntax, "base": "http://x.example/", "triples": 99, "literal_bytes": 99}, io.BytesIO())
    sys.addaudithook(_refuse)
    while line := source.readline():
        asked = json.loads(line)
        body = source.read(asked["length"])
        _limit(asked)
        out.write(_read(body, asked, out))
        out.flush()


def _refuse(event: str, arguments: Any) -> None:
    if _FORBIDDEN.match(event):
        raise PermissionError(f"{event} is not allowed here: {arguments!r}"[:300])


def _limit(asked: Mapping[str, Any]) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = math.ceil(used.ru_utime + used.ru_stime) + int(asked["cpu_s"])
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_AS, (int(asked["memory_bytes"]), resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(body: bytes, asked: Mapping[str, Any], out: BinaryIO) -> bytes:
    """Write the triples and give the last line."""
    store = _Lines(out, asked)
    try:
        _READERS[asked["syntax"]](body, asked["base"], Graph(store, bind_namespaces="none"))
        store.flush()
    except ContextRefused as error:
        return _error("context", error)
    except _TooMuch as error:
        return _error("limit", error)
    except MemoryError:
        return _error("limit", ValueError("it needs more memory than allowed"))
    except RecursionError:
        return _error("limit", ValueError("it is nested too deeply"))
    except PermissionError as error:
        return _error("forbidden", error)
    except (SyntaxError, ValueError, rdflib.exceptions.Error, SAXException) as error:
        return _error("syntax", error)
    except _SLIPS as error:
        return _error("syntax", ValueError(f"it breaks off, or is no {asked['syntax']} ({error})"))
    return b"#ok\n"


def _error(kind: str, error: Exception) -> bytes:
    reason = " ".join(_SURROGATE.sub("\ufffd", str(error) or type(error).__name__).split())
    return f"#error {kind} {reason[:400]}\n".encode()


if __name__ == "__main__":
    main()
