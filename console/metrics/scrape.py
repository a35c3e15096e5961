"""GET /metrics. It tells of every tenant, so it answers who carries METRICS_TOKEN; without one set, this machine alone."""

import hmac
import logging
from datetime import UTC, datetime
from ipaddress import ip_address

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from console.metrics.collect import TooSlow, page

log = logging.getLogger("plumbline.metrics")
# Set by what stands in front: then the caller is somebody else than who connects.
FORWARDED = (
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA",
)  # fmt: skip


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """200 with the metrics; 401 or 404 to strangers; 503 when not everything could be read, with no figure at all."""
    if settings.METRICS_TOKEN:
        if not _carries_token(request):
            return _text("the token of METRICS_TOKEN is needed", 401, {"WWW-Authenticate": "Bearer"})
    elif not _from_here(request):
        return _text("not found", 404)
    try:
        content = page(at=datetime.now(UTC))
    except (Error, TooSlow) as error:
        log.error("the metrics could not be read", extra={"error": type(error).__name__})
        return _text(f"the figures could not be read: {type(error).__name__}", 503)
    return HttpResponse(content, content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _carries_token(request: HttpRequest) -> bool:
    scheme, _, said = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(said.strip().encode(), settings.METRICS_TOKEN.encode())


def _from_here(request: HttpRequest) -> bool:
    """Whether the caller is on this machine. A proxy on it speaks for others."""
    try:
        near = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return near and not any(name in request.META for name in FORWARDED)


def _text(words: str, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)
