"""Random histories of a centre: records come, change, go and come back, people judge and take back; from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fake_node import START, FakeNode, Federation, a_record, copy_of, new_federation
from sqlalchemy import Connection, select

from chm_node.publishing.sql import read, write
from harvester.errors import JudgementContradicts
from harvester.index import resettle
from harvester.matching_queue import follow
from harvester.resolution.batch.rebuild import rebuild
from harvester.resolution.batch.shadow import Difference
from harvester.resolution.graph import judgements as graph
from harvester.resolution.graph.decisions import decide, undo
from harvester.resolution.graph.judgements import Judgement, Place
from harvester.resolution.graph.policy import Policy, keep_policy
from harvester.resolution.lookups import find_owners, members_of
from harvester.resolution.matching.scoring import Model, load_model
from harvester.resolution.matching.stage import match, next_places
from harvester.resolution.resolver import find_dead
from harvester.runs import run_source
from harvester.tables import judgement, source_record
from vocabularies.record import Record, new_record

SOURCES = ("one", "two", "three", "pool")
OWNERS = SOURCES[:3]
MODEL = load_model()
POLICY = Policy(automatic=True, threshold=0.9, model_version=MODEL.version)
TITLES = (
    "Mangrove restoration for the villages around Kisumu",
    "Mangrove restoration for the villages around Kisumu and Lamu",
    "Seagrass mapping for the fishers of Pemba",
    "Seagrass maping for the fishers of Pemba",
    "Coral nursery and monitoring at Toliara",
    "Coral nursery and monitoring at Toliara, volume 2",
    "Fifth National Report of Kenya to the Convention on Biological Diversity",
    "Cinquième rapport national du Kenya à la Convention sur la diversité biologique",
)
Partition = frozenset[frozenset[Place]]


@dataclass
class World:
    """What the sources hold now, by place; None where a record was there and is gone."""

    records: dict[Place, Record | None] = field(default_factory=dict)

    def living(self) -> set[Place]:
        return {place for place, record in self.records.items() if record is not None}


def make_empty(home: Path) -> Path:
    """Make the database of a centre that knows the sources, and has harvested what each of them always holds."""
    for federation in new_federation(f"sqlite:///{home / 'empty.db'}", home):
        for rank, source in enumerate(SOURCES, 1):
            node = federation.add(source, rank=rank, namespace=source, page_size=3)
            for number in range(5):
                node.put(_filler(source, number))
            assert run_source(federation.centre, source).state == "done"
        with write(federation.centre.engine) as connection:
            keep_policy(connection, POLICY)
        follow(federation.centre)
    return home / "empty.db"


def _filler(source: str, number: int) -> Record:
    return a_record(source, f"always{number}", f"{source} {'abcde'[number] * 7} always stays")


@contextmanager
def a_centre(empty: Path) -> Iterator[Federation]:
    """Give a copy of the empty centre."""
    with copy_of(empty, SOURCES) as federation:
        for source in SOURCES:
            for number in range(5):
                federation.nodes[f"http://{source}.example"].put(_filler(source, number))
        yield federation


class History:
    """What happens at a centre, drawn by lot: ``dense`` where few titles and identifiers are shared by many."""

    def __init__(self, federation: Federation, seed: int, *, people: bool = True, dense: bool = False) -> None:
        self.federation, self.lot, self.world = federation, random.Random(seed), World()
        self.told: list[str] = []
        self._known: set[tuple[str, Place]] = set()
        self._people = people
        self._locals: dict[str, int] = {source: self.lot.randint(2, 4) for source in SOURCES}
        self._begins_with = 12 if dense else 0
        self._titles = self.lot.sample(TITLES, 2) if dense else TITLES
        self._keys, self._numbers = ("pq", [0, 0, 1, 1, 2]) if dense else ("pqrs", [0, 0, 0, 1, 1, 2])
        self._governments = [None, None, None, "KE"] if dense else [None, None, "KE", "UG"]

    def run(self, steps: int) -> None:
        """Let so many things happen, and then everything that is due."""
        for _ in range(self._begins_with):
            self.put()
        for _ in range(steps):
            self.federation.clock.forward(minutes=1)
            what = self.lot.choices(
                [self.put, self.drop, self.harvest, self.match, self.judge, self.take_back],
                [8, 3, 5, 3, 3 * self._people, 1 * self._people],
            )[0]
            before = Snapshot.of(self.federation)
            what()
            after = Snapshot.of(self.federation)
            self._known |= before.ids
            check_people(after)
            check_ids(before, after, self._known, parted=what in (self.judge, self.take_back))
        self.settle()
        check_people(Snapshot.of(self.federation))

    def settle(self) -> None:
        """Harvest and match all that waits."""
        for source in self.lot.sample(SOURCES, len(SOURCES)):
            self.harvest(source)
        self.federation.clock.forward(minutes=1)
        follow(self.federation.centre)

    def put(self) -> None:
        source = self.lot.choice(SOURCES)
        record = self._record(source, f"r{self.lot.randrange(self._locals[source])}")
        self.told.append(f"put {record.id} {record.title} {record.government} {[i.value for i in record.source_ids]}")
        self.world.records[source, str(record.id)] = record
        self._node(source).put(record)

    def drop(self) -> None:
        living = sorted(self.world.living())
        if living:
            place = self.lot.choice(living)
            self.told.append(f"drop {place}")
            self.world.records[place] = None
            self._node(place[0]).delete(place[1])

    def harvest(self, source: str = "") -> None:
        source = source or self.lot.choice(SOURCES)
        self.told.append(f"harvest {source}")
        report = run_source(self.federation.centre, source)
        assert report.state == "done", report

    def match(self) -> None:
        size = self.lot.randint(1, 5)
        self.told.append(f"match {size}")
        match_some(self.federation, MODEL, POLICY, size)

    def judge(self) -> None:
        with read(self.federation.centre.engine) as connection:
            known = sorted(place for place in known_places(connection) if "always" not in place[1])
        if len(known) < 2:
            return
        a, b = self.lot.sample(known, 2)
        verdict: Any = self.lot.choice(["same", "same", "different", "different", "unsure", "unsure"])
        self.told.append(f"judge {verdict} {a} {b}")
        with write(self.federation.centre.engine) as connection:
            try:
                made = decide(connection, a, b, verdict, by="ana", now=self.federation.clock())
            except JudgementContradicts:
                self.told[-1] += " refused"
                return
            self._resettle(connection, made.places)

    def take_back(self) -> None:
        with read(self.federation.centre.engine) as connection:
            said = [each.id for each in by_people(connection) if each.id]
        if not said:
            return
        number = self.lot.choice(said)
        self.told.append(f"take back {number}")
        with write(self.federation.centre.engine) as connection:
            try:
                made = undo(connection, number, by="ben", now=self.federation.clock())
            except JudgementContradicts:
                self.told[-1] += " refused"
                connection.rollback()
                return
            self._resettle(connection, made.places)

    def _resettle(self, connection: Connection, places: frozenset[Place]) -> None:
        resettle(connection, places, site=self.federation.centre.site, now=self.federation.clock())

    def _node(self, source: str) -> FakeNode:
        return self.federation.nodes[f"http://{source}.example"]

    def _record(self, source: str, local: str) -> Record:
        title = self.lot.choice(self._titles)
        more: dict[str, Any] = {"government": self.lot.choice(self._governments)}
        keys = self.lot.sample(self._keys, self.lot.choice(self._numbers))
        more["source_ids"] = [{"scheme": "doi", "value": f"10.5555/{key}"} for key in sorted(keys)]
        if source == "pool" and self.lot.random() < 0.7:
            owner = self.lot.choice(OWNERS)
            original = f"urn:chm:{owner}:r{self.lot.randrange(self._locals[owner])}"
            entry = {"source": owner, "original_id": original, "harvested_at": START, "protocol": "native"}
            more["provenance"] = [entry]
        elif self.lot.random() < 0.1:
            other = self.lot.choice([each for each in OWNERS if each != source])
            more["relations"] = [{"type": "sameAs", "target": f"urn:chm:{other}:r{self.lot.randrange(3)}"}]
        if "eport" in title or "apport" in title:
            language = "fr" if "rapport" in title else "en"
            more["government"] = self.lot.choice(["KE", "KE", "UG"])
            fields = {"id": f"urn:chm:{source}:{local}", "title": {language: title}, "languages": [language]}
            fields |= {"publisher": {"node": source}, "dates": {"issued": "2015"}, "details": {"reportType": "nr"}}
            return new_record("nationalSubmission", **(fields | more))
        return a_record(source, local, title, **more)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is shown at a moment, and what is remembered of each record: its thing, the id it brought, since when."""

    things: dict[str, frozenset[Place]]
    rows: dict[Place, Any]
    people: tuple[Judgement, ...]

    @classmethod
    def of(cls, federation: Federation) -> Snapshot:
        stored = source_record.c
        columns = (stored.source_id, stored.identifier, stored.local_id, stored.own_id, stored.first_at)
        rows = {(row.source_id, row.identifier): row for row in federation.rows(select(*columns))}
        with read(federation.centre.engine) as connection:
            said = tuple(by_people(connection))
        return cls(things(federation), rows, said)

    @property
    def ids(self) -> set[tuple[str, Place]]:
        """Give every id with every record that is shown under it."""
        return {(local_id, place) for local_id, places in self.things.items() for place in places}

    def home(self, place: Place) -> str | None:
        """Give the id a shown record bears."""
        return next((local_id for local_id, places in self.things.items() if place in places), None)


