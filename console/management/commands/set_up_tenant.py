"""`manage.py set_up_tenant FILE`: a tenant of one's own from one JSON or TOML file, without the demo."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db.transaction import atomic

from console.http import REFUSALS
from console.management.command import existing_file, operator, refuse
from console.management.setup_file import at_place, read_setup, set_up
from ledger.models import Account, Tenant
from ledger.tenancy import tenant
from reconciliation.errors import BadInput
from reconciliation.people.models import Membership
from reconciliation.people.set_up_tenant import set_up_tenant


class Command(BaseCommand):
    help = "Sets up a tenant: its accounts, bank accounts and calendars, matcher, people and tokens."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="JSON, or TOML when it ends in .toml")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")

    def handle(self, *args: Any, file: Path, as_json: bool, **options: Any) -> None:
        content, at = existing_file(self, file), datetime.now(UTC)
        try:
            given = read_setup(content, file.name)
            with at_place("tenant"):
                slug, name = given["tenant"]["slug"], given["tenant"].get("name", given["tenant"]["slug"])
                tenant_id = _empty_tenant(slug, name, at)
            with tenant(tenant_id):
                result = {"tenant": slug} | set_up(given, actor=operator("policy_admin"), at=at)
        except REFUSALS as refusal:
            refuse(self, refusal, as_json)
        self.stdout.write(json.dumps(result) if as_json else "\n".join(_told(result)))


def _empty_tenant(slug: str, name: str, at: datetime) -> int:
    """A new tenant, or the one that an earlier, refused run of the file left without anything in it."""
    known = Tenant.objects.filter(slug=slug).first()
    if known is None:
        with atomic():
            return int(set_up_tenant(slug=slug, name=name, at=at).id)
    with tenant(known.id):
        if Account.objects.exists() or Membership.objects.exists():
            raise BadInput(f"a tenant has the slug {slug} already", "slug")
    return int(known.id)


def _told(result: dict[str, Any]) -> list[str]:
    lines = [f"tenant {result['tenant']}"]
    for person in result["people"]:
        shown = f"   password {person['password']}" if person["password"] else ""
        lines.append(f"  {person['email']}  {', '.join(person['roles'])}{shown}")
    lines += [f"  token {name}  {secret}" for name, secret in result["tokens"].items()]
    lines += [f"  signing key {name}  {key}" for name, key in result.get("signing_keys", {}).items()]
    return [*lines, "Passwords, keys and tokens made here are shown this once."]
