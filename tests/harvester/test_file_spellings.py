"""Files of MARC, YAML and lists inside answers: every record is found, and a broken one costs no other."""

from __future__ import annotations

import orjson

from harvester.configs import FilesConfig
from harvester.protocols.file_marc import cut_iso2709
from harvester.protocols.file_records import Cutter, Document
from harvester.protocols.file_yaml import MAX_NODES, cut_yaml
from harvester.raw import RawRecord
from vocabularies.problems import Problem

URL = "https://lib.example/"


def marc(identifier: str, title: bytes, *, utf8: bool = True) -> bytes:
    """Write a record of two fields as ISO 2709 says."""
    values = [identifier.encode() + b"\x1e", b"10\x1fa" + title + b"\x1e"]
    directory, start = b"", 0
    for tag, value in zip((b"001", b"245"), values, strict=True):
        directory += tag + b"%04d%05d" % (len(value), start)
        start += len(value)
    base = 24 + len(directory) + 1
    leader = b"%05dnam %s22%05d   4500" % (base + start + 1, b"a" if utf8 else b" ", base)
    return leader + directory + b"\x1e" + b"".join(values) + b"\x1d"


def raws(name: str, body: bytes, **settings: str) -> list[RawRecord]:
    found = list(Cutter(FilesConfig(**settings)).cut(Document(name, body, URL + name)))  # type: ignore[arg-type]
    return [each for each in found if isinstance(each, RawRecord)]


def test_marc_is_read_in_utf8_and_in_the_letters_of_marc8() -> None:
    body = marc("r1", b"Lagune de Joal") + marc("r2", b"\xe2Etang d'\xe2ete", utf8=False)
    first, second = raws("export.mrc", body)
    assert (first.identifier, first.format) == ("r1", "marcxml")
    assert "Étang d'éte" in second.payload.decode()


def test_a_broken_marc_record_is_told_and_costs_no_other() -> None:
    script = marc("r3", b"\x1b(3abc\x1b(B", utf8=False)
    found = list(cut_iso2709(marc("r1", b"One") + b"00099garbage\x1d" + script + marc("r4", b"\xff\xfe"), url=URL))
    assert [type(each) for each in found] == [RawRecord, Problem, Problem, Problem]
    assert "MARC-8" in found[2].value  # type: ignore[union-attr]


def test_marc_in_json_is_marc() -> None:
    fields = [{"001": "r1"}, {"245": {"ind1": "1", "ind2": "0", "subfields": [{"a": "One"}]}}]
    one = {"leader": "00000nam a2200000   4500", "fields": fields}
    assert [raw.format for raw in raws("one.json", orjson.dumps(one))] == ["marcxml"]
    assert len(raws("two.json", orjson.dumps([one, {**one, "fields": [{"001": "r2"}, fields[1]]}]))) == 2


def test_the_list_inside_an_answer_is_found() -> None:
    rows = [{"id": "1", "title": "One"}, {"id": "2", "title": "Two"}]
    for answer in (
        {"hits": {"hits": rows, "total": 2}, "aggregations": {}},
        {"responseHeader": {"status": 0}, "response": {"numFound": 2, "start": 0, "docs": rows}},
        {"success": True, "help": "x", "result": {"count": 2, "results": rows}},
        {"links": {}, "data": {"items": rows}, "took": 1, "timed_out": False},
    ):
        assert [raw.identifier for raw in raws("a.json", orjson.dumps(answer))] == ["1", "2"]


def test_a_record_feature_is_one_and_any_other_feature_a_row_with_its_place() -> None:
    place = {"type": "Point", "coordinates": [1, 2]}
    plain = {"type": "Feature", "id": "f1", "geometry": place, "properties": {"title": "Lac"}}
    body = orjson.dumps({"type": "FeatureCollection", "features": [plain, {**plain, "id": "f2", "links": []}]})
    first, second = raws("features.json", body)
    assert (first.format, orjson.loads(first.payload)["geometry"]) == ("table_row", place)
    assert (second.format, second.identifier) == ("ogc_record", "f2")


def test_yaml_is_read_as_it_is_written() -> None:
    body = b"Name: Norway\nid: 007\ncode: no\nversion: 1.10\nempty:\ntags: [a, b]\nday: 2019-01-02\n"
    [found] = cut_yaml(body)
    assert found == {
        "Name": "Norway", "id": "007", "code": "no", "version": "1.10", "empty": None, "tags": ["a", "b"],
        "day": "2019-01-02",
    }  # fmt: skip


def test_documents_lists_and_merged_keys_of_yaml_are_records() -> None:
    body = b"- &one {name: One, type: dataset}\n- <<: *one\n  name: Two\n---\nname: Three\n"
    assert list(cut_yaml(body)) == [
        {"name": "One", "type": "dataset"},
        {"name": "Two", "type": "dataset"},
        {"name": "Three"},
    ]
    assert len(raws("list.yaml", b"datasets:\n  - name: One\n  - name: Two\n", type="dataset")) == 2


def test_yaml_that_unfolds_without_end_or_builds_things_does_nothing() -> None:
    bomb = b"a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + b"".join(
        b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 12)
    )
    [found] = cut_yaml(bomb)
    assert isinstance(found, Problem)
    assert str(MAX_NODES) in found.value
    assert list(cut_yaml(b"x: !!python/object/apply:os.system ['false']\n")) == [{"x": ["false"]}]
    assert isinstance(list(cut_yaml(b"- a: 1\n- [b\n"))[-1], Problem)
    assert isinstance(list(cut_yaml(b"[" * 200))[-1], Problem)
