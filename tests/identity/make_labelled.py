"""Make the labelled set of identity resolution: ``python -m tests.identity.make_labelled [--seed N] [--sample N]``."""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from tests.identity.generator.citations.table import write_citations
from tests.identity.generator.nodes import NODES, holders_of
from tests.identity.generator.pairing import Verdict, make_pairs, to_model
from tests.identity.generator.things import Thing, make_things
from tests.identity.generator.writing import Written, write
from vocabularies.formats.native import dump_native

FOLDER = Path(__file__).parent / "labelled"
SEED = 20
_TWICE, _COPIED = 0.12, 0.08


def make_set(seed: int) -> tuple[list[Written], list[Verdict]]:
    """Give the records and pairs of a seed; the same ones every time."""
    things, traps = make_things(seed)
    records = [record for thing in things for record in _records(thing, seed)]
    return records, make_pairs(things, traps, records, seed)


def _records(thing: Thing, seed: int) -> list[Written]:
    rng = Random(f"{seed}/holders/{thing.key}")
    held = holders_of(thing, rng)
    records = [write(thing, node, country, turn=0, seed=seed) for node, country in held]
    if thing.family == "generic" and len(held) == 1:
        return records
    if rng.random() < _TWICE:
        again = write(thing, *held[0], turn=1, seed=seed)
        ids = records[0].record.get("sourceIds", [])
        if any(each["scheme"] in ("cbd", "doi", "isbn", "wdpa") for each in ids):
            records.append(Written(again.source, again.place, again.entity, {**again.record, "sourceIds": ids}))
    if rng.random() < _COPIED:
        records.append(_copy(thing, records[0], seed))
    return records


def _copy(thing: Thing, origin: Written, seed: int) -> Written:
    copied = write(thing, NODES["regional-centre"], "", turn=2, seed=seed)
    provenance = [{"source": origin.source, "originalId": origin.record["id"], "hops": 2}]
    record = {**origin.record, "id": copied.record["id"], "publisher": {"node": "aggregator"}, "provenance": provenance}
    if copied.record.get("title", {}).keys() & origin.record["title"].keys():
        record["title"] = copied.record["title"]
    return Written("aggregator", copied.place.replace("regional-centre", "aggregator"), thing.key, record)


def dump_line(record: Written) -> bytes:
    """Give a record of the set as a line of JSON."""
    native: dict[str, Any] = json.loads(dump_native(to_model(record)))
    row = {"place": record.place, "source": record.source, "entity": record.entity, "record": native}
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def write_set(folder: Path, seed: int) -> None:
    """Write records.jsonl, pairs.csv and citations.csv of a seed into a folder."""
    records, pairs = make_set(seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "records.jsonl").write_bytes(b"".join(dump_line(record) for record in records))
    with (folder / "pairs.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("a", "b", "verdict", "kind", "relation"))
        table.writerows((pair.a, pair.b, pair.verdict, pair.kind, pair.relation) for pair in pairs)
    write_citations(folder / "citations.csv", seed)


def list_sample(records: Sequence[Written], pairs: Iterable[Verdict], count: int, seed: int) -> list[str]:
    """Give pairs for a person's check, of as many kinds as fit into the count."""
    rng = Random(f"{seed}/sample")
    by_place = {record.place: record for record in records}
    turns: Counter[str] = Counter()
    ranked: list[tuple[int, Verdict]] = []
    for pair in sorted(pairs, key=lambda pair: rng.random()):
        turns[pair.kind] += 1
        ranked.append((turns[pair.kind], pair))
    ranked.sort(key=lambda each: each[0])
    lines: list[str] = []
    for _, pair in ranked[:count]:
        lines.append(f"\n{pair.verdict.upper()} · {pair.kind}{' · ' + pair.relation if pair.relation else ''}")
        lines.extend(f"  {side.place}  {_told(side)}" for side in (by_place[pair.a], by_place[pair.b]))
    return lines


def _told(written: Written) -> str:
    left_out = ("id", "languages", "publisher", "summary", "treaties")
    said = {name: value for name, value in written.record.items() if name not in left_out}
    return json.dumps(said, ensure_ascii=False)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the set, or with ``--sample`` list pairs of it."""
    parser = argparse.ArgumentParser(prog="make_labelled", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help="another seed gives another set of the same kind")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to write it")
    parser.add_argument("--sample", type=int, metavar="N", help="print N pairs for a person's check and write nothing")
    given = parser.parse_args(arguments)
    if given.sample:
        print(*list_sample(*make_set(given.seed), given.sample, given.seed), sep="\n")
    else:
        write_set(given.folder, given.seed)


if __name__ == "__main__":
    main()
