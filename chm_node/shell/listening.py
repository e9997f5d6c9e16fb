"""Listening and serving: a web application on a port, with a clear word where the port cannot be had."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from chm_node.shell.terminal import ChmError, Exit, Output

if TYPE_CHECKING:
    from fastapi import FastAPI

    from chm_node.publishing.settings_source import CommonSettings

_WAITING = 2048


class AddressUnusable(ChmError):
    """The service cannot listen on {host}, port {port}: {reason}."""

    exit_code = Exit.USAGE
    fix = "Stop the program that uses it, or choose another with --host and --port."


def open_socket(host: str, port: int) -> socket.socket:
    """Give a socket that listens on the address; AddressUnusable where it is taken or not of this machine."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=_WAITING)
    except OSError as error:
        reason = str(error.strerror or error).partition(" (while")[0]  # Python 3.11 adds what it was doing
        raise AddressUnusable(host=host, port=port, reason=reason) from None


def serve(app: FastAPI, settings: CommonSettings, out: Output, *, when_listening: Callable[[], object]) -> None:
    """Serve the application until it is stopped; ``when_listening`` is called once the port is ours."""
    import uvicorn

    config = uvicorn.Config(
        app,
        log_level="debug" if out.verbose else "warning" if out.quiet else "info",
        proxy_headers=settings.trust_proxy,
        forwarded_allow_ips="*" if settings.trust_proxy else None,
        timeout_graceful_shutdown=5,
        server_header=False,
    )
    with open_socket(settings.host, settings.port) as listening, contextlib.suppress(KeyboardInterrupt):
        when_listening()
        out.note(f"{settings.name} at {settings.public_url} (stop with Ctrl-C)")
        uvicorn.Server(config).run([listening])
