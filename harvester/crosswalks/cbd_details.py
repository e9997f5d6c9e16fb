"""The type-specific fields of records of the CBD: a function a record type. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from harvester.crosswalks.cbd_links import find_address
from harvester.crosswalks.cbd_schemas import Kind
from harvester.crosswalks.cbd_targets import to_alignment, to_indicators, to_progress
from harvester.crosswalks.cbd_terms import find_country, find_in, to_places
from harvester.crosswalks.cbd_told import Term, Told
from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.language_codes import find_language
from vocabularies.concepts import load_scheme
from vocabularies.record import (
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

State = Literal["open", "inTalks", "matched", "completed", "expired", "withdrawn"]
_STATES: Mapping[str, State] = {
    "matched": "matched", "answered": "matched", "inprogress": "inTalks", "completed": "completed",
    "closed": "completed", "expired": "expired", "withdrawn": "withdrawn",
}  # fmt: skip
_CYCLES = {"nationalReport7": "NR7", "nationalReport6": "NR6"}
Kept = dict[str, JsonValue]


def to_details(told: Told, schema: str, kind: Kind) -> tuple[Part, Kept]:
    """Give the fields of the record's type, and terms of theirs that we do not know."""
    kept: Kept = {}
    return _MAKERS[kind.type](told, schema, kept), kept


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
        assistance_types=_assistance(told, kept),
        priorities=told.shown("addressedPriorities", "addressedPrioritiesOther"),
        beneficiaries=told.shown("beneficiaryTypes", "primaryBeneficiary", "beneficiaries"),
        other_governments=tuple(filter(None, (find_in("government", term) for term in told.terms("otherGovernments")))),
        existing_initiatives=told.text("existingInitiatives", lines=True),
        co_financing=told.text("coFinancing", lines=True),
        deadline=told.date("deadline", "applicationDeadline"),
        state=_state(told),
    )


def _offer(told: Told, schema: str, kept: Kept) -> OfferDetails:
    return OfferDetails(
        assistance_types=_assistance(told, kept),
        eligibility=told.text("eligibility", "eligibilityCriteria", lines=True),
        application_process=told.text("applicationProcess", lines=True),
        application_deadline=told.date("applicationDeadline", "deadline"),
        eligible_organization_types=_terms_in(told, "details.eligible_organization_types", "primaryBeneficiary"),
        languages_of_delivery=_languages(told, "operationalLanguages", "deliveryLanguages"),
        providers=tuple(
            Agent(role="provider", name=term.label) for term in told.terms("primaryOrganization") if term.label
        ),
        capacity=told.text("potentialOutcomes", "suggestedExpertise", "collaborationAreas", lines=True),
        state=_state(told),
    )


def _initiative(told: Told, schema: str, kept: Kept) -> CapacityInitiativeDetails:
    return CapacityInitiativeDetails(
        categories=told.shown("categories"),
        audience=told.text("audience") or _joined(told, "targetGroups"),
        geographic_scope=_shown(told, "geographicScope"),
        status=_shown(told, "status"),
        duration=" ".join(filter(None, (told.word("durationPeriod"), told.word("durationText")))) or None,
        implementing_agencies=_named(told, "implementer", "implementingAgencies", "executingAgencies"),
        funding_sources=_named(told, "funder", "coreFundingSources", "coFinancingSources", "fundingSourceTypes"),
        results=told.text("resultsAchievements", "results", lines=True),
        best_practices=told.text("bestPractices", lines=True),
    )


def _project(told: Told, schema: str, kept: Kept) -> ProjectDetails:
    return ProjectDetails(
        number=told.word("projectNumber"),
        status=_shown(told, "status"),
        funding_sources=_named(told, "funder", "donors", "fundingSources"),
        implementers=_named(told, "implementer", "implementers", "leadOrganization"),
    )


def _resource(told: Told, schema: str, kept: Kept) -> ResourceDetails:
    return ResourceDetails(
        resource_types=told.shown("resourceTypes", "resourceType", "type"),
        authors=_authors(told),
        publication_date=told.date("publicationDate") or _dated(told.text("publicationDate")),
        source=told.text("source"),
        isbn=told.word("isbn"),
        pages=told.word("pages"),
        audience=told.text("audience") or _joined(told, "targetGroups"),
        format=_shown(told, "fileFormat", "fileFormats"),
    )


def _dataset(told: Told, schema: str, kept: Kept) -> DatasetDetails:
    return DatasetDetails(citation=told.word("citation"), methods=told.text("sourceOfData", "methods", lines=True))


def _service(told: Told, schema: str, kept: Kept) -> ServiceDetails:
    return ServiceDetails(url=_website(told), languages=_languages(told, "websiteLanguages"))


def _organization(told: Told, schema: str, kept: Kept) -> OrganizationDetails:
    regions, others = to_places(told.terms("operationalRegions"))
    kept["operationalRegions"] = list(others)
    return OrganizationDetails(
        acronym=told.text("acronym", "organizationAcronym"),
        organization_type=_open_term(told, "details.organization_type", "organizationType"),
        jurisdiction=_open_term(told, "details.jurisdiction", "jurisdiction", "absJurisdiction"),
        address=_one_line(told.text("address", "addressLine1")),
        city=_one_line(told.text("city")) or told.word("city"),
        country=find_country(told, "country"),
        website=_website(told),
        areas_of_work=told.text("areasOfWork", "functions", lines=True),
        operational_regions=tuple(regions),
        operational_languages=_languages(told, "operationalLanguages"),
    )


