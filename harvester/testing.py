"""Sources for tests and benches: a fetcher that knows its answers, a loopback server that repeats recorded ones."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from harvester.errors import SourceUnreachable
from harvester.fetch import DEFAULT_LIMITS, Response
from harvester.network.response_body import Limits


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded answer."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/xml; charset=utf-8"})


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request the recorded server was sent; ``query`` decoded, header names in lower case."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


Raw = Callable[[BaseHTTPRequestHandler], None]
Answer = bytes | Recorded | Raw | Sequence[bytes | Recorded | Raw]
"""A body, a whole answer, a function that writes the answer, or a list of these: one a request, the last for ever."""


class FakeFetch:
    """A Fetcher that knows its answers by URL and query, in any order of arguments; anything else is unreachable."""

    def __init__(self, answers: Mapping[str, bytes | Response]) -> None:
        """Take the answers; bytes are the body of a 200."""
        self._answers = {_key(url): answer for url, answer in answers.items()}
        self.asked: list[str] = []

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        accept: str | None = None,
        limits: Limits = DEFAULT_LIMITS,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Response:
        """Give the answer known for the URL; a known ETag is answered 304."""
        whole = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}" if params else url
        self.asked.append(whole)
        answer = self._answers.get(_key(whole))
        if answer is None:
            raise SourceUnreachable(url=whole, reason="no answer is known for it")
        if isinstance(answer, bytes):
            return Response(200, {}, answer, whole)
        if etag and answer.headers.get("etag") == etag:
            return Response(304, answer.headers, b"", whole)
        return answer


class RecordedServer:
    """Answers by path and query, and remembers what it was asked."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        """Take answers by ``/path?query``, in any order of arguments; a path alone answers every other query."""
        self._answers = {_key(path): _steps(answer) for path, answer in answers.items()}
        self.requests: list[SeenRequest] = []
        self.url = ""

    def find_answer(self, target: str) -> Recorded | Raw:
        """Give the answer to a request target; a 404 where none is recorded."""
        steps = self._answers.get(_key(target)) or self._answers.get(_key(target.partition("?")[0]))
        if not steps:
            return Recorded(b"not recorded", 404, {"Content-Type": "text/plain"})
        return steps.pop(0) if len(steps) > 1 else steps[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Let a client hang up in silence; report anything else as usual."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def serve_recorded(answers: Mapping[str, Answer] | Path) -> Iterator[RecordedServer]:
    """Serve recorded answers, or the files of a directory by their names, on a free loopback port during the block."""
    recorded = RecordedServer(_files(answers) if isinstance(answers, Path) else answers)
    server = _Server(("127.0.0.1", 0), _handler(recorded))
    recorded.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield recorded
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(recorded: RecordedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            recorded.requests.append(SeenRequest(parts.path, dict(parse_qsl(parts.query)), headers))
            answer = recorded.find_answer(self.path)
            if not isinstance(answer, Recorded):
                self.close_connection = True
                answer(self)
                return
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body if answer.status != 304 else b"")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: a test's output is its result."""

    return Handler


def _files(directory: Path) -> dict[str, Answer]:
    return {
        f"/{path.relative_to(directory).as_posix()}": path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def _steps(answer: Answer) -> list[Recorded | Raw]:
    single = answer if isinstance(answer, Sequence) and not isinstance(answer, bytes) else [answer]
    return [Recorded(step) if isinstance(step, bytes) else step for step in single]


def _key(url: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    parts = urlsplit(url)
    host = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return host + unquote(parts.path), tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))
