"""What the provider plane must not keep silent about becomes a case: a gap that waited, a type that nothing reads, a confirmation
that failed. Each has a near-miss that becomes none."""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.cases.models import CaseEvent, ExceptionCase
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.matching.set_matcher import set_matcher
from reconciliation.outbox_models import OutboxItem
from reconciliation.planes.match_planes import match_planes
from reconciliation.planes.watch_provider import Watched, watch_provider
from reconciliation.provider.polling.poll_endpoint import poll_endpoint
from tests.people import SET_UP
from tests.reconciliation.planes.shop import JOB
from tests.reconciliation.planes.test_confirm_settlement import Partner, partner, pay, status_of, world  # noqa: F401
from tests.reconciliation.provider.desk import NOON, Desk, said
from tests.reconciliation.provider.polling.test_poll_endpoint import file, row
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)
SINCE, UNTIL = NOON - timedelta(hours=1), NOON + timedelta(hours=10)
LATER = NOON + timedelta(days=1)
H, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def desk(acme: Tenant) -> Desk:
    return Desk(acme.id)


def poll(desk: Desk, *rows: str, at: datetime = LATER, until: datetime = UNTIL) -> None:
    poll_endpoint(
        desk.tenant_id, endpoint_id=desk.endpoint.id, since=SINCE, until=until, actor=SET_UP, at=at, file=file(*rows)
    )


def watch(desk: Desk, at: datetime) -> Watched | None:
    with tenant(desk.tenant_id):
        return watch_provider(actor=JOB, at=at)


def cases(desk: Desk, *, resolved: bool = False) -> list[tuple[Any, ...]]:
    with tenant(desk.tenant_id):
        rows = ExceptionCase.objects.filter(plane_pair="provider-log").order_by("number")
        rows = rows.filter(state="resolved") if resolved else rows.exclude(state="resolved")
        return [
            (c.kind, c.exception_class, int(c.contribution_minor), c.currency, c.payment_id, c.reference) for c in rows
        ]


def paid_row(invoice: str, word: str, amount: str, minute: int = 0) -> str:
    return row(invoice, word, minute)[:-2] + f"{amount},BTC,"


def test_a_gap_becomes_a_case_once_it_has_waited(desk: Desk) -> None:
    poll(desk, paid_row("a", "InvoiceReceivedPayment", "0.0005"))
    assert watch(desk, LATER) is None
    assert watch(desk, LATER + 2 * H - MINUTE) is None, "what is merely on its way opens none"
    assert cases(desk) == []
    assert watch(desk, LATER + 2 * H) is not None
    assert cases(desk) == [("missing", "missing_counterpart", -50_000, "BTC", "a", "a-InvoiceReceivedPayment")]
    with tenant(desk.tenant_id):
        case = ExceptionCase.objects.get()
        assert CheckpointDecision.objects.get(id=case.decision_id).move == "case.open"
        assert AuditEntry.objects.filter(action="provider.watched").count() == 1