def check_people(now: Snapshot) -> None:
    """Hold what people said against what is shown: `different` always, `same` where no `different` is in its way."""
    apart = {each.pair for each in now.people if each.verdict == "different"}
    for each in now.people:
        a, b = now.home(each.a), now.home(each.b)
        if a is None or b is None:
            continue
        if each.verdict == "different":
            assert a != b, each
        elif each.joins and a != b:
            across = {tuple(sorted((one, two))) for one in now.things[a] for two in now.things[b]}
            assert across & apart, each


def check_ids(before: Snapshot, after: Snapshot, known: set[tuple[str, Place]], *, parted: bool) -> None:
    """Hold that no id is another thing's, and that of a thing taken apart the part of the oldest record keeps it."""
    born = {local_id for local_id, _ in known}
    for local_id, places in after.things.items():
        if local_id in born and not any((local_id, place) in known for place in places):
            keys = [after.rows[place].local_id for _, place in known if place in after.rows]
            assert local_id in keys, (local_id, places)
    for local_id, places in before.things.items() if parted else ():
        at_home = [place for place in places if before.rows[place].own_id in (None, local_id)]
        if local_id not in after.things or not at_home or places == after.things[local_id]:
            continue
        if any(place[0] == "pool" for place in places):
            continue  # copies come after what is an owner's own, however old they are
        oldest = min(at_home, key=lambda place: (before.rows[place].first_at, place))
        home = after.home(oldest)
        if home not in (None, local_id):
            theirs = [after.rows[place].first_at for place in after.things[home]]
            assert min(theirs) <= before.rows[oldest].first_at, (local_id, oldest, home)


