"""What was said of pairs of records, as rows that are only added and ended; it decides nothing by itself."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, insert, or_, select, update

from harvester.resolution.among import among
from harvester.tables import judgement as table

Place = tuple[str, str]
Verdict = Literal["same", "different", "unsure"]
Kind = Literal["rule", "model", "person", "owner"]
Evidence = Sequence[Mapping[str, Any]]

_OF = {
    "translation_of": "has_translation",
    "version_of": "has_version",
    "part_of": "has_part",
    "copy_of": "has_copy",
}
INVERSE: Mapping[str, str] = _OF | {has: of for of, has in _OF.items()}
"""How two records may be tied, read from the first to the second, with the same read from the second."""

OUTRANKING: Sequence[frozenset[str]] = (frozenset({"person"}), frozenset({"owner"}), frozenset({"rule", "model"}))
"""Whose word counts first where several have judged one pair."""
CERTAIN, SAME_AS = "certain-identifier", "same-as"
"""Who said it of judgements that only write down what the records themselves bear; nothing follows from them."""
JUDGED_AGAIN = "judged again"
"""How the reason begins why a judgement was ended by another one of the pair."""
_CHUNK = 200
_ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody said of two records, named by where they are stored; ``a`` comes before ``b``.

    ``by`` names the rule, model, person or source. ``relation`` says how they are tied where not simply the same
    (``INVERSE``), read from ``a`` to ``b``. ``probability`` is a model's, ``evidence`` what it was judged on, as
    JSON objects. ``id`` and the instants are set of what is stored; an ended one counts no more.
    """

    a: Place
    b: Place
    verdict: Verdict
    by_kind: Kind
    by: str
    relation: str = ""
    model_version: str = ""
    probability: float | None = None
    evidence: Evidence = ()
    note: str = ""
    id: int | None = None
    made_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    ended_why: str | None = None

    def __post_init__(self) -> None:
        """Put the pair in order, so that it has one name."""
        if self.a > self.b:
            first, second = self.b, self.a
            object.__setattr__(self, "a", first)
            object.__setattr__(self, "b", second)
            if self.by_kind != "model":  # a model only finds that they are tied
                object.__setattr__(self, "relation", INVERSE.get(self.relation, self.relation))
        object.__setattr__(self, "evidence", tuple(self.evidence))
        if self.a == self.b:
            raise ValueError(f"a record is not judged against itself: {self.a}")

    @property
    def pair(self) -> tuple[Place, Place]:
        """Give both places in order."""
        return self.a, self.b

    def other(self, place: Place) -> Place:
        """Give the record at the other end."""
        return self.b if place == self.a else self.a

    @property
    def joins(self) -> bool:
        """Tell whether it makes one thing of the two: a translation, version or part is tied to a thing, and not it."""
        return self.verdict == "same" and self.relation in ("", "copy_of", "has_copy")

    def relation_from(self, place: Place) -> str:
        """Give how the record at one end is tied to the other, read from there: what it is of it, or has in it."""
        turned = place == self.b and self.by_kind != "model"
        return INVERSE.get(self.relation, self.relation) if turned else self.relation

    @property
    def slot(self) -> tuple[tuple[Place, Place], Kind, bool]:
        """Give what only one live judgement may be of: a pair, a kind, and whether it only writes down shared keys."""
        return self.pair, self.by_kind, is_derived(self)

    def says_the_same(self, other: Judgement) -> bool:
        """Tell whether another judgement of the pair holds nothing new, whenever it was made."""
        return _said(self) == _said(other)


def is_derived(judgement: Judgement) -> bool:
    """Tell whether a judgement only writes down keys two records share."""
    return (judgement.by_kind, judgement.by) in (("rule", CERTAIN), ("owner", SAME_AS))


def _said(judgement: Judgement) -> tuple[object, ...]:
    probability = None if judgement.probability is None else round(judgement.probability, 6)
    return (
        judgement.pair, judgement.by_kind, judgement.by, judgement.verdict, judgement.relation,
        judgement.model_version, probability, dump_evidence(judgement.evidence), judgement.note,
    )  # fmt: skip


def dump_evidence(evidence: Evidence) -> str:
    """Give evidence as JSON text, the same for the same evidence."""
    return orjson.dumps([dict(item) for item in evidence], option=orjson.OPT_SORT_KEYS).decode()


def find_live(connection: Connection, places: Iterable[Place]) -> list[Judgement]:
    """Give every judgement that counts and touches one of the places, each once, in the order they were made."""
    found: dict[int, Judgement] = {}
    for chunk in _chunks(sorted(set(places))):
        for ends in _ends_in(chunk):
            query = select(table).where(table.c.ended_at.is_(None), ends)
            for row in connection.execute(query).mappings():
                found[row["id"]] = to_judgement(row)
    return [found[id] for id in sorted(found)]


def find_judgement(connection: Connection, id: int) -> Judgement | None:
    """Give a judgement by its id, ended or not."""
    row = connection.execute(select(table).where(table.c.id == id)).mappings().one_or_none()
    return to_judgement(row) if row else None


def history(connection: Connection, place: Place) -> list[Judgement]:
    """Give everything ever said of a record, oldest first, what no longer counts included."""
    query = select(table).where(or_(*_ends_in([place]))).order_by(table.c.id)
    return [to_judgement(row) for row in connection.execute(query).mappings()]


