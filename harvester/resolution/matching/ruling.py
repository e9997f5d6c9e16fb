"""What a score means for the graph: a judgement by rule or by the model, or none; pure."""

from __future__ import annotations

from harvester.resolution.forms.form import Form
from harvester.resolution.graph.judgements import Judgement, Place, Verdict
from harvester.resolution.graph.policy import Policy
from harvester.resolution.matching.doubts import is_of_one_kind
from harvester.resolution.matching.scoring import Model, Score, explain, score_if_near
from harvester.resolution.matching.tying import are_of_one_work, find_tie

Placed = tuple[Place, Form]
SLOT_RULE = "report-slot"
"""Joins two reports of one series by the same government, in the same place of the series, with nothing against it."""
_OF_NO_GOVERNMENT = frozenset({"meeting", "decision", "recommendation", "global-biodiversity-outlook"})
"""Series whose country, where one is told, is a host's."""
_OF_ONE_WORK = frozenset({"translation_of", "has_translation"})
"""Ties two records of one work, as a person says it with `same`: it keeps apart nothing that an identifier joins."""
_UNLIKE = frozenset({"different", "partly"})


def to_judgement(
    a: Place, b: Place, forms: tuple[Form, Form], found: Score, rules: tuple[Model, Policy], *, explained: bool = True
) -> Judgement | None:
    """Give what is to be kept of a comparison; None where it is neither joined, tied nor shown to anybody.

    What is vetoed as a version or a part is shown as a suggestion of that, which only a person may decide. Evidence is
    left out where it is not to be ``explained``.
    """
    model, policy = rules
    comparison = found.comparison
    if found.probability < model.review or is_of_one_kind(comparison.levels):
        return None

    def evidence() -> tuple[dict[str, object], ...]:
        return _evidence(found, model) if explained else ()

    if tie := find_tie(*forms, comparison):
        verdict: Verdict = "same" if tie.relation in _OF_ONE_WORK else "different"
        return Judgement(a, b, verdict, "rule", tie.rule, relation=tie.relation, evidence=evidence())
    if comparison.veto and not comparison.relation:
        return None
    doubt = comparison.veto or comparison.doubt
    unlike = comparison.levels[0][1] in _UNLIKE and have_common_language(*forms)
    if is_same_slot(*forms) and not doubt and not unlike:
        return Judgement(a, b, "same", "rule", SLOT_RULE, evidence=evidence())
    joins = policy.joins(found.probability) and not doubt
    return Judgement(
        a,
        b,
        "same" if joins else "unsure",
        "model",
        "model",
        relation=comparison.relation,
        model_version=model.version,
        probability=round(found.probability, 4),
        evidence=evidence(),
        note=doubt,
    )


def judge_pair(one: Placed, other: Placed, model: Model, policy: Policy, *, explained: bool = True) -> Judgement | None:
    """Compare two records and give what is to be kept of it, without evidence where it is not to be ``explained``.

    None for two of one source whose identifiers name no common work: it does not say a thing twice.
    """
    (place, form), (place_too, form_too) = one, other
    if place[0] == place_too[0] and not are_of_one_work(form, form_too):
        return None
    found = score_if_near(form, form_too, model)
    if found is None:
        return None
    return to_judgement(place, place_too, (form, form_too), found, (model, policy), explained=explained)


def have_common_language(a: Form, b: Form) -> bool:
    """Tell whether titles of both are in one language, or may be: unlike titles say nothing where they cannot be."""
    tongues = {language.partition("-")[0] for language, _ in a.titles}
    others = {language.partition("-")[0] for language, _ in b.titles}
    return not tongues.isdisjoint(others) or "und" in tongues | others


def is_same_slot(a: Form, b: Form) -> bool:
    """Tell whether two records fill one place of a series of reports: type, country and place all stated and equal."""
    return bool(
        a.series
        and a.series not in _OF_NO_GOVERNMENT
        and a.series == b.series
        and a.slot
        and a.slot == b.slot
        and a.type == b.type
        and len(a.countries) == 1
        and a.countries == b.countries
        and a.parts == b.parts
    )


def _evidence(found: Score, model: Model) -> tuple[dict[str, object], ...]:
    return tuple(
        {"feature": each.feature, "level": each.level, "bits": each.bits} for each in explain(found.comparison, model)
    )
