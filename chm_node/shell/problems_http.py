"""Every error over HTTP in one form: problem+json (RFC 9457), or a page for a browser; it decides on no request."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from chm_node.shell.headers import CORS_HEADERS, SECURITY_HEADERS
from chm_node.shell.http_problems import HTTP_PROBLEMS, STATUS_CODES
from chm_node.shell.languages import N_, choose_language, translations
from chm_node.shell.negotiate import choose_media_type
from chm_node.shell.terminal import ChmError
from vocabularies.problems import Problem, as_dict

PROBLEM_MEDIA_TYPE = "application/problem+json"
HtmlPage = Callable[[Request, "ProblemDocument"], Response]
"""Makes the page a browser gets instead of problem+json."""

_ANY_OTHER = N_("Correct the value; the page /docs lists what each parameter takes.")
_EXPECTED = {
    "int_parsing": N_("Write a whole number. Example: 20."),
    "greater_than_equal": N_("Write a number of at least %(ge)s."),
    "less_than_equal": N_("Write a number of at most %(le)s."),
    "missing": N_("Add it: the request needs it."),
    "datetime_from_date_parsing": N_("Write a date and time. Example: 2024-05-01T00:00:00Z."),
    "datetime_parsing": N_("Write a date and time. Example: 2024-05-01T00:00:00Z."),
}
"""What to do about a value the framework refused, by its name for the fault; it fills in the limits."""
_LOG = logging.getLogger(__name__)
_SHOWN_ERRORS = 1_000


class HttpProblem(Exception):
    """A request that cannot be answered as asked."""

    def __init__(
        self,
        code: str,
        *,
        errors: Sequence[Problem] = (),
        headers: Mapping[str, str] | None = None,
        facts: Mapping[str, Any] | None = None,
        **params: str,
    ) -> None:
        """Name a code of HTTP_PROBLEMS and the parameters its texts use; KeyError for an unknown code.

        ``facts`` become properties of the document (RFC 9457 §3.2).
        """
        self.rule = HTTP_PROBLEMS[code]
        self.code, self.errors, self.headers, self.params = code, tuple(errors), dict(headers or {}), params
        self.facts = dict(facts or {})
        super().__init__(self.rule.title % _Lenient(params))


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


BLANKS = _Lenient()
"""Stands for the parameters of a text where no case is at hand."""


@dataclass(frozen=True, slots=True)
class ProblemDocument:
    """What happened and what to do, ready to be shown; ``errors`` holds one entry a wrong value."""

    code: str
    status: int
    title: str
    detail: str
    language: str
    errors: tuple[Mapping[str, Any], ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def dump(self, instance: str, base_url: str = "") -> bytes:
        """Give the RFC 9457 document."""
        document = {
            **self.facts,
            "type": f"{base_url}/problems#{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "code": self.code,
        }
        return orjson.dumps(document | ({"errors": self.errors} if self.errors else {}))


def field_error(pointer: str, code: str, value: object, message: str, fix: str) -> dict[str, Any]:
    """Give one entry of ``errors``: which part of the request, its value, what is wrong and what to do."""
    docs = f"/problems#{code}"
    return {"pointer": pointer, "code": code, "value": value, "message": message, "fix": fix, "docs": docs}


def to_error(problem: Problem, language: str) -> dict[str, Any]:
    """Give a problem with data as an entry of ``errors``: its own properties and a link to its explanation."""
    known = as_dict(problem, language)
    return {**known, "docs": known["docs_url"]}


def http_problem_document(error: HttpProblem, language: str) -> ProblemDocument:
    """Give the texts of a problem in a language."""
    texts, params = translations(language), _Lenient(error.params)
    return ProblemDocument(
        error.code,
        error.rule.status,
        texts.gettext(error.rule.title) % params,
        texts.gettext(error.rule.fix) % params,
        language,
        tuple(to_error(problem, language) for problem in error.errors[:_SHOWN_ERRORS]),
        error.facts,
    )


def chm_error_document(error: ChmError, status: int, language: str) -> ProblemDocument:
    """Give an error of a service's own tree; its problems with data, where it has any, become ``errors``."""
    problems: Sequence[Problem] = getattr(error, "problems", ())
    errors = tuple(to_error(problem, language) for problem in problems[:_SHOWN_ERRORS])
    return ProblemDocument(error.code, status, error.message, error.remedy, language, errors)


def wants_page(request: Request) -> bool:
    """Say whether the client would rather have a page than JSON: a browser, outside the API."""
    if request.url.path.startswith("/api/"):
        return False
    offered = ("application/problem+json", "application/json", "text/html")
    return choose_media_type(request.headers.get("accept"), offered) == "text/html"


