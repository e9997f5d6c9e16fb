"""What the published store promises, on both databases."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, MetaData, event, func, select

from chm_node.publishing.catalogue import EPOCH, Site, SqlCatalogue
from chm_node.publishing.errors import DatabaseUnsupported, RecordIdTaken, StoredRecordUnreadable
from chm_node.publishing.publication import Change, Publication, Published, Withdrawal, prepare, publish
from chm_node.publishing.renditions import render_missing
from chm_node.publishing.sql import make_engine, read, upsert, write
from chm_node.publishing.tables import add_publication_tables
from vocabularies.formats import FORMATS
from vocabularies.formats.native import parse_native
from vocabularies.record import Record, new_record
from vocabularies.text import LangText

SITE = Site("ke", LangText(en="Kenya"), "https://ke.example", "chm@ke.example", "ke.example", token_secret=b"secret")
METADATA = MetaData()
TABLES = add_publication_tables(METADATA)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALL_FORMATS = tuple(FORMATS)


class Shop:
    """A database with the tables, and what a test does with it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.catalogue = SqlCatalogue(engine, TABLES, SITE)

    def publish(self, *changes: Change, now: datetime = NOON, formats: Sequence[str] | None = ("native",)) -> Published:
        with write(self.engine) as connection:
            return publish(connection, TABLES, changes, site=SITE, now=now, formats=formats)

    def publish_now(self, *changes: Change) -> Published:
        with write(self.engine) as connection:
            return publish(connection, TABLES, changes, site=SITE, now=datetime.now(UTC), formats=())

    def rows(self, table: str) -> int:
        with read(self.engine) as connection:
            return connection.execute(select(func.count()).select_from(getattr(TABLES, table))).scalar_one()


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    engine = make_engine(database_url)
    METADATA.create_all(engine)
    yield Shop(engine)
    engine.dispose()


def event_record(local: str, title: str = "Workshop", **fields: object) -> Record:
    publisher = {"node": "ke"}
    return new_record("event", id=f"urn:chm:ke:{local}", title={"en": title}, publisher=publisher, **fields)


def publication(local: str, title: str = "Workshop", **fields: object) -> Publication:
    return Publication(local, event_record(local, title, **fields))


def withdrawal(local: str) -> Withdrawal:
    return Withdrawal(local, LangText(en="Cancelled"))


def test_a_published_record_can_be_read_back(shop: Shop) -> None:
    assert shop.publish(publication("a", "Mangroves")) == Published(upserted=1)

    item = shop.catalogue.get_item("a")
    assert item is not None
    assert (item.sequence, item.datestamp, item.deleted, item.title["en"]) == (1, NOON, False, "Mangroves")
    assert shop.catalogue.find_by_record_id("urn:chm:ke:a") == item
    assert parse_native(shop.catalogue.rendition("a", "native") or b"").record == event_record("a", "Mangroves")


def test_an_empty_catalogue_answers_every_question(shop: Shop) -> None:
    catalogue = shop.catalogue
    assert (catalogue.last_sequence(), catalogue.modified_at(), catalogue.earliest()) == (0, EPOCH, EPOCH)
    assert catalogue.window("oai_dc") == catalogue.changes(0, 10) == catalogue.sets() == list(catalogue.iter_native())
    assert catalogue.count(from_=NOON, until=NOON) == 0
    assert catalogue.get_item("a") is catalogue.rendition("a", "native") is None


def test_an_unchanged_record_writes_nothing(shop: Shop) -> None:
    shop.publish(publication("a"))
    again = publication("a", revision=2)
    assert shop.publish(again, now=NOON + timedelta(days=1)) == Published(unchanged=1)
    assert (shop.catalogue.last_sequence(), shop.catalogue.modified_at(), shop.rows("change")) == (1, NOON, 1)


def test_a_changed_record_moves_to_the_end_and_the_log_keeps_both_changes(shop: Shop) -> None:
    shop.publish(publication("a"), publication("b"))
    assert shop.publish(publication("a", "New"), publication("b")) == Published(upserted=1, unchanged=1)
    assert [(c.sequence, c.local_id, c.op) for c in shop.catalogue.changes(0, 9)] == [
        (2, "b", "upsert"),
        (3, "a", "upsert"),
    ]
    assert shop.rows("change") == 3


