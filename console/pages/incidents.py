"""Incidents as pages show them: the banner of every page while one stands open, the list, and one with all that was done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse

from console.display import dated, size
from console.pages.came_of import leading_back
from console.pages.links import Link
from console.pages.playbooks import playbook_link
from console.pages.settings import box
from console.pages.words import new_key, plural
from console.pages.written import amount
from ledger.actors import Actor
from reconciliation.checkpoints.vocabulary import VOCABULARY
from reconciliation.outbox_models import OutboxItem
from reconciliation.oversight.routing.routes import routes
from reconciliation.permission_words import permission_words
from reconciliation.permissions import Permission, allowed, holders
from reconciliation.recovery.incident_pages import ListedIncident, WholeIncident
from reconciliation.recovery.models import EvidenceBundle
from reconciliation.recovery.root_causes import ROOT_CAUSES

MOST_NAMED = 3


def incident_banner(incidents: Sequence[tuple[int, str]], to: Link) -> dict[str, str] | None:
    """One of `shell.banners` while incidents stand open, None else. incidents: number and account code of each."""
    if not incidents:
        return None
    named = ", ".join(f"IN-{n} on {code}" for n, code in incidents[:MOST_NAMED])
    more = f" and {plural(len(incidents) - MOST_NAMED, 'more')}" if len(incidents) > MOST_NAMED else ""
    what = "Security incident" if len(incidents) == 1 else "Security incidents"
    href = to("incident", incidents[0][0]) if len(incidents) == 1 else to("incidents")
    return {
        "tone": "page", "icon": "triangle-alert", "href": href,
        "label": f"Open IN-{incidents[0][0]}" if len(incidents) == 1 else "See them",
        "text": f"{what} {named}{more}: corrections and overrides are frozen there, and nothing is released.",
    }  # fmt: skip


def incidents_page(found: Sequence[ListedIncident], to: Link) -> dict[str, Any]:
    """templates/incidents/list.html"""
    standing = [x for x in found if x.release is None]
    frozen = ", ".join(sorted({x.incident.bank_account.code for x in standing}))
    return {
        "title": f"{plural(len(standing), 'security incident')} open" if standing else "No security incident is open",
        "sub": f"Corrections are frozen on {frozen}." if standing else "Each was released by two people, with its root cause.",
        "rows": [_row(x, to) for x in found], "playbooks_href": to("playbooks"),
    }  # fmt: skip


def incident_page(
    found: WholeIncident, actor: Actor, forms_of: dict[str, forms.Form], to: Link, at: datetime
) -> dict[str, Any]:  # fmt: skip
    """templates/incidents/incident.html. forms_of: the forms by name, bound where one was refused."""
    i, account = found.incident, found.incident.bank_account
    works = allowed(actor, Permission.WORK_INCIDENTS)
    return {
        "ref": str(i), "state": "released" if found.release else "open", "number": i.number,
        "title": f"Money left {account.name} that nobody here initiated",
        "playbook": playbook_link(routes().escalations["cause_4"], leading_back(to, {"of": str(i)})),
        "account": account.name, "partner": account.partner, "opened_at": i.opened_at, "run": i.run_label,
        "freeze": _freeze(found), "cases": [_case(c, to, held=found.release is None) for c in found.cases],
        "evidence": _evidence(found, actor),
        "calls": [
            {"at": dated(c.called_at, at), "on": c.called_at, "caller": c.caller,
             "spoke_with": c.spoke_with, "said": c.said, "reference": c.reference}
            for c in found.calls
        ],
        "notes": [{"at": dated(n.at, at), "on": n.at, "actor": n.actor, "text": n.text} for n in found.notes],
        "release": _release(found, actor, forms_of["release"], to, at),
        "read_only": "" if works else _who(Permission.WORK_INCIDENTS),
        "boxes": [
            _box("incident-call", i.number, forms_of["call"], "Record a call to the partner", "Record call", "call"),
            _box("incident-note", i.number, forms_of["note"], "Write a note", "Keep note", "note")
            | {"noted": forms_of["note"]["text"].id_for_label},
        ] if works else [],
    }  # fmt: skip


def release_facts(payload: dict[str, Any]) -> list[dict[str, str]]:
    """What an approver of a release sees of it."""
    told = [
        ("Incident", "open, account frozen", "released"), ("Account", "", payload["account"]),
        ("Root cause", "", ROOT_CAUSES[payload["root_cause"]]),
        ("Evidence", "", f"{payload['bundle']}, SHA-256 {payload['bundle_sha256']}"),
        ("Last call to the partner", "", payload["call"]), ("Calls on record", "", str(payload["calls"])),
    ]  # fmt: skip
    return [{"label": label, "before": before, "after": after} for label, before, after in told]


def _row(x: ListedIncident, to: Link) -> dict[str, Any]:
    i = x.incident
    return {
        "ref": str(i), "href": to("incident", i.number), "state": "released" if x.release else "open",
        "account": i.bank_account.name, "code": i.bank_account.code, "opened_at": i.opened_at,
        "cases": [{"ref": str(c), "href": to("exception-case", c.number)} for c in x.cases[:MOST_NAMED]],
        "more": max(len(x.cases) - MOST_NAMED, 0), "calls": x.calls, "bundles": x.bundles,
        "released_at": x.release.released_at if x.release else None,
        "root_cause": ROOT_CAUSES[x.release.root_cause] if x.release else "",
    }  # fmt: skip


def _case(c: Any, to: Link, *, held: bool) -> dict[str, Any]:
    return {
        "ref": str(c), "href": to("exception-case", c.number), "title": c.title, "day": c.day,
        "contribution": amount(c.contribution_minor, c.currency), "state": "held" if held and c.state != "resolved" else c.state,
    }  # fmt: skip


def _freeze(found: WholeIncident) -> dict[str, Any]:
    window = found.freeze
    return {
        "ref": str(window), "since": window.opened_at, "until": found.release.released_at if found.release else None,
        "accounts": ", ".join(window.accounts or ["every account"]),
        "moves": [VOCABULARY[m].words for m in window.moves if m in VOCABULARY],
    }  # fmt: skip


def _evidence(found: WholeIncident, actor: Actor) -> dict[str, Any]:
    item = found.asked
    failed = item is not None and item.state == OutboxItem.State.DEAD
    waits = (
        ""
        if item is None
        else f"It could not be sealed: {item.last_error}"
        if failed
        else "A worker seals the evidence."
    )
    return {
        "state": "failed" if failed else "waiting" if item else "sealed" if found.bundles else "waiting", "waits": waits,
        "bundles": [_bundle(b, found) for b in found.bundles],
        "may": allowed(actor, Permission.DOWNLOAD_EVIDENCE), "who": _who(Permission.DOWNLOAD_EVIDENCE),
    }  # fmt: skip


def _bundle(b: EvidenceBundle, found: WholeIncident) -> dict[str, Any]:
    calls = sum(c.recorded_at <= b.as_of for c in found.calls)
    notes = sum(n.at <= b.as_of for n in found.notes)
    told = [plural(calls, "call"), plural(notes, "note")]
    if found.release:
        told.append("the release" if found.release.released_at <= b.as_of else "not the release")
    return {
        "holds": f"{', '.join(told[:-1])} and {told[-1]}",
        "ref": str(b), "sealed_at": b.sealed_at, "as_of": b.as_of, "rows": b.row_count, "size": size(b.size_bytes),
        "sha256": bytes(b.sha256).hex(), "file_sha256": bytes(b.file_sha256).hex(),
        "href": reverse("evidence-hand-out", args=[b.number]),
    }  # fmt: skip


def _called(found: WholeIncident, at: datetime) -> str:
    if found.call is None:
        return "The partner is called, once it stands open"
    return f"The partner was called: {found.call}, {dated(found.call.called_at, at)} UTC"


def _release(found: WholeIncident, actor: Actor, form: forms.Form, to: Link, at: datetime) -> dict[str, Any]:
    if r := found.release:
        return {"done": {"at": r.released_at, "by": r.released_by, "cause": ROOT_CAUSES[r.root_cause], "text": r.explanation,
                         "sha256": bytes(r.bundle_sha256).hex()}}  # fmt: skip
    if found.waits is not None:
        return {
            "waits": {
                "ref": str(found.waits),
                "href": to("approval", found.waits.number),
                "by": found.waits.made_by_label,
            }
        }
    needs = [
        {"ok": found.is_up_to_date, "text": "The evidence is sealed and holds every call and note"},
        {"ok": found.call is not None, "text": _called(found, at)},
        {"ok": False, "text": "Two people say why the money could leave"},
    ]
    ready = found.is_up_to_date and found.call is not None
    may = allowed(actor, Permission.RELEASE_INCIDENT)
    shown = _box(
        "incident-release",
        found.incident.number,
        form,
        f"Ask to release {found.incident}",
        "Send for approval",
        "release",
    )
    return {
        "needs": needs,
        "box": shown if may and (ready or form.is_bound) else None,
        "who": "" if may else _who(Permission.RELEASE_INCIDENT),
    }


def _box(route: str, number: int, form: forms.Form, title: str, verb: str, box_id: str) -> dict[str, Any]:
    return {
        **box("incidents", form, title, verb, box_id=box_id),
        "href": reverse(route, args=[number]),
        "key": new_key(),
    }


def _who(permission: Permission) -> str:
    roles = " or ".join(r.replace("_", " ") for r in holders(permission) if r not in ("job", "integration"))
    return f"{permission_words(permission)} needs the role {roles}."


__all__ = ["incident_banner", "incident_page", "incidents_page", "release_facts"]
