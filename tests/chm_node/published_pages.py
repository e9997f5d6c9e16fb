"""The whole read side over a small published site, for tests that ask it as a client does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from published_site import SITE, PublishedSite, make_site, sample_record
from starlette.testclient import TestClient

from chm_node.publishing.routes import Publishing, add_publishing, new_app, pages_for
from chm_node.publishing.search.live import LiveSearch, open_engine
from chm_node.publishing.site import Site
from vocabularies.record import RECORD_TYPES, Record
from vocabularies.text import UN_LANGUAGES

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
LANGUAGES = UN_LANGUAGES


@dataclass
class ReadSide:
    """A published site, its app, and a client that does not follow redirects or raise what the app answers with 500."""

    site: PublishedSite
    app: FastAPI
    client: TestClient

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers)

    def page(self, path: str, language: str = "en") -> Any:
        return self.client.get(path, headers={**BROWSER, "accept-language": language})


def make_read_side(url: str, site: Site = SITE, **publishing: Any) -> ReadSide:
    """Put the read side over an empty published site; the search looks at the change log before every answer."""
    published = make_site(url, site)
    search = LiveSearch(published.catalogue, open_engine(None, site.node_id))
    app = new_app("test")
    add_publishing(app, Publishing(published.catalogue, search, pages_for(site), **publishing))
    return ReadSide(published, app, TestClient(app, base_url=site.base_url, raise_server_exceptions=False))


def one_of_each_type() -> list[Record]:
    """Make a record of every type."""
    return [
        sample_record(f"{kind.lower()}-1", type=kind, title={"en": f"Sample {kind}", "ar": f"عينة {kind}"})
        for kind in RECORD_TYPES
    ]
