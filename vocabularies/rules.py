"""The rules on texts, addresses, dates and identifiers of a record: each a function that gives what it finds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from pydantic.alias_generators import to_camel

from vocabularies.identifiers import normalise_doi, normalise_isbn, normalise_issn, normalise_url, parse_record_uri
from vocabularies.problems import Problem, problem
from vocabularies.record import RECORD_CLASSES, Record, record_details
from vocabularies.text import UNDETERMINED, LangText

TITLE_LONG, TITLE_TOO_LONG, SUMMARY_TOO_LONG = 500, 5_000, 200_000

_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,2000}>")
_HARMFUL = re.compile(
    r"<\s*/?\s*(?:script|iframe|object|embed|style|form|svg|math|link|meta|base|input|button)\b[^<>]{0,200}>?"
    r"|<[^<>]{0,2000}\son[a-z]{3,30}\s{0,20}=[^<>]{0,200}"
    r"|(?:javascript|vbscript)\s{0,20}:[^<>]{0,100}",
    re.IGNORECASE,
)
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,4})?(?:[/?#][!#-;=?-\[\]_a-z~]*)?")
_HTTP = re.compile(r"https?://", re.IGNORECASE)
_UNSAFE_SCHEME = re.compile(r"\s*(?:javascript|vbscript|data|file|blob)\s*:", re.IGNORECASE)
_WITHDRAWN = frozenset({"retracted", "archived"})
_NOTHING: tuple[Problem, ...] = ()


def check_identifier(record: Record) -> Iterable[Problem]:
    """Require a record identifier of this federation."""
    return _NOTHING if parse_record_uri(record.id) else (problem("ID_SYNTAX", "/id", record.id),)


def check_publisher(record: Record) -> Iterable[Problem]:
    """Require the node that answers for the record."""
    return _NOTHING if record.publisher.node.strip() else (problem("VALUE_MISSING", "/publisher/node"),)


def check_title(record: Record) -> Iterator[Problem]:
    """Require a title in some language: words without markup, and not too many."""
    if not any(text.strip() for text in record.title.values()):
        yield problem("TITLE_MISSING", "/title")
    for language, text in record.title.items():
        path = f"/title/{language}"
        if language == UNDETERMINED:
            yield problem("LANGUAGE_UNDETERMINED", path, text)
        if "<" in text and (tag := _TAG.search(text)):
            yield problem("HTML_IN_TITLE", path, tag[0])
        if len(text) > TITLE_LONG:
            too_long = len(text) > TITLE_TOO_LONG
            limit = str(TITLE_TOO_LONG if too_long else TITLE_LONG)
            yield problem("TEXT_TOO_LONG" if too_long else "TEXT_LONG", path, text, length=str(len(text)), limit=limit)


def check_summary(record: Record) -> Iterator[Problem]:
    """Ask for a summary, and for one that pages can show."""
    if not record.summary and record.status not in _WITHDRAWN:
        yield problem("SUMMARY_MISSING", "/summary")
    for language, text in record.summary.items():
        if language == UNDETERMINED:
            yield problem("LANGUAGE_UNDETERMINED", f"/summary/{language}", text)
        if len(text) > SUMMARY_TOO_LONG:
            path, length = f"/summary/{language}", str(len(text))
            yield problem("TEXT_TOO_LONG", path, text, length=length, limit=str(SUMMARY_TOO_LONG))
    yield from _harmful("/summary", record.summary)


def check_detail_texts(record: Record) -> Iterator[Problem]:
    """Tell of code in the other texts of the record."""
    if record.rights:
        yield from _harmful("/rights", record.rights)
    details = record_details(record)
    for attribute, path in _text_fields(record.type):
        texts = getattr(details, attribute)
        if texts:
            yield from _harmful(path, texts)


@cache
def _text_fields(record_type: str) -> tuple[tuple[str, str], ...]:
    fields = RECORD_CLASSES[record_type].model_fields["details"].annotation.model_fields  # type: ignore[union-attr]
    return tuple((name, f"/details/{to_camel(name)}") for name, each in fields.items() if each.annotation is LangText)


def _harmful(path: str, texts: LangText) -> Iterator[Problem]:
    for language, text in texts.items():
        if ("<" in text or "script" in text.lower()) and (code := _HARMFUL.search(text)):
            yield problem("HTML_REMOVED", f"{path}/{language}", code[0])


def check_languages(record: Record) -> Iterator[Problem]:
    """Note languages that have text and are not listed."""
    listed = record.languages
    for language in record.title:
        if language not in listed and language != UNDETERMINED:
            yield from _unlisted(record, language)
    for language in record.summary:
        if language not in listed and language != UNDETERMINED and language not in record.title:
            yield from _unlisted(record, language)


def _unlisted(record: Record, language: str) -> Iterable[Problem]:
    primary = language.split("-")[0]
    listed = any(each.split("-")[0] == primary for each in record.languages)
    return _NOTHING if listed else (problem("LANG_MISSING", "/languages", language),)


def check_url(path: str, text: str) -> Iterable[Problem]:
    """Require a web address a reader's browser can open."""
    if _PLAIN_URL.fullmatch(text):
        return _NOTHING
    if not text.strip():
        return (problem("VALUE_MISSING", path),)
    if not _HTTP.match(text.strip()):
        return (problem("URL_SCHEME", path, text),)
    return _NOTHING if normalise_url(text) else (problem("URL_SYNTAX", path, text),)


