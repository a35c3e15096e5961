"""Who may decide on a request, as its page takes it: the form for whoever may, else who may, and why the others may not."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.urls import reverse

from console.display import money, plain
from console.pages.links import link
from console.pages.words import as_sentence, new_key, plural
from ledger.actors import Actor
from ledger.assets import EXPONENTS
from reconciliation.approvals.checks import Check
from reconciliation.approvals.inbox import Said
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.standing import Way
from reconciliation.approvals.who_could import Could
from reconciliation.corrections.batches.preview import BatchPreview
from reconciliation.corrections.preview import Preview

# A request that moves no money says what is agreed to, and no amount.
APPROVES = {
    "resolve_other": "Approve ending the case", "resolve_case": "Approve ending the case", "move_order": "Approve this move",
    "posting.fail": "Approve this failure", "set_terms": "Approve these terms", "set_access": "Approve this access",
    "set_calendar": "Approve this calendar", "set_posting_rule": "Approve this rule",
    "override_checkpoint": "Approve this override", "release_incident": "Approve this release",
    "activate_checkpoint": "Approve this checkpoint", "retire_checkpoint": "Approve its end",
    "set_escalation": "Approve this rule", "set_gate": "Approve this number", "set_receiver": "Approve this receiver",
    "close_period": "Approve this closing", "reopen_period": "Approve this re-opening",
    "move_order_for_gap": "Approve this move", "accept_gap": "Accept this gap", "close_recovery": "Approve this close",
    "stop_recovery": "Approve this stop",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: what they prove themselves with ("code" or "password"), by which way they would decide, who else could,
    whose approvals count no more, and what went wrong with the form they sent, which comes back with its reason: `errors`
    of the proof, `reason_error` of the reason, `refused` of the decision itself, where the page shows it as it stands by now."""

    actor: Actor
    step_up: str
    way: Way | None = None
    everybody: Sequence[Could] = ()
    lapsed: Sequence[str] = ()
    errors: Sequence[str] = ()
    reason: str = ""
    reason_error: str = ""
    refused: str = ""


def may_part(
    r: ApprovalRequest,
    state: str,
    said: Said,
    checks: list[Check],
    shown: Preview | BatchPreview | None,
    reader: Reader,
) -> dict[str, Any]:
    """The form for whoever may decide; else who may, and what the reader may do instead."""
    nothing: dict[str, Any] = {"form": None, "withdraw": None, "note": "", "could": None}
    if state != "open" or reader.way is None:
        return nothing
    others = [c for c in reader.everybody if c.could and c.person != reader.actor.person_id]
    names, bar = listed([_named(c) for c in others]), reader.way.bar
    part = nothing | {"could": could_part(reader.everybody), "lapsed": [as_sentence(said) for said in reader.lapsed]}
    if r.made_by_id == reader.actor.person_id:
        who = f"{names} may." if names else "Nobody else holds the role that policy asks for yet."
        href = reverse("approval-withdraw", args=[r.number])
        return part | {"withdraw": {"href": href, "key": new_key(), "who": f"{who} You may withdraw it."}}
    if not bar:
        return part | {"form": _form(r, checks, shown, reader)}
    if any(d.decided_by_id == reader.actor.person_id for d in said.decisions):
        given = sum(d.verdict == "approve" for d in said.decisions)
        return part | {"note": f"You decided on it. {given} of {plural(r.quorum, 'approval')} given."}
    if not reader.way.role:
        roles = " or ".join(plain(role) for role in r.precondition["policy"]["roles"])
        acting = f"Deciding needs the role {roles}; you act as {plain(reader.actor.role)}."
    else:
        acting = f"Not yours to decide: {reader.actor.name or reader.actor.id} {reader.way.says}."
    return part | {"note": f"{acting} {names} may." if names else acting}


def could_part(found: Sequence[Could]) -> dict[str, Any]:
    """Who could decide, in one line, and why each other one could not."""
    names = [_named(c) for c in found if c.could]
    says = f"{len(names)} could decide: {listed(names)}." if names else "Nobody could decide it as things stand."
    return {"says": says, "others": [f"{c.name} {c.way.says}" for c in found if not c.could]}


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _named(c: Could) -> str:
    return f"{c.name} for {c.lender}" if c.lender else c.name


def shown_digest(shown: object) -> str:
    """What a checker saw of days and entries, in short: an approval of other figures is asked again."""
    return sha256(repr(shown).encode()).hexdigest()[:32] if isinstance(shown, Preview | BatchPreview) else ""


def _form(
    r: ApprovalRequest, checks: list[Check], shown: Preview | BatchPreview | None, reader: Reader
) -> dict[str, Any]:
    why_not = ""
    if reader.lapsed:
        why_not = "An earlier approval counts no more, so it cannot be approved. Reject it; its maker may ask again."
    elif not all(c.holds for c in checks):
        why_not = "Changed since asked, so it cannot be approved. Reject it with the reason; its maker may ask again."
    elif shown is not None and shown.refused:
        why_not = f"It cannot be made as things stand: {shown.refused}."
    way = reader.way
    lender = (
        next((c.lender for c in reader.everybody if c.person == reader.actor.person_id), "")
        if way and way.on_behalf_of
        else ""
    )
    return {
        "href": reverse("approval-decide", args=[r.number]), "key": new_key(), "step_up": reader.step_up,
        "approve_label": APPROVES.get(r.kind) or f"Approve {money(r.amount_minor, EXPONENTS[r.currency])} {r.currency}",
        "reauth_href": link("mfa_activate_totp"), "errors": reader.errors, "reason": reader.reason, "why_not": why_not,
        "reason_error": reader.reason_error, "lender": lender, "shown": shown_digest(shown),
    }  # fmt: skip
