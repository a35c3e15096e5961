"""The one way in: a file, a format name or `auto`, and what comes out is statements or one `StatementRefused`."""

from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.bai2 import read_bai2
from reconciliation.bank.formats.camt053 import read_camt053
from reconciliation.bank.formats.csv_profile import CsvProfile
from reconciliation.bank.formats.csv_statement import read_csv
from reconciliation.bank.formats.detect import FORMATS, detect_format
from reconciliation.bank.formats.limits import LIMITS, Limits
from reconciliation.bank.formats.mt940 import read_mt940
from reconciliation.bank.formats.ofx import read_ofx
from reconciliation.bank.formats.statement import ParsedStatement
from reconciliation.bank.formats.xml_prolog import HEAD

READERS = {"camt053": read_camt053, "mt940": read_mt940, "bai2": read_bai2, "ofx": read_ofx}


NO_PROFILE = "a CSV is read only with a saved profile, which whoever sets up accounts draws up under CSV profiles"


def read_statements(
    source: Path | BinaryIO,
    exponents: Mapping[str, int],
    file_format: str = "auto",
    profile: CsvProfile | None = None,
    limits: Limits = LIMITS,
) -> list[ParsedStatement]:
    """All statements of a file (a path, or a seekable binary stream at its start).

    `exponents` maps each currency we keep to its decimals. All or nothing: every refusal is a `StatementRefused`.
    """
    if isinstance(source, Path):
        with source.open("rb") as stream:
            return read_statements(stream, exponents, file_format, profile, limits)
    try:
        return _read(source, exponents, file_format, profile, limits)
    except StatementRefused:
        raise
    except RecursionError:
        raise StatementRefused("too_deep", "elements are nested too deeply") from None
    except MemoryError:
        raise StatementRefused("too_large", "the file needs more memory than there is") from None
    except Exception as error:  # a file from outside must never end in a traceback, whatever it trips over
        raise StatementRefused("unreadable", f"the reader failed on this file ({type(error).__name__})") from error


def _read(
    stream: BinaryIO, exponents: Mapping[str, int], file_format: str, profile: CsvProfile | None, limits: Limits
) -> list[ParsedStatement]:
    if file_format == "auto":
        if profile is not None:
            raise StatementRefused("ambiguous", "a CSV profile needs the format csv to be named")
        file_format = detect_format(stream.read(HEAD))
        stream.seek(0)
    if file_format == "csv":
        if profile is None:
            raise StatementRefused("profile_needed", NO_PROFILE)
        return read_csv(stream, exponents, profile, limits)
    if file_format not in READERS:
        raise StatementRefused("format_unread", f"{file_format[:20]!a} is none of {', '.join(FORMATS)}")
    return READERS[file_format](stream, exponents, limits)
