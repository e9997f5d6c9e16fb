"""What the tests of the write API share: a small record, and tokens of every scope."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chm_node.authoring.tokens import create_token
from chm_node.database import Node
from chm_node.publishing.sql import write

NOW = datetime.now(UTC)
NEWS: dict[str, Any] = {"id": "day", "type": "news", "title": {"en": "Wetlands day"}, "summary": {"en": "It is today."}}


def token(node: Node, scope: str, **options: Any) -> dict[str, str]:
    with write(node.engine) as connection:
        made = create_token(connection, scope, now=NOW, **options)
    return {"Authorization": f"Bearer {made}"}
