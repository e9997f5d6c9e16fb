"""Tables: what a record keeps in one, what a person may write into one, and how a bad row is told."""

import csv
import io

import pytest
from format_samples import bare_record, full_record, records
from hypothesis import given, settings
from hypothesis import strategies as st

from vocabularies.formats.tabular import COLUMNS, RowDefaults, columns_of, dump_csv, parse_csv, parse_rows
from vocabularies.formats.tabular_cells import escape, guard, slots_of, unguard
from vocabularies.formats.tabular_columns import find_column
from vocabularies.formats.tabular_text import guess_delimiter, guess_encoding
from vocabularies.record import RECORD_TYPES

DEFAULTS = RowDefaults(node="ke", mint=lambda: "minted")


def table(*found, **options):
    return b"".join(dump_csv(found, **options))


def rows_of(*lines, defaults=DEFAULTS):
    header, *rows = [line.split("|") for line in lines]
    return list(parse_rows(header, enumerate(rows, 2), defaults))


def one(*lines, defaults=DEFAULTS):
    (row,) = rows_of(*lines, defaults=defaults)
    return row.parsed


def codes(parsed):
    return [found.code for found in parsed.problems]


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_a_record_of_every_type_survives_a_table(record_type):
    record = full_record(record_type, contacts=[], provenance=[], extra={})
    (row,) = parse_csv(table(record), DEFAULTS)
    assert row.parsed.problems == ()
    assert row.parsed.record == record


def test_details_survive_a_table():
    details = {
        "problem": {"en": "No seedlings; none", "ar": "لا شتلات"},
        "assistanceTypes": ["ASSISTANCE-FINANCE", "a;b", "c\\d"],
        "budget": {"currency": "USD", "minimum": 5000.5},
        "deadline": "2025-06",
        "state": "inTalks",
    }
    record = bare_record("need", details=details)
    (row,) = parse_csv(table(record), DEFAULTS)
    assert row.parsed.record == record


@given(st.lists(records(), max_size=3))
@settings(max_examples=60, deadline=None)
def test_any_records_make_a_table_whose_rows_are_as_many(found):
    lines = list(csv.reader(io.StringIO(table(*found).decode(), newline="")))
    assert len(lines) == len(found) + 1
    assert {len(line) for line in lines} == {len(columns_of(found))}


@given(st.text())
def test_no_cell_is_a_formula_and_each_comes_back(cell):
    assert unguard(guard(cell)) == cell
    assert not guard(cell).startswith(("=", "@", "\t", "\r"))


@given(st.lists(st.text(alphabet="a;\\ b").map(str.strip), min_size=1))
def test_a_list_in_a_cell_comes_back(members):
    assert slots_of(";".join(map(escape, members))) == members


def test_a_formula_is_disarmed_in_the_file_and_a_number_is_not():
    payload = table(bare_record(title={"en": "=1+1"}, spatial={"point": {"latitude": -4.5, "longitude": 39}}))
    assert b"'=1+1" in payload
    assert b",-4.5," in payload
    (row,) = parse_csv(payload, DEFAULTS)
    assert row.parsed.record.title == {"en": "=1+1"}


def test_only_excel_gets_the_mark():
    assert table(bare_record(), excel=True).startswith(b"\xef\xbb\xbfid,")
    assert table(bare_record()).startswith(b"id,")


def test_given_columns_are_written_in_their_order_and_nothing_is_gathered():
    lines = dump_csv(iter([bare_record()]), ["title[en]", "id", "nothing"])
    assert list(lines) == [b"title[en],id,nothing\r\n", b"Bare,urn:chm:ke:b1,\r\n"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("TITLE [FR]", ("title", "fr")),
        ("GBF targets", ("gbfTargets", None)),
        ("country_regions", ("countryRegions", None)),
        ("details.deadline", ("deadline", None)),
        ("Links.URL", ("links.url", None)),
        ("title[nonsense language]", None),
        ("favourite colour", None),
    ],
)
def test_headers_are_matched_in_any_case_and_spacing(header, expected):
    assert find_column(header) == expected


