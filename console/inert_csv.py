"""CSV that a spreadsheet shows and never runs: what could be read as a formula is marked as text; plain numbers stay numbers."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

NUMBER = re.compile(r"-?\d+(\.\d+)?")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def inert(cell: str) -> str:
    """The cell as it is written."""
    return f"'{cell}" if cell.startswith(FORMULA) and not NUMBER.fullmatch(cell) else cell


def inert_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with its mark, which spreadsheets need to read it as such; lines end as RFC 4180 says."""
    out = io.StringIO()
    csv.writer(out).writerows([inert(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
