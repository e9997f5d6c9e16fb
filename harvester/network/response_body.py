"""An answer's bytes, unpacked within limits; the unpacking stops at the limit instead of noticing it afterwards."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harvester.errors import EncodingRefused, ResponseTooLarge, SourceUnreachable

MIB = 1024 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_STEP_BYTES = 65_536
_RATIO_FROM_BYTES = 4 * MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one answer may take: bytes sent, bytes unpacked, their ratio, and seconds in all."""

    wire_bytes: int = 16 * MIB
    body_bytes: int = 64 * MIB
    ratio: int = 200
    deadline_s: float = 120.0


def read_body(chunks: Iterable[bytes], *, url: str, content_encoding: str, limits: Limits) -> bytes:
    """Give the unpacked body, or raise ResponseTooLarge, EncodingRefused or, where it breaks off, SourceUnreachable.

    Only a single gzip is unpacked. The bytes themselves decide: some servers declare gzip and send plain text, others
    send gzip undeclared.
    """
    encodings = [part for part in (part.strip().lower() for part in content_encoding.split(",")) if part != "identity"]
    if len([part for part in encodings if part]) > 1 or (encodings and encodings[0] not in {"", "gzip", "x-gzip"}):
        raise EncodingRefused(url=url, encoding=content_encoding)
    wire = _counted(chunks, url, limits)
    first = b""
    for chunk in wire:
        first += chunk
        if len(first) >= len(_GZIP_MAGIC):
            break
    rest = _chain(first, wire)
    return _unpack(rest, url, limits) if first.startswith(_GZIP_MAGIC) else b"".join(rest)


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _counted(chunks: Iterable[bytes], url: str, limits: Limits) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > min(limits.wire_bytes, limits.body_bytes):
            raise ResponseTooLarge(url=url, reason=f"more than {limits.wire_bytes // MIB or 1} MiB sent")
        yield chunk


def _unpack(chunks: Iterable[bytes], url: str, limits: Limits) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    body = bytearray()
    sent = 0
    for chunk in chunks:
        sent += len(chunk)
        pending = chunk
        while pending:
            try:
                body += unpacker.decompress(pending, _STEP_BYTES)
            except zlib.error as error:
                raise SourceUnreachable(url=url, reason=f"the gzip stream is damaged ({error})") from None
            _check_size(len(body), sent, url, limits)
            pending = unpacker.unconsumed_tail
            if unpacker.eof:
                pending = unpacker.unused_data
                if not pending.startswith(_GZIP_MAGIC):
                    return bytes(body)
                unpacker = zlib.decompressobj(wbits=31)
    if not unpacker.eof:
        raise SourceUnreachable(url=url, reason="the gzip stream breaks off")
    return bytes(body)


def _check_size(size: int, sent: int, url: str, limits: Limits) -> None:
    if size > limits.body_bytes:
        raise ResponseTooLarge(url=url, reason=f"more than {limits.body_bytes // MIB or 1} MiB unpacked")
    if size > _RATIO_FROM_BYTES and size > sent * limits.ratio:
        raise ResponseTooLarge(url=url, reason=f"it unpacks to more than {limits.ratio} times what was sent")
