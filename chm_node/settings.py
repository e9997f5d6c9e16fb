"""The settings of a node: one frozen object, read once and passed in; it opens nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, ClassVar, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, model_validator

from chm_node.publishing.settings_source import CommonSettings

PRIVATE_DOMAIN = "chm.internal"  # .internal is reserved for private use: well-formed, and nobody else's
NODE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
_OAI_HOST = re.compile(r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+\Z", re.IGNORECASE)


def _split(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


class Settings(CommonSettings):
    """What one node has to know about itself."""

    SECTION: ClassVar[str] = "node"
    DATABASE_FILE: ClassVar[str] = "node.sqlite"

    node_id: str = Field("", description="Short id of the node, part of every record id; never change it")
    name: str = Field("", description="Name of the node as readers see it")
    country: str = Field("", description="ISO 3166-1 alpha-2 code of the country, or empty")
    email: str = Field("", description="Whom harvesters and readers can write to")
    languages: Annotated[tuple[str, ...], BeforeValidator(_split)] = Field(
        ("en",), description="Languages the node publishes in, the main one first"
    )
    oai_host: str = Field("", description="Domain name inside OAI identifiers; never change it")
    token_secret: str = Field("", description="Secret that signs resumption tokens; 64 hexadecimal digits")
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on")

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        if self.node_id and not NODE_ID.match(self.node_id):
            raise ValueError(f"node_id {self.node_id!r} must be lower-case letters, digits and hyphens, such as ke")
        if self.oai_host and not _OAI_HOST.match(self.oai_host):
            raise ValueError(f"oai_host {self.oai_host!r} must be a domain name with a dot, such as chm.example.org")
        return self

    @property
    def public_url(self) -> str:
        """Give the public address, or the address it listens on where none is set."""
        return self.base_url or f"http://{self.host}:{self.port}"

    @property
    def search_directory(self) -> Path:
        """Give where the search index lies; it is derived and may be deleted."""
        return self.home / "search"


def propose_oai_host(node_id: str, base_url: str) -> str:
    """Give the domain name for OAI identifiers: the public host, or a private one where that is no name."""
    host = urlsplit(base_url).hostname or ""
    if _OAI_HOST.match(host):
        return host
    label = node_id if node_id[:1].isalpha() else f"n{node_id}"
    return f"{label}.{PRIVATE_DOMAIN}"


def propose_node_id(country: str, name: str) -> str:
    """Give a node id from the country code, else from the name; ``node`` where neither yields one."""
    if country:
        return country.lower()
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63].strip("-")
    return plain or "node"
