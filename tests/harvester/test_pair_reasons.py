"""What is told of a pair is true and in words of the language asked for: why it ended, what both share or differ in."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from harvester.resolution.forms.form import Facts
from harvester.resolution.forms.reading import to_form
from harvester.resolution.graph.derived import WHY_OVER
from harvester.resolution.graph.judgements import JUDGED_AGAIN, Judgement
from harvester.resolution.matching.scoring import load_model
from harvester.resolution.matching.wording import Piece, explain_pair
from harvester.telling import pair_sentences
from harvester.telling.pair_accounts import account_lines
from harvester.telling.pair_words import pair_words
from harvester.telling.pairs import Account, Stored, judgement_in_words

AT = datetime(2026, 5, 1, tzinfo=UTC)


def ended(why: str, by: str = "model") -> Judgement:
    said = Judgement(("a", "1"), ("b", "2"), "unsure", "model", "model", model_version="7", probability=0.5)
    return Judgement(
        said.a, said.b, "unsure", "model", "model", model_version="7", probability=0.5, id=4, made_at=AT, ended_at=AT,
        ended_by=by, ended_why=why,
    )  # fmt: skip


def piece(feature: str, a: Facts, b: Facts) -> Piece:
    pieces = explain_pair(to_form(a), to_form(b), load_model()).pieces
    return next(each for each in pieces if each.feature == feature)


def test_why_a_judgement_ended_is_said_in_the_language_asked_for() -> None:
    for why in (f"{JUDGED_AGAIN}: same", "taken back", *WHY_OVER):
        told = judgement_in_words(ended(why), "ru").rpartition(" (")[2]
        assert not re.search("[A-Za-z]{3}", told), told
        assert (why in judgement_in_words(ended(why))) is (why in pair_sentences.ENDED_WHY)
    assert "judged again: one thing" in judgement_in_words(ended(f"{JUDGED_AGAIN}: same"))
    assert judgement_in_words(ended("seen in the archive", "ana"), "ru").endswith("ana: seen in the archive)")


def test_of_identifiers_only_those_that_tell_are_shown() -> None:
    one = Facts(ids=("doi:10.1/x", "urn:chm:sa:1"), addresses=("https://a.example/1",))
    assert piece("identifiers", one, Facts(ids=("doi:10.1/x", "urn:chm:hub:9"))).a == "doi:10.1/x"
    differing = piece("identifiers", one, Facts(ids=("doi:10.1/y", "isbn:9780306406157", "urn:chm:hub:9")))
    assert (differing.a, differing.b) == ("doi:10.1/x", "doi:10.1/y")
    both = Facts(addresses=("https://b.example/2", "https://a.example/1"))
    assert {piece("address", one, both).a, piece("address", one, both).b} == {"a.example/1"}


def test_kinds_of_identifiers_and_series_are_named_in_words() -> None:
    words = pair_words("en")
    assert words.reason("different identifiers (un)") == (
        "they bear different identifiers of one kind (document symbol of the United Nations)"
    )
    reports = [Facts(type="nationalSubmission", titles={"en": f"{nth} national report"}) for nth in ("", "Fifth")]
    shown = piece("series", *reports)
    assert shown.a == "national report" and shown.b.startswith("national report ")


def test_one_pair_is_told_one_figure() -> None:
    assert pair_words("en").percent(0.993496) == pair_words("en").percent(round(0.993496, 4))


def test_that_one_source_holds_two_of_one_identifier_is_the_reason_given_and_what_they_say_is_no_identifier() -> None:
    one, two = (Stored(("ke", name), f"thing-{name}", {"title": {"en": "Guide"}}, AT, None) for name in ("1", "2"))
    facts = Facts(titles={"en": "Guide"}, ids=("doi:10.1/x",))
    found = explain_pair(to_form(facts), to_form(facts), load_model())
    account = Account(one, two, found, ("content:6f9de7a9", "doi:10.1/x"), (), (), frozenset(), of_one_work=True)
    told = "\n".join(account_lines(account))
    assert pair_sentences.ONE_SOURCE_TWICE in told and pair_sentences.ONE_SOURCE not in told
    assert "content:" not in told and "Both bear doi:10.1/x." in told
