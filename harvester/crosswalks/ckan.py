"""A CKAN package → Record: one function a target field; extras nobody mapped stay in ``extra``. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import orjson
from pydantic import ValidationError

from harvester.crosswalks import dc_identifiers, dc_terms, dc_types
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_elements import Value, unlabelled_language
from harvester.crosswalks.geojson import find_extent
from harvester.crosswalks.json_texts import (
    find_first,
    languages_of,
    texts_of,
    to_agent,
    to_lang_text,
    to_rest,
    to_values,
)
from harvester.crosswalks.media_types import find_media_type
from harvester.crosswalks.provenance import provenance_of
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_url
from vocabularies.problems import problem
from vocabularies.record import (
    Agent,
    Contact,
    DatasetDetails,
    Dates,
    Link,
    LinkRelation,
    Publisher,
    Record,
    ResourceDetails,
    Temporal,
    new_record,
)
from vocabularies.text import UNDETERMINED, LangText

NAME = "ckan"
Package = Mapping[str, Any]
_MAPPED = frozenset({
    "id", "name", "title", "title_translated", "notes", "notes_translated", "url", "tags", "keywords", "groups",
    "organization", "author", "author_email", "maintainer", "maintainer_email", "license_id", "license_title",
    "license_url", "metadata_created", "metadata_modified", "resources", "extras", "language", "spatial", "issued",
    "modified", "temporal_start", "temporal_end", "theme", "identifier", "doi", "publisher_name", "publisher_email",
    "contact_name", "contact_email", "frequency", "version", "type", "state", "private", "isopen", "num_tags",
    "num_resources", "owner_org", "creator_user_id", "revision_id", "publisher", "contact", "alternate_identifier",
})  # fmt: skip
_API_FORMATS = frozenset({"api", "wms", "wfs", "wcs", "wmts", "sparql", "ogc wms", "ogc wfs", "esri rest", "odata"})
_PAGE_FORMATS = frozenset({"html", "htm", "text/html", "web page", "url"})


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that a package describes, or the problem that stands in the way.

    Shapes: CKAN 2.11 API guide, with the fields of ckanext-dcat and ckanext-fluent as properties or extras.
    """
    try:
        package = orjson.loads(raw.payload)
        return Parsed(_to_record(_with_extras(package), raw, context))
    except orjson.JSONDecodeError as error:
        return Parsed(None, (problem("JSON_SYNTAX", "", line=str(error.lineno), column=str(error.colno)),))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"{where}: {first['msg']}"),))


def _to_record(package: Package, raw: RawRecord, context: Context) -> Record:
    languages = languages_of(package.get("language"))
    fallback = unlabelled_language(languages, context.default_language)
    record_type, kinds = dc_types.to_type(texts_of(package.get("type")) or ["dataset"])
    title = to_lang_text(_both(package, "title") or to_values(package.get("name")), fallback)
    topics = dc_terms.to_topics(_topics(package), fallback)
    coverage = dc_terms.to_coverage([(text, None) for text in texts_of(package.get("spatial_text"))])
    identifiers = dc_identifiers.to_identifiers(raw.identifier, _identifiers(package))
    licence, rights, access = dc_terms.to_rights(_rights(package), fallback)
    page = f"{context.base_url.rstrip('/')}/dataset/{quote(str(package.get('name') or raw.identifier), safe='')}"
    return new_record(
        record_type,
        id=dc_identifiers.local_record_id(context.source_id, raw.identifier),
        title=title,
        summary=to_lang_text(_both(package, "notes"), fallback, lines=True),
        languages=languages or tuple(tag for tag in title if tag != UNDETERMINED),
        publisher=Publisher(node=context.source_id, name=LangText({fallback: context.source_name})),
        country_regions=tuple(coverage.countries)
        or ((context.country,) if context.country else dc_terms.countries_named(topics)),
        spatial=find_extent(package.get("spatial")),
        temporal=to_temporal(package),
        **{name: tuple(ids) for name, ids in topics.terms.items()},
        keywords=tuple(topics.keywords.values()),
        source_ids=tuple(identifiers.source_ids.values()),
        links=to_links(package, page, fallback),
        contacts=to_contacts(package),
        organizations=to_organizations(package, fallback),
        license=licence,
        rights=rights,
        **({"access": access} if access else {}),
        dates=to_dates(package),
        provenance=(provenance_of(raw, context, page),),
        details=_details(record_type, kinds, package),
        extra=_extra(package, [*kinds, *coverage.rest]),
    )


def to_dates(package: Package) -> Dates:
    """Give when the package was made and changed at the site, and issued by its owner."""
    found = {name: find_date(find_first(package.get(name)) or "") for name in ("metadata_created", "metadata_modified")}
    issued = find_date(find_first(package.get("issued")) or "")
    return Dates(created=found["metadata_created"], modified=found["metadata_modified"], issued=issued)


def to_temporal(package: Package) -> Temporal | None:
    """Give the period that ckanext-dcat's extras state."""
    start, end = (find_date(find_first(package.get(name)) or "") for name in ("temporal_start", "temporal_end"))
    return Temporal(start=start, end=end) if start or end else None


def to_links(package: Package, page: str, fallback: str) -> tuple[Link, ...]:
    """Give the landing page, the owner's or else the site's own, and a link for every resource."""
    own = find_first(package.get("url"))
    landing = own if own and normalise_url(own) else page
    links = {landing: Link(url=landing, rel="landing")}
    for resource in _objects(package.get("resources")):
        url = (find_first(resource.get("url")) or "").strip()
        if url and url not in links and normalise_url(url):
            links[url] = _to_link(resource, url, fallback)
    return tuple(links.values())


