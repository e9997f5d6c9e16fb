"""Answers that go wrong below the level of documents: broken off, dripping, silent, bursting. Each writes one reply."""

from __future__ import annotations

import gzip
import socket
import struct
import time
from http.server import BaseHTTPRequestHandler

from harvester.network.response_body import MIB
from harvester.testing import Raw, Recorded

_LONGEST_S = 30.0
_DROP_EVERY_S = 0.1


def broken_off(reply: Recorded, *, after: int) -> Raw:
    """Send some bytes of a body whose whole length was announced, then reset the connection."""

    def write(handler: BaseHTTPRequestHandler) -> None:
        _head(handler, reply, len(reply.body))
        handler.wfile.write(reply.body[:after])
        handler.wfile.flush()
        linger_no_time = struct.pack("ii", 1, 0)  # close then sends a reset
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_no_time)

    return write


def cut_short(reply: Recorded, *, by: int) -> Recorded:
    """Leave bytes out at the end and announce the shorter length, as a full disk or a dying script does."""
    return Recorded(reply.body[:-by], reply.status, reply.headers)


def silent(handler: BaseHTTPRequestHandler) -> None:
    """Take the request and never answer."""
    _drip(handler, b"")


def dripping(reply: Recorded) -> Raw:
    """Send the head, then a byte now and then, each in time for a read timeout."""

    def write(handler: BaseHTTPRequestHandler) -> None:
        _head(handler, reply, 10 * MIB)
        _drip(handler, b" ")

    return write


def dripping_head(handler: BaseHTTPRequestHandler) -> None:
    """Send header lines for ever."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    _drip(handler, b"X-More: 1\r\n")


def another_service(handler: BaseHTTPRequestHandler) -> None:
    """Answer as a server of something else does."""
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")


def gzip_bomb(size_mib: int = 1024) -> Recorded:
    """Give a small body that unpacks to very much: one gzip member of zeros, over and over."""
    member = gzip.compress(bytes(MIB))
    return Recorded(member * size_mib, 200, {"Content-Encoding": "gzip", "Content-Type": "text/xml"})


def very_long(reply: Recorded, size_bytes: int) -> Recorded:
    """Put so many spaces before an answer."""
    return Recorded(b" " * size_bytes + reply.body, reply.status, reply.headers)


def redirect(target: str, status: int = 302) -> Recorded:
    """Send the client elsewhere."""
    return Recorded(b"", status, {"Location": target})


def busy(retry_after: str, status: int = 503) -> Recorded:
    """Ask to be left alone for a while."""
    return Recorded(b"busy", status, {"Retry-After": retry_after, "Content-Type": "text/plain"})


def web_page(text: str, status: int = 200) -> Recorded:
    """Give a page for people."""
    body = f"<!DOCTYPE html><html><head><title>{text}</title></head><body><h1>{text}</h1></body></html>"
    return Recorded(body.encode(), status, {"Content-Type": "text/html; charset=utf-8"})


def _head(handler: BaseHTTPRequestHandler, reply: Recorded, length: int) -> None:
    handler.send_response(reply.status)
    for name, value in {**reply.headers, "Content-Length": str(length)}.items():
        handler.send_header(name, value)
    handler.end_headers()


def _drip(handler: BaseHTTPRequestHandler, drop: bytes) -> None:
    ends_at = time.monotonic() + _LONGEST_S
    try:
        while time.monotonic() < ends_at:
            handler.wfile.write(drop)
            handler.wfile.flush()
            if _has_hung_up(handler.connection):
                return
            time.sleep(_DROP_EVERY_S)
    except OSError:  # the client has hung up, as it should
        return


def _has_hung_up(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    finally:
        connection.setblocking(True)
