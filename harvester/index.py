"""The global index: what resolution decided, published the way a node publishes; derived, never edited."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import Connection, Engine, case, select

from chm_node.publishing import sql
from chm_node.publishing.catalogue import Item, Redirect, SqlCatalogue
from chm_node.publishing.publication import Change, Prepared, Withdrawal, publish
from chm_node.publishing.search.live import LiveSearch, open_engine
from chm_node.publishing.site import Site
from harvester.database import lock_index
from harvester.records import ledger
from harvester.resolution.clusters import Cluster
from harvester.resolution.field_sources import field_sources
from harvester.resolution.graph.judgements import Place
from harvester.resolution.graph.keeping import find_redirect, keep
from harvester.resolution.relating import relate, shown_things
from harvester.resolution.resolver import Resolution, recluster
from harvester.resolution.survivorship import MERGE_VERSION, kind_of, merge
from harvester.resolution.ties import Tie
from harvester.settings import Settings
from harvester.tables import identity_key, publication, source, source_record
from vocabularies.identifiers import parse_record_uri
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
_TOLD = ("kind", "by", "keys", "model", "probability")
FORMATS_AT_HARVEST = ("native",)
"""Other formats are made when first served: most records of a large index are never asked for in most formats."""


def publish_resolution(
    connection: Connection, resolution: Resolution, *, site: Site, now: datetime, judged: Collection[Place] = ()
) -> None:
    """Publish the merged record of every touched thing, withdraw ids nothing is left of, and keep where they lead.

    What is tied to a thing that came, went or has another id is published with it, and the things of the records
    ``judged``; whose record stays the same is not published again.
    """
    keep(connection, resolution, now=now)
    related = relate(connection, resolution, judged)
    changes: list[Change] = [
        _to_publication(local_id, members, site.node_id, related.ties.get(local_id, ()))
        for local_id, members in related.things.items()
    ]
    changes += [
        Withdrawal(local_id, MERGED if local_id in resolution.merged_away else WITHDRAWN)
        for local_id in resolution.emptied
    ]
    if changes:
        publish(connection, publication, changes, site=site, now=now, formats=FORMATS_AT_HARVEST)


def resettle(connection: Connection, places: Collection[Place], *, site: Site, now: datetime) -> Resolution:
    """Solve the things of records anew after something was judged of them, publish what changed, and give it."""
    lock_index(connection)
    resolution = recluster(connection, places, mint=lambda: str(uuid4()))
    ledger.move_members(connection, resolution.moved)
    publish_resolution(connection, resolution, site=site, now=now, judged=places)
    return resolution


def list_field_sources(connection: Connection, local_id: str) -> Mapping[str, Place]:
    """Give which source's record each field of a published record was taken from; nothing where it is not shown."""
    members = shown_things(connection, {local_id}).get(local_id)
    return field_sources(members) if members else {}


def _to_publication(local_id: str, members: Cluster, centre: str, ties: Sequence[Tie]) -> Change:
    record = merge(members, centre=centre, local_id=local_id, ties=ties)
    # the members' own fingerprints are there already and tell whether anything changed, who is a member included
    marks = sorted(
        f"{' '.join(member.place)} {member.fingerprint} {member.is_copy} {kind_of(member)} "
        f"{member.origin.rank} {member.origin.country}"
        for member in members
    )
    marks += (f"{tie.type} {tie.thing}" for tie in ties)
    return Prepared(local_id, record, sha256("\n".join((MERGE_VERSION, *marks)).encode()).hexdigest())


class IndexCatalogue(SqlCatalogue):
    """The index as a catalogue; a record is found by the id of any of its members as well."""

    def __init__(self, engine: Engine, site: Site) -> None:
        """Read the index through the engine."""
        super().__init__(engine, publication, site)
        self._index_engine = engine

    def find_by_record_id(self, record_id: str) -> Item | None:
        """Give the item that bears the id, or the one its bearer was merged into."""
        return super().find_by_record_id(record_id) or self._find_by_member(record_id)

    def find_redirect(self, local_id: str) -> Redirect | None:
        """Give where an id leads whose thing was joined with an older one; who decided so by name stays with us."""
        with sql.read(self._index_engine) as connection:
            found = find_redirect(connection, local_id)
        target = self.get_item(found.target) if found else None
        if found is None or target is None or target.deleted:
            return None
        why = {name: value for name, value in found.why.items() if name in _TOLD}
        if why.get("kind") == "person":
            del why["by"]
        return Redirect(found.target, why | {"since": found.made_at.strftime("%Y-%m-%dT%H:%M:%SZ")})

    def _find_by_member(self, record_id: str) -> Item | None:
        same = (identity_key.c.source_id == source_record.c.source_id) & (
            identity_key.c.identifier == source_record.c.identifier
        )
        parsed = parse_record_uri(record_id)
        bearers = identity_key.join(source_record, same).join(source, source.c.id == source_record.c.source_id)
        # its owner's, then one that is shown; a copy in another thing comes last
        nearest = (
            case((source.c.namespace == (parsed[0] if parsed else ""), 0), else_=1),
            case((identity_key.c.identifier == record_id, 0), else_=1),
            case((source_record.c.record.is_not(None), 0), else_=1),
            source_record.c.local_id,
        )
        wanted = select(source_record.c.local_id).select_from(bearers).where(identity_key.c.key == record_id)
        with sql.read(self._index_engine) as connection:
            local_id = connection.execute(wanted.order_by(*nearest).limit(1)).scalar()
        return self.get_item(local_id) if local_id else None


def open_catalogue(engine: Engine, site: Site) -> IndexCatalogue:
    """Give the index as the catalogue that node and centre publish from."""
    return IndexCatalogue(engine, site)


def open_search(catalogue: SqlCatalogue, settings: Settings) -> LiveSearch:
    """Give the full-text search of the index, which follows its change log."""
    return LiveSearch(catalogue, open_engine(settings.search_directory, catalogue.site.node_id))
