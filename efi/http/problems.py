"""Refusals and faults as RFC 9457 problem details, each kind with a page that explains it."""

import logging
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import Error as DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.encoding import escape_uri_path
from pymongo.errors import PyMongoError
from rest_framework import exceptions

from efi.domain.errors import Conflict, Fault, KeyReused, Malformed, NotFound, Outdated, Rejected, TooMany, Unavailable
from efi.http.cache_control import own
from efi.runtime import disk
from efi.runtime.logs import request_id

PROBLEM = "application/problem+json"
logger = logging.getLogger(__name__)


class BadInput(Exception):
    """Input that is malformed; `faults` say where and why."""

    def __init__(self, detail: str, faults: tuple[Fault, ...] = (), *, code: str = "bad_input") -> None:
        super().__init__(detail)
        self.detail, self.faults, self.code = detail, faults, code


class VersionMissing(Exception):
    """What is changed only as its giver has seen it was to be changed without saying what that was."""

    code = "if_match_missing"


@dataclass(frozen=True)
class Kind:
    """One kind of problem."""

    status: int
    title: str
    meaning: str


KINDS = {
    "bad-input": Kind(400, "The request is not well formed", "Each entry of `errors` points at what is wrong."),
    "not-signed-in": Kind(401, "Sign in first", "Send a bearer token, or sign in for a session."),
    "not-allowed": Kind(403, "You may not do this", "Your account lacks the permission, or the CSRF token is missing."),
    "not-found": Kind(404, "There is no such thing", "It does not exist, or it is not yours to see."),
    "method-not-allowed": Kind(405, "This address does not do that", "See the `Allow` header."),
    "not-acceptable": Kind(406, "Answers are JSON", "Accept `application/json`."),
    "too-slow": Kind(408, "The request did not come in time", "It may be repeated, over a better line."),
    "rejected": Kind(409, "A rule says no", "`code` names the rule; nothing was changed."),
    "conflict": Kind(409, "Somebody else was faster", "Nothing was changed; the request may be repeated."),
    "outdated": Kind(412, "It has changed meanwhile", "Read it again, and send what you want with its new `ETag`."),
    "too-large": Kind(413, "The request is too large", "Send less at once."),
    "unsupported-media-type": Kind(415, "Requests are JSON", "Send `application/json` in UTF-8."),
    "key-reused": Kind(422, "This Idempotency-Key had another body", "Draw a new key for another request."),
    "if-match-missing": Kind(428, "Say what you have seen", "Send the `ETag` of what you have read as `If-Match`."),
    "too-many": Kind(429, "That was too often", "Ask again after as many seconds as `Retry-After` says."),
    "internal": Kind(500, "Something went wrong here", "It was logged under `request_id`."),
    "disk-full": Kind(503, "The disk is full", "It goes on by itself once there is room; repeat the request then."),
    "unavailable": Kind(503, "The store cannot be reached just now", "The request may be repeated as it is."),
}

ANSWERS: dict[type[Exception], str] = {
    BadInput: "bad-input",
    Malformed: "bad-input",
    SuspiciousOperation: "bad-input",
    BadRequest: "bad-input",
    MultiPartParserError: "bad-input",
    UnreadablePostError: "bad-input",
    exceptions.ParseError: "bad-input",
    exceptions.ValidationError: "bad-input",
    exceptions.NotAuthenticated: "not-signed-in",
    exceptions.AuthenticationFailed: "not-signed-in",
    exceptions.PermissionDenied: "not-allowed",
    PermissionDenied: "not-allowed",
    exceptions.NotFound: "not-found",
    Http404: "not-found",
    NotFound: "not-found",
    exceptions.MethodNotAllowed: "method-not-allowed",
    exceptions.NotAcceptable: "not-acceptable",
    Rejected: "rejected",
    Outdated: "outdated",
    Conflict: "conflict",
    VersionMissing: "if-match-missing",
    RequestDataTooBig: "too-large",
    exceptions.UnsupportedMediaType: "unsupported-media-type",
    KeyReused: "key-reused",
    TooMany: "too-many",
    Unavailable: "unavailable",
    PyMongoError: "unavailable",
    DatabaseError: "unavailable",
}


UNTOLD = (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError)
"""Exceptions whose messages are for programmers and not for callers."""


