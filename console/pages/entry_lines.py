"""The entries of a request as its table takes them: as they will stand, or as they were written."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from console.display import day, plain
from console.pages.links import link
from console.pages.written import amount
from ledger.models import LedgerTransaction
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.corrections.preview import PreviewEntry

ACTS = {
    "reverse": "Reverse", "confirm": "Confirm", "repost": "Re-post", "book": "Book", "identify": "Identify",
    "join": "Join", "apart": "Keep apart",
    "resolve_other": "End as other",
    "set_terms": "Set the terms", "set_calendar": "Change the calendar", "correction.batch": "Correct the sign",
    "set_posting_rule": "Set the posting rule", "activate_checkpoint": "Put in force", "retire_checkpoint": "End",
    "set_access": "Change who may decide", "override_checkpoint": "Lift", "resolve_case": "End", "move_order": "Move",
    "release_incident": "Release", "set_escalation": "Change an escalation rule",
    "set_gate": "Change the release gate",
    "set_receiver": "Change who is told",
    "posting.post": "Post", "posting.plan": "Plan", "posting.repost": "Post anew", "posting.confirm": "Confirm",
    "posting.fail": "Fail", "close_period": "Close", "reopen_period": "Re-open",
    "move_order_for_gap": "Move", "accept_gap": "Accept", "close_recovery": "Close", "stop_recovery": "Stop",
}  # fmt: skip
AFTER = {
    "reverse": "The original stays POSTED.",
    "confirm": "The original becomes POSTED; its amounts and accounts stay.",
    "repost": "The original stays as it is; the new one is linked to it.",
    "join": "Nothing is posted; from the next check on the line is compared by the reference of the transaction.",
    "apart": "Nothing is posted; the next check states line and entry each by itself.",
    "posting.plan": "It is PENDING and counts for nothing until it is confirmed.",
    "posting.confirm": "It becomes POSTED; its amounts and accounts stay.",
    "posting.fail": "It becomes FAILED and counts for nothing.",
}
NOT_MADE = ("posting.post", "posting.plan", "posting.repost")
Entries = Sequence[PreviewEntry]


def after_words(r: ApprovalRequest) -> str:
    """What becomes of the original."""
    if r.payload.get("fails"):
        return "The original becomes FAILED; the new one is linked to it."
    return AFTER.get(r.kind, "")


def effective(on: date, adjusts_on: date | None) -> str:
    """The day as the sentence above the entries says it, with the closed one that they adjust."""
    adjusting = f", the first open day: it adjusts {day(adjusts_on)}, closed" if adjusts_on else ""
    return f"Effective {day(on)}{adjusting}."


def entry_lines(
    r: ApprovalRequest, entries: Sequence[Entries], written: Sequence[LedgerTransaction], says: str
) -> dict[str, Any]:
    """`entries`: of each transaction; `written`: those transactions, none before the request ran."""
    flat = [e for each in entries for e in each]
    assets = {e.currency for e in flat}
    one = next(iter(assets)) if len(assets) == 1 else ""
    lines = [
        {
            "n": n, "act": _act(r, n), "ref": subject_of(r), "note": _note(r),
            "payment_id": r.payment_id, "payment_href": link("payments", q=r.payment_id) if r.payment_id else "",
            "entries": [_entry(e) for e in sorted(each, key=lambda e: e.direction == "CREDIT")],
            "written": transaction_link(written[n - 1]) if n <= len(written) else None,
        }
        for n, each in enumerate(entries, 1)
    ]  # fmt: skip
    return {
        "lines": lines, "asset": one, "total_says": says, "total_debit": _total(flat, "DEBIT", one),
        "total_credit": _total(flat, "CREDIT", one),
    }  # fmt: skip


def in_transactions(r: ApprovalRequest, entries: Entries) -> list[Entries]:
    """The entries of a request by the transaction that they will be: a re-post's reversal goes before it."""
    undone = len(r.payload.get("undone", []))
    return [entries[:undone], entries[undone:]] if undone else [entries]


def _act(r: ApprovalRequest, n: int) -> str:
    return "Reverse" if n == 1 and r.payload.get("undone") else ACTS.get(r.kind, r.kind.capitalize())


def subject_of(r: ApprovalRequest) -> str:
    """The name of what it is about, which every title ends with: "Reverse LT-88209112"; of a posting that is not made yet, its
    key."""
    return str(r.payload["key"]) if r.payload.get("kind") in NOT_MADE else r.title.rpartition(" ")[2]


def _note(r: ApprovalRequest) -> str:
    """Why, in short; of a posting that is not made yet, the reference that its bank line will carry."""
    reference = r.payload.get("partner_reference")
    return f"reference {reference}" if reference else plain(r.reason_code)


def transaction_link(t: LedgerTransaction) -> dict[str, str]:
    """Its short id with its address."""
    return {"ref": str(t), "href": reverse("ledger-transaction", args=[t.public_id])}


def _entry(e: PreviewEntry) -> dict[str, Any]:
    value, debit = amount(e.amount_minor, e.currency), e.direction == "DEBIT"
    account = e.account if e.name == e.account else f"{e.account} {e.name}"
    return {"account": account, "debit": value if debit else None, "credit": None if debit else value}


def _total(entries: Entries, direction: str, asset: str) -> Any:
    return amount(sum(e.amount_minor for e in entries if e.direction == direction), asset) if asset else None
