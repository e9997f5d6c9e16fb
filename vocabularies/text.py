"""Language maps, partial dates and language tags: the small value types every record is made of."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any
from unicodedata import normalize

from pydantic import AfterValidator, BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

UN_LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
UNDETERMINED = "und"
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*\Z")
_WRITTEN_TAG = f"^{_TAG.pattern[:-2].replace('-(', '[-_](').replace('(-[', '([-_][')}$"
_RETIRED = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "tl": "fil", "mo": "ro"}
_ALIASES = {"zh-cn": "zh-Hans", "zh-sg": "zh-Hans"}
_ALIASES |= {"zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "zh-hans-cn": "zh-Hans", "zh-hant-tw": "zh-Hant"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@lru_cache(maxsize=4096)
def normalise_language(tag: str) -> str | None:
    """Give the BCP 47 tag in its usual case with retired codes replaced, or None where it is no language tag.

    ``zh_CN`` → ``zh-Hans``, ``FR`` → ``fr``, ``tl`` → ``fil``, ``pt-br`` → ``pt-BR`` (RFC 5646 §2.1.1, §2.2.9).
    """
    plain = tag.strip().replace("_", "-")
    plain = _ALIASES.get(plain.lower(), plain)
    if not _TAG.match(plain):
        return None
    first, *rest = plain.split("-")
    parts = [_RETIRED.get(first.lower(), first.lower())]
    for part in rest:
        parts.append(part.title() if len(part) == 4 and part.isalpha() else part.upper() if len(part) == 2 else part)
    return "-".join(parts)


def text_direction(tag: str) -> str:
    """Give ``rtl`` or ``ltr`` for a language tag; the script subtag decides before the language."""
    parts = tag.split("-")
    if len(parts) > 1 and len(parts[1]) == 4:
        return "rtl" if parts[1] in {"Adlm", "Arab", "Hebr", "Nkoo", "Syrc", "Thaa"} else "ltr"
    return "rtl" if parts[0] in RIGHT_TO_LEFT else "ltr"


def strip_control_characters(text: str) -> str:
    """Give the text without the characters XML 1.0 forbids (§2.2), lone surrogates included."""
    return _CONTROL.sub("", text) if _CONTROL.search(text) else text


class LangText(Mapping[str, str]):
    """Immutable map of language tag to text; keys are sorted, so that equal maps serialise to equal bytes."""

    __slots__ = ("_texts",)
    _texts: MappingProxyType[str, str]

    def __init__(self, texts: Mapping[str, str] | None = None, /, **by_language: str) -> None:
        """Take texts by BCP 47 tag; ``und`` marks a text whose language nobody stated."""
        merged = {**(texts or {}), **by_language}
        object.__setattr__(self, "_texts", MappingProxyType(dict(sorted(merged.items()))))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("LangText cannot be changed; make a new one")

    def __getitem__(self, language: str) -> str:
        return self._texts[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __contains__(self, language: object) -> bool:
        return language in self._texts

    # the views of Mapping ask back for every text; records are walked text by text at every door

    def keys(self) -> KeysView[str]:
        """Give the languages."""
        return self._texts.keys()

    def values(self) -> ValuesView[str]:
        """Give the texts."""
        return self._texts.values()

    def items(self) -> ItemsView[str, str]:
        """Give each language with its text."""
        return self._texts.items()

    def as_dict(self) -> dict[str, str]:
        """Give a copy that may be changed."""
        return self._texts.copy()

    def __hash__(self) -> int:
        return hash(tuple(self._texts.items()))

    def __eq__(self, other: object) -> bool:
        if other is self:  # most fields are their default, which is compared when a record is written
            return True
        if isinstance(other, LangText):
            return self._texts == other._texts
        return dict(self._texts) == dict(other) if isinstance(other, Mapping) else NotImplemented

    def __repr__(self) -> str:
        return f"LangText({dict(self._texts)!r})"

    def __reduce__(self) -> tuple[type[LangText], tuple[dict[str, str]]]:
        return LangText, (dict(self._texts),)

    def best(self, *wanted: str) -> tuple[str, str] | None:
        """Give (language, text) for the first wanted language present, then English, then any; None when empty.

        A wanted ``zh`` is also served by ``zh-Hans`` and the other way round.
        """
        for tag in (*wanted, "en"):
            if tag in self._texts:
                return tag, self._texts[tag]
            primary = tag.split("-")[0]
            for held in self._texts:
                if held.split("-")[0] == primary:
                    return held, self._texts[held]
        return next(iter(self._texts.items()), None)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        texts = core_schema.dict_schema(core_schema.str_schema(), core_schema.str_schema())
        return core_schema.no_info_after_validator_function(
            _lang_text, texts, serialization=core_schema.plain_serializer_function_ser_schema(cls.as_dict)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            "type": "object",
            "description": "Text by BCP 47 language tag",
            "propertyNames": {"pattern": _WRITTEN_TAG},
            "additionalProperties": {"type": "string"},
        }


def _lang_text(texts: Mapping[str, str]) -> LangText:
    clean: dict[str, str] = {}
    for tag, text in texts.items():
        language = normalise_language(tag)
        if language is None:
            raise PydanticCustomError("language_tag", "not a language tag: {tag}", {"tag": tag})
        if kept := strip_control_characters(text):
            clean[language] = kept if kept.isascii() else normalize("NFC", kept)
    return LangText(clean)


_MONTH, _DAY = "(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])"
_TIME = r"[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?"
_INSTANT = rf"^[0-9]{{4}}-{_MONTH}-{_DAY}({_TIME})?$"
_PARTIAL = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?\Z")


_ODATA = re.compile(r"/Date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)/\Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _from_odata(milliseconds: int, text: str) -> str:
    try:
        instant = _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        raise ValueError(text) from None
    written = f"{instant:%Y-%m-%dT%H:%M:%SZ}".rjust(20, "0")
    return written.removesuffix("T00:00:00Z")


@lru_cache(maxsize=16384)
def parse_partial_date(text: str) -> str:
    """Give the date as ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or a UTC instant; ValueError where no such day exists.

    ``/Date(1171238400000)/``, as OData 2 writes instants (JSON format §4), is read too; its midnights are days.
    """
    stripped = text.strip()
    if odata := _ODATA.match(stripped):
        return _from_odata(int(odata[1]), text)
    if match := _PARTIAL.match(stripped):
        year, month, day = (int(part) if part else None for part in match.groups())
        if not year or (month is not None and not 1 <= month <= 12):
            raise ValueError(text)
        if month is not None and day is not None and not 1 <= day <= monthrange(year, month)[1]:
            raise ValueError(text)
        return stripped
    instant = datetime.fromisoformat(stripped)
    if "T" not in stripped and " " not in stripped:
        raise ValueError(text)
    instant = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}".rjust(20, "0")  # years before 1000 come without their zeros


def _check_partial_date(text: str) -> str:
    try:
        return parse_partial_date(text)
    except ValueError:
        raise PydanticCustomError("impossible_date", "no such date: {value}", {"value": text}) from None


PartialDate = Annotated[
    str,
    AfterValidator(_check_partial_date),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^[0-9]{{4}}(-{_MONTH}(-{_DAY}({_TIME})?)?)?$",
            "description": "YYYY, YYYY-MM, YYYY-MM-DD or an instant, which is kept in UTC",
        }
    ),
]
"""A date known to the year, month, day or second, as text; sorts by its text."""


def _written_instant(value: object) -> object:
    """Refuse what pydantic would take for seconds since 1970, such as a bare year."""
    if isinstance(value, datetime) or (isinstance(value, str) and "-" in value):
        return value
    raise PydanticCustomError("datetime_text", "not a date and time")


def _check_instant(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Instant = Annotated[
    datetime,
    BeforeValidator(_written_instant),
    AfterValidator(_check_instant),
    WithJsonSchema({"type": "string", "pattern": _INSTANT, "description": "A date and time, which is kept in UTC"}),
]
"""An aware UTC date and time."""


def _check_text(value: str) -> str:
    return strip_control_characters(value)


Text = Annotated[str, AfterValidator(_check_text)]
"""A single-language or language-neutral string without control characters."""


def _check_language(value: str) -> str:
    language = normalise_language(value)
    if language is None:
        raise PydanticCustomError("language_tag", "not a language tag: {tag}", {"tag": value})
    return language


LanguageTag = Annotated[
    str,
    AfterValidator(_check_language),
    WithJsonSchema({"type": "string", "pattern": _WRITTEN_TAG, "description": "A BCP 47 language tag"}),
]
"""A BCP 47 language tag in its usual case."""
