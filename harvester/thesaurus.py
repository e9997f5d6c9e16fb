"""The CBD's thesaurus asked for the terms it has now; one scheme's failure costs no other. Reads no setting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import orjson

from harvester.errors import AnswerUnreadable, SourceError, SourceUnreachable, WrongAnswer
from harvester.fetch import Fetcher, Response
from harvester.stored_schemes import store
from vocabularies.concepts import load_scheme, scheme_turtle
from vocabularies.skos_terms import Differences, Term, check_terms, compare, to_term, update_scheme
from vocabularies.text import normalise_language

CENTRAL = "https://api.cbd.int/api/v2013"
DOMAINS: Mapping[str, str] = {
    "gbf-targets": "GBF-TARGETS",
    "gbf-goals": "GBF-GOALS",
    "cbd-subjects": "CBD-SUBJECTS",
    "cbd-regions": "regions",
    "aichi-targets": "AICHI-TARGETS",
    "organization-types": "Organization Types",
    "jurisdictions": "50AC1489-92B8-4D99-965A-AAE97A80F38E",
    "assistance-types": "441381DA-856A-4E89-8568-9EBE7145FA50",
}
"""Our scheme and the domain of the thesaurus it follows."""
State = Literal["current", "newer", "failed", "not asked"]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What became of one scheme; ``reason`` says why it failed, ``path`` where a newer one lies."""

    scheme: str
    state: State
    differences: Differences = field(default_factory=Differences)
    reason: str = ""
    path: Path | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON values."""
        found = self.differences
        renamed = {name: {"before": before, "now": now} for name, (before, now) in found.renamed.items()}
        told = {"new": found.new, "renamed": renamed, "removed": found.removed, "labelled": found.labelled}
        path = str(self.path) if self.path else None
        return {"scheme": self.scheme, "state": self.state, **told, "reason": self.reason or None, "file": path}


def refresh(
    fetcher: Fetcher, root: str, schemes: Sequence[str], *, now: datetime, home: Path | None
) -> Iterator[Refreshed]:
    """Compare schemes with the thesaurus and store newer ones in the home; without a home nothing is stored.

    Where the thesaurus does not answer at all, the rest is not asked for.
    """
    unreachable = False
    for scheme in schemes:
        if unreachable:
            yield Refreshed(scheme, "not asked")
            continue
        try:
            terms = fetch_terms(fetcher, root, DOMAINS[scheme])
            check_terms(load_scheme(scheme), terms)
        except (SourceError, ValueError) as error:
            unreachable = isinstance(error, SourceUnreachable) and "HTTP status" not in str(error)
            yield Refreshed(scheme, "failed", reason=str(error))
            continue
        yield _settle(scheme, terms, root=root, now=now, home=home)


def fetch_terms(fetcher: Fetcher, root: str, domain: str) -> tuple[Term, ...]:
    """Give the terms of a domain (``/thesaurus/domains/{id}/terms``); ValueError for one that is none."""
    url = f"{root}/thesaurus/domains/{quote(domain, safe='')}/terms"
    response = fetcher.get(url, accept="application/json").require_ok()
    return tuple(_to_term(each) for each in _parse_list(response))


def _settle(scheme: str, terms: Sequence[Term], *, root: str, now: datetime, home: Path | None) -> Refreshed:
    found = compare(load_scheme(scheme), terms)
    if not found.is_news:
        return Refreshed(scheme, "current", found)
    source = f"{root}/thesaurus/domains/{DOMAINS[scheme]}/terms"
    turtle = update_scheme(scheme_turtle(scheme), terms, source=source, version=f"thesaurus of {now:%Y-%m-%d}")
    return Refreshed(scheme, "newer", found, path=store(home, scheme, turtle) if home else None)


def _parse_list(response: Response) -> list[Any]:
    body = response.body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if body[:1] == b"<":
        raise WrongAnswer(url=response.url, protocol="CBD", saw="a web page")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        reason = f"it stops being JSON at line {error.lineno}, column {error.colno}"
        raise AnswerUnreadable(url=response.url, reason=reason) from None
    if not isinstance(value, list):
        raise WrongAnswer(url=response.url, protocol="CBD", saw="JSON that is no list of terms")
    return value


def _to_term(value: Any) -> Term:
    if not isinstance(value, dict) or not isinstance(value.get("identifier"), str):
        raise ValueError("it holds a term without identifier")
    texts = _labels(value.get("shortTitle")) or _labels(value.get("title")) or _labels({"en": value.get("name")})
    broader = value.get("broaderTerms")
    return to_term(value["identifier"], texts, [each for each in broader or () if isinstance(each, str)])


def _labels(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    named = {
        normalise_language(str(tag)): text for tag, text in value.items() if isinstance(text, str) and text.strip()
    }
    return {tag: text for tag, text in named.items() if tag}
