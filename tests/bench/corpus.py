"""Records made up, as a batch resolves them without a database: portions on disk, and what grouping looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from harvester.resolution.batch.edges import Edge
from harvester.resolution.batch.members import Row, said_of, tied_by_keys
from harvester.resolution.batch.reading import Listed, Portions, write_portions
from harvester.resolution.batch.store import StoredForms
from harvester.resolution.batch.things import Graph, Said
from harvester.resolution.forms.form import dump_form
from harvester.resolution.forms.reading import facts_of, to_form
from tests.bench.generated import iter_records


@dataclass(slots=True)
class Corpus:
    """Records as the centre holds them: source and bytes; and their members by number."""

    inputs: list[tuple[str, bytes | None, bytes | None]]
    members: list[Row]

    def portions(self, folder: Path, processes: int) -> Portions:
        """Write the portions, and give the members their forms."""
        listed = [Listed(row.source_id, row.identifier, "", "", False) for row in self.members]
        portions = Portions(listed, write_portions(folder, self.inputs, processes=processes))
        forms = StoredForms(portions.paths)
        self.members = [row._replace(form=forms.payload(number)) for number, row in enumerate(self.members)]
        return portions

    def graph(self, edges: Sequence[Edge], model_version: str, said: Sequence[Said] = ()) -> Graph:
        """Give what ties the records."""
        ties = tied_by_keys((key, number) for number, row in enumerate(self.members) for key in row.keys).pairs
        places = [row.place for row in self.members]
        return Graph(places, ties, edges, said, model_version, self.rows_of, frozenset())

    def rows_of(self, numbers: Sequence[int]) -> list[Row]:
        """Give members."""
        return [self.members[number] for number in numbers]


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
