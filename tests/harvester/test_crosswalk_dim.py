"""An item of DSpace in its three spellings becomes the same record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from harvester.crosswalks import CROSSWALKS, Context
from harvester.protocols.file_xml import cut_xml
from harvester.raw import RawRecord
from vocabularies.record import Record

CONTEXT = Context("lib", "Library", "https://lib.example", None, None, datetime(2026, 1, 1, tzinfo=UTC), "files")
DIM = """<dim:dim xmlns:dim="http://www.dspace.org/xmlns/dspace/dim">
 <dim:field mdschema="dc" element="title" lang="en_US">Mangroves of the delta</dim:field>
 <dim:field mdschema="dc" element="contributor" qualifier="author">Ondieki, Ruth</dim:field>
 <dim:field mdschema="dc" element="date" qualifier="issued">2011-05</dim:field>
 <dim:field mdschema="dc" element="date" qualifier="accessioned">2012-01-08T16:24:37Z</dim:field>
 <dim:field mdschema="dc" element="description" qualifier="abstract">What grows there.</dim:field>
 <dim:field mdschema="dc" element="description" qualifier="provenance">Submitted by R (r@lib.example)</dim:field>
 <dim:field mdschema="dc" element="identifier" qualifier="uri">https://hdl.handle.net/1/2</dim:field>
 <dim:field mdschema="dc" element="relation" qualifier="ispartof">https://lib.example/series</dim:field>
 <dim:field mdschema="dc" element="language" qualifier="iso">en</dim:field>
 <dim:field mdschema="local" element="shelf">4b</dim:field></dim:dim>"""
SIMPLE = """<dublin_core schema="dc"><dcvalue element="title" qualifier="none">Mangroves of the delta</dcvalue>
 <dcvalue element="contributor" qualifier="author">Ondieki, Ruth</dcvalue>
 <dcvalue element="date" qualifier="issued">2011-05</dcvalue></dublin_core>"""
XOAI = """<metadata xmlns="http://www.lyncode.com/xoai"><element name="dc"><element name="title">
 <element name="none"><field name="value">Mangroves of the delta</field></element></element>
 <element name="contributor"><element name="author"><element name="none"><field name="value">Ondieki, Ruth</field>
 <field name="authority">x</field></element></element></element>
 <element name="date"><element name="issued"><element name="none"><field name="value">2011-05</field></element>
 </element></element></element><element name="others"><field name="value">secret</field></element></metadata>"""


def record(text: str) -> Record:
    [raw] = cut_xml(text.encode(), url="https://lib.example/1.xml")
    assert isinstance(raw, RawRecord)
    assert raw.format == "dim"
    found = CROSSWALKS["dim"](raw, CONTEXT).record
    assert found is not None
    return found


@pytest.mark.parametrize("text", [DIM, SIMPLE, XOAI])
def test_every_spelling_gives_title_author_and_date(text: str) -> None:
    found = record(text)
    assert "Mangroves of the delta" in found.title.values()
    assert [dict(agent.name) for agent in found.details.authors] == [  # type: ignore[attr-defined]
        {next(iter(found.title)): "Ondieki, Ruth"}
    ]
    assert found.dates.issued == "2011-05"


def test_qualified_fields_go_where_their_terms_go() -> None:
    found = record(DIM)
    assert (dict(found.summary), found.languages) == ({"en": "What grows there."}, ("en",))
    assert [link.url for link in found.links] == ["https://hdl.handle.net/1/2"]
    assert [(each.type, each.target) for each in found.relations] == [("isPartOf", "https://lib.example/series")]


def test_what_the_repository_notes_for_itself_is_left_and_what_it_adds_is_kept() -> None:
    found = record(DIM)
    assert "r@lib.example" not in found.model_dump_json()
    assert found.extra["dim"]["local.shelf"] == ["4b"]  # type: ignore[index,call-overload]


def test_a_list_of_items_is_known_by_its_headers_and_tells_what_is_gone() -> None:
    text = (
        '<records><record xmlns="http://www.openarchives.org/OAI/2.0/"><header><identifier>oai:lib:1</identifier>'
        f"</header><metadata>{DIM}</metadata></record>"
        '<record xmlns="http://www.openarchives.org/OAI/2.0/"><header status="deleted"><identifier>oai:lib:2'
        "</identifier></header></record></records>"
    )
    found = [each for each in cut_xml(text.encode(), url="https://lib.example/l.xml") if isinstance(each, RawRecord)]
    assert [(raw.identifier, raw.deleted) for raw in found] == [("oai:lib:1", False), ("oai:lib:2", True)]


def test_of_a_mets_wrapper_the_first_description_we_read_counts() -> None:
    mods = '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>One</title></titleInfo></mods>'
    wrap = f"<dmdSec><mdWrap><xmlData>{mods}</xmlData></mdWrap></dmdSec>"
    text = (
        "<records><record><header><identifier>oai:lib:3</identifier></header><metadata>"
        f'<mets xmlns="http://www.loc.gov/METS/">{wrap}{wrap}</mets></metadata></record></records>'
    )
    [raw] = cut_xml(text.encode(), url="https://lib.example/m.xml")
    assert isinstance(raw, RawRecord)
    assert (raw.identifier, raw.format) == ("oai:lib:3", "mods")
