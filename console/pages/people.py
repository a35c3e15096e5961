"""The page of people and what their roles let them do, as its template takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from console.display import plain, short_day
from console.pages.links import link
from console.pages.settings import box
from ledger.actors import Actor
from reconciliation.approvals.standing_models import Delegation, Restriction
from reconciliation.permissions import ROLES, Permission, allowed, holders
from reconciliation.settings_page import Held

MAY: dict[Permission, str] = {
    Permission.VIEW_DRIFT: "see drift", Permission.RECONCILE: "reconcile", Permission.VIEW_CASES: "see cases",
    Permission.WORK_CASES: "work on cases", Permission.NOTE_CASES: "write notes on cases",
    Permission.SIGN_OFF: "sign that a difference is accepted", Permission.REQUEST_CORRECTION: "ask for corrections",
    Permission.DECIDE_REQUEST: "decide requests of others", Permission.VIEW_REQUESTS: "see requests",
    Permission.VIEW_BANK: "see statements", Permission.IMPORT_STATEMENT: "import statements",
    Permission.VIEW_EVENTS: "see provider events", Permission.VIEW_RAW: "read raw deliveries",
    Permission.REPLAY: "replay and set aside deliveries", Permission.POLL: "compare with what providers list",
    Permission.VIEW_LEDGER: "see the ledger", Permission.POST: "post", Permission.VIEW_AUDIT: "read the audit trail",
    Permission.VERIFY: "ask for a verification of the ledger",
    Permission.SET_UP: "change settings", Permission.VIEW_SETTINGS: "see settings",
    Permission.VIEW_POLICIES: "see checkpoints", Permission.OVERRIDE: "ask to lift a checkpoint",
    Permission.VIEW_DRAFTS: "see matchers and drafts of settings",
    Permission.OWN_TOKENS: "make tokens of their own",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the roles: the sign-ins that enrolled an app, what each sign-in holds a right on, and what is lent
    now."""

    codes: set[int]
    rights: Mapping[int, Sequence[Restriction]]
    lent: Sequence[Delegation]


def people_page(found: Sequence[Held], beside: Beside, actor: Actor, find: str = "") -> dict[str, Any]:
    """templates/settings/people.html. `find` leaves those whose name or address holds it."""
    may = allowed(actor, Permission.SET_UP)
    admins = [h for h in found if h.user.is_active and set(holders(Permission.SET_UP)) & {r for r, _ in h.roles}]
    last = admins[0].user if len(admins) == 1 else None
    shown = [h for h in found if find.lower() in f"{h.user.person.name} {h.user.email}".lower()]
    rows = [
        {
            "name": h.user.person.name, "email": h.user.email, "codes": h.user.pk in beside.codes,
            "closed": not h.user.is_active,
            "rights": [f"{r}" for r in beside.rights.get(h.user.pk, ())], "lent": _lent(h.user.person_id, beside.lent),
            "you": h.user.email == actor.id,
            "roles": [
                {"role": r, "label": r, "since": since, "end_href": link("settings-people", email=h.user.email, role=r) + "#set-h",
                 "last": h.user == last and r in holders(Permission.SET_UP)}
                for r, since in h.roles
            ],
        }
        for h in shown
    ]  # fmt: skip
    rights = [
        {"role": role, "may": ", ".join(MAY[p] for p in MAY if p in carried)}
        for role, carried in ROLES.items()
        if role not in ("job",)
    ]
    return {"people": rows, "rights": rights, "may_end": may, "find": find}


def _lent(person: int, lent: Sequence[Delegation]) -> list[str]:
    """What a person lends and borrows now, each with its last day."""
    mine = [f"decides for {d.lender} until {short_day(d.until_at.date())}" for d in lent if d.delegate_id == person]
    theirs = [d for d in lent if d.lender_id == person]
    return mine + [f"lends {plain(d.role)} to {d.delegate} until {short_day(d.until_at.date())}" for d in theirs]


def ending_box(form: forms.Form, email: str, role: str, found: Sequence[Held]) -> dict[str, Any]:
    """The question whether a role is to end. Two people are needed where one may not decide what they asked for."""
    word = role.replace("_", " ")
    decide = {"controller"}
    left = {
        h.user.person_id for h in found
        if h.user.is_active and any(r in decide and (h.user.email, r) != (email, role) for r, _ in h.roles)
    }  # fmt: skip
    says = f"{email} may then do nothing more as {word}. What they did stays on record."
    if role in decide and len(left) < 2:
        who = "One person is" if left else "Nobody is"
        says += f" {who} left who decides corrections: what they ask for themselves nobody could approve."
    return box("role-end", form, f"End the role {word} of {email}?", "End role", says)
