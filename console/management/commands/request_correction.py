"""`manage.py request_correction reverse|confirm TRANSACTION --reason CODE --note TEXT`: ask a checker for a
correction, as the person whose token stands in PLUMBLINE_TOKEN. The token names the tenant too. Somebody else decides,
at the screen."""

import os
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from console.asking import answer, ask_for, read_asked
from console.management.command import TenantCommand, misused
from ledger.actors import Actor
from reconciliation.corrections.reason_codes import ALLOWED
from reconciliation.errors import NotPermitted
from reconciliation.people.who import tenant_and_actor_of_token

VARIABLE = "PLUMBLINE_TOKEN"  # not an argument: those stand in the list of processes and in the shell's history


class Command(TenantCommand):
    help = f"Asks a checker for a reversal or a confirmation, as the person whose own token stands in {VARIABLE}."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=list(ALLOWED))
        parser.add_argument(
            "transaction", metavar="TRANSACTION", help="the transaction's id, whole or as pages show it, LT-1A2B3C4D"
        )
        codes = "; ".join(f"{kind}: {', '.join(allowed)}" for kind, allowed in ALLOWED.items())
        parser.add_argument("--reason", required=True, metavar="CODE", help=codes)
        parser.add_argument("--note", required=True, metavar="TEXT", help="said to the checker and kept on the trail")
        parser.add_argument("--case", type=int, metavar="N", help="the case's number; a confirmation needs it")
        parser.add_argument("--key", metavar="K", help="idempotency key; without one every call asks anew")
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

    def act(self, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        given = {
            "kind": options["kind"], "transaction": options["transaction"], "reason_code": options["reason"],
            "note": options["note"], "case": options["case"], "key": options["key"] or uuid4().hex,
        }  # fmt: skip
        return answer(ask_for(read_asked(given), actor=who, at=at))

    def told(self, result: dict[str, Any]) -> list[str]:
        said = "waits for a checker" if result["created"] else f"was asked for before and is {result['state']}"
        return [f"{result['request']} {said}, until {result['expires_at']}"]
