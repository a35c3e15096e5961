"""What every signed-in page is given: the request's clock, and the shell around the page."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

from console.gate_badge import gate_badge
from console.pages.incidents import incident_banner
from console.pages.links import links_for
from console.pages.recovery_words import freeze_banner
from reconciliation.permissions import Permission, allowed
from reconciliation.shell_figures import shell_figures

PAGES = {
    "home": Permission.VIEW_DRIFT, "exceptions": Permission.VIEW_CASES, "payments": Permission.VIEW_PAYMENTS,
    "orders": Permission.VIEW_ORDERS, "approvals": Permission.VIEW_REQUESTS, "bank": Permission.VIEW_BANK,
    "ledger": Permission.VIEW_LEDGER, "events": Permission.VIEW_EVENTS, "audit": Permission.VIEW_AUDIT,
    "settings": Permission.VIEW_SETTINGS, "checkpoints": Permission.VIEW_POLICIES, "matchers": Permission.VIEW_DRAFTS,
    "incidents": Permission.VIEW_INCIDENTS, "recovery": Permission.VIEW_RECOVERY, "notifications": Permission.VIEW_NOTIFICATIONS,
    "review": Permission.VIEW_REVIEW,
}  # fmt: skip


def shell(request: HttpRequest) -> dict[str, Any]:
    """`now`, and `shell` when the request runs in a tenant's scope. One query, and two more when the release gate may have
    changed."""
    now = getattr(request, "at", None) or datetime.now(UTC)
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"now": now}
    figures = shell_figures(actor, at=now)
    counts = {"exceptions": figures.open_cases, "approvals": figures.to_decide, "events": figures.held_deliveries,
              "incidents": len(figures.incidents), "recovery": len(figures.recoveries)}  # fmt: skip
    takes_note = allowed(actor, Permission.ACKNOWLEDGE)
    if takes_note:
        counts["notifications"] = figures.notifications
    if allowed(actor, Permission.SIGN_OFF):
        counts["review"] = figures.causes
    hot = {"incidents": figures.incidents, "notifications": takes_note and figures.pages}
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
            "counts": {page: n for page, n in counts.items() if page in pages},
            "hot": {page for page, open_now in hot.items() if open_now},
            "pages": pages,
            "gate": gate_badge(request.tenant.id, figures.gate_mark, now),  # type: ignore[attr-defined]
            "verified": figures.verified,
            "banners": [
                banner
                for banner in (
                    incident_banner(figures.incidents, links_for(actor)),
                    freeze_banner(figures.recoveries, links_for(actor), now),
                )
                if banner
            ],
        },
    }
