"""A reversal offered on a case between provider and ledger: asked for on its page, decided by another person, closed by the
next run across the planes."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine

from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from reconciliation.people.models import User
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from tests.console.working import analyst, page, signed_in, supporter  # noqa: F401
from tests.people import INTEGRATION, PASSWORD, UserMaker
from tests.reconciliation.planes.shop import NOON, Shop

pytestmark = pytest.mark.django_db(transaction=True)
AT = NOON + timedelta(minutes=30)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def post(
    shop: Shop, key: str, amount: int = 50_000, *, minute: int = 5, payment: str = "p-o1", txid: str = "X1"
) -> str:
    with tenant(shop.tenant_id):
        request = PostingRequest(
            key=key, use_case="deposit", status="POSTED", effective_on=NOON.date(), payment_id=payment,
            partner_reference=txid, metadata={},
            entries=[RequestedEntry("btc", "DEBIT", amount), RequestedEntry("unap", "CREDIT", amount)],
        )  # fmt: skip
        post_transactions(
            [request], actor=INTEGRATION, at=NOON + timedelta(minutes=minute), day_of=lambda *_: NOON.date()
        )
        return str(LedgerTransaction.objects.get(idempotency_key=key))


@pytest.fixture
def shop(acme: Tenant) -> Shop:
    return Shop(acme.id, recognises=False)


@pytest.fixture
def controller(user_of: UserMaker) -> User:
    return user_of("Conrad Controller", "controller")


def case(shop: Shop) -> ExceptionCase:
    with tenant(shop.tenant_id):
        return ExceptionCase.objects.get(plane_pair="provider-ledger")


def corrected(shop: Shop, analyst: User, controller: User) -> tuple[str, ApprovalRequest]:
    """Ask with the form of the case's page, decide with that of the request's; the page before, and the request."""
    number = case(shop).number
    with time_machine.travel(AT, tick=True):
        html = page(analyst, f"/exceptions/{number}/")
        form = re.search(r'<form class="mt12" method="post" action="/corrections/".*?</form>', html, re.S)
        assert form is not None, words(html)
        assert "Entries as they will stand" in words(html)  # at once, not behind a link
        assert "Work out the effect" not in html
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
        fields.pop("csrfmiddlewaretoken", None)
        fields |= {"reason_code": "POSTED_IN_ERROR", "reason": "FIN-1"}
        preview = page(analyst, f"/corrections/preview/?case={number}&kind=reverse&transaction={fields['transaction']}")
        assert "Entries as they will stand" in preview
        assert signed_in(analyst).post("/corrections/", fields).status_code == 302
        assert "Waiting approval" in words(page(analyst, f"/exceptions/{number}/"))
        with tenant(shop.tenant_id):
            made = ApprovalRequest.objects.get()
        assert words(page(controller, f"/approvals/{made.number}/"))
        sent = {"decision": "approve", "reason": "", "digest": bytes(made.payload_sha256).hex(), "password": PASSWORD}
        assert signed_in(controller).post(f"/approvals/{made.number}/decision/", sent).status_code == 302
        with tenant(shop.tenant_id):
            made.refresh_from_db()
        assert made.state == "executed"
        assert words(page(controller, f"/approvals/{made.number}/"))
        assert case(shop).state == "assigned"
    return html, made


def test_posted_before_confirmed_is_reversed_and_the_next_run_closes_its_case(
    shop: Shop, analyst: User, controller: User
) -> None:
    shop.order()
    shop.receipt("0.0005", "X1")
    shop.event("InvoiceProcessing", minute=2)
    name = post(shop, "T1")
    shop.event("InvoiceSettled", minute=20)
    shop.match(minute=21)
    assert case(shop).exception_class == "illegal_transition"
    html, made = corrected(shop, analyst, controller)
    assert f"Reverse {name}, posted before the provider's Confirmed" in words(html)
    shop.match(minute=40)
    ended = case(shop)
    assert (ended.state, ended.resolution) == ("resolved", "difference_gone")
    said = words(page(analyst, f"/exceptions/{ended.number}/"))
    assert f"Reversal CR-{made.number}" in said
    assert "Approved by Conrad Controller" in said


def test_a_deposit_posted_twice_has_its_last_posting_reversed(shop: Shop, analyst: User, controller: User) -> None:
    shop.order()
    shop.receipt("0.0005", "X1")
    shop.event("InvoiceSettled", minute=3)
    first, last = post(shop, "T1"), post(shop, "T2", minute=6)
    shop.match(minute=7)
    assert (case(shop).kind, int(case(shop).contribution_minor)) == ("posted_twice", 50_000)
    html, _ = corrected(shop, analyst, controller)
    assert f"Reverse {last}" in words(html)
    assert f"Reverse {first}" not in words(html)
    shop.match(minute=40)
    assert case(shop).state == "resolved"
    with tenant(shop.tenant_id):
        assert LedgerTransaction.objects.get(reverses__isnull=False).reverses is not None
        assert str(LedgerTransaction.objects.get(reverses__isnull=False).reverses) == last


def test_posted_for_a_payment_that_never_confirmed_is_reversed(shop: Shop, analyst: User, controller: User) -> None:
    shop.order()
    shop.event("InvoiceExpired", minute=3)
    post(shop, "T1")
    shop.match(minute=6)
    assert case(shop).exception_class == "illegal_transition"
    corrected(shop, analyst, controller)
    shop.match(minute=40)
    assert case(shop).state == "resolved"


def test_nothing_is_offered_where_no_posting_is_wrong(shop: Shop, analyst: User, supporter: User) -> None:
    shop.order()
    shop.receipt("0.0005", "X1")
    shop.event("InvoiceSettled", minute=3)
    shop.match(minute=60 * 25)
    found = case(shop)
    assert found.kind == "unposted"
    said = words(page(analyst, f"/exceptions/{found.number}/"))
    assert "Nothing was posted for it" in said
    assert "Send for approval" not in said
    assert signed_in(analyst).get(f"/corrections/preview/?case={found.number}").status_code == 200


def test_support_reads_what_would_be_done_and_reaches_no_control(shop: Shop, supporter: User) -> None:
    shop.order()
    post(shop, "T1")
    shop.event("InvoiceExpired", minute=3)
    shop.match(minute=6)
    html = page(supporter, f"/exceptions/{case(shop).number}/")
    assert "Send for approval" not in html
    assert signed_in(supporter).post("/corrections/", {"case": case(shop).number}).status_code == 403
