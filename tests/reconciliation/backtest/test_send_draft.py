"""Terms drafted, tried and sent: a second person puts them in force, and sees whose cases they would close."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.backtest.edit_draft import edit_draft
from reconciliation.backtest.models import DryRun, SettingDraft
from reconciliation.bank.models import BankCalendar
from reconciliation.cases.assign_case import assign_case
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.commerce.models import Order
from reconciliation.errors import (
    AlreadyRequested,
    BadInput,
    CannotBe,
    CheckerIsMaker,
    NotPermitted,
    ReasonMissing,
)
from reconciliation.matching.asked_matcher import asked_matcher
from reconciliation.matching.models import MatcherVersion
from reconciliation.matching.planes.terms import pinned_at
from reconciliation.matching.set_matcher import set_matcher
from reconciliation.matching.versions import append_version
from reconciliation.planes.set_fulfilment import set_fulfilment
from tests.people import SET_UP, UserMaker, acting
from tests.reconciliation.backtest.bench import BANK, Bench
from tests.reconciliation.books import NOW, Books
from tests.reconciliation.planes.shop import NOON, Shop

pytestmark = pytest.mark.django_db(transaction=True)
UNLIKE = "T1 10 ewa 5000 @AB_1 p1\nL1 clr 10 -5000 @AB1"
FIRST, UNTIL = date(2026, 3, 9), date(2026, 3, 13)


@pytest.fixture
def books(acme: Tenant) -> Books:
    """Compared exactly, so that one payment and its line stand open as two cases."""
    books = Books(acme.id)
    with tenant(acme.id):
        set_matcher(actor=SET_UP, at=books.clock, reference_form="exact")
    books.play(UNLIKE).check_day("clr", "10")
    return books


@pytest.fixture
def bench(acme: Tenant, books: Books) -> Bench:
    return Bench(acme.id)


@pytest.fixture
def tried(bench: Bench, admin: Actor) -> tuple[SettingDraft, DryRun]:
    draft = bench.draft(admin)
    return draft, bench.dry_run(draft, admin, FIRST, UNTIL)


Tried = tuple[SettingDraft, DryRun]


def test_the_second_person_puts_them_in_force(
    acme: Tenant, bench: Bench, books: Books, tried: Tried, admin: Actor, checker: Actor
) -> None:
    made = bench.send(*tried, admin)
    with tenant(acme.id):
        assert MatcherVersion.objects.count() == 2
        draft = SettingDraft.objects.get()
        assert (draft.state, draft.request_id) == ("sent", made.id)
        frozen = ApprovalRequest.objects.get().payload
        assert frozen["document_sha256"] == bytes(draft.document_sha256).hex()
        assert frozen["result_sha256"] == bytes(tried[1].result_sha256 or b"").hex()
        assert (frozen["dry_run"], frozen["effect"]["closes"], frozen["effect"]["gained"]) == (1, 2, 1)
    assert bench.decide(made, checker).state == "executed"
    with tenant(acme.id):
        version = MatcherVersion.objects.latest("number")
        assert (version.number, version.reference_form) == (3, "letters_and_digits")
        decided = CheckpointDecision.objects.get(id=version.decision_id)
        assert (decided.move, decided.outcome, decided.rule) == ("setting.terms", "approval", "2")
        row = AuditEntry.objects.get(action="matcher.set", subject="ledger-bank v3")
        assert (row.actor, row.why) == (checker.id, "FIN-7")
    # What the dry run said comes true in the next run.
    books.check_day("clr", "10", NOW + timedelta(hours=1))
    assert {c.state for c in books.cases("clr", "10")} == {"resolved"}


def test_a_rejection_leaves_them_as_they_are(
    acme: Tenant, bench: Bench, tried: Tried, admin: Actor, checker: Actor
) -> None:
    assert bench.decide(bench.send(*tried, admin), checker, "reject").state == "rejected"
    with tenant(acme.id):
        assert MatcherVersion.objects.count() == 2
    with pytest.raises(CannotBe, match="was sent"):
        bench.send(*tried, admin)


def test_nobody_widens_a_tolerance_alone(acme: Tenant, bench: Bench, admin: Actor, user_of: UserMaker) -> None:
    both = acting(user_of("Both Hats", "policy_admin", "controller"), acme.id)
    draft = bench.draft(both)
    made = bench.send(draft, bench.dry_run(draft, both, FIRST, UNTIL), both)
    with pytest.raises(CheckerIsMaker):
        bench.decide(made, both)
    for pair in ("ledger-bank", "commerce-provider", "provider-ledger"):
        with tenant(acme.id), pytest.raises(NotPermitted, match="two people"):
            set_matcher(plane_pair=pair, actor=admin, at=NOW)


def test_the_checker_is_told_of_the_cases_of_the_one_who_asks(
    acme: Tenant, bench: Bench, books: Books, user_of: UserMaker
) -> None:
    worker = acting(user_of("Case Worker", "policy_admin", "analyst"), acme.id)
    mine, _ = books.cases("clr", "10")
    with tenant(acme.id):
        assign_case(number=mine.number, actor=worker, at=NOW)
    draft = bench.draft(worker)
    bench.send(draft, bench.dry_run(draft, worker, FIRST, UNTIL), worker)
    with tenant(acme.id):
        assert ApprovalRequest.objects.get().payload["effect"]["own"] == 1


def test_other_terms_set_meanwhile_make_it_stale(
    acme: Tenant, bench: Bench, tried: Tried, admin: Actor, checker: Actor
) -> None:
    made = bench.send(*tried, admin)
    with tenant(acme.id):
        set_matcher(actor=SET_UP, at=NOW, value_date_days=9)
    decided = bench.decide(made, checker)
    assert (decided.state, [c.fact for c in decided.changed]) == ("stale", ["version_in_force"])


def test_it_is_sent_with_a_fresh_dry_run_of_these_very_words(
    acme: Tenant, bench: Bench, tried: Tried, admin: Actor
) -> None:
    draft, dry = tried
    with pytest.raises(CannotBe, match="run one first"):
        bench.send(bench.draft(admin), dry, admin)
    with pytest.raises(CannotBe, match="older than 7 days"):
        bench.send(draft, dry, admin, at=NOW + timedelta(days=8))
    with tenant(acme.id):
        edit_draft(number=draft.number, name="Wider", document=BANK | {"value_date_days": 4}, actor=admin, at=NOW)
    with pytest.raises(CannotBe, match="of other words"):
        bench.send(draft, dry, admin)
    again = bench.dry_run(draft, admin, FIRST, UNTIL)
    with tenant(acme.id):
        set_matcher(actor=SET_UP, at=NOW, reference_form="exact", value_date_days=1)
    with pytest.raises(CannotBe, match="another is in force"):
        bench.send(draft, again, admin)
    with tenant(acme.id):
        assert not ApprovalRequest.objects.exists()


def test_what_says_the_same_asks_for_nothing(bench: Bench, admin: Actor) -> None:
    draft = bench.draft(admin, reference_form="exact")
    with pytest.raises(BadInput, match="version 2 says exactly this"):
        bench.send(draft, bench.dry_run(draft, admin, FIRST, UNTIL), admin)


def test_whom_and_what_it_refuses(bench: Bench, tried: Tried, admin: Actor, maker: Actor) -> None:
    with pytest.raises(ReasonMissing):
        bench.send(*tried, admin, note=" ")
    with pytest.raises(BadInput, match="2000 characters"):
        bench.send(*tried, admin, note="x" * 2001)
    with pytest.raises(NotPermitted):
        bench.send(*tried, maker)


def test_sent_twice_it_is_one_request(acme: Tenant, bench: Bench, tried: Tried, admin: Actor) -> None:
    made = bench.send(*tried, admin, idempotency_key="k9")
    assert not bench.send(*tried, admin, idempotency_key="k9").created
    other = bench.draft(admin, value_date_days=7)
    with pytest.raises(AlreadyRequested, match=f"CR-{made.number}"):
        bench.send(other, bench.dry_run(other, admin, FIRST, UNTIL), admin)


def planes(acme: Tenant) -> tuple[Shop, Bench]:
    """An order of 50,000 sat that came 2 sat short: one case between commerce and provider."""
    shop = Shop(acme.id)
    shop.order()
    shop.receipt("0.00049998", "X1")
    shop.event("InvoiceSettled", minute=3)
    shop.match(minute=4)
    assert len(shop.cases()) == 1
    return shop, Bench(acme.id, NOON + timedelta(minutes=10))


@pytest.mark.parametrize(
    ("changed", "what", "gained"), [({"tolerance": {"BTC": "2"}}, "closes", 1), ({"underpaid_up_to": {"BTC": "2"}}, "closes", 0)]
)  # fmt: skip
def test_between_the_other_planes_too(
    acme: Tenant, admin: Actor, checker: Actor, changed: dict[str, Any], what: str, gained: int
) -> None:
    shop, bench = planes(acme)
    draft = bench.draft(admin, "commerce-provider", **changed)
    there = bench.state()
    dry = bench.dry_run(draft, admin, date(2026, 3, 20), date(2026, 3, 21))
    assert bench.state() == there
    assert dry.refused == ""
    result = dry.result or {}
    ((case,), matches) = result["cases"]["listed"], result["matches"]
    assert (case["what"], case["contribution"], case["payment"]) == (what, "-2", "p-o1")
    assert sum(m["count"] for m in matches["changed"]) == matches["after"] - matches["before"] == gained
    assert [int(m["minor"]) for m in matches["changed"]] == [49_998] * gained
    assert result["open"] == {"BTC": ["-2", "0"]}
    assert bench.decide(bench.send(draft, dry, admin), checker).state == "executed"
    with tenant(acme.id):
        assert pinned_at(bench.at).numbers == {"commerce-provider": 1, "provider-ledger": 0}
    shop.match(minute=20)
    assert shop.cases() == []


def test_what_the_drafted_terms_would_do_by_rule_is_counted_and_not_done(acme: Tenant, admin: Actor) -> None:
    _, bench = planes(acme)
    with tenant(acme.id):
        set_fulfilment(rail="", asset="", fulfil_on="confirmed", actor=SET_UP, at=NOON)
    draft = bench.draft(admin, "commerce-provider", tolerance={"BTC": "2"})
    result = bench.dry_run(draft, admin, date(2026, 3, 20), date(2026, 3, 21)).result or {}
    assert result["acts"] == {"posted": 1, "fulfilled": 1}
    with tenant(acme.id):
        assert set(Order.objects.values_list("state", flat=True)) == {"open"}


def test_the_database_puts_nothing_in_force_that_waits_for_a_second_person(
    acme: Tenant, bench: Bench, tried: Tried, admin: Actor, checker: Actor
) -> None:
    made = bench.send(*tried, admin)
    with tenant(acme.id):
        decision = ApprovalRequest.objects.get().decision_id
    with pytest.raises(IntegrityError, match="move_has_its_approval"), tenant(acme.id):
        row = BankCalendar.objects.latest("id")
        row.pk, row.decision_id, row.effective_from = None, decision, UNTIL
        row.save(force_insert=True)
    bench.decide(made, checker, "reject")
    with pytest.raises(IntegrityError, match="move_has_its_approval"), tenant(acme.id):
        append_version(
            "ledger-bank", decision_id=decision, policy_version="-", actor=SET_UP, at=NOW,
            **asked_matcher("ledger-bank", BANK).columns,
        )  # fmt: skip
