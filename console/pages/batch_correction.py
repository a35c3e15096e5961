"""A batch correction as pages show it: what it would come to before it is approved, and how far it is afterwards."""

from typing import Any

from console.display import UNKNOWN, moment, short_day, signed
from console.pages.entry_lines import transaction_link
from console.pages.links import Link, link
from console.pages.words import plural
from console.pages.written import amount
from ledger.assets import EXPONENTS
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.corrections.batches.preview import AccountTotal, BatchDay, BatchPreview, FirstRow
from reconciliation.corrections.batches.progress import Progress

MOST_DAYS = 12
HEADS = ("Members' entries on the account", "Now", "After")


def figures_context(shown: BatchPreview) -> dict[str, Any]:
    """templates/components/batch_figures.html"""
    return {
        "says": f"{plural(shown.count, 'posting')} of {shown.use_case} stand against {shown.rule}; each is reversed and posted"
                f" anew: {plural(2 * shown.count, 'new transaction')}.",
        "totals": [_total(t) for t in shown.totals], "days": [_day(d) for d in shown.days[:MOST_DAYS]],
        "days_more": max(0, len(shown.days) - MOST_DAYS), "first": [_first(r) for r in shown.first],
        "more": max(0, shown.count - len(shown.first)),
    }  # fmt: skip


def frozen_facts(r: ApprovalRequest) -> list[dict[str, str]]:
    """What was frozen of a batch that has ended, for the table of a request's page."""
    told = [{"label": "Postings reversed and posted anew", "before": "", "after": f"{r.payload['members']['count']:,}"}]
    for a in r.payload["accounts"]:
        now, after = (_written(int(a[side]), a["currency"]) for side in ("now_minor", "after_minor"))
        told.append({"label": f"{a['account']} {a['name']}", "before": now, "after": after})
    return told


def progress_context(found: Progress, to: Link) -> dict[str, Any]:
    """templates/components/batch_progress.html"""
    return {
        "state": found.state, "done": found.done, "of": found.of, "request": str(found.request),
        "request_href": to("approval", found.request.number), "because": found.because,
        "member": transaction_link(found.member) if found.member else None,
    }  # fmt: skip


def progress_part(found: Progress) -> dict[str, Any]:
    """What a request's page says of it in place of what any executed request says."""
    when = moment(found.request.ended_at) if found.request.ended_at else ""
    left = found.of - found.done
    says = {
        "running": f"Approved {when} UTC; its postings are being reversed and posted anew.",
        "done": f"Approved {when} UTC and carried out: {plural(2 * found.done, 'new transaction')}. The checks of its"
                " days were asked for with the last of them.",
        "stopped": f"Approved {when} UTC and stopped: {found.because}."
                   f" {'What was done before stays done' if found.done else 'Nothing of it was written'};"
                   f" {plural(left, 'posting')} {'stands' if left == 1 else 'stand'} as before and may be asked for anew.",
    }[found.state]  # fmt: skip
    running = found.state == "running"
    return {
        "outcome": says, "progress": progress_context(found, link), "follow_every": "1s" if running else "",
        "follow_href": link("approval", found.request.number) if running else "",
    }  # fmt: skip


def _total(t: AccountTotal) -> dict[str, str]:
    return {
        "account": f"{t.account} {t.name}" if t.name != t.account else t.account, "asset": t.currency,
        "now": signed(t.now, EXPONENTS[t.currency]), "after": signed(t.after, EXPONENTS[t.currency]),
    }  # fmt: skip


def _day(d: BatchDay) -> dict[str, Any]:
    def says(value: int | None) -> str:
        return UNKNOWN if value is None else signed(value, EXPONENTS[d.currency])

    return {
        "label": f"{d.name}, {short_day(d.day)}" if d.day else d.name, "asset": d.currency, "members": d.members,
        "net": says(d.net), "net_after": says(d.net_after), "gross": says(d.gross).lstrip("+"),
        "gross_after": says(d.gross_after).lstrip("+"), "net_tone": _tone(d.net), "after_tone": _tone(d.net_after),
    }  # fmt: skip


def _tone(value: int | None) -> str:
    return "t-unknown" if value is None else "t-drift" if value else "t-clean"


def _first(r: FirstRow) -> dict[str, Any]:
    entries = [
        {"account": f"{e.account} {e.name}" if e.name != e.account else e.account,
         "debit": amount(e.amount_minor, e.currency) if e.direction == "DEBIT" else None,
         "credit": amount(e.amount_minor, e.currency) if e.direction == "CREDIT" else None}
        for e in sorted(r.entries, key=lambda e: e.direction == "CREDIT")
    ]  # fmt: skip
    return {
        "ref": f"LT-{r.transaction[:8].upper()}", "href": link("ledger-transaction", r.transaction), "on": r.effective_on,
        "reference": r.reference, "entries": entries,
    }  # fmt: skip


def _written(minor: int, currency: str) -> str:
    return f"{signed(minor, EXPONENTS[currency])} {currency}"
