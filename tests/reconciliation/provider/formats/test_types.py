"""The words of each provider, and what they say."""

from typing import Any

import pytest

from tests.reconciliation.provider.formats.bodies import adyen, bank, btcpay, coinbase, kobbopay, read, standard, stripe


@pytest.mark.parametrize(
    ("word", "changes", "kind", "flags"),
    [
        ("InvoiceCreated", {}, "created", ()),
        ("InvoiceReceivedPayment", {"afterExpiration": True}, "noted", ("late",)),
        ("InvoiceReceivedPayment", {"payment": {"id": "tx1", "status": "Invalid"}}, "reverted", ("reorged",)),
        ("InvoiceProcessing", {"overPaid": True}, "detected", ("over",)),
        ("InvoiceSettled", {"overPaid": False}, "confirmed", ()),
        ("InvoiceSettled", {"manuallyMarked": True}, "confirmed", ("marked",)),
        ("InvoiceExpired", {"partiallyPaid": True}, "expired", ("partial",)),
        ("InvoiceExpiredPaidPartial", {}, "noted", ("partial",)),
        ("InvoicePaidAfterExpiration", {}, "noted", ("late",)),
        ("InvoiceInvalid", {"manuallyMarked": True}, "failed", ("marked",)),
    ],
)
def test_btcpay(word: str, changes: dict[str, Any], kind: str, flags: tuple[str, ...]) -> None:
    event = read("btcpay", btcpay(word, **changes))
    assert (event.type, event.flags) == (kind, flags)


def test_btcpay_deliveries_of_one_event_have_one_id() -> None:
    first = btcpay(deliveryId="d1", originalDeliveryId="d1", isRedelivery=False)
    assert read("btcpay", first) == read("btcpay", btcpay())
    assert read("btcpay", btcpay(originalDeliveryId=None)).event_id == "d2"


@pytest.mark.parametrize(
    ("word", "last", "kind", "flags"),
    [
        ("charge:created", {"status": "NEW"}, "created", ()),
        ("charge:confirmed", {"status": "COMPLETED"}, "confirmed", ()),
        ("charge:failed", {"status": "EXPIRED"}, "expired", ()),
        ("charge:failed", {"status": "CANCELED"}, "failed", ()),
        ("charge:failed", {"status": "UNRESOLVED", "context": "UNDERPAID"}, "noted", ("under",)),
        ("charge:failed", {"status": "UNRESOLVED", "context": "OVERPAID"}, "noted", ("over",)),
        ("charge:failed", {"status": "UNRESOLVED", "context": "MULTIPLE"}, "noted", ()),
        ("charge:delayed", {"status": "UNRESOLVED", "context": "DELAYED"}, "noted", ("late",)),
        ("charge:resolved", {"status": "RESOLVED"}, "noted", ("marked",)),
    ],
)
def test_coinbase(word: str, last: dict[str, str], kind: str, flags: tuple[str, ...]) -> None:
    event = read("coinbase", coinbase(word, [{"status": "NEW"}, last]))
    assert (event.type, event.flags) == (kind, flags)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("payment_intent.created", "created"),
        ("payment_intent.requires_action", "noted"),
        ("payment_intent.succeeded", "confirmed"),
        ("payment_intent.payment_failed", "reverted"),
        ("payment_intent.canceled", "failed"),
        ("payout.created", "created"),
        ("payout.updated", "noted"),
        ("payout.paid", "detected"),
        ("payout.failed", "failed"),
        ("payout.canceled", "failed"),
    ],
)
def test_stripe(word: str, kind: str) -> None:
    assert read("stripe", stripe(word)).type == kind


def test_a_payment_intent_that_succeeded_counts_what_came() -> None:
    assert read("stripe", stripe("payment_intent.succeeded", amount_received=3100)).amount_minor == 3100
    assert read("stripe", stripe(amount_received=0)).amount_minor == 3200


@pytest.mark.parametrize(
    ("word", "done", "kind"),
    [
        ("AUTHORISATION", "false", "failed"),
        ("CAPTURE", "true", "confirmed"),
        ("CAPTURE", "false", "noted"),
        ("CAPTURE_FAILED", "true", "failed"),
        ("CANCELLATION", "true", "failed"),
        ("OFFER_CLOSED", "true", "expired"),
        ("CHARGEBACK", "true", "unknown"),
    ],
)
def test_adyen(word: str, done: str, kind: str) -> None:
    event = read("adyen", adyen(word, success=done, originalReference="ORIGINAL1"))
    assert (event.type, event.payment_ref) == (kind, "ORIGINAL1")


@pytest.mark.parametrize(
    ("word", "kind", "flags"),
    [
        ("payment.created", "created", ()),
        ("payment.paid", "detected", ()),
        ("payment.partial", "noted", ("partial",)),
        ("payment.confirmed", "confirmed", ()),
        ("payment.expired", "expired", ()),
    ],
)
def test_kobbopay_and_its_words_elsewhere(word: str, kind: str, flags: tuple[str, ...]) -> None:
    for event in (read("kobbopay", kobbopay(word)), read("standard", standard(word))):
        assert (event.type, event.flags) == (kind, flags)


def test_two_parts_of_a_kobbopay_payment_are_two_events() -> None:
    parts = [read("kobbopay", kobbopay("payment.partial", amount=amount, currency="USDT")) for amount in ("5", "6")]
    assert len({part.event_id for part in parts}) == 2
    assert parts[0] == read("kobbopay", kobbopay("payment.partial", amount="5", currency="USDT"))


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("PDNG", "created"),
        ("ACSP", "detected"),
        ("ACSC", "confirmed"),
        ("RJCT", "failed"),
        ("CANC", "failed"),
        ("COMPLETED", "confirmed"),
        ("REJECTED", "failed"),
        ("RETURNED", "failed"),
    ],
)
def test_a_bank_partner(word: str, kind: str) -> None:
    assert read("bank", bank(word)).type == kind
