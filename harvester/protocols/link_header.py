"""The Link header of an answer (RFC 8288): only what pages of a list need. Pure."""

from __future__ import annotations

import re

from harvester.fetch import Response

_LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+(?:\s*=\s*(?:\"[^\"]*\"|[^\s,;\"]+))?)*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s,;\"]+))", re.IGNORECASE)


def find_next_link(response: Response) -> str | None:
    """Give the address an answer's ``Link`` header names with ``rel=next``, as it is written; None without one."""
    for address, parameters in _LINK.findall(response.headers.get("link", "")):
        for quoted, bare in _REL.findall(parameters):
            if "next" in (quoted or bare).lower().split():
                return str(address)
    return None
