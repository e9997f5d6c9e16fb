"""Taking records in, publishing them and taking them back: the same on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from chm_node import tables
from chm_node.authoring.approval import Approval, approve, approve_waiting, load_version, move, withdraw
from chm_node.authoring.drafts import check_revision, get_copy, load_steps, save_drafts
from chm_node.authoring.intake import Draft, Receiver, intake
from chm_node.authoring.reception import take_in
from chm_node.database import Node, open_node, write_or_try
from chm_node.errors import ReasonMissing, RecordUnknown, RevisionOutdated, TransitionRefused
from chm_node.initialisation import initialise
from chm_node.publishing.catalogue import SqlCatalogue
from chm_node.publishing.sql import read, write
from vocabularies.formats.native import parse_native
from vocabularies.text import LangText

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 12, tzinfo=UTC)
US = Receiver("ke", LangText(en="Kenya CHM"))


@pytest.fixture
def node(database_url: str, tmp_path: Path) -> Iterator[Node]:
    answers = {"country": "KE", "name": "Kenya CHM", "email": "chm@example.org", "database_url": database_url}
    opened = open_node(initialise(tmp_path / "home", answers))
    yield opened
    opened.engine.dispose()


def approval(node: Node, now: datetime = NOW) -> Approval:
    return Approval("tester", now, node.site)


def news(local_id: str, title: str = "Wetlands day", **more: object) -> Draft:
    return intake({"id": local_id, "type": "news", "title": {"en": title}, **more}, US)


def published_title(node: Node, local_id: str) -> str | None:
    native = SqlCatalogue(node.engine, tables.publication, node.site).rendition(local_id, "native")
    record = parse_native(native).record if native else None
    return record.title["en"] if record else None


def test_a_draft_is_not_public_and_an_approved_one_is(node: Node) -> None:
    with write(node.engine) as connection:
        save_drafts(connection, [news("a")], author="tester", now=NOW)
    assert published_title(node, "a") is None
    with write(node.engine) as connection:
        (done,) = approve(connection, ["a"], approval(node))
        steps = [(step["source"], step["target"]) for step in load_steps(connection, "a")]
    assert (done.outcome, done.copy.state, done.copy.published) == ("published", "approved", True)
    assert published_title(node, "a") == "Wetlands day"
    assert steps == [("draft", "submitted"), ("submitted", "approved")]


def test_editing_a_published_record_leaves_the_public_version_until_it_is_approved(node: Node) -> None:
    with write(node.engine) as connection:
        take_in(connection, [news("a")], publish=True, approval=approval(node))
        (taken,) = take_in(connection, [news("a", "Wetlands week")], publish=False, approval=approval(node, LATER))
    assert (taken.outcome, taken.copy.state, taken.copy.published) == ("updated", "draft", True)
    assert published_title(node, "a") == "Wetlands day"
    with write(node.engine) as connection:
        approve(connection, ["a"], approval(node, LATER))
    assert published_title(node, "a") == "Wetlands week"


def test_every_approved_version_is_kept_as_it_was(node: Node) -> None:
    with write(node.engine) as connection:
        take_in(connection, [news("a", "One")], publish=True, approval=approval(node))
        take_in(connection, [news("a", "Two")], publish=True, approval=approval(node, LATER))
        kept = [load_version(connection, "a", number) for number in (1, 2, 3)]
    records = [parse_native(each).record for each in kept if each]
    assert [(each.title["en"], each.revision) for each in records if each] == [("One", 1), ("Two", 2)]
    assert kept[2] is None


def test_the_same_record_again_changes_nothing(node: Node) -> None:
    with write(node.engine) as connection:
        take_in(connection, [news("a")], publish=True, approval=approval(node))
        (again,) = take_in(connection, [news("a")], publish=True, approval=approval(node, LATER))
        versions = connection.execute(select(func.count()).select_from(tables.version)).scalar_one()
    assert (again.outcome, again.published, versions) == ("unchanged", False, 1)
    assert SqlCatalogue(node.engine, tables.publication, node.site).last_sequence() == 1


def test_dates_nobody_gave_are_filled_in_and_creation_stays(node: Node) -> None:
    with write(node.engine) as connection:
        take_in(connection, [news("a", "One")], publish=True, approval=approval(node))
        (taken,) = take_in(connection, [news("a", "Two")], publish=True, approval=approval(node, LATER))
    dates = taken.copy.record.dates
    assert dates.created == dates.published == "2026-03-01T12:00:00Z"
    assert dates.modified == "2026-03-02T12:00:00Z"


def test_withdrawing_leaves_a_tombstone_with_its_reason_and_can_be_undone(node: Node) -> None:
    catalogue = SqlCatalogue(node.engine, tables.publication, node.site)
    with write(node.engine) as connection:
        take_in(connection, [news("a")], publish=True, approval=approval(node))
        withdraw(connection, "a", "Published twice", approval(node, LATER))
    item = catalogue.get_item("a")
    assert item is not None and item.deleted and item.reason == {"en": "Published twice"}
    with write(node.engine) as connection:
        move(connection, "a", "submitted", approval=approval(node, LATER))
        move(connection, "a", "approved", approval=approval(node, LATER))
    assert published_title(node, "a") == "Wetlands day"


def test_a_record_that_was_never_public_leaves_no_tombstone(node: Node) -> None:
    with write(node.engine) as connection:
        take_in(connection, [news("a")], publish=False, approval=approval(node))
        withdraw(connection, "a", "A mistake", approval(node))
    assert SqlCatalogue(node.engine, tables.publication, node.site).get_item("a") is None


def test_steps_that_may_not_be_taken_change_nothing(node: Node) -> None:
    with write(node.engine) as connection:
        take_in(connection, [news("a")], publish=False, approval=approval(node))
    for to, reason, error in (
        ("approved", "", TransitionRefused),
        ("withdrawn", " ", ReasonMissing),
        ("nonsense", "", TransitionRefused),
    ):
        with pytest.raises(error), write(node.engine) as connection:
            move(connection, "a", to, reason=reason, approval=approval(node))
    with read(node.engine) as connection:
        assert get_copy(connection, "a").state == "draft"
        assert load_steps(connection, "a") == []


def test_returning_needs_a_reason_that_its_author_can_read(node: Node) -> None:
    with write(node.engine) as connection:
        take_in(connection, [news("a")], publish=False, approval=approval(node))
        move(connection, "a", "submitted", approval=approval(node))
        move(connection, "a", "returned", reason="The link is dead", approval=approval(node))
        assert load_steps(connection, "a")[-1]["reason"] == "The link is dead"
        assert take_in(connection, [news("a", "New")], publish=False, approval=approval(node))[0].copy.state == "draft"


def test_publishing_an_unknown_record_publishes_none_of_the_others(node: Node) -> None:
    with write(node.engine) as connection:
        take_in(connection, [news("a")], publish=False, approval=approval(node))
    with pytest.raises(RecordUnknown), write(node.engine) as connection:
        approve(connection, ["a", "nowhere"], approval(node))
    assert published_title(node, "a") is None


def test_publishing_all_takes_drafts_and_waiting_ones_only(node: Node) -> None:
    with write(node.engine) as connection:
        take_in(connection, [news(each) for each in "abc"], publish=False, approval=approval(node))
        move(connection, "b", "submitted", approval=approval(node))
        withdraw(connection, "c", "A mistake", approval(node))
        done = approve_waiting(connection, approval(node))
    assert sorted(each.copy.local_id for each in done) == ["a", "b"]


def test_a_dry_run_does_the_same_and_keeps_nothing(node: Node) -> None:
    with write_or_try(node.engine, dry_run=True) as connection:
        (taken,) = take_in(connection, [news("a")], publish=True, approval=approval(node))
    assert taken.published
    with read(node.engine) as connection, pytest.raises(RecordUnknown):
        get_copy(connection, "a")


def test_an_address_without_consent_is_kept_for_the_owner_and_not_published(node: Node) -> None:
    silent = news("a", contacts=[{"name": "A. Person", "email": "person@example.org"}])
    with write(node.engine) as connection:
        (taken,) = take_in(connection, [silent], publish=True, approval=approval(node))
    native = SqlCatalogue(node.engine, tables.publication, node.site).rendition("a", "native")
    assert taken.copy.record.contacts[0].email == "person@example.org"
    assert native is not None and b"person@example.org" not in native


def test_a_change_to_an_older_revision_is_refused(node: Node) -> None:
    with write(node.engine) as connection:
        (first,) = take_in(connection, [news("a")], publish=False, approval=approval(node))
        (second,) = take_in(connection, [news("a", "New")], publish=False, approval=approval(node))
    with pytest.raises(RevisionOutdated):
        check_revision(second.copy, first.copy.etag)
    check_revision(second.copy, second.copy.etag)
    check_revision(second.copy, None)
    check_revision(second.copy, f"W/{first.copy.etag}, {second.copy.etag}")
