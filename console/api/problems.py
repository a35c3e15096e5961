"""Errors as application/problem+json (RFC 9457): type is the refusal's stable code, `where` the field when one is known."""

from typing import Any

from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

from console.http import REFUSALS, status_of

MEDIA_TYPE = "application/problem+json"


def problem(error: Exception) -> Response:
    """The response for a refusal."""
    status = status_of(error)
    body = {"type": getattr(error, "code", "refused"), "title": str(error), "status": status}
    if where := getattr(error, "where", ""):
        body["where"] = where
    return Response(body, status=status, content_type=MEDIA_TYPE)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's own errors in the same form; anything unknown stays an error of the server."""
    if isinstance(error, REFUSALS):
        return problem(error)
    response = exception_handler(error, context)
    if response is None or not isinstance(error, APIException):
        return response
    detail = error.detail if isinstance(error.detail, str) else error.default_detail
    response.data = {"type": error.default_code, "title": str(detail), "status": response.status_code}
    response.content_type = MEDIA_TYPE
    return response
