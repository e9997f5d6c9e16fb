"""The type-specific fields of records of the CBD: a function a record type. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

from harvester.crosswalks.cbd_schemas import Kind
from harvester.crosswalks.cbd_targets import to_alignment, to_indicators, to_progress
from harvester.crosswalks.cbd_terms import find_country, find_in, to_places
from harvester.crosswalks.cbd_told import Told
from harvester.crosswalks.cbd_values import (
    Kept,
    find_dated,
    find_one,
    find_open_term,
    find_shown,
    find_treaty,
    find_website,
    to_assistance,
    to_authors,
    to_categories,
    to_joined,
    to_known_terms,
    to_languages,
    to_named_agents,
    to_state,
)
from vocabularies.record import (
    RECORD_CLASSES,
    Agent,
    CapacityInitiativeDetails,
    DatasetDetails,
    EventDetails,
    FocalPointDetails,
    Freshness,
    LegalInstrumentDetails,
    NationalSubmissionDetails,
    NationalTargetDetails,
    NeedDetails,
    NewsDetails,
    OfferDetails,
    OrganizationDetails,
    Part,
    PlaceDetails,
    ProjectDetails,
    ResourceDetails,
    ServiceDetails,
    Temporal,
)
from vocabularies.text import LangText

_CYCLES = {"nationalReport7": "NR7", "nationalReport6": "NR6"}


def to_details(told: Told, schema: str, kind: Kind) -> tuple[Part, Kept]:
    """Give the fields of the record's type, and terms of theirs that we do not know."""
    kept: Kept = {}
    maker = _MAKERS.get(kind.type)
    if maker is None:  # no schema of theirs is a technology; a clearing-house of ours may have one
        return RECORD_CLASSES[kind.type].model_fields["details"].default, kept
    return maker(told, schema, kept), kept


def find_person(told: Told) -> str | None:
    """Give a person's name as the record has it, in one text."""
    parts = [told.word(name) for name in ("firstName", "middleName", "lastName")]
    return " ".join(filter(None, parts)) or None


def to_freshness(schema: str, modified: str | None, now: datetime) -> Freshness | None:
    """Give when a national website or database was last confirmed; it must be every year, with three months' grace."""
    if schema != "database" or modified is None or "T" not in modified:
        return None
    at = datetime.fromisoformat(modified)
    months = (now.year - at.year) * 12 + now.month - at.month - (now.day < at.day)
    state: Literal["current", "due", "unconfirmed"] = (
        "current" if months < 12 else "due" if months < 15 else "unconfirmed"
    )
    return Freshness(confirmed_at=at, confirm_by=f"{at.year + 1:04}-{at.month:02}", state=state)


def _need(told: Told, schema: str, kept: Kept) -> NeedDetails:
    return NeedDetails(
        problem=told.text("problem", "problemDescription", lines=True),
        objectives=told.text("objectives", "objective", lines=True),
        assistance_types=to_assistance(told, kept),
        priorities=told.shown("addressedPriorities", "addressedPrioritiesOther"),
        beneficiaries=told.shown("beneficiaryTypes", "primaryBeneficiary", "beneficiaries"),
        other_governments=tuple(filter(None, (find_in("government", term) for term in told.terms("otherGovernments")))),
        existing_initiatives=told.text("existingInitiatives", lines=True),
        co_financing=told.text("coFinancing", lines=True),
        deadline=told.date("deadline", "applicationDeadline"),
        state=to_state(told),
    )


def _offer(told: Told, schema: str, kept: Kept) -> OfferDetails:
    return OfferDetails(
        assistance_types=to_assistance(told, kept),
        eligibility=told.text("eligibility", "eligibilityCriteria", lines=True),
        application_process=told.text("applicationProcess", lines=True),
        application_deadline=told.date("applicationDeadline", "deadline"),
        eligible_organization_types=to_known_terms(
            told, "details.eligible_organization_types", kept, "primaryBeneficiary"
        ),
        languages_of_delivery=to_languages(told, "operationalLanguages", "deliveryLanguages"),
        providers=tuple(
            Agent(role="provider", name=term.label) for term in told.terms("primaryOrganization") if term.label
        ),
        capacity=told.text("potentialOutcomes", "suggestedExpertise", "collaborationAreas", lines=True),
        state=to_state(told),
    )