def check_links(record: Record) -> Iterator[Problem]:
    """Require web addresses in links."""
    for place, link in enumerate(record.links):
        if not _PLAIN_URL.fullmatch(link.url):
            yield from check_url(f"/links/{place}/url", link.url)


def check_references(record: Record) -> Iterator[Problem]:
    """Refuse references that would run as code when followed."""
    for path, reference in _references(record):
        if reference and ":" in reference and _UNSAFE_SCHEME.match(reference):
            yield problem("URL_SCHEME", path, reference)


def _references(record: Record) -> Iterator[tuple[str, str | None]]:
    yield "/license", record.license
    yield "/replaces", record.replaces
    yield "/publisher/ref", record.publisher.ref
    for place, keyword in enumerate(record.keywords):
        yield f"/keywords/{place}/uri", keyword.uri
    for place, relation in enumerate(record.relations):
        yield f"/relations/{place}/target", relation.target
    for place, agent in enumerate(record.organizations):
        yield f"/organizations/{place}/ref", agent.ref
    for place, contact in enumerate(record.contacts):
        yield f"/contacts/{place}/ref", contact.ref
    for place, origin in enumerate(record.provenance):
        yield f"/provenance/{place}/originalUrl", origin.original_url


_URL_FIELDS = {"service": ("url",), "organization": ("website",), "event": ("online_url", "registration_url")}


def check_detail_urls(record: Record) -> Iterator[Problem]:
    """Require web addresses in the fields of a type that hold one."""
    details = record_details(record)
    for attribute in _URL_FIELDS[record.type]:
        if text := getattr(details, attribute):
            yield from check_url(f"/details/{to_camel(attribute)}", text)


def _order(path: str, start: str | None, end: str | None, code: str = "DATE_ORDER") -> Iterable[Problem]:
    if start is None or end is None:
        return _NOTHING
    common = min(len(start), len(end))  # dates known to the same part sort by their text
    return (problem(code, path, end, start=start),) if start[:common] > end[:common] else _NOTHING


def check_dates(record: Record) -> Iterator[Problem]:
    """Require periods to end after they start, and note a last change before the issue."""
    if record.temporal is not None:
        yield from _order("/temporal/end", record.temporal.start, record.temporal.end)
    yield from _order("/dates/modified", record.dates.issued, record.dates.modified, "DATE_UNLIKELY")


def _detail_dates(record: Record, start: str, end: str) -> Iterable[Problem]:
    details = record_details(record)
    return _order(f"/details/{to_camel(end)}", getattr(details, start), getattr(details, end))


