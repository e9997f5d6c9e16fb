"""The road each corpus of recorded metadata is read by, with the settings its source would be added with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.contract.corpora_roads import (
    Site,
    as_cbd,
    as_ckan,
    as_crossref,
    as_dcat,
    as_feeds,
    as_files,
    as_gbif,
    as_informea,
    as_oai,
    as_oai_records,
    as_pages,
    as_yaml,
    joined,
    packed,
)
from tests.contract.test_real_input import recorded_pycsw, recorded_scythe, recorded_sickle, recorded_transmogrifier

_EBSA = "title[en]=__record.title[en];summary[en]=__record.description[en]"
_SHEET = "title[es]=dataset_title;summary[es]=dataset_description;keywords.label[es]=dataset_keyword"
_AARDVARK = (
    "title=dct_title_s;summary=dct_description_sm;languages=dct_language_sm;license=dct_license_sm;"
    "dates.issued=dct_issued_s;keywords.label=dct_subject_sm;organizations.name=dct_creator_sm"
)
_GBL = (
    "title=dc_title_s;summary=dc_description_s;languages=dc_language_s;"
    "dates.issued=dct_issued_s;keywords.label=dc_subject_sm;organizations.name=dc_creator_sm"
)
_ZENODO = "links.url=doi_url;authors.name=metadata.creators.name;languages=metadata.language"
_PORTALS = (
    "organizations.name=owner_name;links.url=owner_website;countryRegions=owner_country;keywords.label=data_themes"
)
_LAWS = "keywords.label[en]=type"
_DECISIONS = "symbol=decision_number;keywords.label[en]=status;links.url=url;dates.issued=date"
_WORKS = (
    "title=title;languages=language;links.url=doi;dates.issued=publication_date;"
    "keywords.label=concepts.display_name;authors.name=authorships.author.display_name"
)
ROADS: Mapping[str, Callable[[Path], Site]] = {
    "corpora/oai-pmh/sickle": lambda _: as_oai(recorded_sickle()),
    "corpora/oai-pmh/pycsw-oaipmh": lambda _: as_oai(recorded_pycsw()),
    "corpora/oai-pmh/mit-transmogrifier": lambda folder: joined(as_oai(recorded_transmogrifier()), as_files(folder)),
    "corpora/oai-pmh/oaipmh-scythe": lambda _: as_oai(recorded_scythe()),
    "corpora/oai-pmh/combine-mods": lambda folder: as_oai_records(folder, "mods"),
    "corpora/oai-pmh/dspace-oai": as_files,
    "corpora/dcat/dcat-us3-examples": as_dcat,
    "corpora/dcat/gsa-datagov-harvester": as_dcat,
    "corpora/dcat/pydatajson-es": lambda folder: as_dcat(folder, sheet="dataset", map=_SHEET, type="dataset"),
    "corpora/dcat/semic-dcat-ap": as_dcat,
    "corpora/schemaorg/odis-acma": as_pages,
    "corpora/schemaorg/odis-arch-book-graphs": as_pages,
    "corpora/schemaorg/odis-instm": as_pages,
    "corpora/schemaorg/odis-maspawio": as_pages,
    "corpora/schemaorg/odis-pacificdatahub": as_pages,
    "corpora/schemaorg/science-on-schema.org": as_pages,
    "corpora/ckan/pydatajson-ckan-cassettes": as_ckan,
    "corpora/iso19139-csw/pycsw": as_files,
    "corpora/iso19139-csw/pygeoapi-open-canada-fr-en": as_files,
    "corpora/eml-dwca/dataone-d1_python": as_files,
    "corpora/eml-dwca/gbif-metadata-profile": as_files,
    "corpora/eml-dwca/lifewatch-inbo": as_files,
    "corpora/eml-dwca/rgbif-examples": as_files,
    "corpora/mods-marc/pymarc": as_files,
    "corpora/feeds/feedparser": as_feeds,
    "corpora/feeds/node-feedparser": as_feeds,
    "corpora/feeds/w3c-feedvalidator": as_feeds,
    "corpora/cbd-un/cbd-targets-i18n": lambda folder: as_files(folder, id_column="identifier", type="resource"),
    "corpora/cbd-un/ebsa": lambda folder: as_files(folder, map=_EBSA, id_column="__record.identifier", type="place"),
    "corpora/cbd-un/rgbif-registry-cassettes": as_gbif,
    "corpora/catalogues/aws-open-data-registry": lambda folder: as_yaml(
        folder, map="organizations.name=ManagedBy", type="dataset", language="en"
    ),
    "corpora/catalogues/dataportals-registry": packed(
        "*json.tar.gz", map=_PORTALS, id_column="uid", type="dataset", language="en"
    ),
    "corpora/doi-bib/bolognese-fixtures": as_files,
    "corpora/doi-bib/crossref-habanero-cassettes": as_crossref,
    "corpora/doi-bib/ipbes-ias": packed("*.tar.gz", map=_ZENODO, id_column="doi", type="resource"),
    "corpora/pairs/jedai-dblp-acm": lambda folder: as_files(folder, id_column="id", type="resource"),
    "corpora/scale/ogm-stanford iso": packed("*iso19139.tar.gz"),
    "corpora/scale/ogm-stanford mods": packed("*mods.tar.gz"),
    "corpora/scale/ogm-stanford aardvark": packed("*aardvark.tar.gz", map=_AARDVARK, type="dataset"),
    "corpora/scale/ogm-stanford gbl1": packed("*gbl1.tar.gz", map=_GBL, type="dataset"),
    "corpora/scale/openalex-synergy": lambda folder: as_files(folder, map=_WORKS, id_column="id", type="resource"),
    "samples/cbd-solr-index": as_cbd,
    "samples/cbd-document": as_files,
    "samples/cbd-document-info": as_files,
    "samples/cbd-countries": as_files,
    "samples/cbd-thesaurus": as_files,
    "samples/dcat": as_dcat,
    "samples/dublin-core": as_files,
    "samples/ecolex-normalised-3rdparty": lambda folder: as_files(folder, map=_LAWS, type="legalInstrument"),
    "samples/gbif-eml": as_files,
    "samples/gbif-registry-json": as_gbif,
    "samples/informea-decisions-normalised-3rdparty": lambda folder: as_files(
        folder, map=_DECISIONS, id_column="_id", type="legalInstrument"
    ),
    "samples/informea-odata": as_informea,
    "samples/oai-pmh": lambda _: as_oai(recorded_sickle()),
    "samples/odis-schema-org": as_pages,
}
FLOORS: Mapping[str, int] = {
    "corpora/oai-pmh/sickle": 6,
    "corpora/oai-pmh/pycsw-oaipmh": 7,
    "corpora/oai-pmh/mit-transmogrifier": 88,
    "corpora/oai-pmh/oaipmh-scythe": 45,
    "corpora/oai-pmh/combine-mods": 225,
    "corpora/oai-pmh/dspace-oai": 11,
    "corpora/dcat/dcat-us3-examples": 6,
    "corpora/dcat/gsa-datagov-harvester": 319,
    "corpora/dcat/pydatajson-es": 271,
    "corpora/schemaorg/odis-acma": 39,
    "corpora/schemaorg/odis-arch-book-graphs": 48,
    "corpora/schemaorg/odis-instm": 2,
    "corpora/schemaorg/odis-maspawio": 72,
    "corpora/schemaorg/odis-pacificdatahub": 72,
    "corpora/schemaorg/science-on-schema.org": 28,
    "corpora/ckan/pydatajson-ckan-cassettes": 8,
    "corpora/iso19139-csw/pycsw": 109,
    "corpora/iso19139-csw/pygeoapi-open-canada-fr-en": 9,
    "corpora/eml-dwca/dataone-d1_python": 7,
    "corpora/eml-dwca/gbif-metadata-profile": 45,
    "corpora/eml-dwca/lifewatch-inbo": 1,
    "corpora/eml-dwca/rgbif-examples": 24,
    "corpora/mods-marc/pymarc": 56,
    "corpora/feeds/feedparser": 31,
    "corpora/feeds/node-feedparser": 171,
    "corpora/feeds/w3c-feedvalidator": 74,
    "corpora/cbd-un/cbd-targets-i18n": 67,
    "corpora/cbd-un/ebsa": 134,
    "corpora/cbd-un/rgbif-registry-cassettes": 7,
    "corpora/catalogues/aws-open-data-registry": 72,
    "corpora/catalogues/dataportals-registry": 72,
    "corpora/doi-bib/bolognese-fixtures": 256,
    "corpora/doi-bib/crossref-habanero-cassettes": 5,
    "corpora/doi-bib/ipbes-ias": 76,
    "corpora/pairs/jedai-dblp-acm": 540,
    "corpora/scale/ogm-stanford iso": 72,
    "corpora/scale/ogm-stanford mods": 72,
    "corpora/scale/ogm-stanford aardvark": 72,
    "corpora/scale/ogm-stanford gbl1": 72,
    "corpora/scale/openalex-synergy": 1181,
    "samples/cbd-solr-index": 4,
    "samples/cbd-document": 1,
    "samples/dcat": 9,
    "samples/dublin-core": 1,
    "samples/ecolex-normalised-3rdparty": 5,
    "samples/gbif-eml": 6,
    "samples/gbif-registry-json": 1,
    "samples/informea-decisions-normalised-3rdparty": 7,
    "samples/informea-odata": 19,
    "samples/oai-pmh": 6,
    "samples/odis-schema-org": 9,
}
"""How many records of each corpus must be accepted: nine in ten of those that were on 22 November 2026."""
