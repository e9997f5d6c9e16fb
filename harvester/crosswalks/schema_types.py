"""Which record type a schema.org class stands for, and which words of the class say more than that. A table. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

DEFAULT_TYPE = "resource"
_CLASSES: Mapping[str, str] = {
    "dataset": "Dataset Map DataFeed StatisticalVariable Observation DataDownload StatisticalPopulation",
    "event": "Event EventSeries BusinessEvent EducationEvent ExhibitionEvent ConferenceEvent CourseInstance Festival "
    "SocialEvent PublicationEvent Hackathon SaleEvent VisualArtsEvent ScreeningEvent MeetingEvent",
    "project": "Project ResearchProject FundingAgencyProject",
    "organization": "Organization GovernmentOrganization EducationalOrganization CollegeOrUniversity NGO Corporation "
    "ResearchOrganization Consortium LocalBusiness LibrarySystem Library Museum Zoo Aquarium FundingAgency "
    "FundingScheme NewsMediaOrganization SportsOrganization WorkersUnion PerformingGroup School "
    "MedicalOrganization Cooperative",
    "focalPoint": "Person",
    "capacityInitiative": "Course EducationalOccupationalProgram EducationalOccupationalCredential",
    "service": "Service GovernmentService WebAPI WebApplication SoftwareApplication MobileApplication WebSite "
    "DataCatalog BroadcastService Laboratory SoftwareSourceCode",
    "news": "NewsArticle AnalysisNewsArticle ReportageNewsArticle SpecialAnnouncement",
    "offer": "Offer Grant MonetaryGrant JobPosting AggregateOffer FinancialProduct",
    "need": "Demand",
    "legalInstrument": "Legislation LegislationObject Permit GovernmentPermit",
    "technology": "Product ProductModel IndividualProduct",
    "place": "Place AdministrativeArea Country City State Landform BodyOfWater Park Reservoir LakeBodyOfWater Mountain "
    "RiverBodyOfWater SeaBodyOfWater OceanBodyOfWater Pond Volcano Continent TouristAttraction CivicStructure Beach "
    "LandmarksOrHistoricalBuildings Residence Taxon",
    "resource": "CreativeWork Article ScholarlyArticle TechArticle Report Book Chapter Thesis HowTo LearningResource "
    "MediaObject VideoObject AudioObject ImageObject Photograph Presentation BlogPosting SocialMediaPosting Guide "
    "DigitalDocument TextDigitalDocument PresentationDigitalDocument SpreadsheetDigitalDocument Periodical Atlas "
    "Collection PublicationIssue PublicationVolume Manuscript Poster Drawing Painting Movie Conversation Review "
    "Quotation DefinedTerm DefinedTermSet Blog",
}
_TYPES: Mapping[str, str] = {name: of for of, names in _CLASSES.items() for name in names.split()}
_GENERAL = frozenset({"CreativeWork", "Thing", "Dataset", "Event", "Organization", "Person", "Course", "Service"})
_GENERAL |= {"Project", "Place", "Product", "Offer", "Demand", "Legislation", "NewsArticle", "ResearchProject"}
_LEAST = ("resource", "service", "organization")
"""Of several types any other tells more: a project may also be called an organisation."""


def to_type(kinds: Iterable[str]) -> tuple[str, list[str]]:
    """Give the record type that a thing's classes stand for, and the classes that say more than that type's name."""
    known = [name.rpartition("/")[2].rpartition(":")[2] for name in kinds]
    found = [_TYPES[name] for name in known if name in _TYPES]
    chosen = next((each for each in found if each not in _LEAST), found[0] if found else DEFAULT_TYPE)
    return chosen, [name for name in known if name not in _GENERAL]
