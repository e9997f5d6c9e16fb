"""The table of citations: which source cites which work how often; writes CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.identity.generator.citations.citing import SOURCES, cite
from tests.identity.generator.citations.works import Work, make_works
from tests.identity.generator.identifiers import digest

COLUMNS = (
    "id", "source", "entity", "kin", "type", "title", "people", "year", "venue", "volume", "issue", "pages",
    "publisher", "doi",
)  # fmt: skip
_POPULAR = 0.04


def make_citations(seed: int) -> list[dict[str, str]]:
    """Give every citation of a seed, by column, in an order that tells nothing."""
    rows = [row for work in make_works(seed) for row in _citations(work, seed)]
    return sorted(rows, key=lambda row: row["id"])


def _citations(work: Work, seed: int) -> Iterator[dict[str, str]]:
    rng = Random(f"{seed}/cited/{work.key}")
    held = [(source, rng.randint(1, source.most)) for source in SOURCES if rng.random() < source.share]
    if rng.random() < _POPULAR and not work.generic:
        held.append((SOURCES[-1], rng.randint(6, 22)))
    for source, count in held or [(rng.choice(SOURCES), 1)]:
        for number in range(count):
            name = digest(f"{seed}/{work.key}/{source.name}/{number}/{count}")
            yield {"id": name, "source": source.name, "entity": work.key, "kin": work.kin,
                   **cite(work, source, number + 100 * (count > source.most), seed)}  # fmt: skip


def write_citations(path: Path, seed: int) -> None:
    """Write the citations of a seed as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(make_citations(seed))
