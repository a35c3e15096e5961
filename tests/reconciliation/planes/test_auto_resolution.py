"""What a rule ends without a person: an underpayment within its threshold, and timing that cleared. One unit more stays."""

import pytest

from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.cases.models import CaseEvent, ExceptionCase
from reconciliation.cases.resolve_case import resolve_case
from reconciliation.matching.models import PlaneMatch, PlaneRun
from reconciliation.matching.set_matcher import set_matcher
from tests.people import SET_UP
from tests.reconciliation.planes.shop import NOON, Shop

THRESHOLD = 2_000


@pytest.fixture
def shop(acme: Tenant) -> Shop:
    shop = Shop(acme.id)
    terms(shop, THRESHOLD)
    return shop


def terms(shop: Shop, up_to: int | None) -> None:
    with tenant(shop.tenant_id):
        set_matcher(
            plane_pair="commerce-provider", underpaid_up_to={} if up_to is None else {"BTC": str(up_to)}, actor=SET_UP,
            at=NOON.replace(hour=1),
        )  # fmt: skip


def short_by(shop: Shop, minor: int, ref: str = "o1") -> ExceptionCase:
    """An order of 50,000 that came short by so much."""
    shop.order(ref=ref)
    shop.receipt(f"0.{50_000 - minor:08d}", f"X{ref}", invoice=f"inv_{ref}", ref=ref)
    shop.event("InvoiceSettled", f"inv_{ref}", ref, minute=3)
    shop.match(minute=4)
    return case(shop, f"p-{ref}")


def case(shop: Shop, payment: str = "p-o1") -> ExceptionCase:
    with tenant(shop.tenant_id):
        return ExceptionCase.objects.get(payment_id=payment, plane_pair="commerce-provider")


def said(shop: Shop, of: ExceptionCase) -> list[CaseEvent]:
    with tenant(shop.tenant_id):
        return list(CaseEvent.objects.filter(case=of).order_by("id"))


@pytest.mark.parametrize("minor", [1, THRESHOLD - 1, THRESHOLD])
def test_up_to_the_threshold_it_is_ended_in_the_run_that_found_it(shop: Shop, minor: int) -> None:
    ended = short_by(shop, minor)
    assert (ended.state, ended.resolution, ended.owner_id) == ("resolved", "auto_underpaid", None)
    assert (ended.kind, int(ended.contribution_minor)) == ("under", -minor)
    opened, closed = said(shop, ended)
    assert (opened.kind, closed.kind, closed.person_id) == ("opened", "resolved", None)
    assert (closed.detail["matcher"], closed.detail["threshold"]) == ("commerce-provider v1", str(THRESHOLD))
    assert closed.detail["code"] == "auto_underpaid"
    with tenant(shop.tenant_id):
        assert PlaneRun.objects.get().open_count == 0


def test_one_unit_more_stays_open(shop: Shop) -> None:
    assert short_by(shop, THRESHOLD + 1).state == "open"


def test_what_came_over_stays_open_however_little(shop: Shop) -> None:
    assert short_by(shop, -1).state == "open"


def test_without_a_threshold_of_its_asset_nothing_is_ended_by_rule(acme: Tenant) -> None:
    shop = Shop(acme.id)
    assert short_by(shop, 1).state == "open"


def test_it_is_no_match_and_nothing_is_recognised_for_it(shop: Shop) -> None:
    short_by(shop, 10)
    with tenant(shop.tenant_id):
        assert not PlaneMatch.objects.filter(pair="commerce-provider").exists()
    assert [row[0] for row in shop.posted()] == ["deposit"]


def test_it_stays_ended_when_seen_again_and_is_work_once_it_grows_beyond(shop: Shop) -> None:
    short_by(shop, 10)
    shop.receipt("0.00000001", "X2", invoice="inv_2", minute=5)
    shop.event("InvoiceSettled", "inv_2", minute=6)
    shop.match(minute=7)
    ended = case(shop)
    assert (ended.state, int(ended.contribution_minor)) == ("resolved", -9)
    assert [e.kind for e in said(shop, ended)] == ["opened", "resolved", "reopened", "resolved"]
    terms(shop, 8)
    shop.match(minute=8)
    grown = case(shop)
    assert (grown.state, grown.resolution) == ("reopened", "")


def test_a_case_that_somebody_works_on_stays_theirs(shop: Shop, maker: Actor) -> None:
    found = short_by(shop, THRESHOLD + 1)
    with tenant(shop.tenant_id):
        ExceptionCase.objects.filter(id=found.id).update(state="assigned", owner_id=maker.person_id)
    terms(shop, THRESHOLD + 1)
    shop.match(minute=8)
    assert case(shop).state == "assigned"


def test_one_that_nobody_took_up_is_ended_once_the_threshold_covers_it(shop: Shop) -> None:
    short_by(shop, THRESHOLD + 1)
    terms(shop, THRESHOLD + 1)
    shop.match(minute=8)
    ended = case(shop)
    assert (ended.state, ended.resolution) == ("resolved", "auto_underpaid")
    assert said(shop, ended)[-1].detail["matcher"] == "commerce-provider v2"


def test_timing_that_cleared_names_the_version_that_saw_it(shop: Shop) -> None:
    shop.order()
    shop.receipt("0.0005", "X1")
    shop.event("InvoiceProcessing", minute=2)
    shop.match(minute=400)
    assert case(shop).exception_class == "timing_skew"
    shop.event("InvoiceSettled", minute=401)
    shop.match(minute=402)
    ended = case(shop)
    assert (ended.state, ended.resolution) == ("resolved", "cleared_in_grace")
    last = said(shop, ended)[-1]
    assert last.detail == {
        "code": "cleared_in_grace", "matcher": "commerce-provider v1", "exception_class": "timing_skew",
    }  # fmt: skip


def test_what_a_person_ended_stays_so_until_its_rows_or_its_figure_change(shop: Shop, maker: Actor) -> None:
    found = short_by(shop, THRESHOLD + 500)
    with tenant(shop.tenant_id):
        resolve_case(
            number=found.number, code="settled_with_payer", note="voucher 12", key="k1", actor=maker, at=NOON.replace(minute=5)
        )  # fmt: skip
    shop.match(minute=6)
    assert (case(shop).state, case(shop).resolution) == ("resolved", "settled_with_payer")
    shop.event("InvoiceExpired", "inv_empty", minute=7)
    shop.match(minute=8)
    again = case(shop)
    assert (again.state, int(again.contribution_minor), len(again.evidence["rows"])) == (
        "reopened",
        -THRESHOLD - 500,
        3,
    )
    assert again.owner_id == maker.person_id
