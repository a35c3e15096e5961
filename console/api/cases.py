"""Cases out."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import TenantView, in_scope
from console.api.documented import answers
from console.api.given import CURSOR, case_cursor, cursor_of, text_parameter, word
from console.api.payment_shapes import CasePageSerializer
from ledger.actors import Actor
from ledger.keyset import Place
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.named import LONGEST
from reconciliation.cases.queue import asked_of, page_of
from reconciliation.cases.queue_order import mark_of
from reconciliation.cases.taxonomy import CLASSES
from reconciliation.permissions import Permission, require

PAGE = 200


class Cases(TenantView):
    """GET /api/v1/cases/"""

    query = frozenset({"cursor", "class", "account", "q"})

    @extend_schema(
        description=f"Cases that are not resolved by when they are due, {PAGE} at a time.",
        parameters=[
            CURSOR,
            OpenApiParameter("class", str, enum=sorted(CLASSES)),
            text_parameter("account", 64, "bank account code"),
            text_parameter(
                "q", LONGEST, "the case's number, a payment's id or a partner's reference, or its beginning"
            ),
        ],
        responses=answers(CasePageSerializer, 404),
    )
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime) -> Response:
        require(actor, Permission.VIEW_CASES)
        asked = asked_of(
            {"class": word(request, "class", 40, CLASSES), "account": word(request, "account", 64),
             "q": word(request, "q", LONGEST)}
        )  # fmt: skip
        page = page_of(asked, Place(case_cursor(cursor_of(request))), me=None, at=at, size=PAGE)
        following = mark_of(page.rows[-1], "due_at") if page.has_next else None
        return Response({"cases": [_case(c) for c in page.rows], "next": following})


def _case(c: ExceptionCase) -> dict[str, Any]:
    return {
        "case": str(c), "class": c.exception_class, "cause": c.cause, "title": c.title, "planes": c.plane_pair,
        "account": c.bank_account.code if c.bank_account else None, "day": c.day.isoformat(), "state": c.state,
        "contribution_minor": str(int(c.contribution_minor)), "asset": c.currency, "payment_id": c.payment_id,
        "opened_at": c.opened_at.isoformat(), "due_at": c.due_at.isoformat(),
    }  # fmt: skip
