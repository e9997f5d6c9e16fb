"""Records made up, as a batch resolves them without a database: portions on disk, and what grouping looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from harvester.resolution.batch.edges import Edge
from harvester.resolution.batch.members import Row, said_of, tied_by_keys
from harvester.resolution.batch.portions import to_portion
from harvester.resolution.batch.reading import PORTION, Input, Listed, Portions
from harvester.resolution.batch.store import StoredForms, save_portion
from harvester.resolution.batch.things import Graph, Said
from harvester.resolution.batch.workers import workers
from harvester.resolution.forms.form import dump_form, parse_form
from harvester.resolution.forms.reading import facts_of, to_form, to_forms
from tests.bench.generated import iter_records


@dataclass(slots=True)
class Corpus:
    """Records as the centre holds them: source and bytes; and their members by number."""

    inputs: list[Input]
    members: list[Row]

    def portions(self, folder: Path, processes: int) -> Portions:
        """Write the portions, and give the members their forms."""
        listed = [Listed(row.source_id, row.identifier, "", "", False) for row in self.members]
        portions = Portions(listed, self._write(folder, processes))
        forms = StoredForms(portions.paths)
        self.members = [row._replace(form=forms.payload(number)) for number, row in enumerate(self.members)]
        return portions

    def _write(self, folder: Path, processes: int) -> tuple[Path, ...]:
        folder.mkdir(parents=True, exist_ok=True)
        starts = range(0, len(self.inputs), PORTION)
        tasks = ((folder / f"no-{at // PORTION:06}", self.inputs[at : at + PORTION]) for at in starts)
        if processes < 2:
            return tuple(map(write_portion, tasks))
        with workers(processes) as pool:
            return tuple(pool.imap(write_portion, tasks))

    def graph(self, edges: Sequence[Edge], model_version: str, said: Sequence[Said] = ()) -> Graph:
        """Give what ties the records."""
        ties = tied_by_keys((key, number) for number, row in enumerate(self.members) for key in row.keys).pairs
        places = [row.place for row in self.members]
        return Graph(places, ties, edges, said, model_version, self.rows_of, frozenset())

    def rows_of(self, numbers: Sequence[int]) -> list[Row]:
        """Give members."""
        return [self.members[number] for number in numbers]


def write_portion(task: tuple[Path, Sequence[Input]]) -> Path:
    """Write records as a portion, and give where it is."""
    path, inputs = task
    made = to_forms(facts_of(orjson.loads(said or b"{}")) for _, payload, said in inputs if payload is None)
    forms = [next(made) if payload is None else parse_form(payload) for _, payload, _ in inputs]
    save_portion(path, to_portion(forms, [source_id for source_id, _, _ in inputs]), "")
    return path


def make_corpus(count: int, *, seed: int = 1, with_forms: bool = False) -> Corpus:
    """Make records up; ``with_forms`` as if their forms were stored already."""
    corpus = Corpus([], [])
    for source, record in iter_records(count, seed):
        payload = dump_form(to_form(facts_of(record))) if with_forms else None
        corpus.inputs.append((source, payload, None if with_forms else orjson.dumps(record)))
        address, rank, keys = f"https://{source}.example", 1 + int(source[1:]), tuple(_keys(record))
        corpus.members.append(Row(source, record["id"], rank, "native", address, "", said_of(record), keys))
    return corpus


def _keys(record: dict[str, object]) -> Iterator[str]:
    yield str(record["id"])
    for each in record.get("sourceIds", ()):  # type: ignore[attr-defined]
        yield f"doi:{each['value']}"
