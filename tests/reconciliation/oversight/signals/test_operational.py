"""The six operational signals: each out of range where it should be, and quiet beside it."""

from datetime import timedelta

import pytest

from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.cases.request_other import request_other
from reconciliation.oversight.signals.operational import p95
from tests.reconciliation.books import NOW, Books, march
from tests.reconciliation.oversight.signals.counting import DAY, MIDNIGHT, read, told
from tests.reconciliation.planes.shop import NOON, Shop
from tests.reconciliation.provider.desk import Desk, said

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


@pytest.fixture
def books(acme: Tenant) -> Books:
    return Books(acme.id)


@pytest.mark.parametrize(("count", "which"), [(1, 1), (19, 19), (20, 19), (21, 20), (100, 95), (101, 96)])
def test_the_95th_percentile_is_the_least_value_that_95_of_100_do_not_exceed(count: int, which: int) -> None:
    assert p95(range(1, count + 1)) == which


def test_the_endpoint_that_was_silent_longest_counts_and_what_does_not_verify_breaks_no_silence(acme: Tenant) -> None:
    assert told(acme.id, "webhook-recency")[0] == "unknown"
    loud, quiet = Desk(acme.id), Desk(acme.id, name="Quiet shop")
    loud.deliver(said("InvoiceCreated"), at=NOON + 6 * HOUR)
    assert quiet.deliver(said("InvoiceCreated"), key="another", at=NOON + 5 * HOUR).verified is False
    at = NOON + 6 * HOUR
    state, found = read(acme.id, "webhook-recency", at=at)
    assert (state, found.value, found.said) == ("in", 6 * 3600, "Quiet shop")
    assert read(acme.id, "webhook-recency", at=at + timedelta(seconds=1))[0] == "out"
    quiet.deliver(said("InvoiceCreated", "inv_2"), at=at)
    assert read(acme.id, "webhook-recency", at=at + timedelta(seconds=1))[:1] == ("in",)
    assert [row.name for row in found.rows] == ["Quiet shop", "Shop"]


def ask(books: Books, maker: Actor, n: int = 0) -> None:
    number = books.cases("clr", "10")[n].number
    with tenant(books.tenant_id):
        request_other(number=number, note="twin of an old ledger", actor=maker, idempotency_key=f"k{n}", at=NOW)


def test_requests_that_wait_longer_than_a_working_day_are_out_of_range(books: Books, maker: Actor) -> None:
    books.play("T1 10 ewa 900 @D1").check_day("clr", "10")
    assert told(books.tenant_id, "checkpoint-lag")[0] == "unknown"
    ask(books, maker)
    assert read(books.tenant_id, "checkpoint-lag", at=NOW + 8 * HOUR)[0] == "in"
    state, found = read(books.tenant_id, "checkpoint-lag", at=NOW + 8 * HOUR + timedelta(seconds=1))
    assert (state, found.value) == ("out", 8 * 3600 + 1)
    assert found.rows[0].words == "waits after 8:00:01"


def test_one_that_was_decided_in_time_is_quiet_though_days_pass(books: Books, maker: Actor, checker: Actor) -> None:
    books.play("T1 10 ewa 900 @D1").check_day("clr", "10")
    number = books.case("clr", "10").number
    with tenant(books.tenant_id):
        made = request_other(number=number, note="twin of an old ledger", actor=maker, idempotency_key="k", at=NOW)
    books.approve(made, checker, NOW + 2 * HOUR)
    assert told(books.tenant_id, "checkpoint-lag")[:2] == ("in", 2 * 3600)
    assert told(books.tenant_id, "checkpoint-lag", DAY + timedelta(days=1), MIDNIGHT + 24 * HOUR)[0] == "unknown"


def test_the_queue_is_counted_as_it_stood(books: Books, maker: Actor, checker: Actor) -> None:
    books.play("\n".join(f"T{n} 10 ewa {900 + n} @D{n} p{n}" for n in range(1, 402))).check_day("clr", "10")
    state, found = read(books.tenant_id, "queue-depth", at=NOW + HOUR)
    assert (state, found.value, found.parts) == ("out", 401, {"under 1 day": 401})
    with tenant(books.tenant_id):
        made = request_other(
            number=books.cases("clr", "10")[0].number,
            note="twin of an old ledger",
            actor=maker,
            idempotency_key="k",
            at=NOW,
        )
    books.approve(made, checker, NOW + 2 * HOUR)
    assert read(books.tenant_id, "queue-depth", at=NOW + 3 * HOUR)[:1] == ("in",), "400 is not beyond 400"
    assert read(books.tenant_id, "queue-depth", at=NOW + HOUR)[1].value == 401, "at that hour it was open"
    assert read(books.tenant_id, "queue-depth", at=NOW - HOUR)[1].value == 0
    aged = read(books.tenant_id, "queue-depth", march("22"), NOW + 30 * HOUR)[1]
    assert aged.parts == {"1 to 3 days": 400}


def test_drift_that_the_matchers_left_is_summed_without_signs_per_currency(books: Books) -> None:
    assert told(books.tenant_id, "drift-left")[0] == "unknown", "nothing was checked"
    books.play("L9 cash 18 -250 @X991\nL8 cash 19 +100 @X992")
    for day in ("18", "19"):
        books.check_day("cash", day)
    state, found = read(books.tenant_id, "drift-left")
    assert (state, found.parts) == ("out", {"ETB": 350})
    assert len(found.rows) == 2


def test_timing_alone_is_no_drift_left_and_an_unknown_day_beside_nothing_says_nothing(books: Books) -> None:
    books.play("T1 18 ewa 900 @D1").check_day("clr", "18", NOW - 30 * HOUR)
    state, found = read(books.tenant_id, "drift-left")
    assert (state, found.parts) == ("in", {"ETB": 0})
    books.reconcile("cash", march("18"), NOW)  # no statement
    state, found = read(books.tenant_id, "drift-left")
    assert (state, found.value, found.said) == ("unknown", None, "1 account-days are unknown")


def test_a_provider_that_takes_long_to_confirm_is_out_of_range_at_the_slowest_endpoint(acme: Tenant) -> None:
    shop = Shop(acme.id, recognises=False)
    assert told(acme.id, "provider-latency")[0] == "unknown"
    shop.event("InvoiceProcessing")
    shop.event("InvoiceSettled", minute=241)
    assert told(acme.id, "provider-latency") == ("in", 240 * 60, ["inv_1"])
    shop.event("InvoiceProcessing", "inv_2", "o2")
    shop.event("InvoiceSettled", "inv_2", "o2", minute=242)
    state, found = read(acme.id, "provider-latency")
    assert (state, found.value, found.of, found.said) == ("out", 241 * 60, 2, "Shop")


def test_payouts_that_wait_and_requests_undecided_are_the_backlog(books: Books, maker: Actor) -> None:
    books.play("\n".join(f"T{n} 10 PENDING ewa {900 + n} @D{n} p{n}" for n in range(1, 101)))
    assert told(books.tenant_id, "payout-backlog")[:2] == ("in", 100)
    books.play("T500 10 ewa 77 @D500 p500").check_day("clr", "10")
    ask(books, maker, 0)
    state, found = read(books.tenant_id, "payout-backlog")
    assert (state, found.value, found.counted) == ("out", 101, 101)
    books.play("confirm T1 20")
    assert read(books.tenant_id, "payout-backlog", at=NOW + HOUR)[1].value == 100
    assert {row.what for row in found.rows} == {"transaction", "request"}
