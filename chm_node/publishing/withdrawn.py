"""What readers are told of a record that was taken back: that it was, when and why."""

from __future__ import annotations

from chm_node.publishing.catalogue import Item
from chm_node.shell.problems_http import HttpProblem


def withdrawn_problem(item: Item) -> HttpProblem:
    """Give the 410 problem of a deleted item, with the reason its publisher stated."""
    facts = {
        "id": item.record_id,
        "recordTitle": dict(item.title),
        "reason": dict(item.reason),
        "withdrawn": item.datestamp.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return HttpProblem("RECORD_WITHDRAWN", facts=facts, date=item.datestamp.strftime("%Y-%m-%d"))
