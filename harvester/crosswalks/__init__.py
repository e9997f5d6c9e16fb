"""Foreign format → Record: one pure module a format, chosen from the table CROSSWALKS by the raw record's format."""

from collections.abc import Callable, Mapping

from harvester.crosswalks import (
    bioland,
    cbd_document,
    cbd_index,
    chm,
    ckan,
    csw_record,
    datacite,
    dcat,
    dcat_rdf,
    dcat_us,
    eml,
    feed_entry,
    gbif_dataset,
    gbif_organization,
    informea_contact,
    informea_decision,
    informea_document,
    informea_meeting,
    informea_profile,
    informea_report,
    informea_site,
    iso19139,
    marcxml,
    mods,
    native,
    oai_dc,
    ogc_record,
    qdc,
    schema_org,
)
from harvester.crosswalks.context import Context
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed

__all__ = ["CROSSWALKS", "Context", "Crosswalk"]

Crosswalk = Callable[[RawRecord, Context], Parsed]
CROSSWALKS: Mapping[str, Crosswalk] = {
    "native": native.crosswalk,
    "chm": chm.crosswalk,
    "oai_dc": oai_dc.crosswalk,
    "dcat": dcat.crosswalk,
    "dcat_us": dcat_us.crosswalk,
    "cbd_index": cbd_index.crosswalk,
    "cbd_document": cbd_document.crosswalk,
    "ckan": ckan.crosswalk,
    "iso19139": iso19139.crosswalk,
    "iso19115_3": iso19139.crosswalk,
    "csw_record": csw_record.crosswalk,
    "ogc_record": ogc_record.crosswalk,
    "schema_org": schema_org.crosswalk,
    "feed_entry": feed_entry.crosswalk,
    "bioland": bioland.crosswalk,
    "informea_decision": informea_decision.crosswalk,
    "informea_meeting": informea_meeting.crosswalk,
    "informea_report": informea_report.crosswalk,
    "informea_profile": informea_profile.crosswalk,
    "informea_contact": informea_contact.crosswalk,
    "informea_site": informea_site.crosswalk,
    "informea_document": informea_document.crosswalk,
    "informea_treaty": informea_document.crosswalk_treaty,
    "dcat_rdf": dcat_rdf.crosswalk,
    "datacite": datacite.crosswalk,
    "mods": mods.crosswalk,
    "marcxml": marcxml.crosswalk,
    "eml": eml.crosswalk,
    "qdc": qdc.crosswalk,
    "gbif_dataset": gbif_dataset.crosswalk,
    "gbif_organization": gbif_organization.crosswalk,
}
