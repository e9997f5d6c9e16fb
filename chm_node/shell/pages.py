"""Makes pages: templates, their language and the frame around them; it knows no record and no route."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from chm_node.shell.assets import Assets
from chm_node.shell.conditional import cached
from chm_node.shell.dates import format_date
from chm_node.shell.languages import (
    AUTONYMS,
    LANGUAGE_COOKIE,
    N_,
    SHELL_DOMAIN,
    Domain,
    choose_language,
    direction,
    format_number,
    language_name,
    translations,
)
from chm_node.shell.markup import excerpt, plain_text, safe_url
from chm_node.shell.problems_http import ProblemDocument
from vocabularies.text import UN_LANGUAGES, LangText, text_direction

TEMPLATES = Path(__file__).parent / "templates"
_YEAR_S = 31_536_000
_VARY = "Accept-Language, Cookie"


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """An entry of the navigation; ``label`` is a message of one of the look's domains."""

    path: str
    label: str


PUBLISHED_NAVIGATION = (
    NavigationLink("/records", N_("Search")),
    NavigationLink("/vocabularies", N_("Vocabularies")),
    NavigationLink("/docs", N_("Data and API")),
)


@dataclass(frozen=True, slots=True)
class Look:
    """What the frame of a service's pages says, and where its templates and messages lie; earlier places win."""

    name: LangText
    base_url: str
    contact: str = ""
    note: LangText = field(default_factory=LangText)
    navigation: tuple[NavigationLink, ...] = PUBLISHED_NAVIGATION
    templates: tuple[Path, ...] = ()
    domains: tuple[Domain, ...] = ()
    statics: tuple[Path, ...] = ()

    @property
    def root(self) -> str:
        """Give the path the service lives under, without a slash at its end: empty for a host of its own."""
        return urlsplit(self.base_url).path.rstrip("/")


class Pages:
    """The pages of one service: one template environment a language, compiled once."""

    def __init__(self, look: Look) -> None:
        """Read the look's static files and prepare its templates."""
        self.look = look
        self.assets = Assets(*look.statics)
        loader = FileSystemLoader([*look.templates, TEMPLATES])
        self._environments = {language: self._environment(loader, language) for language in UN_LANGUAGES}

    def _environment(self, loader: FileSystemLoader, language: str) -> Environment:
        environment = Environment(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        texts = translations(language, (*self.look.domains, SHELL_DOMAIN))
        environment.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
        environment.filters |= {
            "plain": plain_text,
            "excerpt": excerpt,
            "safe_url": safe_url,
            "text_direction": text_direction,
        }
        environment.filters["date"] = lambda text: format_date(text, language)
        environment.filters["number"] = lambda value: format_number(value, language)
        environment.filters["language_name"] = lambda tag: language_name(tag, language)
        environment.globals |= {
            "language": language,
            "direction": direction(language),
            "autonyms": AUTONYMS,
            "root": self.look.root,
            "look": self.look,
            "site_name": self.look.name.best(language) or (language, ""),
            "site_note": self.look.note.best(language),
            "asset": lambda name: self.look.root + self.assets.address(name),
        }
        return environment

    def render(self, request: Request, template: str, *, language: str | None = None, **context: Any) -> str:
        """Give the page as HTML in the language given, or the one the visitor chose."""
        environment = self._environments[language or choose_language(request)]
        return environment.get_template(template).render(
            path=request.url.path, switches=_language_switches(request), **context
        )

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        modified_at: datetime | None = None,
        **context: Any,
    ) -> Response:
        """Give the page as an answer with its validators; a language asked for in the address goes into a cookie."""
        language = choose_language(request)
        body = self.render(request, template, language=language, **context).encode()
        named = {"Content-Language": language, "Vary": _VARY, **(headers or {})}
        response = cached(request, body, "text/html", modified_at=modified_at, headers=named, status=status)
        if request.query_params.get("lang") == language and request.cookies.get(LANGUAGE_COOKIE) != language:
            secure = self.look.base_url.startswith("https:")
            response.set_cookie(
                LANGUAGE_COOKIE, language, max_age=_YEAR_S, samesite="lax", secure=secure, httponly=True
            )
        return response

    def problem_page(self, request: Request, document: ProblemDocument) -> Response:
        """Give the page a browser gets instead of problem+json."""
        return self.page(request, "problem.html", status=document.status, problem=document)


def _language_switches(request: Request) -> list[tuple[str, str]]:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return [(language, "?" + urlencode([*kept, ("lang", language)])) for language in UN_LANGUAGES]
