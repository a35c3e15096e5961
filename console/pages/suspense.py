"""The pages of receipts in suspense as their templates take them."""

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
from reconciliation.corrections.receipt import Receipt, Waiting, since

BANDS = ((8, "up to 7 days"), (31, "8 to 30 days"), (91, "31 to 90 days"), (10**6, "over 90 days"))
MOST = 200


def suspense_page(found: Sequence[Waiting], at: datetime, to: Link) -> dict[str, Any]:
    """templates/bank/suspense.html. The oldest first; amounts of different currencies are never added."""
    aged = [(w, since(w, at)) for w in found]
    return {
        "title": f"{plural(len(found), 'receipt')} in suspense",
        "sub": _sub(aged), "bands": _bands(aged), "bank_href": to("bank"),
        "more": f"The oldest {MOST} of {len(found)} are shown." if len(found) > MOST else "",
        "rows": [
            {"key": str(w.public_id), "ref": f"LT-{str(w.public_id)[:8].upper()}", "on": w.effective_on, "days": days,
             "band": _band(days), "tone": "drift" if days > 30 else "warn" if days > 7 else "info",
             "href": link("receipt", w.public_id), "reference": w.reference, "bank": w.bank, "account": w.account,
             "account_href": to("ledger-account", w.account), "amount": amount(w.amount_minor, w.currency),
             "asked": f"CR-{w.asked}" if w.asked else "", "asked_href": to("approval", w.asked) if w.asked else ""}
            for w, days in aged[:MOST]
        ],
    }  # fmt: skip


def _sub(aged: Sequence[tuple[Waiting, int]]) -> str:
    if not aged:
        return "Money that came and that no payment of ours explained would wait here."
    return f"Money that came and that no payment of ours explains. The oldest waits {plural(aged[0][1], 'day')}."


def _bands(aged: Sequence[tuple[Waiting, int]]) -> list[dict[str, Any]]:
    counts, sums = Counter[str](), Counter[tuple[str, str]]()
    for w, days in aged:
        counts[_band(days)] += 1
        sums[_band(days), w.currency] += w.amount_minor
    return [
        {"label": label, "count": counts[label],
         "sums": [amount(minor, currency) for (of, currency), minor in sorted(sums.items()) if of == label]}
        for _, label in BANDS
    ]  # fmt: skip


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
