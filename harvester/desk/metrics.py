"""What monitoring reads of the sources: Prometheus lines, in base units. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from chm_node.publishing import sql
from harvester.centre import Centre
from harvester.counts import OUTCOMES
from harvester.telling.reports import list_nodes


def metrics_of(centre: Centre) -> Iterator[str]:
    """Give the lines of the metrics page about sources, the families one after the other."""
    with sql.read(centre.engine) as connection:
        nodes = list_nodes(connection, centre.clock())
    yield "# TYPE chm_node_up gauge"
    for node in nodes:
        yield f'chm_node_up{{node="{node["id"]}"}} {int(not node["failures"])}'
    yield "# TYPE chm_node_last_success_timestamp_seconds gauge"
    for node in nodes:
        if node["last_success_at"]:
            at = datetime.fromisoformat(node["last_success_at"]).timestamp()
            yield f'chm_node_last_success_timestamp_seconds{{node="{node["id"]}"}} {at:.0f}'
    yield "# TYPE chm_harvest_duration_seconds gauge"
    ran = [(node["id"], node["last_run"]) for node in nodes if node["last_run"]]
    for node_id, run in ran:
        yield f'chm_harvest_duration_seconds{{node="{node_id}"}} {run["duration_s"]}'
    yield "# TYPE chm_harvest_records gauge"
    for node_id, run in ran:
        for outcome in OUTCOMES:
            yield f'chm_harvest_records{{node="{node_id}",result="{outcome}"}} {run[outcome]}'
