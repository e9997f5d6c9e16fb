"""Checks of how an OAI-PMH repository refuses what is wrong: a table of requests and the error each must bring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from harvester.preflight.oai_repository import PREFIX, Pair, Repository
from harvester.preflight.verdicts import Check, Level, Verdict, good, idle

Pairs = tuple[Pair, ...]
_LIST = (("verb", "ListRecords"), ("metadataPrefix", PREFIX))
_NOBODY = "oai:nobody.example:there-is-no-such-record"
_NO_TOKEN = "there-is-no-such-token"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that must bring one of these errors; ``worst`` is the level where it brings records or the like.

    ``request`` gives None where the repository has nothing to ask it with. ``because`` says what goes wrong otherwise.
    """

    codes: tuple[str, ...]
    request: Callable[[Repository], Pairs | None]
    worst: Level = "warning"
    because: str = ""

    def __call__(self, repository: Repository) -> Verdict:
        """Send the request and look at the error."""
        pairs = self.request(repository)
        if pairs is None:
            return idle("There is nothing to ask it with.")
        reply = repository.ask(*pairs)
        if set(reply.codes) & set(self.codes):
            return good("", reply.url)
        wanted = " or ".join(self.codes)
        fix = f"Answer {wanted} with HTTP status 200 (OAI-PMH 2.0 §3.6). {self.because}".strip()
        level: Level = self.worst if reply.root is not None and not reply.codes else "warning"
        return Verdict(level, f"It is answered with {reply.told}.", fix, reply.url)


def _always(*pairs: Pair) -> Callable[[Repository], Pairs]:
    return lambda repository: pairs


def _listing(*pairs: Pair) -> Callable[[Repository], Pairs]:
    return _always(*_LIST, *pairs)


def _future(repository: Repository) -> Pairs:
    return (*_LIST, ("from", repository.stamp(repository.clock() + timedelta(days=366))))


def _before_all(repository: Repository) -> Pairs:
    return (*_LIST, ("until", repository.before_all()))


def _too_fine(repository: Repository) -> Pairs:
    return (*_LIST, ("from", "2020-01-01T00:00:00Z" if repository.by_day else "2020-01-01T00:00:00.5Z"))


def _mixed(repository: Repository) -> Pairs | None:
    return None if repository.by_day else (*_LIST, ("from", "2020-01-01"), ("until", "2030-01-01T00:00:00Z"))


def _with_token(repository: Repository) -> Pairs | None:
    token = repository.first.token
    return (*_LIST, ("resumptionToken", token.text)) if token and token.text else None


def _unknown_prefix(repository: Repository) -> Pairs | None:
    item = repository.find_item()
    return (("verb", "GetRecord"), ("identifier", item.identifier), ("metadataPrefix", "no_such")) if item else None


def _no_prefix(repository: Repository) -> Pairs | None:
    item = repository.find_item()
    return (("verb", "GetRecord"), ("identifier", item.identifier)) if item else None


def _unknown_set(repository: Repository) -> Pairs:
    return (*_LIST, ("set", "there-is-no-such-set"))


_IGNORED = "A date or set that is not looked at makes every harvest a whole one."
_RESTART = "A token that is not known must not begin the list again: harvests would never end."
_OTHER_FORMAT = "Other metadata than was asked for would be misread."

REFUSALS: tuple[Check[Repository], ...] = (
    Check("P13", "Identify takes no argument",
          Refusal(("badArgument",), _always(("verb", "Identify"), ("foo", "1")))),
    Check("P14", "A request without a verb is refused", Refusal(("badVerb",), _always())),
    Check("P15", "An unknown verb is refused", Refusal(("badVerb",), _always(("verb", "junk")))),
    Check("P15b", "Verbs are looked at to the letter", Refusal(("badVerb",), _always(("verb", "identify")))),
    Check("P15c", "A verb given twice is refused",
          Refusal(("badVerb", "badArgument"), _always(("verb", "Identify"), ("verb", "Identify")))),
    Check("P16", "An unknown argument is refused", Refusal(("badArgument",), _listing(("foo", "1")))),
    Check("P17", "An argument given twice is refused", Refusal(("badArgument",), _listing(("metadataPrefix", PREFIX)))),
    Check("P18", "An empty argument is refused", Refusal(("badArgument",), _listing(("from", "")))),
    Check("P24", "Odd characters do no harm",
          Refusal(("idDoesNotExist", "badArgument"),
                  _always(("verb", "GetRecord"), ("identifier", 'invalid"<id>&'), ("metadataPrefix", PREFIX)))),
    Check("P28", "Formats of an unknown record are refused",
          Refusal(("idDoesNotExist",), _always(("verb", "ListMetadataFormats"), ("identifier", _NOBODY)))),
    Check("P31", "ListSets refuses a token it did not give",
          Refusal(("badResumptionToken", "noSetHierarchy"),
                  _always(("verb", "ListSets"), ("resumptionToken", _NO_TOKEN)))),
    Check("P34", "GetRecord without a format is refused", Refusal(("badArgument",), _no_prefix)),
    Check("P35", "An unknown record is refused",
          Refusal(("idDoesNotExist",),
                  _always(("verb", "GetRecord"), ("identifier", _NOBODY), ("metadataPrefix", PREFIX)))),
    Check("P36", "GetRecord in an unknown format is refused",
          Refusal(("cannotDisseminateFormat",), _unknown_prefix, because=_OTHER_FORMAT)),
    Check("P40", "ListRecords without a format is refused",
          Refusal(("badArgument",), _always(("verb", "ListRecords")))),
    Check("P41", "ListRecords in an unknown format is refused",
          Refusal(("cannotDisseminateFormat",), _always(("verb", "ListRecords"), ("metadataPrefix", "no_such")),
                  because=_OTHER_FORMAT)),
    Check("P48", "A date that is none is refused", Refusal(("badArgument",), _listing(("from", "2020-02-31")))),
    Check("P48b", "A date finer than the granularity is refused", Refusal(("badArgument",), _too_fine)),
    Check("P49", "Two granularities in one request are refused", Refusal(("badArgument",), _mixed)),
    Check("P50", "An end before the beginning is refused",
          Refusal(("badArgument", "noRecordsMatch"), _listing(("from", "2020-01-02"), ("until", "2020-01-01")))),
    Check("P51", "Before the first record there is nothing",
          Refusal(("noRecordsMatch",), _before_all, "fail", _IGNORED)),
    Check("P52", "In the future there is nothing",
          Refusal(("noRecordsMatch", "badArgument"), _future, "fail", _IGNORED)),
    Check("P53", "In an unknown set there is nothing",
          Refusal(("noRecordsMatch", "noSetHierarchy", "badArgument"), _unknown_set, "fail", _IGNORED)),
    Check("P57", "A token stands alone", Refusal(("badArgument",), _with_token)),
    Check("P58", "A token it did not give is refused",
          Refusal(("badResumptionToken", "badArgument"),
                  _always(("verb", "ListRecords"), ("resumptionToken", _NO_TOKEN)), "fail", _RESTART)),
)  # fmt: skip
