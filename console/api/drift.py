"""Drift out, and the request to reconcile."""

from datetime import date, datetime, timedelta

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import TenantView, in_scope
from console.api.documented import answers
from console.api.given import CURSOR, body_of, code_parameter, cursor_of, day_of, day_parameter
from console.api.shapes import ReconcileSerializer, ReportPageSerializer, ReportSerializer
from ledger.actors import Actor
from reconciliation.bank.find_bank_account import bank_accounts, find_bank_account
from reconciliation.drift.reconcile_account import reconcile_account
from reconciliation.drift.report import latest_checks, report
from reconciliation.errors import CannotBe
from reconciliation.permissions import Permission, require

PAGE = 200


class Drift(TenantView):
    """GET /api/v1/drift/?account=…&period=…"""

    query = frozenset({"cursor", "account", "period"})

    @extend_schema(
        description=f"The latest check of each account and day, by account and day, {PAGE} at a time.",
        parameters=[CURSOR, code_parameter("account", 64, "bank account code"), day_parameter("period")],
        responses=answers(ReportPageSerializer, 404),
    )
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime) -> Response:
        require(actor, Permission.VIEW_DRIFT)
        code, period = request.query_params.get("account"), day_of(request.query_params.get("period"), "period")
        accounts = bank_accounts() if code is None else [find_bank_account(code)]
        found = latest_checks(accounts, period=period, after=cursor_of(request), most=PAGE + 1)
        following = str(found[PAGE - 1].public_id) if len(found) > PAGE else None
        return Response(report(found[:PAGE]) | {"next": following})


class Reconcile(TenantView):
    """POST /api/v1/reconcile/: checks one day, or every settlement day up to today; answers the checks stated."""

    @extend_schema(request=ReconcileSerializer, responses=answers(ReportSerializer, 404, body=True))
    @in_scope
    def post(self, request: Request, actor: Actor, at: datetime) -> Response:
        body = body_of(request, ("account", "period"))
        account = find_bank_account(body.get("account"))
        period = day_of(body.get("period"), "period")
        first, until = (period, _next(period)) if period else (account.opened_on, _next(at.date()))
        reconcile_account(account, first, until, actor=actor, at=at)
        return Response(report(latest_checks([account], period=period)))


def _next(day: date) -> date:
    try:
        return day + timedelta(days=1)
    except OverflowError:
        raise CannotBe(f"no settlement day is {day}", "period") from None
