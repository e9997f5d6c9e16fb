"""The controlled vocabularies: pages for people, SKOS for machines, by suffix or by the Accept header."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from chm_node.publishing.service import Publishing
from chm_node.publishing.shown import label_shown, term_shown, to_shown
from chm_node.shell.conditional import cached
from chm_node.shell.languages import choose_language
from chm_node.shell.negotiate import choose_media_type
from chm_node.shell.problems_http import HttpProblem
from vocabularies.concepts import SCHEMES, Concept, ConceptScheme, fold, load_scheme
from vocabularies.formats.skos_documents import dump_concept, dump_scheme

_HTML = "text/html"
SUFFIXES: Mapping[str, str] = {
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".ttl": "text/turtle",
    ".rdf": "application/rdf+xml",
}
_BY_MEDIA_TYPE = {media_type: suffix for suffix, media_type in SUFFIXES.items()}
_OFFERED = (_HTML, *SUFFIXES.values())
_NUMBERED = {"gbf-targets", "sdg-goals", "sdg-targets", "aichi-targets"}
_NUMBER = re.compile(r"\d+")
Dump = Callable[[str], bytes]
Page = Callable[[Mapping[str, str]], Response]


def vocabulary_router(publishing: Publishing) -> APIRouter:
    """Give the routes of the list of vocabularies, of each vocabulary and of each term."""
    router = APIRouter(tags=["Vocabularies"])

    @router.get("/vocabularies", response_class=Response, summary="Every controlled vocabulary")
    def schemes(request: Request) -> Response:
        language = choose_language(request)
        shown = [(scheme, to_shown(scheme.titles, language)) for scheme in map(load_scheme, SCHEMES)]
        return publishing.pages.page(request, "vocabularies.html", schemes=shown)

    @router.get("/vocabularies/{name}", response_class=Response, summary="One vocabulary")
    def scheme(request: Request, name: str) -> Response:
        scheme_id, suffix = _split(name, set(SCHEMES))
        if scheme_id not in SCHEMES:
            raise HttpProblem("SCHEME_NOT_FOUND")
        found = load_scheme(scheme_id)
        return _negotiated(
            request,
            suffix,
            publishing.url(f"/vocabularies/{scheme_id}"),
            lambda wanted: dump_scheme(scheme_id, wanted),
            lambda headers: _scheme_page(publishing, request, found, headers),
        )

    @router.get("/vocabularies/{scheme_id}/{name}", response_class=Response, summary="One term of a vocabulary")
    def concept(request: Request, scheme_id: str, name: str) -> Response:
        if scheme_id not in SCHEMES:
            raise HttpProblem("SCHEME_NOT_FOUND")
        found = load_scheme(scheme_id)
        concept_id, suffix = _split(name, found.concepts)
        if concept_id not in found.concepts:
            raise HttpProblem("CONCEPT_NOT_FOUND")
        return _negotiated(
            request,
            suffix,
            publishing.url(f"/vocabularies/{scheme_id}/{quote(concept_id)}"),
            lambda wanted: dump_concept(scheme_id, concept_id, wanted),
            lambda headers: _concept_page(publishing, request, found, found.get(concept_id), headers),
        )

    return router


def _split(name: str, known: Mapping[str, object] | set[str]) -> tuple[str, str | None]:
    """Give (id, suffix): a known id is never cut, such as the target ``SDG-TARGET-1.2``."""
    if name not in known:
        for suffix in SUFFIXES:
            if name.endswith(suffix):
                return name.removesuffix(suffix), suffix
    return name, None


def _negotiated(request: Request, suffix: str | None, url: str, dump: Dump, page: Page) -> Response:
    links = ", ".join(f'<{url}{end}>; rel="alternate"; type="{kind}"' for end, kind in SUFFIXES.items())
    headers = {"Link": links}
    if suffix is None:
        headers["Vary"] = "Accept"
        media_type = choose_media_type(request.headers.get("accept"), _OFFERED)
        if media_type is None:
            raise HttpProblem("NOT_ACCEPTABLE", headers={"Vary": "Accept"}, offered=", ".join(_OFFERED))
        if media_type == _HTML:
            return page(headers | {"Vary": "Accept, Accept-Language, Cookie"})
        suffix = _BY_MEDIA_TYPE[media_type]
    return cached(request, dump(suffix), SUFFIXES[suffix], headers=headers)


def _in_order(concepts: Iterable[Concept], language: str) -> list[Concept]:
    """Give terms as a reader expects them: numbered lists by number, others by label."""

    def key(concept: Concept) -> tuple[list[int], str]:
        numbers = [int(number) for number in _NUMBER.findall(concept.id)] if concept.scheme in _NUMBERED else []
        return numbers, fold(concept.label(language)[0])

    return sorted(concepts, key=key)


def _scheme_page(
    publishing: Publishing, request: Request, scheme: ConceptScheme, headers: Mapping[str, str]
) -> Response:
    language = choose_language(request)
    ordered = _in_order(scheme.concepts.values(), language)
    top = [concept for concept in ordered if not concept.broader]
    below: dict[str, list[Concept]] = {}
    for concept in ordered:
        for broader in concept.broader:
            below.setdefault(broader, []).append(concept)
    return publishing.pages.page(
        request,
        "vocabulary.html",
        headers=headers,
        scheme=scheme,
        title=to_shown(scheme.titles, language),
        top=top,
        below=below,
        has_unofficial=any(label_shown(concept, language).unofficial for concept in ordered),
        suffixes=SUFFIXES,
    )


def _concept_page(
    publishing: Publishing, request: Request, scheme: ConceptScheme, concept: Concept, headers: Mapping[str, str]
) -> Response:
    language = choose_language(request)
    searched = term_shown(concept, language).href or ""
    return publishing.pages.page(
        request,
        "concept.html",
        headers=headers,
        scheme=scheme,
        scheme_title=to_shown(scheme.titles, language),
        concept=concept,
        label=label_shown(concept, language),
        definition=to_shown(concept.definitions, language),
        broader=[scheme.get(broader) for broader in concept.broader if scheme.is_known(broader)],
        narrower=_in_order((other for other in scheme.concepts.values() if concept.id in other.broader), language),
        search=searched if searched.startswith("/records") else "",
        suffixes=SUFFIXES,
    )
