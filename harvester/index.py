"""The global index: what resolution decided, published the way a node publishes; derived, never edited."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Engine

from chm_node.publishing.catalogue import SqlCatalogue
from chm_node.publishing.publication import Change, Prepared, Publication, Withdrawal, publish
from chm_node.publishing.search.live import LiveSearch, open_engine
from chm_node.publishing.site import Site
from harvester.resolution.clusters import Cluster
from harvester.resolution.resolver import Resolution
from harvester.resolution.survivorship import MERGE_VERSION, merge
from harvester.settings import Settings
from harvester.tables import publication
from vocabularies.text import LangText

WITHDRAWN = LangText(
    ar="سحبت المصادر هذا السجل.",
    en="Every source has withdrawn this record.",
    es="Todas las fuentes han retirado este registro.",
    fr="Toutes les sources ont retiré cette notice.",
    ru="Все источники отозвали эту запись.",
    zh="所有来源均已撤回此记录。",
)
MERGED = LangText(
    ar="دُمج هذا السجل مع سجل آخر يصف الشيء نفسه.",
    en="This record was joined with another one that describes the same thing.",
    es="Este registro se unió a otro que describe lo mismo.",
    fr="Cette notice a été réunie avec une autre qui décrit la même chose.",
    ru="Эта запись объединена с другой записью о том же предмете.",
    zh="此记录已与描述同一事物的另一条记录合并。",
)
FORMATS_AT_HARVEST = ("native",)
"""Other formats are made when first served: most records of a large index are never asked for in most formats."""


def publish_resolution(connection: Connection, resolution: Resolution, *, site: Site, now: datetime) -> None:
    """Publish the merged record of every touched thing and withdraw the ids nothing is left of."""
    changes: list[Change] = [
        _to_publication(local_id, members, site.node_id) for local_id, members in resolution.clusters.items()
    ]
    changes += [
        Withdrawal(local_id, MERGED if local_id in resolution.merged_away else WITHDRAWN)
        for local_id in resolution.emptied
    ]
    if changes:
        publish(connection, publication, changes, site=site, now=now, formats=FORMATS_AT_HARVEST)


def _to_publication(local_id: str, members: Cluster, centre: str) -> Change:
    record = merge(members, centre=centre, local_id=local_id)
    if len(members) > 1:
        return Publication(local_id, record)
    # the one member's fingerprint tells as well whether anything changed, and is there already
    return Prepared(local_id, record, sha256(f"{MERGE_VERSION} {members[0].fingerprint}".encode()).hexdigest())


def open_catalogue(engine: Engine, site: Site) -> SqlCatalogue:
    """Give the index as the catalogue that node and centre publish from."""
    return SqlCatalogue(engine, publication, site)


def open_search(catalogue: SqlCatalogue, settings: Settings) -> LiveSearch:
    """Give the full-text search of the index, which follows its change log."""
    return LiveSearch(catalogue, open_engine(settings.search_directory, catalogue.site.node_id))
