"""No pair that scoring keeps is ever left out before it is compared."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.resolution.batch.bounds import keep_reachable
from harvester.resolution.batch.corpus import Corpus, to_corpus
from harvester.resolution.batch.portions import to_portion
from harvester.resolution.forms.form import Form
from harvester.resolution.graph.policy import Policy
from harvester.resolution.matching.ruling import judge_pair
from harvester.resolution.matching.scoring import Model, load_model

_TEXT = """
fifth sixth report reports national biodiversity bio diversity kenya strategy strategie straetgy birds bird birding
forest forests foresters 2011 2020 of the annual introduction
доклад докладе национальный 生物多样性 国家报告 البيولوجي
"""
_WORDS = _TEXT.split()
_TITLE = st.lists(st.sampled_from(_WORDS), max_size=6).map(" ".join)
_NAME = st.tuples(
    st.sampled_from(["kamau", "kamaw", "smith", "smyth", "li", "ouedraogo"]), st.sampled_from(["", "j", "jk", "w"])
)
_FEW = st.sampled_from(["", "", "1", "2"])


def _some(*values: str, most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(lambda found: tuple(sorted(found)))


_FORM = st.builds(
    Form,
    type=st.sampled_from(["", "nationalReport", "event", "document"]),
    titles=st.lists(st.tuples(st.sampled_from(["en", "en-GB", "fr", "ru", "und", "zh"]), _TITLE), max_size=3).map(
        lambda titles: tuple(sorted(titles))
    ),
    year=st.sampled_from([None, 2010, 2011, 2012, 2020]),
    start=st.sampled_from(["", "2014-03-01", "2014-03-02", "2014-03", "2015-01-01"]),
    countries=_some("KE", "TZ"),
    named=_some("KE", "TZ", most=1),
    government=st.sampled_from(["", "", "KE", "TZ"]),
    series=st.sampled_from(["", "national-report", "nbsap"]),
    slot=_FEW,
    parts=st.lists(st.tuples(st.sampled_from(["volume", "part", "year"]), _FEW), max_size=2).map(tuple),
    numbers=_some("3", "4"),
    people=st.lists(_NAME, max_size=3).map(tuple),
    bodies=_some("unep", "united nations environment programme", "ministry of environment"),
    venue=st.sampled_from(["", "journal of climate", "j clim", "nature"]),
    volume=_FEW,
    issue=_FEW,
    pages=st.sampled_from(["", "1-9", "01", "12-19"]),
    ids=_some("doi:10.1/a", "doi:10.1/b", "un:x/1", "isbn:1"),
    addresses=_some("a.example/x", "b.example/y"),
    city=st.sampled_from(["", "nairobi", "nairobbi", "montreal"]),
    summary=st.lists(st.integers(1, 12), max_size=8, unique=True).map(lambda found: tuple(sorted(found))),
)  # fmt: skip


def _corpus(forms: list[Form]) -> Corpus:
    middle = len(forms) // 2
    return to_corpus([to_portion(part, [_source(form) for form in part]) for part in (forms[:middle], forms[middle:])])


def _source(form: Form) -> str:
    return f"s{sum(len(title) for _, title in form.titles) % 3}"


def _judged(forms: list[Form], model: Model) -> list[tuple[int, int]]:
    placed = [((_source(form), str(number)), form) for number, form in enumerate(forms)]
    pairs = combinations(range(len(forms)), 2)
    return [(a, b) for a, b in pairs if judge_pair(placed[a], placed[b], model, Policy())]


def _kept(forms: list[Form], model) -> set[tuple[int, int]]:
    pairs = np.array(list(combinations(range(len(forms)), 2)), np.int32).reshape(-1, 2)
    first, second = keep_reachable(_corpus(forms), model, pairs[:, 0], pairs[:, 1])
    return set(zip(first.tolist(), second.tolist(), strict=True))


@settings(max_examples=150, deadline=None)
@given(st.lists(_FORM, min_size=2, max_size=12), st.floats(1e-6, 1 - 1e-6))
def test_what_scoring_keeps_is_never_left_out(forms: list[Form], review: float) -> None:
    model = replace(load_model(), review=review)
    kept = _kept(forms, model)
    for a, b in _judged(forms, model):
        assert (a, b) in kept, (forms[a], forms[b])


@settings(max_examples=100, deadline=None)
@given(st.lists(_TITLE, min_size=2, max_size=12), st.floats(1e-4, 1 - 1e-4))
def test_titles_that_scoring_keeps_are_never_left_out(titles: list[str], review: float) -> None:
    forms = [Form(titles=(("en", title),)) for title in titles]
    model = replace(load_model(), review=review)
    kept = _kept(forms, model)
    for a, b in _judged(forms, model):
        assert (a, b) in kept, (titles[a], titles[b])


def test_records_that_have_little_in_common_are_left_out() -> None:
    words = [word for word in _WORDS if word.isascii()]
    forms = [
        Form(type="document", titles=(("en", f"{one} {other} {one}s management plan"),))
        for one in words
        for other in words
    ]
    model = load_model()
    count = len(forms) * (len(forms) - 1) // 2
    assert len(_judged(forms, model)) <= len(_kept(forms, model)) < count / 4
