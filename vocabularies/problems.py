"""Problems: what can be wrong with data, who can put it right, and how to say so in six languages."""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vocabularies.field_names import field_name, field_of
from vocabularies.problem_rules import DID_YOU_MEAN, EXPECTED, PROBLEMS, SHOWN_LENGTH, Rule, Severity
from vocabularies.text import UN_LANGUAGES, text_direction

__all__ = ["DOMAIN", "MESSAGES", "PROBLEMS", "Problem", "Rule", "Severity", "as_dict", "fix", "message", "problem"]

DOMAIN = "problems"
MESSAGES = Path(__file__).parent / "messages"
_NOTHING: Mapping[str, str] = MappingProxyType({})
_KEPT_LENGTH = 2_000
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about data. ``path`` is a JSON pointer into the record; ``""`` is the record as a whole."""

    code: str
    severity: Severity
    path: str = ""
    value: str = ""
    params: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    record_id: str | None = None
    row: int | None = None
    language: str | None = None


def problem(code: str, path: str = "", value: str = "", **params: str) -> Problem:
    """Make a problem whose severity is its code's; KeyError where the code is not in ``PROBLEMS``."""
    return Problem(
        code, PROBLEMS[code].severity, path, value[:_KEPT_LENGTH], MappingProxyType(params) if params else _NOTHING
    )


def message(problem: Problem, language: str = "en") -> str:
    """Say what happened and what to do, with an example, in one of the six languages; English for any other."""
    what = _say(problem, "what", language)
    return f"{what}{'' if _primary(language) == 'zh' else ' '}{fix(problem, language)}"


def fix(problem: Problem, language: str = "en") -> str:
    """Say only what to do, with an example."""
    todo = _say(problem, "fix", language)
    if problem.params.get("suggestion"):
        gap = "" if _primary(language) == "zh" else " "
        todo = f"{todo}{gap}{_fill(DID_YOU_MEAN, problem, language)}"
    return todo


def as_dict(problem: Problem, language: str = "en") -> dict[str, Any]:
    """Give the problem as JSON for the API, the command line and reports; only messages shorten the value."""
    rule = _rule(problem)
    return {
        "code": problem.code,
        "severity": problem.severity,
        "field": field_of(problem.path),
        "pointer": problem.path,
        "lang": problem.language,
        "value": problem.value,
        "params": dict(problem.params),
        "record_id": problem.record_id,
        "row": problem.row,
        "who": rule.who,
        "scbd_code": rule.scbd,
        "message": message(problem, language),
        "fix": fix(problem, language),
        "docs_url": f"/problems#{problem.code}",
    }


def _rule(problem: Problem) -> Rule:
    return PROBLEMS.get(problem.code) or PROBLEMS["OTHER"]


def _say(problem: Problem, part: str, language: str) -> str:
    rule = _rule(problem)
    return _fill(rule.what if part == "what" else rule.fix, problem, language)


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()


@cache
def _catalogue(primary: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, MESSAGES, languages=[primary], fallback=primary == "en")


def _translate(text: str, language: str) -> str:
    primary = _primary(language)
    if not text or primary == "en" or primary not in UN_LANGUAGES:
        return text
    return _catalogue(primary).gettext(text)


class _Values(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _fill(template: str, problem: Problem, language: str) -> str:
    rtl = text_direction(_primary(language)) == "rtl"
    values = _Values({key: _shown(value, 3 * SHOWN_LENGTH, rtl=rtl) for key, value in problem.params.items()})
    values["value"] = _shown(problem.value, rtl=rtl) or "…"
    values["field"] = _shown(_translate(field_name(field_of(problem.path)), language), rtl=rtl)
    expected = problem.params.get("expected")
    if expected is not None:
        values["expected"] = _translate(expected, language)
        values.setdefault("example", _shown(EXPECTED.get(expected, "…"), rtl=rtl))
    return _translate(template, language).format_map(values)


def _shown(value: str, length: int = SHOWN_LENGTH, *, rtl: bool = False) -> str:
    """Give a value as one line, shortened, and isolated where its direction could disturb the sentence.

    In a sentence from right to left that is any value: 2024-06-30 would read 30-06-2024 there (UAX #9, W2 and W4).
    """
    line = " ".join(value[: length * 4].split())
    if len(line) > length or len(value) > length * 4:
        line = line[: length - 1] + "…"
    return f"\u2068{line}\u2069" if line and (rtl or _RTL.search(line)) else line
