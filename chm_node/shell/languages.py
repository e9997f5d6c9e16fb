"""The languages of the pages: choosing one for a visitor, its texts by gettext, its numbers; it knows no page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from starlette.requests import Request

from chm_node.shell.negotiate import choose_tag
from vocabularies.text import UN_LANGUAGES, text_direction

AUTONYMS = {"ar": "العربية", "en": "English", "es": "Español", "fr": "Français", "ru": "Русский", "zh": "中文"}
LANGUAGE_COOKIE = "chm_lang"
SHELL_DOMAIN = ("shell", Path(__file__).parent / "messages")
Domain = tuple[str, Path]
"""A gettext domain and the directory of its ``<language>/LC_MESSAGES/<domain>.mo`` files."""

_THOUSANDS = {"en": ",", "zh": ",", "ar": ",", "es": "\u00a0", "fr": "\u202f", "ru": "\u00a0"}


def N_(text: str) -> str:
    """Give the text back; marks it for the message catalogue."""
    return text


@lru_cache(maxsize=64)
def translations(language: str, domains: tuple[Domain, ...] = (SHELL_DOMAIN,)) -> NullTranslations:
    """Give the texts of a language, later domains asked where earlier ones have none; English is the key itself."""
    first: NullTranslations | None = None
    for name, directory in domains:
        path = directory / language / "LC_MESSAGES" / f"{name}.mo"
        if not path.exists():
            continue
        with path.open("rb") as file:
            loaded = GNUTranslations(file)
        if first is None:
            first = loaded
        else:
            first.add_fallback(loaded)
    return first or NullTranslations()


def choose_language(request: Request, offered: Sequence[str] = UN_LANGUAGES) -> str:
    """Give the language of a request: ``?lang=``, then the cookie, then Accept-Language, then English."""
    for wish in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish and (primary := wish.split("-")[0].lower()) in offered:
            return primary
    return choose_tag(request.headers.get("accept-language"), offered) or "en"


def format_number(value: int, language: str) -> str:
    """Give a count with the language's thousands separator and Latin digits."""
    return f"{value:,}".replace(",", _THOUSANDS.get(language, ","))


def language_name(tag: str, language: str) -> str:
    """Give the name of a language in another, as "French"; its own name or the tag where nobody wrote one down."""
    name = LANGUAGE_NAMES.get(tag.split("-")[0])
    return translations(language).gettext(name) if name else tag


def direction(language: str) -> str:
    """Give ``rtl`` or ``ltr``."""
    return text_direction(language)


LANGUAGE_NAMES = {
    "ar": N_("Arabic"),
    "en": N_("English"),
    "es": N_("Spanish"),
    "fr": N_("French"),
    "ru": N_("Russian"),
    "zh": N_("Chinese"),
    "pt": N_("Portuguese"),
    "sw": N_("Swahili"),
    "de": N_("German"),
    "und": N_("an unstated language"),
}
