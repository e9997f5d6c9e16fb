"""The entity sets of an InforMEA service: which there are, how each is asked for and what reads it. Knows no entity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit, urlunsplit

from harvester.errors import AnswerForbidden, AnswerUnreadable, ProtocolFault, SourceError, SourceRefused, WrongAnswer
from harvester.fetch import Fetcher
from harvester.protocols import odata_answers

_SERVICE = re.compile(r"^(.*\.svc)(?:/.*)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EntitySet:
    """One entity set: the crosswalk of its records, and the properties that may stand in tables of their own."""

    format: str
    expand: tuple[str, ...] = ()


_PLANS = EntitySet("informea_report", ("title", "files"))
KNOWN: Mapping[str, EntitySet] = {
    "Treaties": EntitySet("informea_treaty", ("title", "description")),
    "Decisions": EntitySet("informea_decision", ("title", "longTitle", "summary", "content", "keywords", "files")),
    "Meetings": EntitySet("informea_meeting", ("title", "description")),
    "CountryReports": _PLANS,
    "NationalReports": _PLANS,
    "NationalPlans": _PLANS,
    "CountryProfiles": EntitySet("informea_profile"),
    "Contacts": EntitySet("informea_contact", ("treaties", "roles")),
    "Sites": EntitySet("informea_site", ("name",)),
    "Documents": EntitySet("informea_document", ("title", "description", "keywords", "files")),
}
"""The entity sets of InforMEA's protocol (1.5.6) and of its portal, in the order they are read."""
_BY_LOWER = {name.lower(): name for name in KNOWN} | {"nationalplan": "NationalPlans", "profiles": "CountryProfiles"}


def find_set(text: str) -> str | None:
    """Give the known entity set a name or address names, whatever its case; None for any other, such as ``files``."""
    last = unquote(text).partition("?")[0].rstrip("/").rpartition("/")[2].partition("(")[0].lower()
    return _BY_LOWER.get(last)


def service_url(url: str) -> str:
    """Give the address of the service for one somebody copied: without the entity set, keys and arguments."""
    parts = urlsplit(url.strip())
    path = parts.path.rstrip("/")
    if match := _SERVICE.match(path):
        path = match[1]
    elif find_set(path):
        path = path.rpartition("/")[0]
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def list_sets(fetcher: Fetcher, root: str) -> dict[str, str]:
    """Give the addresses of the known entity sets by name, as the service document lists them.

    Empty where there is no service document, or only a page for people; then the sets must be tried by name.
    SourceUnreachable where nobody answers.
    """
    try:
        answer = odata_answers.ask(fetcher, root)
    except (SourceRefused, WrongAnswer, AnswerUnreadable, AnswerForbidden, ProtocolFault):
        return {}
    except SourceError as error:
        if "HTTP status" in str(error):
            return {}
        raise
    return _in_order({name: f"{root}/{_own_name(text)}" for text in answer.sets if (name := find_set(text))})


def by_name(root: str, names: Iterable[str] = KNOWN) -> dict[str, str]:
    """Give the usual addresses of entity sets by name."""
    return _in_order({name: f"{root}/{name}" for name in names})


def _own_name(text: str) -> str:
    """Give a set's name in the service's own spelling, without the host it thinks it has."""
    return text.partition("?")[0].rstrip("/").rpartition("/")[2]


def _in_order(found: Mapping[str, str]) -> dict[str, str]:
    return {name: found[name] for name in KNOWN if name in found}
