"""One line a request, and on every line that is logged meanwhile who asks for what: request_id, route, actor. Never an address
as it was typed: addresses carry references, tokens and what somebody searched for."""

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from structlog.contextvars import bind_contextvars, clear_contextvars

log = logging.getLogger("plumbline.requests")
ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Asked for every few seconds by machines: a line each would drown the rest.
QUIET = ("/healthz", "/livez", "/readyz", "/metrics", "/static/")


class RequestLogMiddleware:
    """Stands outermost. The id of the proxy in front is kept where that is trusted, and every answer carries its id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        clear_contextvars()
        request_id = request_id_of(request)
        bind_contextvars(request_id=request_id, method=request.method, route=route_of(request))
        began = time.monotonic()
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        if not request.path.startswith(QUIET):
            took = round((time.monotonic() - began) * 1000)
            log.info("request", extra={"status": response.status_code, "duration_ms": took})
        clear_contextvars()
        return response


def request_id_of(request: HttpRequest) -> str:
    """The trusted proxy's X-Request-ID when it is plain, else one made here."""
    said = request.headers.get("X-Request-ID", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return said if ID.fullmatch(said) else uuid4().hex


def route_of(request: HttpRequest) -> str:
    """The pattern that the address fits, as in `exceptions/<int:number>/`; "" when none does."""
    try:
        return resolve(request.path_info).route
    except Resolver404:
        return ""
