"""Postings in: post and plan in batches, confirm and fail by id. Idempotent by each posting's key."""

from datetime import date, datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import Caller, TenantView, in_scope, opening_scope
from console.api.shapes import PostedSerializer, PostingsSerializer, ProblemSerializer, SettleSerializer
from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.errors import BadInput
from reconciliation.postings.confirm_transaction import confirm_transaction, fail_transaction, find_transaction
from reconciliation.postings.one_round_trip import can_stand_alone, post_alone
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import read_posting

MOST = 5000


class Postings(TenantView):
    """POST /api/v1/postings/"""

    @extend_schema(request=PostingsSerializer, responses={200: PostedSerializer(many=True), 400: ProblemSerializer})
    @opening_scope
    def post(self, request: Request, who: Caller, at: datetime) -> Response:
        rows = request.data.get("postings") if isinstance(request.data, dict) else None
        if not isinstance(rows, list) or not 1 <= len(rows) <= MOST:
            raise BadInput(f"postings is a list of 1 to {MOST} postings", "postings")
        requests = [read_posting(row, f"postings[{n}]") for n, row in enumerate(rows)]
        if can_stand_alone(requests):
            posted = [post_alone(who.tenant_id, requests[0], actor=who.actor, at=at)]
        else:
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

    @extend_schema(
        request=SettleSerializer, responses={200: OpenApiTypes.OBJECT, 404: ProblemSerializer, 409: ProblemSerializer}
    )
    @in_scope
    def post(self, request: Request, actor: Actor, at: datetime, public_id: str) -> Response:
        body = _body(request)
        transaction = find_transaction(public_id)
        confirm_transaction(
            transaction, effective_on=_day(body), actor=actor, at=at, day_of=settlement_day, why=_why(body)
        )
        return Response({"id": str(transaction.public_id), "status": "POSTED"})


class Failure(TenantView):
    """POST /api/v1/transactions/{id}/fail/"""

    @extend_schema(
        request=SettleSerializer, responses={200: OpenApiTypes.OBJECT, 404: ProblemSerializer, 409: ProblemSerializer}
    )
    @in_scope
    def post(self, request: Request, actor: Actor, at: datetime, public_id: str) -> Response:
        transaction = find_transaction(public_id)
        fail_transaction(transaction, actor=actor, at=at, why=_why(_body(request)))
        return Response({"id": str(transaction.public_id), "status": "FAILED"})


def _body(request: Request) -> dict[str, Any]:
    if not isinstance(request.data, dict):
        raise BadInput("the body is an object", "body")
    return request.data


def _day(body: dict[str, Any]) -> date | None:
    value = body.get("effective_on")
    if value is None:
        return None
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else _not_a_day()
    except ValueError:
        return _not_a_day()


def _not_a_day() -> date:
    raise BadInput("effective_on is a date, YYYY-MM-DD", "effective_on")


def _why(body: dict[str, Any]) -> str:
    why = body.get("why", "")
    if not isinstance(why, str) or len(why) > 500 or "\x00" in why:
        raise BadInput("why is text of at most 500 characters", "why")
    return why
