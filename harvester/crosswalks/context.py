"""What a crosswalk may know beside the raw record: where it came from and when. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Context:
    """The source a raw record was taken from.

    ``base_url`` is the address harvested; ``country`` (ISO 3166-1 alpha-2) is only said of records that name no other;
    ``default_language`` labels text the source left unlabelled; ``harvested_at`` is aware UTC.
    ``centre_id`` and ``oai_host`` are the centre's own names, by which it knows what comes back to it.
    """

    source_id: str
    source_name: str
    base_url: str
    country: str | None
    default_language: str | None
    harvested_at: datetime
    protocol: str = "oai_pmh"
    centre_id: str = ""
    oai_host: str = ""
