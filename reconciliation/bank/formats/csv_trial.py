"""What a profile makes of a sample: every row read or refused by itself, where an import would stop at the first. Pure."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.csv_line import LineReader
from reconciliation.bank.formats.csv_profile import CsvProfile, checked
from reconciliation.bank.formats.csv_rows import csv_rows
from reconciliation.bank.formats.csv_statement import read_csv
from reconciliation.bank.formats.limits import Limits
from reconciliation.bank.formats.statement import ParsedLine, ParsedStatement

LARGEST = 256 * 1024
SMALL = Limits(max_bytes=LARGEST, max_line=64 * 1024, max_field=20_000, max_lines=5_000)
MOST = 20


@dataclass(slots=True)
class Trial:
    """The first lines as they would be stored, how many rows there are and how many of them are refused, the first refusals
    by row, and the statements when all of it can be read. `stopped`: what ended the reading before the end of the file."""

    lines: list[ParsedLine] = field(default_factory=list)
    refused: list[StatementRefused] = field(default_factory=list)
    rows: int = 0
    refusals: int = 0
    statements: list[ParsedStatement] = field(default_factory=list)
    stopped: StatementRefused | None = None


def try_profile(content: bytes, profile: CsvProfile, exponents: Mapping[str, int]) -> Trial:
    """Read a sample of at most 256 KiB under the profile; nothing is raised for what the sample holds. Refuses
    `bad_profile`."""
    reader = LineReader(checked(profile), exponents)
    trial = Trial()
    try:
        for number, fields in csv_rows(io.BytesIO(content), profile, SMALL):
            trial.rows += 1
            try:
                line = reader.read(fields, number).line
            except StatementRefused as refusal:
                trial.refusals += 1
                if len(trial.refused) < MOST:
                    trial.refused.append(refusal.within(f"row {number}"))
                continue
            if len(trial.lines) < MOST:
                trial.lines.append(line)
        if not trial.refusals:
            trial.statements = read_csv(io.BytesIO(content), exponents, profile, SMALL)
    except StatementRefused as refusal:
        trial.stopped = refusal
    return trial
