"""Feeds and sitemaps with the usual faults are read, and what was mended is told."""

from __future__ import annotations

import pytest

from harvester.errors import AnswerForbidden, AnswerUnreadable
from harvester.protocols.mended_xml import parse_mended

URL = "https://n.example/feed"


@pytest.mark.parametrize(
    ("body", "text", "says"),
    [
        (b"<rss><title>a &nbsp;&amp; b=1&c=2</title></rss>", "a \xa0& b=1&c=2", "ampersands"),
        (b"<rss><title>&#XE9;t&eacute;</title></rss>", "été", "ampersands"),
        (b"<rss><dc:title x:y='1'>One</dc:title></rss>", "One", "prefixes"),
        ("<?xml version='1.0' encoding='mac-cyrillic'?><rss>Лес</rss>".encode("mac-cyrillic"), "Лес", "encoding"),
    ],
)
def test_a_usual_fault_is_mended_and_told(body: bytes, text: str, says: str) -> None:
    answer = parse_mended(body, url=URL)
    assert "".join(answer.root.itertext()) == text
    assert says in " ".join(answer.repairs)


def test_a_known_prefix_means_what_it_usually_means() -> None:
    root = parse_mended(b"<rss><dc:title>One</dc:title><odd:x/></rss>", url=URL).root
    assert [child.tag for child in root] == ["{http://purl.org/dc/elements/1.1/}title", "{urn:undeclared:odd}x"]


def test_what_is_sound_is_left_alone() -> None:
    assert parse_mended(b"<rss><title>a &amp; b</title></rss>", url=URL).repairs == ()


@pytest.mark.parametrize(
    "body", [b"<rss><title>", b"<rss>&<b></rss>", b"<?xml version='1.0' encoding='rot13'?><r>&</r"]
)
def test_what_cannot_be_mended_is_unreadable(body: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        parse_mended(body, url=URL)


def test_no_mend_lets_a_declaration_through() -> None:
    hidden = b"<?xml version='1.0' encoding='cp037'?>" + '<!DOCTYPE r [<!ENTITY e "x">]><r>&e;</r>'.encode("cp037")
    with pytest.raises((AnswerForbidden, AnswerUnreadable)):
        parse_mended(hidden, url=URL)
