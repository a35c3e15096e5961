"""`manage.py dry_run_matcher --tenant T --draft N [--from D --until D]`: try a draft over past days, now and here. Changes
nothing; the result stands beside the draft."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from uuid import uuid4

from console.management.command import TenantCommand, day_argument
from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.backtest.make_dry_run import make_dry_run
from reconciliation.backtest.models import DryRun
from reconciliation.backtest.request_dry_run import request_dry_run
from reconciliation.errors import CannotBe


class Command(TenantCommand):
    help = "Matches past days by a draft's terms and by those in force, compares the two, and takes both back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--draft", required=True, type=int, metavar="N", help="the draft's number: 3 of D-3")
        parser.add_argument(
            "--from", dest="first", type=day_argument, metavar="YYYY-MM-DD", help="28 days back without"
        )
        parser.add_argument(
            "--until", type=day_argument, metavar="YYYY-MM-DD", help="the day behind the last; today without"
        )

    def run(self, tenant_id: int, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        """In scopes of its own: asked for in one transaction, made in short ones."""
        with tenant(tenant_id):
            made = request_dry_run(
                number=options["draft"], from_on=options["first"], until_on=options["until"], key=uuid4().hex,
                actor=who, at=at, by_worker=False,
            )  # fmt: skip
        make_dry_run(tenant_id, made.number, at=at)
        with tenant(tenant_id):
            done = DryRun.objects.get(number=made.number)
        if done.result is None:
            raise CannotBe(done.refused or f"{done} is being made elsewhere", "draft")
        return {"dry_run": str(done), "result": done.result, "result_sha256": bytes(done.result_sha256 or b"").hex()}

    def told(self, result: dict[str, Any]) -> list[str]:
        found = result["result"]
        if found["about"] != "matcher":
            ahead, past = len(found["ahead"]), len(found["days"])
            return [f"{result['dry_run']}: {ahead} days to come cut otherwise, {past} past days would show otherwise"]
        cases, matches = found["cases"], found["matches"]
        return [
            f"{result['dry_run']}: {found['from']} to {found['until']}, against version {found['in_force']['number']}",
            f"matches {matches['before']} in force, {matches['after']} drafted",
            f"cases that would close {cases['closes']}, open {cases['opens']}, change {cases['changes']}",
            *(_day(d) for d in found["days"]),
        ]


def _day(d: dict[str, Any]) -> str:
    verdict, drift = (" to ".join(str(side) for side in d[name]) for name in ("verdict", "drift"))
    return f"{d['account']} {d['day']} {verdict}, drift {drift}"