def match_some(federation: Federation, model: Model, policy: Policy, size: int) -> int:
    """Match so many of the records that wait, and give how many there were."""
    centre = federation.centre
    with write(centre.engine) as connection:
        places = next_places(connection, size)
        if places:
            found = match(connection, places, model=model, policy=policy, now=federation.clock())
            resettle(connection, found.touched, site=centre.site, now=federation.clock())
    return len(places)


def known_places(connection: Connection) -> list[Place]:
    stored = source_record.c
    query = select(stored.source_id, stored.identifier).where(stored.local_id.is_not(None))
    return [(row.source_id, row.identifier) for row in connection.execute(query)]


def by_people(connection: Connection) -> list[Judgement]:
    """Give what people say that counts."""
    query = select(judgement).where(judgement.c.ended_at.is_(None), judgement.c.by_kind == "person")
    return [graph.to_judgement(row) for row in connection.execute(query.order_by(judgement.c.id)).mappings()]


def things(federation: Federation) -> dict[str, frozenset[Place]]:
    """Give the places of the records each thing shown is made of, by its id: copies of what is gone are none of it."""
    with read(federation.centre.engine) as connection:
        owners = find_owners(connection)
        ids = connection.execute(select(source_record.c.local_id)).scalars().all()
        members, _ = members_of(connection, set(filter(None, ids)), owners.keys())
        silent = find_dead(connection, members, owners, set())
    found: dict[str, set[Place]] = {}
    for member in members:
        if member.place not in silent:
            found.setdefault(str(member.local_id), set()).add(member.place)
    assert found.keys() == federation.published().keys()
    return {local_id: frozenset(places) for local_id, places in found.items()}


