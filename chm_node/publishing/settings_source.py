"""Where settings come from: flags, CHM_* variables, config.toml; a service adds its fields to the common ones."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from chm_node.shell.terminal import ChmError, Exit

DEFAULT_HOME = Path("chm-data")
CONFIG_FILE = "config.toml"
SERVICE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
OAI_HOST = re.compile(r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+\Z", re.IGNORECASE)


class SettingWrong(ChmError):
    """The setting {setting} cannot be used: {reason}."""

    exit_code = Exit.USAGE
    fix = "Correct it where it is set: {place}."


def _split(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


class CommonSettings(BaseModel):
    """The settings both services know; one frozen object, read once and passed in."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    SECTION: ClassVar[str]
    DATABASE_FILE: ClassVar[str]

    home: Path = Field(description="Directory of state")
    database_url: str = Field("", description="SQLAlchemy address of the database; SQLite in the home when empty")
    base_url: str = Field("", description="Public address of the service, without a slash at the end")
    allow_loopback: bool = Field(False, description="Call loopback and private addresses (tests, demo)")
    env: Literal["development", "production"] = Field("development", description="Where the service runs")
    language: str = Field("en", description="Language of pages and messages when the reader states none")
    smtp_url: str = Field("", description="Where mail is handed in; mails go to the outbox directory when empty")
    trust_proxy: bool = Field(False, description="Believe X-Forwarded-* headers of the proxy in front")
    name: str = Field("", description="Name of the service as readers see it")
    email: str = Field("", description="Whom readers, harvesters and sources can write to")
    languages: Annotated[tuple[str, ...], BeforeValidator(_split)] = Field(
        ("en",), description="Languages the service publishes in, the main one first"
    )
    oai_host: str = Field("", description="Domain name inside OAI identifiers; never change it")
    token_secret: str = Field("", description="Secret that signs resumption tokens; 64 hexadecimal digits")
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on")

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, values: dict[str, Any]) -> dict[str, Any]:
        home = Path(values.get("home") or DEFAULT_HOME).absolute()
        url = values.get("database_url") or f"sqlite:///{home / cls.DATABASE_FILE}"
        return {**values, "home": home, "database_url": url, "base_url": str(values.get("base_url", "")).rstrip("/")}

    @property
    def public_url(self) -> str:
        """Give the public address, or the address it listens on where none is set."""
        return self.base_url or f"http://{self.host}:{self.port}"

    @property
    def search_directory(self) -> Path:
        """Give where the search index lies; it is derived and may be deleted."""
        return self.home / "search"

    @field_validator("oai_host")
    @classmethod
    def _check_oai_host(cls, value: str) -> str:
        if value and not OAI_HOST.match(value):
            raise ValueError(f"oai_host {value!r} must be a domain name with a dot, such as chm.example.org")
        return value

    @model_validator(mode="after")
    def _refuse_loopback_in_production(self) -> Self:
        if self.allow_loopback and self.env == "production":
            raise ValueError("CHM_ALLOW_LOOPBACK is for tests and must not be set together with CHM_ENV=production")
        return self


SettingsClass = TypeVar("SettingsClass", bound=CommonSettings)


def find_home(home_flag: Path | None, environ: Mapping[str, str] | None = None) -> Path:
    """Give the directory of state: the flag, else CHM_HOME, else ./chm-data; always absolute."""
    environment = os.environ if environ is None else environ
    return Path(home_flag or environment.get("CHM_HOME") or DEFAULT_HOME).absolute()


def read_settings(
    cls: type[SettingsClass],
    home_flag: Path | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    **flags: object,
) -> SettingsClass:
    """Read the settings of a service: a flag that is not None wins over CHM_*, which wins over config.toml.

    config.toml may hold the common settings at its top and the service's own under ``[node]`` or ``[harvester]``.
    Raises SettingWrong with the place the wrong setting came from.
    """
    environment = os.environ if environ is None else environ
    home = find_home(home_flag, environment)
    values = {**_from_file(cls, home / CONFIG_FILE), **_from_environment(cls, environment)}
    values |= {name: value for name, value in flags.items() if value is not None}
    try:
        return cls.model_validate({**values, "home": home})
    except ValidationError as error:
        raise _wrong(error, home, environment) from None


def _from_environment(cls: type[CommonSettings], environment: Mapping[str, str]) -> dict[str, Any]:
    variables = ((name, environment.get(f"CHM_{name.upper()}")) for name in cls.model_fields if name != "home")
    return {name: value for name, value in variables if value}


def _from_file(cls: type[CommonSettings], path: Path) -> dict[str, Any]:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingWrong(setting=CONFIG_FILE, reason=f"it cannot be read as TOML, {error}", place=path) from None
    own = document.pop(cls.SECTION, {})
    common = {name: value for name, value in document.items() if not isinstance(value, dict)}
    for name in (*common, *own):
        if name not in cls.model_fields:
            near = difflib.get_close_matches(name, cls.model_fields, 1)
            hint = f"no such setting; perhaps {near[0]} is meant" if near else "no such setting"
            raise SettingWrong(setting=name, reason=hint, place=path)
    return {**common, **own}


def _wrong(error: ValidationError, home: Path, environment: Mapping[str, str]) -> SettingWrong:
    first = error.errors(include_url=False)[0]
    name = ".".join(str(part) for part in first["loc"]) or "CHM_ALLOW_LOOPBACK"
    variable = f"CHM_{name.upper()}"
    reason = str(first["msg"]).removeprefix("Value error, ")
    return SettingWrong(setting=name, reason=reason, place=variable if variable in environment else home / CONFIG_FILE)
