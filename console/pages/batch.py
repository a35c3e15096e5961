"""A batch of requests as its page takes it: what each would come to, and what all of them do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from console.display import age, money
from console.pages.links import link
from console.pages.words import plural
from console.pages.written import amount
from ledger.assets import EXPONENTS
from reconciliation.approvals.batch import Batch, Row
from reconciliation.approvals.decided import Decided


def batch_page(found: Batch, step_up: str, at: datetime) -> dict[str, Any]:
    """templates/approvals/batch.html"""
    barred = [row for row in found.rows if row.bar]
    total = " and ".join(f"{money(minor, EXPONENTS[asset])} {asset}" for asset, minor in sorted(found.totals.items()))
    count = plural(len(found.rows), "request")
    return {
        "title": f"Approve {count}", "count": count, "step_up": step_up, "digest": found.digest,
        "totals": [amount(minor, asset) for asset, minor in sorted(found.totals.items())],
        "expires_at": found.expires_at, "expires_in": age(at, found.expires_at),
        "executes": 0 if barred else sum(r.completes for r in found.rows),
        "rows": [_row(row, found, at) for row in found.rows], "label": f"Approve {count}{f', {total}' if total else ''}",
        "why_not": f"{barred[0].request} cannot be approved, so none is. Leave it out, or decide one by one." if barred else "",
        "act_href": reverse("approval-batch-approve"), "back_href": reverse("approvals"),
    }  # fmt: skip


def _row(row: Row, found: Batch, at: datetime) -> dict[str, Any]:
    r, chosen = row.request, row.chosen
    others = [("request", other.request.number) for other in found.rows if other is not row]
    without = "&".join(f"{name}={number}" for name, number in others)
    given = f"{row.given} of {r.quorum} given, " if r.quorum > 1 else ""
    return {
        "ref": str(r), "href": link("approval", r.number), "title": r.title, "maker": r.made_by_label,
        "amount": amount(r.amount_minor, r.currency) if r.currency else None, "expires_in": age(at, r.expires_at),
        "value": f"{chosen.number}:{chosen.payload_sha256}", "sha": chosen.payload_sha256, "bar": row.bar,
        "checks": "holds" if len(row.checks) == 1 else f"all {len(row.checks)} hold",
        "comes_to": given + ("executes" if row.completes else "waits for another"),
        "without_href": f"{reverse('approval-batch')}?{without}" if others else "",
    }  # fmt: skip


def done_words(decided: Sequence[Decided]) -> str:
    """What became of a batch."""
    executed = [d for d in decided if d.state == "executed"]
    written = sum(len(d.transaction_ids) for d in executed)
    waits = len(decided) - len(executed)
    said = f"{plural(len(decided), 'request')} approved: {len(executed)} executed, {plural(written, 'transaction')} written"
    return said + (f", {waits} wait for another approval." if waits else ".")
