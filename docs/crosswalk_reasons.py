"""Why crosswalks leave values behind: every place that feeds nothing stands here with its reason, or a test fails."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ADDRESS = "an address or number of a person or office, which nobody agreed to publish"
_SAME = "says again what another place says, and is read where that one is missing"
_NAME = "names the record at its source; the protocol takes the identifier from it"
_FORM = "is of the form, and says nothing of the thing"
_HOUSEKEEPING = "is the source's own housekeeping"
_ROLE = "tells the role, which here the order of the names tells as well"

_EVERYWHERE: Mapping[str, str] = {
    r"(.*[./])?(contactE|e|hasE)?mails?(\[\])?(\.value)?": _ADDRESS,
    r"(.*[./:])?has(Email|Telephone)": _ADDRESS,
    r".*/electronicMailAddress": _ADDRESS,
    r"(.*[./])?(tele)?(phone|fax)(Number|es|s)?(\[\])?": _ADDRESS,
    r"(.*[./])?(address|postalCode)(\[\])?": _ADDRESS,
}
_BY_FORM: Mapping[str, Mapping[str, str]] = {
    "csw_record": {r"references/@scheme|URI/@protocol": _SAME},
    "dcat": {r"dcat:distribution/dct:format": _SAME},
    "dcat_rdf": {r"Dataset/@about": _NAME},
    "dcat_us": {r"(.*\.)?@type": _FORM},
    "schema_org": {
        r"(about|publisher|creator|funder|author\[\](\.affiliation)?|distribution(\[\])?|isPartOf)\.@type": _FORM,
        r"(spatialCoverage(\.geo)?|contactPoint|organizer|location(\.(geo|address))?|address)\.@type": _FORM,
        r"(author|encoding|identifier|includedInDataCatalog|maintainer|subjectOf)\.@type": _FORM,
        r"(memberOf|parentOrganization)\.@type": _FORM,
        r"identifier\.propertyID": _FORM,
        r"address\.streetAddress": _ADDRESS,
    },
    "ckan": {
        r"id": _NAME,
        r"license_(id|url)|tags\[\]\.name": _SAME,
        r"(author|maintainer)_email": _ADDRESS,
        r"state|isopen|num_tags|resources\[\]\.(created|position)": _HOUSEKEEPING,
        r"organization\.(description|image_url)|groups\[\]\.description": "is of the publisher or the group",
        r"private": "keeps a package out of the lists that are read",
        r"(organization|groups\[\])\.name|resources\[\]\.id": "is a name in the source's own addresses",
    },
    "iso19139": {
        r"fileIdentifier": _NAME,
        r"characterSet/@codeListValue": _FORM,
        r"contact/positionName": "the organization tells whom to ask",
        r"identificationInfo/descriptiveKeywords/type/@codeListValue": "tells places from topics, and these are topics",
        r"locale/@id": _FORM,
        r"distributionInfo/transferOptions/onLine/(protocol|function/@codeListValue)": _SAME,
    },
    "iso19115_3": {
        r"metadataIdentifier/code": _NAME,
        r"(default|other)Locale/@id": _FORM,
        r"dateInfo/dateType/@codeListValue": "the last of the dates is when the record changed; the others are kept",
        r"distributionInfo/transferOptions/onLine/function/@codeListValue": _SAME,
    },
    "dim": {r"field\[dc\.(description\.provenance|date\.accessioned)\]": "what the repository notes for itself"},
    "fgdc": {r"idinfo/ptcontac/cntinfo/(cntorgp/cntper|cntvoice|cntemail)": _ADDRESS},
    "csl_json": {
        r"author\[\]\.affiliation\[\]\.name": "the name tells the author",
        r"license\[\]\.start\.date-parts\[\]\[\]|funder\[\]\.award\[\]": "is of the licence or the grant",
        r"accessed\.date-parts\[\]\[\]": _HOUSEKEEPING,
    },
    "datacite_json": {
        r"id|url|publicationYear|titles\[\]\.titleType": _SAME,
        r"creators\[\]\.(nameType|givenName|familyName)": _SAME,
        r".*(identifierType|relatedIdentifierType)|schemaVersion": _FORM,
    },
    "ogc_record": {
        r"type|geometry\.type|conformsTo\[\]": _FORM,
        r"properties\.language\.name|properties\.externalIds\[\]\.scheme": _SAME,
    },
    "datacite": {
        r".*/@(relatedIdentifierType|nameType|nameIdentifierScheme)": _FORM,
        r"creators/creator/(given|family)Name": _SAME,
    },
    "eml": {
        r"dataset/creator/positionName": "the name tells the person",
        r"dataset/creator/(address/city|userId(/@directory)?)": _ADDRESS,
        r"dataset/coverage/.*/taxonRankName": "the name tells the taxon",
        r"dataset/project/(@id|studyAreaDescription/descriptor/@.*)": _FORM,
    },
    "mods": {
        r"(name\[personal\]|genre|subject|.*(role|language)Term\[code\])/@authority|.*/@usage": _FORM,
        r"name\[personal\]/namePart\[date\]": "is of a person's life",
    },
    "marcxml": {
        r"controlfield\[008\]|datafield\[024\]/subfield\[2\]": _SAME,
        r"datafield\[[17]00\]/subfield\[e\]": _ROLE,
    },
    "gbif_dataset": {
        r"identifiers\[\]\.type|temporalCoverages\[\]\.@type": _FORM,
        r"taxonomicCoverages\[\]\.coverages\[\]\.rank\.interpreted": "the name tells the taxon",
        r"machineTags\[\]\..*|(created|modified)By|lockedForAutoUpdate": _HOUSEKEEPING,
    },
    "gbif_organization": {r"createdBy": _HOUSEKEEPING},
    "gbif_installation": {r"createdBy": _HOUSEKEEPING},
    "cbd_index": {r"id": _HOUSEKEEPING},
    "cbd_document": {
        r"providers\[\]\.identifier": "its owner keeps it confidential, as `providersConfidential` says",
        r"notes": "what the people of a clearing-house write for each other",
        r"prefix\.en": "says no more of a person than the name",
        r"(assistanceTypes\[\]|geographicScope|thematicAreas\[\])\.identifier": "the term is known by its name",
        r"globalTargetAlignment\[\]\.degreeOfAlignment\.identifier|info\.(documentID|title\.en)": _SAME,
    },
    "informea_contact": {r"primary": _HOUSEKEEPING},
    "bioland": {
        r"id|nodes\...\.id": _NAME,
        r"nodes\...\.type": "says more than “content” only where the content type is not named",
        r"nodes\...\.(path\.)?langcode": _SAME,
    },
    "protected_area": {
        r"id|wdpa_id|site_id": _NAME,
        r"countries\[\]\.name": _SAME,
        r"(countries\[\]|iucn_category|governance|management_authority)\.id": _HOUSEKEEPING,
        r"designation(\.jurisdiction)?\.id": _HOUSEKEEPING,
        r"geojson\.(geometry\.)?type": _FORM,
    },
    "panorama_solution": {r"id|texts\...\.id": _NAME},
    "feed_entry": {
        r"title|id|updated|channel/(title|language)": "is of the feed, and read where an entry does not say it",
        r"entry/link\[alternate\]/@type|entry/content/@type": _FORM,
        r"channel/item/date": _SAME,
        r"entry/content|channel/item/encoded": "the article stays at its source where there is a summary",
    },
    "table_row": {r"Number": _NAME},
    "chm": {r"details/@type": _FORM},
}


def find_reason(form: str, path: str) -> str | None:
    """Give why crosswalks leave a place of a format behind, or None where nobody has said."""
    if form.startswith("informea_") and path == "protocolVersion":
        return _FORM
    rules = {**_BY_FORM.get(form, {}), **_EVERYWHERE}
    return next((reason for pattern, reason in rules.items() if re.fullmatch(pattern, path)), None)
