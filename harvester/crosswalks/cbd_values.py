"""Values of CBD records as the details of several types want them. Pure; knows no type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import JsonValue

from harvester.crosswalks.cbd_links import find_address
from harvester.crosswalks.cbd_terms import find_in
from harvester.crosswalks.cbd_told import Term, Told
from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_elements import one_line
from harvester.crosswalks.language_codes import find_language
from vocabularies.concepts import load_scheme
from vocabularies.record import Agent
from vocabularies.text import LangText

State = Literal["open", "inTalks", "matched", "completed", "expired", "withdrawn"]
_STATES: Mapping[str, State] = {
    "matched": "matched", "answered": "matched", "inprogress": "inTalks", "completed": "completed",
    "closed": "completed", "expired": "expired", "withdrawn": "withdrawn",
}  # fmt: skip
_MAIL = re.compile(r"[(<\[]?\s*(?:e-?mail:?\s*)?[^\s()<>\[\],;]+@[^\s()<>\[\],;]+\s*[)>\]]?", re.IGNORECASE)
_LEFT_BETWEEN = re.compile(r"[\s,;:]+(?=[,;])")
Kept = dict[str, JsonValue]
"""Terms that have no place in a record, by field."""


def to_assistance(told: Told, kept: Kept) -> tuple[str, ...]:
    """Give the types of assistance we know, and keep the others aside."""
    terms = told.terms("assistanceTypes")
    known = [(term, find_in("details.assistance_types", term)) for term in terms]
    kept["assistanceTypes"] = [_bare(term) for term, found in known if found is None]
    return tuple(dict.fromkeys(found for _, found in known if found))


def _bare(term: Term) -> JsonValue:
    label: dict[str, JsonValue] = dict(term.label)
    return {"identifier": term.identifier, "label": label} if label else term.identifier


def to_state(told: Told) -> State:
    """Give how far a need or an offer has come; open where the record does not say."""
    said = (told.word("status", "state") or "").lower().replace("-", "").replace(" ", "")
    return _STATES.get(said, "open")


def find_shown(told: Told, *names: str) -> str | None:
    """Give the first term's label, or its identifier."""
    return next(iter(told.shown(*names)), None)


def find_open_term(told: Told, name: str, *fields: str) -> str | None:
    """Give a term of a vocabulary that is known to be incomplete: another one is kept as it is."""
    term = next(iter(told.terms(*fields)), None)
    return (find_in(name, term) or term.identifier or term.shown or None) if term else None


def to_joined(told: Told, *names: str) -> LangText:
    """Give the labels of terms as one text a language; those without label as they are."""
    texts: dict[str, list[str]] = {}
    for term in told.terms(*names):
        for tag, text in (term.label or LangText({told.fallback: term.identifier})).items():
            texts.setdefault(tag, []).append(text)
    return LangText({tag: ", ".join(each) for tag, each in texts.items()})


def to_known_terms(told: Told, name: str, kept: Kept, *fields: str) -> tuple[str, ...]:
    """Give the terms of a vocabulary that fields name, and keep the others aside."""
    known = [(term, find_in(name, term)) for term in told.terms(*fields)]
    kept[fields[0]] = [term.identifier for term, found in known if found is None and not term.label]
    return tuple(dict.fromkeys(found for _, found in known if found))


def to_named_agents(told: Told, role: str, *fields: str) -> tuple[Agent, ...]:
    """Give an agent for every term with a name; those that are only referred to are relations."""
    return tuple(dict.fromkeys(Agent(role=role, name=term.label) for term in told.terms(*fields) if term.label))


def to_authors(told: Told) -> tuple[Agent, ...]:
    """Give the authors as the record writes them, in one text."""
    name = without_mail(told.text("authors", "author"))
    return (Agent(role="author", name=name),) if name else ()


def without_mail(name: LangText) -> LangText:
    """Give a name without the e-mail addresses written beside it: nobody agreed that they are published."""
    if not any("@" in text for text in name.values()):
        return name
    bare = {tag: _LEFT_BETWEEN.sub("", _MAIL.sub(" ", text)) for tag, text in name.items()}
    plain = {tag: text.strip(" ,;:-<>") for tag, text in bare.items()}
    return LangText({tag: one_line(text) for tag, text in plain.items() if text})


def to_categories(told: Told) -> list[str]:
    """Give the roles of a focal point; unknown ones as they are."""
    terms = told.terms("ctgList", "categories", "types")
    found = (find_in("details.categories", term) or term.identifier for term in terms)
    return list(dict.fromkeys(filter(None, found)))


def find_treaty(categories: list[str]) -> str | None:
    """Give the treaty of the first role that has one."""
    known = load_scheme("focal-point-categories").concepts
    broader = [uri for name in categories if name in known for uri in known[name].broad_match]
    return broader[0].rpartition(":")[2] if broader else None


def find_website(told: Told, *names: str) -> str | None:
    """Give the first web address of fields, of ``websites`` where none is named."""
    addresses = [str(each.get("url") or "") for each in told.objects(*(names or ("websites", "website")))]
    addresses += told.words(*(names or ("websites", "website")))
    return next((found for address in addresses if (found := find_address(address, ""))), None)


def to_languages(told: Told, *names: str) -> tuple[str, ...]:
    """Give the languages that terms name."""
    found = (find_language(text) for term in told.terms(*names) for text in (term.identifier, *term.label.values()))
    return tuple(dict.fromkeys(filter(None, found)))


def find_one(text: LangText) -> str | None:
    """Give a text in English or another language."""
    best = text.best("en")
    return best[1] if best else None


def find_dated(text: LangText) -> str | None:
    """Give the date that a text by language holds."""
    return next((found for each in text.values() if (found := find_date(each))), None)
