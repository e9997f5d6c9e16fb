"""``make bench``: print every benchmark; BENCH="--records 5000 --rounds 1" for a quick look."""

from __future__ import annotations

import argparse

from harvester.commands.runs import collect_garbage_seldom
from tests.bench.harvest import bench_harvest
from tests.bench.identity import bench_identity
from tests.bench.scale import bench_scale
from tests.bench.serve import bench_serving


def main() -> None:
    """Run the benchmarks."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", type=int, default=100_000, help="records of the large source; 0 leaves it out")
    parser.add_argument(
        "--identity", type=int, default=100_000, help="records to resolve, after 10,000; 0 leaves it out"
    )
    parser.add_argument(
        "--only-identity", action="store_true", help="measure nothing else (a million takes half an hour)"
    )
    given = parser.parse_args()
    collect_garbage_seldom()  # as the commands that harvest do
    if not given.only_identity:
        bench_harvest(given.records, given.rounds)
        print()
        bench_serving(min(given.records, 5_000), given.rounds)
        if given.large:
            print()
            bench_scale(given.large)
        print()
    if given.identity:
        bench_identity(tuple(size for size in (10_000, 100_000) if size < given.identity) + (given.identity,))


if __name__ == "__main__":
    main()
