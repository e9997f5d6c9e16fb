"""Answers of the service as bytes: verbose JSON and Atom (OData 2), its service document, metadata and errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from chm_node.publishing.informea.entities import ENTITY_SETS, MEMBER_TYPES, Edm, EntitySet, Member, Record, Value
from vocabularies import namespaces as ns
from vocabularies.formats.markup import xml_attribute, xml_text
from vocabularies.text import strip_control_characters

NAMESPACE = "informea"
_RELATED = f"{ns.ODATA_DATA}/related/"
_SCHEME = f"{ns.ODATA_DATA}/scheme"
_EDM = "http://schemas.microsoft.com/ado/2008/09/edm"
_EDMX = "http://schemas.microsoft.com/ado/2007/06/edmx"
_APP = "http://www.w3.org/2007/app"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_HEAD = f' xmlns="{ns.ATOM}" xmlns:d="{ns.ODATA_DATA}" xmlns:m="{ns.ODATA_METADATA}"'


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity: its key, its record, when it last changed here, and which of its navigations are expanded.

    ``select`` names what is given of it; everything where it is empty.
    """

    set: EntitySet
    key: str
    record: Record
    updated: datetime
    page: str
    expand: frozenset[str] = frozenset()
    select: frozenset[str] = frozenset()

    def path(self) -> str:
        """Give the path of the entity below the service."""
        key = self.key.replace("'", "''")
        return f"{self.set.name}('{key}')"

    def values(self) -> dict[str, tuple[Edm, Value]]:
        """Give each property with its type; an entity without a page of its own elsewhere has the one here."""
        found: dict[str, tuple[Edm, Value]] = {"id": ("String", self.key), "updated": ("DateTime", self.updated)}
        for name, known in self.set.properties.items():
            value = known.value(self.record)
            found[name] = (known.type, self.page if value is None and name in ("url", "link") else value)
        return {name: value for name, value in found.items() if not self.select or name in self.select}

    def navigations(self) -> list[str]:
        """Give the names of the properties with several members."""
        return [name for name in self.set.navigations if not self.select or name in self.select]

    def members(self, name: str) -> list[Member]:
        """Give the members of a navigation."""
        return self.set.navigations[name].members(self.record)


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a set: its entities, the number of all where asked for, the address of the next page."""

    set: EntitySet
    entities: tuple[Entity, ...]
    total: int | None = None
    next_url: str | None = None


def entity_json(entity: Entity, service: str) -> dict[str, Any]:
    """Give an entity in verbose JSON; what is not expanded is deferred to an address of its own."""
    uri = f"{service}/{entity.path()}"
    found: dict[str, Any] = {"__metadata": {"id": uri, "uri": uri, "type": f"{NAMESPACE}.{entity.set.entity}"}}
    found |= {name: _json_value(value) for name, (_, value) in entity.values().items()}
    for name in entity.navigations():
        if name in entity.expand:
            found[name] = {"results": members_json(entity, name)}
        else:
            found[name] = {"__deferred": {"uri": f"{uri}/{name}"}}
    return found


def members_json(entity: Entity, name: str) -> list[dict[str, Any]]:
    """Give the members of a navigation in verbose JSON."""
    kind = entity.set.navigations[name].type
    return [{"__metadata": {"type": f"{NAMESPACE}.{kind}"}, **member} for member in entity.members(name)]


def dump_listing_json(listing: Listing, service: str) -> bytes:
    """Give a page as ``{"d": {"results": […]}}``."""
    found: dict[str, Any] = {"results": [entity_json(entity, service) for entity in listing.entities]}
    if listing.total is not None:
        found["__count"] = str(listing.total)
    if listing.next_url:
        found["__next"] = listing.next_url
    return orjson.dumps({"d": found})


def dump_service_json() -> bytes:
    """Give the service document in JSON."""
    return orjson.dumps({"d": {"EntitySets": list(ENTITY_SETS)}})


def dump_listing_atom(listing: Listing, service: str, now: datetime) -> bytes:
    """Give a page as an Atom feed."""
    updated = max((entity.updated for entity in listing.entities), default=now)
    count = f"<m:count>{listing.total}</m:count>" if listing.total is not None else ""
    following = f'<link rel="next" href="{xml_attribute(listing.next_url)}"/>' if listing.next_url else ""
    name = listing.set.name
    entries = "".join(_entry(entity, service) for entity in listing.entities)
    document = (
        f'{_XML}<feed{_HEAD} xml:base="{xml_attribute(service)}/"><id>{xml_text(f"{service}/{name}")}</id>'
        f'<title type="text">{name}</title><updated>{_iso(updated)}Z</updated><author><name/></author>'
        f'<link rel="self" title="{name}" href="{name}"/>{count}{entries}{following}</feed>\n'
    )
    return document.encode()


def dump_entity_atom(entity: Entity, service: str) -> bytes:
    """Give one entity as an Atom entry document."""
    base = f'{_HEAD} xml:base="{xml_attribute(service)}/"'
    return f"{_XML}{_entry(entity, service, base)}\n".encode()


def dump_members_atom(entity: Entity, name: str, service: str) -> bytes:
    """Give the members of a navigation as an Atom feed."""
    feed = _members(entity, name, service, f'{_HEAD} xml:base="{xml_attribute(service)}/"')
    return f"{_XML}{feed}\n".encode()


def dump_service_atom(service: str) -> bytes:
    """Give the service document in XML (RFC 5023 §8)."""
    sets = "".join(f'<collection href="{name}"><atom:title>{name}</atom:title></collection>' for name in ENTITY_SETS)
    return (
        f'{_XML}<service xmlns="{_APP}" xmlns:atom="{ns.ATOM}" xml:base="{xml_attribute(service)}/">'
        f"<workspace><atom:title>Default</atom:title>{sets}</workspace></service>\n"
    ).encode()


def dump_metadata() -> bytes:
    """Give ``$metadata``: the types and sets of the service (CSDL 2)."""
    types, links, sets, ends = [], [], [], []
    for name, known in MEMBER_TYPES.items():
        types.append(_entity_type(name, known))
        sets.append(f'<EntitySet Name="{name}s" EntityType="{NAMESPACE}.{name}"/>')
    for entry in ENTITY_SETS.values():
        kinds = {"updated": "DateTime", **{name: known.type for name, known in entry.properties.items()}}
        navigations = {name: f"{entry.entity}_{name}" for name in entry.navigations}
        types.append(_entity_type(entry.entity, {"id": "String", **kinds}, navigations))
        sets.append(f'<EntitySet Name="{entry.name}" EntityType="{NAMESPACE}.{entry.entity}"/>')
        for name, navigation in entry.navigations.items():
            links.append(_association(navigations[name], entry.entity, navigation.type))
            ends.append(_association_set(navigations[name], entry.name, navigation.type))
    return (
        f'{_XML}<edmx:Edmx Version="1.0" xmlns:edmx="{_EDMX}"><edmx:DataServices xmlns:m="{ns.ODATA_METADATA}" '
        f'm:DataServiceVersion="2.0"><Schema Namespace="{NAMESPACE}" xmlns="{_EDM}">{"".join((*types, *links))}'
        f'<EntityContainer Name="Informea" m:IsDefaultEntityContainer="true">{"".join((*sets, *ends))}'
        "</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>\n"
    ).encode()


def dump_error(message: str, *, as_json: bool) -> bytes:
    """Give an error as OData writes one."""
    if as_json:
        return orjson.dumps({"error": {"code": "", "message": {"lang": "en", "value": message}}})
    text = xml_text(strip_control_characters(message))
    return (
        f'{_XML}<error xmlns="{ns.ODATA_METADATA}"><code/><message xml:lang="en">{text}</message></error>\n'
    ).encode()


def _json_value(value: Value) -> Any:
    if isinstance(value, datetime):
        return f"/Date({int(value.timestamp()) * 1000})/"
    return value


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")


def _entry(entity: Entity, service: str, head: str = "") -> str:
    path = xml_attribute(entity.path())
    title = _title(entity)
    out = [
        f"<entry{head}><id>{xml_text(f'{service}/{entity.path()}')}</id>",
        f'<title type="text">{xml_text(title)}</title><updated>{_iso(entity.updated)}Z</updated>',
        f'<author><name/></author><link rel="edit" title="{entity.set.entity}" href="{path}"/>',
    ]
    for name in entity.navigations():
        inline = f"<m:inline>{_members(entity, name, service)}</m:inline>" if name in entity.expand else ""
        out.append(
            f'<link rel="{_RELATED}{name}" type="application/atom+xml;type=feed" title="{name}" '
            f'href="{path}/{name}">{inline}</link>'
        )
    out.append(f'<category term="{NAMESPACE}.{entity.set.entity}" scheme="{_SCHEME}"/>')
    properties = "".join(_property(name, kind, value) for name, (kind, value) in entity.values().items())
    out.append(f'<content type="application/xml"><m:properties>{properties}</m:properties></content></entry>')
    return "".join(out)


def _title(entity: Entity) -> str:
    """Give the title in English, which the protocol wants of every entity, else in the first language there is."""
    texts = entity.record.get("title") or {}
    return texts.get("en") or next(iter(texts.values()), entity.key)


def _members(entity: Entity, name: str, service: str, head: str = "") -> str:
    known = entity.set.navigations[name]
    kinds = MEMBER_TYPES[known.type]
    address = f"{service}/{entity.path()}/{name}"
    stamp = f"<updated>{_iso(entity.updated)}Z</updated><author><name/></author>"
    out = [f'<feed{head}><id>{xml_text(address)}</id><title type="text">{name}</title>{stamp}']
    for member in entity.members(name):
        values = "".join(_property(each, kind, member.get(each)) for each, kind in kinds.items())
        own = xml_text(f"{address}('{member['id']}')")
        category = f'<category term="{NAMESPACE}.{known.type}" scheme="{_SCHEME}"/>'
        content = f'<content type="application/xml"><m:properties>{values}</m:properties></content>'
        out.append(f"<entry><id>{own}</id><title/>{stamp}{category}{content}</entry>")
    out.append("</feed>")
    return "".join(out)


def _property(name: str, kind: Edm, value: Value) -> str:
    typed = f' m:type="Edm.{kind}"' if kind != "String" else ""
    if value is None:
        return f'<d:{name}{typed} m:null="true"/>'
    text = _iso(value) if isinstance(value, datetime) else str(value)
    return f"<d:{name}{typed}>{xml_text(text)}</d:{name}>"


def _entity_type(name: str, kinds: Mapping[str, str], navigations: Mapping[str, str] | None = None) -> str:
    properties = "".join(
        f'<Property Name="{each}" Type="Edm.{kind}" Nullable="{"false" if each == "id" else "true"}"/>'
        for each, kind in kinds.items()
    )
    others = "".join(
        f'<NavigationProperty Name="{each}" Relationship="{NAMESPACE}.{link}" FromRole="one" ToRole="many"/>'
        for each, link in (navigations or {}).items()
    )
    key = '<Key><PropertyRef Name="id"/></Key>'
    return f'<EntityType Name="{name}">{key}{properties}{others}</EntityType>'


def _association(name: str, entity: str, member: str) -> str:
    ends = f'<End Role="one" Type="{NAMESPACE}.{entity}" Multiplicity="1"/>'
    ends += f'<End Role="many" Type="{NAMESPACE}.{member}" Multiplicity="*"/>'
    return f'<Association Name="{name}">{ends}</Association>'


def _association_set(name: str, entity_set: str, member: str) -> str:
    ends = f'<End Role="one" EntitySet="{entity_set}"/><End Role="many" EntitySet="{member}s"/>'
    return f'<AssociationSet Name="{name}" Association="{NAMESPACE}.{name}">{ends}</AssociationSet>'
