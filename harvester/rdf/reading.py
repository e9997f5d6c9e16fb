"""RDF documents → triples, by way of a parsing process, kept for a whole list and killed when it takes too long."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import IO

import orjson

from harvester.errors import AnswerUnreadable, ContextRefused
from harvester.rdf.graph import Graph, parse_line
from harvester.rdf.limits import RdfLimits
from harvester.xml import REPLACEMENT, parse_xml, tree_bytes

_ROOT = Path(__file__).resolve().parents[2]
_DEFAULT = RdfLimits()
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Reading:
    """The triples of a document and what had to be done to its bytes before it could be parsed.

    ``lost_letters``: bytes that are not UTF-8 stand as U+FFFD in the texts, so what holds one must not be kept.
    """

    graph: Graph
    repairs: tuple[str, ...] = ()
    lost_letters: bool = False


class RdfReader:
    """Parses documents one after another; use it in a with, or close it."""

    def __init__(self, limits: RdfLimits = _DEFAULT) -> None:
        """Start nothing yet; the process begins with the first document."""
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> RdfReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The number of the running process, None where there is none."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    _close(pipe)
            process.wait()

    def read(self, body: bytes, syntax: str, *, url: str) -> Reading:
        """Give the triples of a document in one of SYNTAXES; relative addresses are completed with ``url``.

        AnswerUnreadable where it cannot be parsed or goes over a limit, AnswerForbidden for XML with a DOCTYPE,
        ContextRefused for JSON-LD that wants a context we do not have.
        """
        body, repairs, lost_letters = _in_utf_8(body, syntax, url)
        process = self._running()
        timer = Timer(self._limits.wall_s, process.kill)
        timer.start()
        graph, last = Graph(), ""
        try:
            for line in self._answer(process, body, syntax, url):
                if line.startswith("#"):
                    last = line
                    break
                graph.add(*parse_line(line))
        finally:
            timer.cancel()
        if last != "#ok":
            self._fail(last, url)
        return Reading(graph, repairs, lost_letters)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-m", "harvester.rdf.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                env={"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"},
            )
        return self._process

    def _answer(self, process: subprocess.Popen[bytes], body: bytes, syntax: str, url: str) -> Iterator[str]:
        assert process.stdin is not None
        assert process.stdout is not None
        limits = self._limits
        asked = {
            "syntax": syntax,
            "base": url,
            "length": len(body),
            "triples": limits.triples,
            "literal_bytes": limits.literal_bytes,
            "cpu_s": limits.cpu_s,
            "memory_bytes": limits.memory_bytes,
        }
        try:
            process.stdin.write(orjson.dumps(asked) + b"\n")
            process.stdin.write(body)
            process.stdin.flush()
        except OSError:  # it was killed; what it said before tells nothing
            return
        for line in process.stdout:
            if not line.endswith(b"\n"):
                return
            yield line[:-1].decode()

    def _fail(self, last: str, url: str) -> None:
        if not last:
            self.close()
            raise AnswerUnreadable(url=url, reason="the parser gave up: it took more time or memory than allowed")
        _, kind, reason = last.split(" ", 2)
        if kind == "context":
            raise ContextRefused(url=url, context=reason)
        raise AnswerUnreadable(url=url, reason=reason)


def _in_utf_8(body: bytes, syntax: str, url: str) -> tuple[bytes, tuple[str, ...], bool]:
    if syntax == "xml":
        answer = parse_xml(body, url=url)
        return tree_bytes(answer.root), answer.repairs, answer.lost_letters
    plain = body.removeprefix(_BOM)
    try:
        plain.decode()
    except UnicodeDecodeError:
        text = plain.decode("utf-8", "replace")
        return text.encode(), (f"{text.count(REPLACEMENT)} places were not UTF-8",), True
    return plain, (), False


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:  # unsent bytes of a process that is gone
        return
