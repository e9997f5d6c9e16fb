"""Where a record is published: the addresses a format writes into its bytes; knows no format."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Address:
    """The public addresses of one record: its node's base URL, its local id and its OAI identifier."""

    base_url: str
    local_id: str
    oai_identifier: str
    record_url: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "record_url", f"{self.base_url}/records/{self.local_id}")

    def target_url(self, record_id: str, target: str) -> str:
        """Give the address of a related record: its page where it lives on this node too, else the target as given."""
        if not record_id.endswith(f":{self.local_id}"):
            return target
        prefix = record_id[: -len(self.local_id)]
        return f"{self.base_url}/records/{target.removeprefix(prefix)}" if target.startswith(prefix) else target
