"""The settings of each protocol: one frozen class each, all with defaults, in the table CONFIG_CLASSES. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DAY_S = 86_400
METADATA_PREFIXES = (
    "auto", "chm", "dcat_ap", "dcat", "oai_dcat", "iso19139", "gmd", "gmi", "iso19115", "iso19115_3", "iso19115-3",
    "mdb", "eml", "oai_eml", "datacite", "oai_datacite", "datacite4", "oai_datacite4", "datacite3", "oai_datacite3",
    "oai_openaire", "mods", "oai_mods", "marcxml", "marc21", "marc", "qdc", "oai_qdc", "dcterms", "oai_dcterms", "dct",
    "dim", "xoai", "fgdc", "csdgm", "oai_dc",
)  # fmt: skip
RECORD_SCHEMAS = ("auto", "iso19139", "iso19115_3", "csw_record")


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a protocol: a subclass each, whose fields all have defaults and are texts, numbers or yes/no."""


@dataclass(frozen=True, slots=True)
class NativeConfig(Config):
    """How to read a node's change list."""

    page_size: int = 500


@dataclass(frozen=True, slots=True)
class OaiPmhConfig(Config):
    """How to harvest an OAI-PMH repository.

    ``metadata_prefix`` "auto" takes the richest format both sides know. ``overlap_s`` is how far the next window
    reaches back before the last one's answer date. ``cp1252`` reads bytes that are not UTF-8 as Windows-1252 instead of
    setting the record aside. ``max_pages`` ends a list that seems to have no end.
    """

    metadata_prefix: str = "auto"
    set: str = ""
    overlap_s: int = 120
    language: str = ""
    cp1252: bool = False
    max_pages: int = 100_000


@dataclass(frozen=True, slots=True)
class CkanConfig(Config):
    """How to harvest a CKAN site by its Action API.

    ``fq`` is a Solr filter that limits the packages, such as ``organization:forests``. ``incremental`` asks for what
    changed since the last run where the site honours it; ``language`` is that of its unlabelled text.
    """

    page_size: int = 100
    fq: str = ""
    incremental: bool = True
    overlap_s: int = 600
    language: str = ""
    max_pages: int = 100_000


@dataclass(frozen=True, slots=True)
class CswConfig(Config):
    """How to harvest an OGC catalogue service (CSW 2.0.2 or 3.0).

    ``record_schema`` "auto" takes the richest record form both sides know. ``cql`` limits the records, such as
    ``dc:subject like '%forest%'``. ``incremental`` asks for what changed since the last run where that is honoured.
    """

    page_size: int = 50
    record_schema: str = "auto"
    cql: str = ""
    incremental: bool = True
    overlap_s: int = 2 * DAY_S
    language: str = ""
    max_pages: int = 100_000


@dataclass(frozen=True, slots=True)
class OgcRecordsConfig(Config):
    """How to harvest an OGC API - Records endpoint; ``collections`` are ids with commas, empty for every catalogue."""

    page_size: int = 100
    collections: str = ""
    language: str = ""
    max_pages: int = 100_000


@dataclass(frozen=True, slots=True)
class SitemapConfig(Config):
    """How to harvest the schema.org descriptions in the pages a sitemap lists.

    ``include`` is a text the addresses of wanted pages hold, such as ``/dataset/``; ``hosts`` are further hosts, with
    spaces, whose pages the sitemap may list. ``overlap_s`` is how far a page's lastmod may lie before the newest one of
    the last run; after ``sweep_s`` every page is read again, whatever its lastmod says.
    """

    include: str = ""
    hosts: str = ""
    overlap_s: int = DAY_S
    sweep_s: int = 7 * DAY_S
    language: str = ""
    max_pages: int = 50_000


@dataclass(frozen=True, slots=True)
class FeedConfig(Config):
    """How to harvest an RSS or Atom feed; ``max_pages`` ends one that is paged or archived and does not end."""

    language: str = ""
    max_pages: int = 1_000


@dataclass(frozen=True, slots=True)
class DcatConfig(Config):
    """How to read a DCAT catalogue: ``language`` is that of unlabelled text, ``max_pages`` ends an endless list."""

    language: str = ""
    max_pages: int = 10_000


