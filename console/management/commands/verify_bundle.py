"""`manage.py verify_bundle FILE`: an evidence bundle, verified by this installation's copy of the verifier. Without a database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from console.management.command import REFUSED, misused
from reconciliation.recovery.proof import verify
from reconciliation.recovery.proof.by_own_copy import verify_by_own_copy


class Command(BaseCommand):
    help = "Verifies an evidence bundle, and that the verifier in it is this installation's. Nothing is stored."
    requires_system_checks = []  # a file can be verified whatever else is wrong with the installation

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="the ZIP, or the folder that it was unpacked into")
        parser.add_argument(
            "--digest", default="", metavar="SHA256", help="of the bundle or its file, known from elsewhere"
        )
        parser.add_argument("--head", default="", metavar="N:DIGEST", help="a head of the audit chain that you hold")
        parser.add_argument("--anchor", type=Path, metavar="FILE", help="a signed anchor with such a head")
        parser.add_argument("--key", default="", metavar="NAME+ID+BASE64", help="who must have signed the anchor")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")

    def handle(self, *, file: Path, anchor: Path | None, as_json: bool, **options: Any) -> None:
        known = {name: options[name] for name in ("digest", "head", "key")}
        try:
            note = anchor.read_text(encoding="utf-8") if anchor else ""
            manifest, held = verify_by_own_copy(file, anchor=note, **known)
        except (OSError, UnicodeDecodeError) as error:
            misused(self, f"verify_bundle: {error}")
        except verify.Failure as failure:
            kind, _, place = str(failure).partition(": ")
            self.stdout.write(json.dumps({"ok": False, "failure": kind, "place": place}) if as_json else str(failure))
            raise SystemExit(REFUSED) from None
        told = {"ok": True, "held": held, **{k: manifest[k] for k in ("subject", "tenant", "as_of", "sha256", "head")}}
        lines = [*held, f"verified: {told['subject']} of {told['tenant']}", f"digest {told['sha256']}"]
        self.stdout.write(json.dumps(told) if as_json else "\n".join(lines))