def problem_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Makes a problem of every exception that a view raises; REST framework calls it."""
    name = _name_of(error)
    ours = name in ("internal", "unavailable", "disk-full")
    if name == "disk-full":
        logger.error("the disk is full: %s on %s", type(error).__name__, context["request"].path)
    elif ours:
        logger.error("%s on %s", type(error).__name__, context["request"].path, exc_info=error)
    shown = KINDS[name].meaning if ours or isinstance(error, UNTOLD) else str(getattr(error, "detail", error))
    code = getattr(error, "code", None)
    faults = getattr(error, "faults", ())
    code, about = code if isinstance(code, str) else None, getattr(error, "about", None)
    response = problem(context["request"], name, shown, code=code, about=about, faults=faults)
    if name == "not-signed-in":
        response["WWW-Authenticate"] = "Bearer"
    for header, said in getattr(error, "headers", {}).items():
        response[header] = said
    return response


def _name_of(error: BaseException | None) -> str:
    name = next((ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS), "internal")
    if name in ("internal", "unavailable") and _is_of_a_full_disk(name, error):
        return "disk-full"
    return name


def _is_of_a_full_disk(name: str, error: BaseException | None) -> bool:
    """Tells whether a fault comes of a full disk: it says so, or the program's own MongoDB is away for that."""
    embedded = bool(os.environ.get("EFI_EMBEDDED"))
    return disk.tells_of_it(error) or (name == "unavailable" and embedded and disk.is_full(settings.EFI_DATA))


def problem(
    request: HttpRequest,
    name: str,
    detail: str,
    *,
    code: str | None = None,
    about: UUID | None = None,
    faults: tuple[Fault, ...] = (),
) -> HttpResponse:
    """Returns the problem as JSON; `about` is the id of what was refused, where one command carried out another."""
    kind = KINDS[name]
    body: dict[str, Any] = {
        "type": _page(request, name),
        "title": kind.title,
        "status": kind.status,
        "detail": detail or kind.meaning,
        "instance": escape_uri_path(request.path),
        "code": code or name.replace("-", "_"),
        "request_id": request_id.get(),
    }
    if about:
        body["about"] = about
    if faults:
        body["errors"] = faults
    response = HttpResponse(orjson.dumps(body), status=kind.status, content_type=PROBLEM)
    if kind.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = "2"
    return own(response)


def _page(request: HttpRequest, name: str) -> str:
    try:
        return request.build_absolute_uri(f"/problems/{name}")
    except DisallowedHost:
        return f"/problems/{name}"


def only(request: HttpRequest, *known: str, repeated: Iterable[str] = ()) -> None:
    """Raises `BadInput` for parameters that an address does not know, and for those left empty or given twice.

    `repeated` are those that may be given more than once.
    """
    if unknown := sorted(request.GET.keys() - set(known)):
        raise BadInput(f"unknown parameter: {', '.join(unknown)[:200]}", code="unknown_parameter")
    if doubled := [name for name, said in request.GET.lists() if len(said) > 1 and name not in repeated]:
        raise BadInput(f"given more than once: {', '.join(doubled)[:200]}", code="doubled_parameter")
    if empty := [name for name, said in request.GET.lists() if not "".join(map(str, said)).strip()]:
        raise BadInput(f"left empty: {', '.join(empty)[:200]}", code="empty_parameter")


def explain(request: HttpRequest, name: str) -> HttpResponse:
    """Returns the page behind a problem's `type`."""
    if name not in KINDS:
        return HttpResponseNotFound("there is no such problem", content_type="text/plain")
    kind = KINDS[name]
    lines = f"{kind.title}\n\n{kind.status} {HTTPStatus(kind.status).phrase}\n\n{kind.meaning}\n"
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")


def nothing_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(request, "not-found", f"there is nothing at {request.path[:200]}")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    foreign = isinstance(exception, DisallowedHost)
    said = "this is not a host that the program answers for" if foreign else "the request cannot be understood"
    return problem(request, "bad-input", said)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(request, "not-allowed", KINDS["not-allowed"].meaning)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answers a form whose CSRF token is missing or not the browser's, as after cookies were cleared."""
    return problem(request, "not-allowed", "this form is too old: go back, load the page anew, and send it again")


def went_wrong(request: HttpRequest) -> HttpResponse:
    """Answers for what no API view has caught: errors in the pages of the admin, and before any view."""
    error = sys.exc_info()[1]
    name = _name_of(error)
    if name == "disk-full":
        logger.error("the disk is full: %s on %s", type(error).__name__, request.path)
    name = name if KINDS[name].status == HTTPStatus.SERVICE_UNAVAILABLE else "internal"
    return problem(request, name, KINDS[name].meaning)