class ProblemHandlers:
    """Turns exceptions into answers; one object an app, given the statuses of its own errors and its error page."""

    def __init__(
        self, base_url: str, *, statuses: Mapping[type[ChmError], int] | None = None, page: HtmlPage | None = None
    ) -> None:
        """Take the public address problem types stand under, the table of statuses and the page maker."""
        self._base_url, self._statuses, self._page = base_url.rstrip("/"), dict(statuses or {}), page

    def add_to(self, app: FastAPI, *, busy: Sequence[type[Exception]] = ()) -> None:
        """Register every handler with the app; ``busy`` are faults that pass, such as a database that is away."""
        for kind in busy:
            app.add_exception_handler(kind, self._on_busy)
        app.add_exception_handler(HttpProblem, self._on_problem)
        app.add_exception_handler(ChmError, self._on_chm_error)
        app.add_exception_handler(RequestValidationError, self._on_wrong_request)
        app.add_exception_handler(HTTPException, self._on_http_exception)
        app.add_exception_handler(Exception, self._on_unexpected)

    def answer(self, request: Request, document: ProblemDocument, headers: Mapping[str, str] | None = None) -> Response:
        """Give the problem as JSON, or as a page to a browser."""
        if self._page is not None and wants_page(request):
            response = self._page(request, document)
        else:
            body = document.dump(request.url.path, self._base_url)
            response = Response(body, status_code=document.status, media_type=PROBLEM_MEDIA_TYPE)
        response.headers.update({"Content-Language": document.language, "Cache-Control": "no-store", **(headers or {})})
        response.headers["Vary"] = "Accept, Accept-Language, Cookie"
        return response

    def _say(self, request: Request, error: HttpProblem, headers: Mapping[str, str] | None = None) -> Response:
        return self.answer(request, http_problem_document(error, choose_language(request)), headers)

    def _on_problem(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HttpProblem)
        return self.answer(request, http_problem_document(error, choose_language(request)), error.headers)

    def _on_chm_error(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, ChmError)
        status = next((self._statuses[kind] for kind in type(error).__mro__ if kind in self._statuses), None)
        if status is None:
            status = int(getattr(error, "http_status", 500))
        if status >= 500:
            _LOG.error("%s %s: %s", request.method, request.url.path, error)
        headers = {401: {"WWW-Authenticate": 'Bearer realm="chm"'}, 503: {"Retry-After": "60"}}.get(status, {})
        return self.answer(request, chm_error_document(error, status, choose_language(request)), headers)

    def _on_busy(self, request: Request, error: Exception) -> Response:
        """Answer 503 with the time to wait in seconds, as OAI-PMH clients need it (§3.1.2.2)."""
        _LOG.error("%s %s: %s", request.method, request.url.path, type(error).__name__)
        return self._say(request, HttpProblem("BUSY"), {"Retry-After": "60"})

    def _on_wrong_request(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        language = choose_language(request)
        texts = translations(language)
        errors = tuple(
            field_error(
                "/" + "/".join(str(part) for part in found["loc"]),
                "PARAMETER_WRONG",
                _shown(found.get("input")),
                texts.gettext("“%(name)s” cannot be used as it is.") % {"name": found["loc"][-1]},
                texts.gettext(_EXPECTED.get(found["type"], _ANY_OTHER)) % _Lenient(found.get("ctx", {})),
            )
            for found in error.errors()[:_SHOWN_ERRORS]
        )
        document = http_problem_document(HttpProblem("PARAMETER_WRONG"), language)
        return self.answer(
            request,
            ProblemDocument(document.code, document.status, document.title, document.detail, language, errors),
        )

    def _on_http_exception(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = STATUS_CODES.get(error.status_code, "INTERNAL" if error.status_code >= 500 else "BODY_UNREADABLE")
        headers = dict(error.headers or {})
        if "Allow" in headers:
            headers["Allow"] = _with_head(headers["Allow"])
        allowed = headers.get("Allow", "GET, HEAD")
        said = HttpProblem(code, method=request.method, allowed=allowed, offered="text/html")
        return self._say(request, said, headers)

    def _on_unexpected(self, request: Request, _error: Exception) -> Response:
        """Answer 500 without a word of the exception, which the server logs; no middleware adds headers here."""
        return self._say(request, HttpProblem("INTERNAL"), {**SECURITY_HEADERS, **CORS_HEADERS})


def _with_head(allowed: str) -> str:
    """Give the methods of Allow with HEAD, which every address that takes GET answers."""
    methods = allowed.split(", ")
    return ", ".join(sorted({*methods, "HEAD"} if "GET" in methods else methods))


def _shown(value: object) -> str:
    return ("" if value is None else str(value))[:200]
