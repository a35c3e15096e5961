"""Payments and cases out: one payment over all planes, what a key finds, the provider's events, the cases that are open."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import TenantView, in_scope
from console.api.payment_shapes import CasePageSerializer, EventPageSerializer, HitsSerializer, PaymentSerializer
from console.api.shapes import ProblemSerializer
from ledger.actors import Actor
from ledger.keyset import Place
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.queue import asked_of, page_of
from reconciliation.errors import BadInput, NotFound
from reconciliation.lookup.facts import PaymentFacts
from reconciliation.lookup.find_payments import find_payments
from reconciliation.lookup.keys import LONGEST, sought
from reconciliation.lookup.read_payment import read_payment
from reconciliation.lookup.sentences import Told, told
from reconciliation.permissions import Permission, require
from reconciliation.provider import event_pages
from reconciliation.provider.models import Event

PAGE = 200
CURSOR = OpenApiParameter("cursor", str, description="`next` of the page before")
REFUSED = {400: ProblemSerializer, 403: ProblemSerializer, 404: ProblemSerializer}


class Payments(TenantView):
    """GET /api/v1/payments/?q="""

    @extend_schema(parameters=[OpenApiParameter("q", str, required=True)], responses={200: HitsSerializer, **REFUSED})
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime) -> Response:
        require(actor, Permission.VIEW_PAYMENTS)
        asked = sought(request.query_params.get("q", "")[:LONGEST])
        if asked is None:
            raise BadInput("what is looked for?", "q")
        hits = find_payments(asked)
        return Response({"hits": [{"key": h.thread, "found_by": h.found_by, "exact": h.exact} for h in hits]})


class OnePayment(TenantView):
    """GET /api/v1/payments/{key}/"""

    @extend_schema(responses={200: PaymentSerializer, **REFUSED}, operation_id="payment_retrieve")
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime, key: str) -> Response:
        require(actor, Permission.VIEW_PAYMENTS)
        facts = read_payment(key)
        if not facts.known:
            raise NotFound("no payment has this key")
        return Response(_payment(facts, told(facts, at)))


class Events(TenantView):
    """GET /api/v1/events/"""

    @extend_schema(
        description=f"The provider event log by the provider's clock, newest first, {PAGE} at a time.",
        parameters=[
            CURSOR,
            OpenApiParameter("q", str, description="a payment's, order's, transaction's or event's id"),
        ],
        responses={200: EventPageSerializer, **REFUSED},
    )
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime) -> Response:
        require(actor, Permission.VIEW_EVENTS)
        asked = event_pages.Asked(q=request.query_params.get("q", "").replace("\x00", "")[:LONGEST])
        place = Place(request.query_params.get("cursor", "")[:64])
        page = event_pages.events(place, asked, event_pages.endpoints())
        following = str(page.rows[-1].public_id) if page.has_next else None
        return Response({"events": [_event(e) for e in page.rows], "next": following})


class Cases(TenantView):
    """GET /api/v1/cases/"""

    @extend_schema(
        description=f"Cases that are not resolved by when they are due, {PAGE} at a time.",
        parameters=[
            CURSOR,
            OpenApiParameter("class", str),
            OpenApiParameter("account", str),
            OpenApiParameter("q", str),
        ],
        responses={200: CasePageSerializer, **REFUSED},
    )
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime) -> Response:
        require(actor, Permission.VIEW_CASES)
        given = {name: request.query_params.get(name, "").replace("\x00", "") for name in ("class", "account", "q")}
        page = page_of(asked_of(given), Place(request.query_params.get("cursor", "")[:64]), me=None, at=at, size=PAGE)
        last = page.rows[-1] if page.has_next else None
        following = f"{last.due_at.isoformat()}~{last.id}" if last else None
        return Response({"cases": [_case(c) for c in page.rows], "next": following})


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


def _event(e: Event) -> dict[str, Any]:
    return {
        "id": str(e.public_id), "endpoint": e.endpoint.name, "event_id": e.event_id, "type": e.type,
        "provider_type": e.provider_type, "payment_ref": e.payment_ref, "order_ref": e.order_ref,
        "occurred_at": e.occurred_at.isoformat(), "received_at": e.received_at.isoformat(),
        "amount_minor": _text(None if e.amount_minor is None else int(e.amount_minor)), "asset": e.asset, "txid": e.txid,
        "flags": e.flags,
    }  # fmt: skip


def _case(c: ExceptionCase) -> dict[str, Any]:
    return {
        "case": str(c), "class": c.exception_class, "cause": c.cause, "title": c.title, "planes": c.plane_pair,
        "account": c.bank_account.code if c.bank_account else None, "day": c.day.isoformat(), "state": c.state,
        "contribution_minor": str(int(c.contribution_minor)), "asset": c.currency, "payment_id": c.payment_id,
        "opened_at": c.opened_at.isoformat(), "due_at": c.due_at.isoformat(),
    }  # fmt: skip


def _text(amount: int | None) -> str | None:
    return None if amount is None else str(amount)
