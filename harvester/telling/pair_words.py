"""Says in one of the six languages what was found of two records; it reads nothing but the message catalogues."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from chm_node.publishing.sets import set_name
from chm_node.shell.languages import translations
from harvester.desk.addresses import HERE
from harvester.resolution.graph.judgements import JUDGED_AGAIN, Judgement
from harvester.resolution.matching.blocking import Key
from harvester.resolution.matching.wording import Explanation
from harvester.telling import pair_sentences as said

PAIRS_DOMAIN = ("pairs", HERE / "messages")
_DECIMAL_COMMA = frozenset({"fr", "es", "ru"})
_BETWEEN = {"zh": "；", "ar": "؛ "}
_LISTED = {"zh": "、", "ar": "، "}
_NEAREST = 0.0005
_KEPT = 4
_TELLING = 3
_COUNTRY = re.compile(r"[A-Z]{2}")
_OF_TYPES = frozenset({"body", "counts", "topics"})


@cache
def pair_words(language: str = "en") -> PairWords:
    """Give the words of a language: English for any that is not among the six."""
    return PairWords(language.replace("_", "-").partition("-")[0].lower())


@dataclass(frozen=True, slots=True)
class PairWords:
    """The words for pairs of records in one language."""

    language: str

    def say(self, text: str, **values: str) -> str:
        """Give a text of ``pair_sentences`` with its values; in one from right to left each stands by itself."""
        if self.language == "ar":
            values = {name: f"\u2068{value}\u2069" for name, value in values.items()}
        return translations(self.language, (PAIRS_DOMAIN,)).gettext(text).format_map(values)

    def number(self, value: float, form: str = "+.2f") -> str:
        """Give a number as it is written in the language, with a minus sign that is one."""
        text = format(value, form).replace("-", "−")
        return text.replace(".", ",") if self.language in _DECIMAL_COMMA else text

    def percent(self, probability: float) -> str:
        """Give a probability in percent with one decimal, never 0 and never 100."""
        probability = round(probability, _KEPT)  # as judgements are kept: one pair is told one figure
        held = min(max(probability, 0.001), 0.999)
        text = f"{self.number(100 * held, '.1f')}{'' if self.language == 'zh' else chr(0xA0)}%"
        if probability > 1 - _NEAREST:
            return self.say(said.MORE_THAN, percent=text)
        return self.say(said.LESS_THAN, percent=text) if probability < _NEAREST else text

    def likelihood(self, probability: float) -> str:
        """Give a probability in words, from almost certainly one thing to not one thing."""
        return self.say(next(words for least, words in said.LIKELIHOODS if probability >= least))

    def evidence(self, feature: str, level: str) -> str:
        """Say what a level of a feature means."""
        text = said.EVIDENCE.get((feature, level))
        return f"{feature}: {level}" if text is None else self.say(text)

    def reason(self, text: str) -> str:
        """Say what a veto or a doubt means."""
        if text in said.REASONS:
            return self.say(said.REASONS[text])
        for pattern, sentence in said.PATTERNS.items():
            if found := re.fullmatch(pattern, text):
                what = found["what"]
                return self.say(sentence, what=self.say(said.NOUNS[what]) if what in said.NOUNS else what)
        return text

    def key(self, key: Key, words: Sequence[str]) -> str:
        """Say which key two records share, with its words."""
        told = self.listed([self.name(word, is_type=key[0] in _OF_TYPES) for word in words])
        text = said.KEYS.get(key[0])
        return f"{key[0]}: {told}" if text is None else self.say(text, words=told)

    def name(self, word: str, *, is_type: bool = False) -> str:
        """Give the name of a country for its code, of a type of record where it ``is_type``; else the word as it is."""
        spec = f"country:{word}" if _COUNTRY.fullmatch(word) else f"type:{word}" if is_type else word
        name = set_name(spec, self.language)
        return word if name == spec else name

    def listed(self, words: Sequence[str]) -> str:
        """Give words one after the other."""
        return _LISTED.get(self.language, ", ").join(words)

    def summary(self, found: Explanation) -> str:
        """Say in one line how likely two records are one thing, and what tells most."""
        if found.veto:
            return self.say(said.SUMMARY_NO, reason=self.reason(found.veto))
        pieces = [f"{self.evidence(each.feature, each.level)}" for each in found.pieces[:_TELLING]]
        likelihood = self.likelihood(found.probability)
        line = self.say(
            said.SUMMARY,
            likelihood=likelihood[:1].upper() + likelihood[1:],
            percent=self.percent(found.probability),
            evidence=self.between(pieces),
        )
        return f"{line} {self.say(said.LEFT, reason=self.reason(found.doubt))}" if found.doubt else line

    def between(self, pieces: Sequence[str]) -> str:
        """Give pieces of evidence one after the other."""
        return _BETWEEN.get(self.language, "; ").join(pieces)

    def in_short(self, judgement: Judgement) -> str:
        """Give in one line why a rule or model says what it says."""
        if keys := [str(item["key"]) for item in judgement.evidence if "key" in item]:
            return self.say(said.SHARE, keys=self.listed(keys[:_TELLING]))
        pieces = [self._piece(item) for item in judgement.evidence if "feature" in item][:_TELLING]
        told = self.between(pieces)
        if judgement.note and judgement.by_kind == "model":
            return f"{told}. {self.say(said.LEFT, reason=self.reason(judgement.note))}"
        return told

    def _piece(self, item: Any) -> str:
        return f"{self.evidence(item['feature'], item['level'])} {self.number(item['bits'], '+.1f')}"

    def who(self, judgement: Judgement) -> str:
        """Name who judged: a person by name, an owner, a rule or the model by what they are."""
        if judgement.by_kind == "person":
            return judgement.by
        if judgement.by_kind == "owner":
            return self.say(said.OWNER)
        if judgement.by_kind == "model":
            return self.say(said.MODEL, version=judgement.model_version)
        rule = said.RULES.get(judgement.by)
        return self.say(said.RULE, rule=judgement.by) if rule is None else self.say(rule)

    def ended(self, judgement: Judgement) -> tuple[str, str]:
        """Say by whom a judgement was ended, and why; what a person wrote stays as it is."""
        who, why = judgement.ended_by or "–", judgement.ended_why or ""
        verdict = why.removeprefix(f"{JUDGED_AGAIN}: ")
        if verdict != why and verdict in said.VERDICTS:
            why = self.say(said.AGAIN, verdict=self.say(said.VERDICTS[verdict]))
        elif why in said.ENDED_WHY:
            why = self.say(said.ENDED_WHY[why])
        by = said.ENDED_BY.get(who) or said.RULES.get(who)
        return who if by is None or judgement.by_kind == "person" else self.say(by), why

    def verdict(self, judgement: Judgement) -> str:
        """Say what a judgement says, and how it ties the two."""
        what = self.say(said.VERDICTS[judgement.verdict])
        ties = said.TIES if judgement.by_kind == "model" else said.RELATIONS
        return self.listed([what, self.say(ties[judgement.relation])]) if judgement.relation in ties else what
