"""Load the demo once: 40 days of a fictional tenant, deterministic by seed, as of today."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandParser

from console.demo.load import load
from console.demo.tenant import make_people
from ledger.tenancy import tenant
from reconciliation.bank.models import BankAccount

PROGRESS_KEY = "demo.progress"


class Command(BaseCommand):
    help = "Load the demo tenant once; a second call says that it stands."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--scale", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        now = datetime.now(UTC)
        today = (now - timedelta(hours=8)).date()  # before the morning's statements are in, yesterday is not over
        tenant_id = make_people(now - timedelta(days=45))
        with tenant(tenant_id):
            stands = BankAccount.objects.exists()
        if stands:
            self.stderr.write("the demo stands already")
            return
        load(tenant_id, seed=options["seed"], today=today, now=now, scale=options["scale"], progress=self._say)
        cache.delete(PROGRESS_KEY)

    def _say(self, done: int, total: int, what: str) -> None:
        cache.set(PROGRESS_KEY, {"done": done, "total": total, "what": what}, 600)
        if done % 10 == 0 or done == total:
            self.stderr.write(f"demo: day {done} of {total}, {what}")
