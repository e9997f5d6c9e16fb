"""What raw records mean and whether they are in order: a pure function of bytes and context, in any process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from chm_node.publishing.site import Site
from harvester.counts import Stopwatch
from harvester.crosswalks import CROSSWALKS
from harvester.crosswalks.context import Context
from harvester.crosswalks.unknown_terms import note_unknown
from harvester.raw import RawRecord
from harvester.records.isolation import Fault, attempt, to_failed
from harvester.records.outcomes import Finding
from harvester.resolution.keys import to_keys
from harvester.resolution.origin import lineage
from harvester.sources import Source
from vocabularies.fingerprint import fingerprint
from vocabularies.formats.native import dump_native
from vocabularies.problems import problem
from vocabularies.record import Record
from vocabularies.validation import validate


def context_of(source: Source, taken_at: datetime, site: Site | None = None) -> Context:
    """Give what a crosswalk knows of the source, and of the centre, for records fetched at that time."""
    return Context(
        source_id=source.id,
        source_name=source.name,
        base_url=source.url,
        country=source.country,
        default_language=source.default_language,
        harvested_at=taken_at,
        protocol=source.protocol,
        centre_id=site.node_id if site else "",
        oai_host=site.oai_host if site else "",
    )


def understand_all(raws: Sequence[RawRecord], context: Context, watch: Stopwatch) -> list[Finding]:
    """Give what is found of each record, in their order, with all that can be worked out before anything is saved."""
    with watch.stage("crosswalk"):
        findings = [understand(raw, context) for raw in raws]
    with watch.stage("validate"):
        findings = [_guarded(judge, finding, "validate") for finding in findings]
    with watch.stage("identify"):
        return [_guarded(identify, finding, "identify") for finding in findings]


def _guarded(step: Callable[[Finding], Finding], finding: Finding, stage: str) -> Finding:
    done = attempt(lambda: step(finding), f"{stage} of {finding.raw.identifier!r}")
    return to_failed(finding, stage) if isinstance(done, Fault) else done


def understand(raw: RawRecord, context: Context) -> Finding:
    """Give the record the bytes mean. Whatever goes wrong in a crosswalk is this record's outcome; the run goes on."""
    if raw.deleted:
        return Finding(raw)
    crosswalk = CROSSWALKS.get(raw.format)
    if crosswalk is None:
        return Finding(raw, problems=(problem("CROSSWALK_FAILED", "", raw.format),), outcome="failed")
    parsed = attempt(lambda: crosswalk(raw, context), f"crosswalk of {raw.identifier!r} of {context.source_id}")
    if isinstance(parsed, Fault):
        return to_failed(Finding(raw), "crosswalk")
    if parsed.record is None:
        return Finding(raw, problems=parsed.problems, outcome="refused")
    return Finding(raw, parsed.record, (*parsed.problems, *note_unknown(parsed.record)))


def judge(finding: Finding) -> Finding:
    """Add what validation finds; one error refuses the record."""
    if finding.record is None:
        return finding
    problems = (*finding.problems, *(found for found in validate(finding.record) if found not in finding.problems))
    refused = any(found.severity == "error" for found in problems)
    return replace(finding, problems=problems, outcome="refused" if refused else "")


def identify(finding: Finding) -> Finding:
    """Add the fingerprint, the identity keys and the bytes of a record that is accepted."""
    record = finding.record
    if record is None or finding.outcome:
        return finding
    told = _tell_again(record, finding.raw.identifier)
    return replace(finding, fingerprint=told, keys=to_keys(record), native=dump_native(record))


def _tell_again(record: Record, identifier: str) -> str:
    """Give the fingerprint; of a copy with whose it is, which is no news to its reader and makes it another thing."""
    made_from = lineage(record, identifier)
    said = fingerprint(record)
    return sha256(f"{said}\n{made_from}".encode()).hexdigest() if made_from else said
