"""A node that exists only in memory: it answers the harvester's requests for changes as a real one does."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

import migrations
from chm_node.publishing.sql import make_engine, read, write
from harvester.centre import Centre
from harvester.configs import NativeConfig
from harvester.errors import SourceUnreachable
from harvester.fetch import Response
from harvester.network.response_body import Limits
from harvester.registry import add_source
from harvester.runs import run_source
from harvester.settings import Settings
from harvester.sources import Source
from vocabularies.formats.native import dump_native
from vocabularies.record import Record, new_record

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


@dataclass
class FakeNode:
    """Changes by id in the order they were made; ``fails_after`` pages the connection breaks."""

    node: str
    changes: dict[str, bytes | None] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    fails_after: int | None = None
    asked: list[str] = field(default_factory=list)
    on_page: Callable[[], object] | None = None

    def put(self, record: Record) -> None:
        """Publish a record, new or changed."""
        self._change(record.id, dump_native(record))

    def put_json(self, identifier: str, value: Mapping[str, Any]) -> None:
        """Publish something that may not be a record at all."""
        self._change(identifier, orjson.dumps(value))

    def delete(self, identifier: str) -> None:
        """Withdraw a record."""
        self._change(identifier, None)

    def _change(self, identifier: str, payload: bytes | None) -> None:
        self.changes[identifier] = payload
        self.order.append(identifier)

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        accept: str | None = None,
        limits: Limits | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Response:
        """Answer as ``/api/v1/changes`` does: the latest change of each record only, in order."""
        since, limit = int((params or {})["since"]), int((params or {})["limit"])
        self.asked.append(str(since))
        if self.fails_after is not None and len(self.asked) > self.fails_after:
            raise SourceUnreachable(url=url, reason="connection reset")
        if self.on_page is not None:
            self.on_page()
        latest = {identifier: number for number, identifier in enumerate(self.order, 1)}
        due = sorted((number, identifier) for identifier, number in latest.items() if number > since)
        lines = [self._line(number, identifier) for number, identifier in due[:limit]]
        reached = due[:limit][-1][0] if due else since
        headers = {"chm-next-since": str(reached), "content-type": "application/x-ndjson"}
        if len(due) > limit:
            headers["link"] = f'<{url}?since={reached}>; rel="next"'
        return Response(200, headers, b"\n".join(lines), url)

    def _line(self, number: int, identifier: str) -> bytes:
        payload = self.changes[identifier]
        head = orjson.dumps({"seq": number, "op": "delete" if payload is None else "upsert", "id": identifier})
        return head if payload is None else head[:-1] + b',"record":' + payload + b"}"


@dataclass
class Clock:
    """A clock that only moves when told to."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


@dataclass
class Federation:
    """A real centre on a real database, with nodes in memory to harvest."""

    centre: Centre
    clock: Clock
    nodes: dict[str, FakeNode] = field(default_factory=dict)

    def add(self, node: str, *, page_size: int = 500, **more: Any) -> FakeNode:
        """Add a node and the source that describes it."""
        self.nodes[f"http://{node}.example"] = fake = FakeNode(node)
        source = Source(
            id=node, name=node.upper(), url=f"http://{node}.example", protocol="native", config=NativeConfig(page_size)
        )
        with write(self.centre.engine) as connection:
            add_source(connection, replace(source, **more), now=self.clock())
        return fake

    def published(self) -> dict[str, dict[str, Any]]:
        """What the index holds now, by canonical id."""
        from harvester.index import open_catalogue

        changes = open_catalogue(self.centre.engine, self.centre.site).changes(0, 100_000)
        return {change.local_id: orjson.loads(change.native) for change in changes if change.native}

    def rows(self, statement: Any) -> list[Any]:
        """Ask the database."""
        with read(self.centre.engine) as connection:
            return list(connection.execute(statement))


@dataclass(frozen=True)
class _ByHost:
    nodes: Mapping[str, FakeNode]

    def get(self, url: str, **options: Any) -> Response:
        return next(node for root, node in self.nodes.items() if url.startswith(root)).get(url, **options)


def new_federation(url: str, home: Path) -> Iterator[Federation]:
    """Make a centre on the database, with all its tables."""
    settings = Settings(home=home, database_url=url, token_secret="ab" * 32, centre_id="hub")
    clock, nodes = Clock(), {}  # type: ignore[var-annotated]
    engine = make_engine(url)
    migrations.upgrade(engine, "harvester")
    door: Callable[[], AbstractContextManager[Any]] = lambda: nullcontext(_ByHost(nodes))  # noqa: E731
    yield Federation(Centre(settings, engine, settings.site(), door, clock), clock, nodes)
    engine.dispose()


def a_record(node: str, local: str, title: str | dict[str, str] = "Mangrove nursery", **more: Any) -> Record:
    """Make a small record that has nothing wrong with it."""
    fields: dict[str, Any] = {
        "id": f"urn:chm:{node}:{local}",
        "title": {"en": title} if isinstance(title, str) else title,
        "summary": {"en": f"What there is to say about {title}."},
        "languages": ["en"],
        "publisher": {"node": node},
        "dates": {"modified": "2026-04-01"},
    }
    return new_record("project", **(fields | more))


def harvest(federation: Federation, *names: str) -> None:
    """Harvest sources one after another, each to its end."""
    for name in names:
        assert run_source(federation.centre, name).state == "done", name


@contextmanager
def copy_of(database: Path, names: Iterable[str]) -> Iterator[Federation]:
    """Give a centre on a copy of an SQLite file, with empty nodes of these names; the copy is gone afterwards."""
    with TemporaryDirectory(dir=database.parent) as folder:
        home = Path(folder)
        shutil.copy(database, home / "centre.db")
        for federation in new_federation(f"sqlite:///{home / 'centre.db'}", home):
            federation.nodes.update({f"http://{name}.example": FakeNode(name) for name in names})
            yield federation
