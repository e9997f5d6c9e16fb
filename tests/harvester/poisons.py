"""What makes one record fail at a stage of ours, until it is mended; and small questions to the centre."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from fake_node import Federation, a_record
from sqlalchemy import select, text, update

from chm_node.publishing.sql import write
from harvester import tables
from harvester.crosswalks import CROSSWALKS, Context
from harvester.raw import RawRecord
from harvester.runs import Report, run_source
from vocabularies.formats.native import Parsed

SECRET = "postgresql://centre:secret@10.0.0.1/chm"
DOI = {"source_ids": [{"scheme": "doi", "value": "10.5555/poison"}]}


def counts(report: Report) -> dict[str, int]:
    report.counts.check()
    return {name: number for name, number in report.counts.as_dict().items() if number}


def owed(federation: Federation) -> list[tuple[str, str, str, int]]:
    columns = (tables.debt.c.identifier, tables.debt.c.stage, tables.debt.c.code, tables.debt.c.tries)
    return [tuple(row) for row in federation.rows(select(*columns).order_by(tables.debt.c.identifier))]


def titles(federation: Federation) -> set[str]:
    return {record["title"]["en"] for record in federation.published().values()}


def execute(federation: Federation, *statements: Any) -> None:
    with write(federation.centre.engine) as connection:
        for statement in statements:
            connection.execute(text(statement) if isinstance(statement, str) else statement)


class PoisonCrosswalk:
    """A crosswalk that cannot read the records that bear a word."""

    def __init__(self, federation: Federation, patch: pytest.MonkeyPatch) -> None:
        self.patch, self.native = patch, CROSSWALKS["native"]
        patch.setitem(writable(CROSSWALKS), "native", self)

    def __call__(self, raw: RawRecord, context: Context) -> Parsed:
        if b"Poison" in raw.payload:
            raise RuntimeError(f"{SECRET} does not like it")
        return self.native(raw, context)

    def mend(self) -> None:
        self.patch.setitem(writable(CROSSWALKS), "native", self.native)


class PoisonNeighbour:
    """A stored record of another source, known by the same DOI, that can no longer be read."""

    def __init__(self, federation: Federation, patch: pytest.MonkeyPatch) -> None:
        self.federation = federation
        federation.add("ug").put(a_record("ug", "neighbour", **DOI))
        assert counts(run_source(federation.centre, "ug")) == {"read": 1, "created": 1}
        [kept] = federation.rows(select(tables.source_record.c.record))
        self.kept = kept.record
        execute(federation, update(tables.source_record).values(record=b"{}"))

    def mend(self) -> None:
        mine = tables.source_record.c.source_id == "ug"
        execute(self.federation, update(tables.source_record).where(mine).values(record=self.kept))


class PoisonRow:
    """A database that does not take some rows."""

    table, column, word = "item", "title", "Poison"

    def __init__(self, federation: Federation, patch: pytest.MonkeyPatch) -> None:
        self.federation, name, wrong = federation, f"no_{self.table}", f"{self.column} LIKE '%{self.word}%'"
        if federation.centre.engine.dialect.name == "sqlite":
            refuse = f"SELECT RAISE(ABORT, '{SECRET}')"
            head = f"CREATE TRIGGER {name} BEFORE INSERT ON {self.table} WHEN NEW.{wrong} BEGIN {refuse}; END"
            self.mending = f"DROP TRIGGER {name}"
        else:
            head = f"ALTER TABLE {self.table} ADD CONSTRAINT {name} CHECK (NOT ({wrong})) NOT VALID"
            self.mending = f"ALTER TABLE {self.table} DROP CONSTRAINT {name}"
        execute(federation, head.replace(":", r"\:"))

    def mend(self) -> None:
        execute(self.federation, self.mending)


class PoisonKey(PoisonRow):
    """A database that does not take some keys."""

    table, column, word = "identity_key", "key", "poison"


def writable(table: Mapping[str, Any]) -> dict[str, Any]:
    assert isinstance(table, dict)
    return table
