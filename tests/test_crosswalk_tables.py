"""Every format that is read has examples, and nothing in them is lost in silence: it feeds a field or is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from docs import crosswalk_reasons, crosswalk_table
from docs.crosswalk_leaves import example_names, load_example, to_raw
from harvester.crosswalks import CROSSWALKS, Context
from harvester.crosswalks.field_paths import load_field_paths, paths_of
from harvester.crosswalks.language_codes import find_language
from harvester.crosswalks.source_paths import list_places
from vocabularies.record import Part, Record
from vocabularies.text import UNDETERMINED, LangText
from vocabularies.validation import validate

FIELD_PATHS = Path(__file__).resolve().parent.parent / "harvester" / "crosswalks" / "field_paths.json"
CONTEXT = Context("example", "Example", "https://peat.example/", None, None, datetime(2026, 1, 1, tzinfo=UTC))
FORMS = sorted(crosswalk_table.NAMES)
EXAMPLES = [(form, path) for form in FORMS for path in example_names(form)]
SOUGHT = frozenset({"title", "summary", "languages", "dates.issued", "dates.modified", "links", "sourceIds"})
WITHOUT = {
    "oai_dc": {"dates.modified"},  # its one date says when it came out
    "dim": {"dates.modified"},
    "csl_json": {"dates.modified"},
    "fgdc": {"languages"},  # the standard knows English only, and does not say so
    "ogc_record": {"dates.issued"},
    "gbif_organization": {"dates.issued"},
    "gbif_installation": {"dates.issued"},
    "cbd_index": {"dates.issued"},
    "informea_contact": {"dates.issued", "languages", "links", "summary"},
    "informea_meeting": {"dates.issued"},
    "informea_profile": {"dates.issued", "languages"},
    "informea_document": {"languages"},
    "informea_site": {"dates.issued"},
    "informea_treaty": {"dates.issued", "sourceIds"},
    "bioland": {"sourceIds"},
    "panorama_solution": {"dates.issued", "dates.modified", "sourceIds"},
    "protected_area": {"dates.issued", "dates.modified", "sourceIds", "summary"},
    "table_row": {"sourceIds"},
}
"""What readers look for and formats do not say, or the protocol says in the record's identifier."""
OF_THE_FORMAT = {
    "iso19139": {"en"},  # the codes of topics are English words
    "iso19115_3": {"en"},
    "informea_treaty": {"en"},  # titleEnglish
    "protected_area": {"en"},  # name_english
    "informea_profile": {"en"},  # it has no title of its own: ours names country and treaty
    "cbd_document": {"en"},
    "panorama_solution": {"en"},
}
"""Languages that the format itself says, not the record."""

CODE = re.compile(r"""(?<=["'>@_/[])[A-Za-z]{2,3}(?=["'<_;>, \]])""")
"""A code that stands by itself, as a value, a name or the end of an address."""


def record_of(form: str, path: Path) -> Record:
    example, _ = load_example(form, path)
    found = CROSSWALKS[form](to_raw(form, example), CONTEXT)
    assert found.record is not None, found.problems
    return found.record


def tags_of(value: Any) -> Iterator[str]:
    if isinstance(value, LangText):
        yield from value
    elif isinstance(value, Part):
        for name in type(value).model_fields:
            yield from tags_of(getattr(value, name))
    elif isinstance(value, tuple):
        for each in value:
            yield from tags_of(each)


def test_every_format_that_is_read_has_a_table() -> None:
    assert set(crosswalk_table.NAMES) == set(CROSSWALKS), "add an example to docs/crosswalks and a line to NAMES"
    assert [form for form in FORMS if not example_names(form)] == []


def test_the_tables_the_harvester_reads_are_those_of_the_docs() -> None:
    assert FIELD_PATHS.read_text("utf-8") == crosswalk_table.field_paths(), "run: make docs"
    assert set(load_field_paths()) == set(CROSSWALKS) - {"table_row"}, "tables have names of their own"


@pytest.mark.parametrize(("form", "path"), EXAMPLES, ids=lambda value: getattr(value, "name", value))
def test_an_example_is_a_record_without_an_error(form: str, path: Path) -> None:
    assert [found for found in validate(record_of(form, path)) if found.severity == "error"] == []


@pytest.mark.parametrize("form", FORMS)
def test_every_place_of_an_example_feeds_a_field_is_kept_or_has_a_reason(form: str) -> None:
    fed = crosswalk_table.fed_by(form)
    lost = [path for path, fields in fed.items() if not fields and not crosswalk_reasons.find_reason(form, path)]
    assert lost == []
    excused = [path for path, fields in fed.items() if fields and crosswalk_reasons.find_reason(form, path)]
    assert excused == [], "these have a reason to be left behind, and are not"


@pytest.mark.parametrize("form", FORMS)
def test_the_fields_readers_look_for_are_fed(form: str) -> None:
    fed = {name for fields in crosswalk_table.fed_by(form).values() for name in fields}
    assert SOUGHT - fed - {"title"} == WITHOUT.get(form, set())
    assert "title" in fed


@pytest.mark.parametrize(("form", "path"), EXAMPLES, ids=lambda value: getattr(value, "name", value))
def test_a_text_is_in_a_language_its_source_names_or_in_none(form: str, path: Path) -> None:
    words = CODE.findall(path.read_text("utf-8"))
    named = {tag for word in words if (tag := find_language(word.lower()))}
    assert set(tags_of(record_of(form, path))) - named - OF_THE_FORMAT.get(form, set()) <= {UNDETERMINED}


@pytest.mark.parametrize(
    ("form", "path"),
    [each for each in EXAMPLES if each[0] != "table_row"],
    ids=lambda value: getattr(value, "name", value),
)
def test_the_places_of_a_record_s_bytes_are_those_of_the_tables(form: str, path: Path) -> None:
    example, _ = load_example(form, path)
    raw, record = to_raw(form, example), record_of(form, path)
    told = paths_of(record.provenance[-1], record, list_places(form, raw.payload))
    assert "title" in told
    assert len(told) >= 0.8 * len(paths_of(record.provenance[-1], record))


def test_a_place_that_is_lost_would_be_noticed() -> None:
    raw = to_raw("oai_dc", b"<dc><title>Peat</title><shelf>B</shelf></dc>")
    whole = crosswalk_table.read(raw)
    assert crosswalk_table.differences(whole, whole) == []
    assert crosswalk_table.differences(whole, whole | {"extra": {}}) == [crosswalk_table.KEPT]
    assert crosswalk_reasons.find_reason("oai_dc", "shelf") is None
