"""Controlled vocabularies and which record field takes which; reads ``schemes/*.ttl`` only, each when first used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from vocabularies import terms
from vocabularies.skos import Concept, ConceptScheme, fold, parse_scheme

__all__ = [
    "FIELD_SCHEMES",
    "FIELD_TYPES",
    "SCHEMES",
    "Concept",
    "ConceptScheme",
    "countries_of",
    "find_term",
    "fold",
    "load_scheme",
    "region_ancestors",
    "scheme_turtle",
    "schemes_for",
    "term_value",
    "use_schemes",
]

SCHEMES: tuple[str, ...] = (
    "record-types", "gbf-targets", "gbf-goals", "cbd-subjects", "un-m49", "cbd-regions", "countries", "sdg-goals",
    "sdg-targets", "aichi-targets", "organization-types", "jurisdictions", "treaties", "focal-point-categories",
    "un-languages", "licences", "assistance-types",
)  # fmt: skip

_PLACES = ("countries", "un-m49", "cbd-regions")
FIELD_SCHEMES: Mapping[str, tuple[str, ...]] = {
    "type": ("record-types",),
    "subtype": ("record-types",),
    "government": ("countries",),
    "country_regions": _PLACES,
    "subjects": ("cbd-subjects",),
    "gbf_targets": ("gbf-targets",),
    "gbf_goals": ("gbf-goals",),
    "sdgs": ("sdg-goals", "sdg-targets"),
    "aichi_targets": ("aichi-targets",),
    "treaties": ("treaties",),
    "license": ("licences",),
    "details.assistance_types": ("assistance-types",),
    "details.organization_type": ("organization-types",),
    "details.jurisdiction": ("jurisdictions",),
    "details.categories": ("focal-point-categories",),
    "details.treaty": ("treaties",),
    "details.country": ("countries",),
    "details.provider_countries": _PLACES,
    "details.countries_of_use": _PLACES,
    "details.eligible_countries": _PLACES,
    "details.eligible_organization_types": ("organization-types",),
    "details.other_governments": ("countries",),
    "details.operational_regions": _PLACES,
    "details.alignment.target": ("gbf-targets", "gbf-goals", "sdg-goals", "sdg-targets", "aichi-targets"),
}
"""Record field (attribute path) → the schemes its values come from, asked in this order."""

FIELD_TYPES: Mapping[str, frozenset[str]] = {"details.categories": frozenset({"focalPoint"})}
"""Fields whose vocabulary holds for some record types only: other types use the same name for their own words."""

_WORLD = "001"


_NEWER: dict[str, bytes] = {}


def use_schemes(turtles: Mapping[str, bytes]) -> None:
    """Let newer documents stand for shipped schemes in this process; none given: the shipped ones again.

    Call it as a process begins, before anything is looked up: what other modules have found stays found.
    """
    known = {scheme_id: turtle for scheme_id, turtle in turtles.items() if scheme_id in SCHEMES}
    if known != _NEWER:
        _NEWER.clear()
        _NEWER.update(known)
        for cached in (load_scheme, region_ancestors, countries_of):
            cached.cache_clear()


def scheme_turtle(scheme_id: str) -> bytes:
    """Give the scheme's SKOS document as it is kept; KeyError for a scheme not in SCHEMES."""
    if scheme_id not in SCHEMES:
        raise KeyError(scheme_id)
    load_scheme(scheme_id)  # a newer one that cannot be read is given up there
    return _NEWER.get(scheme_id) or _shipped(scheme_id)


@cache
def load_scheme(scheme_id: str) -> ConceptScheme:
    """Read a scheme once a process; KeyError for a scheme not in SCHEMES."""
    if scheme_id not in SCHEMES:
        raise KeyError(scheme_id)
    if scheme_id in _NEWER:
        try:
            return parse_scheme(_NEWER[scheme_id])
        except (ValueError, SyntaxError):  # a file somebody has broken; rdflib's BadSyntax is a SyntaxError
            del _NEWER[scheme_id]
    return parse_scheme(_shipped(scheme_id))


def _shipped(scheme_id: str) -> bytes:
    return files("vocabularies").joinpath("schemes", f"{scheme_id}.ttl").read_bytes()


def schemes_for(field: str, record_type: str) -> tuple[str, ...]:
    """Give the schemes of a field in records of one type; empty where its values are free."""
    if record_type not in FIELD_TYPES.get(field, {record_type}):
        return ()
    return FIELD_SCHEMES.get(field, ())


def find_term(field: str, text: str, language: str | None = None) -> Concept | None:
    """Give the one concept a value of the field names: id, code in any usual spelling, URI, or label in any language.

    Ids and codes of every scheme of the field are tried before any label; an earlier scheme goes before a later one.
    None where the text names nothing, or more than one thing; KeyError for a field without a vocabulary.
    """
    found = _find_in(FIELD_SCHEMES[field], text.strip(), language)
    return None if field == "type" and found is not None and found.broader else found


def _find_in(schemes: tuple[str, ...], wanted: str, language: str | None) -> Concept | None:
    for scheme_id in schemes:
        if found := load_scheme(scheme_id).concepts.get(wanted):
            return found
    for scheme_id in schemes:
        if found := _find_code(load_scheme(scheme_id), wanted):
            return found
    for scheme_id in schemes:
        if found := load_scheme(scheme_id).find_label(wanted, language):
            return found
    return None


def _find_code(scheme: ConceptScheme, text: str) -> Concept | None:
    code = terms.find_code(scheme.id, text)
    return (scheme.find_code(code) if code else None) or scheme.find_code(text)


def term_value(concept: Concept) -> str:
    """Give what a record stores for a concept: its id, or for a licence its official URI."""
    if concept.scheme != "licences":
        return concept.id
    return concept.exact_match[0] if concept.exact_match else concept.uri


@cache
def region_ancestors(place_id: str) -> tuple[str, ...]:
    """Give the UN M49 regions a country or region lies in, nearest first, without the world: ``KE`` → 014, 202, 002.

    Empty for a place without M49 region (Antarctica) and for an unknown id.
    """
    return tuple(region for region in _m49_chain(place_id) if region != _WORLD)


@cache
def countries_of(region_id: str) -> tuple[str, ...]:
    """Give the ids of all countries in a UN M49 region, sorted; empty for an unknown region."""
    return tuple(sorted(country for country in load_scheme("countries").concepts if region_id in _m49_chain(country)))


def _m49_chain(place_id: str) -> list[str]:
    regions = load_scheme("un-m49").concepts
    country = load_scheme("countries").concepts.get(place_id)
    if country is not None:
        nearest = [uri.rpartition(":")[2] for uri in country.broad_match]
    else:
        nearest = list(regions[place_id].broader) if place_id in regions else []
    chain: list[str] = []
    while nearest:
        chain.append(nearest[0])
        nearest = list(regions[nearest[0]].broader)
    return chain
