"""DOI metadata in JSON, citations in CSL, RIS and BibTeX: each becomes the work it cites."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from harvester.configs import FilesConfig
from harvester.crosswalks import CROSSWALKS, Context
from harvester.protocols.file_records import Cutter, Document
from harvester.raw import RawRecord
from vocabularies.record import Record

CONTEXT = Context("bib", "Library", "https://bib.example", None, None, datetime(2026, 1, 1, tzinfo=UTC), "files")
DATACITE = {
    "id": "https://doi.org/10.5072/reef-1", "doi": "10.5072/reef-1", "language": "en",
    "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Counts"},
    "creators": [{"name": "Ondieki, Ruth", "givenName": "Ruth", "familyName": "Ondieki"}],
    "titles": [{"title": "Reef counts"}, {"title": "Comptages", "titleType": "TranslatedTitle", "lang": "fr"}],
    "publisher": {"name": "Reef Data"}, "publicationYear": 2016, "subjects": [{"subject": "corals"}],
    "dates": [{"dateType": "Issued", "date": "2016-12-20"}],
    "descriptions": [{"description": "How many.", "descriptionType": "Abstract"}],
    "rightsList": [{"rights": "CC BY 4.0", "rightsURI": "https://creativecommons.org/licenses/by/4.0/legalcode"}],
    "relatedIdentifiers": [
        {"relatedIdentifier": "10.5072/x", "relatedIdentifierType": "DOI", "relationType": "IsPartOf"}
    ],
    "geoLocations": [{"geoLocationPlace": "Kenya", "geoLocationPoint": {"pointLongitude": 40, "pointLatitude": -3}}],
}  # fmt: skip
WORK = {
    "DOI": "10.5072/work-1", "type": "journal-article", "title": ["Reefs"], "subtitle": ["A history"],
    "author": [{"family": "Ondieki", "given": "Ruth"}], "issued": {"date-parts": [[2014, 2]]},
    "container-title": ["Sea"], "volume": "3", "issue": "1", "page": "1-9", "abstract": "<jats:p>Long.</jats:p>",
    "URL": "https://sea.example/1", "subject": ["corals"], "publisher": "Sea Press",
    "license": [{"URL": "https://creativecommons.org/licenses/by/4.0/"}],
}  # fmt: skip
RIS = """TY  - JOUR
TI  - Reefs
AU  - Ondieki, Ruth
AU  - Mbeki, A
PY  - 2014/02/11/
JO  - Sea
AB  - Long,
and wrapped.
KW  - corals
DO  - 10.5072/work-1
ER  -
TY  - DATA
T1  - Counts
ER  -
"""
BIBTEX = r"""% exported
@article{ondieki2014,
  title = {The {R}eefs of the {\'E}tang},
  author = {Ondieki, Ruth and M{\"u}ller, A.},
  journal = "Sea", year = 2014, month = feb, doi = {10.5072/work-1}, keywords = {corals, reefs}
}
@comment{ignored, title = {No}}
"""


def records(name: str, body: bytes, **settings: Any) -> list[Record]:
    cutter = Cutter(FilesConfig(**settings))
    found: list[Record] = []
    for raw in cutter.cut(Document(name, body, f"https://bib.example/{name}")):
        assert isinstance(raw, RawRecord)
        parsed = CROSSWALKS[raw.format](raw, CONTEXT)
        assert parsed.record is not None, parsed.problems
        found.append(parsed.record)
    return found


def test_the_json_of_a_doi_says_what_its_xml_would() -> None:
    [found] = records("doi.json", orjson.dumps(DATACITE))
    assert (found.type, found.dates.issued, found.country_regions) == ("dataset", "2016-12-20", ("KE",))
    assert dict(found.title) == {"en": "Reef counts", "fr": "Comptages"}
    assert [(agent.role, *agent.name.values()) for agent in found.organizations] == [
        ("creator", "Ondieki, Ruth"), ("publisher", "Reef Data"),
    ]  # fmt: skip
    assert found.details.doi == "10.5072/reef-1"  # type: ignore[attr-defined]
    assert found.license == "https://creativecommons.org/licenses/by/4.0/"
    assert [each.target for each in found.relations] == ["https://doi.org/10.5072/x"]


def test_an_answer_of_datacite_s_service_is_a_list_of_such() -> None:
    body = orjson.dumps({"data": [{"id": "10.5072/reef-1", "type": "dois", "attributes": DATACITE}], "meta": {}})
    assert [record.type for record in records("dois.json", body)] == ["dataset"]


def test_a_citation_is_the_work() -> None:
    [found] = records("work.json", orjson.dumps(WORK))
    details: Any = found.details  # type: ignore[attr-defined]
    assert (found.type, list(found.title.values()), found.dates.issued) == ("resource", ["Reefs: A history"], "2014-02")
    assert [next(iter(agent.name.values())) for agent in details.authors] == ["Ondieki, Ruth"]
    assert (details.pages, list(details.source.values())) == ("1-9", ["Sea 3(1)"])
    assert ("doi", "10.5072/work-1") in [(each.scheme, each.value) for each in found.source_ids]
    assert list(found.summary.values()) == ["Long."]


def test_an_answer_of_crossref_s_service_is_a_list_of_works() -> None:
    body = orjson.dumps({"status": "ok", "message-type": "work-list", "message": {"items": [WORK], "total-results": 1}})
    assert len(records("works.json", body)) == 1


def test_a_mapping_that_was_saved_goes_before_the_form_that_was_recognised() -> None:
    [found] = records("work.json", orjson.dumps(WORK), map="title[en]=container-title", type="dataset")
    assert (found.type, found.title["en"]) == ("dataset", "Sea")


def test_ris_is_read_reference_by_reference() -> None:
    first, second = records("export.ris", RIS.encode())
    details: Any = first.details  # type: ignore[attr-defined]
    assert (first.dates.issued, list(first.summary.values())) == ("2014-02-11", ["Long, and wrapped."])
    assert [next(iter(agent.name.values())) for agent in details.authors] == ["Ondieki, Ruth", "Mbeki, A"]
    assert (second.type, list(second.title.values())) == ("dataset", ["Counts"])


def test_bibtex_is_read_with_its_letters() -> None:
    [found] = records("export.bib", BIBTEX.encode())
    details: Any = found.details  # type: ignore[attr-defined]
    assert (list(found.title.values()), found.dates.issued) == (["The Reefs of the Étang"], "2014-02")
    assert [next(iter(agent.name.values())) for agent in details.authors] == ["Ondieki, Ruth", "Müller, A."]
    assert [next(iter(each.label.values())) for each in found.keywords] == ["corals", "reefs"]


def test_codemeta_speaks_schema_org() -> None:
    context = "https://doi.org/10.5063/schema/codemeta-2.0"
    given = {"@context": context, "@type": "SoftwareSourceCode", "name": "Counter", "description": "Counts reefs."}
    [found] = records("codemeta.json", orjson.dumps(given))
    assert (found.type, list(found.title.values())) == ("service", ["Counter"])
