"""`manage.py request_correction reverse|confirm|repost TRANSACTION --reason CODE --note TEXT`, `... book --case N`, `... identify
RECEIPT --payment P --counter ACCOUNT`: ask a checker for a correction, as the person whose token stands in PLUMBLINE_TOKEN. The
token names the tenant too. Somebody else decides, at the screen."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from uuid import uuid4

from console.asking import answer, ask_for, read_asked
from console.management.person_command import VARIABLE, PersonCommand
from ledger.actors import Actor
from reconciliation.corrections.reason_codes import ALLOWED


class Command(PersonCommand):
    help = f"Asks a checker for a correction, as the person whose own token stands in {VARIABLE}."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("kind", choices=list(ALLOWED))
        parser.add_argument(
            "transaction",
            metavar="TRANSACTION",
            nargs="?",
            help="the transaction's id, whole or as pages show it, LT-1A2B3C4D; a booking names none",
        )
        codes = "; ".join(f"{kind}: {', '.join(allowed)}" for kind, allowed in ALLOWED.items())
        parser.add_argument("--reason", required=True, metavar="CODE", help=codes)
        parser.add_argument("--note", required=True, metavar="TEXT", help="said to the checker and kept on the trail")
        parser.add_argument(
            "--case", type=int, metavar="N", help="the case's number; a confirmation, a re-post and a booking need it"
        )
        parser.add_argument("--payment", metavar="P", help="of identify: the payment that the receipt belongs to")
        parser.add_argument("--counter", metavar="ACCOUNT", help="of identify: the code of the account that it goes to")
        parser.add_argument("--key", metavar="K", help="idempotency key; without one every call asks anew")

    def act(self, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        given = {
            "kind": options["kind"], "reason_code": options["reason"],
            "note": options["note"], "case": options["case"], "key": options["key"] or uuid4().hex,
        } | {name: options[name] for name in ("transaction", "payment", "counter") if options[name]}  # fmt: skip
        return answer(ask_for(read_asked(given), actor=who, at=at))

    def told(self, result: dict[str, Any]) -> list[str]:
        said = "waits for a checker" if result["created"] else f"was asked for before and is {result['state']}"
        return [f"{result['request']} {said}, until {result['expires_at']}"]
