"""The one Record of the federation and its parts: frozen, typed, JSON in and out. Everything else is an adapter to or from it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue
from pydantic.alias_generators import to_camel

from vocabularies.text import Instant, LangText, LanguageTag, PartialDate, Text

RecordType = Literal[
    "technology", "need", "offer", "capacityInitiative", "project", "resource", "dataset", "service",
    "organization", "focalPoint", "event", "news", "nationalSubmission", "nationalTarget", "legalInstrument", "place",
]  # fmt: skip
Status = Literal["draft", "inReview", "published", "retracted", "archived"]
TranslationKind = Literal["original", "official", "courtesy", "machine"]
AccessLevel = Literal["public", "restricted", "withheld"]
LinkRelation = Literal["document", "landing", "translation", "cover", "data", "api"]

EMPTY = LangText()


def _sorted_json(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _sorted_json(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_sorted_json(item) for item in value]
    return value


def _sorted_object(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    return {key: _sorted_json(value[key]) for key in sorted(value)}


Extra = Annotated[dict[str, JsonValue], AfterValidator(_sorted_object)]
"""What nobody mapped, by source namespace; keys sorted so that equal values give equal bytes. Treat it as frozen."""


class Part(BaseModel):
    """A frozen piece of a record; camelCase in JSON, unknown properties refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class SourceId(Part):
    """An identifier the thing bears elsewhere: ``cbd``, ``cbd-unique``, ``doi``, ``gbif``, ``informea``, ``url``, ``wdpa``,
    ``isbn``, ``issn``, ``un-symbol``, ``oai`` or ``local``."""

    scheme: Text
    value: Text
    revision: Text | None = None


class Translation(Part):
    """How the text in one language came about; ``of`` is the language it was made from."""

    language: LanguageTag
    kind: TranslationKind
    of: LanguageTag | None = None
    date: PartialDate | None = None


class Agent(Part):
    """An organisation or person with a role; ``ref`` is a record id where one is known."""

    role: Text | None = None
    name: LangText = EMPTY
    ref: Text | None = None


class Contact(Part):
    """Whom to ask. E-mail and telephone are published only where ``consent`` is true."""

    role: Text | None = None
    name: Text | None = None
    organization: LangText = EMPTY
    ref: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    consent: bool = False


class Publisher(Part):
    """The node that answers for the record, and the organisation behind it."""

    node: Text
    name: LangText = EMPTY
    ref: Text | None = None


class Point(Part):
    """A WGS 84 position, degrees."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class Box(Part):
    """A WGS 84 bounding box, degrees; west may exceed east across the antimeridian."""

    west: float = Field(ge=-180, le=180)
    south: float = Field(ge=-90, le=90)
    east: float = Field(ge=-180, le=180)
    north: float = Field(ge=-90, le=90)


class Spatial(Part):
    """Where, as a point or a box."""

    point: Point | None = None
    box: Box | None = None


class Keyword(Part):
    """A free keyword, or a term of a vocabulary named by its URI."""

    label: LangText
    uri: Text | None = None


class Temporal(Part):
    """A period; either end may be open."""

    start: PartialDate | None = None
    end: PartialDate | None = None


class Dates(Part):
    """Dates of the record's life: ``created`` and ``modified`` at the source, ``issued`` of the thing, ``published`` here."""

    created: PartialDate | None = None
    modified: PartialDate | None = None
    issued: PartialDate | None = None
    published: PartialDate | None = None


class Link(Part):
    """A document, page or service on the web."""

    url: Text
    name: LangText = EMPTY
    language: LanguageTag | None = None
    media_type: Text | None = None
    bytes: int | None = Field(default=None, ge=0)
    rel: LinkRelation = "document"
    checksum: Text | None = None
    checked_at: Instant | None = None
    status: int | None = None


class Access(Part):
    """Who may see it; ``confidential`` names the fields a source withheld."""

    level: AccessLevel = "public"
    reason: LangText = EMPTY
    traditional_knowledge_notice: LangText = EMPTY
    confidential: tuple[Text, ...] = ()


class Validation(Part):
    """Who validated the record nationally, in what role, when."""

    by: Text | None = None
    role: Text | None = None
    at: Instant | None = None
    statement: LangText = EMPTY


class Freshness(Part):
    """When the owner last confirmed the record and when it must be confirmed again."""

    confirmed_at: Instant | None = None
    confirm_by: PartialDate | None = None
    state: Literal["current", "due", "unconfirmed"] = "current"