def test_of_two_changes_to_one_record_in_a_batch_the_last_one_counts(shop: Shop) -> None:
    assert shop.publish(publication("a", "First"), publication("a", "Second")) == Published(upserted=1)
    assert [item.title["en"] for item in shop.catalogue.list_items()] == ["Second"]


def test_a_withdrawn_record_leaves_a_tombstone_without_bytes(shop: Shop) -> None:
    shop.publish(publication("a", "Mangroves", government="KE"))
    assert shop.publish(withdrawal("a"), withdrawal("unknown")) == Published(unchanged=1, deleted=1)
    assert shop.publish(withdrawal("a")) == Published(unchanged=1)

    [(item, body)] = shop.catalogue.window("oai_dc", "country:KE")
    assert (item.deleted, item.reason["en"], item.title["en"], body) == (True, "Cancelled", "Mangroves", None)
    assert shop.catalogue.rendition("a", "native") is None
    assert shop.rows("rendition") == 0
    assert [(change.op, change.native) for change in shop.catalogue.changes(0, 9)] == [("delete", None)]
    assert shop.catalogue.list_items() == list(shop.catalogue.iter_native()) == shop.catalogue.newest("native") == []


def test_a_withdrawn_record_published_again_lives_under_the_same_id(shop: Shop) -> None:
    shop.publish(publication("a"))
    shop.publish(withdrawal("a"))
    assert shop.publish(publication("a")) == Published(upserted=1)
    item = shop.catalogue.get_item("a")
    assert item is not None
    assert (item.sequence, item.deleted, item.reason, shop.rows("item")) == (3, False, LangText(), 1)


@pytest.mark.parametrize("published_before", [True, False], ids=["held already", "in the same batch"])
def test_a_record_id_under_a_second_local_id_is_refused_before_anything_is_written(
    shop: Shop, published_before: bool
) -> None:
    first, second = publication("a"), Publication("b", event_record("a", "Copy"))
    if published_before:
        shop.publish(first)
    with pytest.raises(RecordIdTaken, match="urn:chm:ke:a is already published as a .* as b"):
        shop.publish(publication("c"), first, second)
    assert shop.rows("item") == shop.rows("change") == int(published_before)


def test_sets_come_with_their_parents_and_names(shop: Shop) -> None:
    places = {"government": "KE", "country_regions": ("KE", "EU", "002")}
    shop.publish(publication("a", **places, gbf_targets=("GBF-TARGET-03",), gbf_goals=("GBF-GOAL-A",)))
    names = {found.spec: found.name for found in shop.catalogue.sets()}
    assert set(names) == {
        "type", "type:event", "country", "country:EU", "country:KE", "gbf", "gbf:target-03", "gbf:goal-a",
    }  # fmt: skip
    assert (names["country:KE"], names["type"]) == ("Kenya", "Record type")
    assert not {spec for spec, name in names.items() if name == spec}
    assert {found.name for found in shop.catalogue.sets("fr")} != set(names.values())
    assert [shop.catalogue.count(spec) for spec in names] == [1] * len(names)


def test_a_record_that_leaves_a_set_is_no_longer_listed_in_it(shop: Shop) -> None:
    shop.publish(publication("a", government="KE"), publication("b", government="KE"))
    shop.publish(publication("a", government="UG"))
    assert [item.local_id for item, _ in shop.catalogue.window("native", "country:KE")] == ["b"]
    assert [item.local_id for item, _ in shop.catalogue.window("native", "country")] == ["b", "a"]


def test_from_and_until_include_their_seconds(shop: Shop) -> None:
    for minute in range(4):
        shop.publish(publication(f"r{minute}", government="KE"), now=NOON + timedelta(minutes=minute))
    first, last = NOON + timedelta(minutes=1), NOON + timedelta(minutes=2)

    for set_spec in (None, "country:KE"):
        inside = [item.local_id for item, _ in shop.catalogue.window("native", set_spec, first, last)]
        assert inside == ["r1", "r2"]
        assert shop.catalogue.count(set_spec, first, last) == 2
    second = timedelta(seconds=1)
    assert shop.catalogue.count(from_=first + second, until=last - second) == 0
    assert shop.catalogue.count(from_=last + second) == 1
    assert shop.catalogue.count(until=NOON - second) == 0
    assert shop.catalogue.earliest() == NOON


