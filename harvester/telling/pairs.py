"""What is told of pairs of records: all there is to say of two, and pairs as rows; it changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, select

from harvester.resolution.among import among
from harvester.resolution.crowding import find_crowded
from harvester.resolution.forms.form import Form
from harvester.resolution.forms.reading import facts_of, to_form
from harvester.resolution.graph.exchange import to_document
from harvester.resolution.graph.judgements import OUTRANKING, Judgement, Place, history
from harvester.resolution.graph.review import Waiting
from harvester.resolution.keys import certain
from harvester.resolution.lookups import keys_of
from harvester.resolution.matching.blocking import Key, key_hash, most_bearers
from harvester.resolution.matching.candidates import find_bearers
from harvester.resolution.matching.scoring import Model
from harvester.resolution.matching.tying import are_of_one_work
from harvester.resolution.matching.wording import Explanation, explain_pair
from harvester.tables import source_record
from harvester.telling import pair_sentences as sentences
from harvester.telling.pair_words import PairWords, pair_words

_CHUNK = 200
_PERSONAL = ("by", "note", "ended_by", "ended_why")


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it is stored: its thing, its native JSON (None once it is gone), and since when it is known."""

    place: Place
    thing: str | None
    native: Mapping[str, Any] | None
    first_at: Any
    own_id: str | None

    @property
    def title(self) -> str:
        """Give the title, in English where there is one."""
        return self.titled("en")

    def titled(self, language: str) -> str:
        """Give the title, in a language or else in English where there is one."""
        titles: Mapping[str, str] = (self.native or {}).get("title") or {}
        return titles.get(language) or titles.get("en") or next(iter(titles.values()), "")

    def as_dict(self, language: str = "en") -> dict[str, Any]:
        """Give the record as commands and API name it."""
        return {
            "source": self.place[0],
            "identifier": self.place[1],
            "title": self.titled(language),
            "thing": self.thing,
            "gone": self.native is None,
        }


def find_stored(connection: Connection, places: Iterable[Place]) -> dict[Place, Stored]:
    """Give what is stored of records, by their place."""
    table = source_record.c
    columns = (table.source_id, table.identifier, table.local_id, table.record, table.first_at, table.own_id)
    found: dict[Place, Stored] = {}
    wanted = sorted(set(places))
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        query = select(*columns).where(among(table.source_id, table.identifier, chunk))
        for row in connection.execute(query):
            native = None if row.record is None else orjson.loads(row.record)
            place = (row.source_id, row.identifier)
            found[place] = Stored(place, row.local_id, native, row.first_at, row.own_id)
    return found


def tell_waiting(connection: Connection, pairs: Sequence[Waiting], language: str = "en") -> list[dict[str, Any]]:
    """Give pairs of the queue or of a sample as rows: both records, how likely they are one thing, and why."""
    stored = find_stored(connection, {place for each in pairs for place in each.judgement.pair})
    return [_waiting(each, stored, pair_words(language)) for each in pairs]


def _waiting(each: Waiting, stored: Mapping[Place, Stored], words: PairWords) -> dict[str, Any]:
    said = each.judgement
    chance = said.probability
    return {
        "judgement": said.id,
        "a": stored[said.a].as_dict(words.language),
        "b": stored[said.b].as_dict(words.language),
        "probability": chance,
        "percent": None if chance is None else words.percent(chance),
        "likelihood": words.who(said) if chance is None else words.likelihood(chance),
        "why": words.in_short(said),
        "relation": said.relation,
        "things": list(each.things),
        "records": each.records,
        "worth": each.worth,
    }


