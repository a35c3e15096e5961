"""`manage.py poll_provider --tenant T --endpoint NAME`: what the provider lists for a period, held against the log."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from console.management.command import TenantCommand, existing_file
from console.management.commands.verify_delivery import read_now
from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.provider.endpoint_pages import endpoint_named
from reconciliation.provider.polling.poll_endpoint import poll_endpoint


class Command(TenantCommand):
    help = (
        "Compares a period, half-open, with the provider's own listing: asked over its API as set under Settings, or read from "
        "a file of its export. Exit 1 when they differ or it cannot be asked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--endpoint", required=True, metavar="NAME")
        parser.add_argument("--file", type=Path, metavar="FILE", help="CSV or JSON lines instead of asking")
        parser.add_argument(
            "--from", dest="since", required=True, type=read_now, metavar="T", help="ISO 8601 with a zone"
        )
        parser.add_argument("--until", required=True, type=read_now, metavar="T", help="ISO 8601 with a zone")

    def run(self, tenant_id: int, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        """No scope is open while the provider is asked."""
        file = None if options["file"] is None else existing_file(self, options["file"])
        with tenant(tenant_id):
            endpoint = endpoint_named(options["endpoint"])
        done = poll_endpoint(
            tenant_id, endpoint_id=endpoint.id, since=options["since"], until=options["until"], actor=who, at=at,
            file=file, private=settings.POLL_PRIVATE_HOSTS,
        )  # fmt: skip
        poll = done.poll
        return {
            "endpoint": done.endpoint, "from": poll.since.isoformat(), "until": poll.until.isoformat(),
            "compared": poll.compared or None, "listed": poll.listed_count, "missing": poll.missing_count,
            "unknown": poll.unknown_count, "differing": poll.differing_count, "error": poll.error or None,
            "gaps": [
                {"kind": g.kind, "event_id": g.event_id, "payment_ref": g.payment_ref, "order_ref": g.order_ref,
                 "theirs": g.theirs, "ours": g.ours, "occurred_at": g.occurred_at.isoformat(),
                 "amount": None if g.amount_minor is None else str(g.amount_minor), "asset": g.asset}
                for g in done.gaps
            ],
        }  # fmt: skip

    def told(self, result: dict[str, Any]) -> list[str]:
        if result["error"]:
            return [f"{result['endpoint']}: not compared, {result['error']}"]
        head = (
            f"{result['endpoint']}: {result['listed']} {result['compared']} listed, {result['missing']} missing here, "
        )
        head += f"{result['unknown']} unknown to the provider, {result['differing']} differ"
        return [
            head,
            *(f"  {g['kind']} {g['event_id'] or g['payment_ref']} {g['theirs']}|{g['ours']}" for g in result["gaps"]),
        ]

    def exit_code(self, result: dict[str, Any]) -> int:
        return 1 if result["error"] or result["gaps"] else 0
