"""What crosswalks kept because no vocabulary of ours has it → notes, for its owner and for us. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from vocabularies.problems import Problem, problem
from vocabularies.record import Record

MAX_NOTES = 10
_OF_OUR_LISTS = re.compile(r"(?:CBD-SUBJECT|GBF-TARGET|GBF-GOAL|AICHI-TARGET|SDG-GOAL|SDG-TARGET)-")
_LANGUAGE = ("LANGUAGE_TAG", "/languages")
_PLACE = ("COUNTRY_UNKNOWN", "/countryRegions")
_EVERYWHERE: Mapping[str, tuple[str, str]] = {
    "language": _LANGUAGE, "dc_language": _LANGUAGE, "inLanguage": _LANGUAGE,
}  # fmt: skip
_OF_FORMATS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "cbd": {
        "terms": ("TERM_UNKNOWN", "/subjects"), "places": _PLACE,
        "assistanceTypes": ("TERM_UNKNOWN", "/details/assistanceTypes"),
        "primaryBeneficiary": ("TERM_UNKNOWN", "/details/eligibleOrganizationTypes"),
        "operationalRegions": ("COUNTRY_UNKNOWN", "/details/operationalRegions"),
    },
    "informea": {"country": _PLACE},
    "protected_planet": {"countries": _PLACE},
}  # fmt: skip
"""By where ``extra`` keeps them: the code and the field whose vocabulary has not got them."""
_EXAMPLES: Mapping[str, str] = {
    "/subjects": "Agricultural Biodiversity", "/details/assistanceTypes": "Technical assistance",
    "/details/eligibleOrganizationTypes": "Government agency",
}  # fmt: skip


def note_unknown(record: Record) -> tuple[Problem, ...]:
    """Give a note for each term, country and language that was kept aside, each once, ten at most."""
    return tuple(map(_note, islice(dict.fromkeys(_kept(record)), MAX_NOTES))) if record.extra else ()


def _note(found: tuple[str, str, str]) -> Problem:
    code, path, value = found
    params = {"example": _EXAMPLES[path]} if path in _EXAMPLES else {}
    return replace(problem(code, path, value, **params), severity="note")


def _kept(record: Record) -> Iterator[tuple[str, str, str]]:
    for namespace, kept in record.extra.items():
        if isinstance(kept, dict):
            for name, (code, path) in {**_EVERYWHERE, **_OF_FORMATS.get(namespace, {})}.items():
                yield from ((code, path, value) for value in _texts(kept.get(name)))
            yield from (("TERM_UNKNOWN", "/subjects", identifier) for identifier in _named(kept.get("codes")))


def _named(codes: object) -> Iterator[str]:
    """Give terms of lists we have that are newer than our lists: a record names them, so they are keywords as well."""
    for terms in codes.values() if isinstance(codes, dict) else ():
        if isinstance(terms, dict):
            yield from (identifier for identifier in terms if _OF_OUR_LISTS.match(identifier))


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, dict):  # a term with its label
        return _texts(value.get("identifier"))
    return [text for each in value for text in _texts(each)] if isinstance(value, list) else ()
