"""Reads the query language of the CBD index: a strict small grammar, bounded, into conditions; it runs no query.

    clauses := { [ "AND" | "OR" ] [ "NOT" | "+" | "-" ] clause }
    clause  := "*:*" | "(" clauses ")" | [ field ":" ] value
    value   := "(" clauses ")" | word | word"*" | "*" | quoted words | "[" end "TO" end "]"

A query may begin with ``{!tag=name}``. Bare clauses are alternatives, as in that index: ``a AND b`` wants both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from chm_node.publishing.cbd_index.fields import ALWAYS, INSTANT_FIELDS, TEXTS
from chm_node.publishing.search.conditions import Between, Condition, Every, Marked, Not, Some, Worded
from chm_node.publishing.search.instants import first_instant

MAX_CHARACTERS, MAX_DEPTH, MAX_CLAUSES = 8_192, 12, 512
MAX_BEGINNINGS, LONGEST_BEGINNING = 16, 100
"""A value with a star looks through a whole dictionary."""
ALLOWED = (
    "Allowed are: field:value, field:(a b), field:begin*, field:*, *:*, field:[from TO to] on "
    f"{', '.join(INSTANT_FIELDS)}, words, quoted phrases, AND, OR, NOT, + and -, parentheses, and {{!tag=name}} "
    "in front. Write a backslash before a special character that is part of a value."
)

_TOKEN = re.compile(
    r"""\s+|(?P<range>[\[{][^\[\]{}"]*[\]}])|(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<open>\()|(?P<close>\))"""
    r"""|(?P<and>&&)|(?P<or>\|\|)|(?P<sign>[+\-!](?=[^\s]))|(?P<every>\*:\*)"""
    r"""|(?P<field>[A-Za-z_][A-Za-z0-9_.]*):(?=\S)|(?P<word>(?:[^\s\\()\[\]{}"^~?:]|\\.)+)""",
    re.DOTALL,
)
_LOCAL = re.compile(r"\s*\{!(?P<name>[a-z]+)=(?P<value>[A-Za-z0-9_,.\-]*)\}")
_WORDS = {"AND": "and", "OR": "or", "NOT": "not"}
_ENDS = re.compile(r"[\[{]\s*(?P<first>\S+)\s+TO\s+(?P<last>\S+)\s*[\]}]\Z")
_NOW = re.compile(r"NOW(?P<day>/DAY)?(?:(?P<sign>[+-])(?P<number>\d{1,6})(?P<unit>DAY|HOUR|MINUTE|SECOND)S?)?\Z")
_UNIT_S = {"DAY": 86_400, "HOUR": 3_600, "MINUTE": 60, "SECOND": 1}
_TEXT_FIELD = re.compile(rf"(?P<name>text|{'|'.join(TEXTS)})(?P<language>_[A-Z]{{2,3}})?_(s|t|txt)\Z")


class NotUnderstood(Exception):
    """The query uses something this service does not take."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query as a condition, and the tags it is excluded from facets by."""

    condition: Condition
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def parse_query(text: str, *, default_field: str = "text_EN_txt", now: datetime) -> Query:
    """Read a query; NotUnderstood with what is wrong where it is outside the grammar."""
    if len(text) > MAX_CHARACTERS:
        raise NotUnderstood(f"The query is longer than {MAX_CHARACTERS} characters.")
    tags: frozenset[str] = frozenset()
    if local := _LOCAL.match(text):
        if local["name"] != "tag":
            raise NotUnderstood(f"The local parameter {local['name']} is not taken here.")
        tags, text = frozenset(filter(None, local["value"].split(","))), text[local.end() :]
    tokens = _tokens(text)
    reader = _Reader(tokens, now)
    condition = reader.clauses(default_field, depth=0)
    if reader.place < len(tokens):
        raise NotUnderstood("A closing parenthesis has no opening one.")
    return Query(condition, tags)


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise NotUnderstood(f"This cannot be read at character {place + 1}: {text[place : place + 20]!r}.")
        place = match.end()
        if match.lastgroup:
            kind = _WORDS.get(match[0], match.lastgroup) if match.lastgroup == "word" else match.lastgroup
            found.append(_Token(kind, match["field"] if kind == "field" else match[0]))
        if len(found) > 4 * MAX_CLAUSES:
            raise NotUnderstood(f"The query has more than {MAX_CLAUSES} clauses.")
    return found


class _Reader:
    """Reads clauses from left to right; ``place`` is the token it stands at."""

    def __init__(self, tokens: list[_Token], now: datetime) -> None:
        self.place = 0
        self._tokens = tokens
        self._now = now
        self._clauses = 0
        self._beginnings = 0

    def clauses(self, field: str, depth: int) -> Condition:
        """Read clauses up to a closing parenthesis, joined as the query parser of that index joins them."""
        if depth > MAX_DEPTH:
            raise NotUnderstood(f"The query nests deeper than {MAX_DEPTH} parentheses.")
        must: list[Condition] = []
        must_not: list[Condition] = []
        should: list[Condition] = []
        latest: list[Condition] | None = None
        while (token := self._peek()) and token.kind != "close":
            joined = self._take_kind("and", "or")
            if joined == "and" and latest is should:
                must.append(should.pop())
            sign = self._take_kind("sign", "not")
            negative = sign is not None and self._tokens[self.place - 1].text != "+"
            condition = self._clause(field, depth)
            latest = must_not if negative else must if joined == "and" or sign else should
            latest.append(condition)
        if not (must or must_not or should):
            raise NotUnderstood("The query is empty where a value is expected.")
        chosen = must or ([Some(tuple(should))] if should else [])
        return Every((*chosen, *map(Not, must_not)))

    def _clause(self, field: str, depth: int) -> Condition:
        self._clauses += 1
        if self._clauses > MAX_CLAUSES:
            raise NotUnderstood(f"The query has more than {MAX_CLAUSES} clauses.")
        token = self._take()
        if token.kind == "every":
            return Every()
        if token.kind == "field":
            field, token = token.text, self._take()
        if token.kind == "open":
            inner = self.clauses(field, depth + 1)
            if self._take().kind != "close":
                raise NotUnderstood("An opening parenthesis has no closing one.")
            return inner
        if token.kind == "range":
            return _range(field, token.text, self._now)
        if token.kind == "quoted":
            return self._value(field, re.sub(r"\\(.)", r"\1", token.text[1:-1]), quoted=True)
        if token.kind == "word":
            return self._value(field, token.text, quoted=False)
        raise NotUnderstood(f"{token.text!r} stands where a value is expected.")

    def _value(self, field: str, text: str, *, quoted: bool) -> Condition:
        if not quoted and text == "*":
            return _has(field)
        stem = text[:-1] if not quoted and text.endswith("*") and not text.endswith("\\*") else None
        plain = text if quoted else re.sub(r"\\(.)", r"\1", stem if stem is not None else text)
        if not quoted and re.search(r"(?<!\\)\*", stem if stem is not None else text):
            raise NotUnderstood("A star may stand at the end of a value only.")
        if stem is not None:
            self._beginnings += 1
            if self._beginnings > MAX_BEGINNINGS or len(f"{field}={plain}") > LONGEST_BEGINNING:
                bounds = f"{MAX_BEGINNINGS} values may end in a star, each of {LONGEST_BEGINNING} characters"
                raise NotUnderstood(f"At most {bounds}.")
        if found := _TEXT_FIELD.match(field):
            words = f'"{plain.replace(chr(34), " ")}"' if quoted else plain + ("*" if stem is not None else "")
            return Worded(words.lstrip("-"), in_title=found["name"] == "title")
        if field in INSTANT_FIELDS:
            at = _instant(plain, self._now)
            return Between(INSTANT_FIELDS[field], at, at)
        return Marked(f"{field}={plain}", prefix=stem is not None)

    def _peek(self) -> _Token | None:
        return self._tokens[self.place] if self.place < len(self._tokens) else None

    def _take(self) -> _Token:
        token = self._peek()
        if token is None:
            raise NotUnderstood("The query ends where a value is expected.")
        self.place += 1
        return token

    def _take_kind(self, *kinds: str) -> str | None:
        token = self._peek()
        if token is None or token.kind not in kinds:
            return None
        self.place += 1
        return token.kind


def _has(field: str) -> Condition:
    """Give the condition that a record has a field; all have words."""
    if field in ALWAYS:
        return Every()
    if field in INSTANT_FIELDS:
        return Between(INSTANT_FIELDS[field])
    words = _TEXT_FIELD.match(field)
    if words is None:
        return Marked(f"has {field}")
    name = "summary" if words["name"] == "description" else words["name"]
    return Every() if name == "text" else Marked(f"has {name}{words['language'] or ''}")


def _range(field: str, text: str, now: datetime) -> Condition:
    ends = _ENDS.match(text)
    if ends is None:
        raise NotUnderstood(f"{text!r} is no range: write [from TO to].")
    if ends["first"] == ends["last"] == "*":
        return _has(field)
    if field not in INSTANT_FIELDS:
        raise NotUnderstood(f"{field} cannot be asked by range.")
    first = None if ends["first"] == "*" else _instant(ends["first"], now) + (text[0] == "{")
    last = None if ends["last"] == "*" else _instant(ends["last"], now) - (text[-1] == "}")
    return Between(INSTANT_FIELDS[field], first, last)


def _instant(text: str, now: datetime) -> int:
    """Give the seconds since 1970 of an instant, a date or ``NOW-7DAYS``."""
    if match := _NOW.match(text):
        start = now.replace(hour=0, minute=0, second=0, microsecond=0) if match["day"] else now
        moved = int(match["number"] or 0) * _UNIT_S[match["unit"] or "SECOND"]
        return _moved(start, -moved if match["sign"] == "-" else moved)
    at = first_instant(text.strip('"')) if re.match(r'"?\d{4}', text) else None
    if at is None:
        raise NotUnderstood(f"{text!r} is no instant: write 2024-05-01T00:00:00Z, NOW or NOW-7DAYS.")
    return int(at.timestamp())


def _moved(start: datetime, by_s: int) -> int:
    try:
        return int((start + timedelta(seconds=by_s)).timestamp())
    except OverflowError:
        raise NotUnderstood("The instant lies outside the calendar.") from None