@dataclass(frozen=True, slots=True)
class CbdConfig(Config):
    """How to harvest the CBD's clearing-houses by their index.

    ``realms`` (chm, abs, bch, ort) and ``schemas`` (``bbiRequest, event``) limit the records, with commas; without
    realms the address says them. ``documents`` brings the full document of each record that changed. An index of more
    than ``deep`` records is read by spans of time. ``incremental`` asks for what changed where that is honoured.
    """

    page_size: int = 200
    realms: str = ""
    schemas: str = ""
    documents: bool = False
    incremental: bool = True
    overlap_s: int = 600
    deep: int = 10_000
    language: str = ""
    max_pages: int = 100_000


@dataclass(frozen=True, slots=True)
class InformeaConfig(Config):
    """How to harvest an InforMEA service (OData).

    ``entity_sets`` are names with commas, such as ``Decisions,Meetings``; empty for all the service has.
    ``incremental`` asks for what changed since the last run where that is honoured.
    """

    page_size: int = 100
    entity_sets: str = ""
    incremental: bool = True
    overlap_s: int = DAY_S
    language: str = ""
    max_pages: int = 100_000


@dataclass(frozen=True, slots=True)
class BiolandConfig(Config):
    """How to harvest a Bioland site, or another Drupal site, by its JSON:API.

    ``locales`` are the path prefixes of its languages with spaces, the default first; empty finds those of the United
    Nations. ``resource`` is the kind of content. ``incremental`` asks for what changed since the last run.
    """

    page_size: int = 50
    locales: str = ""
    resource: str = "node/content"
    incremental: bool = True
    overlap_s: int = DAY_S
    language: str = ""
    max_pages: int = 10_000


@dataclass(frozen=True, slots=True)
class FilesConfig(Config):
    """How to read records kept in files: one file, a directory listing, or a ``folder`` below the inbox.

    ``map`` says which foreign column fills which of ours: ``title[fr]=Titre;countryRegions=Pays``. ``id_column`` names
    each row, ``type`` is that of rows that state none. ``sheet`` is a spreadsheet's sheet by name, ``record_element``
    the element of an XML file that is one record. Listings are followed down to ``depth``.
    """

    map: str = ""
    id_column: str = ""
    type: str = ""
    language: str = ""
    sheet: str = ""
    record_element: str = ""
    folder: str = ""
    depth: int = 5
    page_size: int = 500
    overlap_s: int = DAY_S
    sweep_s: int = 7 * DAY_S
    max_pages: int = 20_000


@dataclass(frozen=True, slots=True)
class ProtectedPlanetConfig(Config):
    """How to harvest Protected Planet: ``token`` is the @NAME of a secret; without ``country`` the source's is asked.

    ``geometry`` asks for the shapes, which are large, to give each area a place on the map.
    """

    token: str = ""
    country: str = ""
    geometry: bool = False
    page_size: int = 50
    language: str = ""
    max_pages: int = 20_000


@dataclass(frozen=True, slots=True)
class PanoramaConfig(Config):
    """How to harvest PANORAMA solutions: ``token`` is the @NAME of a secret, ``languages`` are codes with commas."""

    token: str = ""
    country: str = ""
    languages: str = "en,fr,es"


@dataclass(frozen=True, slots=True)
class GbifConfig(Config):
    """How to read GBIF's registry; ``publishers`` asks for the name of each dataset's publisher, once a run."""

    page_size: int = 200
    publishers: bool = True
    language: str = ""
    max_pages: int = 10_000


@dataclass(frozen=True, slots=True)
class IptConfig(Config):
    """How to harvest a GBIF Integrated Publishing Toolkit; ``overlap_s`` is how far the next window reaches back."""

    page_size: int = 25
    overlap_s: int = DAY_S
    language: str = ""


CONFIG_CLASSES: Mapping[str, type[Config]] = {
    "native": NativeConfig,
    "oai_pmh": OaiPmhConfig,
    "dcat": DcatConfig,
    "cbd": CbdConfig,
    "ckan": CkanConfig,
    "csw": CswConfig,
    "ogc_records": OgcRecordsConfig,
    "sitemap": SitemapConfig,
    "feed": FeedConfig,
    "gbif": GbifConfig,
    "ipt": IptConfig,
    "informea": InformeaConfig,
    "bioland": BiolandConfig,
    "files": FilesConfig,
    "protected_planet": ProtectedPlanetConfig,
    "panorama": PanoramaConfig,
}
RANGES: Mapping[str, tuple[int, int]] = {
    "page_size": (1, 5000),
    "overlap_s": (0, 90 * DAY_S),
    "sweep_s": (0, 90 * DAY_S),
    "max_pages": (1, 10**7),
    "deep": (1, 10**6),
    "depth": (0, 10),
}
