"""Handing in mail: to the server of CHM_SMTP_URL, by way of the outbox directory, where it stays until it is taken."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

_TIMEOUT_S = 30
_SUFFIX = ".eml"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of handing mail in: how many were taken, how many wait, and the addresses that are refused for good."""

    taken: int = 0
    waiting: int = 0
    refused: tuple[str, ...] = ()
    reason: str = ""


def write_mail(outbox: Path, at: datetime, *, sender: str, to: str, subject: str, text: str) -> Path:
    """Put a mail of that time into the outbox; the same mail twice is one file, so that a crash doubles nothing."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = at
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice should answer
    message.set_content(text)
    payload = message.as_bytes()
    outbox.mkdir(parents=True, exist_ok=True)
    path = outbox / f"{sha256(payload).hexdigest()[:24]}{_SUFFIX}"
    part = path.with_suffix(".part")
    part.write_bytes(payload)
    part.replace(path)
    return path


def hand_in(outbox: Path, smtp_url: str) -> Delivery:
    """Give the outbox to the mail server; without one it stays there for whoever fetches it.

    ``smtp_url`` is ``smtp://[user:password@]host[:port]`` (STARTTLS where the server offers it) or ``smtps://…``. Mail
    whose recipient is refused for good (RFC 5321 §4.2.1, 5yz) is put aside; everything else is tried again.
    """
    waiting = sorted(outbox.glob(f"*{_SUFFIX}"))
    if not smtp_url or not waiting:
        return Delivery(waiting=len(waiting))
    try:
        with _connect(smtp_url) as server:
            return _send(server, waiting)
    except (OSError, smtplib.SMTPException) as error:
        return Delivery(waiting=len(waiting), reason=f"{type(error).__name__}: {error}")


def _connect(smtp_url: str) -> smtplib.SMTP:
    parts = urlsplit(smtp_url)
    host, secure = parts.hostname or "localhost", parts.scheme == "smtps"
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if secure:
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=_TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=_TIMEOUT_S)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def _send(server: smtplib.SMTP, paths: Iterable[Path]) -> Delivery:
    taken, waiting, refused = 0, 0, []
    for path in paths:
        message = BytesParser(policy=SMTP).parsebytes(path.read_bytes())
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            final = [address for address, (code, _) in error.recipients.items() if code >= 500]
            refused += final
            waiting += not final
            if final:
                path.replace(path.with_suffix(".refused"))
            continue
        path.unlink()
        taken += 1
    return Delivery(taken, waiting, tuple(refused))
