"""An account of two records as lines to be read and as JSON, in one of the six languages; it reads no database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from harvester.resolution.keys import certain
from harvester.resolution.matching.blocking import Key
from harvester.resolution.matching.wording import Explanation, Piece
from harvester.telling import pair_sentences as said
from harvester.telling.pair_words import PairWords, pair_words
from harvester.telling.pairs import Account, Stored, judgement_in_words, told_judgements

_CODED = frozenset({"country", "type"})


def account_document(account: Account, *, language: str = "en", named: bool = True) -> dict[str, Any]:
    """Give an account as JSON; without ``named`` it does not tell which persons said what."""
    words, found = pair_words(language), account.found
    document: dict[str, Any] = {
        "a": account.a.as_dict(language),
        "b": account.b.as_dict(language),
        "one_thing": account.is_one,
        "one_source": account.is_of_one_source,
        "decided_by": None if account.heard is None else account.heard.by_kind,
        "identifiers": list(account.shared),
        "too_common": sorted(account.too_common),
        "judgements": told_judgements(account.live, named=named),
        "history": told_judgements(account.past, named=named),
        "lines": account_lines(account, language=language, named=named),
    }
    if found is None:
        return document | {"summary": words.say(said.NOTHING_TO_COMPARE)}
    return document | {
        "summary": words.summary(found),
        "probability": round(found.probability, 4),
        "likelihood": words.likelihood(found.probability),
        "compared": account.is_compared,
        "veto": words.reason(found.veto),
        "doubt": words.reason(found.doubt),
        "relation": found.relation,
        "model": found.model_version,
        "start": {"bits": round(found.start, 2), "sentence": words.say(said.START)},
        "evidence": [_piece(each, words) for each in found.pieces],
        "bits": round(found.bits, 2),
        "keys": [
            {
                "kind": key[0],
                "words": list(told),
                "meaning": words.key(key, told),
                "too_common": key in account.crowded,
            }
            for key, told in found.brought_by.items()
        ],
    }


def _piece(piece: Piece, words: PairWords) -> dict[str, Any]:
    return {
        "feature": piece.feature,
        "level": piece.level,
        "bits": round(piece.bits, 2),
        "a": _side(piece, piece.a, words),
        "b": _side(piece, piece.b, words),
        "sentence": words.evidence(piece.feature, piece.level),
    }


def _side(piece: Piece, value: str, words: PairWords) -> str:
    if piece.feature not in _CODED:
        return value
    return words.listed([words.name(each, is_type=True) for each in value.split(", ") if each])


def account_lines(account: Account, *, language: str = "en", named: bool = True) -> list[str]:
    """Say in plain words what two records are to each other, by whose word, and what the comparison adds up to.

    Without ``named`` a person is "a person", and what they noted is left out.
    """
    words, found = pair_words(language), account.found
    if not named:
        account = _unnamed(account, words.say(said.PERSON))
    lines = [
        verdict_in_words(account, language),
        *(_record(name, each, words) for name, each in (("a", account.a), ("b", account.b))),
    ]
    if borne := certain(account.shared):
        lines.append(words.say(said.BOTH_BEAR, keys=words.listed(borne)))
        lines += headed(words.say(said.TOO_COMMON), sorted(account.too_common))
    lines += [words.say(said.NOTHING_TO_COMPARE)] if found is None else _comparison(account, found, words)
    lines += headed(words.say(said.COUNTS), [judgement_in_words(each, language) for each in account.live])
    past = [judgement_in_words(each, language) for each in account.past if each.ended_at is not None]
    return lines + headed(words.say(said.BEFORE), past)


def _unnamed(account: Account, person: str) -> Account:
    live, past = (
        tuple(
            replace(each, by=person, note="", ended_by=each.ended_by and person, ended_why=None)
            if each.by_kind == "person"
            else each
            for each in judgements
        )
        for judgements in (account.live, account.past)
    )
    return replace(account, live=live, past=past)


def _record(name: str, stored: Stored, words: PairWords) -> str:
    gone = "" if stored.native is not None else f"  {words.say(said.GONE)}"
    return f"  {name}: {'/'.join(stored.place)}  {stored.titled(words.language)}{gone}"


def _comparison(account: Account, found: Explanation, words: PairWords) -> Iterator[str]:
    keys = {key: words.key(key, told) for key, told in found.brought_by.items()}
    bringing = _told_once({key: told for key, told in keys.items() if key not in account.crowded})
    common = _told_once({key: told for key, told in keys.items() if key in account.crowded})
    yield words.say(said.COMPARED if keys else said.NEVER_COMPARED)
    yield _weighed(found.start, words.say(said.START), words)
    for each in found.pieces:
        told = words.evidence(each.feature, each.level)
        yield _weighed(each.bits, told + _sides(_side(each, each.a, words), _side(each, each.b, words)), words)
    percent, likelihood = words.percent(found.probability), words.likelihood(found.probability)
    yield _weighed(found.bits, words.say(said.TOGETHER, percent=percent, likelihood=likelihood), words)
    if found.veto:
        yield words.say(said.FORBIDDEN, reason=words.reason(found.veto))
    if found.doubt:
        yield words.say(said.LEFT, reason=words.reason(found.doubt))
    if account.is_of_one_source:
        yield words.say(said.ONE_SOURCE)
    elif account.is_told_twice:
        yield words.say(said.ONE_SOURCE_TWICE)
    yield from headed(words.say(said.BROUGHT), bringing)
    yield from headed(words.say(said.TOO_COMMON), common)
    if common and not bringing:
        yield words.say(said.ONLY_COMMON)


def _told_once(keys: Mapping[Key, str]) -> list[str]:
    """Give the words of keys, of several by like spelling only the first: they differ in a few letters."""
    spelt = [key for key in keys if key[0] == "grams"]
    return [told for key, told in keys.items() if key not in spelt[1:]]


def _weighed(bits: float, text: str, words: PairWords) -> str:
    return f"  {words.number(bits):>7}  {text}"


def _sides(a: str, b: str) -> str:
    if not (a or b):
        return ""
    return f"  [{a}]" if a == b else f"  [{a or '–'} | {b or '–'}]"


def headed(head: str, lines: Sequence[str]) -> list[str]:
    """Give lines below a head, none where there are no lines."""
    return [head, *(f"  {line}" for line in lines)] if lines else []


def verdict_in_words(account: Account, language: str = "en") -> str:
    """Say what two records are now, and by whose word."""
    words, heard = pair_words(language), account.heard
    state = words.say(said.ONE_NOW if account.is_one else said.TWO_NOW)
    if heard is None:
        return words.say(said.BY_WAY if account.is_one else said.NOBODY, state=state)
    return words.say(said.SAID, state=state, who=words.who(heard), what=words.verdict(heard))
