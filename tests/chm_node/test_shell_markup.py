"""No text of others can put a script, a style or a strange link into a page."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chm_node.shell.markup import clean_html, excerpt, plain_text, safe_url, script_json


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<p onclick="alert(1)">x</p>',
        "<svg/onload=alert(1)>",
        "<iframe src=//evil.example></iframe>",
        "<style>body{display:none}</style>",
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ],
)
def test_a_summary_cannot_run_anything(attack: str) -> None:
    html = clean_html(f"before {attack} after")
    lowered = html.lower()
    assert "before" in html
    for part in ("<script", "<img", "<svg", "<iframe", "<style", "onclick", "onerror", "javascript:", "data:", "<math"):
        assert part not in lowered.replace("&lt;script", "")


def test_a_summary_keeps_what_it_may_hold() -> None:
    text = '<p>H<sub>2</sub>O and <em>Quercus</em></p><ul><li><a href="https://a.example/">a</a></li></ul>'
    html = clean_html(text)
    assert "<sub>2</sub>" in html and "<em>Quercus</em>" in html and 'href="https://a.example/"' in html
    assert 'rel="noopener noreferrer nofollow ugc"' in html


def test_plain_text_gets_its_paragraphs() -> None:
    assert clean_html("One.\n\nTwo\nlines & more") == "<p>One.</p><p>Two<br>lines &amp; more</p>"


def test_plain_text_has_no_elements_and_joined_spaces() -> None:
    assert plain_text("<p>One</p><p>two &amp; <b>three</b></p>\n") == "One two & three"
    assert plain_text("5 < 6 and 7 > 3") == "5 < 6 and 7 > 3"


def test_an_excerpt_ends_at_a_word() -> None:
    assert excerpt("word " * 100, 22) == "word word word word…"
    assert excerpt("字" * 300, 10) == "字" * 10 + "…"


@pytest.mark.parametrize(
    "url", ["https://a.example", "http://a.example/x?y=1", "mailto:a@b.example", " HTTPS://A.example "]
)
def test_web_and_mail_addresses_may_be_linked(url: str) -> None:
    assert safe_url(url) == url.strip()


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "x", "http://[::1"]
)
def test_other_addresses_may_not_be_linked(url: str) -> None:
    assert safe_url(url) is None


@given(st.text())
def test_embedded_json_stays_equal_and_cannot_leave_its_element(text: str) -> None:
    embedded = str(
        script_json(
            json.dumps({"name": text}, ensure_ascii=False)
            .encode("utf-8", "surrogatepass")
            .decode("utf-8", "replace")
            .encode()
        )
    )
    assert "<" not in embedded and ">" not in embedded and "\u2028" not in embedded
    json.loads(embedded)


def test_the_classic_way_out_of_a_script_element_is_closed() -> None:
    source = json.dumps({"name": "</script><script>alert(1)//"}).encode()
    assert json.loads(str(script_json(source))) == json.loads(source)
    assert "</script" not in script_json(source)
