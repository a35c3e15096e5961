"""A provider's own export as a listing of events: CSV with one header, or JSON lines with the same names. Strict: a row and a
field for every refusal, amounts in major units and never through a float. Pure."""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO

from reconciliation.errors import BadInput
from reconciliation.provider.errors import PayloadRefused
from reconciliation.provider.formats.amounts import Exponents, major_amount
from reconciliation.provider.formats.instants import iso_at
from reconciliation.provider.formats.node import Node
from reconciliation.provider.formats.strict_json import read_object
from reconciliation.provider.limits import MAX_TEXT
from reconciliation.provider.polling.listing import ListedEvent, Listing

HEADER = ["event_id", "type", "payment_ref", "order_ref", "occurred_at", "amount", "asset", "txid"]
MOST_BYTES = 64 * 1024 * 1024
BOM = b"\xef\xbb\xbf"


def read_listing(content: bytes, exponents: Exponents) -> Listing:
    """Every event of the file. Raises BadInput naming row and field: another header or field, a row too short, the same event
    twice with different contents, a time without a zone, an amount that is none."""
    if len(content) > MOST_BYTES:
        raise BadInput(f"a listing has at most {MOST_BYTES} bytes", "file")
    content = content.removeprefix(BOM)
    if b"\0" in content:
        raise BadInput("holds a NUL byte", "file")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise BadInput("bytes that are not UTF-8", f"row {content.count(10, 0, error.start) + 1}") from error
    rows = _json_rows(text) if text.lstrip().startswith("{") else _csv_rows(text)
    found: dict[str, ListedEvent] = {}
    for where, row in rows:
        event = _event(Node(dict(row), where), exponents)
        if found.setdefault(event.event_id, event) != event:
            raise BadInput("this event stood there already, with other contents", f"{where}.event_id")
    return Listing(events=list(found.values()))


def _csv_rows(text: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        if next(reader, None) != HEADER:
            raise BadInput(f"the header is {','.join(HEADER)}", "row 1")
        for row in reader:
            if row and len(row) != len(HEADER):
                raise BadInput(f"{len(row)} fields, the header has {len(HEADER)}", f"row {reader.line_num}")
            if row:
                yield f"row {reader.line_num}", {name: value for name, value in zip(HEADER, row, strict=True) if value}
    except csv.Error as error:
        raise BadInput(str(error), f"row {reader.line_num}") from None


def _json_rows(text: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"row {number}"
        try:
            row = read_object(line.encode())
        except PayloadRefused as refusal:
            raise BadInput(refusal.message, f"{where}.{refusal.where}".rstrip(".")) from None
        if other := sorted(row.keys() - set(HEADER)):
            raise BadInput(f"unknown field {other[0][:40]!a}", where)
        yield where, {name: value for name, value in row.items() if value != ""}


def _event(node: Node, exponents: Exponents) -> ListedEvent:
    try:
        asset = node.maybe_text("asset")
        stated = node.members.get("amount") is not None
        return ListedEvent(
            event_id=node.text("event_id"), word=node.text("type"), payment_ref=node.maybe_text("payment_ref"),
            order_ref=node.maybe_text("order_ref"), occurred_at=iso_at(node, "occurred_at"),
            amount_minor=major_amount(node, "amount", node.text("asset"), exponents) if stated else None, asset=asset,
            txid=node.maybe_text("txid"),
        )  # fmt: skip
    except PayloadRefused as refusal:
        raise BadInput(refusal.message, refusal.where[: MAX_TEXT // 4]) from None
