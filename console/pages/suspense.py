"""The pages of receipts in suspense and of claims as their templates take them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse

from console.pages.identified import Beside
from console.pages.links import Link, link
from console.pages.words import as_sentence, new_key, plural
from console.pages.written import amount
from reconciliation.corrections.receipt import Receipt, Waiting, Watched, since

BANDS = ((8, "up to 7 days"), (31, "8 to 30 days"), (91, "31 to 90 days"), (10**6, "over 90 days"))
MOST = 200


def suspense_page(found: Sequence[Waiting], accounts: Sequence[Watched], at: datetime, to: Link) -> dict[str, Any]:
    """templates/bank/suspense.html. The oldest first; amounts of different currencies are never added."""
    aged = [(w, since(w, at)) for w in found]
    return {
        "title": "Suspense and claims", "accounts": [_account(w, found, to) for w in accounts],
        "sub": _sub(aged), "bands": _bands(aged), "bank_href": to("bank"),
        "more": f"The oldest {MOST} of {len(found)} are shown." if len(found) > MOST else "",
        "rows": [
            {"key": str(w.public_id), "what": "Receipt" if w.is_receipt else "Payment not initiated here",
             "ref": f"LT-{str(w.public_id)[:8].upper()}", "on": w.effective_on, "days": days,
             "band": _band(days), "tone": "drift" if days > 30 else "warn" if days > 7 else "info",
             "href": link("receipt", w.public_id) if w.is_receipt else to("ledger-transaction", w.public_id),
             "reference": w.reference, "bank": w.bank, "account": w.account,
             "account_href": to("ledger-account", w.account), "amount": amount(w.amount_minor, w.currency),
             "asked": f"CR-{w.asked}" if w.asked else "", "asked_href": to("approval", w.asked) if w.asked else ""}
            for w, days in aged[:MOST]
        ],
    }  # fmt: skip


def _sub(aged: Sequence[tuple[Waiting, int]]) -> str:
    if not aged:
        return "Money that came or left and that no payment of ours explained would wait here."
    counts = Counter(w.is_receipt for w, _ in aged)
    parts = [plural(counts[True], "receipt")] if counts[True] else []
    parts += [plural(counts[False], "payment") + " that nobody here initiated"] if counts[False] else []
    return f"{' and '.join(parts)} to be explained. The oldest waits {plural(aged[0][1], 'day')}."


def _account(w: Watched, found: Sequence[Waiting], to: Link) -> dict[str, Any]:
    """What waits on the account and what else stands there: together its balance."""
    own = [x for x in found if x.account == w.code]
    waits = sum(x.amount_minor for x in own)
    return {
        "account": f"{w.code} {w.name}" if w.name != w.code else w.code, "href": to("ledger-account", w.code),
        "count": len(own), "waits": amount(waits, w.currency), "balance": amount(w.balance, w.currency),
        "other": amount(w.balance - waits, w.currency) if w.balance != waits else None,
    }  # fmt: skip


def _bands(aged: Sequence[tuple[Waiting, int]]) -> list[dict[str, Any]]:
    counts, sums = Counter[tuple[str, bool]](), Counter[tuple[str, bool, str]]()
    for w, days in aged:
        counts[_band(days), w.is_receipt] += 1
        sums[_band(days), w.is_receipt, w.currency] += abs(w.amount_minor)
    return [
        {"label": label, "count": counts[label, True], "sums": _sums(sums, label, True),
         "claims": counts[label, False], "claimed": _sums(sums, label, False)}
        for _, label in BANDS
    ]  # fmt: skip


def _sums(sums: Counter[tuple[str, bool, str]], label: str, receipts: bool) -> list[Any]:
    return [amount(minor, ccy) for (of, kind, ccy), minor in sorted(sums.items()) if (of, kind) == (label, receipts)]


def _band(days: int) -> str:
    return next(label for below, label in BANDS if days < below)


def receipt_page(
    found: Receipt, payment: str, beside: Beside | None, form: forms.Form | None, who: str, to: Link
) -> dict[str, Any]:
    """templates/bank/receipt.html. `beside`: the payment that was looked up; None while none is, or none is known."""
    t, planes = found.transaction, beside.planes if beside else ()
    return {
        "receipt": {
            "ref": str(t), "href": to("ledger-transaction", t.public_id), "on": t.effective_on,
            "reference": t.partner_reference or "", "account": str(found.suspense),
            "account_href": to("ledger-account", found.suspense.code),
            "amount": amount(found.amount_minor, found.currency),
        },
        "list_href": reverse("suspense"), "here": reverse("receipt", args=[t.public_id]), "payment": payment,
        "unknown": bool(payment) and not planes,
        "planes": [
            {"name": p.plane.capitalize(), "word": p.word, "tone": p.tone, "badge": p.badge, "says": p.says} for p in planes
        ],
        "rows": beside.rows if beside else [], "refused": as_sentence(beside.refused) if beside else "",
        "warnings": [as_sentence(w) for w in beside.warnings] if beside else [],
        "payment_href": to("payments", q=payment) if planes else "", "who": who,
        "box": {
            "id": "", "title": "Identify", "href": reverse("receipt-identify", args=[t.public_id]), "key": new_key(),
            "says": "The whole receipt leaves suspense for this account, dated the day on which it is asked for.",
            "form": form, "verb": "Send for approval",
        } if form else None,
    }  # fmt: skip
