"""Answers a select of the CBD index from the search and the catalogue; every value is checked before it is used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chm_node.publishing.cbd_index.documents import Wanted, chosen, load_documents
from chm_node.publishing.cbd_index.fields import INSTANT_FIELDS
from chm_node.publishing.cbd_index.grammar import MAX_CLAUSES, NotUnderstood, Query, parse_query
from chm_node.publishing.cbd_index.grouping import Breakdown
from chm_node.publishing.cbd_index.highlighting import highlight, words_of
from chm_node.publishing.search.conditions import Every, Order
from chm_node.publishing.search.engine import SearchRequest
from chm_node.publishing.service import Publishing

MAX_ROWS, MAX_START, MAX_FACETS = 1_000, 100_000, 20
MAX_PIVOTED, MAX_GROUPED, MAX_SNIPPETS = 3, 4, 20
DEFAULT_ROWS, DEFAULT_FACET_LIMIT = 10, 100
PARAMETERS: Mapping[str, str] = {
    "q": "The query; everything without it",
    "fq": "A further query that must be met too; repeat it for several",
    "fl": "Fields to give: names, title_*, new:name; all without it",
    "sort": "updatedDate_dt, createdDate_dt, startDate_dt, endDate_dt, id or score, each asc or desc",
    "start": f"How many results to leave out, at most {MAX_START}",
    "rows": f"How many results to give, {DEFAULT_ROWS} unless told; never more than {MAX_ROWS}",
    "df": "The field of words without one",
    "wt": "json",
    "facet": "true for counts by field",
    "facet.field": "A field to count by; {!ex=tag} before it leaves out the fq of that tag",
    "facet.mincount": "The least count to give",
    "facet.limit": f"How many values of a field to give, {DEFAULT_FACET_LIMIT} unless told; -1 for all",
    "facet.pivot": f"Two or {MAX_PIVOTED} fields with a comma between, each counted inside the one before",
    "group": "true for results by the values of group.field, in the place of a list",
    "group.field": "A field with one value, such as schema_s or government_s",
    "group.limit": "How many results of each group to give, 1 unless told; rows is the number of groups",
    "hl": "true for pieces of text with the words of q marked",
    "hl.fl": "Fields to take the pieces from: names, title_*; titles and summaries without it",
    "hl.snippets": f"How many pieces of a field to give, 1 unless told, at most {MAX_SNIPPETS}",
}
"""Every parameter taken; any other is named in ``nonSupportedParams`` and changes nothing."""

_ORDERS = {**dict.fromkeys(("id", "identifier_s"), "local_id"), **INSTANT_FIELDS, "updatedDate_dt": "sequence"}
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*\Z")
_GROUPED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*_(?:s|i)\Z")
_FACET = re.compile(r"(?:\{!(?:ex|key)=(?P<ex>[A-Za-z0-9_,.\-]*)\})?(?P<name>[A-Za-z_][A-Za-z0-9_.]*)\Z")
_WANTED = re.compile(r"(?:(?P<alias>[A-Za-z_][A-Za-z0-9_.]*):)?(?P<name>[A-Za-z0-9_.*]+)\Z")

Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Facet:
    """A field to count by, and the tags of the filters that do not count for it."""

    name: str
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Highlighting:
    """Which fields to take pieces of text from, empty for the usual ones, and how many of each."""

    fields: tuple[str, ...]
    snippets: int


@dataclass(frozen=True, slots=True)
class Select:
    """A select as its parameters say it."""

    query: Query
    filters: tuple[Query, ...] = ()
    wanted: Wanted = ()
    order: Order | None = None
    start: int = 0
    rows: int = DEFAULT_ROWS
    facets: tuple[Facet, ...] = ()
    facet_mincount: int = 0
    facet_limit: int = DEFAULT_FACET_LIMIT
    pivots: tuple[tuple[str, ...], ...] = ()
    groups: tuple[str, ...] = ()
    group_limit: int = 1
    highlighting: Highlighting | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    unsupported: Mapping[str, Any] = field(default_factory=dict)

    def request(self, without: frozenset[str] = frozenset(), **more: Any) -> SearchRequest:
        """Give the request for the search engine, leaving out filters with one of the tags."""
        kept = tuple(each.condition for each in self.filters if not each.tags & without)
        return SearchRequest(where=Every((self.query.condition, *kept)), with_facets=False, **more)


def read_select(given: Given, now: datetime) -> Select:
    """Check the parameters of a select; NotUnderstood with what is wrong and what is allowed."""
    if sum(map(len, given.values())) > MAX_CLAUSES:
        raise NotUnderstood("The request has too many parameters.")
    known = {name: list(values) for name, values in given.items() if name in PARAMETERS}
    if _one(known, "wt", "json").lower() != "json":
        raise NotUnderstood("Only wt=json is written here.")
    default_field = _one(known, "df", "text_EN_txt")
    if not _FIELD.match(default_field):
        raise NotUnderstood("df must be the name of a field.")
    is_counted = _is_true(known, "facet")
    facets = tuple(_facet(text) for text in known.get("facet.field", ())) if is_counted else ()
    pivots = tuple(map(_pivot, known.get("facet.pivot", ()))) if is_counted else ()
    if len(facets) + len(pivots) > MAX_FACETS:
        raise NotUnderstood(f"At most {MAX_FACETS} fields may be counted at once.")
    return Select(
        query=parse_query(_one(known, "q", "").strip() or "*:*", default_field=default_field, now=now),
        filters=tuple(
            parse_query(text, default_field=default_field, now=now) for text in known.get("fq", ()) if text.strip()
        ),
        wanted=tuple(_wanted(known.get("fl", ()))),
        order=_order(_one(known, "sort", "")),
        start=_number(known, "start", 0, MAX_START),
        rows=min(_number(known, "rows", DEFAULT_ROWS, 10**9), MAX_ROWS),
        facets=facets,
        facet_mincount=_number(known, "facet.mincount", 0, 10**9),
        facet_limit=_facet_limit(_one(known, "facet.limit", str(DEFAULT_FACET_LIMIT))),
        pivots=pivots,
        groups=_groups(known) if _is_true(known, "group") else (),
        group_limit=_number(known, "group.limit", 1, MAX_ROWS),
        highlighting=_highlighting(known) if _is_true(known, "hl") else None,
        params={name: values[0] if len(values) == 1 else values for name, values in known.items()},
        unsupported={name: list(values) for name, values in given.items() if name not in PARAMETERS},
    )


def answer(publishing: Publishing, select: Select) -> dict[str, Any]:
    """Give the response envelope without its time; NotUnderstood where what is to be counted is too much."""
    request = select.request(limit=select.rows, offset=select.start, order=select.order)
    broken_down = Breakdown(publishing, request, select.facet_limit)
    body: dict[str, Any] = {"responseHeader": {"status": 0, "QTime": 0, "params": dict(select.params)}}
    if select.groups:
        body["grouped"] = {
            name: broken_down.groups(
                name, limit=select.group_limit, start=select.start, rows=select.rows, wanted=select.wanted
            )
            for name in select.groups
        }
    else:
        body |= _listed(publishing, select, request)
    if select.facets or select.pivots:
        counts: dict[str, Any] = {"facet_queries": {}, "facet_fields": _counts(publishing, select)}
        if select.pivots:
            counts["facet_pivot"] = {
                ",".join(names): broken_down.pivot(names, select.facet_mincount) for names in select.pivots
            }
        body["facet_counts"] = counts
    if select.unsupported:
        body["nonSupportedParams"] = dict(select.unsupported)
    return body


def _listed(publishing: Publishing, select: Select, request: SearchRequest) -> dict[str, Any]:
    """Give the results as a list, and where the words of the query stand in each where that is asked for."""
    found = publishing.search.search(request)
    documents = load_documents(publishing, (hit.local_id for hit in found.hits))
    docs = [chosen(document.fields, select.wanted) for document in documents]
    body: dict[str, Any] = {"response": {"numFound": found.total, "start": select.start, "docs": docs}}
    if (wanted := select.highlighting) is not None:
        words = words_of(select.query.condition)
        body["highlighting"] = {
            document.local_id: highlight(document.fields, words, wanted.fields, wanted.snippets)
            for document in documents
        }
    return body


def _counts(publishing: Publishing, select: Select) -> dict[str, list[Any]]:
    """Give the values and counts of each field in one flat list, as that index writes them."""
    found: dict[str, list[Any]] = {}
    for without in dict.fromkeys(facet.without for facet in select.facets):
        names = tuple(dict.fromkeys(facet.name for facet in select.facets if facet.without == without))
        counted = publishing.search.search(select.request(without, limit=0, count_marks=names)).marks
        for name in names:
            entries = [each for each in counted.get(name, ()) if each.count >= select.facet_mincount]
            kept = entries if select.facet_limit < 0 else entries[: select.facet_limit]
            found[name] = [part for each in kept for part in (each.value, each.count)]
    return found


def _one(given: Mapping[str, Sequence[str]], name: str, default: str) -> str:
    values = given.get(name) or [default]
    if len(values) > 1:
        raise NotUnderstood(f"{name} is given more than once.")
    return values[0]


def _is_true(given: Mapping[str, Sequence[str]], name: str) -> bool:
    return _one(given, name, "false").lower() in ("true", "on", "yes", "1")


def _number(given: Mapping[str, Sequence[str]], name: str, default: int, most: int) -> int:
    text = _one(given, name, str(default))
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > most:
        raise NotUnderstood(f"{name} must be a whole number from 0 to {most}.")
    return int(text)


def _facet_limit(text: str) -> int:
    return -1 if text == "-1" else _number({"facet.limit": [text]}, "facet.limit", 0, 10**9)


def _facet(text: str) -> Facet:
    match = _FACET.match(text)
    if match is None:
        raise NotUnderstood("facet.field must be the name of a field, {!ex=tag} before it or not.")
    return Facet(match["name"], frozenset(filter(None, (match["ex"] or "").split(","))))


def _pivot(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(","))
    if not 2 <= len(names) <= MAX_PIVOTED or not all(map(_FIELD.match, names)):
        raise NotUnderstood(f"facet.pivot takes two or {MAX_PIVOTED} names of fields with commas between.")
    return names


def _groups(known: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    names = tuple(known.get("group.field", ()))
    if not 1 <= len(names) <= MAX_GROUPED or not all(map(_GROUPED.match, names)):
        raise NotUnderstood("group.field must be the name of a field with one value, such as schema_s.")
    return names


def _highlighting(known: Mapping[str, Sequence[str]]) -> Highlighting:
    fields = tuple(name for name, _ in _wanted(known.get("hl.fl", ())))
    return Highlighting(fields, _number(known, "hl.snippets", 1, MAX_SNIPPETS))


def _wanted(texts: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    for text in texts:
        for part in filter(None, re.split(r"[\s,]+", text[:8_192])):
            match = _WANTED.match(part)
            if match is None or part.count("*") > 4:
                raise NotUnderstood(f"fl takes names, title_* and new:name, not {part[:80]!r}.")
            yield match["name"], match["alias"]


def _order(text: str) -> Order | None:
    """Give the order of the first key; further keys only part equals, which the change log does already."""
    keys = [key.split() for key in text.split(",") if key.strip()]
    for key in keys:
        if len(key) != 2 or key[1].lower() not in ("asc", "desc") or key[0] not in {*_ORDERS, "score"}:
            raise NotUnderstood(f"sort takes {', '.join([*_ORDERS, 'score'])}, each followed by asc or desc.")
    if not keys or keys[0][0] == "score":
        return None
    return Order(_ORDERS[keys[0][0]], descending=keys[0][1].lower() == "desc")
