"""Stories S22 to S27 over all planes: orders, events and postings together, through the doors that they come in by."""

import pytest

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from reconciliation.matching.models import PlaneMatch, PlaneRun
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from reconciliation.provider.models import ProviderPayment
from tests.people import INTEGRATION
from tests.reconciliation.planes.shop import NOON, Shop
from tests.reconciliation.provider.desk import Desk, paid, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(acme: Tenant) -> Shop:
    return Shop(acme.id)


def test_s22_detected_is_not_final_and_confirmed_is_recognised(shop: Shop) -> None:
    shop.order()
    shop.event("InvoiceCreated")
    shop.receipt("0.0005", "X1", minute=2)
    shop.event("InvoiceProcessing", minute=3)
    shop.match(minute=4)
    assert (shop.posted(), shop.cases()) == ([], [])
    shop.event("InvoiceSettled", minute=20)
    assert shop.match(minute=21).posted == 2
    assert shop.posted() == [("deposit", 50_000, "X1", "p-o1"), ("recognise", 50_000, None, "p-o1")]
    shop.match(minute=22)
    assert shop.match(minute=23).posted == 0
    assert shop.cases() == []
    with tenant(shop.tenant_id):
        standing = PlaneMatch.objects.filter(retired_by=None).order_by("pair").values_list("pair", "payment_id")
        assert list(standing) == [("commerce-provider", "p-o1"), ("provider-ledger", "p-o1")]
        assert ProviderPayment.objects.get().payment_id == "p-o1"
        digests = [bytes(d) for d in PlaneRun.objects.order_by("number").values_list("digest", flat=True)]
        assert digests[-1] == digests[-2]


def test_s23_underpaid_is_held_and_recognised_when_topped_up(shop: Shop) -> None:
    shop.order(ref="o2")
    shop.receipt("0.00048", "X1", ref="o2")
    shop.event("InvoiceSettled", ref="o2", minute=3, partiallyPaid=True)
    shop.match(minute=4)
    assert shop.posted() == [("deposit", 48_000, "X1", "p-o2")]
    assert shop.cases() == [("commerce-provider", "amount_mismatch", -2_000, "p-o2")]
    shop.receipt("0.00002", "X2", invoice="inv_2", ref="o2", minute=5)
    shop.event("InvoiceSettled", "inv_2", "o2", minute=6)
    shop.match(minute=7)
    assert shop.posted()[1:] == [("deposit", 2_000, "X2", "p-o2"), ("recognise", 50_000, None, "p-o2")]
    assert shop.cases() == []
    with tenant(shop.tenant_id):
        assert ExceptionCase.objects.get().resolution == "difference_gone"


def test_s24_overpaid_is_recognised_as_ordered_and_the_rest_stays_unapplied(shop: Shop) -> None:
    shop.order(ref="o3")
    shop.receipt("0.000515", "X1", ref="o3")
    shop.event("InvoiceSettled", ref="o3", minute=3, overPaid=True)
    shop.match(minute=4)
    assert shop.posted() == [("deposit", 51_500, "X1", "p-o3"), ("recognise", 50_000, None, "p-o3")]
    assert shop.cases() == [("commerce-provider", "amount_mismatch", 1_500, "p-o3")]


def test_s25_late_money_is_held_and_never_recognised_by_rule(shop: Shop) -> None:
    shop.order(ref="o4")
    shop.event("InvoiceExpired", ref="o4", minute=70)
    shop.receipt("0.0005", "X1", ref="o4", minute=71)
    shop.event("InvoicePaidAfterExpiration", ref="o4", minute=72)
    shop.event("InvoiceSettled", ref="o4", minute=80)
    shop.match(minute=81)
    assert shop.cases() == [("commerce-provider", "timing_skew", 0, "p-o4")]
    assert shop.posted() == [("deposit", 50_000, "X1", "p-o4")]
    with tenant(shop.tenant_id):
        payment = ProviderPayment.objects.get()
        assert (payment.status, payment.flags) == ("expired", ["late"])


