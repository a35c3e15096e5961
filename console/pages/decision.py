"""One request as its template takes it: what changes if the reader says yes, and whether they may say it."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from console.display import UNKNOWN, moment, money, plain, short_day, signed
from console.pages.access import access_facts
from console.pages.batch_correction import figures_context, frozen_facts
from console.pages.checkpoint_change import asked_about, checkpoint_facts, checkpoint_href, override_facts
from console.pages.checks import check_lines
from console.pages.deciding import Reader, may_part
from console.pages.entry_lines import after_words, effective, entry_lines, in_transactions, subject_of, transaction_link
from console.pages.escalation import escalation_facts, receiver_facts
from console.pages.gate_days import gate_facts, would_facts
from console.pages.identified import before_the_checker
from console.pages.incidents import release_facts
from console.pages.links import link
from console.pages.outcome import outcome_part
from console.pages.period_facts import period_facts
from console.pages.posting_rules import rule_facts
from console.pages.recovery_facts import acceptance_facts, close_facts, gap_facts, stop_facts
from console.pages.setting_words import asked_facts, own_cases
from ledger.assets import EXPONENTS
from reconciliation.approvals.checks import Check
from reconciliation.approvals.inbox import Said, state_now
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.resolutions import CODES
from reconciliation.corrections.batches.preview import BatchPreview
from reconciliation.corrections.carried_out import CarriedOut
from reconciliation.corrections.day_figures import DayFigures
from reconciliation.corrections.preview import DayPreview, Preview
from reconciliation.oversight.gate_days.kind import GateWould

SETTINGS = {"set_terms", "set_calendar"}
# Requests that write no entry and are not about a case: what each changes, from its payload alone.
FACTS = {
    "activate_checkpoint": checkpoint_facts, "retire_checkpoint": checkpoint_facts, "override_checkpoint": override_facts,
    "release_incident": release_facts, "close_period": period_facts, "reopen_period": period_facts, "set_access": access_facts,
    "set_posting_rule": rule_facts, "set_escalation": escalation_facts, "set_gate": gate_facts, "set_receiver": receiver_facts,
    "accept_gap": acceptance_facts, "close_recovery": close_facts, "stop_recovery": stop_facts,
}  # fmt: skip
UNKNOWN_DAY = "No complete statement covers {day} yet: its drift is unknown before and after."


def decision(
    r: ApprovalRequest, said: Said, checks: list[Check], preview: object, reader: Reader, at: datetime
) -> dict[str, Any]:
    """templates/approvals/parts/decision.html. `preview` is what the kind shows while it waits; CarriedOut when it has
    ended, None where neither can be told."""
    state = state_now(r, at)
    shown = preview if isinstance(preview, Preview | BatchPreview) else None
    policy = r.precondition["policy"]
    told = {
        "ref": str(r), "title": r.title, "maker": r.made_by_label, "made_at": r.made_at, "about": plain(r.reason_code),
        "case_ref": _case(r), "case_href": _case_href(r), **_draft(r),
        "expires_at": r.expires_at, "state": state, "state_word": "",
        "policy": {"label": policy["version"], "href": checkpoint_href(policy.get("policy", ""))},
        "why": f"clause {policy['clause']}. {said.why}", "why_head": _why_head(r, state),
        "maker_says": r.note or plain(r.reason_code), "given": [_given(d) for d in said.decisions],
        "refused": reader.refused, "outcome": _outcome(r, state), "written": [transaction_link(t) for t in said.written],
        **_change(r, said, preview), **(before_the_checker(r, at) if r.kind == "identify" and shown else {}),
        **checks_part(r, checks, state, at), **may_part(r, state, said, checks, shown, reader),
    }  # fmt: skip
    return told | {"facts_change": any(fact["before"] for fact in told["facts"])}


def checks_part(r: ApprovalRequest, checks: list[Check], state: str, at: datetime) -> dict[str, Any]:
    """templates/approvals/parts/checks.html"""
    case = r.payload.get("case")
    return {
        "state": state, "checked_at": at, "digest": bytes(r.payload_sha256).hex(),
        "checks": check_lines(checks, subject_of(r), f"C-{case}" if case else "the case"),
        "checks_href": reverse("approval-checks", args=[r.number]),
    }  # fmt: skip


def _why_head(r: ApprovalRequest, state: str) -> str:
    if not r.quorum:
        return "Why nobody was asked"
    return "Why it comes to you" if state == "open" else "Why it needed approval"


def _case(r: ApprovalRequest) -> str:
    return f"C-{r.payload['case']}" if r.payload.get("case") else ""


def _case_href(r: ApprovalRequest) -> str:
    return link("exception-case", r.payload["case"]) if r.payload.get("case") else ""


def _draft(r: ApprovalRequest) -> dict[str, str]:
    """The draft that was sent, with all that its dry run found, and what the checker must not miss of it."""
    if r.kind not in SETTINGS:
        return {"draft_ref": "", "draft_href": "", "warning": ""} | asked_about(r.payload)
    number = r.payload["draft"]
    return {"draft_ref": f"draft D-{number}", "draft_href": link("draft", number), "warning": own_cases(r.payload)}


def _change(r: ApprovalRequest, said: Said, shown: object) -> dict[str, Any]:
    """Figures before and after, and the entries: as they will stand, or as they were written."""
    if isinstance(shown, CarriedOut):
        return outcome_part(r, shown, said.written)
    if isinstance(shown, BatchPreview):
        return {"figures": [], "verdicts": None, "lines": [], "facts": [], "batch": figures_context(shown)}
    if isinstance(shown, GateWould):
        return {"figures": [], "verdicts": None, "lines": [], "facts": _frozen(r) + would_facts(shown)}
    if not isinstance(shown, Preview):
        return {"figures": [], "verdicts": None, "lines": [], "facts": _frozen(r)}
    first = shown.days[0] if shown.days else None
    says = f"{effective(shown.effective_on, shown.adjusts_on)} {after_words(r)}"
    if first and _stays_unknown(first):
        says, first = f"{says.rstrip()} {UNKNOWN_DAY.format(day=short_day(first.day))}", None
    return {
        "figures": _figures(first) if first else [],
        "verdicts": _verdicts(first) if first else None,
        **entry_lines(r, in_transactions(r, shown.entries), [], says),
        "facts": [fact for other in shown.days[1:] for fact in _other_day(other)],
    }  # fmt: skip


def _frozen(r: ApprovalRequest) -> list[dict[str, str]]:
    """What a request asked for, where there is no preview of it (any more)."""
    if own := OWN.get(r.kind):
        return own(r)
    if r.kind in SETTINGS:
        return asked_facts(r.payload, r.kind)
    if r.kind in FACTS:
        return FACTS[r.kind](r.payload)
    told = [
        ("Amount", f"{money(r.amount_minor, EXPONENTS[r.currency])} {r.currency}"),
        ("Reason", plain(r.reason_code)),
    ]
    if on := r.payload.get("effective_on"):
        told.insert(0, ("Effective on", str(on)))
    if adjusts := r.payload.get("adjusts_on"):
        told.insert(1, ("Adjusts", f"{adjusts}, closed"))
    return [{"label": label, "before": "", "after": text} for label, text in told]


def _moves(r: ApprovalRequest) -> list[dict[str, str]]:
    """An order as it stands and as it will; it moves no money."""
    p, expected = r.payload, f"{money(r.amount_minor, EXPONENTS[r.currency])} {r.currency}"
    told = [("Order", p["from"], p["to"]), ("Expected for it", expected, "the same"), ("Ticket", "", p["ticket"])]
    return [{"label": label, "before": before, "after": after} for label, before, after in told]


def _moves_for_a_gap(r: ApprovalRequest) -> list[dict[str, str]]:
    """The same, and which gap of which recovery it is for."""
    return [*_moves(r), *gap_facts(r.payload, r.currency)]


def _ends(r: ApprovalRequest) -> list[dict[str, str]]:
    """What ends, and what does not: the difference stays, on every page that sums it."""
    contribution = signed(int(r.payload["contribution_minor"]), EXPONENTS[r.currency])
    return [
        {"label": "Case", "before": "waits", "after": f"resolved: {CODES[r.payload['code']].words}"},
        {
            "label": "Difference",
            "before": f"{contribution} {r.currency}",
            "after": "the same; nothing is matched by it",
        },
        {"label": "Class", "before": plain(r.payload["exception_class"]), "after": "the same"},
    ]


OWN = {
    "resolve_other": _ends,
    "resolve_case": _ends,
    "move_order": _moves,
    "move_order_for_gap": _moves_for_a_gap,
    "correction.batch": frozen_facts,
}


def _stays_unknown(d: DayPreview) -> bool:
    """Neither side of the arrow would say anything."""
    return d.after is not None and d.now.net is d.after.net is None and not d.now.count


def _figures(d: DayPreview) -> list[dict[str, Any]]:
    exponent, now, after = EXPONENTS[d.currency], d.now, d.after
    unexplained = UNKNOWN if after is None else money(after.unexplained, exponent)
    return [
        {"label": "Net drift", "before": signed(now.net, exponent), "after": _of(after, "net", exponent, signed),
         "tone_before": _tone(now), "tone_after": _tone(after), "asset": d.currency},
        {"label": "Gross", "before": money(now.gross, exponent), "after": _of(after, "gross", exponent, money),
         "asset": d.currency},
        {"label": "Differences", "before": str(now.count), "after": UNKNOWN if after is None else str(after.count),
         "note": f"unexplained {unexplained}"},
    ]  # fmt: skip


def _of(figures: DayFigures | None, name: str, exponent: int, write: Any) -> str:
    return UNKNOWN if figures is None else str(write(getattr(figures, name), exponent))


def _tone(figures: DayFigures | None) -> str:
    if figures is None or figures.net is None:
        return "t-unknown"
    return "t-drift" if figures.net else "t-clean"


def _verdicts(d: DayPreview) -> dict[str, str]:
    after = "UNKNOWN" if d.after is None else d.after.verdict
    return {"label": f"{short_day(d.day)} becomes", "before": d.now.verdict, "after": after}


def _other_day(d: DayPreview) -> list[dict[str, str]]:
    exponent = EXPONENTS[d.currency]
    after = _of(d.after, "net", exponent, signed)
    label = f"{d.name}, {short_day(d.day)}: net drift"
    return [{"label": label, "before": f"{signed(d.now.net, exponent)} {d.currency}", "after": f"{after} {d.currency}"}]


def _given(d: Any) -> dict[str, Any]:
    lender = d.on_behalf_of.name if d.on_behalf_of_id else ""
    return {"name": d.decided_by.name, "lender": lender, "verdict": d.verdict, "at": d.decided_at, "reason": d.reason}


def _outcome(r: ApprovalRequest, state: str) -> str:
    when = moment(r.ended_at or r.expires_at)
    return {
        "open": "",
        "executed": f"Executed {when} UTC, exactly as frozen." if r.quorum
                    else f"Executed {when} UTC as it was asked for: policy lets it run at once.",
        "rejected": f"Rejected {when} UTC; nothing was written.",
        "withdrawn": f"Withdrawn {when} UTC by its maker; nothing was written.",
        "expired": f"Expired {when} UTC; nothing was written. Its maker may ask again.",
        "stale": f"Changed since asked: what it rested on no longer held {when} UTC, so nothing was executed. "
                 "Its maker may ask again.",
    }[state]  # fmt: skip
