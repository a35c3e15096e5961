"""Text files line by line, under limits, whatever their line ends."""

from collections.abc import Iterator
from typing import BinaryIO

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.limits import Limits, check_size

WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
BOM = b"\xef\xbb\xbf"


def numbered_lines(stream: BinaryIO, limits: Limits) -> Iterator[tuple[int, bytes]]:
    """(line number from 1, bytes without the line end). Refuses `too_large`, `line_too_long`, `nul`, `encoding`."""
    read = number = 0
    while raw := stream.readline(limits.max_line + 1):
        number += 1
        read += len(raw)
        check_size(read, limits)
        if len(raw) > limits.max_line:
            raise StatementRefused("line_too_long", f"longer than {limits.max_line} bytes", f"line {number}")
        if number == 1:
            raw = without_mark(raw)
        if b"\0" in raw:
            raise StatementRefused("nul", "holds a NUL byte", f"line {number}")
        yield number, raw.rstrip(b"\r\n")


def without_mark(raw: bytes) -> bytes:
    """The first bytes without a UTF-8 byte order mark; a UTF-16 mark is refused, no bank format here is written so."""
    if raw.startswith(WIDE_MARKS):
        raise StatementRefused("encoding", "the file is UTF-16; expected UTF-8 or Latin-1", "line 1")
    return raw.removeprefix(BOM)


def decoded(raw: bytes) -> str:
    """UTF-8, else Latin-1, which never fails: banks mix both. Other control characters become spaces."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return text if text.isprintable() else "".join(c if c >= " " else " " for c in text)
