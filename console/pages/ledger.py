"""The pages of the ledger as templates take them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from console.display import count
from console.pages.links import Link, link
from console.pages.paging import pager
from console.pages.written import amount, some
from ledger.account_pages import AccountLine, mark
from ledger.keyset import Page
from ledger.models import Account, AuditEntry, Entry, LedgerTransaction
from ledger.transaction_pages import Moved, Whole, linked
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.bank.models import BankAccount
from reconciliation.cases.ledger_page import Behind, MatchedLine

KINDS = {"ASSET": "Assets", "LIABILITY": "Liabilities", "EQUITY": "Equity", "REVENUE": "Revenue", "EXPENSE": "Expenses"}
STATUSES = [{"value": value, "label": value} for value in LedgerTransaction.Status.values]
ACTS = {
    "transaction.posted": "posted it",
    "transaction.planned": "planned it as PENDING",
    "transaction.reversed": "posted it",
    "transaction.reposted": "posted it anew",
    "transaction.confirmed": "confirmed it",
    "transaction.failed": "failed it",
}
WRITTEN = {"reversed by": "reversed it", "posted anew as": "posted it anew"}
NO_ACCOUNT = {
    "title": "No account is open yet",
    "text": "Postings name accounts by their code, so the accounts come first.",
}


def places(here: str) -> list[dict[str, Any]]:
    """The lists of the ledger."""
    named = (("Accounts", "ledger"), ("Transactions", "ledger-transactions"), ("Periods", "periods"))
    return [{"label": label, "href": reverse(name), "current": name == here} for label, name in named]


def accounts_page(
    lines: Iterable[AccountLine], banks: Mapping[int, BankAccount], verified: dict[str, Any], may_set_up: bool
) -> dict[str, Any]:
    """templates/ledger/accounts.html"""
    groups: dict[str, list[dict[str, Any]]] = {}
    rows = 0
    for line in lines:
        rows += line.entries
        groups.setdefault(line.kind, []).append(_account(line, banks.get(line.id)))
    total = sum(len(group) for group in groups.values())
    setup = {"href": reverse("settings-accounts"), "label": "Open an account"} if may_set_up else {}
    return {
        "title": f"Ledger: {count(total)} account{'' if total == 1 else 's'}, {count(rows)} entries",
        "sub": "Append-only. Every transaction balances per asset; corrections are new transactions.",
        "places": places("ledger"),
        "verified": verified,
        "groups": [{"kind": KINDS[kind], "accounts": groups[kind]} for kind in KINDS if kind in groups],
        "empty": NO_ACCOUNT | setup,
    }


def _account(line: AccountLine, bank: BankAccount | None) -> dict[str, Any]:
    return {
        "code": line.code,
        "name": line.name,
        "href": reverse("ledger-account", args=[line.code]),
        "normal_side": line.normal_side,
        "balance": amount(line.balance, line.asset),
        "pending": some(line.pending, line.asset),
        "bank": _bank(bank),
        "entries": line.entries,
    }


def _bank(bank: BankAccount | None) -> dict[str, str] | None:
    return None if bank is None else {"name": bank.name, "href": link("bank-lines", account=bank.code)}


def account_page(
    account: Account, line: AccountLine, bank: BankAccount | None, rows: Page[Entry],
    counted: Mapping[tuple[int, int], date], asked: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    """templates/ledger/account.html"""
    return {
        "account": _account(line, bank)
        | {"kind": account.kind.capitalize(), "asset": line.asset, "opened_at": account.opened_at},
        "list_href": reverse("ledger"),
        "filters": {"href": reverse("ledger-account", args=[account.code]), "statuses": STATUSES, **asked},
        "rows": [_entry(e, line.asset, counted.get((e.transaction_id, e.leg))) for e in rows.rows],
        "page": pager(rows, [mark(e) for e in rows.rows], asked),
    }  # fmt: skip


def _entry(entry: Entry, asset: str, counted_on: date | None) -> dict[str, Any]:
    return _header(entry.transaction) | {"key": mark(entry), "counted_on": counted_on} | _sides(entry, asset)


def _sides(entry: Entry, asset: str) -> dict[str, Any]:
    value, debit = amount(entry.amount_minor, asset), entry.direction == "DEBIT"
    return {"debit": value if debit else None, "credit": None if debit else value}


def _header(t: LedgerTransaction) -> dict[str, Any]:
    return {
        "key": str(t.public_id), "ref": str(t), "href": _href(t), "recorded_at": t.recorded_at,
        "effective_on": t.effective_on, "adjusts_on": t.adjusts_on, "use_case": t.use_case, "payment_id": t.payment_id,
        "reference": t.partner_reference, "status": t.status,
    }  # fmt: skip


def _href(t: LedgerTransaction) -> str:
    return reverse("ledger-transaction", args=[t.public_id])


def transactions_page(
    page: Page[LedgerTransaction], sums: Mapping[int, list[Moved]], asked: Mapping[str, str]
) -> dict[str, Any]:
    """templates/ledger/transactions.html"""
    return {
        "sub": "Newest first. Search takes a whole reference, payment, batch or transaction id.",
        "places": places("ledger-transactions"),
        "filters": {"href": reverse("ledger-transactions"), "statuses": STATUSES, **asked},
        "rows": [_transaction(t, sums.get(t.id, [])) for t in page.rows],
        "page": pager(page, [str(t.public_id) for t in page.rows], asked),
    }


def _transaction(t: LedgerTransaction, sums: list[Moved]) -> dict[str, Any]:
    word, other = next(iter(linked(t)), ("", None))
    return _header(t) | {
        "amounts": [amount(m.debits, m.asset) for m in sums], "entries": sum(m.entries for m in sums),
        "link": None if other is None else {"text": f"{word} {other}", "href": _href(other)},
    }  # fmt: skip


def transaction_page(found: Whole, around: Behind, names: Mapping[str, str], to: Link) -> dict[str, Any]:
    """templates/ledger/transaction.html"""
    t = found.transaction
    who = [names.get(entry.actor, entry.actor) for entry in found.trail]
    policy = found.trail[0].policy_version if found.trail else ""
    return {
        "list_href": reverse("ledger-transactions"),
        "transaction": _header(t) | {
            "posted_by": who[0] if who else "nobody on record",
            "counted": [{"account": x.account_name, "on": x.counted_on} for x in around.lines if x.counted_on],
            "payment_href": link("payments", q=t.payment_id) if t.payment_id else "",
            "decision": {"label": policy} if policy else None,
            "metadata": sorted(t.metadata.items()),
        },
        "entries": [_side(e) for e in found.entries],
        "totals": _totals(found.entries),
        "links": [{"says": w, "ref": str(o), "href": _href(o), "status": o.status} for w, o in linked(t)],
        "requests": [_request(r, to) for r in around.requests],
        "lines": [_line(x) for x in around.lines],
        "cases": [{"ref": str(c), "href": link("exception-case", c.number), "title": c.title} for c in around.cases],
        "events": [
            {"at": e.at, "actor": name, **_said(e, t, {str(o.public_id): (w, o) for w, o in linked(t)})}
            for e, name in zip(found.trail, who, strict=True)
        ],
        "reversal": None,
    }  # fmt: skip


def _request(r: ApprovalRequest, to: Link) -> dict[str, Any]:
    """Who asked and who agreed: whoever gave the last approval also stands as the one who recorded it."""
    agreed = [d.decided_by.name for d in sorted(r.decisions.all(), key=lambda d: d.id) if d.verdict == "approve"]
    said = f"approved by {' and '.join(agreed)}" if agreed else "nobody was asked: policy let it run"
    return {"ref": str(r), "href": to("approval", r.number), "says": f"by {r.made_by_label}; {said}"}


def _line(x: MatchedLine) -> dict[str, Any]:
    days = {"from": x.on, "until": x.on}
    return {
        "ref": f"line {x.number}", "href": link("bank-lines", account=x.account, **days), "value_on": x.on,
        "amount": amount(x.amount_minor, x.currency), "narrative": x.narrative, "rule": x.rule,
    }  # fmt: skip


def _said(e: AuditEntry, own: LedgerTransaction, others: Mapping[str, tuple[str, LedgerTransaction]]) -> dict[str, Any]:
    """What was done to the transaction, or to the one that reverses it or posts it anew."""
    why = f": {e.why}" if e.why else ""
    if e.subject != str(own.public_id) and e.subject in others:
        word, other = others[e.subject]
        act = WRITTEN.get(word, word)
        return {"text": f"{act}{why}", "ref": {"text": str(other), "href": _href(other)}}
    return {"text": f"{ACTS.get(e.action, e.action.replace('.', ' ').replace('_', ' '))}{why}"}


def _side(entry: Entry) -> dict[str, Any]:
    account = entry.account
    href = reverse("ledger-account", args=[account.code])
    return {"account": str(account), "href": href} | _sides(entry, account.asset_id)


def _totals(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    sums: dict[str, dict[str, int]] = {}
    for entry in entries:
        asset = sums.setdefault(entry.account.asset_id, {"DEBIT": 0, "CREDIT": 0})
        asset[entry.direction] += int(entry.amount_minor)
    return [
        {"asset": asset, "debit": amount(s["DEBIT"], asset), "credit": amount(s["CREDIT"], asset)}
        for asset, s in sorted(sums.items())
    ]
