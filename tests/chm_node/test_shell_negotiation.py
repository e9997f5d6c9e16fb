"""What a client says it accepts decides what it gets."""

from __future__ import annotations

import pytest

from chm_node.shell.negotiate import accepts_gzip, choose_media_type, choose_tag, media_quality

OFFERED = ("text/html", "application/json", "text/turtle", "text/xml")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "text/html"),
        ("", "text/html"),
        ("*/*", "text/html"),
        ("application/json", "application/json"),
        ("text/turtle;q=0.5, application/json;q=0.4", "text/turtle"),
        ("text/*;q=0.8, application/json;q=0.9", "application/json"),
        ("text/html;q=0, text/*;q=0.5", "text/turtle"),
        ("*/*;q=0.1, text/turtle", "text/turtle"),
        ("TEXT/TURTLE", "text/turtle"),
        ('text/turtle;profile="x";q=0.2, text/xml;q=0.3', "text/xml"),
        ("image/png", None),
        ("text/html;q=0", None),
        ("text/html;q=nonsense", None),
        ("application/xhtml+xml,text/html,application/xml;q=0.9,*/*;q=0.8", "text/html"),
    ],
)
def test_the_best_liked_format_is_chosen(accept: str | None, chosen: str | None) -> None:
    assert choose_media_type(accept, OFFERED) == chosen


def test_the_closest_range_gives_the_quality() -> None:
    assert media_quality("*/*;q=0.1, text/*;q=0.5, text/xml;q=0.9", "text/xml") == 0.9
    assert media_quality("*/*;q=0.1, text/*;q=0.5, text/xml;q=0.9", "text/html") == 0.5
    assert media_quality("*/*;q=0.1, text/*;q=0.5, text/xml;q=0.9", "image/png") == 0.1


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("fr-CA, en;q=0.8", "fr"),
        ("de, ru;q=0.3, ar;q=0.7", "ar"),
        ("zh-Hant-TW", "zh"),
        ("de", None),
        (None, None),
        ("fr;q=0", None),
    ],
)
def test_the_best_liked_language_is_chosen(header: str | None, chosen: str | None) -> None:
    assert choose_tag(header, ("ar", "en", "es", "fr", "ru", "zh")) == chosen


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
        ("br", False),
        (None, False),
    ],
)
def test_gzip_is_taken_only_with_a_quality_above_zero(header: str | None, takes: bool) -> None:
    assert accepts_gzip(header) is takes