class Relation(Part):
    """A typed link to another record (its id) or thing (its URI)."""

    type: Literal[
        "isPartOf", "hasPart", "replaces", "isReplacedBy", "translates", "references", "answersNeed", "implementsTarget",
        "sameAs", "derivedFrom", "supports", "isVersionOf", "related",
    ]  # fmt: skip
    target: Text
    title: LangText = EMPTY


class Provenance(Part):
    """Where the record was taken from: one entry a source."""

    source: Text
    protocol: Text | None = None
    original_id: Text | None = None
    original_url: Text | None = None
    harvested_at: Instant | None = None
    modified_at_source: PartialDate | None = None
    raw_hash: Text | None = None
    field_map: Extra = Field(default_factory=dict)


class Money(Part):
    """An amount or range in one currency (ISO 4217)."""

    currency: Text
    minimum: float | None = None
    maximum: float | None = None


class Quantity(Part):
    """A measured result, such as 56,000 tCO2e a year."""

    quantity: Text
    unit: Text
    value: float


class Alignment(Part):
    """A global target or goal a national target answers to, and how closely."""

    target: Text
    degree: Literal["high", "medium", "low"] | None = None


class Progress(Part):
    """A statement of progress towards a target."""

    level: Text | None = None
    date: PartialDate | None = None
    summary: LangText = EMPTY


class TechnologyDetails(Part):
    """Fields of a technology."""

    kind: Literal["hard", "soft", "traditional"] | None = None
    readiness: Text | None = None
    sector: Text | None = None
    environmental_benefit: LangText = EMPTY
    transferability: LangText = EMPTY
    licensing_terms: LangText = EMPTY
    cost: Money | None = None
    providers: tuple[Agent, ...] = ()
    countries_of_use: tuple[Text, ...] = ()
    capacity_needed: LangText = EMPTY
    related_needs: tuple[Text, ...] = ()


class NeedDetails(Part):
    """Fields of a need: who lacks what, for what, by when."""

    problem: LangText = EMPTY
    objectives: LangText = EMPTY
    assistance_types: tuple[Text, ...] = ()
    priorities: tuple[Text, ...] = ()
    beneficiaries: tuple[Text, ...] = ()
    other_governments: tuple[Text, ...] = ()
    existing_initiatives: LangText = EMPTY
    budget: Money | None = None
    co_financing: LangText = EMPTY
    deadline: PartialDate | None = None
    state: Literal["open", "inTalks", "matched", "completed", "expired", "withdrawn"] = "open"


class OfferDetails(Part):
    """Fields of an offer: what help, to whom, how to ask for it."""

    assistance_types: tuple[Text, ...] = ()
    eligibility: LangText = EMPTY
    eligible_countries: tuple[Text, ...] = ()
    application_process: LangText = EMPTY
    application_deadline: PartialDate | None = None
    cost: Literal["free", "paid"] | None = None
    languages_of_delivery: tuple[LanguageTag, ...] = ()
    providers: tuple[Agent, ...] = ()
    capacity: LangText = EMPTY
    state: Literal["open", "inTalks", "matched", "completed", "expired", "withdrawn"] = "open"


class CapacityInitiativeDetails(Part):
    """Fields of a capacity-building initiative."""

    categories: tuple[Text, ...] = ()
    audience: LangText = EMPTY
    geographic_scope: Text | None = None
    status: Text | None = None
    duration: Text | None = None
    implementing_agencies: tuple[Agent, ...] = ()
    funding_sources: tuple[Agent, ...] = ()
    budget: Money | None = None
    results: LangText = EMPTY
    best_practices: LangText = EMPTY


class ProjectDetails(Part):
    """Fields of a project; its period is the record's ``temporal``."""

    number: Text | None = None
    status: Text | None = None
    budget: Money | None = None
    funding_sources: tuple[Agent, ...] = ()
    implementers: tuple[Agent, ...] = ()
    results: tuple[Quantity, ...] = ()
    agreement_type: Text | None = None


class ResourceDetails(Part):
    """Fields of a publication, guideline, case study or other knowledge resource."""

    resource_types: tuple[Text, ...] = ()
    authors: tuple[Agent, ...] = ()
    publication_date: PartialDate | None = None
    source: LangText = EMPTY
    isbn: Text | None = None
    pages: Text | None = None
    audience: LangText = EMPTY
    format: Text | None = None


class DatasetDetails(Part):
    """Fields of a dataset; its files are the record's links with rel ``data``."""

    taxa: tuple[Text, ...] = ()
    doi: Text | None = None
    installation: Text | None = None
    update_frequency: Text | None = None
    citation: Text | None = None
    methods: LangText = EMPTY


