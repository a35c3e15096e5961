"""Notifications as their templates and the API take them: what was told to whom, how that went, and who took note."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from console.display import plain
from console.pages.came_of import leading_back
from console.pages.links import Link
from console.pages.paging import pager
from console.pages.playbooks import playbook_link
from console.pages.words import plural
from console.pages.written import amount
from ledger.actors import Actor
from ledger.keyset import Page
from reconciliation.oversight.escalation.message import WORDS
from reconciliation.oversight.escalation.notification_pages import Shown, Told
from reconciliation.oversight.routing.routes import routes
from reconciliation.permissions import Permission, allowed, holders

TONES = {"page": "page", "notify": "warn", "follow-up": "info"}
STATES = {"sent": "told", "waiting": "not yet", "dead": "will not be told"}


def notifications_page(page: Page[Shown], asked: Mapping[str, str], to: Link) -> dict[str, Any]:
    """templates/notifications/list.html"""
    everything = asked["show"] == "all"
    return {
        "set_up_href": to("settings-escalation"),
        "sub": "What escalation rules have told, once for each spell of drift. Acknowledging says who knows; it closes no case.",
        "everything": everything,
        "tabs": [
            {"label": "Not acknowledged", "href": reverse("notifications"), "current": not everything},
            {"label": "All", "href": f"{reverse('notifications')}?show=all", "current": everything},
        ],
        "rows": [_row(shown, to) for shown in page.rows],
        "page": pager(page, [str(s.notification.number) for s in page.rows], asked),
    }  # fmt: skip


def notification_page(shown: Shown, actor: Actor, to: Link, error: str = "", note: str = "") -> dict[str, Any]:
    """templates/notifications/one.html. `error`: why the note that was sent did not fit."""
    n, may = shown.notification, allowed(actor, Permission.ACKNOWLEDGE) and actor.person_id is not None
    said = n.statement
    who = ", ".join(plain(role) for role in holders(Permission.ACKNOWLEDGE))
    return _row(shown, to) | {
        "set_up_href": to("settings-escalation"),
        "title": said["title"], "why": WORDS[said["signal"]], "rule": n.rule_key, "rule_version": n.rule_version,
        "rule_says": "as shipped" if not n.rule_version else f"version {n.rule_version}", "check": str(n.drift_check_id),
        "runs": plural(said["runs"], "run"), "count": said["clean_days_ended"],
        "days": said["days"], "more_days": said["day_count"] - len(said["days"]),
        "gross": amount(said["gross_minor"], said["currency"]),
        "act_href": reverse("notification-acknowledge", args=[n.number]) if may and not shown.acknowledged else "",
        "why_not": "" if may or shown.acknowledged else f"Acknowledging needs the role {who}; you act as {plain(actor.role)}.",
        "error": error, "note": note,
        "playbook": playbook_link(routes().escalations[said["signal"]], leading_back(to, {"of": str(n)})),
    }  # fmt: skip


def _row(shown: Shown, to: Link) -> dict[str, Any]:
    n, said, taken = shown.notification, shown.notification.statement, shown.acknowledged
    return {
        "ref": str(n), "number": n.number, "href": reverse("notification", args=[n.number]), "severity": n.severity,
        "tone": TONES[n.severity], "what": said["title"], "account": said["account_name"], "code": said["account"],
        "day": said["days"][0] if said["day_count"] == 1 else f"{said['day_count']} days",
        "account_href": to("drift-check", said["account"], datetime.fromisoformat(said["days"][0]).date()),
        "cases": [{"ref": ref, "href": to("exception-case", int(ref[2:]))} for ref in said["cases"][:3]],
        "all_cases": [{"ref": ref, "href": to("exception-case", int(ref[2:]))} for ref in said["cases"]],
        "more_cases": max(0, said["case_count"] - 3), "drift": amount(said["drift_minor"], said["currency"]),
        "since": n.since_at, "raised": n.raised_at, "told": [_told(t) for t in shown.told],
        "untold": sorted(set(n.rule["receivers"]) - {t.receiver for t in shown.told}),
        "taken": {"name": taken.name, "at": taken.at, "note": taken.note} if taken else None,
    }  # fmt: skip


def _told(t: Told) -> dict[str, Any]:
    return {
        "name": t.receiver, "kind": t.kind, "host": t.host, "tries": plural(t.tries, "try", "tries"), "state": t.state,
        "word": STATES[t.state], "at": t.last_at, "error": t.error,
    }  # fmt: skip


def notification_json(shown: Shown) -> dict[str, Any]:
    """As the API states it: amounts as text of minor units, no address of a receiver."""
    n, said, taken = shown.notification, shown.notification.statement, shown.acknowledged
    return {
        "notification": str(n), "rule": n.rule_key, "rule_version": n.rule_version, "severity": n.severity,
        "title": said["title"], "signal": said["signal"], "account": said["account"], "days": said["days"],
        "cases": said["cases"], "drift_minor": said["drift_minor"], "gross_minor": said["gross_minor"],
        "currency": said["currency"], "since": n.since_at.isoformat(), "raised_at": n.raised_at.isoformat(),
        "told": [
            {"receiver": t.receiver, "kind": t.kind, "state": t.state, "tries": t.tries, "error": t.error} for t in shown.told
        ],
        "acknowledged": {"by": taken.name, "at": taken.at.isoformat(), "note": taken.note} if taken else None,
    }  # fmt: skip
