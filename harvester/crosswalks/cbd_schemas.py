"""The document schemas of the CBD's clearing-houses as record types and subtypes: a table. Knows no field.

Sources: scbd/absch.cbd.int ``realm-configuration.json`` and ``schema-name.json``, scbd/online-reporting-tool
``utils/constants.ts``, scbd/clearing-house-documentation ``components``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple


class Kind(NamedTuple):
    """What records of a schema are here; ``label`` names them where they bear no title of their own."""

    type: str
    subtype: str | None
    label: str


_TABLE = """
bbiRequest need assistanceRequest Request for assistance
bbiOpportunity offer opportunity Opportunity
bbiProfile offer expertiseProfile Profile of a provider
lwDonor offer grant LifeWeb donor
capacityBuildingInitiative capacityInitiative - Capacity-development initiative
lwProject project - LifeWeb project
lwCampaign project - LifeWeb campaign
implementationActivity project - Implementation activity
undbAction project - Action of the Decade on Biodiversity
action project - Action
resource resource publication Resource of the virtual library
capacityBuildingResource resource learning Capacity-building resource
caseStudy resource caseStudy Case study
communityProtocol resource communityProtocol Community protocol
modelContractualClause resource modelClause Model contractual clause
absNationalModelContractualClause resource modelClause National model contractual clause
nationalSupportTool resource guideline Guidance or support tool
meetingDocument resource publication Meeting document
nationalReport7IndicatorData dataset indicatorSeries Indicator data of the seventh national report
nationalReport7BinaryIndicatorData dataset indicatorSeries Binary indicator data of the seventh national report
database service database National website or database
laboratoryDetection service laboratory Laboratory
organization organization - Organization
authority organization authority Competent national authority
supplementaryAuthority organization authority Competent authority of the Supplementary Protocol
absCheckpoint organization checkpoint Checkpoint
undbPartner organization - Partner of the Decade on Biodiversity
undbActor organization - Actor of the Decade on Biodiversity
undbParty organization - Party in the Decade on Biodiversity
focalPoint focalPoint nationalFocalPoint National focal point
contact focalPoint - Contact
bbiContact focalPoint - Contact
biosafetyExpert focalPoint expert Biosafety expert
event event - Event
meeting event meeting Meeting
sideEvent event meeting Side event
lwEvent event - LifeWeb event
news news news News
new news news What’s new
notification news notification Notification
pressRelease news news Press release
announcement news news Announcement
biosafetyNews news news Biosafety news
statement news statement Statement
nbsap nationalSubmission nbsap National biodiversity strategy and action plan
nationalReport nationalSubmission nationalReport National report
nationalReport6 nationalSubmission nationalReport Sixth national report
nationalReport7 nationalSubmission nationalReport Seventh national report
cpbNationalReport1 nationalSubmission nationalReport First national report on the Cartagena Protocol
cpbNationalReport2 nationalSubmission nationalReport Second national report on the Cartagena Protocol
cpbNationalReport3 nationalSubmission nationalReport Third national report on the Cartagena Protocol
cpbNationalReport4 nationalSubmission nationalReport Fourth national report on the Cartagena Protocol
cpbNationalReport5 nationalSubmission nationalReport Fifth national report on the Cartagena Protocol
cpbNationalReportInterim nationalSubmission nationalReport Interim national report on the Cartagena Protocol
absNationalReport nationalSubmission nationalReport Interim national report on the Nagoya Protocol
absNationalReport1 nationalSubmission nationalReport First national report on the Nagoya Protocol
submission nationalSubmission submission Submission
stakeholderCommitment nationalSubmission commitment Commitment
stakeholderCredential nationalSubmission commitment Credential of a stakeholder
undbBizBioPledge nationalSubmission commitment Pledge of a business
resourceMobilisation nationalSubmission resourceMobilisation Financial reporting framework
resourceMobilisation2020 nationalSubmission resourceMobilisation Financial reporting framework 2020
countryProfile nationalSubmission countryProfile Country profile
nationalTarget7 nationalTarget target National target
nationalTarget nationalTarget target National target
aichiTarget nationalTarget target Aichi Biodiversity Target
nationalTarget7Mapping nationalTarget mapping Mapping of national targets
nationalAssessment nationalTarget progress Progress assessment
nationalIndicator nationalTarget indicator National indicator
strategicPlanIndicator nationalTarget indicator Indicator of the Strategic Plan
biosafetyLaw legalInstrument law Biosafety law, regulation or guideline
measure legalInstrument measure Legislative, administrative or policy measure
biosafetyDecision legalInstrument decision Decision on a living modified organism
absProcedure legalInstrument procedure Procedure for access and benefit-sharing
absPermit legalInstrument permit Internationally recognized certificate of compliance
absCheckpointCommunique legalInstrument communique Checkpoint communiqué
nationalRiskAssessment legalInstrument riskAssessment Risk assessment
independentRiskAssessment legalInstrument riskAssessment Independent risk assessment
decision legalInstrument copDecision Decision of a Conference of the Parties
recommendation legalInstrument - Recommendation
marineEbsa place ebsa Ecologically or biologically significant marine area
modifiedOrganism place taxonOrLmo Living modified organism
dnaSequence place taxonOrLmo Genetic element
organism place taxonOrLmo Organism
"""


def _read(line: str) -> tuple[str, Kind]:
    schema, record_type, subtype, label = line.split(" ", 3)
    return schema, Kind(record_type, None if subtype == "-" else subtype, label)


KINDS: Mapping[str, Kind] = dict(_read(line) for line in _TABLE.strip().splitlines())
PERSONS = frozenset({"focalPoint", "contact", "bbiContact", "biosafetyExpert", "stakeholderCommitment"})
"""Schemas whose addresses are those of a person."""
DESCRIBING_PERSONS = PERSONS - {"stakeholderCommitment"}
"""Schemas whose descriptions are a person's address, telephone and e-mail in one text."""
_TREATY_OF_REALM = {"chm": "cbd", "ort": "cbd", "bch": "cartagena", "abs": "nagoya", "absch": "nagoya"}
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z0-9])")


def kind_of(schema: str) -> Kind:
    """Give what records of a schema are; of one nobody has told us they are resources."""
    return KINDS.get(schema) or Kind("resource", None, _WORD.sub(" ", schema).capitalize())


def treaties_of(realms: list[str]) -> tuple[str, ...]:
    """Give the treaties whose clearing-houses show a record; a realm may be followed by more: ``ABS-DEV``."""
    found = (_TREATY_OF_REALM.get(realm.lower().partition("-")[0]) for realm in realms)
    return tuple(dict.fromkeys(treaty for treaty in found if treaty))
