"""The select of the CBD index finds what its clients ask for, in their own query language, and refuses the rest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from published_pages import ReadSide, make_read_side
from published_site import sample_record

from chm_node.publishing.cbd_index.fields import SCHEMAS, fields_of, marks_of
from chm_node.publishing.cbd_index.grammar import MAX_CLAUSES, MAX_DEPTH, NotUnderstood, parse_query
from chm_node.publishing.cbd_index.highlighting import highlight, words_of
from chm_node.publishing.search.conditions import Between, Every, Marked, Not, Some, Worded
from vocabularies.concepts import load_scheme
from vocabularies.formats.native import dump_native
from vocabularies.record import RECORD_TYPES

SELECT = "/api/v2013/index/select"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadSide]:
    """Five meetings and news about Kenya and Uganda a minute apart, a focal point, and a withdrawn one."""
    made = make_read_side(f"sqlite:///{tmp_path_factory.mktemp('cbd')}/site.db")
    given: tuple[dict[str, Any], ...] = (
        {"type": "event", "subtype": "meeting", "details": {"start": "2024-05-06", "country": "KE", "city": "Nairobi"}},
        {"type": "event", "subtype": "meeting", "government": "UG", "details": {"start": "2025-05-06"}},
        {"type": "news", "title": {"en": "Mangrove day", "zh-Hans": "红树林日", "pt": "Dia do mangue"}},
        {"type": "nationalSubmission", "subtype": "nbsap", "subjects": ["CBD-SUBJECT-AGR"]},
        {
            "type": "focalPoint",
            "contacts": [{"name": "B. Otieno", "email": "secret@example.org"}],
            "details": {"person": "B. Otieno"},
        },
    )
    for number, fields in enumerate(given):
        made.site.now += timedelta(minutes=1)
        made.site.publish([sample_record(f"r{number}", **fields)])
    made.site.publish([sample_record("gone")])
    made.site.withdraw("gone")
    yield made
    made.site.engine.dispose()


def ask(index: ReadSide, **parameters: Any) -> Any:
    answer = index.client.get(SELECT, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(index: ReadSide, **parameters: Any) -> set[str]:
    return {doc["id"] for doc in ask(index, fl="id", **parameters)["response"]["docs"]}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("*:*", {"r0", "r1", "r2", "r3", "r4"}),
        ("", {"r0", "r1", "r2", "r3", "r4"}),
        ("schema_s:meeting", {"r0", "r1"}),
        ("NOT version_s:* AND realm_ss:chm AND schema_s:* AND (schema_s:meeting)", {"r0", "r1"}),
        ("_latest_s:true AND government_s:ug AND NOT schema_s:contact", {"r1"}),
        ("schema_s:(meeting nbsap)", {"r0", "r1", "r3"}),
        ("schema_s:meet*", {"r0", "r1"}),
        ("countryRegions_ss:(ug) OR countryRegions_REL_ss:(ug)", {"r1"}),
        ("countryRegions_REL_ss:014 AND schema_s:meeting", {"r0", "r1"}),
        ("(*:* NOT schema_s:meeting)", {"r2", "r3", "r4"}),
        ("+schema_s:meeting -government_s:ug", {"r0"}),
        ("!schema_s:meeting && all_terms_ss:CBD\\-SUBJECT\\-AGR", {"r3"}),
        ("mangrove", {"r2"}),
        ("title_t:mangrove", {"r2"}),
        ('text_EN_txt:"mangrove day"', {"r2"}),
        ("title_PT_t:* AND schema_s:*", {"r2"}),
        ("title_FR_s:* AND description_EN_t:* AND NOT summary_FR_s:*", {"r0", "r1", "r3", "r4"}),
        ("cbdSubjects_ss:*", {"r3"}),
        ("红树林", {"r2"}),
        ("startDate_dt:[2025-01-01T00:00:00Z TO *]", {"r1"}),
        ("startDate_dt:[* TO 2024-12-31]", {"r0"}),
        ("*", {"r0", "r1", "r2", "r3", "r4"}),
        ("startDate_dt:[* TO *]", {"r0", "r1"}),
        ("updatedDate_dt:[2026-03-01T12:04:00Z TO 2026-03-01T12:05:00Z}", {"r3"}),
        ("hostGovernments_ss:ke", {"r0"}),
        ("id:r3 OR id:gone", {"r3"}),
        ("email_s:* OR secret", set()),
    ],
)
def test_a_query_finds_what_its_clients_mean(index: ReadSide, query: str, expected: set[str]) -> None:
    assert ids(index, q=query) == expected
    assert ids(index, fq=query) == expected


def test_the_envelope_is_that_of_the_index(index: ReadSide) -> None:
    body = ask(index, q="schema_s:news", wt="json", rows=5, cursorMark="*")
    assert body["responseHeader"]["status"] == 0 and body["responseHeader"]["params"]["q"] == "schema_s:news"
    assert body["nonSupportedParams"] == {"cursorMark": ["*"]}
    assert body["response"]["numFound"] == 1 and body["response"]["start"] == 0
    [doc] = body["response"]["docs"]
    assert doc["title_s"] == doc["title_EN_t"] == "Mangrove day" and doc["title_ZH_s"] == "红树林日"
    assert doc["government_s"] == "ke" and doc["government_FR_s"] == "Kenya"
    assert doc["countryRegions_REL_ss"][:2] == ["ke", "014"]
    assert doc["updatedDate_dt"] == "2026-03-01T12:03:00Z" and doc["createdDate_dt"] == "2024-05-01T00:00:00Z"
    assert doc["url_ss"] == ["http://chm.example.org/records/r2"] and doc["_state_s"] == "public"


def test_nobody_who_did_not_agree_is_in_it(index: ReadSide) -> None:
    assert "secret@example.org" not in json.dumps(ask(index, q="*:*"))


def test_fields_may_be_chosen_by_name_pattern_and_new_name(index: ReadSide) -> None:
    [doc] = ask(index, q="id:r2", fl="rec_date:updatedDate_dt,title_* ,*egion*")["response"]["docs"]
    assert doc.pop("rec_date") == "2026-03-01T12:03:00Z"
    assert {"title_s", "title_EN_t", "countryRegions_ss"} <= set(doc)
    assert all(name.startswith("title_") or "egion" in name for name in doc)


def test_a_harvest_walks_pages_in_the_order_of_change(index: ReadSide) -> None:
    recipe = {"fq": ["_state_s:public", "realm_ss:chm"], "sort": "updatedDate_dt asc,id asc", "fl": "id", "rows": 2}
    pages = [ask(index, start=start, **recipe)["response"] for start in (0, 2, 4, 6)]
    assert [[doc["id"] for doc in page["docs"]] for page in pages] == [["r0", "r1"], ["r2", "r3"], ["r4"], []]
    assert {page["numFound"] for page in pages} == {5}
    newest = ask(index, sort="updatedDate_dt desc", rows=1)["response"]["docs"]
    assert [doc["id"] for doc in newest] == ["r4"]
    dated = ask(index, fq="startDate_dt:*", sort="startDate_dt desc")["response"]["docs"]
    assert [doc["id"] for doc in dated] == ["r1", "r0"]


def test_counts_are_flat_and_leave_out_the_filter_they_exclude(index: ReadSide) -> None:
    asked = {
        "q": "*:*",
        "rows": 0,
        "fq": ["{!tag=schema}schema_s:meeting"],
        "facet": "true",
        "facet.field": ["{!ex=schema}schema_s", "government_s"],
        "facet.mincount": 1,
    }
    counts = ask(index, **asked)["facet_counts"]["facet_fields"]
    assert counts["government_s"] == ["ke", 1, "ug", 1]
    pairs = dict(zip(counts["schema_s"][::2], counts["schema_s"][1::2], strict=True))
    assert pairs == {"meeting": 2, "news": 1, "nbsap": 1, "focalPoint": 1}
    assert len(ask(index, **asked | {"facet.limit": 1})["facet_counts"]["facet_fields"]["schema_s"]) == 2


def test_fields_are_counted_one_inside_the_other(index: ReadSide) -> None:
    pivot = "schema_s,government_s"
    body = ask(index, q="*:*", rows=0, facet="true", **{"facet.pivot": pivot, "facet.limit": -1})
    found = {each["value"]: each for each in body["facet_counts"]["facet_pivot"][pivot]}
    assert {value: each["count"] for value, each in found.items()} == {
        "meeting": 2,
        "news": 1,
        "nbsap": 1,
        "focalPoint": 1,
    }
    inside = {each["value"]: each["count"] for each in found["meeting"]["pivot"]}
    assert inside == {"ke": 1, "ug": 1} and found["meeting"]["field"] == "schema_s"
    three = "realm_ss,schema_s,government_s"
    [realm] = ask(index, fq="schema_s:news", rows=0, facet="true", **{"facet.pivot": three})["facet_counts"][
        "facet_pivot"
    ][three]
    assert (realm["value"], realm["pivot"][0]["value"], realm["pivot"][0]["pivot"][0]["value"]) == ("chm", "news", "ke")


def test_results_come_in_groups_the_group_of_the_first_result_first(index: ReadSide) -> None:
    asked = {"group": "true", "group.field": "schema_s", "group.limit": 5, "fl": "id"}
    body = ask(index, sort="updatedDate_dt desc", **asked)
    assert "response" not in body
    grouped = body["grouped"]["schema_s"]
    assert grouped["matches"] == 5
    assert [(each["groupValue"], each["doclist"]["numFound"]) for each in grouped["groups"]] == [
        ("focalPoint", 1), ("nbsap", 1), ("news", 1), ("meeting", 2),
    ]  # fmt: skip
    assert [doc["id"] for doc in grouped["groups"][3]["doclist"]["docs"]] == ["r1", "r0"]
    page = ask(index, sort="updatedDate_dt asc", rows=2, start=1, **asked)["grouped"]["schema_s"]["groups"]
    assert [each["groupValue"] for each in page] == ["news", "nbsap"]
    dated = ask(index, sort="startDate_dt asc", **asked)["grouped"]["schema_s"]["groups"]
    assert [doc["id"] for doc in dated[0]["doclist"]["docs"]] == ["r0", "r1"]


def test_results_without_the_field_are_a_group_of_their_own(index: ReadSide) -> None:
    asked = {"group": "true", "group.field": "eventCity_s", "fl": "id", "sort": "id asc"}
    groups = ask(index, q="schema_s:meeting", **asked)["grouped"]["eventCity_s"]["groups"]
    assert [(each["groupValue"], each["doclist"]["docs"]) for each in groups] == [
        ("Nairobi", [{"id": "r0"}]), (None, [{"id": "r1"}]),
    ]  # fmt: skip


def test_the_words_of_a_query_are_marked_where_they_stand(index: ReadSide) -> None:
    marked = ask(index, q="mangrove", hl="true", **{"hl.fl": "title_*"})["highlighting"]
    assert set(marked) == {"r2"} and marked["r2"]["title_EN_t"] == ["<em>Mangrove</em> day"]
    assert ask(index, q="红树林", hl="true")["highlighting"]["r2"]["title_ZH_s"] == ["<em>红树林</em>日"]
    assert ask(index, q="schema_s:meeting", hl="true")["highlighting"] == {"r0": {}, "r1": {}}


def test_a_piece_is_short_whole_words_and_no_markup_but_its_own() -> None:
    words = words_of(parse_query('fens OR "peat bog" OR title_t:pe* NOT word', now=NOW).condition)
    text = f"{'word ' * 30}<b>Fens</b> & peat {'word ' * 30}Péat"
    found = highlight({"title_t": text, "other_s": "fens", "n_i": 3}, words, ["title_*"], 5)
    assert list(found) == ["title_t"] and all("word word" in piece for piece in found["title_t"])
    assert "&lt;b&gt;<em>Fens</em>&lt;/b&gt; &amp; <em>peat</em>" in found["title_t"][0]
    assert found["title_t"][-1].endswith("<em>Péat</em>") and highlight({"title_t": "no"}, words, [], 1) == {}


def test_the_same_may_be_posted(index: ReadSide) -> None:
    asked = {"q": "schema_s:meeting", "fq": ["government_s:ug", "realm_ss:chm"], "rows": 5, "fl": ["id", "schema_s"]}
    posted = index.client.post(SELECT, json=asked).json()["response"]
    assert posted["docs"] == [{"id": "r1", "schema_s": "meeting"}]
    form = index.client.post("/api/v2013/index", data={"q": "government_s:ug"}).json()["response"]
    assert form["numFound"] == 1
    for body in (b"[1]", b"{", b'{"q": {"a": 1}}', b"x" * 70_000):
        assert index.client.post(SELECT, content=body).status_code == 400


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": "schema_s:(meeting"},
        {"q": "schema_s:meeting)"},
        {"q": "{!join from=a to=b}x"},
        {"q": "_query_:{!func}x"},
        {"q": "me?ting"},
        {"q": "me*ting"},
        {"q": "meeting~2"},
        {"q": "meeting^4"},
        {"q": "government_s:[a TO b]"},
        {"q": "updatedDate_dt:[yesterday TO *]"},
        {"q": "updatedDate_dt:[NOW-1YEAR TO *]"},
        {"q": "AND"},
        {"q": "a AND"},
        {"q": "(" * 40 + "a" + ")" * 40},
        {"q": "a " * 9_000},
        {"fq": "()"},
        {"q": f"schema_s:{'a' * 100}*"},
        {"q": "a* " * 17},
        {"sort": "title_s asc"},
        {"sort": "updatedDate_dt"},
        {"rows": "many"},
        {"start": "-1"},
        {"start": "999999999"},
        {"fl": "a;b"},
        {"wt": "xml"},
        {"facet": "true", "facet.field": "{!ex=a}"},
        {"q": ["a", "b"]},
        {"facet": "true", "facet.pivot": "schema_s"},
        {"facet": "true", "facet.pivot": "a,b,c,d"},
        {"facet": "true", "facet.pivot": "schema_s,{!x}"},
        {"group": "true"},
        {"group": "true", "group.field": "countryRegions_ss"},
        {"group": "true", "group.field": "schema_s", "group.limit": "501"},
        {"hl": "true", "hl.fl": "a;b"},
        {"hl": "true", "hl.snippets": "99"},
    ],
)
def test_what_is_not_understood_is_refused_with_what_is_allowed(index: ReadSide, parameters: dict[str, Any]) -> None:
    answer = index.client.get(SELECT, params=parameters)
    assert answer.status_code == 400
    told = answer.json()
    assert told["responseHeader"]["status"] == told["error"]["code"] == 400
    assert "Allowed are: field:value" in told["error"]["msg"]


def test_a_huge_page_is_cut_to_the_most_there_is(index: ReadSide) -> None:
    assert len(ask(index, rows=9_999_999)["response"]["docs"]) == 5


def test_clauses_join_as_the_index_joins_them() -> None:
    def read(text: str) -> Any:
        return parse_query(text, now=NOW).condition

    a, b, c = (Every((Some((Worded(word),)),)).conditions[0].conditions[0] for word in "abc")  # type: ignore[union-attr]
    assert read("a b") == Every((Some((a, b)),))
    assert read("a AND b") == Every((a, b))
    assert read("a OR b AND c") == Every((b, c)), "a word that only may be there decides nothing"
    assert read("a NOT b") == Every((Some((a,)), Not(b)))
    assert read("x_s:a\\:b") == Every((Some((Marked("x_s=a:b"),)),))
    assert read("{!tag=k}x_s:*") == Every((Some((Marked("has x_s"),)),))
    assert parse_query("{!tag=k,l}a", now=NOW).tags == {"k", "l"}
    noon = int(NOW.timestamp())
    assert read("endDate_dt:[NOW/DAY TO NOW+2HOURS]") == Every((Some((Between("end", noon - 43_200, noon + 7_200),)),))


@given(st.text(alphabet='abAND OR_ts:*()[]{}!+-"\\^~?/&|TO 019', max_size=60))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_query(text, now=NOW)
    except NotUnderstood as told:
        assert str(told)


def test_the_bounds_are_those_that_are_told() -> None:
    assert parse_query("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH, now=NOW)
    assert parse_query("a " * MAX_CLAUSES, now=NOW)
    with pytest.raises(NotUnderstood, match="clauses"):
        parse_query("a " * (MAX_CLAUSES + 1), now=NOW)


def test_every_type_and_only_known_subtypes_have_a_schema() -> None:
    known = load_scheme("record-types").concepts
    assert {name for name in SCHEMAS if "/" not in name} == set(RECORD_TYPES)
    assert all(part in known for name in SCHEMAS for part in name.split("/"))


def test_a_record_of_the_cbd_keeps_its_identifier_and_any_other_has_a_guid_of_its_own() -> None:
    basis = json.loads(dump_native(sample_record("x")))
    known = {**basis, "sourceIds": [{"scheme": "cbd", "value": "52000CBD0010"}]}
    copy = fields_of("c", known, "https://ke.example/1", changed_at=NOW)
    assert copy["identifier_s"] == "52000CBD0010"
    own = fields_of("park-fees", {**basis, "id": "urn:chm:ke:park-fees"}, "https://ke.example/1", changed_at=NOW)
    elsewhere = fields_of("park-fees", {**basis, "id": "urn:chm:ug:park-fees"}, "https://ke.example/1", changed_at=NOW)
    uid_of_the_cbd = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
    assert uid_of_the_cbd.fullmatch(own["identifier_s"]) and own["identifier_s"] != elsewhere["identifier_s"]
    local = "0190a1c2-0000-7000-8000-00000000abcd"
    assert fields_of(local, basis, "https://ke.example/1", changed_at=NOW)["identifier_s"] == local.upper()
    assert f"identifier_s={own['identifier_s']}" in marks_of("park-fees", {**basis, "id": "urn:chm:ke:park-fees"})
