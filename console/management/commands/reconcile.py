"""`manage.py reconcile --tenant T [--account A] [--period D]`: check settlement days now, and print what was stated."""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from console.management.command import TenantCommand, day_argument, find_account
from ledger.actors import Actor
from reconciliation.bank.models import BankAccount, BankPeriod
from reconciliation.drift.reconcile_account import reconcile_account
from reconciliation.drift.report import latest_checks, report
from reconciliation.errors import NotFound


class Command(TenantCommand):
    help = "Reconciles one settlement day, or every one up to today, of one bank account or of all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--account", metavar="A", help="the bank account's code")
        parser.add_argument("--period", metavar="YYYY-MM-DD", type=day_argument, help="a settlement day")

    def act(self, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        code, period = options["account"], options["period"]
        everyone = BankAccount.objects.select_related("ledger_account").order_by("code")
        accounts = [find_account(code)] if code else list(everyone)
        if not accounts:
            raise NotFound("no bank account is set up")
        for account in accounts:
            first, until = (period, period + timedelta(days=1)) if period else _begun(account, at)
            reconcile_account(account, first, until, actor=who, at=at)
        return report(latest_checks(accounts, period=period))

    def told(self, result: dict[str, Any]) -> list[str]:
        return told(result)


def _begun(account: BankAccount, at: datetime) -> tuple[Any, Any]:
    """From the first settlement day to the one that runs now."""
    days = BankPeriod.objects.filter(bank_account=account, starts_at__lte=at).order_by("day")
    first, last = days.first(), days.last()
    if first is None or last is None:
        raise NotFound(f"no settlement day of {account.code} has begun yet")
    return first.day, last.until_on


def told(result: dict[str, Any]) -> list[str]:
    """Checks in words: one line each, its differences below."""
    lines = []
    for c in result["checks"]:
        drift = "unknown" if c["drift"] is None else f"drift {c['drift']}, unexplained {c['unexplained']}"
        verdict = c["verdict"] + (" (timing only)" if c["timing_only"] else "")
        lines.append(f"{c['account']} {c['period']} {verdict}: {drift}")
        for d in c["contributions"]:
            lines.append(f"    {d['contribution']:>20} {d['class']} {d['cause'] or ''}  {d['reason']}")
    return lines
