"""The demonstration's records are valid, complete and multilingual, and hold the repeats and faults the demo shows."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from importlib.resources import files

import pytest

from vocabularies.formats.native import dump_native, parse_native
from vocabularies.formats.tabular import RowDefaults, parse_csv
from vocabularies.identifiers import identity_keys
from vocabularies.record import RECORD_TYPES, Record
from vocabularies.validation import validate

NODES = {"secretariat": "cbd-demo", "technology": "tech-demo", "example": "example-land"}
FOLDER = files("harvester").joinpath("demo", "records")
WITHOUT_GOVERNMENT = {"urn:chm:cbd-demo:gspc-targets", "urn:chm:cbd-demo:km-gbf-targets"}

_BY_MEETING = {
    "I": (3,),
    "II": (1, 2, 3, 4),
    "III": (4, 16),
    "IV": (1, 2),
    "V": (9, 10, 14, 17),
    "VI": (8, 9, 18, 19),
    "VII": (9, 10, 23, 24, 29),
    "VIII": (3, 6, 7, 11, 12),
    "IX": (3, 10, 14, 22, 30, 32),
    "X": (4, 11, 15, 16, 17, 39),
    "XI": (2, 29),
    "XII": (2, 25),
    "XIII": (23, 29, 31),
    "XIV": (24, 25, 35),
    "XV": (8, 16),
}
DECISIONS = [f"{meeting}/{number}" for meeting, numbers in _BY_MEETING.items() for number in numbers]

SYSTEMS = {
    "Clearing-House Mechanism": "organization clearing-house mechanism of the convention",
    "central node": "service central node",
    "national CHMs": "service national clearing-house websites",
    "CHM focal points": "focalPoint national focal points",
    "Bioland": "service bioland",
    "Biosafety Clearing-House": "service biosafety clearing-house",
    "ABS Clearing-House": "service access and benefit-sharing clearing-house",
    "TSC portfolio": "capacityInitiative portfolio of technical and scientific cooperation",
    "Bio-Bridge": "capacityInitiative bio-bridge",
    "Bio-Bridge need": "need bio-bridge",
    "Bio-Bridge offer": "offer wetland monitoring",
    "Bio-Cap": "capacityInitiative bio-cap",
    "Knowledge Fairs": "capacityInitiative knowledge fairs",
    "a knowledge fair": "event knowledge fair",
    "Consortium of Scientific Partners": "organization consortium of scientific partners",
    "TSC support centres": "organization support centres",
    "global coordination entity": "organization global coordination entity",
    "Informal Advisory Group": "organization informal advisory group",
    "Global Taxonomy Initiative": "capacityInitiative global taxonomy initiative",
    "GSPC": "resource global strategy for plant conservation",
    "GSPC targets": "nationalTarget global strategy for plant conservation",
    "Global Biodiversity Outlook": "resource global biodiversity outlook",
    "CEPA": "capacityInitiative communication, education and public awareness",
    "Biodiversity Technology Initiative": "capacityInitiative biodiversity technology initiative",
    "GKSSB": "service gkssb",
    "GBIF": "organization gbif",
    "GBIF data": "dataset gbif",
    "UNEP-WCMC": "organization unep-wcmc",
    "IPBES": "organization ipbes",
    "InforMEA": "service informea",
    "DaRT": "service dart",
    "KM-GBF": "nationalTarget kunming-montreal",
    "technology facilitation mechanism": "service technology facilitation mechanism",
    "A/67/348": "legalInstrument a/67/348",
    "A/68/310": "legalInstrument a/68/310",
    "68/210": "legalInstrument 68/210",
    "workshops of 2013": "event four one-day workshops",
    "structured dialogues": "event four structured dialogues",
    "inter-agency working group": "organization inter-agency working group",
    "expert meeting": "event expert meeting",
    "synthesis report": "resource synthesis report",
    "UN DESA": "organization un desa",
    "UNEP": "organization (unep)",
    "UNIDO": "organization (unido)",
    "UNCTAD": "organization (unctad)",
    "UNESCO": "organization (unesco)",
    "ITU": "organization (itu)",
    "WIPO": "organization (wipo)",
    "World Bank": "organization world bank",
    "UNDP": "organization (undp)",
    "Bali Strategic Plan": "legalInstrument bali strategic plan",
    "Bali Strategic Plan, activities": "capacityInitiative bali strategic plan",
    "Basel centres": "organization basel convention regional",
    "Basel guidelines": "resource basel convention technical guidelines",
    "Multilateral Fund": "organization multilateral fund",
    "Multilateral Fund projects": "project multilateral fund",
    "Multilateral Fund support": "offer multilateral fund",
    "national ozone units": "organization national ozone units",
    "Compliance Assistance Programme": "capacityInitiative compliance assistance programme",
    "PCFV": "organization clean fuels and vehicles",
    "PCFV facts": "dataset leaded petrol",
    "Rotterdam Convention": "legalInstrument rotterdam convention",
    "Rotterdam needs": "need rotterdam convention",
    "Stockholm centres": "organization stockholm convention regional",
    "SC-1/15": "legalInstrument sc-1/15",
    "SC-2/9": "legalInstrument sc-2/9",
    "BAT/BEP": "resource bat/bep",
    "national implementation plan": "nationalSubmission stockholm convention",
    "mercury partnership": "organization global mercury partnership",
    "INC.1/10": "resource unep(dtie)/hg/inc.1/10",
    "UNFCCC framework": "legalInstrument unfccc technology transfer framework",
    "TT:CLEAR": "service tt:clear",
    "EGTT": "organization egtt",
    "technology needs": "need technology needs",
    "technology needs assessment": "nationalSubmission technology needs assessment",
    "CDM": "project clean development mechanism",
    "Sa Kaeo": "project sa kaeo",
    "cleaner production centres": "organization national cleaner production centres",
    "cleaner production": "technology cleaner production",
    "cleaner production programme": "capacityInitiative cleaner production",
}
"""System → the type of a record and words of its English title."""


@cache
def records_of(name: str) -> tuple[Record, ...]:
    found = []
    for line in FOLDER.joinpath(f"{name}.jsonl").read_bytes().splitlines():
        parsed = parse_native(line)
        assert parsed.record is not None and not parsed.problems, (line[:120], parsed.problems)
        assert dump_native(parsed.record) == line, f"{parsed.record.id} is not in canonical form"
        found.append(parsed.record)
    return tuple(found)


def all_records() -> tuple[Record, ...]:
    return tuple(record for name in NODES for record in records_of(name))


def copies() -> dict[str, list[Record]]:
    """Give the identity keys that records of more than one node bear, with these records."""
    bearing: dict[str, list[Record]] = defaultdict(list)
    for record in all_records():
        for key in identity_keys(record):
            bearing[key].append(record)
    return {key: records for key, records in bearing.items() if len(records) > 1}


def test_there_are_enough_records_of_every_type() -> None:
    assert len(all_records()) >= 150
    assert {record.type for record in all_records()} == set(RECORD_TYPES)


@pytest.mark.parametrize("name", NODES)
def test_records_bear_ids_of_their_node_once(name: str) -> None:
    ids = [record.id for record in records_of(name)]
    assert len(set(ids)) == len(ids)
    assert all(each.startswith(f"urn:chm:{NODES[name]}:") for each in ids)
    assert {record.publisher.node for record in records_of(name)} == {NODES[name]}


@pytest.mark.parametrize("name", NODES)
def test_validation_finds_nothing_but_global_targets_without_government(name: str) -> None:
    found = [problem for record in records_of(name) for problem in validate(record)]
    assert {(each.code, each.path) for each in found} <= {("FIELD_MISSING", "/government")}
    assert {each.record_id for each in found} <= WITHOUT_GOVERNMENT


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_system_is_present(system: str) -> None:
    record_type, words = SYSTEMS[system].split(" ", 1)
    assert any(record.type == record_type and words in record.title["en"].casefold() for record in all_records())


def test_every_decision_is_present_with_number_forum_and_symbol() -> None:
    decisions = [record for record in records_of("secretariat") if record.subtype == "copDecision"]
    assert [record.model_dump()["details"]["number"] for record in decisions] == DECISIONS
    assert all(record.model_dump()["details"]["forum"].startswith("CBD COP ") for record in decisions)
    assert all(any(key.startswith("un:") for key in identity_keys(record)) for record in decisions)


def test_relations_lead_to_records_that_exist() -> None:
    ids = {record.id for record in all_records()}
    targets = {relation.target for record in all_records() for relation in record.relations}
    assert targets <= ids


def test_several_things_are_published_by_two_nodes_and_gain_a_language_when_merged() -> None:
    shared = copies()
    assert len(shared) >= 8
    for key, records in shared.items():
        assert len(records) == len({record.publisher.node for record in records}) == 2, key
        assert len({record.government for record in records}) == len({record.type for record in records}) == 1, key
        first, second = (set(record.languages) for record in records)
        assert first - second and second - first, f"{key}: neither copy adds a language to the other"


def test_languages_are_many_and_their_origin_is_stated() -> None:
    central = Counter(
        language for name in ("secretariat", "technology") for r in records_of(name) for language in r.title
    )
    assert min(central["es"], central["ar"]) >= 25 and min(central["ru"], central["zh"]) >= 10
    for record in records_of("example"):
        assert {"en", "fr", "ar"} <= set(record.title), record.id
    for record in all_records():
        assert set(record.title) == set(record.summary) == set(record.languages), record.id
        assert {each.language for each in record.translation} == set(record.languages), record.id
        assert sum(each.kind == "original" for each in record.translation) == 1, record.id
    kinds = {each.kind for record in all_records() for each in record.translation}
    assert kinds == {"original", "courtesy", "machine"}


def test_imaginary_records_say_so_in_every_language() -> None:
    for record in records_of("example"):
        said = {language for keyword in record.keywords for language in keyword.label}
        assert said == set(record.title), record.id
        assert record.summary["en"].startswith("Imaginary example."), record.id
        assert record.summary["ar"].startswith("مثال خيالي"), record.id


def test_no_person_and_no_address_of_one_is_published() -> None:
    for name in NODES:
        assert not re.search(
            rb"[\w.]+@[\w-]+\.\w|\"(email|phone|person)\"", FOLDER.joinpath(f"{name}.jsonl").read_bytes()
        )
    assert b"@" not in FOLDER.joinpath("example-spreadsheet.csv").read_bytes()


def test_the_record_to_withdraw_is_there() -> None:
    assert "urn:chm:example-land:news-to-withdraw" in {record.id for record in records_of("example")}


def test_the_spreadsheet_has_nine_good_rows_and_one_with_an_unknown_subject() -> None:
    rows = list(parse_csv(FOLDER.joinpath("example-spreadsheet.csv").read_bytes(), RowDefaults("example-land")))
    assert len(rows) == 10 and not any(row.parsed.problems for row in rows)
    records = [row.parsed.record for row in rows if row.parsed.record is not None]
    found = [problem for record in records for problem in validate(record)]
    assert [(each.code, each.severity, each.value) for each in found] == [("TERM_UNKNOWN", "error", "Zones humide")]
    assert all(2 <= len(record.title) <= 3 for record in records)
    assert not {record.id for record in records} & {record.id for record in all_records()}
