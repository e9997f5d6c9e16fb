"""Which schema.org type a record type and subtype is; a table, no code that writes."""

from __future__ import annotations

from collections.abc import Mapping

TYPES: Mapping[str, str] = {
    "technology": "CreativeWork",
    "technology/hard": "Product",
    "technology/soft": "HowTo",
    "need": "Demand",
    "offer": "Offer",
    "offer/grant": "Grant",
    "offer/expertiseProfile": "Service",
    "capacityInitiative": "Course",
    "capacityInitiative/programme": "ResearchProject",
    "project": "ResearchProject",
    "resource": "CreativeWork",
    "resource/publication": "ScholarlyArticle",
    "resource/guideline": "TechArticle",
    "resource/caseStudy": "Article",
    "resource/learning": "LearningResource",
    "resource/media": "MediaObject",
    "dataset": "Dataset",
    "dataset/map": "Map",
    "service": "Service",
    "service/website": "WebSite",
    "service/database": "DataCatalog",
    "service/api": "WebAPI",
    "organization": "Organization",
    "organization/authority": "GovernmentOrganization",
    "organization/focalInstitution": "GovernmentOrganization",
    "focalPoint": "Person",
    "event": "Event",
    "news": "NewsArticle",
    "nationalSubmission": "Report",
    "nationalTarget": "DefinedTerm",
    "nationalTarget/progress": "Report",
    "legalInstrument": "Legislation",
    "place": "Place",
    "place/taxonOrLmo": "Taxon",
}
"""``type`` or ``type/subtype`` → schema.org class (DOMAIN table of record types)."""

CREATIVE_WORKS = frozenset(
    {
        "CreativeWork", "HowTo", "Course", "ScholarlyArticle", "TechArticle", "Article", "LearningResource",
        "MediaObject", "Dataset", "Map", "WebSite", "DataCatalog", "NewsArticle", "Report", "Legislation",
    }
)  # fmt: skip
"""Classes that may themselves say language, licence, dates and topics; of any other thing its page says them."""

ORGANIZATIONS = frozenset({"Organization", "GovernmentOrganization", "ResearchProject"})


def schema_type(record_type: str, subtype: str | None) -> str:
    """Give the schema.org class of a record."""
    return TYPES.get(f"{record_type}/{subtype}") or TYPES[record_type]
