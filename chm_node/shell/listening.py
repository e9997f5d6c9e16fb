"""The socket a service listens on, opened before anything else starts, so that a taken port is said in plain words."""

from __future__ import annotations

import socket

from chm_node.shell.terminal import ChmError, Exit

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
