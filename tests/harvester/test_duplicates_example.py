"""The example of an account in the description of the API is what comparing two such records comes to."""

from __future__ import annotations

from harvester.desk.duplicates_openapi import TITLES, explained
from harvester.resolution.forms.form import Facts
from harvester.resolution.forms.reading import to_form
from harvester.resolution.matching.scoring import load_model
from harvester.resolution.matching.wording import explain_pair


def test_the_example_of_an_account_is_what_two_such_records_come_to() -> None:
    model = load_model()
    one, other = (to_form(Facts("project", titles={"en": title}, date="2019", countries=("KE",))) for title in TITLES)
    found, shown = explain_pair(one, other, model), explained(model)["example"]
    assert [(each["feature"], each["level"]) for each in shown["evidence"]] == [
        (each.feature, each.level) for each in found.pieces
    ]
    sides = {each["feature"]: (each["a"], each["b"]) for each in shown["evidence"]}
    assert sides | {"country": ("Kenya", "Kenya"), "type": ("Project", "Project")} == sides
    assert all(sides[each.feature] == (each.a, each.b) for each in found.pieces if each.feature in ("title", "year"))
    assert (shown["start"]["bits"], shown["bits"]) == (round(found.start, 2), round(found.bits, 2))
    assert shown["probability"] == round(found.probability, 4)
    assert (shown["veto"], shown["doubt"]) == (found.veto, found.doubt)
    assert {(each["kind"], *each["words"]) for each in shown["keys"]} <= {
        (kind, *words) for (kind, _), words in found.brought_by.items()
    }
