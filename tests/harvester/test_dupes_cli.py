"""The commands dupes …: what they print, what they change, and the code they leave with."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_node import Federation, a_record, new_federation

from chm_node.publishing import sql
from harvester.index import resettle
from harvester.matching_queue import follow
from harvester.resolution.matching.blocking import MAX_BEARERS, MAX_WEAK, key_hash
from harvester.resolution.matching.candidates import add_keys
from harvester.resolution.repeating import keep_repeating
from harvester.runs import run_source
from harvester.tables import judgement

Command = Callable[..., tuple[int, str]]
TITLE = "Restoring seagrass meadows along the coast of Zanzibar"
MORE = {"ke": "A survey of the birds of the lakes", "tz": "Rules for the trade in timber"}


@pytest.fixture
def federation(home: Path, command: Command) -> Iterator[Federation]:
    """A centre made by the command: two sources tell of one project each in like words, and of one more."""
    command("init", "--defaults", "--id", "hub")
    for made in new_federation(f"sqlite:///{home / 'harvester.sqlite'}", home):
        for name, local, title in (("ke", "a", TITLE), ("tz", "b", f"{TITLE}, Tanzania")):
            node = made.add(name)
            node.put(a_record(name, local, title))
            node.put(a_record(name, "more", MORE[name]))
            run_source(made.centre, name)
        follow(made.centre)
        yield made


def ask(command: Command, *arguments: str) -> Any:
    code, out = command("dupes", *arguments, "--json")
    assert code == 0, out
    return json.loads(out)


def refusal(command: Command, *arguments: str) -> tuple[int, str]:
    code, out = command("dupes", *arguments, "--json")
    return code, json.loads(out)["error"]["code"]


def things(federation: Federation) -> set[str]:
    return set(federation.published())


def test_what_waits_is_listed_with_titles_probability_in_words_and_why(
    federation: Federation, command: Command
) -> None:
    [row] = ask(command, "list")
    assert (row["a"]["identifier"], row["b"]["identifier"]) == ("urn:chm:ke:a", "urn:chm:tz:b")
    assert row["probability"] >= 0.3 and row["likelihood"] and "title" in row["why"]
    code, out = command("dupes", "list")
    assert code == 0
    assert "ke/urn:chm:ke:a" in out and f"{row['likelihood']}, {row['percent']}: {row['why']}" in out
    assert ask(command, "list", "--likely", "1.0") == []
    assert ask(command, "list", "--sample") == []


def test_a_pair_is_explained_piece_by_piece(federation: Federation, command: Command) -> None:
    told = ask(command, "explain", "ke/urn:chm:ke:a", "urn:chm:tz:b")
    assert told["one_thing"] is False
    [title] = [each for each in told["evidence"] if each["feature"] == "title"]
    assert title["a"] != title["b"] and title["bits"] and title["sentence"]
    assert told["keys"] and all(key["meaning"] for key in told["keys"])
    assert [each["by_kind"] for each in told["judgements"]] == ["model"]
    code, out = command("dupes", "show", "urn:chm:ke:a", "urn:chm:tz:b")
    assert code == 0
    assert "They are two things now" in out and "bits" in out and "Brought together by:" in out
    assert round(told["start"]["bits"] + sum(each["bits"] for each in told["evidence"]), 2) == told["bits"]
    assert f"{told['bits']:+.2f}".replace("-", "−") + f"  Together: {100 * told['probability']:.1f}" in out


def test_a_pair_is_explained_in_the_language_asked_for(federation: Federation, command: Command) -> None:
    pair = ("urn:chm:ke:a", "urn:chm:tz:b")
    english, chinese = (ask(command, "explain", *pair, "--lang", language) for language in ("en", "zh-Hans"))
    assert english["bits"] == chinese["bits"] and english["summary"].isascii() is False
    assert all(re.search("[\u4e00-\u9fff]", line) for line in (chinese["summary"], chinese["start"]["sentence"]))
    assert "Ce qui compte à présent :" in command("dupes", "explain", *pair, "--lang", "fr")[1]
    assert refusal(command, "explain", *pair, "--lang", "de") == (2, "BAD_REQUEST")


def test_two_that_share_no_key_are_compared_all_the_same(federation: Federation, command: Command) -> None:
    told = ask(command, "explain", "urn:chm:ke:a", "urn:chm:tz:more")
    assert (told["keys"], told["compared"]) == ([], False) and told["evidence"]
    assert "never compared; this is what a comparison would say" in "\n".join(told["lines"])


def test_an_id_left_when_two_things_were_joined_means_the_record_that_brought_it(
    federation: Federation, command: Command
) -> None:
    [row] = ask(command, "list")
    ask(command, "decide", "urn:chm:ke:a", "urn:chm:tz:b", "same")
    told = ask(command, "explain", row["a"]["thing"], row["b"]["thing"])
    assert (told["a"]["identifier"], told["b"]["identifier"]) == ("urn:chm:ke:a", "urn:chm:tz:b")
    assert told["one_thing"] is True
    assert refusal(command, "explain", told["a"]["thing"], told["a"]["thing"]) == (2, "BAD_REQUEST")
    parted = ask(command, "decide", row["a"]["thing"], row["b"]["thing"], "different")
    assert sorted(parted["things"]) == sorted((row["a"]["thing"], row["b"]["thing"]))
    assert len(parted["returned"]) == 1 and parted["redirects"] == []


def test_the_queue_is_narrowed_by_type_country_source_and_kind(federation: Federation, command: Command) -> None:
    [row] = ask(command, "list")
    other = {"alike": "doubt", "doubt": "alike"}
    kind = "doubt" if "Left to a person" in row["why"] else "alike"
    narrow = {"--source": ("tz", "hub"), "--type": ("project", "event"), "--kind": (kind, other[kind])}
    for option, (fits, fits_not) in narrow.items():
        assert ask(command, "list", option, fits) == [row], option
        assert ask(command, "list", option, fits_not) == [], option
    assert ask(command, "list", "--country", "ke") == []
    for option, wrong in (("--type", "paper"), ("--kind", "alike,doubt"), ("--country", "Kenya")):
        assert refusal(command, "list", option, wrong) == (2, "BAD_REQUEST")


def test_what_keeps_two_records_from_being_compared_is_told(federation: Federation, command: Command) -> None:
    pair = ("urn:chm:ke:a", "urn:chm:tz:b")
    keys = ask(command, "explain", *pair)["keys"]
    assert not any(key["too_common"] for key in keys)
    rare = next(key for key in keys if key["kind"] == "rare")
    crowded = key_hash("rare", rare["words"][0])
    with sql.write(federation.centre.engine) as connection:
        add_keys(connection, [(crowded, 1_000 + no) for no in range(MAX_BEARERS)])
    assert [key for key in ask(command, "explain", *pair)["keys"] if key["too_common"]] == [rare | {"too_common": True}]
    assert f"Too common to bring them together:\n  {rare['meaning']}" in command("dupes", "explain", *pair)[1]
    assert "One source holds both" in command("dupes", "explain", "urn:chm:ke:a", "urn:chm:ke:more")[1]


def test_records_are_named_in_every_way_people_know_them(federation: Federation, command: Command) -> None:
    [row] = ask(command, "list")
    thing = row["a"]["thing"]
    address = f"{federation.centre.site.base_url}/records/{thing}"
    for name in (thing, f"urn:chm:hub:{thing}", address, "urn:chm:ke:a", "ke/urn:chm:ke:a"):
        assert ask(command, "explain", name, "urn:chm:tz:b")["a"]["identifier"] == "urn:chm:ke:a", name
    assert refusal(command, "explain", "nobody", "urn:chm:tz:b") == (2, "NO_SUCH_RECORD")
    assert refusal(command, "split", "nobody") == (2, "NO_SUCH_THING")


def test_a_decision_joins_is_in_the_history_and_is_taken_back(federation: Federation, command: Command) -> None:
    before = federation.published()
    done = ask(command, "decide", "urn:chm:ke:a", "urn:chm:tz:b", "same", "--by", "Amina", "--note", "I know both")
    assert len(done["things"]) == 1 and len(done["judgements"]) == 1
    assert len(things(federation)) == len(before) - 1
    assert ask(command, "list") == []
    told = ask(command, "history", done["things"][0])
    assert {member["source"] for member in told["members"]} == {"ke", "tz"}
    assert told["field_sources"]["/title/en"]["source"] in ("ke", "tz")
    assert [(each["by"], each["note"]) for each in told["joined_by"]] == [("Amina", "I know both")]
    assert len(told["led_here"]) == 1
    code, out = command("dupes", "show", "urn:chm:ke:a", "urn:chm:tz:b")
    assert "They are one thing now; Amina says: one thing" in out
    ask(command, "undo", str(done["judgements"][0]), "--by", "Ben", "--why", "I was wrong")
    assert federation.published() == before
    assert "ended" in command("dupes", "history", "urn:chm:ke:a")[1]
    assert refusal(command, "undo", str(done["judgements"][0])) == (2, "JUDGEMENT_NOT_UNDONE")


def test_a_thing_is_split_into_all_its_records_or_those_named(federation: Federation, command: Command) -> None:
    before = things(federation)
    thing = ask(command, "decide", "urn:chm:ke:a", "urn:chm:tz:b", "same")["things"][0]
    assert len(ask(command, "split", thing)["things"]) == 2
    assert things(federation) == before
    assert refusal(command, "split", thing) == (2, "NOTHING_TO_SPLIT")
    ask(command, "decide", "urn:chm:ke:a", "urn:chm:tz:b", "same")
    assert len(ask(command, "split", thing, "tz/urn:chm:tz:b")["things"]) == 2
    assert things(federation) == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("urn:chm:ke:a", "urn:chm:tz:b", "alike"), "BAD_REQUEST"),
        (("urn:chm:ke:a", "ke/urn:chm:ke:a", "same"), "BAD_REQUEST"),
        (("urn:chm:ke:a", "urn:chm:tz:b", "different", "--relation", "sister"), "BAD_REQUEST"),
        (("urn:chm:ke:a", "urn:chm:tz:b", "same", "--relation", "part_of"), "BAD_REQUEST"),
    ],
)
def test_what_cannot_be_decided_is_refused(
    federation: Federation, command: Command, arguments: tuple[str, ...], code: str
) -> None:
    assert refusal(command, "decide", *arguments) == (2, code)
    assert len(things(federation)) == 4


def test_people_who_contradict_themselves_are_told_the_way(federation: Federation, command: Command) -> None:
    ask(command, "decide", "urn:chm:ke:a", "urn:chm:tz:b", "same")
    ask(command, "decide", "urn:chm:tz:b", "urn:chm:ke:more", "same")
    assert refusal(command, "decide", "ke/urn:chm:ke:a", "ke/urn:chm:ke:more", "different") == (
        2,
        "JUDGEMENT_CONTRADICTS",
    )


def test_a_translation_is_told_and_stays_another_thing(federation: Federation, command: Command) -> None:
    ask(command, "decide", "urn:chm:ke:a", "urn:chm:tz:b", "different", "--relation", "translation_of")
    [said] = [
        each
        for each in ask(command, "show", "urn:chm:ke:a", "urn:chm:tz:b")["judgements"]
        if each["by_kind"] == "person"
    ]
    assert said["relation"] == "translation_of"
    assert len(things(federation)) == 4


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_decisions_are_carried_out_and_in_again_and_faulty_rows_told(
    federation: Federation, command: Command, tmp_path: Path, form: str
) -> None:
    done = ask(command, "decide", "urn:chm:ke:a", "urn:chm:tz:b", "same", "--by", "Amina")
    file = tmp_path / f"said.{form}"
    assert ask(command, "export", "--format", form, "-o", str(file))["judgements"] == 1
    ask(command, "undo", str(done["judgements"][0]))
    assert len(things(federation)) == 4
    code, out = command("dupes", "import", str(file), "--json")
    assert (code, json.loads(out)["taken"]) == (0, 1)
    assert len(things(federation)) == 3
    assert ask(command, "import", str(file))["taken"] == 0
    row = "ke,urn:chm:ke:a,tz,urn:chm:tz:b,alike\n"
    file.write_text("a_source,a_identifier,b_source,b_identifier,verdict\n" + row)
    code, out = command("dupes", "import", str(file), "--json")
    assert code == 3 and json.loads(out)["refused"][0]["row"] == 1
    assert refusal(command, "import", str(tmp_path / "none")) == (2, "BAD_REQUEST")


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_what_waits_is_judged_in_a_spreadsheet_and_brought_back(
    federation: Federation, command: Command, tmp_path: Path, delimiter: str
) -> None:
    file = tmp_path / "pairs.csv"
    assert ask(command, "list", "-o", str(file))["pairs"] == 1
    [row] = csv.DictReader(io.StringIO(file.read_text("utf-8-sig")))
    assert (row["title_a"], row["title_b"], row["verdict"]) == (TITLE, f"{TITLE}, Tanzania", "")
    assert ask(command, "import", str(file))["taken"] == 0, "nobody judged it yet"
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, [*row], delimiter=delimiter)
    writer.writeheader()
    writer.writerow(row | {"verdict": "Same", "note": "one project"})
    file.write_text(sheet.getvalue(), "utf-8-sig")
    assert ask(command, "import", str(file), "--by", "Amina")["taken"] == 1
    assert len(things(federation)) == 3 and ask(command, "list") == []


def test_a_judgement_of_a_record_not_held_yet_is_told(federation: Federation, command: Command, tmp_path: Path) -> None:
    file = tmp_path / "said.csv"
    file.write_text("a_source,a_identifier,b_source,b_identifier,verdict\nke,urn:chm:ke:a,tz,later,same\n")
    code, out = command("dupes", "import", str(file))
    assert code == 0 and "tz/later are not both held here" in out


def test_an_export_goes_to_standard_output_and_holds_rules_and_history_on_request(
    federation: Federation, command: Command
) -> None:
    said = ask(command, "decide", "urn:chm:ke:a", "urn:chm:tz:b", "same")["judgements"][0]
    ask(command, "undo", str(said))
    for arguments, kinds in (((), []), (("--all",), ["model"]), (("--ended",), ["person"])):
        code, out = command("dupes", "export", *arguments)
        rows = list(csv.DictReader(io.StringIO(out)))
        assert (code, [row["by_kind"] for row in rows]) == (0, kinds)


def test_stats_count_what_is_there(federation: Federation, command: Command) -> None:
    found = ask(command, "stats")
    assert (found["records"], found["things"], found["things_of_several"]) == (4, 4, 0)
    assert (found["waiting"], found["queue"], found["automatic"]) == (1, 0, False)
    assert found["judgements"] == [{"by_kind": "model", "verdict": "unsure", "count": 1}]
    assert "1 pairs wait for a person" in command("dupes", "stats")[1]


def test_stats_name_the_keys_too_common_to_bring_records_together(federation: Federation, command: Command) -> None:
    found = ask(command, "stats")
    assert (found["stop_keys"], found["stop_keys_by_cap"], found["commonest_keys"]) == (0, [], [])
    keys = ask(command, "explain", "urn:chm:ke:a", "urn:chm:tz:b")["keys"]
    rare = next(key for key in keys if key["kind"] == "rare")
    with sql.write(federation.centre.engine) as connection:
        add_keys(connection, [(key_hash("rare", rare["words"][0]), 1_000 + no) for no in range(MAX_BEARERS)])
        add_keys(connection, [(key_hash("title", "of nobody"), 1_000 + no) for no in range(MAX_BEARERS + 1)])
    found = ask(command, "stats")
    assert found["stop_keys"] == 2
    assert found["stop_keys_by_cap"] == [{"cap": MAX_WEAK, "keys": 1}, {"cap": MAX_BEARERS, "keys": 1}]
    named, unknown = found["commonest_keys"]
    assert named == {"records": 62, "cap": MAX_WEAK, "kind": "rare", "meaning": rare["meaning"]}
    assert (unknown["records"], unknown["kind"]) == (61, "")
    assert f"62 records, {MAX_WEAK} may: {rare['meaning']}" in command("dupes", "stats")[1]


def test_stats_name_the_sources_that_repeat_themselves(federation: Federation, command: Command) -> None:
    assert ask(command, "stats")["repeating_sources"] == []
    assert "several records, which" not in command("dupes", "stats")[1]
    with sql.write(federation.centre.engine) as connection:
        keep_repeating(connection, frozenset({"tz", "ke"}))
    assert ask(command, "stats")["repeating_sources"] == ["ke", "tz"]
    told = "Sources that tell one thing in several records, which may be joined: ke, tz."
    assert told in command("dupes", "stats")[1]


def test_evaluate_says_what_to_do_where_nobody_judged_anything(federation: Federation, command: Command) -> None:
    assert ask(command, "evaluate")["scored"] == 0
    assert "dupes list --likely" in command("dupes", "evaluate")[1]
    ask(command, "decide", "urn:chm:ke:a", "urn:chm:tz:b", "same")
    told = ask(command, "evaluate")
    assert (told["scored"], told["vetoed"], told["gone"]) == (0, 1, 0), (
        "titles that differ in a word are left to people"
    )


def test_evaluate_measures_a_labelled_set(federation: Federation, command: Command, tmp_path: Path) -> None:
    (tmp_path / "records.csv").write_text(
        "id,title,authors,year\n"
        "1,Seagrass of the western Indian Ocean,J. Mwangi,2011\n"
        "2,Seagrass of the western Indian Ocean,Mwangi J,2011\n"
        "3,Mangroves of the Red Sea and their fishes,A. Said,2004\n"
    )
    (tmp_path / "gold_pairs.csv").write_text("id_a,id_b\n1,2\n")
    found = ask(command, "evaluate", str(tmp_path))
    assert (found["records"], found["pairs"]["precision"], found["pairs"]["recall"]) == (3, 1.0, 1.0)
    assert "B-cubed" in command("dupes", "evaluate", str(tmp_path))[1]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_exported_judgements_are_a_set_to_evaluate_on(
    federation: Federation, command: Command, tmp_path: Path, form: str
) -> None:
    ask(command, "decide", "urn:chm:ke:a", "urn:chm:tz:b", "different")
    file = tmp_path / f"decisions.{form}"
    assert command("dupes", "export", "--format", form, "-o", str(file))[0] == 0
    told, own = ask(command, "evaluate", str(file)), ask(command, "evaluate")
    assert told["judged"] == 1 and told | {"dataset": None} == own
    assert [each["a"] for kind in told["errors"].values() for each in kind] in ([], ["ke/urn:chm:ke:a"])
    wrong = {"csv": "a_source,verdict\nke,same\n", "jsonl": '{"a_source": "ke"}'}
    file.write_text(wrong[form], "utf-8")
    code, out = command("dupes", "evaluate", str(file))
    assert code == 2


def test_the_whole_is_resolved_anew_with_a_dry_run_first(federation: Federation, command: Command) -> None:
    before = federation.published()
    ask(command, "decide", "urn:chm:ke:a", "urn:chm:tz:b", "same")
    joined = federation.published()
    for arguments in (("-n",), ()):
        code, out = command("dupes", "rebuild", "--processes", "1", *arguments, "--json")
        events = [json.loads(line) for line in out.splitlines()]
        assert code == 0
        [difference] = [each for each in events if each["message_type"] == "difference"]
        assert (difference["records"], difference["merged"], difference["split"]) == (4, 0, 0)
        assert events[-1]["message_type"] == "done"
        assert federation.published() == joined != before
    assert "Things that come of joining others: 0\n" in command("dupes", "rebuild", "-n", "--processes", "1")[1]


def test_what_a_rebuild_would_change_is_told_with_titles(federation: Federation, command: Command) -> None:
    with sql.write(federation.centre.engine) as connection:  # as if this had been joined by other weights
        connection.execute(judgement.update().values(verdict="same"))
        places = [("ke", "urn:chm:ke:a"), ("tz", "urn:chm:tz:b")]
        resettle(connection, places, site=federation.centre.site, now=federation.clock())
    assert len(things(federation)) == 3
    code, out = command("dupes", "rebuild", "-n", "--processes", "1")
    assert code == 0 and "Taken apart, 1 of 1:" in out
    assert f"      ke/urn:chm:ke:a  {TITLE}\n      tz/urn:chm:tz:b  {TITLE}, Tanzania\n" in out
    assert out.endswith("Nothing was changed.\n") and len(things(federation)) == 3
    assert "Judgements added: 1, ended: 0." in command("dupes", "rebuild", "--processes", "1", "--yes")[1]
    assert len(things(federation)) == 4


@pytest.mark.xdist_group("spark")
@pytest.mark.filterwarnings("ignore")  # pyspark's own
def test_spark_finds_what_this_machine_finds(federation: Federation, command: Command) -> None:
    from harvester.operating_errors import ExtraMissing, JavaMissing
    from harvester.resolution.batch import spark

    try:
        spark.check_installed()
    except (ExtraMissing, JavaMissing) as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
    with sql.write(federation.centre.engine) as connection:  # as if the weights had changed since
        connection.execute(judgement.delete())
    said = []
    for arguments in ((), ("--spark", "local[1]")):
        code, out = command("dupes", "rebuild", "-n", "--processes", "1", *arguments, "--json")
        assert code == 0, out
        said += [each for each in map(json.loads, out.splitlines()) if each["message_type"] == "difference"]
    assert said[0] == said[1]
    assert said[0]["added"] == 1