def judge(connection: Connection, judgements: Sequence[Judgement], *, now: datetime) -> list[int]:
    """Keep judgements and give the ids of those that were news, in order.

    One of the same pair and kind that counted until now is ended; where it says the same nothing is written. Of several
    for one pair and kind the last one counts. What only writes down keys stands beside what a rule or an owner says.
    ``made_at`` is now where none is set.
    """
    latest = {each.slot: each for each in judgements}
    touching = find_live(connection, {each.a for each in latest.values()})
    live = {each.slot: each for each in touching if each.slot in latest}
    news = [each for key, each in latest.items() if key not in live or not each.says_the_same(live[key])]
    if not news:
        return []
    for each in news:
        before = live.get(each.slot)
        if before is not None and before.id is not None:
            end(connection, [before.id], by=each.by, why=f"{JUDGED_AGAIN}: {each.verdict}", now=now)
    return _insert(connection, [replace(each, made_at=each.made_at or now) for each in news])


def keep_ended(connection: Connection, judgement: Judgement) -> None:
    """Keep a judgement that counts no more, made and ended elsewhere, as part of the history."""
    _insert(connection, [judgement])


def _insert(connection: Connection, judgements: Sequence[Judgement]) -> list[int]:
    rows = [_row(each) for each in judgements]
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.execute(statement, rows).scalars())


def end(connection: Connection, ids: Iterable[int], *, by: str, why: str, now: datetime) -> None:
    """Make judgements count no more; they stay in the history with who ended them and why."""
    rows = [{"of": id} for id in ids]
    if rows:
        ended = {"ended_at": now, "ended_by": by, "ended_why": why}
        statement = update(table).where(table.c.id == bindparam("of"), table.c.ended_at.is_(None)).values(ended)
        connection.execute(statement, rows)


def check_contradiction(connection: Connection, judgement: Judgement) -> list[Place] | None:
    """Give the chain of records along which people said the opposite of a person's judgement; None where nobody did.

    The chain of a `different` leads from one record to the other over pairs people called the same; that of a `same`
    also ends beyond them, at two records people called different.
    """
    if judgement.verdict != "different" and not judgement.joins:
        return None
    from_a, differing = _reach(connection, judgement.a, without=judgement.pair)
    if judgement.verdict == "different":
        return _path(from_a, judgement.b) if judgement.b in from_a else None
    if judgement.b in from_a:
        return None
    from_b, _ = _reach(connection, judgement.b, without=judgement.pair)
    for one, two in sorted(differing - {judgement.pair}):
        for here, there in ((one, two), (two, one)):
            if here in from_a and there in from_b:
                return [*reversed(_path(from_a, here)), *_path(from_b, there)]
    return None


def _reach(
    connection: Connection, start: Place, *, without: tuple[Place, Place]
) -> tuple[dict[Place, Place | None], set[tuple[Place, Place]]]:
    """Give what people's `same` lead to from a record, each with the one before it, and pairs they called different."""
    before: dict[Place, Place | None] = {start: None}
    differing: set[tuple[Place, Place]] = set()
    waiting = deque([start])
    for _ in range(_ROUNDS):
        if not waiting:
            break
        layer, waiting = list(waiting), deque()
        edges: dict[Place, list[Judgement]] = defaultdict(list)
        for each in find_live(connection, layer):
            if each.by_kind == "person" and each.pair != without:
                edges[each.a].append(each)
                edges[each.b].append(each)
        for place in layer:
            for each in edges[place]:
                if each.verdict == "different":
                    differing.add(each.pair)
                elif each.joins and each.other(place) not in before:
                    before[each.other(place)] = place
                    waiting.append(each.other(place))
    return before, differing


def _path(before: Mapping[Place, Place | None], to: Place) -> list[Place]:
    path = [to]
    while (previous := before[path[-1]]) is not None:
        path.append(previous)
    return path[::-1]


def to_judgement(row: RowMapping) -> Judgement:
    """Give the judgement a stored row holds."""
    return Judgement(
        a=(row["a_source"], row["a_identifier"]),
        b=(row["b_source"], row["b_identifier"]),
        verdict=row["verdict"],
        by_kind=row["by_kind"],
        by=row["by"],
        relation=row["relation"],
        model_version=row["model_version"],
        probability=row["probability"],
        evidence=tuple(orjson.loads(row["evidence"])),
        note=row["note"],
        id=row["id"],
        made_at=row["made_at"],
        ended_at=row["ended_at"],
        ended_by=row["ended_by"],
        ended_why=row["ended_why"],
    )


def _row(each: Judgement) -> dict[str, Any]:
    return {
        "a_source": each.a[0],
        "a_identifier": each.a[1],
        "b_source": each.b[0],
        "b_identifier": each.b[1],
        "verdict": each.verdict,
        "relation": each.relation,
        "by_kind": each.by_kind,
        "by": each.by,
        "model_version": each.model_version,
        "probability": each.probability,
        "evidence": dump_evidence(each.evidence),
        "note": each.note,
        "made_at": each.made_at,
        "ended_at": each.ended_at,
        "ended_by": each.ended_by,
        "ended_why": each.ended_why,
    }


def _ends_in(places: Sequence[Place]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        among(table.c.a_source, table.c.a_identifier, places),
        among(table.c.b_source, table.c.b_identifier, places),
    )


def _chunks(places: Sequence[Place]) -> Iterator[Sequence[Place]]:
    for start in range(0, len(places), _CHUNK):
        yield places[start : start + _CHUNK]
