"""How a record passes from draft to published and away again: one table, checked at import; it stores nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from chm_node.errors import ReasonMissing, TransitionRefused

State = Literal["draft", "submitted", "approved", "returned", "refused", "withdrawn"]
Scope = Literal["read", "draft", "publish", "admin"]
Effect = Literal["none", "publish", "withdraw"]

STATES: tuple[State, ...] = ("draft", "submitted", "approved", "returned", "refused", "withdrawn")
SCOPES: tuple[Scope, ...] = ("read", "draft", "publish", "admin")
"""What a token may do; each includes those before it."""
ROLES: Mapping[str, Scope] = MappingProxyType(
    {"reader": "read", "author": "draft", "publisher": "publish", "administrator": "admin"}
)
"""The scope each role of an account has."""
START: State = "draft"


@dataclass(frozen=True, slots=True)
class Transition:
    """One step a record may take, who may take it, and what it does to the published side."""

    source: State
    target: State
    scope: Scope
    effect: Effect = "none"
    needs_reason: bool = False

    @property
    def needs_soundness(self) -> bool:
        """Tell whether a record with errors is held back: it may be a draft, and nobody is asked to judge it."""
        return self.target in ("submitted", "approved")


TRANSITIONS: tuple[Transition, ...] = (
    Transition("draft", "submitted", "draft"),
    Transition("submitted", "draft", "draft"),
    Transition("submitted", "approved", "publish", effect="publish"),
    Transition("submitted", "returned", "publish", needs_reason=True),
    Transition("submitted", "refused", "publish", needs_reason=True),
    Transition("returned", "draft", "draft"),
    Transition("returned", "submitted", "draft"),
    Transition("refused", "draft", "draft"),
    Transition("approved", "draft", "draft"),  # a new working copy; the published version stays
    Transition("withdrawn", "draft", "draft"),
    Transition("withdrawn", "submitted", "draft"),
    Transition("draft", "withdrawn", "publish", effect="withdraw", needs_reason=True),
    Transition("submitted", "withdrawn", "publish", effect="withdraw", needs_reason=True),
    Transition("returned", "withdrawn", "publish", effect="withdraw", needs_reason=True),
    Transition("refused", "withdrawn", "publish", effect="withdraw", needs_reason=True),
    Transition("approved", "withdrawn", "publish", effect="withdraw", needs_reason=True),
)


def check_transitions(transitions: tuple[Transition, ...]) -> Mapping[tuple[str, str], Transition]:
    """Give the table by (from, to); ValueError where it is no sound state machine.

    Sound: known states and scopes, no step twice, every state reached from the start, no state without a way out,
    publishing leads to ``approved`` only and withdrawing to ``withdrawn`` only.
    """
    table: dict[tuple[str, str], Transition] = {(step.source, step.target): step for step in transitions}
    faults = [*_faults(transitions), *(["a step stands twice"] if len(table) != len(transitions) else [])]
    reached: set[str] = {START}
    while more := {step.target for step in transitions if step.source in reached} - reached:
        reached |= more
    faults += [f"{state} is never reached" for state in STATES if state not in reached]
    faults += [f"{state} has no way out" for state in STATES if state not in {step.source for step in transitions}]
    if faults:
        raise ValueError("; ".join(faults))
    return MappingProxyType(table)


def _faults(transitions: tuple[Transition, ...]) -> Iterator[str]:
    effects = {"approved": "publish", "withdrawn": "withdraw"}
    for step in transitions:
        if step.source not in STATES or step.target not in STATES or step.scope not in SCOPES:
            yield f"{step} names an unknown state or scope"
        elif step.effect != effects.get(step.target, "none"):
            yield f"{step.source} to {step.target} must not have the effect {step.effect}"


_TABLE = check_transitions(TRANSITIONS)


def possible(state: str) -> tuple[str, ...]:
    """Give the states a record in this state can pass to."""
    return tuple(target for source, target in _TABLE if source == state)


def get_transition(state: str, to: str, *, reason: str = "") -> Transition:
    """Give the step from one state to another; TransitionRefused or ReasonMissing where it may not be taken."""
    step = _TABLE.get((state, to))
    if step is None:
        raise TransitionRefused(state=state, to=to, possible=", ".join(possible(state)))
    if step.needs_reason and not reason.strip():
        raise ReasonMissing(to=to)
    return step


def path_to_approved(state: str) -> tuple[Transition, ...]:
    """Give the steps that publish a record in this state; each is logged, though they are taken at once."""
    if state == "submitted":
        return (get_transition("submitted", "approved"),)
    if state in ("draft", "returned", "withdrawn"):
        return (get_transition(state, "submitted"), get_transition("submitted", "approved"))
    return (get_transition(state, "draft"), *path_to_approved("draft"))


def allows(held: str, needed: str) -> bool:
    """Tell whether a scope includes another."""
    return held in SCOPES and SCOPES.index(held) >= SCOPES.index(needed)
