"""Language maps, partial dates and language tags."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocabularies.text import LangText, normalise_language, parse_partial_date, strip_control_characters, text_direction


@pytest.mark.parametrize(
    ("tag", "usual"),
    [
        ("FR", "fr"), ("zh_CN", "zh-Hans"), ("zh-hant-tw", "zh-Hant"), ("tl", "fil"), ("pt-br", "pt-BR"), ("iw", "he"),
        ("sr-latn-rs", "sr-Latn-RS"), ("es-419", "es-419"), (" en ", "en"), ("und", "und"), ("zh", "zh"),
        ("iw-IL", "he-IL"), ("tl_PH", "fil-PH"), ("in", "id"), ("jw", "jv"), ("mo", "ro"), ("ji", "yi"),
    ],
)  # fmt: skip
def test_a_language_tag_gets_its_usual_case(tag: str, usual: str) -> None:
    assert normalise_language(tag) == usual
    assert normalise_language(usual) == usual


@pytest.mark.parametrize("tag", ["", "e", "english", "en-", "en fr", "??", "en\n-x", "123"])
def test_other_text_is_no_language_tag(tag: str) -> None:
    assert normalise_language(tag) is None


@pytest.mark.parametrize(
    ("tag", "way"),
    [("ar", "rtl"), ("en", "ltr"), ("az-Arab", "rtl"), ("ar-Latn", "ltr"), ("ur-PK", "rtl"), ("ff-Adlm", "rtl")],
)
def test_the_script_decides_the_direction_before_the_language(tag: str, way: str) -> None:
    assert text_direction(tag) == way


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("/Date(1171238400000)/", "2007-02-12"), ("/Date(1429694503740)/", "2015-04-22T09:21:43Z"),
        ("/Date(-86400000)/", "1969-12-31"),
        ("/Date(0+0200)/", "1970-01-01"), ("/Date(-62135596800000)/", "0001-01-01"),
    ],
)  # fmt: skip
def test_an_odata_instant_is_a_date(written: str, date: str) -> None:
    assert parse_partial_date(written) == date


def test_an_instant_of_the_first_centuries_keeps_its_zeros() -> None:
    assert parse_partial_date("0400-01-01T00:00:00") == "0400-01-01T00:00:00Z"
    assert parse_partial_date(parse_partial_date("0400-01-01T00:00:00")) == "0400-01-01T00:00:00Z"


def test_an_odata_instant_out_of_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="Date"):
        parse_partial_date("/Date(999999999999999)/")


def test_equal_maps_are_equal_whatever_their_order_and_can_be_keys() -> None:
    one, other = LangText({"en": "A", "ar": "B"}), LangText(ar="B", en="A")
    assert one == other == {"ar": "B", "en": "A"}
    assert {one: 1}[other] == 1
    assert list(one) == ["ar", "en"]
    assert pickle.loads(pickle.dumps(one)) == one


def test_a_map_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="cannot be changed"):
        LangText(en="A").other = 1


def test_the_best_text_is_the_first_wanted_then_english_then_any() -> None:
    text = LangText({"en": "A", "fr": "B", "zh-Hans": "C"})
    assert text.best("sw", "fr") == ("fr", "B")
    assert text.best("zh") == ("zh-Hans", "C")
    assert text.best("sw") == ("en", "A")
    assert LangText(ru="D").best("sw") == ("ru", "D")
    assert LangText().best("en") is None


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024", "2024"), ("2024-02", "2024-02"), (" 2024-02-29 ", "2024-02-29"),
        ("2024-02-29T10:00:00Z", "2024-02-29T10:00:00Z"),
        ("2024-02-29T01:00:00+02:00", "2024-02-28T23:00:00Z"), ("2024-02-29 10:00", "2024-02-29T10:00:00Z"),
    ],
)  # fmt: skip
def test_a_date_keeps_how_much_is_known_of_it(text: str, date: str) -> None:
    assert parse_partial_date(text) == date
    assert parse_partial_date(date) == date


@pytest.mark.parametrize(
    "text", ["", "24", "0000", "2024-13", "2023-02-29", "2024-2-1", "01/02/2024", "2024-W01-1", "20240229", "now"]
)
def test_no_such_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_partial_date(text)


@given(st.text())
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    try:
        date = parse_partial_date(text)
    except ValueError:
        return
    assert parse_partial_date(date) == date


def test_characters_no_xml_can_hold_go_and_others_stay() -> None:
    assert strip_control_characters("a\x00b\x0bc\ufffe\td\ne\ud800") == "abc\td\ne"
    assert strip_control_characters("مرحبا 𐍈 é") == "مرحبا 𐍈 é"
