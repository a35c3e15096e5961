"""A CSV file of orders, as strict as the API: one header, one dialect, a row and a field for every refusal. Pure."""

import csv
from collections.abc import Iterator
from io import StringIO

from ledger.assets import EXPONENTS
from ledger.errors import BadPosting
from ledger.money import minor_from_major
from reconciliation.commerce.requests import OrderRequest, read_order
from reconciliation.errors import BadInput

HEADER = [
    "order_ref", "payment_id", "merchant_reference", "amount", "asset", "rail", "network", "placed_at", "due_at",
]  # fmt: skip
MOST_BYTES = 64 * 1024 * 1024
BOM = b"\xef\xbb\xbf"


def read_orders(content: bytes) -> Iterator[tuple[str, OrderRequest]]:
    """Each order with its place, "row 7" as a text editor counts. UTF-8, commas, amounts in major units with a point.

    Raises BadInput naming row and field: another header, a field too few, an open quote, a NUL, what is not UTF-8."""
    header: list[str] | None = None
    for number, row in _rows(_text(content)):
        if header is None:
            header = _header(row, number)
        elif len(row) != len(HEADER):
            raise BadInput(f"{len(row)} fields, the header has {len(HEADER)}", f"row {number}")
        else:
            where = f"row {number}"
            yield where, _order(dict(zip(HEADER, row, strict=True)), where)
    if header is None:
        raise BadInput("the file ends before its header", "row 1")


def _text(content: bytes) -> str:
    """The file's text; a UTF-8 byte order mark, which spreadsheets write, is left out."""
    if len(content) > MOST_BYTES:
        raise BadInput(f"a file of orders has at most {MOST_BYTES} bytes", "file")
    content = content.removeprefix(BOM)
    if (nul := content.find(b"\0")) >= 0:
        raise BadInput("holds a NUL byte", f"row {_row_of(content, nul)}")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("bytes that are not UTF-8", f"row {_row_of(content, error.start)}") from error


def _row_of(content: bytes, place: int) -> int:
    return content.count(b"\n", 0, place) + 1


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the number of the line on which it begins."""
    reader, number = csv.reader(StringIO(text, newline=""), strict=True), 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            what = "a quote is never closed" if "unexpected end" in str(error) else str(error)
            raise BadInput(what, f"row {number}") from None
        if row is None:
            return
        begun, number = number, reader.line_num + 1
        if row:
            yield begun, row


def _header(row: list[str], number: int) -> list[str]:
    """The columns have one order: a file that names them in another one was made for something else."""
    if row != HEADER:
        raise BadInput(f"the header is {','.join(HEADER)}", f"row {number}")
    return row


def _order(said: dict[str, str], where: str) -> OrderRequest:
    amount, asset = said.pop("amount"), said["asset"]
    if asset not in EXPONENTS:
        raise BadInput(f"{asset!a:.20} is not an asset we keep", f"{where}.asset")
    try:
        minor = minor_from_major(amount, EXPONENTS[asset])
    except BadPosting as refusal:
        raise BadInput(str(refusal), f"{where}.amount") from refusal
    if not minor:
        raise BadInput("amount is positive: it is what the customer is to pay", f"{where}.amount")
    return read_order({**said, "amount_minor": str(minor)}, where)
