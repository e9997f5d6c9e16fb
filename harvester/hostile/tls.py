"""Hostile providers behind HTTPS whose certificates are faulty; keys and certificates are made when one is served."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from harvester.hostile.certificates import Wish, certificate_pem, new_key
from harvester.hostile.scenario import Scenario
from harvester.hostile.server import LOOPBACK, HostileServer

_AUTHORITY = "A private authority"
_SERVER = "A provider on loopback"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a certificate, and what a harvester must say of it."""

    does: str
    must: str
    host: str = LOOPBACK
    valid_from: timedelta = timedelta(days=-2)
    valid_until: timedelta = timedelta(days=2)
    self_signed: bool = False


CERTIFICATES: Mapping[str, Fault] = {
    "expired": Fault(
        "Its certificate expired yesterday.", "The run fails and says so.", valid_until=timedelta(days=-1)
    ),
    "not-yet-valid": Fault(
        "Its certificate is valid from tomorrow on.", "The run fails and says so.", valid_from=timedelta(days=1)
    ),
    "other-name": Fault("Its certificate is for another host.", "The run fails and says so.", host="other.example"),
    "self-signed": Fault("It signed its certificate itself.", "The run fails and says so.", self_signed=True),
    "private-authority": Fault(
        "Its certificate comes from an authority nobody knows.",
        "The run fails and says so; with the authority in ca_file all records arrive.",
    ),
}
"""All but the last stay refused although their authority is trusted."""


@contextmanager
def serve_faulty(fault: Fault, scenarios: Mapping[str, Scenario], authority_file: Path) -> Iterator[HostileServer]:
    """Play scenarios behind HTTPS on a free port during the block; the authority's certificate goes into the file."""
    server = HostileServer(scenarios, secured_by=_context(fault, authority_file))
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        server.close()
        thread.join()


def _context(fault: Fault, authority_file: Path) -> ssl.SSLContext:
    authority, own = new_key(), new_key()
    signed_by = (_SERVER, own) if fault.self_signed else (_AUTHORITY, authority)
    wish = Wish(_SERVER, fault.host, fault.valid_from, fault.valid_until)
    root = certificate_pem(Wish(_AUTHORITY, authority=True), authority, _AUTHORITY, authority)
    authority_file.write_text(root, "ascii")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        chain = Path(folder) / "server.pem"
        chain.touch(mode=0o600)
        chain.write_text(own.pem() + certificate_pem(wish, own, *signed_by), "ascii")
        context.load_cert_chain(chain)
    return context
