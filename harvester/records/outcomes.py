"""What becomes of one record: a finding about its bytes, then a decision in the light of what is held. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from harvester.raw import RawRecord
from harvester.records.ledger import Held, dump_problems
from vocabularies.problems import Problem
from vocabularies.record import Record

NOT_OTHERS = frozenset({"OWN_RECORD", "HOPS_TOO_MANY"})
"""Refusals that leave no earlier version in the index."""
_STATES = {"refused": "refused", "failed": "failed", "deleted": "deleted"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What crosswalk and validation say of a raw record; ``outcome`` is set where they already decide it.

    Of an accepted record, ``native`` are the bytes to keep.
    """

    raw: RawRecord
    record: Record | None = None
    problems: tuple[Problem, ...] = ()
    outcome: str = ""
    fingerprint: str = ""
    keys: tuple[str, ...] = ()
    native: bytes = b""


@dataclass(frozen=True, slots=True)
class Entry:
    """A decided outcome; ``code`` is the first error's, ``problems`` are JSON, ``local_id`` the canonical id held."""

    finding: Finding
    outcome: str
    code: str
    problems: str
    local_id: str | None
    was_live: bool
    again: bool = False
    put_off: str = ""
    """Why this change waits for the run's end, empty where it does not."""

    @property
    def identifier(self) -> str:
        """The identifier the source uses."""
        return self.finding.raw.identifier

    @property
    def state(self) -> str:
        """The state the record is in at the centre now."""
        return _STATES.get(self.outcome, "accepted")

    @property
    def arrives(self) -> bool:
        """Whether the index gets this version; a replay gives it what is unchanged again, as rules may have changed."""
        again = self.again and self.outcome == "unchanged" and self.finding.record is not None
        return again or self.outcome in ("created", "updated")

    @property
    def leaves(self) -> bool:
        """Whether the index loses a version it had: deleted, or found to be our own come back from another centre."""
        return self.was_live and (self.outcome == "deleted" or self.code in NOT_OTHERS)

    @property
    def is_news_of_absence(self) -> bool:
        """Whether resolution has to hear that it is gone; of a record never held, for the sake of copies of it."""
        return self.leaves or (self.outcome == "deleted" and not self.was_live)


def decide(
    finding: Finding, held: Held | None, *, again: bool = False, may_wait: bool = False, has_copies: bool = False
) -> Entry:
    """Give the outcome of a finding. A refusal leaves the last accepted version in the index.

    Where it ``may_wait``, a removal, a refusal that removes and a change of owner or languages are ``held`` until the
    run is judged; so is the withdrawal of a record that only other sources hold (it ``has_copies``).
    """
    problems = dump_problems(finding.problems)
    live = held is not None and held.live
    if finding.outcome:
        outcome = finding.outcome
    elif finding.raw.deleted:
        outcome = "unchanged" if held is not None and held.state == "deleted" else "deleted"
    elif held is None or not held.live:
        outcome = "created"
    elif held.fingerprint == finding.fingerprint and (held.state, held.problems) == ("accepted", problems):
        outcome = "unchanged"
    else:
        outcome = "updated"
    code = _first_code(finding.problems) if outcome in ("refused", "failed") else ""
    put_off = _reason_to_wait(finding, held, outcome, code) if may_wait and held is not None and live else ""
    if may_wait and has_copies and outcome == "deleted" and not live:
        put_off = "copy"
    outcome, code = ("held", "") if put_off else (outcome, code)
    return Entry(finding, outcome, code, problems, held.local_id if held else None, live, again, put_off)


def owner_of(record: Record) -> str:
    """Give whom a record speaks for, as one text: its government, its node and the organisation that publishes it."""
    names = (agent.name.best() for agent in record.organizations if agent.role == "publisher" and agent.name)
    organisation = next(filter(None, names), ("", ""))[1]
    node = record.publisher.node if record.publisher else ""
    return " / ".join(filter(None, (record.government, node, organisation)))


def languages_of(record: Record) -> str:
    """Give the languages a record can be read in, as one text."""
    return " ".join(sorted(record.title))


def _reason_to_wait(finding: Finding, held: Held, outcome: str, code: str) -> str:
    if outcome == "deleted":
        return "tombstone"
    if code in NOT_OTHERS:
        return "refused"
    if outcome != "updated" or finding.record is None:
        return ""
    if held.owner and owner_of(finding.record) != held.owner:
        return "owner"
    lost = set(held.languages.split()) - set(finding.record.title)
    return "languages" if lost else ""


def _first_code(problems: tuple[Problem, ...]) -> str:
    errors = [found.code for found in problems if found.severity == "error"]
    return (errors or [found.code for found in problems] or ["OTHER"])[0]
