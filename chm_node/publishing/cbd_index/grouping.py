"""Results counted by fields one inside the other (pivots), and grouped by a field's values. Bounded; it only reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chm_node.publishing.cbd_index.documents import Document, Wanted, chosen, load_documents
from chm_node.publishing.cbd_index.fields import ALWAYS
from chm_node.publishing.cbd_index.grammar import NotUnderstood
from chm_node.publishing.search.conditions import Condition, Every, Marked, Not, Order
from chm_node.publishing.search.engine import FacetCount, SearchAnswer, SearchRequest
from chm_node.publishing.service import Publishing

MAX_SEARCHES = 500
"""So many searches one select may cost: a search for each value that is counted further or has a group."""
_SHOWN = {"local_id": "id", "created": "createdDate_dt", "start": "startDate_dt", "end": "endDate_dt"}
MAX_IN_GROUPS = 1_000
"""So many results all groups of an answer may hold together."""
_TOO_MANY = f"This would take more than {MAX_SEARCHES} searches: narrow it with fq, or give a smaller facet.limit."


class Breakdown:
    """Takes the results of a request apart; NotUnderstood where that would cost too much."""

    def __init__(self, publishing: Publishing, request: SearchRequest, facet_limit: int) -> None:
        """Begin; ``facet_limit`` is how many values of each field are counted, -1 for all."""
        self._publishing = publishing
        self._request = request
        self._limit = facet_limit
        self._left = MAX_SEARCHES

    def pivot(self, names: tuple[str, ...], mincount: int) -> list[dict[str, Any]]:
        """Give the values of the first field with their numbers, each with those of the next inside it."""
        return self._inside(names, max(mincount, 1), ())

    def groups(self, name: str, *, limit: int, start: int, rows: int, wanted: Wanted) -> dict[str, Any]:
        """Give results by the values of a field, the group with the best result first; without a value comes null."""
        where: dict[str | None, Condition] = {
            entry.value: Marked(f"{name}={entry.value}") for entry in self._counts(name, (), everything=True)
        }
        if name not in ALWAYS:
            where[None] = Not(Marked(f"has {name}"))
        found = [(condition, value, *self._best(condition)) for value, condition in where.items()]
        found = [group for group in found if group[4] is not None]
        found.sort(key=lambda group: _place(self._request.order, group[4], group[3]), reverse=self._downwards())
        shown = found[start : start + rows]
        if len(shown) * limit > MAX_IN_GROUPS:
            raise NotUnderstood(f"rows times group.limit may be {MAX_IN_GROUPS} at most.")
        groups = [
            {"groupValue": value, "doclist": {"numFound": total, "start": 0, "docs": self._docs(where, limit, wanted)}}
            for where, value, total, _, _ in shown
        ]
        return {"matches": self._search(()).total, "groups": groups}

    def _docs(self, condition: Condition, limit: int, wanted: Wanted) -> list[dict[str, Any]]:
        hits = self._search((condition,), limit=limit).hits if limit else ()
        found = load_documents(self._publishing, (hit.local_id for hit in hits))
        return [chosen(document.fields, wanted) for document in found]

    def _downwards(self) -> bool:
        return self._request.order is None or self._request.order.descending

    def _best(self, condition: Condition) -> tuple[int, float, Document | None]:
        """Give how many results meet a condition, the score of the best and its fields."""
        answer = self._search((condition,), limit=1)
        found = load_documents(self._publishing, (hit.local_id for hit in answer.hits))
        return answer.total, answer.hits[0].score if answer.hits else 0.0, found[0] if found else None

    def _inside(self, names: tuple[str, ...], mincount: int, inside: tuple[Condition, ...]) -> list[dict[str, Any]]:
        name, further = names[0], names[1:]
        found = []
        for entry in self._counts(name, inside):
            if entry.count < mincount:
                continue
            counted: dict[str, Any] = {"field": name, "value": entry.value, "count": entry.count}
            if further:
                counted["pivot"] = self._inside(further, mincount, (*inside, Marked(f"{name}={entry.value}")))
            found.append(counted)
        return found

    def _counts(self, name: str, inside: tuple[Condition, ...], *, everything: bool = False) -> tuple[FacetCount, ...]:
        counted = self._search(inside, count_marks=(name,)).marks.get(name, ())
        return counted if everything or self._limit < 0 else counted[: self._limit]

    def _search(
        self, inside: tuple[Condition, ...], *, limit: int = 0, count_marks: tuple[str, ...] = ()
    ) -> SearchAnswer:
        self._left -= 1
        if self._left < 0:
            raise NotUnderstood(_TOO_MANY)
        own = () if self._request.where is None else (self._request.where,)
        request = replace(self._request, where=Every((*own, *inside)), limit=limit, offset=0, count_marks=count_marks)
        return self._publishing.search.search(request)


def _place(order: Order | None, document: Document | None, score: float) -> tuple[bool, float | int | str]:
    """Give what a group is ordered by: its best result's score or value; one without a value comes last."""
    if order is None or document is None:
        return True, score
    if order.by in _SHOWN:
        value = document.fields.get(_SHOWN[order.by])
        return (value is not None) == order.descending, str(value or "")
    return True, document.sequence