@dataclass(frozen=True, slots=True)
class Account:
    """All there is to say of two records: what they are now, by whose word, the evidence, and what was ever said.

    Of the keys that may bring them together ``crowded`` are borne by so many records that they bring none together; of
    the ``shared`` identifiers ``too_common`` join none for the same reason. ``of_one_work`` says that their identifiers
    name one work, or versions and addenda of it.
    """

    a: Stored
    b: Stored
    found: Explanation | None
    shared: tuple[str, ...]
    live: tuple[Judgement, ...]
    past: tuple[Judgement, ...]
    crowded: frozenset[Key]
    too_common: frozenset[str] = frozenset()
    of_one_work: bool = False

    @property
    def is_of_one_source(self) -> bool:
        """Tell whether one source holds both, under identifiers of two works: only a person may join them then."""
        return self.a.place[0] == self.b.place[0] and not (self.of_one_work or certain(self.shared))

    @property
    def is_told_twice(self) -> bool:
        """Tell whether one source holds both as two, so that an identifier they share does not join them by itself."""
        same_source = self.a.place[0] == self.b.place[0] and self.found is not None
        return same_source and bool(certain(self.shared)) and not self.is_one

    @property
    def is_compared(self) -> bool:
        """Tell whether a key brings them together, so that they are compared."""
        found = self.found
        return found is not None and not self.is_of_one_source and any(k not in self.crowded for k in found.brought_by)

    @property
    def is_one(self) -> bool:
        """Tell whether both are shown as one thing now."""
        return self.a.thing is not None and self.a.thing == self.b.thing

    @property
    def heard(self) -> Judgement | None:
        """Give the judgement that counts first among those of the pair itself."""
        for kinds in OUTRANKING:
            for each in self.live:
                if each.by_kind in kinds:
                    return each
        return None


def account_of(connection: Connection, a: Place, b: Place, model: Model) -> Account:
    """Compare two records anew as they are now, and give it with what was said of them."""
    stored = find_stored(connection, (a, b))
    one, other = stored[a], stored[b]
    found, of_one_work = None, False
    if one.native is not None and other.native is not None:
        forms = _form(one.native), _form(other.native)
        found, of_one_work = explain_pair(*forms, model), are_of_one_work(*forms)
    borne = keys_of(connection, [a, b])
    shared = tuple(sorted({*borne.get(a, ())} & {*borne.get(b, ())}))
    pair = tuple(sorted((a, b)))
    said = [each for each in history(connection, a) if each.pair == pair]
    live = tuple(each for each in said if each.ended_at is None)
    keys: Iterable[Key] = () if found is None else found.brought_by
    crowded = _crowded_of(connection, keys)
    too_common = find_crowded(connection, certain(shared)).keys
    return Account(one, other, found, shared, live, tuple(said), crowded, too_common, of_one_work)


def _crowded_of(connection: Connection, keys: Iterable[Key]) -> frozenset[Key]:
    """Give those of the keys that are borne by so many records that they bring none together."""
    hashes = {key: key_hash(*key) for key in keys}
    borne = find_bearers(connection, hashes.values())
    return frozenset(key for key, number in hashes.items() if len(borne.get(number, ())) > most_bearers(number))


def _form(native: Mapping[str, Any]) -> Form:
    return to_form(facts_of(native))


def told_judgements(judgements: Sequence[Judgement], *, named: bool) -> list[dict[str, Any]]:
    """Give judgements as JSON; names and notes of persons only where they may be ``named``."""
    rows = to_document(judgements)
    for row in rows:
        if not named and row["by_kind"] == "person":
            row |= dict.fromkeys(_PERSONAL, None)
    return rows


def judgement_in_words(said: Judgement, language: str = "en") -> str:
    """Give a judgement as one line: its number, when, who, what, why, and what became of it."""
    words = pair_words(language)
    made = "" if said.made_at is None else f" {said.made_at:%Y-%m-%d %H:%M}"
    told = [words.verdict(said), *([] if said.probability is None else [words.percent(said.probability)])]
    note = "" if not said.note else f" – {words.reason(said.note) if said.by_kind == 'model' else said.note}"
    what = f"{words.listed(told)}{note}"
    line = f"#{said.id}{made} {words.say(sentences.JUDGED, who=words.who(said), what=what)}"
    if said.ended_at is None:
        return line
    who, why = words.ended(said)
    ended = words.say(sentences.ENDED, at=f"{said.ended_at:%Y-%m-%d %H:%M}", who=who)
    return f"{line} ({ended}{f': {why}' if why else ''})"


def pair_in_words(said: Judgement) -> str:
    """Name the records of a judgement as commands take them."""
    return f"{'/'.join(said.a)} – {'/'.join(said.b)}"
