"""The type-specific fields of the sixteen record types. Frozen values; no rules here."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vocabularies.parts import EMPTY, Agent, Alignment, Match, Money, Part, Progress, Quantity, Temporal
from vocabularies.text import LangText, LanguageTag, PartialDate, Text


class TechnologyDetails(Part):
    """Fields of a technology; a country may stand among those that provide it and those that use it."""

    kind: Literal["hard", "soft", "traditional"] | None = None
    readiness: Text | None = None
    sector: Text | None = None
    environmental_benefit: LangText = EMPTY
    transferability: LangText = EMPTY
    licensing_terms: LangText = EMPTY
    cost: Money | None = None
    providers: tuple[Agent, ...] = ()
    provider_countries: tuple[Text, ...] = ()
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
    matches: tuple[Match, ...] = ()


class OfferDetails(Part):
    """Fields of an offer: what help, to whom, how to ask for it."""

    assistance_types: tuple[Text, ...] = ()
    eligibility: LangText = EMPTY
    eligible_countries: tuple[Text, ...] = ()
    eligible_organization_types: tuple[Text, ...] = ()
    application_process: LangText = EMPTY
    application_deadline: PartialDate | None = None
    cost: Literal["free", "paid"] | None = None
    languages_of_delivery: tuple[LanguageTag, ...] = ()
    providers: tuple[Agent, ...] = ()
    capacity: LangText = EMPTY
    state: Literal["open", "inTalks", "matched", "completed", "expired", "withdrawn"] = "open"


class CapacityInitiativeDetails(Part):
    """Fields of a capacity-building initiative; its period is the record's ``temporal``."""

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
    """Fields of a focal point; ``verified_on`` is the day it agreed with the treaty's own list.

    A person's e-mail lives in the record's contacts, with consent.
    """

    categories: tuple[Text, ...] = ()
    treaty: Text | None = None
    person: Text | None = None
    designation: LangText = EMPTY
    institution: LangText = EMPTY
    country: Text | None = None
    since: PartialDate | None = None
    until: PartialDate | None = None
    verified_on: PartialDate | None = None


class EventDetails(Part):
    """Fields of an event; its documents are the record's links."""

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
    """Fields of a report, plan or strategy a government submitted; its files are the record's links, by language."""

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
    """Fields of a law, decision, measure or permit; its files are the record's links, by language.

    A permit tells whether prior informed consent was granted and mutually agreed terms were established (Nagoya
    Protocol, article 17); what of it is confidential stands in the record's ``access.confidential``.
    """

    document_type: Text | None = None
    jurisdiction: Text | None = None
    legal_status: Text | None = None
    adoption: PartialDate | None = None
    entry_into_force: PartialDate | None = None
    expires: PartialDate | None = None
    amends: tuple[Text, ...] = ()
    number: Text | None = None
    forum: Text | None = None
    prior_informed_consent: bool | None = None
    mutually_agreed_terms: bool | None = None


class PlaceDetails(Part):
    """Fields of a protected area, ecosystem or other place; its position is the record's ``spatial``."""

    category: Text | None = None
    area_km2: float | None = Field(default=None, ge=0)
    established: PartialDate | None = None
    governance: Text | None = None
    wdpa_id: Text | None = None
