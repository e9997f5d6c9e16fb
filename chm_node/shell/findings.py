"""What a check of an installation found: the same shape for both services; it checks nothing itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    check: str
    level: Level
    message: str
    fix: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)
