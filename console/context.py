"""What every signed-in page is given: the request's clock, and the shell around the page."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from reconciliation.permissions import Permission, allowed

PAGES = {
    "home": Permission.VIEW_DRIFT, "exceptions": Permission.VIEW_CASES, "approvals": Permission.VIEW_REQUESTS,
    "bank": Permission.VIEW_BANK, "ledger": Permission.VIEW_LEDGER, "audit": Permission.VIEW_AUDIT,
    "settings": Permission.VIEW_SETTINGS,
}  # fmt: skip

MOST = (
    1000  # beside a page's name nobody reads more; an exact count of a million open cases costs a quarter of a second
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """`now`, and `shell` when the request runs in a tenant's scope. Two queries: the counts beside the page names."""
    now = getattr(request, "at", None) or datetime.now(UTC)
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"now": now}
    pages = {page for page, permission in PAGES.items() if allowed(actor, permission)}
    return {
        "now": now,
        "shell": {
            "tenant": {"name": request.tenant.name, "note": request.tenant.slug},  # type: ignore[attr-defined]
            "person": {
                "id": actor.person_id,
                "name": actor.name,
                "role": actor.role.replace("_", " ").replace(",", ", "),
            },
            "counts": _counts(pages),
            "hot": set(),
            "pages": pages,
            "gate": None,
            "verified": None,
            "banner": None,
        },
    }


def _counts(pages: set[str]) -> dict[str, int]:
    counts = {}
    if "exceptions" in pages:
        counts["exceptions"] = ExceptionCase.objects.exclude(state="resolved")[:MOST].count()
    if "approvals" in pages:
        counts["approvals"] = ApprovalRequest.objects.filter(state="open")[:MOST].count()
    return counts
