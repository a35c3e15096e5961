"""Payments out: what a key finds, and one payment over all planes."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import TenantView, in_scope
from console.api.documented import answers
from console.api.given import text_parameter, word
from console.api.payment_shapes import HitsSerializer, PaymentSerializer
from ledger.actors import Actor
from reconciliation.errors import BadInput, NotFound
from reconciliation.lookup.facts import PaymentFacts
from reconciliation.lookup.find_payments import find_payments
from reconciliation.lookup.keys import LONGEST, sought
from reconciliation.lookup.read_payment import read_payment
from reconciliation.lookup.sentences import Told, told
from reconciliation.lookup.waiting_postings import waiting_postings
from reconciliation.permissions import Permission, require

FOUND_BY = "a payment id, an order, a reference, a transaction, or an amount with its day: 12,480.00 ETB 2026-11-20"

UNKNOWN = "no payment has this key"


class Payments(TenantView):
    """GET /api/v1/payments/?q="""

    query = frozenset({"q"})

    @extend_schema(
        description="Payments by whatever key somebody has of them, exact hits first, 20 at most.",
        parameters=[text_parameter("q", LONGEST, FOUND_BY, required=True)],
        responses=answers(HitsSerializer),
    )
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime) -> Response:
        require(actor, Permission.VIEW_PAYMENTS)
        if "q" not in request.query_params:
            raise BadInput("what is looked for?", "q")
        asked = sought(word(request, "q", LONGEST), at.date())
        hits = find_payments(asked, at.date()) if asked else []
        return Response({"hits": [{"key": h.thread, "found_by": h.found_by, "exact": h.exact} for h in hits]})


class OnePayment(TenantView):
    """GET /api/v1/payments/{key}/"""

    @extend_schema(responses=answers(PaymentSerializer, 404), operation_id="payment_retrieve")
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime, key: str) -> Response:
        require(actor, Permission.VIEW_PAYMENTS)
        facts = read_payment(key)
        if not facts.known:
            waits = ", ".join(str(r) for r in waiting_postings(key, at))
            raise NotFound(
                f"nothing is booked of {key:.140}: its posting waits for approval, {waits}" if waits else UNKNOWN
            )
        return Response(_payment(facts, told(facts, at)))


def _payment(facts: PaymentFacts, said: Told) -> dict[str, Any]:
    return {
        "payment_id": facts.thread, "headline": said.headline, "sentence": said.sentence,
        "planes": [
            {"plane": p.plane, "word": p.word, "badge": p.badge, "since": p.since.isoformat() if p.since else None, "says": p.says}
            for p in said.planes
        ],
        "orders": [
            {"order_ref": o.order_ref, "state": o.state, "amount_minor": str(o.expected), "asset": o.asset} for o in facts.orders
        ],
        "provider_payments": [
            {"payment_ref": p.payment_ref, "status": p.status, "flags": list(p.flags), "asset": p.asset,
             "detected_minor": _text(p.detected), "confirmed_minor": _text(p.confirmed)} for p in facts.payments
        ],
        "transactions": [
            {"id": str(t.public_id), "use_case": t.use_case, "status": t.status, "amount_minor": str(t.amount),
             "asset": t.asset, "effective_on": t.effective_on.isoformat()} for t in facts.transactions
        ],
        "bank_lines": [
            {"reference": x.reference, "amount_minor": str(x.amount), "asset": x.asset, "counts_on": x.counts_on.isoformat()}
            for x in facts.lines
        ],
        "cases": [{"case": f"C-{c.number}", "class": c.exception_class, "state": c.state} for c in facts.cases],
    }  # fmt: skip


def _text(amount: int | None) -> str | None:
    return None if amount is None else str(amount)
