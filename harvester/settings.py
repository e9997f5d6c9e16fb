"""The settings of a centre: one frozen object, read once and passed in; it opens nothing."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from pydantic import Field, field_validator

from chm_node.publishing.settings_source import SERVICE_ID, CommonSettings
from chm_node.publishing.site import Site
from vocabularies.text import LangText


class Settings(CommonSettings):
    """What one centre has to know about itself."""

    SECTION: ClassVar[str] = "harvester"
    DATABASE_FILE: ClassVar[str] = "harvester.sqlite"

    centre_id: str = Field("centre", description="Short id of the centre, part of every canonical id; never change it")
    name: str = Field("CHM Federation", description="Name of the service as readers see it")
    oai_host: str = Field("centre.chm.internal", description="Domain name inside OAI identifiers; never change it")
    port: int = Field(8400, ge=0, le=65535, description="Port to listen on")
    workers: int = Field(8, ge=1, le=200, description="Sources harvested at the same time")
    tick_s: int = Field(60, ge=1, le=3600, description="Seconds between two looks at what is due")
    pause_s: float = Field(0.2, ge=0, le=60, description="Least seconds between two requests to one host")
    inbox: str = Field("", description="Directory whose folders may be harvested; inbox in the home when empty")
    desk_token: str = Field(
        "", repr=False, description="Secret with which decisions are taken over HTTP; none when empty"
    )
    ca_file: str = Field("", description="Further certificate authorities to trust, a PEM file")

    @field_validator("centre_id")
    @classmethod
    def _check_centre_id(cls, value: str) -> str:
        if not SERVICE_ID.match(value):
            raise ValueError(f"centre_id {value!r} must be lower-case letters, digits and hyphens")
        return value

    @property
    def inbox_directory(self) -> Path:
        """Give the one directory of this machine below which folders may be harvested."""
        return Path(self.inbox) if self.inbox else self.home / "inbox"

    def site(self) -> Site:
        """Give the centre as its readers see it."""
        return Site(
            node_id=self.centre_id,
            name=LangText({self.languages[0] if self.languages else "en": self.name}),
            base_url=self.public_url,
            admin_email=self.email or f"chm@{self.oai_host}",
            oai_host=self.oai_host,
            languages=self.languages,
            token_secret=bytes.fromhex(self.token_secret) if self.token_secret else b"",
        )
