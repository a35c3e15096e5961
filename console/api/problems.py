"""Errors as application/problem+json (RFC 9457): type is the refusal's stable code, `where` the field when one is known."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, JsonResponse
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.response import Response
from rest_framework.views import exception_handler

from console.http import REFUSALS, status_of
from ledger.errors import AmbiguousTransaction, BadPosting, Unbalanced, UnknownAccount
from reconciliation.bank.errors import StatementRefused
from reconciliation.errors import CannotBe, ReasonMissing

MEDIA_TYPE = "application/problem+json"
UNPROCESSABLE = 422
UNFIT = (AmbiguousTransaction, BadPosting, CannotBe, ReasonMissing, StatementRefused, Unbalanced, UnknownAccount)
"""What is well formed and yet cannot be done: a machine that sends it has no error in its form."""
AGAIN_IN = "5"
SIGN_IN = "No token was sent: Authorization: Bearer and the secret of a token. A policy admin makes one under Settings, Tokens."


def problem(error: Exception) -> Response:
    """The response for a refusal."""
    status = UNPROCESSABLE if isinstance(error, UNFIT) else status_of(error)
    return _answer(getattr(error, "code", "refused"), str(error), status, getattr(error, "where", ""))


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's own errors in the same form, and a database that is away; anything unknown stays an error of the server."""
    if isinstance(error, REFUSALS):
        return problem(error)
    if isinstance(error, OperationalError | InterfaceError):
        away = _answer("unavailable", "The database does not answer. Send it again with the same key.", 503)
        away.headers["Retry-After"] = AGAIN_IN
        return away
    if isinstance(error, SuspiciousOperation):
        status = 413 if isinstance(error, RequestDataTooBig) else 400
        return _answer("too_large" if status == 413 else "bad_request", "The body cannot be taken in.", status)
    response = exception_handler(error, context)
    if response is None:
        return None
    code = getattr(error, "default_code", "not_found")
    detail = (
        error.detail if isinstance(error, APIException) and isinstance(error.detail, str) else "There is nothing here."
    )
    if isinstance(error, NotAuthenticated):
        detail = SIGN_IN
    said = _answer(code, str(detail), response.status_code, getattr(error, "where", ""))
    for name in ("WWW-Authenticate", "Retry-After"):
        if name in response.headers:
            said.headers[name] = response.headers[name]
    return said


def plain_problem(code: str, title: str, status: int) -> HttpResponse:
    """A problem told outside of any view."""
    body = {"type": code, "title": title, "status": status}
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)


def _answer(code: str, title: str, status: int, where: str = "") -> Response:
    body = {"type": code, "title": title, "status": status} | ({"where": where} if where else {})
    return Response(body, status=status, content_type=MEDIA_TYPE)
