"""What is answered where no view is reached or one breaks: pages to people, problem documents to machines."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string
from django.views import defaults
from structlog.contextvars import get_contextvars

from console.api.problems import plain_problem

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400"""
    if request.path.startswith(API):
        return plain_problem("bad_request", "The request cannot be read.", 400)
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """handler500"""
    if request.path.startswith(API):
        return plain_problem("server_error", "The server failed. Ask again, with the same key where there is one.", 500)
    # Without context processors: what broke may be one of them. The log's lines of this request carry the same reference.
    return HttpResponseServerError(render_to_string("500.html", {"reference": get_contextvars().get("request_id", "")}))
