"""`manage.py accrue_interest --tenant T --account A --from DAY --until DAY --rate PERCENT --basis act/365`: accrue a bank
account's interest for a period, once."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from console.management.command import TenantCommand, day_argument
from ledger.actors import Actor
from ledger.errors import BadPosting
from ledger.money import minor_from_text
from reconciliation.corrections.accrual import Period
from reconciliation.corrections.accrue import accrue
from reconciliation.corrections.interest import DAYS_OF_YEAR, rate_from_text
from reconciliation.errors import BadInput


class Command(TenantCommand):
    help = (
        "Accrues interest on the account that is set for interest with a true-up account. The principal is what the book shows "
        "at the end of each day. Run again for the same period it posts nothing."
    )
    role = "integration"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--account", required=True, metavar="A", help="the bank account's code")
        parser.add_argument(
            "--from", required=True, dest="first", type=day_argument, metavar="DAY", help="the first day"
        )
        parser.add_argument("--until", required=True, type=day_argument, metavar="DAY", help="the day after the last")
        parser.add_argument("--rate", required=True, metavar="PERCENT", help="a year, like 7 or 6.125")
        parser.add_argument("--basis", choices=list(DAYS_OF_YEAR), default="act/365")
        parser.add_argument("--principal", metavar="N", help="minor units that stood on every day instead")
        parser.add_argument("--dry-run", action="store_true", help="say what would be posted and post nothing")

    def act(self, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        done = accrue(
            options["account"], Period(options["first"], options["until"]), percent=rate_from_text(options["rate"]),
            basis=options["basis"], principal=_principal(options["principal"]), dry_run=options["dry_run"], actor=who, at=at,
        )  # fmt: skip
        return {
            "key": done.request.key, "effective_on": f"{done.request.effective_on}", "transaction": done.posted,
            "created": done.created, "dry_run": options["dry_run"],
            "entries": [
                {"account": e.account, "direction": e.direction, "amount_minor": str(e.amount_minor)}
                for e in done.request.entries
            ],
        }  # fmt: skip

    def told(self, result: dict[str, Any]) -> list[str]:
        said = "would be posted" if result["dry_run"] else "posted" if result["created"] else "stood already"
        return [f"{said}: {result['key']}, effective {result['effective_on']}"] + [
            f"  {e['direction'].lower():6} {e['account']} {e['amount_minor']}" for e in result["entries"]
        ]


def _principal(text: str | None) -> int | None:
    try:
        return None if text is None else minor_from_text(text)
    except BadPosting as refusal:
        raise BadInput(f"{refusal}", "principal") from refusal
