"""Answers that are no DCAT catalogue, or one that attacks its reader: what a run makes of each."""

from __future__ import annotations

import socket

import pytest

from harvester.hostile.dcat_payloads import PADDED
from tests.hostile.conftest import Play


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("dcat-web-page", "WRONG_ANSWER", "a web page"),
        ("dcat-login-page", "WRONG_ANSWER", "a web page"),
        ("dcat-empty-body", "ANSWER_UNREADABLE", "it is empty"),
        ("dcat-json-error", "WRONG_ANSWER", "JSON without a list of datasets"),
        ("dcat-other-rdf", "WRONG_ANSWER", "RDF without a catalogue or a dataset"),
        ("dcat-cut-short", "ANSWER_UNREADABLE", "it breaks off"),
        ("dcat-json-cut-short", "ANSWER_UNREADABLE", "no complete JSON object"),
        ("dcat-remote-context", "CONTEXT_REFUSED", "/context.jsonld"),
        ("dcat-scoped-context", "CONTEXT_REFUSED", "/context.jsonld"),
        ("dcat-file-context", "CONTEXT_REFUSED", "file:///etc/hostname"),
        ("dcat-external-entity", "ANSWER_FORBIDDEN", "document type"),
        ("dcat-entity-bomb", "ANSWER_FORBIDDEN", "document type"),
        ("dcat-deep-nesting", "ANSWER_UNREADABLE", "nested too deeply"),
    ],
)
def test_what_is_no_catalogue_fails_the_run_and_is_named(play: Play, name: str, code: str, words: str) -> None:
    stage = play(name)
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", code)
    assert words in report.reason
    assert socket.gethostname() not in report.reason
    assert report.counts.read == 0
    assert stage.published() == {}
    assert [call.path for call in stage.server.requests if call.path == "/context.jsonld"] == []


@pytest.mark.parametrize(("name", "code"), [("dcat-not-utf-8", "ENCODING"), ("dcat-long-text", "CROSSWALK_FAILED")])
def test_one_dataset_that_cannot_be_kept_costs_only_itself(play: Play, name: str, code: str) -> None:
    stage = play(name)
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed) == (2, 1)
    assert [problem.record_id for problem in stage.problems(code)] == ["https://data.example/dataset/2"]
    assert stage.titles() == ["Wetland count 1", "Wetland count 3"]


def test_one_dataset_without_title_costs_only_itself(play: Play) -> None:
    stage = play("dcat-one-without-title")
    report = stage.harvest()
    assert (report.counts.created, report.counts.refused) == (6, 1)
    assert len(stage.problems("TITLE_MISSING")) == 1


def test_broken_entries_of_a_data_json_cost_only_themselves(play: Play) -> None:
    stage = play("dcat-json-broken-entries")
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed) == (3, 3)
    codes = {problem.code: problem.record_id for problem in stage.problems() if problem.severity == "error"}
    assert codes == {"ENCODING": "wetland-4", "JSON_SYNTAX": "wetland-5", "VALUE_TYPE": None}


def test_a_large_document_is_taken_dataset_by_dataset(play: Play) -> None:
    stage = play("dcat-large-document")
    report = stage.harvest()
    assert (report.state, report.counts.created) == ("done", PADDED)
    assert len(stage.published()) == PADDED
