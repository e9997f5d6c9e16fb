"""A limit on request bodies at the edge of the app: nothing larger is read into memory; it answers nothing itself."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chm_node.errors import BodyTooLarge

LIMIT_BYTES = 10_000_000


class BodyLimit:
    """Lets whoever reads a body that is too large meet BodyTooLarge, announced or not."""

    def __init__(self, app: ASGIApp, *, limit_bytes: int = LIMIT_BYTES) -> None:
        """Wrap an app."""
        self._app, self._limit = app, limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a ``receive`` that counts."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        received = 0

        async def counted() -> Message:
            nonlocal received
            if announced.isdigit() and int(announced) > self._limit:
                raise BodyTooLarge(limit=f"{self._limit // 1_000_000} MB")
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit:
                raise BodyTooLarge(limit=f"{self._limit // 1_000_000} MB")
            return message

        await self._app(scope, counted, send)
