"""A publisher or network of GBIF's registry (JSON) → an organisation's Record; the rest goes to ``extra``. Pure."""

from __future__ import annotations

from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_terms import find_place
from harvester.crosswalks.described import Described, to_record
from harvester.crosswalks.gbif_dataset import Item, keep_rest, read_item, to_contacts
from harvester.crosswalks.geojson import to_spatial
from harvester.crosswalks.json_texts import find_first, texts_of, to_values
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_url
from vocabularies.record import OrganizationDetails, Record
from vocabularies.text import UNDETERMINED, LangText

NAME = "gbif_organization"
_READ = frozenset({
    "key", "title", "abbreviation", "description", "language", "country", "city", "homepage", "latitude", "longitude",
    "created", "modified", "contacts", "endpoints", "machineTags", "comments", "tags", "identifiers", "createdBy",
    "modifiedBy", "challengeCode",
})  # fmt: skip


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that an organisation of the registry describes, or the problem that stands in the way."""

    def make(item: Item) -> Record:
        record = to_record(to_described(item), raw, context, namespace=NAME)
        return record.with_(details=to_details(item))

    return read_item(raw, make)


def to_described(item: Item) -> Described:
    """Give what the registry says of the organisation."""
    told = Described(kind="organization", languages=texts_of(item.get("language")))
    told.titles, told.descriptions = to_values(item.get("title")), to_values(item.get("description"))
    told.typed_ids = [("gbif", text.lower()) for text in texts_of(item.get("key"))]
    told.pages = [text for text in texts_of(item.get("homepage")) if normalise_url(text)]
    told.places = texts_of(item.get("country"))
    told.contacts = to_contacts(item)
    told.dates = {name: texts_of(item.get(name)) for name in ("created", "modified")}
    latitude, longitude = item.get("latitude"), item.get("longitude")
    if isinstance(latitude, int | float) and isinstance(longitude, int | float):
        told.spatial = to_spatial(float(longitude), float(latitude), east=float(longitude), north=float(latitude))
    keep_rest(item, _READ, told)
    return told


def to_details(item: Item) -> OrganizationDetails:
    """Give acronym, city, country and website."""
    acronym = find_first(item.get("abbreviation"))
    website = next((text for text in texts_of(item.get("homepage")) if normalise_url(text)), None)
    return OrganizationDetails(
        acronym=LangText({UNDETERMINED: acronym} if acronym else {}),
        city=find_first(item.get("city")),
        country=find_place(find_first(item.get("country")) or ""),
        website=website,
        organization_type="network" if "numConstituents" in item else None,
    )