class ServiceDetails(Part):
    """Fields of a website, database, API, laboratory or help desk."""

    url: Text | None = None
    api_type: Text | None = None
    documentation: Text | None = None
    access: Literal["open", "key"] | None = None
    languages: tuple[LanguageTag, ...] = ()


class OrganizationDetails(Part):
    """Fields of an organisation."""

    acronym: LangText = EMPTY
    organization_type: Text | None = None
    jurisdiction: Text | None = None
    address: Text | None = None
    city: Text | None = None
    country: Text | None = None
    website: Text | None = None
    areas_of_work: LangText = EMPTY
    operational_regions: tuple[Text, ...] = ()
    operational_languages: tuple[LanguageTag, ...] = ()
    networks: tuple[Text, ...] = ()
    centre_of: Text | None = None


class FocalPointDetails(Part):
    """Fields of a focal point; a person's e-mail lives in the record's contacts, with consent."""

    categories: tuple[Text, ...] = ()
    treaty: Text | None = None
    person: Text | None = None
    designation: LangText = EMPTY
    institution: LangText = EMPTY
    country: Text | None = None
    since: PartialDate | None = None
    until: PartialDate | None = None


class EventDetails(Part):
    """Fields of an event."""

    start: PartialDate | None = None
    end: PartialDate | None = None
    city: Text | None = None
    country: Text | None = None
    online_url: Text | None = None
    organizers: tuple[Agent, ...] = ()
    languages: tuple[LanguageTag, ...] = ()
    registration_url: Text | None = None
    registration_deadline: PartialDate | None = None
    symbol: Text | None = None
    status: Text | None = None


class NewsDetails(Part):
    """Fields of a news item, notification or call."""

    date_published: PartialDate | None = None
    kind: Text | None = None
    deadline: PartialDate | None = None
    audience: LangText = EMPTY
    teaser: LangText = EMPTY


class NationalSubmissionDetails(Part):
    """Fields of a report, plan or strategy a government submitted."""

    report_type: Text | None = None
    period: Temporal | None = None
    adoption_date: PartialDate | None = None
    status: Text | None = None
    approving_body: LangText = EMPTY
    cycle: Text | None = None
    sections: tuple[Text, ...] = ()


class NationalTargetDetails(Part):
    """Fields of a national target."""

    alignment: tuple[Alignment, ...] = ()
    sequence: Text | None = None
    indicators: tuple[Text, ...] = ()
    progress: tuple[Progress, ...] = ()
    baseline: LangText = EMPTY
    reference_period: Temporal | None = None
    actions: LangText = EMPTY


class LegalInstrumentDetails(Part):
    """Fields of a law, decision, measure or permit."""

    document_type: Text | None = None
    jurisdiction: Text | None = None
    legal_status: Text | None = None
    adoption: PartialDate | None = None
    entry_into_force: PartialDate | None = None
    expires: PartialDate | None = None
    amends: tuple[Text, ...] = ()
    number: Text | None = None
    forum: Text | None = None


class PlaceDetails(Part):
    """Fields of a protected area, ecosystem or other place; its position is the record's ``spatial``."""

    category: Text | None = None
    area_km2: float | None = Field(default=None, ge=0)
    established: PartialDate | None = None
    governance: Text | None = None
    wdpa_id: Text | None = None


