"""`manage.py parse_statement FILE`: what a bank file says, without a database. Shapes: DESIGN.md §8."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from ledger.assets import EXPONENTS
from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.csv_profile import CsvProfile
from reconciliation.bank.formats.csv_saved import profile_from
from reconciliation.bank.formats.detect import FORMATS
from reconciliation.bank.formats.read import read_statements
from reconciliation.bank.formats.statement import Finding, ParsedLine, ParsedStatement

REFUSED, USAGE = 1, 2
LONGEST_PROFILE = 256 * 1024


class Command(BaseCommand):
    help = "Reads a bank statement file and prints its statements, lines and findings. Nothing is stored."
    requires_system_checks = []  # a file can be read whatever else is wrong with the installation

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--format", dest="file_format", default="auto", choices=("auto", *FORMATS))
        parser.add_argument("--profile", metavar="JSON", type=Path, help="a saved CSV profile")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")

    def handle(self, *, file: Path, file_format: str, profile: Path | None, as_json: bool, **options: Any) -> None:
        if not file.is_file():
            self.stderr.write(f"parse_statement: {file} is not a file")
            raise SystemExit(USAGE)
        try:
            statements = read_statements(file, EXPONENTS, file_format, _profile(profile))
        except StatementRefused as refusal:
            self._refuse(file, refusal, as_json)
            raise SystemExit(REFUSED) from None
        if as_json:
            self.stdout.write(json.dumps({"statements": [_statement(item) for item in statements]}))
        else:
            self.stdout.write("\n".join(line for item in statements for line in _told(item)))

    def _refuse(self, file: Path, refusal: StatementRefused, as_json: bool) -> None:
        self.stderr.write(f"{file.name}: refused ({refusal.code}): {refusal}")
        if as_json:
            error = {"code": refusal.code, "message": refusal.message, "where": refusal.where}
            self.stdout.write(json.dumps({"error": error}))


def _profile(path: Path | None) -> CsvProfile | None:
    if path is None:
        return None
    try:
        with path.open("rb") as stream:
            return profile_from(json.loads(stream.read(LONGEST_PROFILE)))
    except (OSError, ValueError, RecursionError) as error:
        raise StatementRefused("bad_profile", f"not readable as JSON ({error})", f"profile {path.name}") from None


def _statement(statement: ParsedStatement) -> dict[str, object]:
    """Lines are what the bank has booked; an entry it only announces is a finding: lines add up to the balance."""
    announced = [_announced(line) for line in statement.lines if line.status != "BOOK"]
    return {
        "account": statement.account,
        "currency": statement.currency,
        "opening": _figure(statement.opening),
        "closing": _figure(statement.closing),
        "lines": [_line(line) for line in statement.lines if line.status == "BOOK"],
        "findings": [{"where": found.where, "what": found.what} for found in (*statement.findings, *announced)],
    }


def _announced(line: ParsedLine) -> Finding:
    what = f"{line.status}, not booked: {line.amount} {line.currency} minor units, {line.reference or 'no reference'}"
    return Finding(line.where, what, "note", "not_booked")


def _line(line: ParsedLine) -> dict[str, object]:
    return {
        "reference": line.reference,
        "amount": str(line.amount),
        "value_on": line.value_on.isoformat() if line.value_on else None,
        "booked_on": line.booked_on.isoformat() if line.booked_on else None,
        "code": line.code,
        "narrative": line.narrative,
    }


def _figure(amount: int | None) -> str | None:
    return None if amount is None else str(amount)


def _told(statement: ParsedStatement) -> list[str]:
    head = f"{statement.account} {statement.currency}: {len(statement.lines)} lines, "
    head += f"opening {_figure(statement.opening)}, closing {_figure(statement.closing)}"
    return [head, *(f"  {found.where}: {found.what}" for found in statement.findings)]
