"""One full record, one bare one, and strategies for any record of any type; used by the tests of the formats only."""

from datetime import UTC
from typing import Any

from hypothesis import strategies as st

from vocabularies.formats.address import Address
from vocabularies.formats.record_shape import Property, record_shape, shape_of
from vocabularies.record import RECORD_TYPES, Record, new_record
from vocabularies.text import strip_control_characters

ADDRESS = Address("https://ke.chm.example", "b1", "oai:ke.chm.example:b1")

FULL: dict[str, Any] = {
    "id": "urn:chm:ke:b1",
    "title": {"en": "Restoring mangroves & reefs", "ar": "استعادة أشجار المانغروف", "fr": "Restaurer <les> mangroves"},
    "summary": {"en": "What was learnt in Lamu.", "fr": "Ce qui a été appris à Lamu."},
    "languages": ["en", "fr"],
    "publisher": {"node": "ke", "name": {"en": "Kenya CHM"}},
    "sourceIds": [
        {"scheme": "doi", "value": "10.1234/abc"},
        {"scheme": "cbd", "value": "52000CBD0010", "revision": "2"},
    ],
    "government": "KE",
    "countryRegions": ["KE", "TZ"],
    "spatial": {"box": {"west": 39.5, "south": -4.8, "east": 41.5, "north": -1.6}},
    "subjects": ["CBD-SUBJECT-AGR"],
    "gbfTargets": ["GBF-TARGET-02", "GBF-TARGET-03"],
    "sdgs": ["SDG-GOAL-14"],
    "treaties": ["cbd"],
    "keywords": [{"label": {"en": "mangrove", "fr": "mangrove"}}],
    "temporal": {"start": "2021", "end": "2023-06"},
    "dates": {"created": "2023-07-01", "modified": "2024-02-29T10:00:00Z", "issued": "2023-06"},
    "links": [
        {"url": "https://ke.chm.example/a b.pdf", "name": {"en": "Report"}, "mediaType": "application/pdf", "bytes": 9},
        {"url": "https://lamu.example/mangroves", "rel": "landing"},
    ],
    "contacts": [
        {"role": "author", "name": "A. Wanjiru", "email": "a.wanjiru@example.org", "phone": "+254 1", "consent": True},
        {"role": "press", "name": "B. Otieno", "email": "secret@example.org", "phone": "+254 20 2"},
    ],
    "organizations": [{"name": {"en": "Lamu Trust"}, "role": "author"}, {"name": {"en": "GEF"}, "role": "funder"}],
    "license": "https://creativecommons.org/licenses/by/4.0/",
    "rights": {"en": "© Lamu Trust"},
    "relations": [{"type": "isPartOf", "target": "urn:chm:ke:p9", "title": {"en": "Coast programme"}}],
    "provenance": [{"source": "ke", "originalUrl": "https://old.example/1", "fieldMap": {"title": "dc:title"}}],
    "extra": {"cbd": {"realm": "chm"}},
}  # fmt: skip


def full_record(record_type: str = "resource", **changes: Any) -> Record:
    """Make the full record with some JSON properties replaced."""
    return new_record(record_type, **{**FULL, **changes})


def bare_record(record_type: str = "resource", **changes: Any) -> Record:
    """Make a record with the least a record may have."""
    return new_record(
        record_type, **{"id": "urn:chm:ke:b1", "title": {"en": "Bare"}, "publisher": {"node": "ke"}, **changes}
    )


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cn")), max_size=12)
TAGS = st.sampled_from(["en", "fr", "ar", "zh-Hans", "pt-BR", "sw", "und"])
DATES = st.sampled_from(["1999", "2024-02", "2024-02-29", "2024-02-29T23:59:59Z"])
LANGUAGE_TEXTS = st.dictionaries(TAGS, TEXTS.filter(strip_control_characters), max_size=2)
_DATES = frozenset(
    {
        "adoption", "adoptionDate", "applicationDeadline", "confirmBy", "created", "date", "datePublished", "deadline",
        "end", "entryIntoForce", "established", "expires", "issued", "modified", "modifiedAtSource", "publicationDate",
        "published", "registrationDeadline", "since", "start", "until", "verifiedOn",
    }
)  # fmt: skip
_LANGUAGES = frozenset({"language", "languages", "of", "languagesOfDelivery", "operationalLanguages"})
_INSTANTS = st.datetimes(timezones=st.just(UTC)).map(lambda at: at.isoformat())
_JSON = st.dictionaries(TEXTS, st.one_of(st.booleans(), st.integers(-9, 9), TEXTS, st.none()), max_size=2)


def _values(known: Property) -> st.SearchStrategy[Any]:
    one: st.SearchStrategy[Any]
    if known.part is not None:
        one = st.deferred(lambda: properties(shape_of(known.part)))  # type: ignore[arg-type]
    elif known.choices:
        one = st.sampled_from(known.choices)
    elif known.name in _DATES and known.kind == "text":
        one = DATES
    elif known.name in _LANGUAGES:
        one = TAGS
    else:
        kinds = {"languages": LANGUAGE_TEXTS, "json": _JSON, "instant": _INSTANTS, "boolean": st.booleans()}
        kinds |= {"integer": st.integers(1, 90), "number": st.floats(0, 90, allow_nan=False), "text": TEXTS}
        one = kinds[known.kind]
    return st.lists(one, max_size=2) if known.repeated else one


def properties(shape: dict[str, Property]) -> st.SearchStrategy[dict[str, Any]]:
    """Give objects of a shape, its optional properties there or not."""
    required = {name: _values(known) for name, known in shape.items() if known.required}
    return st.fixed_dictionaries(
        required, optional={name: _values(known) for name, known in shape.items() if not known.required}
    )


@st.composite
def records(draw: st.DrawFn, only: str | None = None) -> Record:
    """Give any record of any type, or of one."""
    record_type = only or draw(st.sampled_from(RECORD_TYPES))
    values = draw(properties({name: known for name, known in record_shape(record_type).items() if name != "type"}))
    return new_record(record_type, **{**values, "title": values["title"] or {"en": "T"}})
