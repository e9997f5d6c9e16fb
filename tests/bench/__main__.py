"""``make bench``: print every benchmark; BENCH="--records 5000 --rounds 1" for a quick look."""

from __future__ import annotations

import argparse

from harvester.commands.runs import collect_garbage_seldom
from tests.bench.harvest import bench_harvest
from tests.bench.scale import bench_scale
from tests.bench.serve import bench_serving


def main() -> None:
    """Run the benchmarks."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", type=int, default=100_000, help="records of the large source; 0 leaves it out")
    given = parser.parse_args()
    collect_garbage_seldom()  # as the commands that harvest do
    bench_harvest(given.records, given.rounds)
    print()
    bench_serving(min(given.records, 5_000), given.rounds)
    if given.large:
        print()
        bench_scale(given.large)


if __name__ == "__main__":
    main()
