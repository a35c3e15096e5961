import pytest

from reconciliation.commerce.orders_file import HEADER, read_orders
from reconciliation.errors import BadInput
from tests.reconciliation.commerce.desk import asked

pytestmark = pytest.mark.quick
HEAD = ",".join(HEADER)
ROW = "A-1,p1,,0.0005,BTC,onchain,bitcoin,2026-03-10T08:00:00Z,2026-03-10T09:00:00Z"


def file(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *rows, ""]).encode()


def with_amount(text: str, asset: str = "BTC") -> str:
    return f"A-1,p1,,{text},{asset},onchain,bitcoin,2026-03-10T08:00:00Z,"


def test_a_row_is_the_order_that_the_api_takes() -> None:
    ((where, found),) = read_orders(file(ROW))
    assert where == "row 2"
    assert found.fingerprint() == asked().fingerprint()


@pytest.mark.parametrize(
    ("text", "asset", "minor"), [("0.0005", "BTC", 50000), ("1500", "JPY", 1500), ("7.5", "USD", 750)]
)
def test_amounts_are_in_major_units_of_their_asset(text: str, asset: str, minor: int) -> None:
    assert next(read_orders(file(with_amount(text, asset))))[1].expected_minor == minor


def test_a_byte_order_mark_line_ends_quotes_and_blank_lines_are_no_matter() -> None:
    content = b"\xef\xbb\xbf" + file('"A ""1"", big",p1,,1,USD,,,2026-03-10T08:00:00Z,', "").replace(b"\n", b"\r\n")
    ((_, found),) = read_orders(content)
    assert found.order_ref == 'A "1", big'


def test_a_row_is_named_by_the_line_on_which_it_begins() -> None:
    rows = list(read_orders(file(ROW, "", ROW.replace("A-1", "A-2"))))
    assert [where for where, _ in rows] == ["row 2", "row 4"]


@pytest.mark.parametrize(
    "text",
    [
        "1_000", "１２３", "−5", "-5", "(5)", "5-", "1e3", "NaN", "-0", "0", "0.00", "1,000", "1 000", "+5", ".5", "5.", "05", "",
        "0.000000001", "9" * 60, "=1+1",
    ],
)  # fmt: skip
def test_an_amount_that_is_none_is_refused_with_row_and_field(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        list(read_orders(file(ROW, f'"A-2","","","{text}","BTC","","","2026-03-10T08:00:00Z",""')))
    assert refused.value.where == "row 3.amount"


def test_a_currency_without_cents_takes_none() -> None:
    with pytest.raises(BadInput) as refused:
        list(read_orders(file(with_amount("15.50", "JPY"))))
    assert "more than 0 decimals" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"", "row 1"),
        (b"\xef\xbb\xbf", "row 1"),
        (file(ROW, head=HEAD.replace("order_ref,payment_id", "payment_id,order_ref")), "row 1"),
        (file(ROW, head=HEAD.replace(",", ";")), "row 1"),
        (file(ROW, "A-2,p2"), "row 3"),
        (file(ROW, ROW + ",more"), "row 3"),
        (file(ROW, '"A-2,p1,,1,BTC,,,2026-03-10T08:00:00Z,'), "row 3"),
        (file(ROW, '"A-2"x,p1,,1,BTC,,,2026-03-10T08:00:00Z,'), "row 3"),
        (file(ROW, "A" * 200_000 + ",p1,,1,BTC,,,2026-03-10T08:00:00Z,"), "row 3"),
        (file(ROW) + b"A-2\x00,p1,,1,BTC,,,2026-03-10T08:00:00Z,\n", "row 3"),
        (file(ROW) + b"A-\xff,p1,,1,BTC,,,2026-03-10T08:00:00Z,\n", "row 3"),
        (file(ROW).decode().encode("utf-16"), "row 1"),
        (file(ROW, ROW.replace("A-1", "A\u202e1")), "row 3.order_ref"),
        (file(ROW, '"A\n2",p1,,1,BTC,,,2026-03-10T08:00:00Z,'), "row 3.order_ref"),
        (file(ROW, ROW.replace("BTC", "XXX")), "row 3.asset"),
        (file(ROW, ROW.replace("08:00:00Z", "8 Uhr")), "row 3.placed_at"),
    ],
)
def test_a_hostile_file_is_refused_with_its_place(content: bytes, where: str) -> None:
    with pytest.raises(BadInput) as refused:
        list(read_orders(content))
    assert refused.value.where == where
