"""What a dataset's triples or its data.json say arrives in the Record, and what has no place in it is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from harvester.crosswalks import dcat, dcat_us
from harvester.crosswalks.context import Context
from harvester.crosswalks.media_types import find_media_type
from harvester.crosswalks.shapes import find_shape
from harvester.protocols.dcat_records import to_document
from harvester.raw import RawRecord, new_raw
from harvester.rdf.reading import RdfReader
from vocabularies.record import Record
from vocabularies.validation import validate

CONTEXT = Context("portal", "A portal", "https://data.example/catalog", "KE", "en", datetime(2026, 5, 1, tzinfo=UTC))
PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix adms: <http://www.w3.org/ns/adms#> .
@prefix locn: <http://www.w3.org/ns/locn#> . @prefix gsp: <http://www.opengis.net/ont/geosparql#> .
@prefix eu: <http://publications.europa.eu/resource/authority/> . @prefix spdx: <http://spdx.org/rdf/terms#> .
"""


def of(text: str, *, kind: str = "dcat:Dataset", title: str = 'dct:title "T"@en ;') -> dict[str, Any]:
    """Give what a dataset with these properties becomes, as JSON."""
    with RdfReader() as reader:
        body = f"{PREFIXES} <https://data.example/d/1> a {kind} ; {title} {text}".encode()
        reading = reader.read(body, "turtle", url="https://data.example/")
    [raw] = [entry for entry in to_document(reading, "u").entries if isinstance(entry, RawRecord)]
    parsed = dcat.crosswalk(raw, CONTEXT)
    assert parsed.record is not None, parsed.problems
    return as_json(parsed.record)


def of_json(**dataset: Any) -> dict[str, Any]:
    raw = new_raw("d-1", orjson.dumps({"title": "T", **dataset}), format="dcat_us")
    parsed = dcat_us.crosswalk(raw, CONTEXT)
    assert parsed.record is not None, parsed.problems
    return as_json(parsed.record)


def as_json(record: Record) -> dict[str, Any]:
    assert not [found for found in validate(record) if found.severity == "error"]
    told: dict[str, Any] = record.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return told


def test_texts_keep_their_languages() -> None:
    found = of(
        'dct:title "T2"@fr, "Unlabelled" ; dct:description "<p>One</p>"@fr ; dcat:keyword "birds"@en, "aves"@es .',
        title="",
    )
    assert found["title"] == {"fr": "T2", "en": "Unlabelled"}
    assert found["summary"] == {"fr": "One"}
    assert {"label": {"es": "aves"}} in found["keywords"]


def test_languages_are_read_from_the_lists_of_the_eu_and_of_the_library_of_congress() -> None:
    found = of('dct:language <http://id.loc.gov/vocabulary/iso639-1/fr>, eu:language\\/SPA, "en", eu:language\\/XYZW .')
    assert set(found["languages"]) == {"fr", "es", "en"}
    assert "XYZW" in found["extra"]["dcat"]["language"][0]


def test_themes_become_terms_or_keywords_with_their_addresses() -> None:
    found = of(
        "dcat:theme eu:data-theme\\/ENVI, <https://terms.example/9> ; dct:subject <https://terms.example/10> ."
        '<https://terms.example/9> a skos:Concept ; skos:prefLabel "Reefs"@en, "Récifs"@fr ; skos:broader <urn:far> .'
        '<https://terms.example/10> skos:prefLabel "New & Emerging Issues"@en .'
        '<urn:far> skos:prefLabel "never followed" .'
    )
    labels = {keyword.get("uri", ""): keyword["label"] for keyword in found["keywords"]}
    assert labels["http://publications.europa.eu/resource/authority/data-theme/ENVI"] == {"en": "Environment"}
    assert labels["https://terms.example/9"] == {"en": "Reefs", "fr": "Récifs"}
    assert found["subjects"] == ["CBD-SUBJECT-NEW"], "a label that names a term of ours is that term"