def test_s26_a_reorganisation_after_detection_posts_nothing(shop: Shop) -> None:
    shop.order(ref="o5")
    shop.receipt("0.0005", "X1", ref="o5")
    shop.event("InvoiceProcessing", ref="o5", minute=2)
    gone = {"payment": {"id": "X1", "value": "0.0005", "status": "Invalid"}, "paymentMethodId": "BTC-CHAIN"}
    shop.event("InvoicePaymentSettled", ref="o5", minute=5, **gone)
    shop.match(minute=6)
    assert shop.posted() == []
    with tenant(shop.tenant_id):
        payment = ProviderPayment.objects.get()
        assert (payment.status, payment.flags, payment.detected_minor) == ("pending", ["reorged"], None)
    assert shop.cases() == [("commerce-provider", "ambiguous_finality", -50_000, "p-o5")]


def test_s26_a_reorganisation_after_confirmation_is_doubted_and_not_posted_again(shop: Shop) -> None:
    shop.order(ref="o5")
    shop.receipt("0.0005", "X1", ref="o5")
    shop.event("InvoiceSettled", ref="o5", minute=3)
    shop.match(minute=4)
    shop.event("InvoiceInvalid", ref="o5", minute=30)
    shop.match(minute=31)
    assert [c[:2] for c in shop.cases()] == [("commerce-provider", "ambiguous_finality")]
    assert len(shop.posted()) == 2


def test_s27_posted_on_detection_is_illegal_until_it_is_reversed(acme: Tenant) -> None:
    shop = Shop(acme.id, recognises=False)
    shop.order(ref="o6")
    shop.receipt("0.0005", "X1", ref="o6")
    shop.event("InvoiceProcessing", ref="o6", minute=2)
    with tenant(acme.id):
        request = PostingRequest(
            key="T1", use_case="deposit", status="POSTED", effective_on=NOON.date(), payment_id="p-o6",
            partner_reference="X1", metadata={},
            entries=[RequestedEntry("btc", "DEBIT", 50_000), RequestedEntry("unap", "CREDIT", 50_000)],
        )  # fmt: skip
        post_transactions([request], actor=INTEGRATION, at=NOON.replace(minute=5), day_of=lambda *_: NOON.date())
    shop.match(minute=6)
    assert shop.cases() == [("provider-ledger", "illegal_transition", 50_000, "p-o6")]
    shop.event("InvoiceSettled", ref="o6", minute=20)
    shop.match(minute=21)
    assert shop.cases() == [("provider-ledger", "illegal_transition", 0, "p-o6")]


def test_an_attempt_that_expired_does_not_keep_the_one_that_paid_from_being_recognised(shop: Shop) -> None:
    shop.order(ref="o7")
    shop.event("InvoiceExpired", "inv_0", "o7", minute=2)
    shop.receipt("0.0005", "X1", invoice="inv_1", ref="o7", minute=5)
    shop.event("InvoiceSettled", "inv_1", "o7", minute=6)
    shop.match(minute=7)
    assert shop.posted() == [("deposit", 50_000, "X1", "p-o7"), ("recognise", 50_000, None, "p-o7")]
    assert shop.cases() == []


def test_each_payment_is_posted_by_the_rule_of_its_own_endpoint(shop: Shop) -> None:
    elsewhere = Desk(shop.tenant_id, name="Elsewhere")  # no rule: another system owns its postings
    shop.order(ref="o8", amount=80_000)
    body = said("InvoiceReceivedPayment", "inv_a", metadata={"orderId": "o8"}, **paid("0.0003", "X1"))
    for one in (body, said("InvoiceSettled", "inv_a", minute=2, metadata={"orderId": "o8"})):
        elsewhere.deliver(one)
    elsewhere.take_in()
    shop.receipt("0.0005", "X2", invoice="inv_b", ref="o8", minute=5)
    shop.event("InvoiceSettled", "inv_b", "o8", minute=6)
    shop.match(minute=7)
    assert [row for row in shop.posted() if row[0] == "deposit"] == [("deposit", 50_000, "X2", "p-o8")]
