"""Drift out, and the request to reconcile."""

from datetime import date, datetime, timedelta

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import TenantView, in_scope
from console.api.shapes import ProblemSerializer, ReconcileSerializer
from ledger.actors import Actor
from reconciliation.bank.find_bank_account import bank_accounts, find_bank_account
from reconciliation.drift.reconcile_account import reconcile_account
from reconciliation.drift.report import latest_checks, report
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, require


class Drift(TenantView):
    """GET /api/v1/drift/?account=…&period=…"""

    @extend_schema(
        parameters=[OpenApiParameter("account", str), OpenApiParameter("period", OpenApiTypes.DATE)],
        responses={200: OpenApiTypes.OBJECT, 400: ProblemSerializer, 404: ProblemSerializer},
    )
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime) -> Response:
        require(actor, Permission.VIEW_DRIFT)
        code = request.query_params.get("account")
        accounts = [find_bank_account(code)] if code else bank_accounts()
        return Response(report(latest_checks(accounts, period=read_day(request.query_params.get("period")))))


class Reconcile(TenantView):
    """POST /api/v1/reconcile/: checks one day, or every settlement day up to today; answers the checks stated."""

    @extend_schema(request=ReconcileSerializer, responses={200: OpenApiTypes.OBJECT, 404: ProblemSerializer})
    @in_scope
    def post(self, request: Request, actor: Actor, at: datetime) -> Response:
        body = request.data if isinstance(request.data, dict) else {}
        account = find_bank_account(body.get("account"))
        period = read_day(body.get("period"))
        first, until = (
            (period, period + timedelta(days=1)) if period else (account.opened_on, at.date() + timedelta(days=1))
        )
        reconcile_account(account, first, until, actor=actor, at=at)
        return Response(report(latest_checks([account], period=period)))


def read_day(value: object) -> date | None:
    """A date of the query or body, or None. Raises BadInput."""
    if value is None:
        return None
    try:
        if isinstance(value, str) and len(value) == 10 and value.isascii():
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise BadInput("period is a date, YYYY-MM-DD", "period")
