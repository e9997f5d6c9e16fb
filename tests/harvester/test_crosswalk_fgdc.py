"""FGDC's metadata → Record, from the file on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from harvester.crosswalks import CROSSWALKS, Context
from harvester.errors import AnswerForbidden
from harvester.protocols.file_xml import cut_xml
from harvester.raw import RawRecord
from vocabularies.record import Box, Record, Spatial, Temporal

CONTEXT = Context("geo", "Survey", "https://geo.example", None, None, datetime(2026, 1, 1, tzinfo=UTC), "files")
DOCTYPE = '<?xml version="1.0"?>\n<!DOCTYPE metadata SYSTEM "https://geo.example/fgdc.dtd">\n'
FGDC = """<metadata><idinfo><citation><citeinfo><origin>Marine Survey</origin><pubdate>20181128</pubdate>
 <title>Reefs of the bay</title><pubinfo><publish>Data Office</publish></pubinfo>
 <onlink>https://geo.example/reefs</onlink></citeinfo></citation>
 <descript><abstract>Where corals are.</abstract><purpose>None</purpose></descript>
 <timeperd><timeinfo><rngdates><begdate>2001</begdate><enddate>Present</enddate></rngdates></timeinfo></timeperd>
 <status><update>As needed</update></status>
 <spdom><bounding><westbc>-10</westbc><eastbc>12.5</eastbc><northbc>3</northbc><southbc>-4</southbc></bounding></spdom>
 <keywords><theme><themekt>None</themekt><themekey>seagrass</themekey></theme><place><placekey>Kenya</placekey></place>
 </keywords><accconst>None</accconst><useconst>CC-BY 4.0</useconst>
 <ptcontac><cntinfo><cntorgp><cntorg>Marine Survey</cntorg></cntorgp><cntvoice>555</cntvoice></cntinfo></ptcontac>
 </idinfo><distinfo><stdorder><digform><digtopt><onlinopt><computer><networka>
 <networkr>https://geo.example/reefs.zip</networkr></networka></computer></onlinopt></digtopt></digform></stdorder>
 </distinfo><metainfo><metd>20190102</metd></metainfo></metadata>"""


def record(text: str = FGDC) -> Record:
    [raw] = cut_xml((DOCTYPE + text).encode(), url="https://geo.example/reefs.xml")
    assert isinstance(raw, RawRecord)
    found = CROSSWALKS[raw.format](raw, CONTEXT).record
    assert found is not None
    return found


def test_it_is_a_dataset_with_its_words_dates_and_rhythm() -> None:
    found = record()
    assert (found.type, list(found.title.values()), list(found.summary.values())) == (
        "dataset",
        ["Reefs of the bay"],
        ["Where corals are."],
    )
    assert (found.dates.issued, found.dates.modified) == ("2018-11-28", "2019-01-02")
    assert found.details.update_frequency == "As needed"  # type: ignore[attr-defined]


def test_place_and_time_are_those_of_its_content() -> None:
    found = record()
    assert found.spatial == Spatial(box=Box(west=-10, south=-4, east=12.5, north=3))
    assert (found.temporal, found.country_regions) == (Temporal(start="2001"), ("KE",))


def test_makers_links_and_licence_are_kept_and_no_number_of_a_person() -> None:
    found = record()
    assert [(agent.role, *agent.name.values()) for agent in found.organizations] == [
        ("creator", "Marine Survey"),
        ("publisher", "Data Office"),
    ]
    assert [(link.url, link.rel) for link in found.links] == [
        ("https://geo.example/reefs", "landing"),
        ("https://geo.example/reefs.zip", "data"),
    ]
    assert found.license == "https://creativecommons.org/licenses/by/4.0/"
    assert "555" not in found.model_dump_json()


def test_a_box_that_is_none_is_no_place() -> None:
    assert record(FGDC.replace("<westbc>-10", "<westbc>west")).spatial is None


def test_a_document_type_that_declares_something_is_refused() -> None:
    declared = '<!DOCTYPE metadata SYSTEM "x.dtd" [<!ENTITY a "b">]>' + FGDC
    with pytest.raises(AnswerForbidden):
        list(cut_xml(declared.encode(), url="https://geo.example/reefs.xml"))
