"""What a node holds, in numbers: states, types, the last change; it changes nothing."""

from __future__ import annotations

from collections import Counter
from typing import Any

from chm_node.authoring.drafts import count_copies
from chm_node.database import Node
from chm_node.publishing.catalogue import EPOCH, SqlCatalogue
from chm_node.publishing.sql import read
from chm_node.tables import publication


def node_status(node: Node) -> dict[str, Any]:
    """Give the numbers ``chm-node status`` shows."""
    catalogue = SqlCatalogue(node.engine, publication, node.site)
    with read(node.engine) as connection:
        counts = count_copies(connection)
    states, types = Counter[str](), Counter[str]()
    for row in counts:
        states[row["state"]] += row["records"]
        types[row["type"]] += row["records"]
    changed_at = catalogue.modified_at()
    return {
        "node": node.site.node_id,
        "name": node.settings.name,
        "base_url": node.site.base_url,
        "records": states.total(),
        "states": dict(sorted(states.items())),
        "types": dict(sorted(types.items())),
        "by_type_and_state": counts,
        "sequence": catalogue.last_sequence(),
        "last_change_at": None if changed_at == EPOCH else changed_at.isoformat(),
    }


def status_text(found: dict[str, Any]) -> str:
    """Give the numbers for a person."""
    lines = [f"{found['name'] or found['node']} ({found['node']}) at {found['base_url']}"]
    lines.append(f"{found['records']} records, last published change: {found['last_change_at'] or 'none yet'}")
    lines += [f"  {state:<12}{number:>7}" for state, number in found["states"].items()]
    lines += (
        ["by type:", *(f"  {kind:<20}{number:>7}" for kind, number in found["types"].items())] if found["types"] else []
    )
    return "\n".join(lines)
