"""The description of a dataset as dataset searches want it: of 50 to 5,000 letters in every language. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from vocabularies.formats.labels import label_of, places, topics
from vocabularies.formats.markup import plain_text
from vocabularies.record import Record
from vocabularies.text import LangText

SHORTEST, LONGEST = 50, 5_000
"""What Google asks of ``description`` (Dataset structured data, required properties)."""


def to_descriptions(record: Record) -> tuple[LangText, LangText]:
    """Give descriptions of the length that is wanted, and the summaries themselves where those differ.

    A shorter summary is followed by what else the record says of itself, a longer one ends with a whole word. A
    language without a summary has no description: nothing is made up.
    """
    told, own = dict[str, str](), dict[str, str]()
    for tag, text in record.summary.items():
        plain = plain_text(text)
        if not plain:
            continue
        told[tag] = _longer(record, tag, plain) if len(plain) < SHORTEST else _shorter(plain)
        if told[tag] != plain:
            own[tag] = plain
    return LangText(told), LangText(own)


def _shorter(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rpartition(' ')[0] or text[: LONGEST - 1]}…"


def _longer(record: Record, language: str, text: str) -> str:
    """Give the text with further facts, one after another, until it is long enough."""
    for fact in _facts(record, language):
        if len(text) >= SHORTEST:
            break
        if fact not in text:
            text = f"{text} · {fact}"
    return text


def _facts(record: Record, language: str) -> Iterator[str]:
    yield (record.title.best(language) or ("", record.id))[1]
    yield label_of("type", record.type, language)
    for field, value in (*places(record), *topics(record)):
        yield label_of(field, value, language)
    yield (record.publisher.name.best(language) or ("", record.publisher.node))[1]
    yield record.id
    yield from record.languages
    yield "urn:chm:vocab:record-types:dataset"
