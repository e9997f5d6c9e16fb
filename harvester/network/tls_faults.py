"""What was wrong with a secure connection, in words its keepers can act on; reads exceptions, opens nothing."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping

_UNKNOWN_AUTHORITY = (
    "its certificate comes from an authority we do not know; its keepers have to send the whole chain, "
    "or the authority is added with the setting ca_file"
)
_OTHER_NAME = "its certificate is for another host name; its keepers have to get one for this address"
_CERTIFICATE: Mapping[int, str] = {
    9: "its certificate is not valid yet; its keepers have to look at its dates and at their clock",
    10: "its certificate has expired; its keepers have to renew it",
    18: "its certificate is signed by itself; its keepers have to get one from an authority that is known",
    19: _UNKNOWN_AUTHORITY,
    20: _UNKNOWN_AUTHORITY,
    21: _UNKNOWN_AUTHORITY,
    62: _OTHER_NAME,
    64: _OTHER_NAME,
}
"""By OpenSSL's verification code (X509_V_ERR)."""


def find_tls_reason(error: BaseException) -> str | None:
    """Say why no secure connection came about, from an error or what caused it; None where TLS is not to blame."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            other = f"its certificate is not accepted ({cause.verify_message})"
            return _CERTIFICATE.get(cause.verify_code, other)
        if isinstance(cause, ssl.SSLError):
            return f"no secure connection comes about ({cause.reason or cause})"
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
