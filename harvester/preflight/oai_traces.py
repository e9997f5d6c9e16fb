"""Checks of everything an OAI-PMH repository answered during a test: HTTP, XML, dates, the request repeated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from harvester.errors import AnswerForbidden
from harvester.preflight.oai_reading import Reply, children, text_of
from harvester.preflight.oai_repository import Repository
from harvester.preflight.verdicts import Check, Verdict, good, idle, must, should, shown
from harvester.protocols.oai_windows import parse_instant
from vocabularies.namespaces import OAI_PMH

_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_CLOSE_S, _FAR_S = 60, 3600
_BARE = {"badVerb", "badArgument"}


def _status(repository: Repository) -> Verdict:
    wrong = [reply for reply in repository.replies if reply.response.status != 200]
    if not wrong:
        return good(f"All {len(repository.replies)} answers have HTTP status 200.")
    serious = [reply for reply in wrong if reply.response.status >= 500 or reply.root is None]
    worst = (serious or wrong)[0]
    told = f"{len(wrong)} of {len(repository.replies)} answers have another HTTP status: {worst.response.status}."
    fix = "Answer 200 whatever the OAI error is (OAI-PMH 2.0 §3.6); a script that breaks is told in its server's log."
    return should(told, fix, worst.url)


def _is_xml(repository: Repository) -> Verdict:
    broken = [reply for reply in repository.replies if reply.root is None and reply.response.status == 200]
    if broken:
        fault = broken[0].fault
        told = f"{len(broken)} answers are no OAI-PMH documents. {fault.message if fault else ''}"
        return must(told, "Write every answer with an XML library, and nothing before or after it.", broken[0].url)
    return good("Every answer is an OAI-PMH document.")


def _clean(repository: Repository) -> Verdict:
    mended = [reply for reply in repository.replies if reply.repairs]
    if mended:
        return must(
            f"An answer is no XML as it stands: {'; '.join(mended[0].repairs)}.",
            "Send UTF-8, and remove control characters from texts before they are written.",
            mended[0].url,
        )
    return good("Every answer is XML without repairs.")


def _no_doctype(repository: Repository) -> Verdict:
    for reply in repository.replies:
        if isinstance(reply.fault, AnswerForbidden):
            return must("An answer declares a document type.", "Leave the DOCTYPE out; we refuse it.", reply.url)
    return good("No answer declares a document type.")


def _typed(repository: Repository) -> Verdict:
    for reply in _documents(repository):
        given = reply.response.headers.get("content-type", "")
        kind, _, rest = given.partition(";")
        charset = rest.replace('"', "").replace(" ", "").lower()
        if kind.strip().lower() != "text/xml" or charset not in ("", "charset=utf-8"):
            fix = "Send Content-Type: text/xml; charset=utf-8 (OAI-PMH 2.0 §3.1.2.1)."
            return should(f"An answer comes as {shown(given)}.", fix, reply.url)
    return good("Every answer comes as text/xml.")


def _default_namespace(repository: Repository) -> Verdict:
    for reply in _documents(repository):
        root = reply.root
        if root is not None and root.tag != f"{{{OAI_PMH}}}OAI-PMH":
            return must(f"The root is {shown(str(root.tag))}.", f"Use the namespace {OAI_PMH}.", reply.url)
        if root is not None and root.prefix:
            fix = f'Write <OAI-PMH xmlns="{OAI_PMH}"> without a prefix; some harvesters look no further.'
            return should(f"OAI elements have the prefix {root.prefix}.", fix, reply.url)
    return good("Every answer is in the default namespace.")


def _dates(repository: Repository) -> Verdict:
    worst: Verdict | None = None
    for reply in _documents(repository):
        said = reply.text("responseDate") or ""
        at = parse_instant(said)
        if at is None:
            fix = "Give the time of the answer in UTC, for example 2024-06-30T12:00:00Z."
            return must(f"responseDate is {shown(said)}.", fix, reply.url)
        off_s = (at - reply.arrived_at).total_seconds()
        if abs(off_s) > _FAR_S:
            fix = "Set the clock right, and write UTC: the next harvest asks from this date on."
            return must(f"responseDate is {said}, {_span(off_s)} our clock.", fix, reply.url)
        if not _SECONDS.fullmatch(said):
            worst = should(f"responseDate is {shown(said)}.", "Write UTC seconds with Z and no fraction.", reply.url)
        elif abs(off_s) > _CLOSE_S:
            worst = should(f"Its clock is {_span(off_s)} ours.", "Set the clock by the network (NTP).", reply.url)
    return worst or good("Its clock agrees with ours.")


def _span(seconds: float) -> str:
    size = abs(seconds)
    amount = f"{size / 86400:.0f} days" if size > 172_800 else f"{size / 60:.0f} minutes"
    return f"{amount} {'ahead of' if seconds > 0 else 'behind'}"


def _echoes(repository: Repository) -> Verdict:
    for reply in _documents(repository):
        request = next(children(reply.root, "request"), None)
        if request is None:
            return should("An answer has no request element.", "Repeat the request in it.", reply.url)
        asked = dict(parse_qsl(urlsplit(reply.url).query))
        own = dict(parse_qsl(urlsplit(repository.url).query))
        wanted = {name: value for name, value in asked.items() if name not in own}
        if not reply.codes and {str(name): str(value) for name, value in request.attrib.items()} != wanted:
            fix = "Repeat the arguments as attributes, as they were sent (OAI-PMH 2.0 §3.2)."
            return should("The request element does not repeat the arguments.", fix, reply.url)
        if text_of(request) != repository.identity("baseURL"):
            told = f"The request element says {shown(text_of(request))}, not the baseURL of Identify."
            return should(told, "Write the baseURL there.", reply.url)
    return good("Every answer repeats what was asked.")


def _bare_after_errors(repository: Repository) -> Verdict:
    replies = [reply for reply in _documents(repository) if set(reply.codes) & _BARE]
    for reply in replies:
        request = next(children(reply.root, "request"), None)
        if request is not None and request.attrib:
            fix = "Leave attributes out after badVerb and badArgument (OAI-PMH 2.0 §3.2)."
            return should("A refused request is repeated with its arguments.", fix, reply.url)
    return good("A refused request is not repeated.") if replies else idle("No request was refused so.")


def _documents(repository: Repository) -> Iterator[Reply]:
    return (reply for reply in repository.replies if reply.root is not None)


TRACES: tuple[Check[Repository], ...] = (
    Check("P01", "Every answer has HTTP status 200", _status),
    Check("P01b", "Every answer is an OAI-PMH document", _is_xml),
    Check("P01c", "Every answer comes as text/xml", _typed),
    Check("P01d", "Every answer is in the default namespace", _default_namespace),
    Check("P03", "responseDate is the time, in UTC", _dates),
    Check("P04", "Every answer repeats what was asked", _echoes),
    Check("P05", "A refused request is not repeated", _bare_after_errors),
    Check("P70", "Texts hold nothing that XML forbids", _clean),
    Check("P71", "No answer declares a document type", _no_doctype),
)