def _focal_point(told: Told, schema: str, kept: Kept) -> FocalPointDetails:
    categories = _categories(told)
    titled = told.text("title").best("en") if schema == "focalPoint" else None
    return FocalPointDetails(
        categories=tuple(categories),
        treaty=_treaty_of(categories),
        person=find_person(told) or (titled[1] if titled else None),
        designation=told.text("designation", "function"),
        institution=told.text("organization", "institution", "contactOrganization"),
        country=find_country(told, "government", "country"),
    )


def _event(told: Told, schema: str, kept: Kept) -> EventDetails:
    return EventDetails(
        start=told.date("startDate", "start"),
        end=told.date("endDate", "end"),
        city=_one_line(told.text("eventCity", "city")),
        country=find_country(told, "eventCountry", "hostGovernments", "country"),
        online_url=_website(told, "onlineUrl", "virtualLink"),
        organizers=_named(told, "organizer", "organizers", "hostOrganizations"),
        languages=_languages(told, "eventLanguages"),
        symbol=told.word("symbol"),
        status=_shown(told, "status"),
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
    sections = sorted(name for name in told.fields if name.startswith("section"))
    body = _shown(told, "approvingBody")
    return NationalSubmissionDetails(
        report_type=_shown(told, "reportType") or schema or None,
        period=Temporal(start=start, end=end) if start or end else None,
        adoption_date=told.date("adoptionDate"),
        status=_shown(told, "status", "approvedStatus"),
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
        document_type=_shown(told, "type", "otherTypeName", "decisionTypes") or schema or None,
        jurisdiction=_open_term(told, "details.jurisdiction", "jurisdiction", "jurisdictions"),
        legal_status=_shown(told, "status"),
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
    return PlaceDetails(category=_shown(told, "category", "region", "family") or schema or None)


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


def _assistance(told: Told, kept: Kept) -> tuple[str, ...]:
    terms = told.terms("assistanceTypes")
    known = [(term, find_in("details.assistance_types", term)) for term in terms]
    kept["assistanceTypes"] = [_bare(term) for term, found in known if found is None]
    return tuple(dict.fromkeys(found for _, found in known if found))


def _bare(term: Term) -> JsonValue:
    label: dict[str, JsonValue] = dict(term.label)
    return {"identifier": term.identifier, "label": label} if label else term.identifier


def _state(told: Told) -> State:
    said = (told.word("status", "state") or "").lower().replace("-", "").replace(" ", "")
    return _STATES.get(said, "open")


def _shown(told: Told, *names: str) -> str | None:
    return next(iter(told.shown(*names)), None)


def _open_term(told: Told, name: str, *fields: str) -> str | None:
    """Give a term of a vocabulary that is known to be incomplete: another one is kept as it is."""
    term = next(iter(told.terms(*fields)), None)
    return (find_in(name, term) or term.identifier or term.shown or None) if term else None


def _joined(told: Told, *names: str) -> LangText:
    """Give the labels of terms as one text a language; those without label as they are."""
    texts: dict[str, list[str]] = {}
    for term in told.terms(*names):
        for tag, text in (term.label or LangText({told.fallback: term.identifier})).items():
            texts.setdefault(tag, []).append(text)
    return LangText({tag: ", ".join(each) for tag, each in texts.items()})


def _terms_in(told: Told, name: str, *fields: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for term in told.terms(*fields) if (found := find_in(name, term))))


def _named(told: Told, role: str, *fields: str) -> tuple[Agent, ...]:
    return tuple(dict.fromkeys(Agent(role=role, name=term.label) for term in told.terms(*fields) if term.label))


def _authors(told: Told) -> tuple[Agent, ...]:
    name = told.text("authors", "author")
    return (Agent(role="author", name=name),) if name and not any("@" in text for text in name.values()) else ()


def _categories(told: Told) -> list[str]:
    terms = told.terms("ctgList", "categories", "types")
    found = (find_in("details.categories", term) or term.identifier for term in terms)
    return list(dict.fromkeys(filter(None, found)))


def _treaty_of(categories: list[str]) -> str | None:
    known = load_scheme("focal-point-categories").concepts
    broader = [uri for name in categories if name in known for uri in known[name].broad_match]
    return broader[0].rpartition(":")[2] if broader else None


def _website(told: Told, *names: str) -> str | None:
    addresses = [str(each.get("url") or "") for each in told.objects(*(names or ("websites", "website")))]
    addresses += told.words(*(names or ("websites", "website")))
    return next((found for address in addresses if (found := find_address(address, ""))), None)


def _languages(told: Told, *names: str) -> tuple[str, ...]:
    found = (find_language(text) for term in told.terms(*names) for text in (term.identifier, *term.label.values()))
    return tuple(dict.fromkeys(filter(None, found)))


def _one_line(text: LangText) -> str | None:
    best = text.best("en")
    return best[1] if best else None


def _dated(text: LangText) -> str | None:
    return next((found for each in text.values() if (found := find_date(each))), None)
