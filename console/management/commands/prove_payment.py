"""`manage.py prove_payment PAYMENT --tenant T --out FILE`: the proof of one payment, verifiable without us."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from console.management.command import TenantCommand, misused
from ledger.actors import Actor
from reconciliation.recovery.proof.prove_payment import prove_payment


class Command(TenantCommand):
    help = "Writes a bundle with the payment's postings, decisions, approvals and their place in the audit chain into FILE."
    role = "auditor"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("payment", metavar="PAYMENT", help="a payment id, an order, or a transaction's whole id")
        parser.add_argument("--out", required=True, metavar="FILE", type=Path)

    def act(self, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        kept: Path = options["out"]
        if not kept.parent.is_dir() or kept.exists():
            misused(self, f"{kept} is there already, or its folder is not")
        draft = kept.parent / f".proof-{at:%Y%m%d%H%M%S%f}.part"
        try:
            with draft.open("x+b") as out:
                manifest = prove_payment(key=options["payment"], out=out, actor=who, at=at)
            draft.replace(kept)
        finally:
            draft.unlink(missing_ok=True)
        told = {name: manifest[name] for name in ("subject", "as_of", "head", "sha256", "rows")}
        return told | {"file": str(kept)}

    def told(self, result: dict[str, Any]) -> list[str]:
        return [f"{result['file']}: {result['subject']}, {result['rows']} rows, digest {result['sha256']}",
                f"verify it: python3 verify.py {result['file']}, with the verify.py in it"]  # fmt: skip
