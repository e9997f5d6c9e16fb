"""The checks of ``doctor``: each says what is well, or what is wrong and how to mend it. Changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta

import migrations
from chm_node.publishing import sql
from chm_node.shell.findings import Finding
from harvester.centre import Centre
from harvester.index import open_catalogue, open_search
from harvester.resolution.matching.scoring import load_model
from harvester.resolution.matching.stored_forms import count_outdated
from harvester.resolution.rescoring import find_resting
from harvester.telling.reports import list_nodes
from vocabularies.concepts import SCHEMES, load_scheme

_ROOM_BYTES = 1 << 30


def diagnose(centre: Centre) -> list[Finding]:
    """Check the centre; the checks that need the tables are left out while the database is behind."""
    findings = [*_settings(centre), _disk(centre), _version(centre), _vocabularies()]
    if all(found.level != "error" for found in findings if found.check == "database"):
        findings += [*_sources(centre), _search(centre), _duplicates(centre), *_other_models(centre)]
    return findings


def _settings(centre: Centre) -> Iterator[Finding]:
    settings = centre.settings
    if not settings.token_secret:
        fix = (
            'Put token_secret = "64 hexadecimal digits" into config.toml; chm-harvester init writes one for a new home.'
        )
        yield Finding("secret", "error", "There is no secret to sign resumption tokens with.", fix)
    if not settings.email:
        yield Finding(
            "email", "warning", "Sources are not told whom to ask.", "Set CHM_EMAIL to an address people read."
        )
    if settings.env == "production" and not settings.base_url:
        yield Finding("address", "error", "There is no public address.", "Set CHM_BASE_URL.")
    if settings.allow_loopback:
        fix = "Leave CHM_ALLOW_LOOPBACK out, unless this is a test."
        yield Finding("network", "warning", "Sources may lead the harvester to private addresses.", fix)


def _disk(centre: Centre) -> Finding:
    free = shutil.disk_usage(centre.settings.home).free
    words = f"{free / (1 << 30):.1f} GiB are free in {centre.settings.home}."
    if free < _ROOM_BYTES:
        return Finding("disk", "warning", words, "Make room: harvested bytes are kept.")
    return Finding("disk", "ok", words)


def _version(centre: Centre) -> Finding:
    held, needed = migrations.current(centre.engine), migrations.head("harvester")
    if held == needed:
        return Finding("database", "ok", f"The database answers and is at version {held}.")
    return Finding(
        "database", "error", f"The database is at {held or 'nothing'}, not {needed}.", "Run chm-harvester migrate."
    )


def _vocabularies() -> Finding:
    concepts = sum(len(load_scheme(scheme).concepts) for scheme in SCHEMES)
    return Finding("vocabularies", "ok", f"{len(SCHEMES)} vocabularies with {concepts} terms are there.")


def _sources(centre: Centre) -> Iterator[Finding]:
    now = centre.clock()
    with sql.read(centre.engine) as connection:
        nodes = list_nodes(connection, now)
    if not nodes:
        yield Finding("sources", "warning", "There is no source yet.", "Add one: chm-harvester add URL.")
    for node in nodes:
        name, last = node["id"], node["last_run"]
        if last and last["state"] == "stalled":
            fix = f"Its worker died; chm-harvester run {name} goes on where it stopped."
            yield Finding("source", "error", f"The last run of {name} stalled.", fix)
        elif node["state"] == "held":
            yield Finding("source", "warning", f"{name} waits for a decision: {node['last_error']}")
        elif node["state"] == "blocked":
            fix = f"Ask the keepers of {node['url']} to let the harvester in."
            yield Finding("source", "error", f"{name} keeps us out: {node['last_error']}", fix)
        elif node["state"] == "waiting":
            yield Finding("source", "warning", f"{name} waits: {node['last_error']}")
        elif node["state"] == "failing":
            often = "once" if node["failures"] == 1 else f"{node['failures']} times running"
            words = f"{name} has failed {often}: {node['last_error']}"
            yield Finding("source", "error", words, f"Look with chm-harvester test {name}.")
        elif node["state"] == "late":
            fix = "Is chm-harvester work running?"
            yield Finding("source", "warning", f"{name} was not harvested for two of its intervals.", fix)
        else:
            yield Finding("source", "ok", f"{name} is {node['state']} with {node['records']} records.")


def _search(centre: Centre) -> Finding:
    catalogue = open_catalogue(centre.engine, centre.site)
    ahead = catalogue.modified_at() - centre.clock()
    if ahead > timedelta(minutes=5):
        fix = "Correct this machine's clock; datestamps never go back."
        return Finding("clock", "error", f"The last change is stamped {ahead} ahead of the clock.", fix)
    reached, last = open_search(catalogue, centre.settings).refresh(), catalogue.last_sequence()
    if reached < last:
        fix = "Run chm-harvester reindex."
        return Finding("search", "warning", f"The search index holds changes up to {reached} of {last}.", fix)
    return Finding("search", "ok", f"The search index holds everything up to change {last}.")


def _duplicates(centre: Centre) -> Finding:
    with sql.read(centre.engine) as connection:
        outdated = count_outdated(connection)
    if not outdated:
        return Finding("duplicates", "ok", "All records are compared by the rules of this version.")
    words = f"{outdated} records were made ready for comparing by the rules of another version; duplicates are missed."
    return Finding("duplicates", "warning", words, "Run chm-harvester dupes rebuild.")


def _other_models(centre: Centre) -> Iterator[Finding]:
    """Tell of joins an earlier version's model made."""
    now = load_model().version
    with sql.read(centre.engine) as connection:
        resting = find_resting(connection, now)
    for each in resting:
        words = (
            f"{each.joined} joins and {each.open} pairs left to people rest on model version {each.model_version}, "
            f"not {now}."
        )
        fix = "chm-harvester work matches them again bit by bit; chm-harvester dupes rebuild does it at once."
        yield Finding("model", "warning", words, fix)
