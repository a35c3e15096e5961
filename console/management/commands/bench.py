"""Run one benchmark by name and answer with its figures. Each uses a database of its own."""

import json
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

NAMES = {
    "matching": 1_000_000, "posting": 20_000, "import": 100_000, "webhook": 20_000, "lookup": 10_000_000, "queue": 1_000_000,
    "growth": 1_000_000, "backtest": 1_000_000, "verify": 1_000_000,
}  # fmt: skip


class Command(BaseCommand):
    help = "Measure the product against a floor or a peer in the same run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=sorted(NAMES))
        parser.add_argument("--rows", type=int, default=None)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        rows = options["rows"] or NAMES[name]
        if rows < 100:
            raise CommandError("a benchmark of fewer than 100 rows measures nothing")
        module = {"import": "importing", "queue": "case_queue"}.get(name, name)
        result = import_module(f"benchmarks.{module}").run(rows)
        if options["json"]:
            self.stdout.write(json.dumps(result))
        else:
            for key, value in result.items():
                self.stdout.write(f"{key:>24}  {value}")