@pytest.mark.parametrize(
    "spatial",
    [
        "eu:country\\/TZA",
        '"Tanzania"',
        '[ a dct:Location ; skos:prefLabel "Tanzania"@en ]',
        "<http://publications.europa.eu/resource/authority/country/TZA>",
    ],
)
def test_countries_are_found_and_replace_the_source_s_own(spatial: str) -> None:
    assert of(f"dct:spatial {spatial} .")["countryRegions"] == ["TZ"]


def test_an_unknown_place_is_kept_and_the_source_s_country_said() -> None:
    found = of("dct:spatial <http://sws.geonames.org/1/> .")
    assert found["countryRegions"] == ["KE"]
    assert found["extra"]["dcat"]["spatial"] == ["http://sws.geonames.org/1/"]


@pytest.mark.parametrize("predicate", ["dcat:bbox", "locn:geometry"])
def test_a_box_is_read_whatever_it_is_called(predicate: str) -> None:
    wkt = "POLYGON((30 -2, 35 -2, 35 4, 30 4, 30 -2))"
    found = of(f'dct:spatial [ {predicate} "{wkt}"^^gsp:wktLiteral ] .')
    assert found["spatial"]["box"] == {"west": 30, "south": -2, "east": 35, "north": 4}


def test_periods_dates_and_versions_are_read() -> None:
    found = of(
        'dct:temporal [ dcat:startDate "2001-01-01" ; dcat:endDate "2003" ] ; dct:issued "2004-05" ;'
        'dct:modified "yesterday", "2026-02-01T10:00:00+02:00" ; dcat:version "3.1" ; dct:accrualPeriodicity '
        "eu:frequency\\/ANNUAL ."
    )
    assert found["temporal"] == {"start": "2001-01-01", "end": "2003"}
    assert found["dates"] == {"issued": "2004-05", "modified": "2026-02-01T08:00:00Z"}
    assert found["extra"]["dcat"] == {"modified": ["yesterday"], "version": ["3.1"]}
    assert found["details"]["updateFrequency"] == "ANNUAL"


def test_identifiers_are_told_apart_and_the_landing_page_is_the_landing_page() -> None:
    found = of(
        'dct:identifier "doi:10.5072/abc", "local-7" ; dcat:landingPage <https://data.example/page/1> ;'
        'adms:identifier [ skos:notation "10.5072/abc" ] .'
    )
    ids = {(each["scheme"], each["value"]) for each in found["sourceIds"]}
    assert {("doi", "10.5072/abc"), ("local", "local-7"), ("url", "https://data.example/d/1")} <= ids
    assert [link["url"] for link in found["links"] if link.get("rel") == "landing"] == ["https://data.example/page/1"]
    assert found["details"]["doi"] == "10.5072/abc"


def test_distributions_become_links() -> None:
    found = of(
        'dcat:distribution [ dct:title "Counts"@en ; dcat:downloadURL <https://data.example/1.csv> ; dcat:accessURL '
        "<https://data.example/1> ; dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ;"
        'dcat:byteSize "1024.0" ; spdx:checksum [ spdx:checksumValue "ab" ;'
        " spdx:algorithm spdx:checksumAlgorithm_sha1 ] ]"
        ', [ dcat:accessURL <javascript:alert(1)> ], [ dct:format "WMS" ; dcat:accessURL <https://data.example/wms> ;'
        "dcat:accessService [ a dcat:DataService ; dcat:endpointURL <https://data.example/api> ] ] ."
    )
    links = {link["url"]: link for link in found["links"]}
    file = links["https://data.example/1.csv"]
    assert (file["rel"], file["bytes"], file["mediaType"], file["checksum"]) == ("data", 1024, "text/csv", "sha1:ab")
    assert file["name"] == {"en": "Counts"}
    assert "bytes" not in links["https://data.example/1"]
    assert links["https://data.example/wms"]["name"] == {"und": "WMS"}
    assert links["https://data.example/api"]["rel"] == "api"
    assert not [url for url in links if url.startswith("javascript")]