class Record(Part):
    """The fields every type shares; use ``new_record`` to make one and the classes below to tell types apart."""

    id: Text
    type: RecordType
    subtype: Text | None = None
    title: LangText
    summary: LangText = EMPTY
    languages: tuple[LanguageTag, ...] = ()
    translation: tuple[Translation, ...] = ()
    publisher: Publisher
    source_ids: tuple[SourceId, ...] = ()
    government: Text | None = None
    country_regions: tuple[Text, ...] = ()
    spatial: Spatial | None = None
    subjects: tuple[Text, ...] = ()
    gbf_targets: tuple[Text, ...] = ()
    gbf_goals: tuple[Text, ...] = ()
    sdgs: tuple[Text, ...] = ()
    aichi_targets: tuple[Text, ...] = ()
    treaties: tuple[Text, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    temporal: Temporal | None = None
    dates: Dates = Dates()
    links: tuple[Link, ...] = ()
    contacts: tuple[Contact, ...] = ()
    organizations: tuple[Agent, ...] = ()
    license: Text | None = None
    rights: LangText = EMPTY
    access: Access = Access()
    status: Status = "published"
    validation: Validation | None = None
    freshness: Freshness | None = None
    revision: int = Field(default=1, ge=1)
    replaces: Text | None = None
    relations: tuple[Relation, ...] = ()
    provenance: tuple[Provenance, ...] = ()
    extra: Extra = Field(default_factory=dict)

    def with_(self, **changes: Any) -> Record:
        """Give a copy with the named attributes replaced; values must already be of their types."""
        return self.model_copy(update=changes)


class TechnologyRecord(Record):
    """Hard or soft technology, method or traditional practice."""

    type: Literal["technology"]
    details: TechnologyDetails = TechnologyDetails()


class NeedRecord(Record):
    """A request for assistance, technology or capacity."""

    type: Literal["need"]
    details: NeedDetails = NeedDetails()


class OfferRecord(Record):
    """An opportunity, grant, expertise or assistance on offer."""

    type: Literal["offer"]
    details: OfferDetails = OfferDetails()


class CapacityInitiativeRecord(Record):
    """A programme, training or curriculum."""

    type: Literal["capacityInitiative"]
    details: CapacityInitiativeDetails = CapacityInitiativeDetails()


class ProjectRecord(Record):
    """A project of any kind."""

    type: Literal["project"]
    details: ProjectDetails = ProjectDetails()


class ResourceRecord(Record):
    """A publication, guideline, case study, course material or media item."""

    type: Literal["resource"]
    details: ResourceDetails = ResourceDetails()


class DatasetRecord(Record):
    """A dataset, checklist, statistic or map."""

    type: Literal["dataset"]
    details: DatasetDetails = DatasetDetails()


class ServiceRecord(Record):
    """A website, database, API, laboratory or help desk."""

    type: Literal["service"]
    details: ServiceDetails = ServiceDetails()


class OrganizationRecord(Record):
    """A centre, authority, institution or network."""

    type: Literal["organization"]
    details: OrganizationDetails = OrganizationDetails()


class FocalPointRecord(Record):
    """A national focal point or expert in a role."""

    type: Literal["focalPoint"]
    details: FocalPointDetails = FocalPointDetails()


class EventRecord(Record):
    """A meeting, workshop, webinar, round table or fair."""

    type: Literal["event"]
    details: EventDetails = EventDetails()


class NewsRecord(Record):
    """News, a notification, call or statement."""

    type: Literal["news"]
    details: NewsDetails = NewsDetails()


class NationalSubmissionRecord(Record):
    """A report, plan or strategy submitted by a government."""

    type: Literal["nationalSubmission"]
    details: NationalSubmissionDetails = NationalSubmissionDetails()


class NationalTargetRecord(Record):
    """A national target, its mapping, indicators or progress."""

    type: Literal["nationalTarget"]
    details: NationalTargetDetails = NationalTargetDetails()


class LegalInstrumentRecord(Record):
    """A law, measure, decision or permit."""

    type: Literal["legalInstrument"]
    details: LegalInstrumentDetails = LegalInstrumentDetails()


class PlaceRecord(Record):
    """A protected area, ecosystem, site, or a taxon or living modified organism."""

    type: Literal["place"]
    details: PlaceDetails = PlaceDetails()


RECORD_CLASSES: dict[str, type[Record]] = {
    "technology": TechnologyRecord,
    "need": NeedRecord,
    "offer": OfferRecord,
    "capacityInitiative": CapacityInitiativeRecord,
    "project": ProjectRecord,
    "resource": ResourceRecord,
    "dataset": DatasetRecord,
    "service": ServiceRecord,
    "organization": OrganizationRecord,
    "focalPoint": FocalPointRecord,
    "event": EventRecord,
    "news": NewsRecord,
    "nationalSubmission": NationalSubmissionRecord,
    "nationalTarget": NationalTargetRecord,
    "legalInstrument": LegalInstrumentRecord,
    "place": PlaceRecord,
}
RECORD_TYPES: tuple[str, ...] = tuple(RECORD_CLASSES)


def new_record(type: str, **fields: Any) -> Record:  # noqa: A002 - the field's own name
    """Make a record of a type from attribute names (snake_case) or JSON names; pydantic.ValidationError where it cannot be one."""
    return RECORD_CLASSES[type](type=type, **fields)


def record_details(record: Record) -> Part:
    """Give the type-specific fields of any record."""
    details: Part = record.details  # type: ignore[attr-defined]  # every class in RECORD_CLASSES has it
    return details
