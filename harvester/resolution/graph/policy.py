"""What may be joined by itself at this installation, and on what evidence; kept as one row."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import orjson
from sqlalchemy import Connection, select

from chm_node.publishing.sql import upsert
from harvester.tables import resolution_state

_KEY = "policy"


@dataclass(frozen=True, slots=True)
class Policy:
    """Whether pairs the model finds likely are joined by themselves, from which probability on, and why they may.

    ``precision`` is what was shown on ``pairs`` labelled pairs of the installation's own records, by ``model_version``;
    another version has shown nothing yet.
    """

    automatic: bool = False
    threshold: float = 1.0
    asked: float = 0.0
    precision: float = 0.0
    pairs: int = 0
    model_version: str = ""
    by: str = ""
    since: str = ""

    def joins(self, probability: float) -> bool:
        """Tell whether a pair of this probability, with nothing against it, is joined without a person."""
        return self.automatic and probability >= self.threshold

    def holds_for(self, model_version: str) -> Policy:
        """Give the policy as it counts for a model: one that was shown for another model joins nothing."""
        return self if self.model_version == model_version else Policy()


def find_policy(connection: Connection) -> Policy:
    """Give the policy in force; out of the box nothing but certain identifiers and report places joins by itself."""
    query = select(resolution_state.c.value).where(resolution_state.c.key == _KEY)
    value = connection.execute(query).scalar()
    return Policy(**orjson.loads(value)) if value else Policy()


def keep_policy(connection: Connection, policy: Policy) -> None:
    """Put a policy in force."""
    row = {"key": _KEY, "value": orjson.dumps(asdict(policy)).decode()}
    upsert(connection, resolution_state, [row], key=("key",))
