"""How a sample seems to be written. Each is a suggestion that a person confirms: nothing here is ever used by an import."""

import csv
import re
from collections import Counter
from collections.abc import Sequence

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.dates import pattern_date

DELIMITERS = (";", ",", "\t", "|")
DATES = (
    "YYYY-MM-DD",
    "DD.MM.YYYY",
    "DD/MM/YYYY",
    "MM/DD/YYYY",
    "DD-MM-YYYY",
    "YYYY/MM/DD",
    "YYYYMMDD",
    "DD.MM.YY",
    "DD/MM/YY",
)
LOOKED_AT = 60
WORDS = (
    ("balance", r"balance|saldo|solde"), ("value_on", r"value|valuta"), ("booked_on", r"book|buchung|posting|date|datum"),
    ("debit", r"debit|soll|withdraw|paid out"), ("credit", r"credit|haben|deposit|paid in"), ("amount", r"amount|betrag|montant"),
    ("currency", r"curr|waehrung|währung|devise"), ("bank_id", r"bank id|transaction id|\bid\b"),
    ("reference", r"ref|verwendungszweck"), ("code", r"code|type|\bart\b"), ("counterparty", r"payee|name|counterparty"),
    ("charge", r"charge|fee"), ("narrative", r"text|narrative|description|memo|details"),
)  # fmt: skip
_AMOUNT = re.compile(r"[+-]?[0-9][0-9., ']*")


def header_of(content: bytes, encoding: str, delimiter: str, quote: str, row: int) -> list[str]:
    """The cells of one row (from 1), trimmed; empty when the sample has no such row or cannot be read so."""
    rows = _rows(content, encoding, delimiter, quote, row)
    return [cell.strip() for cell in rows[row - 1]] if len(rows) >= row else []


def suggest(content: bytes) -> dict[str, str]:
    """Setting → value as the form writes it; a column stands under `col_` and its field. What shows no sign is left out."""
    encoding = _encoding(content)
    text = content.decode(encoding, "replace").splitlines()[:LOOKED_AT]
    delimiter = max(DELIMITERS, key=lambda mark: sum(min(line.count(mark), 30) for line in text))
    rows = _rows(content, encoding, delimiter, '"', LOOKED_AT)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return {"encoding": encoding}
    width = widths.most_common(1)[0][0]
    at = next(n for n, row in enumerate(rows) if len(row) == width)
    header = [cell.strip() for cell in rows[at]]
    body = [row for row in rows[at + 1 :] if len(row) == width]
    found = {"encoding": encoding, "delimiter": delimiter, "header_row": str(at + 1)} | _columns(header)
    days = [
        row[header.index(found[name])] for name in ("col_value_on", "col_booked_on") if name in found for row in body
    ]
    fitting = next(
        (form for form in DATES if days and all(_is_date(day.strip(), form) for day in days if day.strip())), ""
    )
    figures = [
        row[header.index(found[name])]
        for name in ("col_amount", "col_debit", "col_credit")
        if name in found
        for row in body
    ]
    mark = _mark(figures)
    rule = "signed" if "col_amount" in found else "columns" if "col_debit" in found and "col_credit" in found else ""
    more = {"date_format": fitting, "decimal_mark": mark, "sign_rule": rule}
    return found | {name: value for name, value in more.items() if value}


def _encoding(content: bytes) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _rows(content: bytes, encoding: str, delimiter: str, quote: str, most: int) -> list[list[str]]:
    lines = content.removeprefix(b"\xef\xbb\xbf").decode(encoding, "replace").splitlines()[:most]
    try:
        if not quote:
            return list(csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE))
        return list(csv.reader(lines, delimiter=delimiter, quotechar=quote))
    except csv.Error:
        return [line.split(delimiter) for line in lines]


def _columns(header: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for cell in dict.fromkeys(header):
        name = next(
            (name for name, word in WORDS if re.search(word, cell, re.IGNORECASE) and f"col_{name}" not in found), ""
        )
        if name and cell:
            found[f"col_{name}"] = cell
    return found


def _is_date(text: str, form: str) -> bool:
    try:
        pattern_date(text, form)
    except StatementRefused:
        return False
    return True


def _mark(figures: Sequence[str]) -> str:
    """The last mark in a figure, when two digits follow it in all that have one."""
    ends = {text.strip()[-3] for text in figures if len(text.strip()) > 3 and _AMOUNT.fullmatch(text.strip())}
    marks = ends & {".", ","}
    return marks.pop() if len(marks) == 1 else ""
