"""`manage.py import_statement FILE --tenant T --account A`: a bank file read, verified and stored at one go."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.transaction import atomic, set_rollback

from console.management.command import TenantCommand, existing_file, find_account
from ledger.actors import Actor
from reconciliation.bank.formats.detect import FORMATS
from reconciliation.bank.import_statement import Imported, import_now
from reconciliation.bank.imports import add_import, chosen_format, parse, same_file
from reconciliation.bank.models import BankImport
from reconciliation.bank.preview import statement
from reconciliation.permissions import Permission, require
from reconciliation.trial import trial


class Command(TenantCommand):
    help = "Imports a bank statement file into one account. With --dry-run it shows what that would do."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--account", required=True, metavar="A", help="the bank account's code")
        parser.add_argument("--format", dest="file_format", default="auto", choices=("auto", *FORMATS))
        parser.add_argument("--profile", default="", metavar="P", help="the name of a saved CSV profile")
        parser.add_argument("--dry-run", action="store_true")

    def act(self, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        file: Path = options["file"]
        content = existing_file(self, file)
        account = find_account(options["account"])
        if options["dry_run"]:
            return self._try(file.name, content, who, at, options)
        done = import_now(
            account, file_name=file.name, content=content, actor=who, at=at, file_format=options["file_format"],
            profile_name=options["profile"],
        )  # fmt: skip
        return _import(done.bank_import, done) | {"statements": [statement(o) for o in done.outcomes]}

    def _try(self, name: str, content: bytes, who: Actor, at: datetime, options: dict[str, Any]) -> dict[str, Any]:
        require(who, Permission.IMPORT_STATEMENT)
        account = find_account(options["account"])
        first = same_file(account, content)
        if first is not None and first.state == BankImport.State.IMPORTED:
            return _import(first, Imported(first, [], True)) | {"statements": [], "trial": [], "dry_run": True}
        file_format, profile = chosen_format(options["file_format"], options["profile"])
        with atomic():
            # One that waits for its confirmation is tried itself: its page and this answer say the same.
            made = first or add_import(account, name, content, file_format, profile, who.id, at)
            found, statements = parse(content, made.format, made.profile)
            shown = trial(made, statements, at, found)
            set_rollback(True)
        made.format, made.state, made.line_count = found, BankImport.State.READ, shown["lines"]
        result = _import(made, Imported(made, []))
        result["import"] |= {"id": str(first.public_id) if first else None, "new_lines": shown["new_lines"]}
        return result | {"statements": shown["statements"], "trial": shown["trial"], "dry_run": True}

    def told(self, result: dict[str, Any]) -> list[str]:
        made = result["import"]
        if made["repeated"]:
            stands = "imported before as" if made["state"] == "imported" else "waits for its confirmation as"
            return [f"{made['file_name']}: {stands} {made['id']}, nothing to do"]
        lines = [f"{made['file_name']}: {made['lines']} lines, {made['new_lines']} new"]
        for s in result["statements"]:
            lines.append(f"  {s['from_on']} to {s['last_on']}: {s['state'].replace('_', ' ')} {s['reason']}".rstrip())
            lines += [f"    {f['where']}: {f['what']}" for f in s["findings"]]
        lines += [f"  would make {d['day']} {d['verdict']}, drift {d['drift']}" for d in result.get("trial", [])]
        return lines


def _import(made: BankImport, done: Imported) -> dict[str, Any]:
    return {
        "import": {
            "id": str(made.public_id), "state": made.state, "repeated": done.repeated, "file_name": made.file_name,
            "format": made.format, "sha256": bytes(made.sha256).hex(), "lines": made.line_count,
            "new_lines": done.new_lines,
        }
    }  # fmt: skip