def test_of_a_period_each_event_dropped_for_good_is_one_case_and_no_other(
    desk: Desk, sized: Callable[[int], int]
) -> None:
    number = sized(10_000)
    dropped = set(random.Random(11).sample(range(number), number // 100))
    late = min(dropped)  # comes while the gap still waits
    for n in range(number):
        if n not in dropped:
            desk.deliver(said("InvoiceSettled", f"i{n}", minute=n % 500))
    while desk.take_in().deliveries:
        pass
    rows = [row(f"i{n}", "InvoiceSettled", n % 500) for n in range(number)]
    poll(desk, *rows)
    desk.deliver(said("InvoiceSettled", f"i{late}", minute=late % 500))
    desk.take_in()
    poll(desk, *rows, at=LATER + H)
    watch(desk, LATER + 2 * H)
    named = [reference for *_, reference in cases(desk)]
    assert sorted(named) == sorted(f"i{n}-InvoiceSettled" for n in dropped - {late})
    assert watch(desk, LATER + 3 * H) is None


def test_an_event_that_comes_within_its_time_opens_none(desk: Desk) -> None:
    poll(desk, row("a", "InvoiceSettled"))
    desk.deliver(said("InvoiceSettled", "a"))
    desk.take_in()
    assert watch(desk, LATER + 5 * H) is None
    assert cases(desk) == []


def test_the_same_gap_is_the_same_case_and_ends_with_its_reason(desk: Desk) -> None:
    rows = [row("a", "InvoiceSettled"), row("b", "InvoiceSettled", 1)]
    for hours in range(4):
        poll(desk, *rows, at=LATER + hours * H)
        watch(desk, LATER + hours * H)
    assert [c[5] for c in cases(desk)] == ["a-InvoiceSettled", "b-InvoiceSettled"]
    assert watch(desk, LATER + 9 * H) is None, "a run that finds the same writes nothing"
    with tenant(desk.tenant_id):
        assert AuditEntry.objects.filter(action="provider.watched").count() == 1
    desk.deliver(said("InvoiceSettled", "a"))
    desk.take_in()
    assert watch(desk, LATER + 9 * H) is not None
    assert [c[5] for c in cases(desk)] == ["b-InvoiceSettled"]
    with tenant(desk.tenant_id):
        ended = ExceptionCase.objects.get(state="resolved")
        assert ended.resolution == "difference_gone"
        assert "the difference is gone" in CaseEvent.objects.filter(case=ended, kind="resolved").get().text
    poll(desk, at=LATER + 10 * H)  # the provider no longer lists the other, and now neither the first
    watch(desk, LATER + 11 * H)
    assert cases(desk) == [], "a gap of another kind waits anew"
    watch(desk, LATER + 12 * H)
    assert [(c[0], c[5]) for c in cases(desk)] == [("unknown", "a-InvoiceSettled")]
    with tenant(desk.tenant_id):
        assert ExceptionCase.objects.count() == 2
        assert ExceptionCase.objects.get(reference="a-InvoiceSettled").state == "reopened"
        assert ExceptionCase.objects.get(reference="b-InvoiceSettled").state == "resolved"


def test_a_gap_that_is_back_reopens_its_case(desk: Desk) -> None:
    poll(desk, row("a", "InvoiceSettled"))
    watch(desk, LATER + 3 * H)
    poll(desk, at=LATER + 4 * H)
    watch(desk, LATER + 4 * H)
    assert cases(desk) == []
    poll(desk, row("a", "InvoiceSettled"), at=LATER + 5 * H)
    watch(desk, LATER + 5 * H)
    with tenant(desk.tenant_id):
        assert ExceptionCase.objects.get().state == "reopened"


def test_a_poll_of_another_time_ends_no_case_however_long_ago_it_was_named(desk: Desk) -> None:
    poll(desk, row("a", "InvoiceSettled", 30))
    watch(desk, LATER + 3 * H)
    poll(desk, at=LATER + 4 * H, until=NOON)
    assert watch(desk, LATER + timedelta(days=40)) is None
    assert len(cases(desk)) == 1


def test_every_kind_of_gap_has_its_class_and_contribution(desk: Desk) -> None:
    for n, invoice in enumerate("abc"):
        more = {"paymentMethodId": "BTC-CHAIN", "payment": {"id": f"tx{n}", "value": "0.0005", "status": "Settled"}}
        desk.deliver(said("InvoiceReceivedPayment", invoice, **more))
    desk.take_in()
    word = "InvoiceReceivedPayment"
    changed = row("b", word).replace(f",{word},", ",InvoiceInvalid,")
    poll(desk, paid_row("a", word, "0.0004"), changed, paid_row("d", word, "0.0001"))
    watch(desk, LATER + 2 * H)
    assert sorted(cases(desk)) == [
        ("amount", "amount_mismatch", 10_000, "BTC", "a", f"a-{word}"),
        ("missing", "missing_counterpart", -10_000, "BTC", "d", f"d-{word}"),
        ("status", "ambiguous_finality", 0, "BTC", "b", f"b-{word}"),
        ("unknown", "missing_counterpart", 50_000, "BTC", "c", f"c-{word}"),
    ]


def test_the_service_level_is_a_setting(desk: Desk) -> None:
    with tenant(desk.tenant_id):
        set_matcher(actor=SET_UP, at=NOON, plane_pair="commerce-provider", service_hours={"gap": 5})
    poll(desk, row("a", "InvoiceSettled"))
    assert watch(desk, LATER + 5 * H - MINUTE) is None
    assert watch(desk, LATER + 5 * H) is not None


def test_a_type_that_nothing_reads_is_one_case_of_its_endpoint(desk: Desk) -> None:
    for n in range(5):
        desk.deliver(said("StoreMelted", "", delivery=f"m{n}", invoiceId=None))  # belongs to no payment
    desk.deliver(said("InvoiceMelted", "inv_7"))
    desk.deliver(said("InvoiceCreated", "inv_8"))  # known, and it moves nothing either
    desk.take_in()
    other = Desk(desk.tenant_id, name="Second shop")
    other.deliver(said("StoreMelted", "", delivery="m9", invoiceId=None))
    other.take_in()
    watch(desk, LATER)
    named = [("", "m0"), ("", "m9"), ("inv_7", "inv_7-InvoiceMelted")]
    assert sorted(cases(desk)) == [("unknown_type", "ambiguous_finality", 0, "", *names) for names in named]
    desk.deliver(said("StoreMelted", "", delivery="m10", invoiceId=None))
    desk.take_in()
    assert watch(desk, LATER + H) is None, "one case of each type, not a flood"


def test_a_refused_confirmation_is_a_case_and_an_error_and_ends_with_a_later_one(
    world: World, partner: Partner, caplog: pytest.LogCaptureFixture
) -> None:
    pay(world)
    partner.call("COMPLETED", amount="51.00")
    partner.work()
    with caplog.at_level(logging.ERROR, "plumbline.provider"):
        assert watch(partner, NOON + MINUTE) is not None
        watch(partner, NOON + 2 * MINUTE)
    (told,) = [r for r in caplog.records if r.getMessage() == "SETTLEMENT CONFIRMATION FAILED"]
    assert (told.tenant_id, told.payment_id, told.partner_reference) == (world.tenant_id, "p1", "D1")  # type: ignore[attr-defined]
    with tenant(world.tenant_id):
        case = ExceptionCase.objects.get()
        assert (case.plane_pair, case.kind, case.exception_class) == (
            "provider-ledger",
            "confirmation_failed",
            "amount_mismatch",
        )
        assert (case.payment_id, case.reference, int(case.contribution_minor), case.currency) == (
            "p1",
            "D1",
            -100,
            "ETB",
        )
        assert told.case_id == case.id  # type: ignore[attr-defined]
        assert "1 attempt: amount mismatch: ledger 5000, bank 5100" in CaseEvent.objects.get(case=case).text
        assert match_planes(actor=JOB, at=NOON + 5 * MINUTE, unique_key="r", whole=True)
        assert ExceptionCase.objects.get().state == "open", "a run across the planes has no say in it"


def test_a_refused_confirmation_that_is_given_up_says_so(world: World, partner: Partner) -> None:
    pay(world)
    partner.call("COMPLETED", amount="51.00")
    for attempt in range(11):
        partner.work(attempt * H)
        watch(partner, NOON + attempt * H)
    with tenant(world.tenant_id):
        assert ExceptionCase.objects.get().evidence["confirmation"][:2] == ["dead", 11]
        assert ExceptionCase.objects.get().run_count == 2


def test_a_confirmation_that_failed_for_good_is_a_case_until_it_is_posted(world: World, partner: Partner) -> None:
    partner.call("COMPLETED", amount="50.00")
    for attempt in range(11):
        assert watch(partner, NOON + attempt * H) is None
        partner.work(attempt * H)
    assert watch(partner, NOON + 11 * H) is not None
    with tenant(world.tenant_id):
        assert OutboxItem.objects.get(kind="confirm_settlement").state == "dead"
        case = ExceptionCase.objects.get()
        assert (case.exception_class, case.cause, int(case.contribution_minor)) == ("missing_counterpart", 5, -5000)
        assert (case.payment_id, case.reference) == ("D1", "D1")
    pay(world, "POSTED")
    watch(partner, NOON + 12 * H)
    with tenant(world.tenant_id):
        assert ExceptionCase.objects.get().state == "resolved"


def test_a_confirmation_that_is_tried_again_and_comes_through_opens_none(world: World, partner: Partner) -> None:
    partner.call("COMPLETED")
    partner.work()
    assert watch(partner, NOON) is None, "its transaction may be on its way"
    pay(world)
    partner.work(MINUTE)
    assert watch(partner, NOON + H) is None
    with tenant(world.tenant_id):
        assert not ExceptionCase.objects.exists()


def test_what_the_bank_took_back_is_not_confirmed_and_its_case_ends(world: World, partner: Partner) -> None:
    pay(world)
    partner.call("COMPLETED", amount="51.00")
    partner.work()
    watch(partner, NOON + MINUTE)
    partner.call("REJECTED", number=2)
    watch(partner, NOON + 2 * MINUTE)
    assert partner.work(H) == [("done", "")]
    assert status_of(world) == "PENDING"
    with tenant(world.tenant_id):
        assert ExceptionCase.objects.get().state == "resolved"
        assert match_planes(actor=JOB, at=LATER + 9 * H, unique_key="late", whole=True)
        assert not ExceptionCase.objects.exclude(state="resolved").exists(), "a callback is no customer's payment"


def test_another_tenant_sees_nothing_of_it(desk: Desk, rival: Tenant) -> None:
    poll(desk, row("a", "InvoiceSettled"))
    watch(desk, LATER + 3 * H)
    with tenant(rival.id):
        assert watch_provider(actor=JOB, at=LATER + 3 * H) is None
        assert not ExceptionCase.objects.exists()
