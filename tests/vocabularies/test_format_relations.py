"""What a record is a version, a part or a translation of is told in each format's own words, from both ends."""

from __future__ import annotations

import json

import pytest
from format_samples import ADDRESS, bare_record

from vocabularies.formats import FORMATS
from vocabularies.formats.native import dump_native, parse_native
from vocabularies.formats.schema_org import render
from vocabularies.record import Relation

OTHER = "https://example.org/works/other"


@pytest.mark.parametrize(
    ("kind", "dcat", "schema_org"),
    [
        ("isPartOf", "isPartOf", "isPartOf"),
        ("hasPart", "hasPart", "hasPart"),
        ("isVersionOf", "isVersionOf", "exampleOfWork"),
        ("hasVersion", "hasVersion", "workExample"),
        ("translates", "relation", "translationOfWork"),
        ("hasTranslation", "relation", "workTranslation"),
    ],
)
def test_a_relation_is_told_from_either_end_in_each_formats_own_words(kind: str, dcat: str, schema_org: str) -> None:
    relation = Relation(type=kind, target=OTHER)  # type: ignore[arg-type]
    record = bare_record("resource", relations=[relation])
    turtle = FORMATS["dcat_ttl"].render(record, ADDRESS).decode()
    told = [line for line in turtle.splitlines() if OTHER in line]
    assert any(f":{dcat} " in line for line in told), told
    assert [each["@id"] for each in json.loads(render(record, ADDRESS))[schema_org]] == [OTHER]
    assert OTHER in FORMATS["oai_dc"].render(record, ADDRESS).decode()
    read = parse_native(dump_native(record)).record
    assert read is not None
    assert read.relations == (relation,)
