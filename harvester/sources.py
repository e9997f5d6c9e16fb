"""What we harvest: one Source a row, with one frozen settings class per protocol. Knows no network and no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from harvester.errors import SettingError
from harvester.machine import parse_reference
from harvester.mapping import MappingWrong, parse_mapping
from vocabularies.record import RECORD_TYPES
from vocabularies.text import normalise_language

DAY_S = 86_400
METADATA_PREFIXES = (
    "auto", "chm", "dcat_ap", "dcat", "oai_dcat", "iso19139", "gmd", "gmi", "iso19115", "iso19115_3", "iso19115-3",
    "mdb", "eml", "oai_eml", "datacite", "oai_datacite", "datacite4", "oai_datacite4", "datacite3", "oai_datacite3",
    "oai_openaire", "mods", "oai_mods", "marcxml", "marc21", "marc", "qdc", "oai_qdc", "dcterms", "oai_dcterms", "dct",
    "oai_dc",
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
_RANGES: Mapping[str, tuple[int, int]] = {
    "page_size": (1, 5000),
    "overlap_s": (0, 90 * DAY_S),
    "sweep_s": (0, 90 * DAY_S),
    "max_pages": (1, 10**7),
    "deep": (1, 10**6),
    "depth": (0, 10),
}


@dataclass(frozen=True, slots=True)
class Source:
    """One thing we harvest.

    ``country`` is ISO 3166-1 alpha-2 or ``EU``; ``every_s`` the interval between runs; ``rank`` settles which source's
    text wins where several describe one thing (1 is strongest). ``quirks`` are what has been learnt of it, by key.
    ``namespace`` is the node id or OAI repository identifier whose records it may change. ``hours`` are those of a day it
    may be harvested in, such as ``22:00-06:00 Africa/Nairobi``; ``contact`` is told when it is broken. What complete
    lists no longer name stays for ``grace_s``. ``generation`` counts the edits of its address and settings.
    """

    id: str
    name: str
    url: str
    protocol: str
    config: Config
    country: str | None = None
    every_s: int = DAY_S
    paused: bool = False
    rank: int = 50
    quirks: Mapping[str, str] = field(default_factory=dict)
    namespace: str = ""
    hours: str = ""
    contact: str = ""
    grace_s: int = DAY_S
    generation: int = 0

    @property
    def default_language(self) -> str | None:
        """The language of text the source does not label, where its settings name one."""
        return getattr(self.config, "language", "") or None


def config_from_settings(protocol: str, settings: Mapping[str, str]) -> Config:
    """Make a protocol's settings from KEY=VALUE texts; SettingError says which does not fit and what would."""
    config_class = CONFIG_CLASSES.get(protocol)
    if config_class is None:
        raise SettingError(key="protocol", value=protocol, reason=f"known protocols are {', '.join(CONFIG_CLASSES)}")
    defaults = {each.name: each.default for each in fields(config_class)}
    values: dict[str, Any] = {}
    for key, text in settings.items():
        name = key.strip().lower().replace("-", "_")
        if name not in defaults:
            reason = f"{protocol} sources have the settings {', '.join(sorted(defaults))}"
            raise SettingError(key=key, value=text, reason=reason)
        values[name] = _parse_setting(name, text, type(defaults[name]))
    return config_class(**values)


def settings_of(config: Config) -> dict[str, str]:
    """Give the settings that differ from the defaults as texts; config_from_settings reads them back."""
    changed = {each.name: getattr(config, each.name) for each in fields(config)}
    defaults = {each.name: each.default for each in fields(config)}
    return {name: _dump_setting(value) for name, value in changed.items() if value != defaults[name]}


def _check_setting(name: str, plain: str) -> None:
    if name == "token":
        parse_reference(plain, key=name)
    if name == "type" and plain not in RECORD_TYPES:
        raise SettingError(key=name, value=plain, reason=f"record types are {', '.join(RECORD_TYPES)}")
    if name == "map":
        try:
            parse_mapping(plain)
        except MappingWrong as error:
            raise SettingError(key=name, value=plain, reason=str(error)) from None


def _dump_setting(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parse_setting(name: str, text: str, kind: type) -> object:
    plain = text.strip()
    if kind is bool:
        if plain.lower() not in {"true", "false", "yes", "no", "1", "0"}:
            raise SettingError(key=name, value=text, reason="write true or false")
        return plain.lower() in {"true", "yes", "1"}
    if kind is int:
        low, high = _RANGES[name]
        if not plain.isdecimal() or not low <= int(plain) <= high:
            raise SettingError(key=name, value=text, reason=f"write a whole number from {low} to {high}")
        return int(plain)
    if plain:
        _check_setting(name, plain)
    if name == "language" and plain:
        language = normalise_language(plain)
        if language is None:
            raise SettingError(key=name, value=text, reason="write a language tag such as fr or pt-BR")
        return language
    if name == "record_schema" and plain not in RECORD_SCHEMAS:
        raise SettingError(key=name, value=text, reason=f"we can read {', '.join(RECORD_SCHEMAS)}")
    if name == "metadata_prefix" and plain not in METADATA_PREFIXES:
        raise SettingError(key=name, value=text, reason=f"we can read {', '.join(METADATA_PREFIXES)}")
    return plain
