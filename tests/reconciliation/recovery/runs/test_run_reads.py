"""What the page of a run reads beside its steps: the cases that the re-run cannot find, the classes that were set, what running it
again found, and the gaps of an order or a payment."""

from datetime import date, timedelta

import pytest

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.recovery.runs.classed import classed_gaps
from reconciliation.recovery.runs.compared_again import compared_again
from reconciliation.recovery.runs.open_gaps import OpenGap, open_gaps
from reconciliation.recovery.runs.other_planes import OtherPlanes, other_planes, values_of_scope
from reconciliation.recovery.runs.paths import rows_of
from reconciliation.recovery.runs.scope import RunScope, read_scope
from reconciliation.recovery.runs.standing import standing_of
from tests.reconciliation.recovery.runs.drifted import LATER, Drifted

pytestmark = pytest.mark.django_db(transaction=True)
DAY, NEXT = date(2026, 3, 20), date(2026, 3, 21)
LEDGER = read_scope(DAY, NEXT, ["ledger"])


def beside(shop: Drifted, by: Actor, scope: RunScope, most: int = 20) -> OtherPlanes:
    """As the fifth step of a run over the scope shows it, after a posting that no provider told of."""
    shop.post_from_export("o2")
    shop.match(minute=2870)
    shop.open(by, scope=scope)
    shop.freeze(by)
    shop.export(by)
    shop.rerun(by)
    with tenant(shop.tenant_id):
        return other_planes(standing_of(1), most)


def test_the_cases_that_a_close_counts_are_listed_one_by_one(shop: Drifted, controller: Actor) -> None:
    found = beside(shop, controller, LEDGER)
    assert "p-o2" in {c.payment_id for c in found.cases}
    assert all((c.pair, c.counts, c.day) == ("provider-ledger", True, DAY) for c in found.cases)
    with tenant(shop.tenant_id):
        left = rows_of("left_between", values_of_scope(LEDGER) | {"run": 0})
    assert found.counted == len(found.cases) == sum(int(row[2]) for row in left)


def test_cases_of_its_gaps_are_listed_though_the_close_does_not_compare_them(shop: Drifted, controller: Actor) -> None:
    found = beside(shop, controller, read_scope(DAY, NEXT))
    assert "p-o2" in {c.payment_id for c in found.cases}
    assert not any(c.counts for c in found.cases)
    assert {c.payment_id for c in found.cases} <= {"p-o2", "p-o3", "p-o4"}, "what has no gap is none of its business"


def test_of_a_run_that_names_payments_only_theirs_count(shop: Drifted, controller: Actor) -> None:
    found = beside(shop, controller, read_scope(DAY, NEXT, ["ledger"], payments=["p-o2"]))
    assert {(c.payment_id, c.counts) for c in found.cases} == {("p-o2", True)}


def test_a_list_is_bounded_and_says_how_many_there_are(shop: Drifted, controller: Actor) -> None:
    shop.post_from_export("o4")
    found = beside(shop, controller, LEDGER, most=1)
    assert (len(found.cases), found.counted > 1) == (1, True)


def test_the_class_that_was_set_last_counts_and_every_one_is_kept(
    shop: Drifted, controller: Actor, analyst: Actor
) -> None:
    shop.to_classes(controller)
    first, second, *_ = shop.gaps()
    shop.classify(first.number, "policy_hold", analyst)
    shop.classify(second.number, "timing_skew", analyst)
    shop.classify(first.number, "missing_counterpart", controller, key="c2", at=LATER + timedelta(minutes=1))
    with tenant(shop.tenant_id):
        run = standing_of(1).run
        rows = classed_gaps(run, after=0, most=10)
        assert [(g.number, g.exception_class, g.set_by, g.times) for g in rows] == [
            (first.number, "missing_counterpart", controller.name, 2), (second.number, "timing_skew", analyst.name, 1),
        ]  # fmt: skip
        assert [g.number for g in classed_gaps(run, after=first.number, most=10)] == [second.number]
        assert [g.number for g in classed_gaps(run, after=0, most=1)] == [first.number]


def test_what_running_it_again_found_is_told_by_its_newest_row(shop: Drifted, controller: Actor) -> None:
    shop.to_classes(controller)
    with tenant(shop.tenant_id):
        run, digest = standing_of(1).run, standing_of(1).said(3)["digest"]
        assert compared_again(run) is None
    shop.rerun(controller, at=LATER + timedelta(minutes=1))
    with tenant(shop.tenant_id):
        again = compared_again(run)
    assert again is not None
    assert (again.same, again.new_gaps, again.digest, again.asked_by) == (True, 0, digest, "Cora Controller")
    shop.receipt(
        "0.0009", "tx5", invoice="inv_1", ref="o1", minute=40
    )  # logged before the export's instant, after it ran
    shop.event("InvoiceSettled", "inv_1", "o1", minute=41)
    shop.rerun(controller, at=LATER + timedelta(minutes=2))
    with tenant(shop.tenant_id):
        again = compared_again(run)
    assert again is not None
    assert (again.same, again.new_gaps > 0, again.at) == (False, True, LATER + timedelta(minutes=2))


def test_an_order_and_a_payment_lead_to_their_gaps_while_the_run_stands(
    shop: Drifted, controller: Actor, second: Actor
) -> None:
    shop.to_classes(controller)
    unpaid, early, under = shop.gap("o2", "unpaid"), shop.gap("o2", "fulfilled_early"), shop.gap("o3", "under")
    with tenant(shop.tenant_id):
        assert open_gaps(order_ref="o2") == [OpenGap(1, n, 4) for n in sorted((unpaid, early))]
        assert open_gaps(payment_id="p-o3") == open_gaps(payment_id="inv_3") == [OpenGap(1, under, 4)]
        assert open_gaps(order_ref="o1") == open_gaps() == []
    shop.approve(shop.ask_stop(controller), second)
    with tenant(shop.tenant_id):
        assert open_gaps(order_ref="o2") == []
