"""The published record takes each field from whom it is best known to, and says from whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from fake_node import a_record
from hypothesis import given
from hypothesis import strategies as st

from harvester.resolution.clusters import Member, Origin
from harvester.resolution.field_sources import field_sources
from harvester.resolution.survivorship import by_strength, merge

AT = datetime(2026, 5, 1, tzinfo=UTC)


def member(source: str, protocol: str = "native", *, rank: int = 50, **fields: Any) -> Member:
    record = a_record(source, "x", **fields)
    return Member(Origin(source, rank, protocol, f"https://{source}.example"), f"id-{source}", record, ("k",), AT)


def order(*members: Member) -> list[str]:
    return [each.origin.source_id for each in by_strength(members)]


def test_the_nearer_a_source_stands_to_what_it_tells_the_more_it_counts() -> None:
    told = [member("portal", "ckan"), member("treaty", "informea"), member("cbd", "cbd"), member("ke", "native")]
    repository = member("repo", "oai_pmh", dates={"modified": "2025"})
    own = replace(repository, origin=replace(repository.origin, namespace="repo"))
    assert order(*told, own) == ["ke", "repo", "cbd", "treaty", "portal"]
    assert order(*told, replace(own, is_copy=True))[-1] == "repo"
    assert order(*told, member("chosen", "ckan", rank=1))[0] == "chosen"


def test_among_equals_what_a_country_validated_leads_then_the_newest_then_the_higher_revision() -> None:
    plain = member("a", dates={"modified": "2026-04-02"})
    validated = member("b", validation={"by": "Focal point", "role": "NFP"}, dates={"modified": "2020"})
    old, revised = member("c", dates={"modified": "2026-04-01"}), member("d", revision=3)
    assert order(old, revised, plain, validated) == ["b", "a", "d", "c"]


def test_the_source_of_the_country_a_thing_is_of_leads_among_equals() -> None:
    def of(source: str, country: str, protocol: str = "tabular", rank: int = 50, **fields: Any) -> Member:
        found = member(source, protocol, rank=rank, **fields)
        return replace(found, origin=replace(found.origin, country=country))

    ke = of("ke", "KE", country_regions=["KE"], dates={"modified": "2020"})
    tz = of("tz", "TZ", country_regions=["KE"], dates={"modified": "2026"})
    nobody = of("hub", "", country_regions=["KE"], dates={"modified": "2027"})
    assert order(tz, nobody, ke) == order(ke, tz, nobody) == ["ke", "hub", "tz"]
    both = of("tz", "TZ", country_regions=["KE", "TZ"], dates={"modified": "2026"})
    assert order(ke, both) == ["tz", "ke"], "it is of both"
    assert order(ke, of("tz", "TZ", government="TZ", country_regions=["KE"])) == ["tz", "ke"], "the government speaks"
    assert order(ke, replace(tz, origin=replace(tz.origin, rank=1))) == ["tz", "ke"], "people said so"
    assert order(ke, of("un", "", "cbd", country_regions=["KE"])) == ["un", "ke"]


def test_every_field_names_the_member_it_was_taken_from_per_language_and_item() -> None:
    lead = member("a", title={"en": "Guide"}, summary={}, links=[{"url": "https://a.example/1"}], rank=1)
    other = member(
        "b",
        title={"en": "GUIDE", "fr": "Le guide"},
        summary={"fr": "Résumé"},
        government="KE",
        links=[{"url": "https://a.example/1"}, {"url": "https://b.example/2"}],
        details={"status": "ongoing"},
    )
    told = field_sources([other, lead])
    a, b = ("a", "id-a"), ("b", "id-b")
    assert {path: place for path, place in told.items() if path.split("/")[1] in ("title", "summary", "links")} == {
        "/title/en": a, "/title/fr": b, "/summary/fr": b, "/links/0": a, "/links/1": b,
    }  # fmt: skip
    assert (told["/government"], told["/type"], told["/publisher"], told["/details/status"]) == (b, a, a, b)
    assert "/provenance" not in told


def test_topics_are_united_unless_a_country_has_validated_what_leads() -> None:
    lead = member("a", subjects=["FORESTS"], keywords=[{"label": {"en": "Kelp"}}], rank=1)
    other = member(
        "b",
        subjects=["MARINE", "FORESTS"],
        gbf_targets=["GBF-TARGET-02"],
        country_regions=["KE"],
        keywords=[{"label": {"en": "kelp"}}, {"label": {"en": "reef"}}],
        validation={"by": "Focal point"},
    )
    united = merge([other, lead], centre="hub", local_id="1")
    assert (united.subjects, united.gbf_targets, united.country_regions) == (
        ("FORESTS", "MARINE"), ("GBF-TARGET-02",), ("KE",),
    )  # fmt: skip
    assert [keyword.label["en"] for keyword in united.keywords] == ["Kelp", "reef"]
    assert united.validation is None, "what another source's record was validated as is not this text"
    told = field_sources([other, lead])
    assert (told["/subjects/0"][0], told["/subjects/1"][0], told["/keywords/1"][0]) == ("a", "b", "b")

    validated = replace(lead, record=lead.record.with_(validation=other.record.validation))
    kept = merge([other, validated], centre="hub", local_id="1")
    assert (kept.subjects, kept.gbf_targets) == (("FORESTS",), ("GBF-TARGET-02",)), "gaps are filled all the same"
    assert "/subjects/1" not in field_sources([other, validated])


def test_what_a_member_says_of_another_member_is_no_relation_of_the_thing() -> None:
    one = member("a", rank=1, relations=[{"type": "translates", "target": "urn:chm:b:x"}])
    two = member("b", relations=[{"type": "isPartOf", "target": "urn:chm:c:x"}])
    merged = merge([one, two], centre="hub", local_id="1")
    assert [(each.type, each.target) for each in merged.relations if each.type != "sameAs"] == [
        ("isPartOf", "urn:chm:c:x")
    ]
    assert field_sources([one, two])["/relations/0"][0] == "b"
    assert merge([one], centre="hub", local_id="1").relations[0].type == "translates"


def test_the_date_a_thing_came_out_is_filled_in_and_the_dates_of_the_record_are_not() -> None:
    lead, other = (
        member("a", dates={"modified": "2024"}, rank=1),
        member("b", dates={"created": "2018", "issued": "2019"}),
    )
    dates = merge([other, lead], centre="hub", local_id="1").dates
    assert (dates.modified, dates.created, dates.issued) == ("2024", None, "2019")
    told = field_sources([other, lead])
    assert {path: place[0] for path, place in told.items() if path.startswith("/dates")} == {
        "/dates/modified": "a", "/dates/issued": "b",
    }  # fmt: skip


_TEXT = st.dictionaries(st.sampled_from(["en", "fr", "ar"]), st.sampled_from(["one", "two", "three"]), min_size=1)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"title": _TEXT, "summary": _TEXT},
            optional={
                "government": st.sampled_from(["KE", "UG"]),
                "source_ids": st.lists(
                    st.sampled_from(["1", "2"]).map(lambda value: {"scheme": "x", "value": value}), unique_by=str
                ),
                "license": st.just("CC-BY-4.0"),
                "subjects": st.lists(st.sampled_from(["CBD-SUBJECT-FORESTS", "CBD-SUBJECT-MARINE"]), unique=True),
                "gbf_targets": st.lists(st.sampled_from(["GBF-TARGET-01", "GBF-TARGET-02"]), unique=True),
                "keywords": st.lists(
                    st.sampled_from(["Reef", "reef", "kelp"]).map(lambda word: {"label": {"en": word}}), max_size=2
                ),
                "validation": st.just({"by": "Focal point"}),
                "dates": st.sampled_from([{"modified": "2025"}, {"modified": "2024", "issued": "2020"}]),
            },
        ),
        min_size=1,
        max_size=4,
    )
)
def test_what_a_field_is_said_to_come_from_says_just_that(records: list[dict[str, Any]]) -> None:
    members = [member(f"s{number}", rank=number % 2 + 1, **fields) for number, fields in enumerate(records)]
    merged = merge(members, centre="hub", local_id="1").model_dump(mode="json", by_alias=True)
    of = {each.place: each.record.model_dump(mode="json", by_alias=True) for each in members}
    told = field_sources(members)
    assert {"/type", "/publisher", *(f"/title/{language}" for language in merged["title"])} <= set(told)
    for path, place in told.items():
        name, *rest = path.split("/")[1:]
        value = merged[name]
        if rest and isinstance(value, dict):
            assert value[rest[0]] == of[place][name][rest[0]]
        elif rest:
            assert value[int(rest[0])] in of[place][name]
        else:
            assert value == of[place][name]
