import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.assets import EXPONENTS
from reconciliation.provider.errors import PayloadRefused
from reconciliation.provider.formats.event import EVENT_TYPES, FLAGS, ProviderEvent
from reconciliation.provider.formats.read import READERS, read_events
from reconciliation.provider.signatures.registry import VERIFIERS
from reconciliation.provider.signatures.verdict import Verdict
from tests.reconciliation.provider.formats.bodies import (
    BODIES,
    NOON,
    VERIFIED,
    adyen,
    bank,
    btcpay,
    coinbase,
    kobbopay,
    read,
    standard,
    stripe,
)
from tests.reconciliation.provider.signing import NOW

EXPECTED = {
    "btcpay": ("d1", "noted", "inv1", "4041", 50_000, "BTC", "tx1-0", NOON),
    "coinbase": ("ev1", "detected", "66BEOV2A", "4041", 32_000_000, "USDC", "0xabc", NOON),
    "stripe": ("evt_1", "detected", "pi_1", "4041", 3200, "USD", "", NOON),
    "standard": ("msg_1", "detected", "pay_1", "4041", 3200, "USD", "", NOON.replace(microsecond=344522)),
    "adyen": (
        "7914073381342284:AUTHORISATION:true", "detected", "7914073381342284", "order-4041", 1130, "EUR", "",
        NOON.replace(hour=11),
    ),
    "kobbopay": ("payment:pay_1:payment.paid", "detected", "pay_1", "4041", None, "", "", NOW),
    "bank": ("b1", "detected", "D1", "p1", 30_000, "ETB", "", NOON),
}  # fmt: skip


def test_every_scheme_that_is_verified_is_read() -> None:
    assert set(READERS) == set(VERIFIERS) == set(BODIES) == set(EXPECTED)


@pytest.mark.parametrize("scheme", READERS)
def test_a_documented_body_becomes_one_event(scheme: str) -> None:
    e = read(scheme, BODIES[scheme]())
    found = (e.event_id, e.type, e.payment_ref, e.order_ref, e.amount_minor, e.asset, e.txid, e.occurred_at)
    assert e.scheme == scheme and found == EXPECTED[scheme]


@pytest.mark.parametrize("scheme", READERS)
def test_a_type_of_no_table_is_unknown_and_nothing_is_guessed(scheme: str) -> None:
    word = {"coinbase": "charge:forgotten", "stripe": "charge.succeeded"}.get(scheme, "Something.New")
    e = read(scheme, BODIES[scheme](word))
    assert (e.type, e.provider_type, e.amount_minor, e.asset, e.flags) == ("unknown", word, None, "", ())


@pytest.mark.parametrize("scheme", READERS)
def test_nothing_is_read_from_a_body_that_was_not_verified(scheme: str) -> None:
    with pytest.raises(PayloadRefused) as refused:
        read(scheme, BODIES[scheme](), Verdict("signature-mismatch"))
    assert refused.value.code == "unverified"


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(PayloadRefused):
        read("paypal", {})


MONEY: list[tuple[str, dict[str, Any], str, str]] = [
    ("btcpay", btcpay(payment={"value": amount}), "payment.value", code)
    for amount, code in [
        ("0.000000001", "too_many_decimals"), ("1_000", "bad_amount"), ("１２", "bad_amount"), ("1e3", "bad_amount"),
        ("-0.1", "bad_amount"), ("NaN", "bad_amount"), ("", "bad_amount"), (True, "wrong_type"), ([], "wrong_type"),
        ("9" * 60, "bad_amount"), (" 1", "bad_amount"), ("+1", "bad_amount"),
    ]
] + [
    ("btcpay", btcpay(paymentMethodId="DOGE-CHAIN"), "payment.value", "unknown_currency"),
    ("coinbase", coinbase(payments=[{"value": {"crypto": {"amount": "1", "currency": "DAI"}}}]),
     "event.data.payments[0].value.crypto.amount", "unknown_currency"),
    ("stripe", stripe(amount=10.5), "data.object.amount", "wrong_type"),
    ("stripe", stripe(amount="3200"), "data.object.amount", "wrong_type"),
    ("stripe", stripe(amount=True), "data.object.amount", "wrong_type"),
    ("stripe", stripe(amount=-1), "data.object.amount", "bad_amount"),
    ("stripe", stripe(amount=None), "data.object.amount", "missing"),
    ("stripe", stripe(currency="ugx", amount=150), "data.object.amount", "too_many_decimals"),
    ("stripe", stripe(currency="xxx"), "data.object.amount", "unknown_currency"),
    ("adyen", adyen(amount={"value": 1.5, "currency": "EUR"}), "amount.value", "wrong_type"),
    ("adyen", adyen(amount={"value": 15, "currency": "eur"}), "amount.currency", "bad_currency"),
    ("adyen", adyen(amount={"value": 15, "currency": "XXX"}), "amount.value", "unknown_currency"),
    ("kobbopay", kobbopay(amount="1.005", currency="USD"), "amount", "too_many_decimals"),
    ("kobbopay", kobbopay(amount=10), "currency", "missing"),
    ("standard", standard(amount=1.005), "data.amount", "too_many_decimals"),
    ("standard", standard(amount=1e300), "data.amount", "bad_amount"),
    ("bank", bank(amount="300.001"), "amount", "too_many_decimals"),
]  # fmt: skip


