"""Corrections asked for, looked at and taken back, by the person behind a token. Nothing is decided here: that takes
another person, at the screen."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import TenantView, in_scope
from console.api.documented import answers
from console.api.given import body_of
from console.api.shapes import AskedSerializer, CorrectionSerializer, RequestedSerializer, WithdrawnSerializer
from console.asking import FIELDS, answer, ask_for, read_asked
from ledger.actors import Actor
from reconciliation.approvals.inbox import request_numbered, said_on, state_now
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.withdraw_request import withdraw_request
from reconciliation.corrections.reason_codes import ALLOWED
from reconciliation.errors import NotFound
from reconciliation.permissions import Permission, require


class Corrections(TenantView):
    """POST /api/v1/corrections/"""

    @extend_schema(
        description="Asks a checker for a reversal, confirmation, booking or identification, as the person of the token.",
        request=AskedSerializer,
        responses=answers(RequestedSerializer, 404, 409, body=True, made=True),
    )
    @in_scope
    def post(self, request: Request, actor: Actor, at: datetime) -> Response:
        made = ask_for(read_asked(body_of(request, FIELDS)), actor=actor, at=at)
        return Response(answer(made), status=201 if made.created else 200)


class Correction(TenantView):
    """GET /api/v1/corrections/CR-{number}/"""

    @extend_schema(responses=answers(CorrectionSerializer, 404))
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime, number: int) -> Response:
        require(actor, Permission.VIEW_REQUESTS)
        return Response(_told(_correction(number), at))


class Withdrawal(TenantView):
    """POST /api/v1/corrections/CR-{number}/withdraw/"""

    @extend_schema(
        description="Takes back one's own request while it waits. The body is empty.",
        request=None,
        responses=answers(WithdrawnSerializer, 404, 409),
    )
    @in_scope
    def post(self, request: Request, actor: Actor, at: datetime, number: int) -> Response:
        require(actor, Permission.VIEW_REQUESTS)
        withdraw_request(request_id=_correction(number).id, actor=actor, at=at)
        return Response({"request": f"CR-{number}", "state": "withdrawn"})


def _correction(number: int) -> ApprovalRequest:
    found = request_numbered(number)
    if found.kind not in ALLOWED:
        raise NotFound(f"CR-{number} asks for no correction")
    return found


def _told(found: ApprovalRequest, at: datetime) -> dict[str, Any]:
    said = said_on(found)
    return {
        "request": str(found), "state": state_now(found, at), "kind": found.kind, "transaction": found.subject,
        "case": found.payload["case"], "amount_minor": str(int(found.amount_minor)), "currency": found.currency,
        "reason_code": found.reason_code, "note": found.note, "made_by": found.made_by_label,
        "made_at": found.made_at.isoformat(), "expires_at": found.expires_at.isoformat(),
        "ended_at": found.ended_at.isoformat() if found.ended_at else None, "quorum": found.quorum,
        "approvals": sum(d.verdict == "approve" for d in said.decisions),
        "rejected_because": next((d.reason for d in said.decisions if d.verdict == "reject"), None),
        "written": [str(t.public_id) for t in said.written],
    }  # fmt: skip