def _initiative(told: Told, schema: str, kept: Kept) -> CapacityInitiativeDetails:
    return CapacityInitiativeDetails(
        categories=told.shown("categories"),
        audience=told.text("audience") or to_joined(told, "targetGroups"),
        geographic_scope=find_shown(told, "geographicScope"),
        status=find_shown(told, "status"),
        duration=" ".join(filter(None, (told.word("durationPeriod"), told.word("durationText")))) or None,
        implementing_agencies=to_named_agents(told, "implementer", "implementingAgencies", "executingAgencies"),
        funding_sources=to_named_agents(
            told, "funder", "coreFundingSources", "coFinancingSources", "fundingSourceTypes"
        ),
        results=told.text("resultsAchievements", "results", lines=True),
        best_practices=told.text("bestPractices", lines=True),
    )


def _project(told: Told, schema: str, kept: Kept) -> ProjectDetails:
    return ProjectDetails(
        number=told.word("projectNumber"),
        status=find_shown(told, "status"),
        funding_sources=to_named_agents(told, "funder", "donors", "fundingSources"),
        implementers=to_named_agents(told, "implementer", "implementers", "leadOrganization"),
    )


def _resource(told: Told, schema: str, kept: Kept) -> ResourceDetails:
    return ResourceDetails(
        resource_types=told.shown("resourceTypes", "resourceType", "type"),
        authors=to_authors(told),
        publication_date=told.date("publicationDate") or find_dated(told.text("publicationDate")),
        source=told.text("source"),
        isbn=told.word("isbn"),
        pages=told.word("pages"),
        audience=told.text("audience") or to_joined(told, "targetGroups"),
        format=find_shown(told, "fileFormat", "fileFormats"),
    )


def _dataset(told: Told, schema: str, kept: Kept) -> DatasetDetails:
    return DatasetDetails(citation=told.word("citation"), methods=told.text("sourceOfData", "methods", lines=True))


def _service(told: Told, schema: str, kept: Kept) -> ServiceDetails:
    return ServiceDetails(url=find_website(told), languages=to_languages(told, "websiteLanguages"))


def _organization(told: Told, schema: str, kept: Kept) -> OrganizationDetails:
    regions, others = to_places(told.terms("operationalRegions"))
    kept["operationalRegions"] = list(others)
    return OrganizationDetails(
        acronym=told.text("acronym", "organizationAcronym"),
        organization_type=find_open_term(told, "details.organization_type", "organizationType"),
        jurisdiction=find_open_term(told, "details.jurisdiction", "jurisdiction", "absJurisdiction"),
        address=find_one(told.text("address", "addressLine1")),
        city=find_one(told.text("city")) or told.word("city"),
        country=find_country(told, "country"),
        website=find_website(told),
        areas_of_work=told.text("areasOfWork", "functions", lines=True),
        operational_regions=tuple(regions),
        operational_languages=to_languages(told, "operationalLanguages"),
    )


def _focal_point(told: Told, schema: str, kept: Kept) -> FocalPointDetails:
    categories = to_categories(told)
    titled = told.text("title").best("en") if schema == "focalPoint" else None
    return FocalPointDetails(
        categories=tuple(categories),
        treaty=find_treaty(categories),
        person=find_person(told) or (titled[1] if titled else None),
        designation=told.text("designation", "function"),
        institution=told.text("organization", "institution", "contactOrganization"),
        country=find_country(told, "government", "country"),
    )


