"""Whatever is missing, doubled or filled with nonsense, a crosswalk gives a record or says why not; it never breaks."""

from __future__ import annotations

import copy

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from harvester.hostile.gbif_lists import an_entry
from harvester.hostile.ipt_lists import an_eml
from harvester.hostile.oai_formats import datacite, dcat, mods
from tests.harvester.xml_stage import parsed
from vocabularies.validation import validate

MARC = (
    '<record><leader>00000nam a2200000 a 4500</leader><controlfield tag="008">x</controlfield>'
    '<datafield tag="245" ind1="0" ind2="0"><subfield code="a">Mires</subfield></datafield>'
    '<datafield tag="034" ind1=" " ind2=" "><subfield code="d">E0330000</subfield><subfield code="e">E042</subfield>'
    '<subfield code="f">N005</subfield><subfield code="g">S005</subfield></datafield></record>'
)
PAYLOADS = {
    "mods": mods(
        1, "<titleInfo><title>Mires</title></titleInfo><originInfo><dateIssued>1990</dateIssued></originInfo>"
    ),
    "datacite": datacite(1).replace("</resource>", "<dates><date dateType='Issued'>2001</date></dates></resource>"),
    "eml": an_eml(1).body.decode().partition("?>")[2],
    "marcxml": MARC,
    "qdc": "<dc><title>Mires</title><issued>2001</issued><spatial>north=1; south=0; east=1; west=0</spatial></dc>",
    "dcat_rdf": dcat(1),
}
ODD = st.sampled_from(
    ["", "0000", "9999-99-99", "10.1/", "http://[::1", "1e999", "-200", "٣", "x" * 3000, "<b>", "\u202e", "inf"]
)
CHANGES = st.lists(st.tuples(st.integers(0, 40), st.sampled_from("rtad"), ODD), min_size=1, max_size=6)


def changed(payload: str, changes: list[tuple[int, str, str]]) -> bytes:
    """Take elements away, or fill their texts and attributes with something odd, or double them."""
    root = etree.fromstring(payload)
    for at, way, odd in changes:
        elements = list(root.iter())
        here = elements[at % len(elements)]
        parent = here.getparent()
        if way == "r" and parent is not None:
            parent.remove(here)
        elif way == "d" and parent is not None:
            parent.append(copy.deepcopy(here))
        elif way == "a":
            for name in here.attrib:
                here.set(name, odd)
        else:
            here.text = odd
    return etree.tostring(root)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(PAYLOADS)), CHANGES)
def test_odd_xml_becomes_a_record_or_a_reason(name: str, changes: list[tuple[int, str, str]]) -> None:
    found = parsed(name, changed(PAYLOADS[name], changes))
    assert (found.record is None) == bool(found.problems)
    if found.record is not None:
        validate(found.record)


VALUES = st.sampled_from(
    [None, "", 0, -1, True, [], {}, [None], {"a": [1]}, "2024-99", "http://", ["a", {"x": 1}], 1e308]
)
NAMES = st.sampled_from(
    [
        "title",
        "doi",
        "contacts",
        "license",
        "created",
        "type",
        "language",
        "geographicCoverages",
        "temporalCoverages",
        "taxonomicCoverages",
        "samplingDescription",
        "citation",
        "endpoints",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(NAMES, VALUES, max_size=6))
def test_odd_json_becomes_a_record(values: dict[str, object]) -> None:
    found = parsed("gbif_dataset", orjson.dumps(an_entry(1, **values)))
    assert found.record is not None
    validate(found.record)
