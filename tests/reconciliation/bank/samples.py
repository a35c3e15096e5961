"""Where the sample files are: ours beside this file, the public collections in the folder that CORPUS_DIR names."""

import io
import os
from pathlib import Path

from reconciliation.bank.formats.limits import LIMITS, Limits
from reconciliation.bank.formats.read import read_statements
from reconciliation.bank.formats.statement import ParsedStatement

OURS = Path(__file__).parent / "files"
CORPUS = Path(os.environ.get("CORPUS_DIR") or Path(__file__).resolve().parents[4] / "shared" / "samples")
EXPONENTS = {"ETB": 2, "USD": 2, "EUR": 2, "CHF": 2, "CAD": 2, "JPY": 0, "BHD": 3, "BTC": 8, "ETH": 18}


def read_ours(name: str, file_format: str = "auto") -> list[ParsedStatement]:
    """One of our own files."""
    return read_statements(OURS / name, EXPONENTS, file_format)


def read_bytes(content: bytes, file_format: str = "auto", limits: Limits = LIMITS) -> list[ParsedStatement]:
    """A file that exists only in a test."""
    return read_statements(io.BytesIO(content), EXPONENTS, file_format, limits=limits)


def codes(statement: ParsedStatement) -> list[str]:
    """The codes of a statement's findings, in order."""
    return [finding.code for finding in statement.findings]
