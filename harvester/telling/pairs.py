"""What is told of pairs of records and of things made of several: in plain words and as JSON; it changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, select, tuple_

from harvester.resolution.forms.form import Form
from harvester.resolution.forms.reading import facts_of, to_form
from harvester.resolution.graph.exchange import to_document
from harvester.resolution.graph.judgements import OUTRANKING, Judgement, Place, history
from harvester.resolution.graph.review import Waiting
from harvester.resolution.keys import certain
from harvester.resolution.lookups import keys_of
from harvester.resolution.matching.blocking import Key, key_hash, most_bearers
from harvester.resolution.matching.candidates import count_bearers
from harvester.resolution.matching.scoring import Model
from harvester.resolution.matching.wording import Explanation, explain_pair, key_in_words, likelihood
from harvester.tables import source_record

_CHUNK = 200
_TELLING = 3
_WORDS = {"same": "one thing", "different": "two things", "unsure": "perhaps one thing"}
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
        return _title(self.native)

    def as_dict(self) -> dict[str, Any]:
        """Give the record as commands and API name it."""
        return {
            "source": self.place[0],
            "identifier": self.place[1],
            "title": self.title,
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
        for row in connection.execute(select(*columns).where(tuple_(table.source_id, table.identifier).in_(chunk))):
            native = None if row.record is None else orjson.loads(row.record)
            place = (row.source_id, row.identifier)
            found[place] = Stored(place, row.local_id, native, row.first_at, row.own_id)
    return found


def tell_waiting(connection: Connection, pairs: Sequence[Waiting]) -> list[dict[str, Any]]:
    """Give pairs of the queue or of a sample as rows: both records, how likely they are one thing, and why."""
    stored = find_stored(connection, {place for each in pairs for place in each.judgement.pair})
    return [_waiting(each, stored) for each in pairs]


def _waiting(each: Waiting, stored: Mapping[Place, Stored]) -> dict[str, Any]:
    said = each.judgement
    chance = said.probability
    return {
        "judgement": said.id,
        "a": stored[said.a].as_dict(),
        "b": stored[said.b].as_dict(),
        "probability": chance,
        "likelihood": "by rule" if chance is None else likelihood(chance),
        "why": said_in_short(said),
        "relation": said.relation,
        "things": list(each.things),
        "records": each.records,
        "worth": each.worth,
    }


def said_in_short(said: Judgement) -> str:
    """Give in one line why a rule or model says what it says."""
    if keys := [str(item["key"]) for item in said.evidence if "key" in item]:
        return f"they share {', '.join(keys[:_TELLING])}"
    pieces = [item for item in said.evidence if "feature" in item][:_TELLING]
    told = "; ".join(f"{item['feature']} {item['level']} ({item['bits']:+.1f})" for item in pieces)
    return f"{told}; left to people: {said.note}" if said.note and said.by_kind == "model" else told


@dataclass(frozen=True, slots=True)
class Account:
    """All there is to say of two records: what they are now, by whose word, the evidence, and what was ever said.

    Of the keys that may bring them together ``crowded`` are borne by so many records that they bring none together.
    """

    a: Stored
    b: Stored
    found: Explanation | None
    shared: tuple[str, ...]
    live: tuple[Judgement, ...]
    past: tuple[Judgement, ...]
    crowded: frozenset[Key]

    @property
    def is_of_one_source(self) -> bool:
        """Tell whether one source holds both, and under no common identifier: only a person may join them then."""
        return self.a.place[0] == self.b.place[0] and not certain(self.shared)

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
    found = None
    if one.native is not None and other.native is not None:
        found = explain_pair(_form(one.native), _form(other.native), model)
    borne = keys_of(connection, [a, b])
    shared = tuple(sorted({*borne.get(a, ())} & {*borne.get(b, ())}))
    pair = tuple(sorted((a, b)))
    said = [each for each in history(connection, a) if each.pair == pair]
    live = tuple(each for each in said if each.ended_at is None)
    keys = () if found is None else found.brought_by
    crowded = frozenset(key for key in keys if _is_crowded(connection, key_hash(*key)))
    return Account(one, other, found, shared, live, tuple(said), crowded)


def _is_crowded(connection: Connection, key: int) -> bool:
    return count_bearers(connection, key) > most_bearers(key)


def _form(native: Mapping[str, Any]) -> Form:
    return to_form(facts_of(native))


def account_document(account: Account, *, named: bool = True) -> dict[str, Any]:
    """Give an account as JSON; without ``named`` it does not tell which persons said what."""
    found = account.found
    document: dict[str, Any] = {
        "a": account.a.as_dict(),
        "b": account.b.as_dict(),
        "one_thing": account.is_one,
        "one_source": account.is_of_one_source,
        "decided_by": None if account.heard is None else account.heard.by_kind,
        "identifiers": list(account.shared),
        "judgements": told_judgements(account.live, named=named),
        "history": told_judgements(account.past, named=named),
    }
    if found is None:
        return document | {"summary": "One of the records is gone; there is nothing to compare."}
    return document | {
        "summary": found.summary,
        "probability": round(found.probability, 4),
        "likelihood": likelihood(found.probability),
        "veto": found.veto,
        "doubt": found.doubt,
        "relation": found.relation,
        "model": found.model_version,
        "evidence": [
            {
                "feature": piece.feature,
                "level": piece.level,
                "bits": round(piece.bits, 2),
                "a": piece.a,
                "b": piece.b,
                "sentence": piece.sentence,
            }
            for piece in found.pieces
        ],
        "keys": [
            {"kind": key[0], "value": key[1], "meaning": key_in_words(key), "too_common": key in account.crowded}
            for key in found.brought_by
        ],
    }


def told_judgements(judgements: Sequence[Judgement], *, named: bool) -> list[dict[str, Any]]:
    """Give judgements as JSON; names and notes of persons only where they may be ``named``."""
    rows = to_document(judgements)
    for row in rows:
        if not named and row["by_kind"] == "person":
            row |= dict.fromkeys(_PERSONAL, None)
    return rows


def verdict_in_words(account: Account) -> str:
    """Say what two records are now, and by whose word."""
    words = "They are one thing now" if account.is_one else "They are two things now"
    heard = account.heard
    if heard is None:
        if account.is_one:
            return f"{words}, by way of other records."
        return f"{words}; nobody has said anything of them."
    who = {"person": heard.by, "owner": f"their owner ({heard.by})", "rule": f"the rule {heard.by}"}
    name = who.get(heard.by_kind, f"the model, version {heard.model_version}")
    return f"{words}; {name} says: {_WORDS[heard.verdict]}{_related(heard)}."


def _related(said: Judgement) -> str:
    return f", {said.relation.replace('_', ' ')}" if said.relation else ""


def judgement_in_words(said: Judgement) -> str:
    """Give a judgement as one line: when, who, what, why, and what became of it."""
    who = (
        said.by if said.by_kind in ("person", "owner") else f"{said.by_kind} {said.by}".replace("model model", "model")
    )
    made = "" if said.made_at is None else f"{said.made_at:%Y-%m-%d %H:%M} "
    chance = "" if said.probability is None else f" {said.probability:.2f}"
    note = f" – {said.note}" if said.note else ""
    line = f"#{said.id} {made}{who}: {said.verdict}{chance}{_related(said)}{note}"
    if said.ended_at is None:
        return line
    return f"{line} (ended {said.ended_at:%Y-%m-%d %H:%M} by {said.ended_by}: {said.ended_why})"


def pair_in_words(said: Judgement) -> str:
    """Name the records of a judgement as commands take them."""
    return f"{'/'.join(said.a)} – {'/'.join(said.b)}"


def _title(native: Mapping[str, Any] | None) -> str:
    titles: Mapping[str, str] = (native or {}).get("title") or {}
    return titles.get("en") or next(iter(titles.values()), "")
