"""The service described for programs: ``/.well-known/chm-node.json``; facts only, no clock."""

from __future__ import annotations

from typing import Any

from chm_node.publishing.changes_routes import MEDIA_TYPE, dump_since
from chm_node.publishing.oai_pmh.provider import METADATA_FORMATS
from chm_node.publishing.search.engine import SearchRequest
from chm_node.publishing.service import SOFTWARE, Endpoint, Publishing, software_version
from chm_node.publishing.spreadsheet import MEDIA_TYPE as XLSX

ENDPOINTS = (
    Endpoint("changes", "/api/v1/changes", MEDIA_TYPE, ("native",)),
    Endpoint("records", "/api/v1/records", "application/json", ("native",)),
    Endpoint("search", "/api/v1/search", "application/json", ("native",)),
    Endpoint("oai-pmh", "/oai", "text/xml", tuple(METADATA_FORMATS)),
    Endpoint("dcat", "/catalog.jsonld", "application/ld+json", ("dcat",)),
    Endpoint("dcat", "/catalog.ttl", "text/turtle", ("dcat",)),
    Endpoint("dcat", "/catalog.rdf", "application/rdf+xml", ("dcat",)),
    Endpoint("dcat-us", "/data.json", "application/json", ("data.json",)),
    Endpoint("table", "/api/v1/search.csv", "text/csv", ("csv",)),
    Endpoint("table", "/api/v1/search.xlsx", XLSX, ("xlsx",)),
    Endpoint("feed", "/feed.atom", "application/atom+xml", ("atom",)),
    Endpoint("feed", "/feed.rss", "application/rss+xml", ("rss",)),
    Endpoint("feed", "/feed.rdf", "application/rss+xml", ("rss1",)),
    Endpoint("informea", "/informea.svc", "application/atomsvc+xml", ("odata",)),
    Endpoint("cbd-index", "/api/v2013/index/select", "application/json", ("solr",)),
    Endpoint("sitemap", "/sitemap.xml", "application/xml", ("schema_org",)),
    Endpoint("vocabularies", "/vocabularies", "text/html", ("skos",)),
    Endpoint("schema", "/schemas/record.json", "application/schema+json"),
    Endpoint("openapi", "/openapi.json", "application/json"),
    Endpoint("documentation", "/docs", "text/html"),
)


def descriptor(publishing: Publishing) -> dict[str, Any]:
    """Give who publishes, in what software, at which addresses, and how much there is."""
    site, catalogue = publishing.site, publishing.catalogue
    last = catalogue.last_sequence()
    counted = publishing.search.search(SearchRequest(limit=0))
    return {
        "id": site.node_id,
        "name": dict(site.name),
        "country": site.country,
        "languages": list(site.languages),
        "baseUrl": site.base_url,
        "software": SOFTWARE,
        "version": software_version(),
        "contact": {"email": site.admin_email},
        "oai": publishing.url("/oai"),
        "endpoints": [_endpoint(publishing, endpoint) for endpoint in (*ENDPOINTS, *publishing.endpoints)],
        "records": {
            "total": counted.total,
            "byType": {entry.value: entry.count for entry in counted.facets.get("type", ())},
        },
        "lastSequence": last,
        "since": dump_since(last, site.token_secret),
        "modified": catalogue.modified_at().strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _endpoint(publishing: Publishing, endpoint: Endpoint) -> dict[str, Any]:
    made: dict[str, Any] = {"name": endpoint.name, "url": publishing.url(endpoint.path), "type": endpoint.media_type}
    return made | ({"formats": list(endpoint.formats)} if endpoint.formats else {})
