"""The list of checkpoints, and the page of overrides, put together for their templates."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from console.display import moment
from console.pages.words import plural
from ledger.actors import Actor
from reconciliation.cases.available_actions import who_may
from reconciliation.checkpoints.models import CheckpointOverride
from reconciliation.checkpoints.vocabulary import VOCABULARY
from reconciliation.permissions import Permission, allowed
from reconciliation.policies.approved import Agreed, decisions_agreed
from reconciliation.policies.listing import Listed
from reconciliation.policies.overrides import Lifted, RoleCount
from reconciliation.policies.request_override import REASONS
from reconciliation.policies.wording import sentence_of


def checkpoints_page(found: Sequence[Listed], lifted: int, actor: Actor) -> dict[str, Any]:
    """templates/checkpoints/list.html"""
    may = allowed(actor, Permission.SET_UP)
    rows = [_row(x) for x in found]
    in_force = sum(x.active is not None for x in found)
    return {
        "sub": f"{in_force} in force, asked in this order; the first clause that fits decides. What none names is forbidden.",
        "rows": rows, "new_href": reverse("checkpoint-new") if may else "",
        "import_href": reverse("checkpoint-import") if may else "",
        "overrides_href": reverse("checkpoint-overrides"), "lifted": lifted, "tree_href": reverse("lifecycle"),
        "why_not": who_may(Permission.SET_UP, actor, "Changing a checkpoint needs") if not may else "",
    }  # fmt: skip


def _row(x: Listed) -> dict[str, Any]:
    shown = x.shown
    document: dict[str, Any] = (
        shown.document if shown else {"title": x.policy.key, "owner": "", "precedence": 0, "clauses": []}
    )
    return {
        "key": x.policy.key, "title": document["title"], "owner": document["owner"], "order": document["precedence"],
        "href": reverse("checkpoint", args=[x.policy.key, shown.number]) if shown else "",
        "version": f"v{shown.number}" if shown else "", "state": shown.state if shown else "retired",
        "since": x.active.active_from if x.active else None,
        "sentences": [sentence_of(c) for c in document["clauses"]][:3], "more": max(0, len(document["clauses"]) - 3),
        "coming": [
            {"label": f"v{v.number}", "state": v.state, "href": reverse("checkpoint", args=[x.policy.key, v.number])}
            for v in x.coming if v is not shown
        ],
        "allowed": x.decided.get("automatic", 0), "asked": x.decided.get("approval", 0), "refused": x.decided.get("forbidden", 0),
    }  # fmt: skip


def overrides_page(found: Sequence[Lifted], roles: Sequence[RoleCount], actor: Actor, at: datetime) -> dict[str, Any]:
    """templates/checkpoints/overrides.html"""
    on, agreed = [x for x in found if x.state == "on"], decisions_agreed(x.override.decision_id for x in found)
    return {
        "sub": f"{plural(len(on), 'checkpoint')} lifted at this moment." if on else "No checkpoint is lifted at this moment.",
        "rows": [_lifted(x, agreed.get(x.override.decision_id)) for x in found],
        "roles": [
            {"role": r.role.replace("_", " "), "overrides": r.overrides, "uses": r.uses, "per": _thousandths(r.per_thousand)}
            for r in roles
        ],
        "may_end": allowed(actor, Permission.OVERRIDE),
        "why_not": "" if allowed(actor, Permission.OVERRIDE) else who_may(Permission.OVERRIDE, actor, "Lifting a checkpoint needs"),
    }  # fmt: skip


def lift_words(o: CheckpointOverride) -> str:
    """What an override lifts, and what it leaves."""
    move = VOCABULARY[o.move].words if o.move in VOCABULARY else o.move
    what = f"for {o.payment_id}" if o.payment_id else "for every payment"
    return f"{what}, when {move}, where no clause says that an override may not skip it: {o.note}"


def _lifted(x: Lifted, agreed: Agreed | None) -> dict[str, Any]:
    o = x.override
    move = VOCABULARY[o.move].words if o.move in VOCABULARY else o.move
    return {
        "number": o.number, "ref": str(o), "key": o.policy.key, "href": reverse("checkpoint-of", args=[o.policy.key]),
        "move": move, "payment_id": o.payment_id, "from": moment(o.starts_at), "until": moment(o.ends_at), "state": x.state,
        "reason": REASONS.get(o.reason_code, o.reason_code), "ticket": o.ticket, "note": o.note,
        "asked_by": o.asked_by, "role": o.role.replace("_", " ").replace(",", ", "), "uses": x.uses,
        "approved_by": f"approved by {agreed.approved_by}" if agreed else "", "ended_by": o.ended_by,
        "request": f"CR-{agreed.number}" if agreed else "",
        "request_href": reverse("approval", args=[agreed.number]) if agreed else "",
        "end_href": reverse("checkpoint-override-end") if x.state in ("on", "later") else "",
    }  # fmt: skip


def _thousandths(value: int | None) -> str:
    return "no payment" if value is None else f"{value // 1000}.{value % 1000 // 100}"
