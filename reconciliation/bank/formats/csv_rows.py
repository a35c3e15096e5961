"""CSV text as rows under a profile: strict quoting, exact header, a row number for every refusal."""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import quoted
from reconciliation.bank.formats.csv_profile import CsvProfile
from reconciliation.bank.formats.limits import Limits
from reconciliation.bank.formats.lines import BOM, numbered_lines


def csv_rows(stream: BinaryIO, profile: CsvProfile, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """(row number as a text editor shows it, fields) below the header. Refuses a differing header or field count, an
    open quote, a field beyond 128 kB, and bytes that are not of the profile's encoding."""
    texts = _Texts(stream, profile, limits)
    reader = csv.reader(
        texts,
        delimiter=profile.delimiter,
        quotechar=profile.quote or None,
        quoting=csv.QUOTE_MINIMAL if profile.quote else csv.QUOTE_NONE,
        doublequote=True,
        strict=True,
    )
    width = len(profile.header)
    header_seen = False
    start = 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            what = "a quote is never closed" if "unexpected end" in str(error) else str(error)
            raise StatementRefused("bad_csv", what, f"row {start}") from None
        if row is None:
            break
        number, start = start, texts.number + 1
        if number < profile.header_row or not row:
            continue
        if not header_seen:
            _check_header(row, profile, number)
            header_seen = True
        elif len(row) != width:
            raise StatementRefused("bad_csv", f"{len(row)} fields, the header has {width}", f"row {number}")
        else:
            yield number, row
    if not header_seen:
        raise StatementRefused("header_differs", "the file ends before the header row", f"row {profile.header_row}")


class _Texts:
    """The file's lines as text, for the csv module; remembers how far it has read."""

    def __init__(self, stream: BinaryIO, profile: CsvProfile, limits: Limits) -> None:
        self.number = 0
        self._lines = numbered_lines(_refusing_mark(stream, profile), limits)
        self._encoding = profile.encoding

    def __iter__(self) -> "_Texts":
        return self

    def __next__(self) -> str:
        self.number, raw = next(self._lines)
        try:
            return raw.decode(self._encoding) + "\n"
        except UnicodeDecodeError:
            raise StatementRefused("encoding", f"bytes that are not {self._encoding}", f"row {self.number}") from None


def _refusing_mark(stream: BinaryIO, profile: CsvProfile) -> BinaryIO:
    """A UTF-8 byte order mark is skipped where the profile says UTF-8; anywhere else it contradicts the profile."""
    head = stream.read(len(BOM))
    stream.seek(0)
    if head == BOM and profile.encoding != "utf-8":
        raise StatementRefused("encoding", f"the file begins as UTF-8, the profile says {profile.encoding}", "row 1")
    return stream


def _check_header(row: list[str], profile: CsvProfile, number: int) -> None:
    for position, (found, wanted) in enumerate(zip(row, profile.header, strict=False), 1):
        if found.strip() != wanted:
            what = f"column {position} is {quoted(found)}, the profile {profile.name} says {quoted(wanted)}"
            raise StatementRefused("header_differs", what, f"row {number}")
    if len(row) != len(profile.header):
        what = f"{len(row)} columns, the profile {profile.name} says {len(profile.header)}"
        raise StatementRefused("header_differs", what, f"row {number}")
