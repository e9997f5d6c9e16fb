"""How much one RDF document may take. Values only."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class RdfLimits:
    """Bounds of the parsing process, for each document.

    A literal longer than ``literal_bytes`` is left out and marked; any other bound ends the document. ``cpu_s`` is
    processor time, ``wall_s`` time by the clock, ``memory_bytes`` the address space of the process.
    """

    triples: int = 1_000_000
    literal_bytes: int = MIB
    cpu_s: int = 90
    wall_s: float = 180.0
    memory_bytes: int = 1024 * MIB


SYNTAXES = ("turtle", "xml", "json-ld", "nt")
TOO_LONG = "urn:chm:literal-too-long"
"""The datatype of the mark that stands for a literal left out."""
