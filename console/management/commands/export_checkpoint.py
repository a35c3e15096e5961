"""`manage.py export_checkpoint KEY --tenant T [--version N]`: a checkpoint as YAML on stdout, for review beside code. Without a
version the one in force."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from console.management.command import TenantCommand
from ledger.actors import Actor
from reconciliation.errors import NotFound
from reconciliation.policies.versions import active_of, policy_named, version_of
from reconciliation.policies.yaml_text import to_yaml


class Command(TenantCommand):
    help = "Prints a checkpoint as YAML."
    audited = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("key", metavar="KEY")
        parser.add_argument("--version-number", type=int, metavar="N", help="another than the one in force")

    def act(self, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        key, number = options["key"], options["version_number"]
        found = version_of(key, number) if number else active_of(policy_named(key).id)
        if found is None:
            raise NotFound(f"checkpoint {key} has no version in force; name one with --version-number")
        return {"key": key, "version": found.number, "state": found.state, "yaml": to_yaml(found.document)}

    def told(self, result: dict[str, Any]) -> list[str]:
        return [result["yaml"].rstrip("\n")]
