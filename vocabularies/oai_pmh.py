"""OAI-PMH 2.0's facts as data: verbs and their arguments, date forms. No request is answered here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

GRANULARITY = "YYYY-MM-DDThh:mm:ssZ"
DAY_GRANULARITY = "YYYY-MM-DD"


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a verb takes: ``exclusive`` stands alone, instead of all the others (§4)."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    exclusive: str | None = None

    @property
    def known(self) -> frozenset[str]:
        """Every argument of the verb."""
        return frozenset((*self.required, *self.optional, *([self.exclusive] if self.exclusive else [])))


VERBS: Mapping[str, Arguments] = {
    "Identify": Arguments(),
    "ListMetadataFormats": Arguments(optional=("identifier",)),
    "ListSets": Arguments(exclusive="resumptionToken"),
    "GetRecord": Arguments(required=("identifier", "metadataPrefix")),
    "ListIdentifiers": Arguments(("metadataPrefix",), ("from", "until", "set"), "resumptionToken"),
    "ListRecords": Arguments(("metadataPrefix",), ("from", "until", "set"), "resumptionToken"),
}

SET_SPEC = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*\Z")
METADATA_PREFIX = re.compile(r"[A-Za-z0-9\-_.!~*'()]+\Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a datestamp window as sent: its first instant, and whether it names a whole day (§3.3.1)."""

    at: datetime
    whole_day: bool

    @property
    def last_at(self) -> datetime:
        """The last second the bound covers."""
        return self.at + timedelta(days=1, seconds=-1) if self.whole_day else self.at


def parse_bound(text: str) -> Bound | None:
    """Read ``from`` or ``until`` in one of the two legal forms (§3.3.1); None for all else and for impossible days."""
    for pattern, form, whole_day in ((_DAY, "%Y-%m-%d", True), (_SECOND, "%Y-%m-%dT%H:%M:%SZ", False)):
        if pattern.match(text):
            try:
                return Bound(datetime.strptime(text, form).replace(tzinfo=UTC), whole_day)
            except ValueError:
                return None
    return None


def dump_datestamp(at: datetime) -> str:
    """Give the UTC instant at seconds granularity, without a fraction (§3.3)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
