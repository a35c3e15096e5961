"""Accounting periods, for systems that date their postings."""

from datetime import datetime

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import TenantView, in_scope
from console.api.documented import answers
from console.api.shapes import PeriodsSerializer
from console.pages.periods import periods_json
from ledger.actors import Actor
from ledger.periods import open_from
from reconciliation.periods.period_pages import period_lines
from reconciliation.permissions import Permission, require


class Periods(TenantView):
    """GET /api/v1/periods/"""

    @extend_schema(
        description="The accounting periods and the first open day. A posting dated before it is refused with `period_closed`.",
        responses=answers(PeriodsSerializer),
    )
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime) -> Response:
        require(actor, Permission.VIEW_LEDGER)
        return Response(periods_json(period_lines(at=at), open_from()))
