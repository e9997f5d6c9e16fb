"""The one Record of the federation: frozen, typed, JSON in and out. Everything else is an adapter to or from it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from vocabularies.details import (
    CapacityInitiativeDetails,
    DatasetDetails,
    EventDetails,
    FocalPointDetails,
    LegalInstrumentDetails,
    NationalSubmissionDetails,
    NationalTargetDetails,
    NeedDetails,
    NewsDetails,
    OfferDetails,
    OrganizationDetails,
    PlaceDetails,
    ProjectDetails,
    ResourceDetails,
    ServiceDetails,
    TechnologyDetails,
)
from vocabularies.parts import (
    EMPTY,
    Access,
    AccessLevel,
    Agent,
    Alignment,
    Box,
    Contact,
    Dates,
    Extra,
    Freshness,
    Keyword,
    Link,
    LinkRelation,
    Match,
    Money,
    Part,
    Point,
    Progress,
    Provenance,
    Publisher,
    Quantity,
    Relation,
    SourceId,
    Spatial,
    Status,
    Temporal,
    Translation,
    TranslationKind,
    Validation,
)
from vocabularies.text import LangText, LanguageTag, Text

__all__ = [
    "Access", "AccessLevel", "Agent", "Alignment", "Box", "CapacityInitiativeDetails", "CapacityInitiativeRecord",
    "Contact", "DatasetDetails", "DatasetRecord", "Dates", "EMPTY", "EventDetails", "EventRecord", "Extra",
    "FocalPointDetails", "FocalPointRecord", "Freshness", "Keyword", "LegalInstrumentDetails", "LegalInstrumentRecord",
    "Link", "LinkRelation", "Match", "Money", "NationalSubmissionDetails", "NationalSubmissionRecord",
    "NationalTargetDetails", "NationalTargetRecord", "NeedDetails", "NeedRecord", "NewsDetails", "NewsRecord",
    "OfferDetails", "OfferRecord", "OrganizationDetails", "OrganizationRecord", "Part", "PlaceDetails", "PlaceRecord",
    "Point", "Progress", "ProjectDetails", "ProjectRecord", "Provenance", "Publisher", "Quantity", "RECORD_CLASSES",
    "RECORD_TYPES", "Record", "RecordType", "Relation", "ResourceDetails", "ResourceRecord", "ServiceDetails",
    "ServiceRecord", "SourceId", "Spatial", "Status", "TechnologyDetails", "TechnologyRecord", "Temporal",
    "Translation", "TranslationKind", "Validation", "new_record", "record_details",
]  # fmt: skip

RecordType = Literal[
    "technology", "need", "offer", "capacityInitiative", "project", "resource", "dataset", "service",
    "organization", "focalPoint", "event", "news", "nationalSubmission", "nationalTarget", "legalInstrument", "place",
]  # fmt: skip


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


def new_record(type: str, **fields: Any) -> Record:
    """Make a record of a type from attribute or JSON names; pydantic.ValidationError where it cannot be one."""
    return RECORD_CLASSES[type](type=type, **fields)


def record_details(record: Record) -> Part:
    """Give the type-specific fields of any record."""
    details: Part = record.details  # type: ignore[attr-defined]  # every class in RECORD_CLASSES has it
    return details
