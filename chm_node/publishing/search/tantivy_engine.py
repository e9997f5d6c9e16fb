"""The search engine on Tantivy, the only module that knows it; an index in a directory or in memory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import tantivy
from tantivy import Occur, Query

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


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("local_id", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("sequence", indexed=True, fast=True)
    builder.add_text_field("title", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="position")
    for facet in FACETS:
        builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
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
        by_age = request.newest_first or not parse_query(request.query)
        found = searcher.search(
            query, max(request.limit, 1), offset=request.offset, order_by_field="sequence" if by_age else None
        )
        hits = tuple(
            Hit(str(searcher.doc(address)["local_id"][0]), 0.0 if by_age else float(score))
            for score, address in found.hits
        )
        total = int(getattr(found, "count", 0) or 0)
        reached = request.offset + len(hits)
        return SearchAnswer(
            total,
            hits[: request.limit],
            self._facets(searcher, query) if request.with_facets else {},
            reached if hits and reached < total else None,
        )

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
        if all(occur is Occur.MustNot for occur, _ in parts):
            parts.append((Occur.Must, Query.all_query()))
        return Query.boolean_query(parts)

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
