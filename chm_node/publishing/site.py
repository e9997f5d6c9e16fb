"""Who publishes: the facts about one node that its published formats name; plain values, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from vocabularies.formats.address import Address
from vocabularies.identifiers import oai_identifier
from vocabularies.text import LangText

RENDITION_VERSION = "5"
"""Raise it when a renderer's output changes: stored renditions of another version are made again."""


@dataclass(frozen=True, slots=True)
class Site:
    """A node as its readers see it; ``base_url`` has no slash at its end."""

    node_id: str
    name: LangText
    base_url: str
    admin_email: str
    oai_host: str
    country: str | None = None
    languages: tuple[str, ...] = ("en",)
    token_secret: bytes = b""
    page_size: int = 100
    max_page_size: int = 1000

    def address(self, local_id: str) -> Address:
        """Give where a record of this node lives, as renderers need it."""
        return Address(self.base_url, local_id, oai_identifier(self.oai_host, local_id))

    @property
    def rendition_key(self) -> str:
        """Give what every stored rendition depends on besides its record; a moved site or a new version changes it."""
        return sha256(f"{RENDITION_VERSION} {self.base_url} {self.oai_host}".encode()).hexdigest()[:16]