def shown_places(federation: Federation) -> Partition:
    """Give what is shown as one thing, by the places that provide it: a copy whose owner deleted the record is none."""
    return frozenset(things(federation).values())


def edges(federation: Federation) -> set[tuple[Any, ...]]:
    """Give everything that counts."""
    with read(federation.centre.engine) as connection:
        rows = connection.execute(select(judgement).where(judgement.c.ended_at.is_(None))).mappings().all()
    said = map(graph.to_judgement, rows)
    return {
        (each.pair, each.by_kind, each.by, each.verdict, each.relation, graph.dump_evidence(each.evidence))
        for each in said
    }


def replay(empty: Path, history: History, seed: int) -> tuple[Partition, set[tuple[Any, ...]]]:
    """Give the things and edges of a centre where only what holds in the end came, in another order."""
    lot = random.Random(seed)
    with a_centre(empty) as federation:
        with read(history.federation.centre.engine) as connection:
            said = by_people(connection)
        moments: list[Any] = [*sorted(history.world.living()), *said, *SOURCES, *SOURCES, *[1, 2, 3] * 2]
        lot.shuffle(moments)
        for moment in [*moments, *SOURCES]:
            federation.clock.forward(minutes=1)
            _happen(federation, history, moment)
        # the owner's deletions count where the owner once had the record
        gone = sorted(place for place, record in history.world.records.items() if record is None)
        for place in gone:
            federation.nodes[f"http://{place[0]}.example"].put(a_record(place[0], place[1].rsplit(":", 1)[1], "Gone"))
        for again in range(2):
            for source in lot.sample(SOURCES, len(SOURCES)):
                _happen(federation, history, source)
            for place in gone if not again else ():
                federation.nodes[f"http://{place[0]}.example"].delete(place[1])
        follow(federation.centre)
        return shown_places(federation), edges(federation)


def _happen(federation: Federation, history: History, moment: Any) -> None:
    centre = federation.centre
    if isinstance(moment, int):
        match_some(federation, MODEL, POLICY, moment)
    elif isinstance(moment, str):
        report = run_source(centre, moment)
        assert report.state == "done", report
    elif isinstance(moment, Judgement):
        with write(centre.engine) as connection:
            graph.judge(connection, [replace(moment, id=None)], now=federation.clock())
            resettle(connection, moment.pair, site=centre.site, now=federation.clock())
    else:
        record = history.world.records[moment]
        assert record is not None
        federation.nodes[f"http://{moment[0]}.example"].put(record)


def difference(federation: Federation, model: Model = MODEL) -> Difference:
    """Give what resolving everything anew would change."""
    return rebuild(federation.centre.engine, federation.centre.settings.home, model, processes=1)[1]