def test_every_column_finds_itself():
    assert [find_column(name) for name in COLUMNS] == [(name, None) for name in COLUMNS]


def test_a_row_as_a_person_writes_it():
    parsed = one(
        "Type|Title|Languages|GBF targets|Country regions|treaties|links.url|links.name[en]|deadline|state",
        "Need|Semences|Français|Target 2; GBF-TARGET-03|Kenya; Tanzanie|CBD|https://a.example/x;jsessionid=1; https://b.example/"
        "|One; Two|2025-06-30 00:00:00|OPEN",
    )
    assert parsed.problems == ()
    record = parsed.record
    assert (record.type, record.id, record.publisher.node) == ("need", "urn:chm:ke:minted", "ke")
    assert record.title == {"fr": "Semences"}
    assert record.languages == ("fr",)
    assert record.gbf_targets == ("GBF-TARGET-02", "GBF-TARGET-03")
    assert record.country_regions[0] == "KE"
    assert [(link.url, dict(link.name)) for link in record.links] == [
        ("https://a.example/x;jsessionid=1", {"en": "One"}),
        ("https://b.example/", {"en": "Two"}),
    ]
    assert (record.details.deadline, record.details.state) == ("2025-06-30", "open")


@pytest.mark.parametrize(
    ("written", "expected"),
    [("", "urn:chm:ke:minted"), ("r-7", "urn:chm:ke:r-7"), ("urn:chm:tz:9", "urn:chm:tz:9"), ("no good", "no good")],
)
def test_an_identifier_may_be_local_whole_missing_or_wrong(written, expected):
    assert one("id|type|title", f"{written}|news|T").record.id == expected


@pytest.mark.parametrize(
    ("rows", "refused", "kept"),
    [
        ('news,"A\nnews,B\nnews,C\n', [2], ["B", "C"]),
        ('news,A\nnews,"B', [3], ["A"]),
        ('news,5" pipe\nnews,"B\nb"\n', [], ['5" pipe', "B\nb"]),
        ('news,"A\nnews,"B"\nnews,C\n', [2], ["B", "C"]),
    ],
)
def test_an_open_quotation_mark_takes_no_other_row_with_it(rows, refused, kept):
    found = list(parse_csv(f"type,title[en]\n{rows}".encode(), RowDefaults(node="ke")))
    assert [row.number for row in found if "QUOTE_OPEN" in codes(row.parsed)] == refused
    assert [row.parsed.record.title["en"] for row in found if row.parsed.record] == kept


def test_an_unknown_term_stays_as_written():
    assert one("type|title|gbfTargets", "news|T|Target 99").record.gbf_targets == ("Target 99",)


def test_a_bad_row_says_where_and_the_others_are_read():
    good, bad_date, bad_type, too_long, last = rows_of(
        "type|title[en]|deadline|spatial.point.latitude",
        "need|A|2025|",
        "need|B|2025-02-30|95",
        "spaceship|C||",
        "news|D|||surplus",
        "news|E||||",
    )
    assert [row.number for row in (good, bad_date, bad_type, too_long, last)] == [2, 3, 4, 5, 6]
    assert good.parsed.record is not None
    assert last.parsed.record is not None
    assert bad_date.parsed.record is None
    found = {problem.code: problem for problem in bad_date.parsed.problems}
    date = found["DATE_IMPOSSIBLE"]
    assert (date.row, date.path, date.value) == (3, "/details/deadline", "2025-02-30")
    assert date.params["column"] == "deadline"
    assert found["NUMBER_RANGE"].params["column"] == "spatial.point.latitude"
    assert codes(bad_type.parsed) == ["TYPE_UNKNOWN"]
    assert codes(too_long.parsed) == ["ROW_SHAPE"]
    shape = too_long.parsed.problems[0]
    assert (shape.value, shape.params["limit"], shape.params["surplus"]) == ("5", "4", "surplus")


