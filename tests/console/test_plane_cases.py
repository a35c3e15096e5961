"""A case between commerce, provider and ledger on the pages that cases have."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine

from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.cases.models import ExceptionCase
from reconciliation.people.models import User
from reconciliation.planes.watch_provider import watch_provider
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from tests.console.working import analyst, page, signed_in, supporter  # noqa: F401
from tests.people import INTEGRATION
from tests.reconciliation.planes.shop import JOB, NOON, Shop
from tests.reconciliation.planes.test_confirm_settlement import Partner, partner, pay, world  # noqa: F401
from tests.stories.notation import Line
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


@pytest.fixture
def number(acme: Tenant) -> int:
    """An order of 50,000 sat of which 48,000 came."""
    shop = Shop(acme.id)
    shop.order()
    shop.receipt("0.00048", "X1")
    shop.event("InvoiceSettled", minute=3)
    shop.match(minute=4)
    with tenant(acme.id):
        return ExceptionCase.objects.get().number


def test_the_queue_the_peek_and_the_page_show_it(number: int, analyst: User) -> None:
    with time_machine.travel(NOON + timedelta(minutes=5), tick=True):
        listed = words(page(analyst, "/exceptions/"))
        assert "Less came than was ordered" in listed
        assert "−0.00002000 BTC" in listed
        assert "1 case matches: net between the other planes −0.00002000 BTC." in listed
        assert "Commerce and provider" in words(page(analyst, f"/exceptions/{number}/peek/"))
        said = words(page(analyst, f"/exceptions/{number}/"))
    assert "amount mismatch: ordered 0.00050000 BTC, received 0.00048000 BTC" in said
    assert "Amount 0.00050000 BTC 0.00048000 BTC" in said
    assert "Order o1 o1" in said
    assert "Order state open" in said
    assert "Two sides 1 field differs" in said


def test_it_is_worked_on_like_any_other(number: int, acme: Tenant, analyst: User) -> None:
    with time_machine.travel(NOON + timedelta(minutes=5), tick=True):
        client = signed_in(analyst)
        assert client.post(f"/exceptions/{number}/notes/", {"text": "asked the shop", "key": "n1"}).status_code == 302
        assert client.post(f"/exceptions/{number}/assign/", {"owner": analyst.person_id}).status_code == 302
        assert "asked the shop" in words(page(analyst, f"/exceptions/{number}/"))


def test_support_reads_it(number: int, supporter: User) -> None:
    html = page(supporter, f"/exceptions/{number}/")
    assert "You can read this case and write notes on it." in words(html)
    assert "Send for approval" not in html


def test_a_failed_confirmation_names_its_transaction_and_the_case_of_its_bank_line(
    world: World, partner: Partner, analyst: User
) -> None:
    pay(world)
    partner.call("COMPLETED", amount="51.00")
    partner.work()
    world.line(Line("L1", "clr", "2026-03-20", -5000, "D1"))
    world.cover("clr", date(2026, 3, 20))
    world.reconcile("clr", date(2026, 3, 20), NOON + timedelta(days=5))
    with tenant(world.tenant_id):
        watch_provider(actor=JOB, at=NOON + timedelta(minutes=1))
        failed = ExceptionCase.objects.get(kind="confirmation_failed").number
        of_line = ExceptionCase.objects.get(plane_pair="ledger-bank").number
        name = str(LedgerTransaction.objects.get())
    html = page(analyst, f"/exceptions/{failed}/")
    said = words(html)
    assert re.search(rf'<a href="/ledger/[^"]+">{name}</a>', html)
    assert not re.search(r"posting \d|BadInput", said)
    assert f"{name} is PENDING: nothing was posted that could be reversed." in said
    assert f"seen by C-{of_line} as well" in said
    assert f"seen by C-{failed} as well" in words(page(analyst, f"/exceptions/{of_line}/"))


@pytest.mark.parametrize(
    ("metadata", "then"),
    [
        ({}, "posts what the provider confirmed, 0.00050000 BTC, anew by the rule of recognition"),
        ({"rule": 1}, "No rule posts it again: until its own use case posts what was confirmed, 0.00050000 BTC"),
    ],
)
def test_a_posting_that_came_too_early_shows_both_times_to_the_second_and_who_made_it(
    acme: Tenant, analyst: User, metadata: dict[str, Any], then: str
) -> None:
    shop = Shop(acme.id)
    shop.order()
    shop.receipt("0.0005", "X1", minute=1)
    with tenant(acme.id):
        early = PostingRequest(
            key="handler", use_case="deposit", status="POSTED", effective_on=NOON.date(), payment_id="p-o1",
            partner_reference="X1", metadata=metadata,
            entries=[RequestedEntry("btc", "DEBIT", 50_000), RequestedEntry("unap", "CREDIT", 50_000)],
        )  # fmt: skip
        post_transactions([early], actor=INTEGRATION, at=NOON + timedelta(minutes=2), day_of=settlement_day)
    shop.event("InvoiceSettled", minute=30)
    shop.match(minute=31)
    with tenant(acme.id):
        found = ExceptionCase.objects.get(kind="posted_early")
    with time_machine.travel(NOON + timedelta(minutes=40), tick=True):
        said = words(page(analyst, f"/exceptions/{found.number}/"))
    assert "Two sides 1 field differs" in said
    assert "Final there, posted here 20 Mar 12:30:00 UTC 20 Mar 12:02:00 UTC differs" in said
    assert f"Use case, and who posted not carried deposit, {INTEGRATION.id}" in said
    assert "The amounts agree by now: this puts right when it was posted" in said
    assert then in said
