"""The pieces records are made of: agents, links, dates, places, provenance. Frozen values without rules."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue
from pydantic.alias_generators import to_camel

from vocabularies.text import Instant, LangText, LanguageTag, PartialDate, Text

Status = Literal["draft", "inReview", "published", "retracted", "archived"]
TranslationKind = Literal["original", "official", "courtesy", "machine"]
AccessLevel = Literal["public", "restricted", "withheld"]
LinkRelation = Literal["document", "landing", "translation", "cover", "data", "api"]
RelationType = Literal[
    "isPartOf", "hasPart", "replaces", "isReplacedBy", "translates", "hasTranslation", "references", "answersNeed",
    "implementsTarget", "sameAs", "derivedFrom", "supports", "isVersionOf", "hasVersion", "related",
]  # fmt: skip

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

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, allow_inf_nan=False
    )

    def __eq__(self, other: object) -> bool:
        # most parts of a record are the default itself, which every writing compares with
        return other is self or super().__eq__(other)


class SourceId(Part):
    """An identifier the thing bears elsewhere.

    Schemes: ``cbd``, ``cbd-unique``, ``doi``, ``gbif``, ``informea``, ``url``, ``wdpa``, ``isbn``, ``issn``,
    ``un-symbol``, ``oai``, ``chm`` or ``local``.
    """

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
    """Dates of a record: ``created`` and ``modified`` at the source, ``issued`` of the thing, ``published`` here."""

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

    type: RelationType
    target: Text
    title: LangText = EMPTY


class Provenance(Part):
    """Where the record was taken from: one entry a source.

    ``hops`` counts the harvests from the owner up to this one, where there were more than one. ``crosswalk`` names the
    format it was read by, whose table says which place in the source fills which field; ``field_map`` says it itself
    where no table can, by field.
    """

    source: Text
    protocol: Text | None = None
    crosswalk: Text | None = None
    original_id: Text | None = None
    original_url: Text | None = None
    harvested_at: Instant | None = None
    modified_at_source: PartialDate | None = None
    raw_hash: Text | None = None
    hops: int | None = Field(default=None, ge=1)
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


class Match(Part):
    """An offer or project that answers a need, and how far the two sides have come; ``record`` is its id."""

    record: Text
    state: Literal["proposed", "inTalks", "agreed", "completed", "declined"] = "proposed"
    date: PartialDate | None = None
    outcome: LangText = EMPTY


class Progress(Part):
    """A statement of progress towards a target."""

    level: Text | None = None
    date: PartialDate | None = None
    summary: LangText = EMPTY
