"""Countries that keywords name are those of a record that says no other; doubtful names are left words."""

from __future__ import annotations

import pytest

from harvester.crosswalks import dc_terms
from vocabularies.concepts import find_term


@pytest.mark.parametrize(
    ("words", "countries"),
    [
        (["Kenya", "reefs", "United Republic of Tanzania"], ("KE", "TZ")),
        (["papua-new-guinea", "Madagaskar"], ("PG",)),
        (["Chad", "Jordan", "turkey", "IN", "INDIA", "US"], ()),
        (["Africa", "global", "Nairobi, Kenya"], ()),
    ],
)
def test_only_plain_names_of_countries_count(words: list[str], countries: tuple[str, ...]) -> None:
    topics = dc_terms.to_topics([(word, None) for word in words], "en")
    assert dc_terms.countries_named(topics) == countries
    assert list(topics.keywords) == words


@pytest.mark.parametrize(
    ("word", "subject"),
    [
        ("invasive species", "Invasive Alien Species"),
        ("Marine protected areas", "Protected Areas"),
        ("Agrobiodiversity", "Agricultural Biodiversity"),
        ("Traditional knowledge", "Traditional Knowledge, Innovations and Practices"),
    ],
)
def test_a_usual_word_for_a_subject_of_the_convention_is_that_subject(word: str, subject: str) -> None:
    wanted = find_term("subjects", subject)
    assert wanted is not None
    assert dc_terms.find_topic(word) == ("subjects", wanted.id)