def _event(told: Told, schema: str, kept: Kept) -> EventDetails:
    return EventDetails(
        start=told.date("startDate", "start"),
        end=told.date("endDate", "end"),
        city=find_one(told.text("eventCity", "city")),
        country=find_country(told, "eventCountry", "hostGovernments", "country"),
        online_url=find_website(told, "onlineUrl", "virtualLink"),
        organizers=to_named_agents(told, "organizer", "organizers", "hostOrganizations"),
        languages=to_languages(told, "eventLanguages"),
        symbol=told.word("symbol"),
        status=find_shown(told, "status"),
    )


def _news(told: Told, schema: str, kept: Kept) -> NewsDetails:
    return NewsDetails(
        date_published=told.date("publishDate", "publishedDate", "date", "startDate", "createdDate"),
        kind=schema or None,
        deadline=told.date("deadline", "actionDate", "reminderDate"),
        teaser=told.text("teaser", lines=True),
    )


def _submission(told: Told, schema: str, kept: Kept) -> NationalSubmissionDetails:
    start, end = told.date("startDate", "timelineStartDate"), told.date("endDate", "timelineEndDate")
    sections = sorted({name.partition(".")[0] for name in told.fields if name.startswith("section")})
    body = find_shown(told, "approvingBody")
    return NationalSubmissionDetails(
        report_type=find_shown(told, "reportType") or schema or None,
        period=Temporal(start=start, end=end) if start or end else None,
        adoption_date=told.date("adoptionDate"),
        status=find_shown(told, "status", "approvedStatus"),
        approving_body=told.text("approvingBodyInfo") or LangText({told.fallback: body} if body else {}),
        cycle=_CYCLES.get(schema),
        sections=tuple(sections),
    )


def _target(told: Told, schema: str, kept: Kept) -> NationalTargetDetails:
    start, end = told.date("referencePeriod.startDate"), told.date("referencePeriod.endDate")
    return NationalTargetDetails(
        alignment=to_alignment(told),
        sequence=told.word("sequence"),
        indicators=to_indicators(told),
        progress=to_progress(told),
        baseline=told.text("baseline", "referencePeriodInfo", lines=True),
        reference_period=Temporal(start=start, end=end) if start or end else None,
        actions=told.text("mainPolicyOfMeasureOrActionInfo", "mainActionsInfo", "actions", lines=True),
    )


def _legal(told: Told, schema: str, kept: Kept) -> LegalInstrumentDetails:
    amended = [term.identifier.partition("@")[0] for term in told.terms("amendedMeasures", "amendedRecords")]
    return LegalInstrumentDetails(
        document_type=find_shown(told, "type", "otherTypeName", "decisionTypes") or schema or None,
        jurisdiction=find_open_term(told, "details.jurisdiction", "jurisdiction", "jurisdictions"),
        legal_status=find_shown(told, "status"),
        adoption=told.date("adoption", "adoptionDate"),
        entry_into_force=told.date("entryIntoForce"),
        expires=told.date("dateOfExpiry", "expiryDate", "retired"),
        amends=tuple(filter(None, amended)),
        number=told.word("symbol", "number", "referenceToNationalPermit"),
        forum=told.word("body", "forum"),
        prior_informed_consent=told.flag("picGranted"),
        mutually_agreed_terms=told.flag("matEstablished"),
    )


def _place(told: Told, schema: str, kept: Kept) -> PlaceDetails:
    return PlaceDetails(category=find_shown(told, "category", "region", "family") or schema or None)


_MAKERS: Mapping[str, Callable[[Told, str, Kept], Part]] = {
    "need": _need,
    "offer": _offer,
    "capacityInitiative": _initiative,
    "project": _project,
    "resource": _resource,
    "dataset": _dataset,
    "service": _service,
    "organization": _organization,
    "focalPoint": _focal_point,
    "event": _event,
    "news": _news,
    "nationalSubmission": _submission,
    "nationalTarget": _target,
    "legalInstrument": _legal,
    "place": _place,
}
