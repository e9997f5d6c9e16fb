"""What the published pages and feeds of a service are made from; it answers no request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from chm_node.publishing.catalogue import Catalogue
from chm_node.publishing.search.engine import SearchAnswer, SearchRequest
from chm_node.publishing.shown import Place
from chm_node.publishing.site import Site
from chm_node.shell.conditional import content_tag
from chm_node.shell.pages import Pages
from vocabularies.concepts import SCHEMES, load_scheme
from vocabularies.formats.native import parse_native
from vocabularies.record import Record

TEMPLATES = Path(__file__).parent / "templates"
SOFTWARE = "chm-federation"
FieldMap = Mapping[str, Sequence[str]]
"""The places of a source's record that fed each field, by the field's name in JSON."""


class Search(Protocol):
    """Whatever answers a search request; ``LiveSearch`` does."""

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer a request."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address the descriptor names: what it is for, its path and what it speaks."""

    name: str
    path: str
    media_type: str
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Publishing:
    """The read side of one service: catalogue, search, pages, and what the service adds to the shared addresses.

    ``node_name`` gives a node's name in a language for lists; ``checks`` are asked by /readyz and give None or what is
    wrong; ``metrics`` gives further lines for /metrics; ``endpoints`` further entries of the descriptor. ``field_maps``
    gives, for each entry of a record's provenance, the places of the source by the field they fed; ``field_sources``
    of a record of several which source each field is from, by JSON pointer.
    """

    catalogue: Catalogue
    search: Search
    pages: Pages
    node_name: Callable[[str, str], str | None] = lambda _node, _language: None
    checks: Mapping[str, Callable[[], str | None]] = field(default_factory=dict)
    metrics: Callable[[], Iterable[str]] = tuple
    endpoints: tuple[Endpoint, ...] = ()
    field_maps: Callable[[str, Record], Sequence[FieldMap]] = lambda _local_id, _record: ()
    field_sources: Callable[[str, Record], Mapping[str, str]] = lambda _local_id, _record: {}

    @property
    def site(self) -> Site:
        """Give who publishes."""
        return self.catalogue.site

    def url(self, path: str) -> str:
        """Give the public address of a path of this service."""
        return self.site.base_url + path

    def list_tag(self, sequence: int, query: str) -> str:
        """Give the ETag of a list as of a sequence: it changes with any record, the site's address and the software."""
        site = self.site
        return content_tag(str(sequence), site.rendition_key, software_version(), repr(dict(site.name)), query)

    def find_record(self, local_id: str) -> Record | None:
        """Give a live record as the public may see it."""
        native = self.catalogue.rendition(local_id, "native")
        return parse_native(native).record if native is not None else None

    def find_page(self, target: str) -> Place | None:
        """Give the page of a record or concept here, by its id; None for any other thing."""
        if target.startswith("urn:chm:vocab:"):
            scheme_id, _, concept_id = target.removeprefix("urn:chm:vocab:").partition(":")
            known = load_scheme(scheme_id).concepts if scheme_id in SCHEMES else {}
            found = known.get(concept_id)
            path = f"/vocabularies/{scheme_id}/{concept_id}"
            return Place(path, found.pref_labels, found.unofficial) if found else None
        item = self.catalogue.find_by_record_id(target) if target.startswith("urn:chm:") else None
        return Place(f"/records/{item.local_id}", item.title) if item is not None and not item.deleted else None

    def name_of_node(self, node: str, language: str) -> str:
        """Give the name of a node, its id where nobody named it."""
        if node == self.site.node_id and (best := self.site.name.best(language)):
            return best[1]
        return self.node_name(node, language) or node

    def name_of_source(self, record: Record, node: str, language: str) -> str:
        """Give the name of a node a record came from: as the record states it of its publisher, else as known here."""
        is_publisher = node == record.publisher.node
        return self.publisher_of(record, language) if is_publisher else self.name_of_node(node, language)

    def publisher_of(self, record: Record, language: str) -> str:
        """Give who published a record: the name it states, else the name of its node."""
        best = record.publisher.name.best(language)
        return best[1] if best else self.name_of_node(record.publisher.node, language)


def software_version() -> str:
    """Give the version of the installed distribution; of a bare source tree nobody knows it."""
    try:
        return version(SOFTWARE)
    except PackageNotFoundError:
        return "0+source"
