"""Postings in: post and plan in batches, confirm and fail by id. Idempotent by each posting's key. What policy lets nobody do
alone is laid before its checkers and answered with 202."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import Caller, TenantView, in_scope, opening_scope
from console.api.documented import answers
from console.api.given import body_of, day_of
from console.api.shapes import (
    MOST_ROWS,
    PostedSerializer,
    PostingsSerializer,
    SettledSerializer,
    SettleSerializer,
    SettlingSerializer,
    WaitingSerializer,
)
from ledger.actors import Actor
from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.errors import BadInput, NeedsApproval
from reconciliation.postings.confirm_transaction import confirm_transaction, fail_transaction, find_transaction
from reconciliation.postings.one_round_trip import can_stand_alone, post_alone
from reconciliation.postings.post_transactions import Posted, post_transactions
from reconciliation.postings.request_posting import request_posting
from reconciliation.postings.request_settling import request_settling
from reconciliation.postings.requests import PostingRequest, read_posting

SETTLE = ("effective_on", "why")
WAITS = (
    "Nothing is written yet: policy asks for approvals first. Send the same again (a posting by its key) to learn what became "
    "of it: 202 while it waits, 200 once it is written, 409 request_not_open when it was rejected. In a batch, what needs an "
    "approval refuses the whole: send it by itself."
)


class Postings(TenantView):
    """POST /api/v1/postings/: all of them or none. Sent again by the same key a posting is told and not written twice."""

    @extend_schema(
        request=PostingsSerializer,
        responses=answers(PostedSerializer(many=True), 404, 409, body=True)
        | {202: OpenApiResponse(WaitingSerializer(many=True), WAITS)},
    )
    @opening_scope
    def post(self, request: Request, who: Caller, at: datetime) -> Response:
        rows = body_of(request, ("postings",)).get("postings")
        if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_ROWS:
            raise BadInput(f"postings is a list of 1 to {MOST_ROWS} postings", "postings")
        requests = [read_posting(row, f"postings[{n}]") for n, row in enumerate(rows)]
        try:
            posted = _posted(requests, who, at)
        except NeedsApproval:
            if len(requests) > 1:
                raise
            with tenant(who.tenant_id):
                made = request_posting(requests[0], actor=who.actor, at=at, day_of=settlement_day)
            if isinstance(made, Made):
                return Response([{"key": requests[0].key} | waits(made)], status=202)
            posted = [made]
        return Response(
            [
                {"key": r.key, "id": str(p.public_id), "created": p.created}
                for r, p in zip(requests, posted, strict=True)
            ]
        )


def _posted(requests: list[PostingRequest], who: Caller, at: datetime) -> list[Posted]:
    alone = can_stand_alone(who.tenant_id, requests, who.actor)
    if alone and (done := post_alone(who.tenant_id, requests[0], actor=who.actor, at=at)):
        return [done]
    with tenant(who.tenant_id):
        return post_transactions(requests, actor=who.actor, at=at, day_of=settlement_day)


def waits(made: Made) -> dict[str, Any]:
    """How a request that policy asks for is told to the system that sent it: sent again by the same key it tells the same, and
    the transaction once it has been approved."""
    return {
        "request": f"CR-{made.number}", "state": made.state, "quorum": made.quorum, "roles": list(made.roles),
        "policy": made.policy_version, "expires_at": made.expires_at.isoformat(), "created": made.created,
    }  # fmt: skip


class Confirmation(TenantView):
    """POST /api/v1/transactions/{id}/confirm/"""

    @extend_schema(
        request=SettleSerializer,
        responses=answers(SettledSerializer, 404, 409, body=True) | {202: OpenApiResponse(SettlingSerializer, WAITS)},
    )
    @in_scope
    def post(self, request: Request, actor: Actor, at: datetime, public_id: str) -> Response:
        body = body_of(request, SETTLE)
        effective_on = day_of(body.get("effective_on"), "effective_on")
        transaction, why = find_transaction(public_id), _why(body)
        same: dict[str, Any] = {
            "effective_on": effective_on, "actor": actor, "at": at, "day_of": settlement_day, "why": why,
        }  # fmt: skip
        try:
            confirm_transaction(transaction, **same)
        except NeedsApproval:
            return _waits(transaction, request_settling(transaction, "posting.confirm", **same))
        return Response({"id": str(transaction.public_id), "status": "POSTED"})


class Failure(TenantView):
    """POST /api/v1/transactions/{id}/fail/"""

    @extend_schema(
        request=SettleSerializer,
        responses=answers(SettledSerializer, 404, 409, body=True) | {202: OpenApiResponse(SettlingSerializer, WAITS)},
    )
    @in_scope
    def post(self, request: Request, actor: Actor, at: datetime, public_id: str) -> Response:
        body = body_of(request, SETTLE)
        day_of(body.get("effective_on"), "effective_on")
        transaction, why = find_transaction(public_id), _why(body)
        try:
            fail_transaction(transaction, actor=actor, at=at, why=why)
        except NeedsApproval:
            made = request_settling(
                transaction, "posting.fail", effective_on=None, actor=actor, at=at, day_of=settlement_day, why=why
            )
            return _waits(transaction, made)
        return Response({"id": str(transaction.public_id), "status": "FAILED"})


def _waits(transaction: LedgerTransaction, made: Made) -> Response:
    return Response({"id": str(transaction.public_id)} | waits(made), status=202)


def _why(body: dict[str, Any]) -> str:
    why = body.get("why", "")
    if not isinstance(why, str) or len(why) > 500 or "\x00" in why:
        raise BadInput("why is text of at most 500 characters", "why")
    return why
