"""Throw-away certificates for faulty servers on loopback: expired, self-signed, for another name. Never for real use.

ECDSA on P-256 by the textbook (FIPS 186-5, SEC 1, RFC 5280) in plain arithmetic, whose timing gives the key away: good
enough for a key that lives as long as a test, and it needs no library and no program.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha1, sha256
from ipaddress import IPv4Address

_P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
_EC_KEY, _P256, _ECDSA_SHA256 = "1.2.840.10045.2.1", "1.2.840.10045.3.1.7", "1.2.840.10045.4.3.2"
_COMMON_NAME = "2.5.4.3"
_KEY_IDENTIFIER, _ISSUER_KEY, _BASIC, _OTHER_NAMES = "2.5.29.14", "2.5.29.35", "2.5.29.19", "2.5.29.17"

Point = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Key:
    """A private key and its point."""

    secret: int
    point: tuple[int, int]

    @property
    def public(self) -> bytes:
        """The point as SEC 1 writes it, uncompressed."""
        return b"\x04" + self.point[0].to_bytes(32, "big") + self.point[1].to_bytes(32, "big")

    def pem(self) -> str:
        """Give the key as SEC 1's ECPrivateKey."""
        public = _tagged(0xA1, _bits(self.public))
        content = _sequence(
            _integer(1), _tagged(4, self.secret.to_bytes(32, "big")), _tagged(0xA0, _oid(_P256)), public
        )
        return _pem("EC PRIVATE KEY", content)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a certificate says: whom it is for, from when until when, and whether it may sign others."""

    name: str
    host: str = ""
    valid_from: timedelta = timedelta(days=-2)
    valid_until: timedelta = timedelta(days=2)
    authority: bool = False


def new_key() -> Key:
    """Make a key."""
    secret = secrets.randbelow(_N - 1) + 1
    point = _times(secret, _G)
    assert point is not None, "a secret below the order has a point"
    return Key(secret, point)


def certificate_pem(wish: Wish, key: Key, issuer_name: str, issuer_key: Key) -> str:
    """Give a certificate of a key, signed by an issuer (RFC 5280 §4.1); self-signed where both are one."""
    now = datetime.now(UTC)
    algorithm = _sequence(_oid(_ECDSA_SHA256))
    content = _sequence(
        _tagged(0xA0, _integer(2)),
        _integer(secrets.randbits(120) | 1),
        algorithm,
        _name(issuer_name),
        _sequence(_time(now + wish.valid_from), _time(now + wish.valid_until)),
        _name(wish.name),
        _sequence(_sequence(_oid(_EC_KEY), _oid(_P256)), _bits(key.public)),
        _tagged(0xA3, _sequence(*_extensions(wish, key, issuer_key))),
    )
    return _pem("CERTIFICATE", _sequence(content, algorithm, _bits(_sign(content, issuer_key))))


def _extensions(wish: Wish, key: Key, issuer_key: Key) -> list[bytes]:
    found = [
        _extension(_KEY_IDENTIFIER, _tagged(4, sha1(key.public, usedforsecurity=False).digest())),
        _extension(_ISSUER_KEY, _sequence(_tagged(0x80, sha1(issuer_key.public, usedforsecurity=False).digest()))),
        _extension(_BASIC, _sequence(*([_tagged(1, b"\xff")] if wish.authority else [])), critical=True),
    ]
    if wish.host:
        found.append(_extension(_OTHER_NAMES, _sequence(_host(wish.host))))
    return found


def _host(host: str) -> bytes:
    if host.replace(".", "").isdecimal():
        return _tagged(0x87, IPv4Address(host).packed)
    return _tagged(0x82, host.encode("ascii"))


def _extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    return _sequence(_oid(oid), *([_tagged(1, b"\xff")] if critical else []), _tagged(4, value))


def _sign(message: bytes, key: Key) -> bytes:
    digest = int.from_bytes(sha256(message).digest(), "big")
    while True:
        nonce = secrets.randbelow(_N - 1) + 1
        point = _times(nonce, _G)
        first = point[0] % _N if point else 0
        second = pow(nonce, -1, _N) * (digest + first * key.secret) % _N
        if first and second:
            return _sequence(_integer(first), _integer(second))


def _times(factor: int, point: Point) -> Point:
    total: Point = None
    while factor:
        if factor & 1:
            total = _plus(total, point)
        point = _plus(point, point)
        factor >>= 1
    return total


def _plus(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % _P == 0:
        return None
    top, below = (3 * x1 * x1 - 3, 2 * y1) if one == other else (y2 - y1, x2 - x1)
    slope = top * pow(below, -1, _P) % _P
    x3 = (slope * slope - x1 - x2) % _P
    return x3, (slope * (x1 - x3) - y1) % _P


def _tagged(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _sequence(*parts: bytes) -> bytes:
    return _tagged(0x30, b"".join(parts))


def _integer(number: int) -> bytes:
    return _tagged(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _bits(content: bytes) -> bytes:
    return _tagged(3, b"\x00" + content)


def _oid(text: str) -> bytes:
    first, second, *rest = map(int, text.split("."))
    content = bytes([40 * first + second])
    for number in rest:
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.insert(0, 0x80 | number & 0x7F)
        content += bytes(groups)
    return _tagged(6, content)


def _name(text: str) -> bytes:
    return _sequence(_tagged(0x31, _sequence(_oid(_COMMON_NAME), _tagged(0x0C, text.encode()))))


def _time(at: datetime) -> bytes:
    return _tagged(0x17, at.strftime("%y%m%d%H%M%SZ").encode())


def _pem(label: str, content: bytes) -> str:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(content).decode()}-----END {label}-----\n"