def check_event_dates(record: Record) -> Iterable[Problem]:
    """Require an event to end after it starts."""
    return _detail_dates(record, "start", "end")


def check_term_of_office(record: Record) -> Iterable[Problem]:
    """Require a focal point's term to end after it starts."""
    return _detail_dates(record, "since", "until")


def check_legal_dates(record: Record) -> Iterable[Problem]:
    """Require a legal instrument to expire after it enters into force."""
    return _detail_dates(record, "entry_into_force", "expires")


def check_report_period(record: Record) -> Iterable[Problem]:
    """Require the period reported on to end after it starts."""
    return _period(record, "period")


def check_reference_period(record: Record) -> Iterable[Problem]:
    """Require the reference period of a target to end after it starts."""
    return _period(record, "reference_period")


def _period(record: Record, attribute: str) -> Iterable[Problem]:
    period = getattr(record_details(record), attribute)
    return _order(f"/details/{to_camel(attribute)}/end", period.start, period.end) if period is not None else _NOTHING


_NUMBERS = {
    "doi": (normalise_doi, "DOI_SYNTAX"),
    "isbn": (normalise_isbn, "ISBN_CHECK"),
    "issn": (normalise_issn, "ISSN_CHECK"),
}


def _number(scheme: str, path: str, text: str) -> Iterable[Problem]:
    normalise, code = _NUMBERS[scheme]
    return _NOTHING if normalise(text) else (problem(code, path, text),)


def check_source_ids(record: Record) -> Iterator[Problem]:
    """Check DOI, ISBN and ISSN among the identifiers borne elsewhere."""
    for place, source_id in enumerate(record.source_ids):
        if source_id.scheme in _NUMBERS:
            yield from _number(source_id.scheme, f"/sourceIds/{place}/value", source_id.value)


def check_isbn(record: Record) -> Iterable[Problem]:
    """Check the ISBN of a resource."""
    text = getattr(record_details(record), "isbn", None)
    return _number("isbn", "/details/isbn", text) if text else _NOTHING


def check_doi(record: Record) -> Iterable[Problem]:
    """Check the DOI of a dataset."""
    text = getattr(record_details(record), "doi", None)
    return _number("doi", "/details/doi", text) if text else _NOTHING


def check_contacts(record: Record) -> Iterator[Problem]:
    """Tell of e-mail addresses that stay unpublished; problems are shown to others, so the address is not repeated."""
    for place, contact in enumerate(record.contacts):
        if contact.email and not contact.consent:
            yield problem("EMAIL_WITHOUT_CONSENT", f"/contacts/{place}/email")


EXPECTED_FIELDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "event": (("details.start", "2024-06-01"),),
    "need": (("details.assistance_types", "training"),),
    "offer": (("details.assistance_types", "training"),),
    "resource": (("links", "https://example.org/report.pdf"),),
    "dataset": (("license", "https://creativecommons.org/licenses/by/4.0/"),),
    "service": (("details.url", "https://example.org/"),),
    "nationalSubmission": (("government", "KE"),),
    "nationalTarget": (("government", "KE"),),
    "legalInstrument": (("dates.issued|details.adoption|details.entry_into_force", "2024-06-01"),),
}
"""Fields readers of a type look for, with an example; ``a|b`` is met by either."""


def check_expected_fields(record: Record) -> Iterator[Problem]:
    """Tell of fields that readers of the type look for and do not find."""
    if record.status in _WITHDRAWN:
        return
    for choice, example in EXPECTED_FIELDS.get(record.type, ()):
        names = choice.split("|")
        if not any(_attribute(record, name) for name in names):
            pointer = "/".join(to_camel(part) for part in names[0].split("."))
            yield problem("FIELD_MISSING", f"/{pointer}", example=example)


def _attribute(record: Record, name: str) -> Any:
    value: Any = record
    for part in name.split("."):
        value = getattr(value, part)
    return value
