"""The only map from refusals to HTTP: RFC 9457 problem documents and, for browsers, the same text as a page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from rest_framework import exceptions as api
from rest_framework.response import Response

from config.problem import Problem
from config.problem_types import (
    DEFECT,
    FORBIDDEN,
    GENERAL,
    INVALID,
    NOT_FOUND,
    PROBLEMS,
    TOO_LONG,
)
from core.errors import DatabaseUnavailable, StudioError

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Told:
    """What one failed request is told."""

    problem: Problem
    detail: str
    extensions: dict[str, object]
    headers: dict[str, str]

    def document(self, request: HttpRequest) -> dict[str, object]:
        return {
            "type": request.build_absolute_uri(f"/problems/{self.problem.slug}"),
            "title": self.problem.title,
            "status": self.problem.status,
            "detail": self.detail,
            "instance": request.get_full_path(),
        } | self.extensions


_GENERAL_BY_SLUG = {problem.slug: problem for problem in GENERAL}


def told_about(error: Exception) -> Told:
    """What to tell about `error`; a defect is told opaquely, because its text may hold what is not ours to show."""
    headers = _headers(error)
    match error:
        case StudioError():
            problem = _registered(error)
            return Told(problem, str(error) or problem.title, error.extensions(), headers)
        case OperationalError():
            problem = PROBLEMS[DatabaseUnavailable]
            return Told(problem, "The database does not answer. Nothing was changed.", {}, headers)
        case Http404() | api.NotFound():
            return Told(NOT_FOUND, "No such thing, or not yours to see.", {}, headers)
        case api.ValidationError():
            return Told(INVALID, "Some fields are missing or wrong.", {"errors": error.detail}, headers)
        case api.APIException():
            return Told(_general(error.status_code), str(error.detail), {}, headers)
        case RequestDataTooBig():
            return Told(TOO_LONG, "Nothing of it was read.", {}, headers)
        case PermissionDenied():
            return Told(FORBIDDEN, str(error) or "Not allowed.", {}, headers)
        case _:
            return Told(DEFECT, "It is logged; nothing was changed by this request.", {}, headers)


def _general(status: int) -> Problem:
    title = HTTPStatus(status).phrase
    slug = title.lower().replace(" ", "-")
    return _GENERAL_BY_SLUG.get(slug) or Problem(slug, status, title)


def _headers(error: Exception) -> dict[str, str]:
    headers: dict[str, str] = {}
    if wait := getattr(error, "wait", None) or getattr(error, "retry_after_s", None):
        headers["Retry-After"] = str(int(wait))
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    return headers


def _registered(error: StudioError) -> Problem:
    for kind in type(error).__mro__:
        if kind in PROBLEMS:
            return PROBLEMS[kind]
    logger.error("%s is not in config.problem_types.PROBLEMS", type(error).__name__)
    return DEFECT


def problem_response_for(error: Exception, context: dict[str, object]) -> Response | None:
    """Django REST framework's exception handler."""
    told = told_about(error)
    if told.problem is DEFECT:
        return None  # propagates to Django: logged with its traceback, answered by `server_error`
    if isinstance(error, OperationalError):
        logger.error("Database unavailable: %s", error)
    request = context["request"]
    document = told.document(getattr(request, "_request", request))  # type: ignore[arg-type]  # DRF's own Request
    return Response(document, status=told.problem.status, headers=told.headers, content_type=CONTENT_TYPE)


class ProblemMiddleware:
    """Gives refusals raised by pages (and by anything outside DRF's views) their problem."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, StudioError | OperationalError):
            return None
        if isinstance(error, OperationalError):
            logger.error("Database unavailable: %s", error)
        return answer(request, told_about(error))


def answer(request: HttpRequest, told: Told) -> HttpResponse:
    if wants_document(request):
        response: HttpResponse = JsonResponse(
            told.document(request), status=told.problem.status, content_type=CONTENT_TYPE
        )
    else:
        response = render(
            request,
            "web/problem.html",
            {"problem": told.problem, "detail": told.detail, "extensions": told.extensions},
            status=told.problem.status,
        )
    for name, value in told.headers.items():
        response[name] = value
    return response


def wants_document(request: HttpRequest) -> bool:
    return request.path.startswith("/v1/") or request.accepts("text/html") is False


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, told_about(Http404()))


def server_error(request: HttpRequest) -> HttpResponse:
    return answer(request, told_about(Exception()))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, told_about(exception))