def test_datestamps_never_go_back_when_the_clock_does(shop: Shop) -> None:
    shop.publish(publication("a"), now=NOON)
    shop.publish(publication("b"), now=NOON - timedelta(hours=1))
    assert [item.datestamp for item in shop.catalogue.list_items()] == [NOON, NOON]


def test_paging_while_records_change_loses_none_and_repeats_only_the_changed(shop: Shop) -> None:
    shop.publish(*(publication(f"r{number}") for number in range(10)))
    seen: list[str] = []
    after = 0
    while page := shop.catalogue.window("native", after=after, limit=3):
        seen += [item.local_id for item, _ in page]
        after = page[-1][0].sequence
        if len(seen) == 3:
            shop.publish(publication("r1", "seen already"), publication("r8", "not yet seen"), publication("new"))
    assert seen == ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r9", "r1", "r8", "new"]


def test_a_transaction_that_fails_leaves_nothing(shop: Shop) -> None:
    with pytest.raises(ZeroDivisionError), write(shop.engine) as connection:
        publish(connection, TABLES, [publication("a")], site=SITE, now=NOON)
        raise ZeroDivisionError
    assert [shop.rows(table) for table in ("item", "change", "rendition", "item_set", "clock")] == [0] * 5
    shop.publish(publication("b"))
    assert shop.catalogue.last_sequence() == 1


def test_a_restart_keeps_everything(shop: Shop, database_url: str) -> None:
    shop.publish(publication("a"), publication("b"), formats=None)
    shop.publish(withdrawal("b"))
    before = shop.catalogue.window("oai_dc")
    shop.engine.dispose()

    engine = make_engine(database_url)
    again = SqlCatalogue(engine, TABLES, SITE)
    assert (again.window("oai_dc"), again.last_sequence()) == (before, 3)
    engine.dispose()


