"""The settings of a centre: one frozen object, read once and passed in; it opens nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, ClassVar, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, model_validator

from chm_node.publishing.settings_source import CommonSettings
from chm_node.publishing.site import Site
from vocabularies.text import LangText

_CENTRE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
_OAI_HOST = re.compile(r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+\Z", re.IGNORECASE)


def _split(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


class Settings(CommonSettings):
    """What one centre has to know about itself."""

    SECTION: ClassVar[str] = "harvester"
    DATABASE_FILE: ClassVar[str] = "harvester.sqlite"

    centre_id: str = Field("centre", description="Short id of the centre, part of every canonical id; never change it")
    name: str = Field("CHM Federation", description="Name of the centre as readers see it")
    email: str = Field("", description="Whom sources and readers can write to")
    languages: Annotated[tuple[str, ...], BeforeValidator(_split)] = Field(
        ("en",), description="Languages the centre publishes in, the main one first"
    )
    oai_host: str = Field("centre.chm.internal", description="Domain name inside OAI identifiers; never change it")
    token_secret: str = Field("", description="Secret that signs resumption tokens; 64 hexadecimal digits")
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8400, ge=0, le=65535, description="Port to listen on")
    workers: int = Field(8, ge=1, le=200, description="Sources harvested at the same time")
    tick_s: int = Field(60, ge=1, le=3600, description="Seconds between two looks at what is due")
    pause_s: float = Field(0.2, ge=0, le=60, description="Least seconds between two requests to one host")
    ca_file: str = Field("", description="Further certificate authorities to trust, a PEM file")

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        if not _CENTRE_ID.match(self.centre_id):
            raise ValueError(f"centre_id {self.centre_id!r} must be lower-case letters, digits and hyphens")
        if not _OAI_HOST.match(self.oai_host):
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

    def site(self) -> Site:
        """Give the centre as its readers see it."""
        return Site(
            node_id=self.centre_id,
            name=LangText({self.languages[0] if self.languages else "en": self.name}),
            base_url=self.public_url,
            admin_email=self.email or f"chm@{urlsplit(self.public_url).hostname or 'localhost'}",
            oai_host=self.oai_host,
            languages=self.languages,
            token_secret=bytes.fromhex(self.token_secret) if self.token_secret else b"",
        )
