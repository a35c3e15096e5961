"""A command that a person runs as themself: the personal token in the environment names the person and the tenant."""

import os
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from console.management.command import TenantCommand, misused
from ledger.actors import Actor
from reconciliation.errors import NotPermitted
from reconciliation.people.who import tenant_and_actor_of_token

VARIABLE = "PLUMBLINE_TOKEN"  # not an argument: those stand in the list of processes and in the shell's history


class PersonCommand(TenantCommand):
    """Acts as the person whose own token stands in PLUMBLINE_TOKEN."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")

    def enter(self, options: dict[str, Any]) -> tuple[int, Actor]:
        """Raises NotPermitted; leaves with 2 when there is no token."""
        secret = os.environ.get(VARIABLE, "").strip()
        if not secret:
            misused(self, f"{VARIABLE} is not set: put a token of your own there, made under Your tokens")
        found = tenant_and_actor_of_token(secret, datetime.now(UTC)) if secret.isascii() else None
        if found is None:
            raise NotPermitted(
                f"{VARIABLE} holds no such token, it has ended or expired, or its person holds no role any more"
            )
        return found