def test_people_are_named_and_their_addresses_are_not_published() -> None:
    found = of(
        'dct:publisher <https://data.example/agency> ; dct:creator [ foaf:name "A. Author" ] ; dcat:contactPoint '
        '[ vcard:fn "Help desk" ; vcard:hasEmail <mailto:secret@data.example> ; vcard:hasTelephone <tel:+1> ] .'
        '<https://data.example/agency> a foaf:Agent ; foaf:name "Agency"@en, "Agence"@fr .'
    )
    assert found["organizations"] == [
        {"role": "publisher", "name": {"en": "Agency", "fr": "Agence"}},
        {"role": "creator", "name": {"en": "A. Author"}},
    ]
    assert found["contacts"] == [{"name": "Help desk"}]
    assert "secret@" not in str(found)


def test_licences_rights_and_access_are_read() -> None:
    found = of(
        'dct:license eu:licence\\/CC_BY_4_0 ; dct:accessRights eu:access-right\\/NON_PUBLIC ; dct:rights "Ask"@en .'
    )
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["access"] == {"level": "withheld"}
    assert found["rights"] == {"en": "Ask"}
    unknown = of(
        "dcat:distribution [ dct:license <https://licence.example/1> ; dcat:accessURL <https://data.example/1> ] ."
    )
    assert unknown["rights"] == {"und": "https://licence.example/1"}


def test_relations_keep_their_kind() -> None:
    found = of(
        "dct:isPartOf <https://data.example/s> ; dct:conformsTo <https://standard.example/1> ; dct:source <urn:x> ."
    )
    assert {(each["type"], each["target"]) for each in found["relations"]} == {
        ("isPartOf", "https://data.example/s"),
        ("references", "https://standard.example/1"),
    }


def test_a_data_service_is_a_service() -> None:
    found = of(
        "dcat:endpointURL <https://data.example/api> ; dcat:endpointDescription <https://data.example/openapi> ;"
        "dcat:servesDataset <https://data.example/d/2> .",
        kind="dcat:DataService",
    )
    assert found["type"] == "service"
    assert found["details"] == {"url": "https://data.example/api", "documentation": "https://data.example/openapi"}
    assert found["relations"] == [{"type": "references", "target": "https://data.example/d/2"}]


def test_what_nobody_asked_for_is_kept_by_its_name() -> None:
    found = of('<https://other.example/ns#lineage> "By hand"@en ; dct:provenance [ dct:title "From the field" ] .')
    assert found["extra"]["dcat"] == {"lineage": ["By hand"], "provenance": ["From the field"]}


def test_bytes_that_are_no_triples_are_a_problem() -> None:
    parsed = dcat.crosswalk(new_raw("x", b"nonsense", format="dcat"), CONTEXT)
    assert (parsed.record, parsed.problems[0].code) == (None, "CROSSWALK_FAILED")


def test_a_data_json_dataset_says_the_same_things() -> None:
    found = of_json(
        description="About", keyword=["birds"], language=["fr"], modified="2026-02-01", landingPage="https://a.example/p",
        spatial="30.5,-2,35,4", temporal="2001-01-01/2003-12-31", accessLevel="restricted public",
        license="https://creativecommons.org/publicdomain/zero/1.0/", publisher={"name": "Agency",
        "subOrganizationOf": {"name": "Ministry"}}, contactPoint={"fn": "Desk", "hasEmail": "mailto:secret@a.example"},
        distribution=[{"downloadURL": "https://a.example/1.csv", "mediaType": "text/csv", "title": "Table"},
                      {"accessURL": "https://a.example/api", "format": "API"}, None],
        theme=["Environment"], programCode=["010:001"], references=["https://a.example/doc"],
    )  # fmt: skip
    assert (found["title"], found["summary"], found["languages"]) == ({"fr": "T"}, {"fr": "About"}, ["fr"])
    assert found["spatial"]["box"] == {"west": 30.5, "south": -2, "east": 35, "north": 4}
    assert found["temporal"] == {"start": "2001-01-01", "end": "2003-12-31"}
    assert found["access"] == {"level": "restricted"}
    assert [(link["url"], link.get("rel", "document")) for link in found["links"]] == [
        ("https://a.example/p", "landing"), ("https://a.example/doc", "document"),
        ("https://a.example/1.csv", "data"), ("https://a.example/api", "api"),
    ]  # fmt: skip
    assert found["organizations"] == [{"role": "publisher", "name": {"fr": "Agency"}}]
    assert found["extra"]["dcat_us"] == {"partOf": ["Ministry"], "programCode": ["010:001"]}
    assert "secret@" not in str(found)