def test_an_unknown_column_is_reported_once_and_its_cells_are_kept():
    first, second = rows_of("type|title|Ministry", "news|A|Water", "news|B|Forests")
    assert codes(first.parsed) == ["COLUMN_UNKNOWN"]
    assert first.parsed.problems[0].row == 1
    assert codes(second.parsed) == []
    assert second.parsed.record.extra == {"csv": {"Ministry": "Forests"}}
    assert b"Ministry" not in table(second.parsed.record), "what nobody mapped stays at home"


def test_a_column_of_another_type_keeps_its_cell():
    assert one("type|title|deadline|isbn", "need|A|2025|123").record.extra == {"csv": {"isbn": "123"}}


def test_two_columns_of_one_field_lose_nothing():
    parsed = one("type|title[en]|title[en]|title|languages", "news|A|B|C|en")
    assert parsed.record.title == {"en": "A"}
    assert parsed.record.extra == {"csv": {"title[en]": "B", "title": "C"}}


def test_empty_rows_are_passed_over_and_short_ones_are_read():
    assert [row.number for row in rows_of("type|title|summary", "|| ", "news|A")] == [3]


def test_a_table_without_a_type_column_takes_the_type_it_is_told():
    defaults = RowDefaults(node="ke", record_type="event", language="sw")
    record = one("title", "Mkutano", defaults=defaults).record
    assert (record.type, dict(record.title)) == ("event", {"sw": "Mkutano"})
    assert codes(one("title", "A")) == ["TYPE_MISSING"]


RUSSIAN = "тип;название\nnews;Сохранение биологического разнообразия в Кении и Танзании\n"
ARABIC = "النوع;العنوان\nnews;استعادة أشجار المانغروف في كينيا وتنزانيا\n"
FRENCH = "type;titre\nnews;Conservation de la diversité biologique à l'échelle régionale — où ça?\n"
SPANISH = "type;título\nnews;Conservación de la biodiversidad en áreas montañosas más allá\n"
CHINESE = "类型;标题\nnews;肯尼亚红树林的恢复与生物多样性保护\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "windows-1251"),
        (ARABIC, "windows-1256"),
        (FRENCH, "windows-1252"),
        (SPANISH, "windows-1252"),
        (CHINESE, "gb18030"),
        (CHINESE, "utf-8"),
        (RUSSIAN, "utf-8-sig"),
        (ARABIC, "utf-16"),
        (FRENCH, "utf-16-le"),
        (SPANISH, "utf-16-be"),
    ],
)
def test_the_encoding_is_told_by_its_marks_or_its_letters(text, encoding):
    found, _ = guess_encoding(text.encode(encoding))
    assert text.encode(encoding).decode(found) == text


@pytest.mark.parametrize(
    ("header", "delimiter"), [("a,b;c,d", ","), ('"a,b,c";d;e', ";"), ("a\tb", "\t"), ("a|b|c,d", "|"), ("a", ",")]
)
def test_the_delimiter_is_the_one_the_header_uses_most(header, delimiter):
    assert guess_delimiter(header) == delimiter


def test_a_row_with_unreadable_letters_is_refused_and_the_others_are_read():
    payload = "type,title\nnews,caf\x81\nnews,caf\xe9\n".encode("latin-1")
    first, second = parse_csv(payload, DEFAULTS)
    assert (first.parsed.record, codes(first.parsed), first.parsed.problems[0].row) == (None, ["ENCODING"], 2)
    assert second.parsed.record.title == {"und": "café"}


def test_a_cell_may_hold_lines_and_a_row_keeps_its_number():
    rows = list(parse_csv(b'type,title\r\nnews,"a\r\nb"\r\n\r\nnews,c\r\n', DEFAULTS))
    assert [(row.number, row.parsed.record.title["und"]) for row in rows] == [(2, "a\r\nb"), (4, "c")]


@pytest.mark.parametrize("payload", [b"", b"\n", b"\xef\xbb\xbf", b"type,title\n"])
def test_a_table_without_rows_gives_none(payload):
    assert list(parse_csv(payload, DEFAULTS)) == []
