"""Addresses that take nothing from a token. Who tried to change something there is on the trail, when the token names them."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from console.api.auth import TokenAuthentication
from console.api.problems import plain_problem
from ledger.tenancy import tenant
from reconciliation.errors import NotPermitted
from reconciliation.refused_attempts import record_attempt


@csrf_exempt
def no_such_address(request: HttpRequest) -> HttpResponse:
    """Every address under /api/ that is none. Nothing is approved there, for instance."""
    note_attempt(request, "there is no such address; nothing is decided through a token")
    return plain_problem("not_found", f"No such address: {request.path[:200]!a}. Addresses end with a slash.", 404)


def note_attempt(request: HttpRequest, why: str) -> None:
    """Record what a known token tried to change here; nobody else could be named. Needs no scope."""
    if request.method in ("GET", "HEAD", "OPTIONS") or not request.headers.get("Authorization"):
        return
    try:
        found = TokenAuthentication().authenticate(Request(request))
    except AuthenticationFailed:
        return
    if found is not None:
        who = found[0]
        with tenant(who.tenant_id):
            record_attempt(
                NotPermitted(why), f"{request.method} {request.path}", actor=who.actor, at=datetime.now(UTC)
            )  # fmt: skip
