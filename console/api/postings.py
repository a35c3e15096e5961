"""Postings in: post and plan in batches, confirm and fail by id. Idempotent by each posting's key."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import Caller, TenantView, in_scope, opening_scope
from console.api.documented import answers
from console.api.given import body_of, day_of
from console.api.shapes import MOST_ROWS, PostedSerializer, PostingsSerializer, SettledSerializer, SettleSerializer
from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.errors import BadInput
from reconciliation.postings.confirm_transaction import confirm_transaction, fail_transaction, find_transaction
from reconciliation.postings.one_round_trip import can_stand_alone, post_alone
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import read_posting

SETTLE = ("effective_on", "why")


class Postings(TenantView):
    """POST /api/v1/postings/"""

    @extend_schema(request=PostingsSerializer, responses=answers(PostedSerializer(many=True), 404, 409, body=True))
    @opening_scope
    def post(self, request: Request, who: Caller, at: datetime) -> Response:
        rows = body_of(request, ("postings",)).get("postings")
        if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_ROWS:
            raise BadInput(f"postings is a list of 1 to {MOST_ROWS} postings", "postings")
        requests = [read_posting(row, f"postings[{n}]") for n, row in enumerate(rows)]
        alone = can_stand_alone(who.tenant_id, requests, who.actor)
        done = post_alone(who.tenant_id, requests[0], actor=who.actor, at=at) if alone else None
        posted = [done] if done else []
        if not posted:
            with tenant(who.tenant_id):
                posted = post_transactions(requests, actor=who.actor, at=at, day_of=settlement_day)
        return Response(
            [
                {"key": r.key, "id": str(p.public_id), "created": p.created}
                for r, p in zip(requests, posted, strict=True)
            ]
        )


class Confirmation(TenantView):
    """POST /api/v1/transactions/{id}/confirm/"""

    @extend_schema(request=SettleSerializer, responses=answers(SettledSerializer, 404, 409, body=True))
    @in_scope
    def post(self, request: Request, actor: Actor, at: datetime, public_id: str) -> Response:
        body = body_of(request, SETTLE)
        effective_on = day_of(body.get("effective_on"), "effective_on")
        transaction = find_transaction(public_id)
        confirm_transaction(
            transaction, effective_on=effective_on, actor=actor, at=at, day_of=settlement_day, why=_why(body)
        )
        return Response({"id": str(transaction.public_id), "status": "POSTED"})


class Failure(TenantView):
    """POST /api/v1/transactions/{id}/fail/"""

    @extend_schema(request=SettleSerializer, responses=answers(SettledSerializer, 404, 409, body=True))
    @in_scope
    def post(self, request: Request, actor: Actor, at: datetime, public_id: str) -> Response:
        body = body_of(request, SETTLE)
        day_of(body.get("effective_on"), "effective_on")
        transaction = find_transaction(public_id)
        fail_transaction(transaction, actor=actor, at=at, why=_why(body))
        return Response({"id": str(transaction.public_id), "status": "FAILED"})


def _why(body: dict[str, Any]) -> str:
    why = body.get("why", "")
    if not isinstance(why, str) or len(why) > 500 or "\x00" in why:
        raise BadInput("why is text of at most 500 characters", "why")
    return why
