"""How often what was joined without a person was right, by what people said of it afterwards; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, literal_column, select

from harvester.resolution.labelled.metrics import lower_bound
from harvester.tables import judgement as table


@dataclass(frozen=True, slots=True)
class Sampled:
    """Pairs a rule or the model (``kind``, ``by``) had joined before a person judged them, and how many of them hold.

    ``surely`` is the share the true one lies above in 95 of 100 such samples.
    """

    kind: str
    by: str
    judged: int
    right: int

    @property
    def precision(self) -> float:
        """Give the share people called the same."""
        return self.right / self.judged

    @property
    def surely(self) -> float:
        """Give the lower end of what the precision may be."""
        return lower_bound(self.right, self.judged)

    def as_dict(self) -> dict[str, Any]:
        """Give the object commands and API answer with."""
        return {
            "by_kind": self.kind,
            "by": self.by,
            "judged": self.judged,
            "right": self.right,
            "precision": round(self.precision, 4),
            "surely": round(self.surely, 4),
        }


def find_sampled(connection: Connection) -> list[Sampled]:
    """Give what people said of pairs that had been joined without them, by the rule or model that had joined them.

    It says how often these are right only as far as people judged what was drawn for them, not what they stumbled on.
    """
    joining = table.alias()
    pair = ("a_source", "a_identifier", "b_source", "b_identifier")
    before = and_(
        *(joining.c[name] == table.c[name] for name in pair),
        joining.c.by_kind.in_(("rule", "model")),
        joining.c.verdict == "same",
        joining.c.id < table.c.id,
    )
    judged = func.count(table.c.id.distinct())
    by_people = (table.c.ended_at.is_(None), table.c.by_kind == literal_column("'person'"))
    query = (
        select(joining.c.by_kind, joining.c.by, table.c.verdict, judged)
        .select_from(table.join(joining, before))
        .where(*by_people, table.c.verdict != "unsure")
        .group_by(joining.c.by_kind, joining.c.by, table.c.verdict)
        .order_by(joining.c.by_kind, joining.c.by)
    )
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for kind, by, verdict, count in connection.execute(query):
        counts.setdefault((kind, by), {})[verdict] = count
    return [Sampled(*who, sum(each.values()), each.get("same", 0)) for who, each in counts.items()]
