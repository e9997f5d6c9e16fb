"""What every answer wears: security headers, CORS for readers, gzip and HEAD; ASGI middleware that reads no content."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chm_node.shell.conditional import GZIP_MARK
from chm_node.shell.negotiate import accepts_gzip

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; form-action 'self'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
CORS_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link, CHM-Next-Since, CHM-Redirect-Reason, Retry-After",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": (
        "Accept, Accept-Language, Authorization, Content-Type, If-Modified-Since, If-None-Match"
    ),
    "Access-Control-Max-Age": "86400",
}
_YEAR_S = 31_536_000


class OpenHeaders:
    """Adds the security headers to every answer and lets any site read (never write) what is public."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        """Wrap an app; ``https`` adds Strict-Transport-Security."""
        self._app = app
        self._security = dict(SECURITY_HEADERS)
        if https:
            self._security["Strict-Transport-Security"] = f"max-age={_YEAR_S}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight; otherwise pass on and add headers where the app set none of that name."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and "access-control-request-method" in Headers(scope=scope):
            await _answer_preflight(send, self._security)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                readable = CORS_HEADERS if scope["method"] in ("GET", "HEAD") else {}
                for name, value in {**self._security, **readable}.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


async def _answer_preflight(send: Send, security: dict[str, str]) -> None:
    named = {**security, **CORS_HEADERS, **_PREFLIGHT, "Content-Length": "0"}
    raw = [(name.lower().encode(), value.encode()) for name, value in named.items()]
    await send({"type": "http.response.start", "status": 204, "headers": raw})
    await send({"type": "http.response.body", "body": b""})


class Compression:
    """Compresses what the client takes compressed; a quality of 0 is a no, and a compressed answer has its own ETag."""

    def __init__(self, app: ASGIApp, *, minimum_bytes: int = 700) -> None:
        """Wrap an app; smaller bodies than ``minimum_bytes`` are left alone."""
        self._gzip = GZipMiddleware(app, minimum_size=minimum_bytes, compresslevel=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell the compressor a plain yes or no: it does not read qualities (Starlette 1.10, 2026)."""
        if scope["type"] != "http":
            await self._gzip(scope, receive, send)
            return
        asked = Headers(scope=scope)
        answer = b"gzip" if accepts_gzip(asked.get("accept-encoding")) else b"identity"
        held = asked.get("if-none-match", "")
        kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]

        async def with_own_tag(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "accept-encoding" not in headers.get("vary", "").lower():
                    headers.add_vary_header("Accept-Encoding")
                own = f'{headers.get("etag", "")[:-1]}{GZIP_MARK}"'
                packed = headers.get("content-encoding") == "gzip" or (message["status"] == 304 and own in held)
                if packed and headers.get("etag", "").startswith('"'):
                    headers["etag"] = own
            await send(message)

        await self._gzip({**scope, "headers": [*kept, (b"accept-encoding", answer)]}, receive, with_own_tag)


class WithoutNul:
    """Shows the app an address without NUL characters: no text holds one, and PostgreSQL refuses to look for one."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with the replacement character for each NUL, so that nothing is found there."""
        if scope["type"] == "http" and ("\0" in scope["path"] or b"%00" in scope["query_string"]):
            query = scope["query_string"].replace(b"%00", b"%EF%BF%BD")
            scope = {**scope, "path": scope["path"].replace("\0", "\ufffd"), "query_string": query}
        await self._app(scope, receive, send)


class HeadAsGet:
    """Answers HEAD as GET without the body (RFC 9110 §9.3.2): the routes need to know GET only."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as GET and drop what it answers after the headers."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, without_body)


def add_header_middleware(app: Starlette, *, https: bool = False) -> None:
    """Put the header middleware round an app; the last added is the outermost."""
    app.add_middleware(Compression)
    app.add_middleware(WithoutNul)
    app.add_middleware(HeadAsGet)
    app.add_middleware(OpenHeaders, https=https)
