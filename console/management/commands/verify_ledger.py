"""`manage.py verify_ledger --tenant T`: the audit chain and the book, verified by code that shares nothing with the
writer. Exit 1 when something does not hold."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from console.management.command import REFUSED, TenantCommand
from ledger.actors import Actor
from ledger.anchors.installed import installed_shelf
from ledger.record_verification import record_verification


class Command(TenantCommand):
    help = "Verifies the tenant's audit chain and book, and names the first row that does not hold."
    audited = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--anchor", default="", metavar="N:DIGEST", help="the head that an earlier run printed")

    def run(self, tenant_id: int, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        shelf = installed_shelf()
        found = record_verification(tenant_id, actor=who, at=at, anchor=options["anchor"], shelf=shelf)
        return {
            "ok": found.ok, "rows": found.rows, "first_bad": found.first_bad, "blocks": found.blocks,
            "unsealed": found.unsealed, "transactions": found.transactions, "head": found.head,
        }  # fmt: skip

    def told(self, result: dict[str, Any]) -> list[str]:
        if not result["ok"]:
            return [f"does not hold: {result['first_bad']}"]
        counted = f"{result['rows']} audit rows in {result['blocks']} blocks, {result['transactions']} transactions"
        return [f"holds: {counted}; {result['unsealed']} rows not sealed yet", f"head {result['head']}"]

    def exit_code(self, result: dict[str, Any]) -> int:
        return 0 if result["ok"] else REFUSED