def _to_link(resource: Package, url: str, fallback: str) -> Link:
    form = (find_first(resource.get("format")) or "").strip()
    size = find_first(resource.get("size")) or ""
    rel: LinkRelation = "data"
    if form.lower() in _API_FORMATS or resource.get("resource_type") == "api":
        rel = "api"
    elif form.lower() in _PAGE_FORMATS:
        rel = "document"
    return Link(
        url=url,
        name=to_lang_text(_both(resource, "name") or _both(resource, "description"), fallback),
        language=next(iter(languages_of(resource.get("language"))), None),
        media_type=_media_type(resource),
        bytes=int(size) if size.isascii() and size.isdecimal() and len(size) < 16 else None,
        rel=rel,
        checksum=find_first(resource.get("hash")),
    )


def _media_type(resource: Package) -> str | None:
    """Give the media type a resource states, or the one its format is called: “CSV” is what most sites say alone."""
    stated = (find_first(resource.get(name)) or "" for name in ("mimetype", "format"))
    return next(filter(None, map(find_media_type, stated)), None)


def to_contacts(package: Package) -> tuple[Contact, ...]:
    """Give whom to ask, by name: nobody agreed that an address is published."""
    names = (("maintainer", find_first(package.get("maintainer"))), ("pointOfContact", _contact_name(package)))
    found = {name: Contact(role=role, name=name) for role, name in reversed(names) if name and "@" not in name}
    return tuple(found.values())


def _contact_name(package: Package) -> str | None:
    entries = _objects(package.get("contact"))
    return find_first(package.get("contact_name")) or next((find_first(entry.get("name")) for entry in entries), None)


def to_organizations(package: Package, fallback: str) -> tuple[Agent, ...]:
    """Give the organisation the package belongs to, the publisher the extras name, and its author."""
    organization = package.get("organization")
    owner: list[Value] = []
    if isinstance(organization, dict):
        owner = _both(organization, "title") or to_values(organization.get("name"))
    publishers = [find_first(package.get("publisher_name"))]
    publishers += [find_first(entry.get("name")) for entry in _objects(package.get("publisher"))]
    agents: list[Agent] = []
    if owner:
        agents.append(Agent(role="publisher", name=to_lang_text(owner, fallback)))
    for role, name in [("publisher", name) for name in publishers] + [("creator", find_first(package.get("author")))]:
        if name and "@" not in name:
            agents += to_agent(role, name, fallback)
    return tuple(dict.fromkeys(agents)) if agents else ()


def _details(record_type: str, kinds: list[str], package: Package) -> dict[str, Any]:
    frequency, issued = find_first(package.get("frequency")), find_date(find_first(package.get("issued")) or "")
    if record_type == "dataset":
        return DatasetDetails(update_frequency=frequency).model_dump(exclude_defaults=True)
    if record_type == "resource":
        details = ResourceDetails(resource_types=tuple(kinds), publication_date=issued)
        return details.model_dump(exclude_defaults=True)
    return {}


def _topics(package: Package) -> list[Value]:
    topics: list[Value] = []
    for tag in _objects(package.get("tags")):
        topics += to_values(tag.get("display_name") or tag.get("name"))
    topics += to_values([tag for tag in package.get("tags") or [] if isinstance(tag, str)])
    topics += to_values(package.get("keywords"))
    for group in _objects(package.get("groups")):
        topics += _both(group, "title") or to_values(group.get("display_name") or group.get("name"))
    return topics + to_values(_listed(package.get("theme")))


def _rights(package: Package) -> list[Value]:
    names = ("license_url", "license_id", "license_title")
    known = [text for name in names for text in texts_of(package.get(name)) if dc_terms.find_licence(text)]
    if known:
        return [(known[0], None)]
    title = texts_of(package.get("license_title")) or texts_of(package.get("license_id"))
    return [(text, None) for text in dict.fromkeys(title + texts_of(package.get("license_url")))]


def _identifiers(package: Package) -> list[str]:
    names = ("identifier", "doi", "alternate_identifier")
    named = [text for name in names for text in texts_of(_listed(package.get(name)))]
    own = find_first(package.get("url"))
    return [*named, *([own] if own and "doi.org/10." in own else [])]


def _with_extras(package: Any) -> Package:
    """Put the extras beside the properties; a property goes before an extra of its name."""
    extras = {str(each.get("key")): each.get("value") for each in _objects(package.get("extras"))}
    return {**extras, **{name: value for name, value in package.items() if value not in (None, "")}}


def _both(thing: Package, name: str) -> list[Value]:
    """Give the texts of a field by language where the site has translations, else the plain one."""
    return to_values(thing.get(f"{name}_translated")) or to_values(thing.get(name))


def _listed(value: object) -> object:
    """Give the list inside a text such as ``["a", "b"]``, as ckanext-dcat keeps lists in extras."""
    if isinstance(value, str) and value.startswith("["):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


def _objects(value: object) -> list[Package]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _extra(package: Package, kinds: list[str]) -> dict[str, Any]:
    rest = to_rest(package, _MAPPED)
    if kinds:
        rest["kinds"] = list(kinds)
    if package.get("version"):
        rest["version"] = texts_of(package["version"])[0]
    described = [each for each in _objects(package.get("resources")) if each.get("name") and each.get("description")]
    if described:
        rest["resources/description"] = [text for each in described for text in texts_of(each["description"])]
    unknown = [each for each in _objects(package.get("resources")) if each.get("format") and not _media_type(each)]
    if unknown:
        rest["resources/format"] = list(dict.fromkeys(text for each in unknown for text in texts_of(each["format"])))
    licences = [text for each in _objects(package.get("resources")) for text in texts_of(each.get("license"))]
    if licences:
        rest["resources/license"] = list(dict.fromkeys(licences))
    return {NAME: rest} if rest else {}