def test_concurrent_publishers_get_sequences_and_datestamps_in_one_order(shop: Shop) -> None:
    def run(name: str) -> None:
        for number in range(15):
            shop.publish_now(publication(f"{name}{number}"), publication(f"{name}-{number}"))

    threads = [threading.Thread(target=run, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    seen: list[int] = []
    while any(thread.is_alive() for thread in threads):
        # What a reader saw once must not get a predecessor later.
        seen += [change.sequence for change in shop.catalogue.changes(seen[-1] if seen else 0, 1000)]
    for thread in threads:
        thread.join()
    seen += [change.sequence for change in shop.catalogue.changes(seen[-1] if seen else 0, 1000)]

    items = shop.catalogue.list_items(limit=1000)
    assert seen == [item.sequence for item in items] == list(range(1, 61))
    stamps = [item.datestamp for item in items]
    assert stamps == sorted(stamps)


def test_a_publisher_that_waited_for_another_stamps_after_it(shop: Shop) -> None:
    shop.publish(publication("a"))
    released: list[datetime] = []
    with write(shop.engine) as connection:
        publish(connection, TABLES, [publication("b")], site=SITE, now=datetime.now(UTC))
        waiting = threading.Thread(target=shop.publish_now, args=(publication("c"),))
        waiting.start()
        time.sleep(1.1)
        released.append(datetime.now(UTC))
    waiting.join()
    item = shop.catalogue.get_item("c")
    assert item is not None
    assert item.datestamp >= released[0].replace(microsecond=0)


def test_two_publishers_of_the_same_new_record_publish_it_once(shop: Shop) -> None:
    answers: list[Published] = []
    second = threading.Thread(target=lambda: answers.append(shop.publish_now(publication("a"))))
    with write(shop.engine) as connection:
        publish(connection, TABLES, [publication("a")], site=SITE, now=NOON)
        second.start()
        time.sleep(0.2)
    second.join()
    assert answers == [Published(unchanged=1)]
    assert shop.catalogue.last_sequence() == shop.rows("change") == 1


def test_a_batch_that_takes_more_than_a_second_is_stamped_with_its_end(shop: Shop) -> None:
    @event.listens_for(shop.engine, "before_cursor_execute")
    def slow_disk(*arguments: object) -> None:
        if str(arguments[2]).startswith("INSERT INTO rendition"):
            time.sleep(1.1)

    shop.publish(publication("a"), publication("b"))
    after = NOON + timedelta(seconds=1)
    assert [item.datestamp for item in shop.catalogue.list_items()] == [after, after]
    assert shop.catalogue.modified_at() == after
    assert shop.catalogue.count(from_=after) == 2
    with read(shop.engine) as connection:
        logged = connection.execute(select(TABLES.change.c.datestamp)).scalars().all()
    assert set(logged) == {int(after.timestamp())}


def test_formats_left_out_are_made_when_asked_for_and_by_render_missing(shop: Shop) -> None:
    shop.publish(publication("a"), publication("b"), formats=("native",))
    served = {name: shop.catalogue.rendition("a", name) for name in ALL_FORMATS}
    assert shop.catalogue.window("oai_dc")[0][1] == served["oai_dc"]
    assert shop.rows("rendition") == 2

    made = 2 * (len(ALL_FORMATS) - 1)
    assert render_missing(shop.engine, TABLES, SITE, limit=3) == 3
    assert render_missing(shop.engine, TABLES, SITE) == made - 3
    assert render_missing(shop.engine, TABLES, SITE) == 0
    assert shop.rows("rendition") == made + 2
    assert {name: shop.catalogue.rendition("a", name) for name in ALL_FORMATS} == served


def test_an_update_without_a_format_does_not_serve_the_old_bytes_of_it(shop: Shop) -> None:
    shop.publish(publication("a", "Old title"), formats=None)
    shop.publish(publication("a", "New title"), formats=("native",))
    body = shop.catalogue.rendition("a", "oai_dc") or b""
    assert b"New title" in body
    assert b"Old title" not in body


def test_a_new_base_url_is_in_every_format_at_once_and_stored_by_render_missing(shop: Shop) -> None:
    shop.publish(publication("a"), formats=None)
    moved_site = replace(SITE, base_url="https://moved.example")
    moved = SqlCatalogue(shop.engine, TABLES, moved_site)

    for body in (moved.rendition("a", "oai_dc"), moved.window("oai_dc")[0][1], moved.newest("oai_dc")[0][1]):
        assert b"https://moved.example/records/a" in (body or b"")
        assert b"ke.example/records" not in (body or b"")
    assert render_missing(shop.engine, TABLES, moved_site) == len(ALL_FORMATS) - 1
    assert render_missing(shop.engine, TABLES, moved_site) == 0
    assert shop.rows("rendition") == len(ALL_FORMATS)


def test_a_page_is_one_statement(shop: Shop) -> None:
    shop.publish(*(publication(f"r{number}", government="KE") for number in range(5)), formats=None)
    statements: list[str] = []

    @event.listens_for(shop.engine, "before_cursor_execute")
    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    assert len(shop.catalogue.window("oai_dc", "country:KE", NOON, NOON, after=1, limit=3)) == 3
    assert len([text for text in statements if not text.startswith("BEGIN")]) == 1


def test_bytes_prepared_before_the_transaction_are_what_is_stored(shop: Shop) -> None:
    ready = prepare([publication("a"), withdrawal("b")], site=SITE)
    assert shop.publish(*ready, formats=()) == Published(upserted=1, unchanged=1)
    assert shop.rows("rendition") == len(ALL_FORMATS)


def test_newest_gives_live_items_last_change_first(shop: Shop) -> None:
    shop.publish(*(publication(f"r{number}") for number in range(4)))
    shop.publish(publication("r1", "Changed"), withdrawal("r3"))
    assert [item.local_id for item, _ in shop.catalogue.newest("oai_dc", "type:event", 2)] == ["r1", "r2"]


def test_several_sets_give_what_is_in_all_of_them(shop: Shop) -> None:
    shop.publish(
        publication("a", government="KE", gbf_targets=("GBF-TARGET-02",)),
        publication("b", government="UG", gbf_targets=("GBF-TARGET-02",)),
        publication("c", government="KE"),
        publication("d", government="KE", gbf_targets=("GBF-TARGET-02",)),
    )
    shop.publish(withdrawal("d"), now=NOON + timedelta(minutes=1))
    asked = ("country:KE", "gbf:target-02", "type:event")
    assert [item.local_id for item, _ in shop.catalogue.window("native", asked)] == ["a", "d"]
    assert [item.local_id for item, _ in shop.catalogue.newest("native", asked)] == ["a"]
    assert shop.catalogue.count(asked) == 2
    assert shop.catalogue.count(asked, until=NOON) == 1
    assert shop.catalogue.count(()) == shop.catalogue.count() == 4


def test_latest_goes_back_through_the_changes_deletions_included(shop: Shop) -> None:
    shop.publish(*(publication(local) for local in "abcd"))
    shop.publish(withdrawal("b"))

    def latest(**asked: int) -> list[tuple[int, str, bool]]:
        found = shop.catalogue.latest("native", "type:event", **asked)
        return [(item.sequence, item.local_id, body is None) for item, body in found]

    assert latest(limit=2) == [(5, "b", True), (4, "d", False)]
    assert latest(before=4) == [(3, "c", False), (1, "a", False)]
    assert latest(before=4, after=1) == [(3, "c", False)]


def test_items_can_be_listed_by_type(shop: Shop) -> None:
    news = new_record("news", id="urn:chm:ke:n", title={"en": "News"}, publisher={"node": "ke"})
    shop.publish(publication("a"), Publication("n", news), publication("b"))
    assert [item.local_id for item in shop.catalogue.list_items("event")] == ["a", "b"]
    assert [item.local_id for item in shop.catalogue.list_items("event", after=1)] == ["b"]


def test_an_export_is_one_snapshot_though_records_change_meanwhile(shop: Shop) -> None:
    shop.publish(*(publication(f"r{number}") for number in range(600)))
    export = shop.catalogue.iter_native()
    first, body = next(export)
    assert parse_native(body).record == event_record(first.local_id)
    shop.publish(publication("r599", "Changed"), publication("new"), withdrawal("r598"))
    rest = [item.local_id for item, _ in export]
    assert [first.local_id, *rest] == [f"r{number}" for number in range(600)]


def test_broken_stored_bytes_are_named_by_their_record(shop: Shop) -> None:
    shop.publish(publication("a"))
    with write(shop.engine) as connection:
        connection.execute(TABLES.rendition.update().values(body=b"{"))
    with pytest.raises(StoredRecordUnreadable, match="stored record a cannot be read: JSON_SYNTAX"):
        shop.catalogue.rendition("a", "oai_dc")


def test_upsert_with_a_guard_leaves_equal_rows_alone(shop: Shop) -> None:
    row = {"local_id": "a", "format": "native", "site_key": "one", "body": b"first"}
    with write(shop.engine) as connection:
        upsert(connection, TABLES.rendition, [row], key=("local_id", "format"))
        same, other = {**row, "body": b"second"}, {**row, "format": "chm"}
        upsert(connection, TABLES.rendition, [same, other], key=("local_id", "format"), guard="site_key")
        bodies = select(TABLES.rendition.c.format, TABLES.rendition.c.body).order_by(TABLES.rendition.c.format)
        assert connection.execute(bodies).all() == [("chm", b"first"), ("native", b"first")]
        upsert(
            connection, TABLES.rendition, [{**same, "site_key": "two"}], key=("local_id", "format"), guard="site_key"
        )
        assert connection.execute(bodies).all() == [("chm", b"first"), ("native", b"second")]


def test_a_reader_keeps_its_snapshot_and_blocks_no_writer(shop: Shop) -> None:
    shop.publish(publication("a"))
    counted = select(func.count()).select_from(TABLES.item)
    with read(shop.engine) as connection:
        assert connection.execute(counted).scalar_one() == 1
        shop.publish(publication("b"))
        assert connection.execute(counted).scalar_one() == 1
    assert shop.rows("item") == 2


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql+pymysql://u@h/d"])
def test_databases_that_cannot_serve_are_refused_with_a_reason(url: str) -> None:
    with pytest.raises(DatabaseUnsupported, match="cannot be used: "):
        make_engine(url)
