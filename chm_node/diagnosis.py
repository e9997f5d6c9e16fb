"""What may be wrong with a node, found and said in plain words with what to do; it changes nothing."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select

import migrations
from chm_node.database import connect, site_of
from chm_node.errors import DatabaseUnreachable
from chm_node.outbound import fetch_answer
from chm_node.publishing.catalogue import SqlCatalogue
from chm_node.publishing.settings_source import CONFIG_FILE
from chm_node.publishing.sql import read
from chm_node.settings import EMAIL, PRIVATE_DOMAIN, Settings, propose_oai_host
from chm_node.shell.findings import Finding
from chm_node.tables import draft, publication, token
from vocabularies.concepts import SCHEMES, load_scheme

LEAST_FREE_BYTES = 200_000_000
CLOCK_TOLERANCE = timedelta(minutes=5)
_BUILT_AFTER = datetime(2025, 1, 1, tzinfo=UTC)


def diagnose(settings: Settings) -> list[Finding]:
    """Run every check that can be run: those of the database only when it answers and is up to date."""
    findings = [check(settings) for check in CHECKS]
    try:
        engine = connect(settings)
    except DatabaseUnreachable as error:
        return [*findings, Finding("database", "error", error.message, error.remedy)]
    findings.append(Finding("database", "ok", f"The database answers ({engine.dialect.name})."))
    at, newest = migrations.current(engine), migrations.head("node")
    if at != newest:
        message = f"The database is at revision {at or 'nothing'}, this program needs {newest}."
        return [*findings, Finding("migrations", "error", message, "Run: chm-node migrate")]
    findings.append(Finding("migrations", "ok", "The database has the form this version needs."))
    return [*findings, *(found for check in DATABASE_CHECKS for found in check(settings, engine))]


def _initialised(settings: Settings) -> Finding:
    if settings.node_id:
        return Finding("node", "ok", f"The node is {settings.node_id}.")
    return Finding("node", "error", f"There is no node in {settings.home}.", "Run chm-node init, or give --home.")


def _home(settings: Settings) -> Finding:
    if settings.home.is_dir() and os.access(settings.home, os.W_OK | os.X_OK):
        return Finding("home", "ok", f"{settings.home} can be written to.")
    fix = "Create it, and let the user who runs the node write there."
    return Finding("home", "error", f"{settings.home} is not there or cannot be written to.", fix)


def _disk(settings: Settings) -> Finding:
    place = next((each for each in (settings.home, *settings.home.parents) if each.exists()), Path("/"))
    free = shutil.disk_usage(place).free
    if free >= LEAST_FREE_BYTES:
        return Finding("disk", "ok", f"{free // 1_000_000:,} MB are free.")
    return Finding("disk", "error", f"Only {free // 1_000_000:,} MB are free.", "Make room, at least 200 MB.")


def _secret(settings: Settings) -> Finding:
    fix = "Set token_secret in config.toml to 64 hexadecimal digits: openssl rand -hex 32"
    if not re.fullmatch(r"[0-9a-fA-F]{64,}", settings.token_secret):
        return Finding("token secret", "error", "There is no usable token secret.", fix)
    config = settings.home / CONFIG_FILE
    if config.exists() and config.stat().st_mode & 0o077:
        return Finding("token secret", "warning", f"Others can read {config}.", f"Run: chmod 600 {config}")
    return Finding("token secret", "ok", "The token secret is set.")


def _email(settings: Settings) -> Finding:
    if EMAIL.fullmatch(settings.email):
        return Finding("e-mail", "ok", f"The contact is {settings.email}.")
    return Finding("e-mail", "error", "The contact's e-mail is not set.", "Set email in config.toml: chm@example.org")


def _oai_host(settings: Settings) -> Finding:
    host = settings.oai_host or propose_oai_host(settings.node_id, settings.base_url)
    if not host.endswith(PRIVATE_DOMAIN):
        return Finding("OAI identifiers", "ok", f"OAI identifiers begin with oai:{host}:")
    fix = "Before the first harvest, set oai_host in config.toml to a domain name you own; never change it later."
    return Finding("OAI identifiers", "warning", f"OAI identifiers use the private name {host}.", fix)


def _address(settings: Settings) -> Finding:
    if not settings.base_url:
        fix = "Set base_url in config.toml to the public address: https://chm.example.org"
        return Finding("address", "warning", f"No public address is set; links point to {settings.public_url}.", fix)
    answer = fetch_answer(f"{settings.base_url}/healthz")
    if answer.status != 200:
        told = f"status {answer.status}" if answer.status else answer.reason
        fix = "Start the node with chm-node serve, and check the proxy in front of it and base_url."
        return Finding("address", "warning", f"{settings.base_url} does not answer as a node: {told}.", fix)
    if settings.env == "production" and not settings.base_url.startswith("https://"):
        return Finding(
            "address", "warning", "The public address is not https.", "Put a proxy with a certificate in front."
        )
    return Finding("address", "ok", f"{settings.base_url} answers.")


def _vocabularies(_settings: Settings) -> Finding:
    try:
        concepts = sum(len(load_scheme(scheme).concepts) for scheme in SCHEMES)
    except (OSError, ValueError, KeyError) as error:
        return Finding("vocabularies", "error", f"A vocabulary cannot be read: {error}", "Install the program again.")
    return Finding("vocabularies", "ok", f"{len(SCHEMES)} vocabularies with {concepts} terms can be read.")


CHECKS: tuple[Callable[[Settings], Finding], ...] = (
    _initialised, _home, _disk, _secret, _email, _oai_host, _address, _vocabularies,
)  # fmt: skip
"""What needs no database."""


def _clock(settings: Settings, engine: Engine) -> Iterator[Finding]:
    now = datetime.now(UTC)
    last = SqlCatalogue(engine, publication, site_of(settings)).modified_at()
    fix = "Set the clock of this machine; a time service keeps it right."
    if now < _BUILT_AFTER or last > now + CLOCK_TOLERANCE:
        yield Finding("clock", "error", f"The clock says {now:%Y-%m-%d %H:%M} UTC, before the last change.", fix)
        return
    yield Finding("clock", "ok", f"The clock says {now:%Y-%m-%d %H:%M} UTC.")


def _drafts(_settings: Settings, engine: Engine) -> Iterator[Finding]:
    waiting = draft.c.state.in_(("draft", "submitted"))
    with read(engine) as connection:
        number = connection.execute(select(func.count()).select_from(draft).where(waiting)).scalar_one()
    if number:
        fix = "Publish them: chm-node publish --all"
        yield Finding("drafts", "warning", f"{number} records wait to be published.", fix)
    else:
        yield Finding("drafts", "ok", "No records wait to be published.")


def _tokens(_settings: Settings, engine: Engine) -> Iterator[Finding]:
    soon = datetime.now(UTC) + timedelta(days=14)
    with read(engine) as connection:
        query = select(token.c.prefix).where(token.c.revoked_at.is_(None), token.c.expires_at < soon)
        ending = connection.execute(query).scalars().all()
    if ending:
        fix = "Make new ones where programs still need them: chm-node token create --scope draft"
        yield Finding("tokens", "warning", f"These tokens end within 14 days or have ended: {', '.join(ending)}.", fix)
    else:
        yield Finding("tokens", "ok", "No token is about to end.")


def _search(settings: Settings, engine: Engine) -> Iterator[Finding]:
    last = SqlCatalogue(engine, publication, site_of(settings)).last_sequence()
    place = settings.search_directory
    if not place.exists() and last:
        yield Finding(
            "search", "warning", "There is no search index yet.", "chm-node serve makes it at the first search."
        )
    elif place.exists() and not os.access(place, os.W_OK):
        yield Finding("search", "error", f"{place} cannot be written to.", "Delete it; it is made again.")
    else:
        yield Finding("search", "ok", "The search index can be used; it follows the change log by itself.")


DATABASE_CHECKS: tuple[Callable[[Settings, Engine], Iterator[Finding]], ...] = (_clock, _drafts, _tokens, _search)
"""What needs the database."""
