"""The settings of a node: one frozen object, read once and passed in; it opens nothing."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from chm_node.publishing.settings_source import OAI_HOST, SERVICE_ID, CommonSettings

PRIVATE_DOMAIN = "chm.internal"  # .internal is reserved for private use: well-formed, and nobody else's
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Settings(CommonSettings):
    """What one node has to know about itself."""

    SECTION: ClassVar[str] = "node"
    DATABASE_FILE: ClassVar[str] = "node.sqlite"

    node_id: str = Field("", description="Short id of the node, part of every record id; never change it")
    country: str = Field("", description="ISO 3166-1 alpha-2 code of the country, or empty")

    @field_validator("node_id")
    @classmethod
    def _check_node_id(cls, value: str) -> str:
        if value and not SERVICE_ID.match(value):
            raise ValueError(f"node_id {value!r} must be lower-case letters, digits and hyphens, such as ke")
        return value


def propose_oai_host(node_id: str, base_url: str) -> str:
    """Give the domain name for OAI identifiers: the public host, or a private one where that is no name."""
    host = urlsplit(base_url).hostname or ""
    if OAI_HOST.match(host):
        return host
    label = re.sub(r"[^a-z0-9-]+", "-", node_id.lower())
    return f"{label if label[:1].isalpha() else f'n{label}'}.{PRIVATE_DOMAIN}"


def propose_node_id(country: str, name: str) -> str:
    """Give a node id from the country code, else from the name; ``node`` where neither yields one."""
    if country:
        return country.lower()
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63].strip("-")
    return plain or "node"