@pytest.mark.parametrize(("scheme", "body", "where", "code"), MONEY, ids=range(len(MONEY)))
def test_money_that_is_not_exact_is_refused_by_its_field(
    scheme: str, body: dict[str, Any], where: str, code: str
) -> None:
    with pytest.raises(PayloadRefused) as refused:
        read(scheme, body)
    assert (refused.value.where, refused.value.code) == (where, code)


@given(st.integers(0, 10**25))
def test_an_amount_of_18_decimals_meets_no_float(amount: int) -> None:
    text = f"{amount // 10**18}.{amount % 10**18:018d}"
    body = json.dumps(kobbopay(currency="ETH", amount="@")).replace('"@"', text)  # as a JSON number, all its digits
    (event,) = read_events("kobbopay", body.encode(), VERIFIED, EXPONENTS)
    assert event.amount_minor == amount and type(event.amount_minor) is int


@pytest.mark.parametrize(
    ("currency", "amount", "minor"), [("ugx", 150_00, 150), ("jpy", 500, 500), ("bhd", 5120, 5120), ("huf", 100, 100)]
)
def test_stripe_counts_some_currencies_in_its_own_way(currency: str, amount: int, minor: int) -> None:
    assert read("stripe", stripe(currency=currency, amount=amount)).amount_minor == minor


TIMES = [1773144000, "2026-03-10", "2026-03-10T12:00:00", "2026-13-10T12:00:00Z", "2026-03-10T12:00:00+25:00", "noon"]
TIMES += ["２０２６-03-10T12:00:00Z", "0001-01-01T00:00:00+14:00", "2026-03-10T12:00:00.Z", "", None, True, "1" * 500]


@pytest.mark.parametrize("time", TIMES, ids=range(len(TIMES)))
def test_a_time_without_a_zone_or_a_sense_is_refused(time: object) -> None:
    with pytest.raises(PayloadRefused) as refused:
        read("bank", bank(occurred_at=time))
    assert refused.value.where == "occurred_at"


@pytest.mark.parametrize("time", [-1, 10**10, 1.5, "1773144000", None, True])
def test_unix_seconds_are_whole_and_near(time: object) -> None:
    with pytest.raises(PayloadRefused) as refused:
        read("btcpay", btcpay(timestamp=time))
    assert refused.value.where == "timestamp"


@pytest.mark.parametrize("scheme", READERS)
@given(data=st.data())
def test_whatever_stands_in_a_field_the_answer_is_events_or_a_refusal(scheme: str, data: st.DataObject) -> None:
    body = BODIES[scheme]()
    place: Any = body
    while True:
        name = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else list(range(len(place)))))
        if not place[name] or not isinstance(place[name], dict | list) or data.draw(st.booleans()):
            break
        place = place[name]
    place[name] = data.draw(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("x" * 9999)
        | st.lists(st.integers(), max_size=2) | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
    )  # fmt: skip
    try:
        events = read_events(scheme, json.dumps(body).encode(), VERIFIED, EXPONENTS)
    except PayloadRefused as refused:
        assert refused.where and refused.where.isprintable() and refused.code != "unreadable"
        return
    for event in events:
        assert event.type in EVENT_TYPES and set(event.flags) <= set(FLAGS)
        assert event.amount_minor is None or (type(event.amount_minor) is int and event.asset in EXPONENTS)


def test_no_field_of_an_event_is_a_float() -> None:
    assert not [field.name for field in fields(ProviderEvent) if "float" in str(field.type)]
