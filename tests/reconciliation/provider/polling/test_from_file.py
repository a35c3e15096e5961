"""A provider's own export: CSV or JSON lines, a row and a field for every refusal."""

import json
from datetime import UTC, datetime

import pytest

from ledger.assets import EXPONENTS
from reconciliation.errors import BadInput
from reconciliation.provider.polling.from_file import HEADER, read_listing
from reconciliation.provider.polling.listing import ListedEvent

pytestmark = pytest.mark.quick
ROW = "e1,InvoiceSettled,inv1,order1,2026-03-20T12:00:00Z,0.0005,BTC,tx1"


def file(*rows: str) -> bytes:
    return "\n".join([",".join(HEADER), *rows]).encode() + b"\n"


def test_a_row_is_an_event() -> None:
    listing = read_listing(file(ROW, "e2,InvoiceCreated,inv1,,2026-03-20T13:00:00.5+01:00,,,"), EXPONENTS)
    assert listing.events == [
        ListedEvent(
            "e1", "InvoiceSettled", "inv1", "order1", datetime(2026, 3, 20, 12, tzinfo=UTC), 50_000, "BTC", "tx1"
        ),
        ListedEvent("e2", "InvoiceCreated", "inv1", "", datetime(2026, 3, 20, 12, 0, 0, 500_000, tzinfo=UTC)),
    ]


def test_json_lines_say_the_same() -> None:
    line = json.dumps(dict(zip(HEADER, ROW.split(","), strict=True)))
    other = '{"event_id": "e2", "type": "InvoiceCreated", "occurred_at": "2026-03-20T12:00:00Z", "amount": null}'
    read = read_listing(f"{line}\n\n{other}\n".encode(), EXPONENTS).events
    assert read and read[0] == (read_listing(file(ROW), EXPONENTS).events or [])[0]
    assert len(read) == 2


def test_a_mark_of_byte_order_and_the_same_row_twice_are_no_matter() -> None:
    assert len(read_listing(b"\xef\xbb\xbf" + file(ROW, ROW), EXPONENTS).events or ()) == 1


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"", "row 1"),
        (b"id,type\n", "row 1"),
        (file("e1,x"), "row 2"),
        (file(ROW.replace("e1", "")), "row 2.event_id"),
        (file(ROW.replace("InvoiceSettled", "")), "row 2.type"),
        (file(ROW.replace("0.0005", "1_000")), "row 2.amount"),
        (file(ROW.replace("0.0005", "0.000000001")), "row 2.amount"),
        (file(ROW.replace("0.0005", "NaN")), "row 2.amount"),
        (file(ROW.replace("BTC", "XXX")), "row 2.amount"),
        (file(ROW.replace("BTC", "")), "row 2.asset"),
        (file(ROW.replace("12:00:00Z", "12:00:00")), "row 2.occurred_at"),
        (file(ROW, ROW.replace("inv1", "inv2")), "row 3.event_id"),
        (file('"e1'), "row 2"),
        (file("e1\x00"), "file"),
        (file("\xff").replace("\xff".encode(), b"\xff"), "row 2"),
        (b'{"event_id": 1}', "row 1.event_id"),
        (b'{"event_id": "a", "event_id": "b"}', "row 1.event_id"),
        (b'{"event_id": "a", "surprise": 1}', "row 1"),
        (b'{"event_id": "a", "type": "x", "occurred_at": "2026-03-20T12:00:00Z"}\n[', "row 2"),
        (b'{"event_id": "a", "type": "x", "occurred_at": "2026-03-20T12:00:00Z", "amount": 1.5, "asset": "BTC"}', None),
    ],
)
def test_what_does_not_fit_is_named(content: bytes, where: str | None) -> None:
    if where is None:
        assert (read_listing(content, EXPONENTS).events or [])[0].amount_minor == 150_000_000
        return
    with pytest.raises(BadInput) as refused:
        read_listing(content, EXPONENTS)
    assert refused.value.where.startswith(where), (refused.value.where, str(refused.value))
