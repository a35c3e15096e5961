"""`manage.py drift --tenant T --account A --period D`: the latest check of a day as it stands. It looks; it checks
nothing."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from console.management.command import TenantCommand, day_argument, find_account
from console.management.commands.reconcile import told
from ledger.actors import Actor
from reconciliation.drift.report import latest_checks, report
from reconciliation.errors import NotFound
from reconciliation.permissions import Permission, require


class Command(TenantCommand):
    help = "Prints the latest check of one settlement day of one bank account."
    audited = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--account", required=True, metavar="A", help="the bank account's code")
        parser.add_argument("--period", required=True, metavar="YYYY-MM-DD", type=day_argument, help="a settlement day")

    def act(self, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        require(who, Permission.VIEW_DRIFT)
        account, period = find_account(options["account"]), options["period"]
        checks = latest_checks([account], period=period)
        if not checks:
            raise NotFound(f"{account.code} {period} was never checked; `reconcile` checks it")
        return report(checks)

    def told(self, result: dict[str, Any]) -> list[str]:
        return told(result)
