"""One tenant scope per request. The tenant comes from the session's choice among the user's memberships, never from a
header, a query or a body; refusals become answers here, after the scope has rolled back."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast
from urllib.parse import urlencode, urlsplit

from django.db.transaction import set_rollback
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from structlog.contextvars import bind_contextvars

from console.acts_opened import act_opened
from console.api.elsewhere import note_attempt
from console.http import REFUSALS, status_of
from console.pages.words import as_sentence
from console.permitted import Signed
from console.typed_text import typed_text
from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.people.who import actor_of, tenants_of
from reconciliation.refused_attempts import AUDITED, record_attempt

OPEN_PREFIXES = ("/accounts/", "/healthz", "/livez", "/readyz", "/metrics", "/static/", "/api/", "/hooks/", "/kit/")
NO_TENANT = {
    "code": 403,
    "title": "No role is held",
    "text": "This sign-in holds no role in any tenant. A policy admin can grant one.",
}
RULES = {
    "not_permitted": "Your role may not do this.",
    "checker_is_maker": "You asked for this, so someone else decides.",
    "already_reversed": "Already reversed.",
    "already_requested": "Already asked for.",
    "request_not_open": "This request has ended.",
    "changed_since_asked": "Changed since asked.",
    "approval_lapsed": "An approval counts no more.",
    "batch_refused": "Nothing was approved.",
    "not_held": "It is not so any more.",
    "security_hold": "Stop: security hold.",
    "frozen": "Frozen.",
    "reauthentication_needed": "Confirm that it is you.",
    "move_not_allowed": "No order moves like this.",
    "last_admin": "Somebody has to stay who can administer.",
    "reason_missing": "A reason is needed.",
    "bad_input": "The input does not fit.",
}
NOT_ALLOWED = 405


class TenantMiddleware:
    """Sets `request.tenant`, `request.actor` and `request.at`, and runs the view inside the tenant's scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, plain: HttpRequest) -> HttpResponse:
        if plain.path.startswith(OPEN_PREFIXES):
            return self.get_response(plain)
        if not plain.user.is_authenticated:
            note_attempt(plain, "pages are acted on by those who sign in, never through a token")
            return to_sign_in(plain)
        request = cast(Signed, plain)
        held = {t.id: t for t in tenants_of(request.user)}
        if not held:
            return render(request, "errors/page.html", NO_TENANT, status=403)
        chosen = request.session.get("tenant_id")
        current = held[chosen] if chosen in held else next(iter(held.values()))
        request.tenant, request.tenants, request.at = current, list(held.values()), datetime.now(UTC)
        with tenant(current.id):
            request.actor = actor_of(request.user)
            bind_contextvars(tenant_id=current.id, actor=request.actor.id)
            response = self.get_response(request)
        refusal = getattr(request, "refusal", None)
        if refusal is not None:
            # In a scope of its own: the refused one has rolled back, and may not even answer queries any more.
            with tenant(current.id):
                if isinstance(refusal, AUDITED):
                    _record(request.actor, request, refusal)
                response = refusal_response(request, refusal)
        answered = getattr(request, "answered", None)
        if answered is not None:
            with tenant(current.id):
                _record(request.actor, request, answered)
        if response.status_code == NOT_ALLOWED:
            with tenant(current.id):
                response = act_opened(request, response)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal rolls the scope back and becomes a page, or a fragment for HTMX; other errors stay errors."""
        if not isinstance(error, REFUSALS) or request.path.startswith("/api/"):
            return None
        set_rollback(True)
        cast(Signed, request).refusal = error
        return HttpResponse(status=status_of(error))


def refusal_response(request: HttpRequest, error: Exception) -> HttpResponse:
    """The refusal as the reader sees it: rule, fact, next step. HTMX gets it for the page's own place for refusals."""
    status = status_of(error)
    words = {
        "rule": RULES.get(getattr(error, "code", ""), "This cannot be done."),
        "fact": as_sentence(str(error)),
        "next": "",
    }
    if request.headers.get("HX-Request"):
        response = render(request, "components/refusal.html", {"refusal": words}, status=status)
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#refusals", "innerHTML"
        return response
    if status == 404:
        return render(request, "errors/404.html", {"typed": typed_text(request)}, status=404)
    page = {
        "code": status,
        "title": words["rule"].rstrip("."),
        "text": words["fact"],
        "typed": typed_text(request),
        **_way_back(request),
    }
    return render(request, "errors/page.html", page, status=status)


def _way_back(request: HttpRequest) -> dict[str, str]:
    """To the page that was acted from, where the browser names one of ours that is another than the refused."""
    came = urlsplit(request.headers.get("Referer", ""))
    if (
        came.netloc != request.get_host()
        or not came.path.startswith("/")
        or (request.method == "GET" and came.path == request.path)
    ):
        return {}
    return {"href": came.path + (f"?{came.query}" if came.query else ""), "label": "Back to where you were"}


def _record(actor: Actor, request: Signed, refusal: Exception) -> None:
    match = request.resolver_match
    name = match.view_name if match else "unknown"
    record_attempt(refusal, f"{request.method} {name}", actor=actor, at=request.at, path=request.path[:200])


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """A lost session: HTMX is told to go to the sign-in page, a page request is redirected."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": _sign_in(request.headers.get("HX-Current-URL", "/"))})
    return redirect(_sign_in(request.get_full_path()))


def _sign_in(then: str) -> str:
    """The sign-in page that leads back to `then`, filters and all."""
    return f"/accounts/login/?{urlencode({'next': then}, safe='/')}"
