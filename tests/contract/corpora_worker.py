"""Harvests corpora in a process of its own and prints what became of each, one JSON object a line.

``python -m tests.contract.corpora_worker DATA NAME…``: a source that hangs or needs too much memory ends this process.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from harvester.errors import SourceError
from harvester.fetch import FetchSettings, HttpFetcher
from harvester.preview import Preview, preview_source
from harvester.sources import Source, config_from_settings
from harvester.testing import serve_recorded
from tests.contract.corpora_roads import Way
from tests.contract.corpora_sources import ROADS

LONGEST_S = 90
MOST_BYTES = 1024 * 1024 * 1024
"""What the process may ask for; what it really takes is measured and told."""
RECORDS = 300
"""Read of one source, at most; many sources are one file each."""
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@dataclass
class Tally:
    """What became of one corpus."""

    name: str
    sources: int = 0
    found: int = 0
    accepted: int = 0
    live: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    turned_away: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    no_metadata: Counter[str] = field(default_factory=Counter)
    """Files by why they hold no metadata; the rows in them are not counted as records."""
    rows_left: int = 0
    terms_known: int = 0
    terms_seen: int = 0

    def add(self, preview: Preview) -> None:
        why = no_metadata(preview)
        if why:
            self.no_metadata[why] += 1
            self.rows_left += preview.read
            return
        foreign = sum(found.path.endswith("/@context") for _, found in preview.problems)
        codes = Counter(found.code for _, found in preview.problems if found.severity == "error")
        silent = codes & SILENT if preview.source.protocol == "feed" else Counter[str]()
        left = {"JSON-LD of another vocabulary": foreign, "entries that say nothing": silent.total()}
        self.no_metadata.update({why: number for why, number in left.items() if number})
        self.found += preview.read - foreign - silent.total()
        self.accepted += preview.accepted
        self.live += preview.live
        self.terms_known += preview.terms_known
        self.terms_seen += preview.terms_seen
        self.filled.update(preview.filled)
        self.codes += codes - Counter({"CROSSWALK_FAILED": foreign}) - silent


SILENT = Counter({"ID_SYNTAX": 1_000_000, "TITLE_MISSING": 1_000_000})
"""What is wrong with entries of feeds that have no text at all: any text would be their name and their title."""


def no_metadata(preview: Preview) -> str:
    """Say why a file holds no metadata, empty where it does: nothing listed, or rows of which none has a title."""
    if not preview.read:
        return "an empty list"
    codes = {found.code for _, found in preview.problems if found.severity == "error"}
    if preview.accepted or not set(preview.formats) <= {"table_row"}:
        return ""
    return (
        "rows without any title" if codes <= UNTITLED else "rows that say not of what type" if codes <= WAITING else ""
    )


UNTITLED = frozenset({"TITLE_MISSING", "ROW_SHAPE", "QUOTE_OPEN", "VALUE_TYPE", "ENCODING"})
"""What is wrong with rows that describe nothing: measurements, identifiers, settings, log entries."""
WAITING = UNTITLED | {"TYPE_MISSING", "TYPE_UNKNOWN"}
"""What is wrong with rows until their source says of what type they are: nodes, thesaurus terms, settings."""
SAID = ("without a list of datasets", "without a catalogue", "a web page", "an error message", "an empty file",
        "neither a table nor JSON nor XML", "no RSS or Atom", "is not schema.org", "begins with <", "of another road",
        "a sitemap", "a feed;", "RDF of several")  # fmt: skip
"""Of the messages of what is turned away, those that say it is no metadata, or that of another road."""


def harvest(name: str, data: Path) -> Tally:
    """Look at every source of a corpus; what a road refuses with a message is counted by its code."""
    site, tally = ROADS[name](data / name.partition(" ")[0]), Tally(name)
    fetcher = HttpFetcher(FetchSettings(allow_loopback=True, pause_s=0, back_off_s=0.01))
    with serve_recorded(site.answers) as server:
        for way in site.ways:
            tally.sources += 1
            try:
                tally.add(preview_source(fetcher, to_source(way, server.url), now=NOW, limit=RECORDS))
            except SourceError as error:
                said = next((part for part in SAID if part in str(error)), "")
                if error.code == "WRONG_ANSWER" and said:
                    tally.no_metadata[said.strip(" <;")] += 1
                else:
                    tally.turned_away[error.code] += 1
                if "-v" in sys.argv:
                    sys.stderr.write(f"{name}: {way.path}: {error}\n")
    return tally


def to_source(way: Way, server: str) -> Source:
    config = config_from_settings(way.protocol, way.settings)
    return Source("corpus", "Corpus", f"{server}{way.path}", way.protocol, config)


def too_slow(*_: object) -> None:
    raise TimeoutError(f"not done after {LONGEST_S} s")


def own_peak_kb() -> int:
    """Give the most memory this process has had; getrusage would count what its parent had when it began."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def main(data: Path, names: list[str]) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    signal.signal(signal.SIGALRM, too_slow)
    for name in names:
        began = time.perf_counter()
        signal.alarm(LONGEST_S)
        tally = harvest(name, data)
        signal.alarm(0)
        peaks = [own_peak_kb(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]
        told = vars(tally) | {"seconds": time.perf_counter() - began, "peak_mb": max(peaks) / 1024}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), [name for name in sys.argv[2:] if name != "-v"] or list(ROADS))
