"""`manage.py import_orders FILE --tenant T`: a CSV file of orders, checked row by row and stored whole."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.transaction import atomic, set_rollback

from console.management.command import TenantCommand, existing_file
from ledger.actors import Actor
from reconciliation.commerce.import_orders import import_orders
from reconciliation.commerce.orders_file import HEADER


class Command(TenantCommand):
    help = (
        f"Imports orders from CSV with the header {','.join(HEADER)}; amounts in major units. All or nothing; run again, it "
        "changes nothing. With --dry-run it says what it would do."
    )
    role = "integration"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--dry-run", action="store_true")

    def act(self, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        file: Path = options["file"]
        content, dry = existing_file(self, file), bool(options["dry_run"])
        with atomic():
            found = import_orders(content, file_name=file.name, actor=who, at=at)
            set_rollback(dry)
        return {
            "file": file.name, "rows": found.rows, "created": found.created, "known": found.known, "dry_run": dry,
        }  # fmt: skip

    def told(self, result: dict[str, Any]) -> list[str]:
        would = "would be new" if result["dry_run"] else "new"
        return [
            f"{result['file']}: {result['rows']} orders, {result['created']} {would}, {result['known']} known already"
        ]
