"""MT940 text as SWIFT fields: a tag at the line start, its wrapped lines, and what stands between messages.

A line that begins `:86:` is a field even inside a wrapped text; a line such as `:KO:NR` or `-Nr. 7` is not.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.limits import Limits
from reconciliation.bank.formats.lines import decoded, numbered_lines

ENVELOPE = ""  # the tag of lines outside any field: block headers, the closing "-"
_TAG = re.compile(r":([0-9]{2}[A-Z]?):(.*)", re.DOTALL)


class Field(NamedTuple):
    """One field: its tag ("61", "60F"), its lines without the tag, the number of its first line."""

    tag: str
    lines: list[str]
    number: int


def mt940_fields(stream: BinaryIO, limits: Limits) -> Iterator[Field]:
    """The fields of a file in order. Refuses what `numbered_lines` refuses, and `field_too_long`."""
    current: Field | None = None
    size = 0
    for number, raw in numbered_lines(stream, limits):
        line = decoded(raw)
        if line[:1] == ":" and (found := _TAG.match(line)):
            if current is not None:
                yield current
            current, size = Field(found[1], [found[2]], number), 0
        elif _closes(line):
            if current is not None:
                yield current
            yield Field(ENVELOPE, [line], number)
            current, size = _opened(line, number), 0
        elif current is None:
            yield Field(ENVELOPE, [line], number)
            current = _opened(line, number)
        else:
            size += len(line)
            if size > limits.max_field:
                raise StatementRefused(
                    "field_too_long", f":{current.tag}: is longer than {limits.max_field} characters", f"line {number}"
                )
            current.lines.append(line)
    if current is not None:
        yield current


def _closes(line: str) -> bool:
    """A message ends with "-" alone or "-}"; a text line may begin with a dash."""
    return line[:1] == "-" and (line.rstrip() == "-" or line.startswith("-}"))


def _opened(line: str, number: int) -> Field | None:
    """Some banks write the first field right behind the block header: {4::20:REF."""
    _, found, rest = line.rpartition("{4:")
    field = _TAG.match(rest) if found else None
    return Field(field[1], [field[2]], number) if field else None
