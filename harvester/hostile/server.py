"""The hostile provider: a real HTTP server on loopback that plays scenarios, one below each path. Loopback only."""

from __future__ import annotations

import ssl
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import parse_qsl, urlsplit

from harvester.hostile.scenario import SITEMAP, SOURCE_PATHS, Call, Play, Reply, Scenario
from harvester.testing import Recorded

LOOPBACK = "127.0.0.1"
ROBOTS_PATH = "/robots.txt"
_REMEMBERED = 10_000
_MOST_POSTED = 65_536


class HostileServer:
    """Plays scenarios by name; ``requests`` are the latest ones, oldest first."""

    def __init__(
        self, scenarios: Mapping[str, Scenario], port: int = 0, *, secured_by: ssl.SSLContext | None = None
    ) -> None:
        """Take the port, 0 for any free one; OSError where another program has it. ``secured_by`` makes it HTTPS."""
        self._scenarios = scenarios
        self._plays: dict[str, Play] = {name: scenario.make() for name, scenario in scenarios.items()}
        self._locks = {name: Lock() for name in scenarios}
        self.requests: deque[Call] = deque(maxlen=_REMEMBERED)
        self._server = _Server((LOOPBACK, port), _handler(self))
        if secured_by is not None:  # hands are shaken by the thread of the request, not by the one that accepts
            self._server.socket = secured_by.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.url = f"{'https' if secured_by else 'http'}://{LOOPBACK}:{self._server.server_address[1]}"

    def source_url(self, name: str) -> str:
        """Give the address to harvest a scenario at."""
        return f"{self.url}/{name}{SOURCE_PATHS[self._scenarios[name].protocol]}"

    def reply(self, target: str, body: bytes = b"") -> Reply:
        """Give a scenario's answer to a request target and what was posted, or a list of what there is."""
        parts = urlsplit(target)
        name, slash, rest = parts.path.lstrip("/").partition("/")
        if target == ROBOTS_PATH:
            return self._robots()
        if name not in self._plays:
            listed = "\n".join(f"{self.source_url(known)}  {self._scenarios[known].does}" for known in self._plays)
            return Recorded(listed.encode(), 404 if name else 200, {"Content-Type": "text/plain; charset=utf-8"})
        call = Call(f"{self.url}/{name}", slash + rest, dict(parse_qsl(parts.query, keep_blank_values=True)), body)
        self.requests.append(call)
        with self._locks[name]:
            return self._plays[name](call)

    def _robots(self) -> Reply:
        """Give what the web sites say in their robots.txt: as all live on one host, they have one between them."""
        sites = [name for name, scenario in self._scenarios.items() if scenario.protocol == SITEMAP]
        replies = [self._plays[name](Call(f"{self.url}/{name}", ROBOTS_PATH, {})) for name in sites]
        told = [reply.body for reply in replies if isinstance(reply, Recorded) and reply.status == 200]
        return Recorded(b"\n\n".join(told), 200 if told else 404, {"Content-Type": "text/plain"})

    def serve(self) -> None:
        """Answer until ``stop``."""
        self._server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """Answer nothing more; call it from another thread than ``serve``."""
        self._server.shutdown()

    def close(self) -> None:
        """Give the port back."""
        self._server.server_close()


@contextmanager
def serve_hostile(scenarios: Mapping[str, Scenario]) -> Iterator[HostileServer]:
    """Play scenarios on a free port during the block."""
    server = HostileServer(scenarios)
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        server.close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Let a client hang up in silence; report anything else as usual."""
        if not isinstance(sys.exc_info()[1], ConnectionError | ssl.SSLError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _handler(server: HostileServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            self._answer(self.rfile.read(min(int(length), _MOST_POSTED)) if length.isdecimal() else b"")

        def _answer(self, body: bytes) -> None:
            reply = server.reply(self.path, body)
            if not isinstance(reply, Recorded):
                self.close_connection = True
                reply(self)
                return
            self.send_response(reply.status)
            for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
