"""Whatever is found of two records is said in words, in all six languages, and never as a number nobody can read."""

from __future__ import annotations

import ast
import inspect
import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from harvester.resolution.forms.form import Facts
from harvester.resolution.forms.reading import to_form
from harvester.resolution.matching import comparing, doubts, vetoes
from harvester.resolution.matching.blocking import keys_of
from harvester.resolution.matching.scoring import load_model
from harvester.resolution.matching.wording import explain_pair, words_of_key
from harvester.telling import pair_sentences
from harvester.telling.pair_words import PAIRS_DOMAIN, pair_words

TRANSLATED = ("ar", "es", "fr", "ru", "zh")
PLACEHOLDER = re.compile(r"\{\w+\}")
TITLE = "Restoring seagrass meadows along the coast of Zanzibar"


def texts() -> set[str]:
    tree = ast.parse(Path(pair_sentences.__file__).read_text("utf-8"))
    calls = (each for each in ast.walk(tree) if isinstance(each, ast.Call) and ast.unparse(each.func) == "N_")
    return {ast.literal_eval(each.args[0]) for each in calls}


def path(language: str, ending: str) -> Path:
    name, directory = PAIRS_DOMAIN
    return directory / language / "LC_MESSAGES" / f"{name}.{ending}"


def load(language: str) -> Catalog:
    with path(language, "po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_there_in_every_language_and_no_other(language: str) -> None:
    catalogue = load(language)
    assert {entry.id for entry in catalogue if entry.id} == texts()
    for entry in catalogue:
        if entry.id:
            assert entry.string and not entry.fuzzy, entry.id
            assert sorted(PLACEHOLDER.findall(entry.string)) == sorted(PLACEHOLDER.findall(entry.id)), entry.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_sentences_are_the_written_ones(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, load(language))
    assert path(language, "mo").read_bytes() == compiled.getvalue()


def test_every_level_the_model_weighs_has_a_sentence() -> None:
    weights = load_model().weights
    levels = {(feature, level) for feature, known in weights.items() for level in known}
    assert levels - pair_sentences.EVIDENCE.keys() == set()


def reasons() -> set[str]:
    """Read what vetoes and doubts are called where they are made; of those made up the kinds there are."""
    found: set[str] = {vetoes.ONE_VOLUME, doubts.VERSIONS, doubts.REPRINTED}
    for given in ast.walk(ast.parse(inspect.getsource(doubts.find_doubt))):
        if isinstance(given, ast.Return) and given.value is not None:
            found |= _constants(given.value)
    for module in (vetoes, comparing):
        for call in ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in ("Ruling", "ruling._replace"):
                told = [*call.args[:1], *(word.value for word in call.keywords if word.arg in ("veto", "doubt"))]
                found |= {text for each in told for text in _constants(each)}
    return found


def _constants(node: ast.expr) -> set[str]:
    if isinstance(node, ast.JoinedStr):
        parts = (each.value if isinstance(each, ast.Constant) else "volume" for each in node.values)
        return {"".join(map(str, parts))}
    if isinstance(node, ast.IfExp):
        return _constants(node.body) | _constants(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value else set()


def test_every_veto_and_doubt_has_words_in_every_language() -> None:
    told = reasons()
    assert len(told) > 15
    for text in told:
        assert not any(pair_words(language).reason(text) == text for language in TRANSLATED if language != "en"), text


def test_every_kind_of_number_that_tells_things_apart_has_a_noun() -> None:
    assert pair_sentences.NOUNS.keys() >= vetoes.APART


def test_what_brought_two_together_is_told_with_words_of_their_own() -> None:
    form = to_form(
        Facts(
            type="resource",
            titles={"en": TITLE},
            date="2019",
            countries=["TZ"],
            people=["Amina Otieno"],
            bodies=["Institute of Marine Sciences"],
            ids=["doi:10.1234/abc"],
            addresses=["https://example.org/a/b"],
            volume="12",
            pages="34-56",
        )
    )
    keys = keys_of(form)
    assert {kind for kind, _ in keys} <= pair_sentences.KEYS.keys()
    for key in keys:
        words = words_of_key(key, form)
        assert words and all(words), key
        told = pair_words("en").key(key, words)
        assert "|" not in told and not told.endswith(": "), told
        if key[0] == "grams":
            assert words[0] in TITLE.lower().replace(" ", "")
    assert any("United Republic of Tanzania" in pair_words("en").key(key, words_of_key(key, form)) for key in keys)


def test_the_numbers_of_an_explanation_add_up_for_any_pair() -> None:
    a = to_form(Facts(type="project", titles={"en": TITLE}, date="2019", countries=["TZ"]))
    for title, country in ((TITLE, "TZ"), ("Birds of the delta", "KE"), (f"{TITLE}, phase 2", "TZ")):
        b = to_form(Facts(type="project", titles={"en": title}, date="2020", countries=[country]))
        found = explain_pair(a, b, load_model())
        assert found.start + sum(each.bits for each in found.pieces) == pytest.approx(found.bits)
        assert found.probability == pytest.approx(1 / (1 + 2**-found.bits))


@pytest.mark.parametrize(
    ("probability", "english", "french"),
    [
        (0.987, "98.7 %", "98,7 %"),
        (0.99999, "more than 99.9 %", "plus de 99,9 %"),
        (0.00001, "less than 0.1 %", "moins de 0,1 %"),
    ],
)
def test_a_probability_is_written_as_the_language_does(probability: float, english: str, french: str) -> None:
    assert [pair_words(tag).percent(probability).replace("\xa0", " ") for tag in ("en", "fr-CA")] == [english, french]
    assert pair_words("zh").percent(0.5) == "50.0%"
    assert pair_words("es").number(-1.4) == "−1,40"
