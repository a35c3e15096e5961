"""BAI2 text as records: physical lines cut into records, continuations (88) joined to what they continue.

A `/` ends a record, yet texts of 16 and 88 may hold one, and several records may stand on one line: a `/` ends a record
only where a complete new one begins behind it, or where the line ends.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.limits import Limits
from reconciliation.bank.formats.lines import decoded, numbered_lines

_CODE = re.compile(r"\s*(01|02|03|16|49|88|98|99)(?:,|/|\s*$)")
_NEXT = re.compile(
    r"/\s*(?=(?:01,[^,/]*,[^,/]*,[0-9]{6},|02,[^,/]*,[^,/]*,[1-4]?,[0-9]{6},|03,[^,/]+,|16,[0-9]{3},[0-9]*,|88,"
    r"|49,[+-]?[0-9]*,[0-9]*/|98,[+-]?[0-9]*,[0-9]*,[0-9]*/|99,[+-]?[0-9]*,[0-9]*,[0-9]*/))"
)
TEXT_RECORDS = frozenset({"16", "88"})


@dataclass(slots=True)
class Record:
    """One logical record: `segments` are its own text and that of its continuations, without codes and end marks."""

    code: str
    number: int
    segments: list[str]
    physical: int = 1
    wrapped: bool = False
    size: int = field(default=0)

    def fields(self) -> list[str]:
        """All fields, continuations included, as written."""
        return [part.strip() for part in ",".join(self.segments).split(",")]


def bai2_records(stream: BinaryIO, limits: Limits) -> Iterator[Record]:
    """The records of a file in order. Refuses `bad_record` for a line that neither begins nor continues one."""
    current: Record | None = None
    for number, raw in numbered_lines(stream, limits):
        line = decoded(raw)
        if not line.strip():
            continue
        for piece in _NEXT.split(line):
            found = _CODE.match(piece)
            if found is None:
                _wrap(current, piece, number)
            elif found[1] == "88":
                _continue(current, _body(piece, found.end()), number)
            else:
                if current is not None:
                    yield current
                current = Record(found[1], number, [_body(piece, found.end())])
            if current is not None:
                _measure(current, piece, number, limits)
    if current is not None:
        yield current


def _body(piece: str, start: int) -> str:
    """What stands behind the code, without the end mark."""
    body = piece[start:].rstrip()
    return body[:-1].rstrip() if body.endswith("/") else body


def _continue(record: Record | None, body: str, number: int) -> None:
    if record is None or record.code not in ("03", "16"):
        raise StatementRefused("bad_record", "a continuation (88) that continues nothing", f"line {number}")
    record.segments.append(body)
    record.physical += 1


def _wrap(record: Record | None, piece: str, number: int) -> None:
    """Some banks wrap a text without any 88: only a record that ends in text can go on so."""
    if record is None or record.code != "16":
        raise StatementRefused("bad_record", f"{piece[:20]!a} begins no record of BAI2", f"line {number}")
    record.segments[-1] = f"{record.segments[-1]} {_body(piece, 0).strip()}"
    record.wrapped = True


def _measure(record: Record, piece: str, number: int, limits: Limits) -> None:
    record.size += len(piece)
    if record.size > limits.max_field:
        raise StatementRefused(
            "field_too_long", f"a record longer than {limits.max_field} characters", f"line {number}"
        )
