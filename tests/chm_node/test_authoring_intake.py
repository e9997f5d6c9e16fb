"""Every door gives the same draft and the same problems; nothing harmful passes, nothing is invented."""

from __future__ import annotations

import pytest

from chm_node.authoring.intake import Draft, Receiver, intake
from chm_node.authoring.moderation import (
    SCOPES,
    STATES,
    TRANSITIONS,
    Transition,
    allows,
    check_transitions,
    get_transition,
    path_to_approved,
)
from vocabularies.record import new_record
from vocabularies.text import LangText

US = Receiver("ke", LangText(en="Kenya CHM"))


def codes(draft: Draft) -> set[str]:
    return {found.code for found in draft.problems if found.severity == "error"}


def test_a_record_without_id_publisher_and_languages_gets_them() -> None:
    draft = intake(
        b'{"type": "news", "title": {"en": "Day", "fr": "Jour"}, "summary": {"ar": "\xd9\x8a\xd9\x88\xd9\x85"}}', US
    )
    assert draft.record is not None and draft.accepted
    assert draft.record.id.startswith("urn:chm:ke:")
    assert (draft.record.publisher.node, draft.record.publisher.name) == ("ke", {"en": "Kenya CHM"})
    assert set(draft.record.languages) == {"en", "fr", "ar"}


def test_a_publisher_without_a_name_gets_the_nodes_and_one_with_a_name_keeps_it() -> None:
    unnamed = intake({"type": "news", "title": {"en": "A"}, "publisher": {"node": "ke"}}, US)
    publisher = {"node": "ke", "name": {"en": "Ministry"}}
    named = intake({"type": "news", "title": {"en": "A"}, "publisher": publisher}, US)
    assert unnamed.record is not None and named.record is not None
    assert unnamed.record.publisher.name == US.name
    assert dict(named.record.publisher.name) == {"en": "Ministry"}


def test_bytes_an_object_and_a_record_give_the_same_draft() -> None:
    record = new_record("news", id="urn:chm:ke:a", title={"en": "Day"}, publisher={"node": "ke"})
    value = {"id": "a", "type": "news", "title": {"en": "Day"}, "publisher": {"node": "ke"}}
    payload = b'{"id": "urn:chm:ke:a", "type": "news", "title": {"en": "Day"}, "publisher": {"node": "ke"}}'
    assert intake(record, US) == intake(value, US) == intake(payload, US)


def test_another_nodes_record_is_taken_as_a_copy_under_the_same_id_each_time() -> None:
    given = {"id": "urn:chm:ug:x", "type": "news", "title": {"en": "Day"}, "publisher": {"node": "ug"}}
    record = intake(given, US).record
    again = intake(given, US).record
    assert record is not None and again is not None
    assert record.id == again.id != given["id"]
    assert record.id.startswith("urn:chm:ke:") and record.publisher.node == "ke"
    assert [(each.scheme, each.value) for each in record.source_ids] == [("chm", "urn:chm:ug:x")]
    assert [(each.source, each.original_id) for each in record.provenance] == [("ug", "urn:chm:ug:x")]


@pytest.mark.parametrize(
    ("payload", "code", "path"),
    [
        (b'{"type": "banana", "title": {"en": "x"}}', "TYPE_UNKNOWN", "/type"),
        (b'{"title": {"en": "x"}}', "TYPE_MISSING", "/type"),
        (b'{"type": "news"}', "TITLE_MISSING", "/title"),
        (b'{"type": "news", "title": {"en": "<b>x</b>"}}', "HTML_IN_TITLE", "/title/en"),
        (b'{"type": "news", "title": {"en": "x"}, "gbfTargets": ["NOPE"]}', "TERM_UNKNOWN", "/gbfTargets/0"),
        (
            b'{"type": "news", "title": {"en": "x"}, "dates": {"issued": "2024-02-30"}}',
            "DATE_IMPOSSIBLE",
            "/dates/issued",
        ),
        (b'{"type": "news", "title": {"en": "x"}, "id": "no id"}', "ID_SYNTAX", "/id"),
        (b'{"type": "news", "title": {"en": "' + b"x" * 10_000_000 + b'"}}', "RECORD_TOO_LARGE", ""),
        (b'{"type": "news", ', "JSON_SYNTAX", ""),
        (b"[1]", "VALUE_TYPE", ""),
        (b'{"type": "news", "title": {"en": "\xff"}}', "ENCODING", ""),
    ],
)
def test_bad_input_is_a_problem_with_its_place(payload: bytes, code: str, path: str) -> None:
    draft = intake(payload, US, row=7)
    assert not draft.accepted
    assert (code, path, 7) in {(found.code, found.path, found.row) for found in draft.problems}


def test_harmful_code_is_taken_out_and_told_of_and_the_rest_stays() -> None:
    draft = intake(
        {
            "type": "news",
            "title": {"en": "Day"},
            "summary": {"en": "<p onclick=steal()>R&D <em>now</em></p><script>steal()</script>", "fr": "a < b"},
            "details": {"teaser": {"en": "Come<iframe src=x></iframe>"}},
        },
        US,
    )
    assert draft.record is not None and draft.accepted
    assert draft.record.summary == {"en": "<p>R&D <em>now</em></p>", "fr": "a < b"}
    assert draft.record.details.teaser == {"en": "Come"}  # type: ignore[attr-defined]
    assert {found.path for found in draft.problems if found.code == "HTML_REMOVED"} == {
        "/summary/en",
        "/details/teaser/en",
    }


def test_the_table_of_transitions_is_refused_when_it_is_unsound() -> None:
    check_transitions(TRANSITIONS)
    for broken, reason in (
        ((*TRANSITIONS, TRANSITIONS[0]), "twice"),
        (tuple(step for step in TRANSITIONS if step.target != "refused"), "refused is never reached"),
        (tuple(step for step in TRANSITIONS if step.source != "withdrawn"), "withdrawn has no way out"),
        ((*TRANSITIONS, Transition("returned", "approved", "publish")), "must not have the effect"),
    ):
        with pytest.raises(ValueError, match=reason):
            check_transitions(broken)


@pytest.mark.parametrize("state", STATES)
def test_publishing_takes_only_steps_of_the_table(state: str) -> None:
    steps = path_to_approved(state)
    assert (steps[0].source, steps[-1].target) == (state, "approved")
    for before, after in zip(steps, steps[1:], strict=False):
        assert before.target == after.source
    assert all(step == get_transition(step.source, step.target) for step in steps)


def test_a_scope_includes_those_before_it() -> None:
    assert [[allows(held, needed) for needed in SCOPES] for held in SCOPES] == [
        [True, False, False, False],
        [True, True, False, False],
        [True, True, True, False],
        [True, True, True, True],
    ]
    assert not allows("everything", "read")