@pytest.mark.parametrize(
    "odd",
    [
        {"description": {"en": "A", "es": "B"}}, {"keyword": "one"}, {"publisher": "Name"},
        {"spatial": {"type": "Point"}},
        {"spatial": {"type": "Point", "coordinates": [400, 0]}}, {"distribution": {"title": 1}}, {"theme": {"a": [1]}},
        {"contactPoint": [1, None, []]}, {"temporal": 5}, {"license": [None]}, {"identifier": 5}, {"accessLevel": []},
    ],
)  # fmt: skip
def test_values_of_another_shape_cost_nothing_but_themselves(odd: dict[str, Any]) -> None:
    assert of_json(**odd)["title"] == {"en": "T"}


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("POINT(36.8 -1.3)", None),
        ('{"type":"Polygon","coordinates":[[[30,-2],[35,-2],[35,4],[30,-2]]]}', (30, -2, 35, 4)),
        ('{"type":"Feature","geometry":{"type":"MultiPoint","coordinates":[[30,-2],[35,4]]}}', (30, -2, 35, 4)),
        ("<http://www.opengis.net/def/crs/EPSG/0/4326> POLYGON((-2 30, 4 35, -2 30))", (30, -2, 35, 4)),
        ("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POLYGON((30 -2, 35 4, 30 -2))", (30, -2, 35, 4)),
        ("ENVELOPE(30, 35, 4, -2)", (30, -2, 35, 4)),
        ("30, -2, 35, 4", (30, -2, 35, 4)),
    ],
)
def test_shapes_are_read_in_every_spelling(text: str, box: tuple[float, ...] | None) -> None:
    found = find_shape(text)
    assert found is not None
    if box is None:
        assert found.point is not None
        assert (found.point.latitude, found.point.longitude) == (-1.3, 36.8)
    else:
        assert found.box is not None
        assert (found.box.west, found.box.south, found.box.east, found.box.north) == box


@pytest.mark.parametrize(
    "text", ["Kenya", "POINT(400 0)", "POLYGON((1 2 3))", "{bad", "1,2,3", '{"coordinates": "x"}', "", "POINT EMPTY"]
)
def test_what_is_no_shape_on_the_globe_is_none(text: str) -> None:
    assert find_shape(text) is None


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        ("text/CSV; charset=utf-8", "text/csv"),
        ("http://publications.europa.eu/resource/authority/file-type/GEOJSON", "application/geo+json"),
        ("https://www.iana.org/assignments/media-types/application/zip", "application/zip"),
        (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a paper map", None),
    ],
)
def test_formats_become_media_types(text: str, media_type: str | None) -> None:
    assert find_media_type(text) == media_type


def test_a_repeating_interval_instead_of_a_date_is_how_often_it_changes() -> None:
    found = of_json(modified="R/P1D")
    assert (found["details"]["updateFrequency"], "modified" in found.get("dates", {})) == ("R/P1D", False)
    assert of_json(modified="R/P1D", accrualPeriodicity="R/P1M")["details"]["updateFrequency"] == "R/P1M"


def test_a_bare_code_of_the_eu_s_data_themes_is_named() -> None:
    labels = [each["label"] for each in of_json(superTheme=["ENVI"], theme=["corales"])["keywords"]]
    assert {"en": "Environment"} in labels
    assert {"en": "corales"} in labels


def test_what_is_said_of_files_and_of_where_data_come_from_is_kept() -> None:
    found = of(
        'dct:provenance [ dct:description "Taken by hand" ] ;'
        'dcat:distribution [ dct:description "All cores" ; dcat:downloadURL <https://data.example/a.csv> ] .'
    )
    assert found["extra"]["dcat"] == {"distribution/description": ["All cores"], "provenance": ["Taken by hand"]}
    file = {"downloadURL": "https://data.example/a.csv", "title": "Table", "description": "All cores"}
    assert of_json(distribution=[file])["extra"]["dcat_us"] == {"distribution/description": ["All cores"]}
