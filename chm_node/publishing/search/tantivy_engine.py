"""The search engine on Tantivy, the only module that knows it; an index in a directory or in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from chm_node.publishing.search.conditions import (
    INSTANTS,
    Between,
    Condition,
    Every,
    Marked,
    Not,
    Order,
    Some,
    Worded,
    has_words,
)
from chm_node.publishing.search.engine import (
    FACETS,
    FacetCount,
    Hit,
    IndexBusy,
    SearchAnswer,
    SearchDocument,
    SearchRequest,
)
from chm_node.publishing.search.tokens import Clause, parse_query

_HEAP_BYTES = 96_000_000
_FACET_SIZE = 400
_TITLE_BOOST = 3.0
_MARKS_COUNTED = 2_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("local_id", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("sequence", indexed=True, fast=True)
    builder.add_text_field("title", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="position")
    for facet in FACETS:
        builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("mark", fast=True, tokenizer_name="raw", index_option="basic")
    for instant in INSTANTS:
        builder.add_integer_field(instant, indexed=False, fast=True)
    return builder.build()


def _document(document: SearchDocument) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text("local_id", document.local_id)
    made.add_unsigned("sequence", document.sequence)
    made.add_text("title", " ".join(document.title))
    made.add_text("body", " ".join(document.body))
    for facet, values in document.facets.items():
        for value in values:
            made.add_text(facet, value)
    for mark in document.marks:
        made.add_text("mark", mark)
    for instant, at in document.instants.items():
        made.add_integer(instant, at)
    return made


class TantivyEngine:
    """A Tantivy index; several threads may search while one applies changes."""

    def __init__(self, directory: Path | None = None) -> None:
        """Open or make the index in the directory, or one in memory."""
        self._schema = _schema()
        if directory is None:
            self._index = tantivy.Index(self._schema)
        else:
            directory.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self._schema, path=str(directory))
        self._index.register_tokenizer(
            "whitespace", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        )
        self._index.config_reader("manual", 0)

    def _writer(self) -> tantivy.IndexWriter:
        try:
            return self._index.writer(_HEAP_BYTES, 1)
        except ValueError as error:
            if "lock" in str(error).lower():
                raise IndexBusy from error
            raise

    def sequence(self) -> int:
        """Give the greatest change-log sequence held; 0 when empty."""
        self._index.reload()
        searcher = self._index.searcher()
        found = searcher.search(Query.all_query(), 1, count=False, order_by_field="sequence")
        return int(found.hits[0][0]) if found.hits else 0

    def apply(self, documents: Iterable[SearchDocument], deleted: Iterable[str]) -> None:
        """Replace the documents and drop the deleted, then commit once; IndexBusy where another process writes."""
        writer = self._writer()
        for local_id in deleted:
            writer.delete_documents_by_term("local_id", local_id)
        for document in documents:
            writer.delete_documents_by_term("local_id", document.local_id)
            writer.add_document(_document(document))
        self._commit(writer)

    def replace_all(self, documents: Iterable[SearchDocument]) -> None:
        """Put the documents in place of everything held, in one commit; IndexBusy where another process writes."""
        writer = self._writer()
        writer.delete_all_documents()
        for document in documents:
            writer.add_document(_document(document))
        self._commit(writer)

    def _commit(self, writer: tantivy.IndexWriter) -> None:
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer a request from the last commit; facet counts are over all results of the request."""
        query = self._query(request)
        searcher = self._index.searcher()
        order = _order(request)
        found = searcher.search(
            query,
            max(request.limit, 1),
            offset=request.offset,
            order_by_field=order.by if order else None,
            order=tantivy.Order.Asc if order and not order.descending else tantivy.Order.Desc,
        )
        hits = tuple(
            Hit(str(searcher.doc(address)["local_id"][0]), 0.0 if order else float(score))
            for score, address in found.hits
        )
        total = int(getattr(found, "count", 0) or 0)
        reached = request.offset + len(hits)
        return SearchAnswer(
            total,
            hits[: request.limit],
            self._facets(searcher, query) if request.with_facets else {},
            reached if hits and reached < total else None,
            self._marks(searcher, query, request.count_marks) if request.count_marks else {},
        )

    def _marks(
        self, searcher: tantivy.Searcher, query: Query, families: tuple[str, ...]
    ) -> dict[str, tuple[FacetCount, ...]]:
        wanted = {
            family: {"terms": {"field": "mark", "size": _MARKS_COUNTED, "include": re.escape(family) + "=.*"}}
            for family in families
        }
        answer = searcher.aggregate(query, wanted)
        return {
            family: tuple(
                FacetCount(bucket["key"].partition("=")[2], bucket["doc_count"]) for bucket in answer[family]["buckets"]
            )
            for family in families
        }

    def _facets(self, searcher: tantivy.Searcher, query: Query) -> dict[str, tuple[FacetCount, ...]]:
        wanted = {facet: {"terms": {"field": facet, "size": _FACET_SIZE}} for facet in FACETS}
        answer = searcher.aggregate(query, wanted)
        return {
            facet: tuple(FacetCount(bucket["key"], bucket["doc_count"]) for bucket in answer[facet]["buckets"])
            for facet in FACETS
        }

    def _query(self, request: SearchRequest) -> Query:
        parts: list[tuple[Occur, Query]] = []
        for clause in parse_query(request.query):
            parts.append((Occur.MustNot if clause.excluded else Occur.Must, self._clause(clause)))
        for facet, values in request.filters.items():
            if facet in FACETS and values:
                chosen = [(Occur.Should, Query.term_query(self._schema, facet, value, "basic")) for value in values]
                parts.append((Occur.Must, Query.const_score_query(Query.boolean_query(chosen), 0.0)))
        if request.where is not None:
            parts.append((Occur.Must, self._condition(request.where)))
        if all(occur is Occur.MustNot for occur, _ in parts):
            parts.append((Occur.Must, Query.all_query()))
        return Query.boolean_query(parts)

    def _condition(self, condition: Condition) -> Query:
        match condition:
            case Marked(mark, prefix):
                if prefix:
                    return Query.regex_query(self._schema, "mark", re.escape(mark) + ".*")
                return Query.term_query(self._schema, "mark", mark, "basic")
            case Between(instant, first, last):
                if first is None and last is None:
                    return Query.exists_query(instant)
                kind = tantivy.FieldType.Unsigned if instant == "sequence" else tantivy.FieldType.Integer
                return Query.range_query(self._schema, instant, kind, first, last)
            case Worded(text, in_title):
                return self._words(text, in_title)
            case Not(inner):
                return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, self._condition(inner))])
            case Every(conditions):
                given = [(Occur.Must, self._condition(each)) for each in conditions]
                return Query.boolean_query(given) if given else Query.all_query()
            case Some(conditions):
                given = [(Occur.Should, self._condition(each)) for each in conditions]
                return Query.boolean_query(given) if given else Query.empty_query()

    def _words(self, text: str, in_title: bool) -> Query:
        clauses = parse_query(text)
        parts = [(Occur.Must, self._in_field("title", each) if in_title else self._clause(each)) for each in clauses]
        return Query.boolean_query(parts) if parts else Query.empty_query()

    def _clause(self, clause: Clause) -> Query:
        title = Query.boost_query(self._in_field("title", clause), _TITLE_BOOST)
        return Query.boolean_query([(Occur.Should, title), (Occur.Should, self._in_field("body", clause))])

    def _in_field(self, name: str, clause: Clause) -> Query:
        words = list(clause.words)
        if clause.prefix and len(words) == 1:
            return Query.regex_query(self._schema, name, f"{words[0]}.*")
        if len(words) == 1:
            return Query.term_query(self._schema, name, words[0])
        return Query.phrase_query(self._schema, name, list(words))


def _order(request: SearchRequest) -> Order | None:
    """Give the order asked for; without one the newest first, or by score where words decide."""
    if request.order is not None:
        return request.order
    scored = bool(parse_query(request.query)) or (request.where is not None and has_words(request.where))
    return Order("sequence", descending=True) if request.newest_first or not scored else None
