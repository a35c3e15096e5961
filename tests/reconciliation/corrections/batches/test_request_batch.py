"""Story S04 through one request and one approval: every posting of the use case with the wrong sign is reversed and posted anew."""

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.corrections.batches.models import BatchDone, BatchMember
from reconciliation.errors import AlreadyRequested, BadInput, NoCorrection, NotPermitted, SecurityHold
from reconciliation.outbox_models import OutboxItem
from tests.reconciliation.books import NOW
from tests.reconciliation.corrections.batches.signs import AFTER, S04, Signs

pytestmark = pytest.mark.django_db


@pytest.fixture
def signs(acme: Tenant) -> Signs:
    made = Signs(acme.id)
    made.rule()
    made.play(S04)
    for day in ("09", "10"):
        made.check_day("clr", day)
    return made


def test_the_story_ends_clean_by_one_approval(signs: Signs, maker: Actor, checker: Actor, admin: Actor) -> None:
    case = signs.case("clr", "09")
    assert (case.cause, int(case.contribution_minor)) == (3, -120)
    signs.corrected_rule(admin, checker)

    made = signs.ask(maker, case.number)
    assert signs.again(case).state == "waiting_approval"
    assert signs.approve(made, checker).state == "executed"
    signs.work()

    batch = signs.batch(made)
    assert (batch.state, batch.done_count, batch.member_count) == ("done", 2, 2)
    for day, total in (("09", 60), ("10", 170)):
        check = signs.check_day("clr", day, AFTER)
        assert (check.verdict, int(check.ledger_total), int(check.drift)) == ("CLEAN", total, 0)
    assert {c.state for c in signs.cases("clr")} == {"resolved"}


def test_every_entry_of_the_use_case_has_its_sign(signs: Signs, maker: Actor, checker: Actor, admin: Actor) -> None:
    signs.corrected_rule(admin, checker)
    signs.approve(signs.ask(maker, signs.case("clr", "10").number), checker)
    signs.work()

    wrong = [("clr", "DEBIT", 120), ("emp", "CREDIT", 120), ("clr", "DEBIT", 60), ("emp", "CREDIT", 60)]
    turned = [(account, "CREDIT" if d == "DEBIT" else "DEBIT", n) for account, d, n in wrong]
    assert signs.entries(use_case="loan", reverses=None, corrects=None) == wrong
    assert signs.entries(use_case="loan", reverses__isnull=False) == turned
    assert signs.entries(use_case="loan", corrects__isnull=False) == turned
    assert signs.entries(use_case="ewa") == [("emp", "DEBIT", 50), ("clr", "CREDIT", 50)], "no other is touched"
    with tenant(signs.tenant_id):
        for name in ("T1", "T4"):
            original = LedgerTransaction.objects.get(public_id=signs.ids[name])
            both = (original.reversal, original.correction)
            assert {(t.effective_on, t.partner_reference) for t in both} == {
                (original.effective_on, original.partner_reference)
            }


def test_members_are_all_of_the_use_case_and_not_those_of_cases_alone(
    signs: Signs, maker: Actor, checker: Actor, admin: Actor
) -> None:
    signs.play(
        "T8 05 loan clr/emp 7 @K8\nT9 06 loan clr/emp 9 @K9\nR9 06 rev T9"
    )  # of a day that nobody checks; reversed
    signs.corrected_rule(admin, checker)
    made = signs.ask(maker, signs.case("clr", "10").number)
    with tenant(signs.tenant_id):
        members = set(BatchMember.objects.filter(request_id=made.id).values_list("transaction__public_id", flat=True))
    assert {str(m) for m in members} == {signs.ids[n] for n in ("T1", "T4", "T8")}


def test_without_a_newer_rule_it_is_refused_with_the_next_step(
    signs: Signs, maker: Actor, checker: Actor, admin: Actor
) -> None:
    with pytest.raises(NoCorrection, match="loan v1 says what loan posted; a corrected rule comes into force first"):
        signs.ask(maker, signs.case("clr", "10").number)
    waiting = signs.ask_rule(admin)
    with pytest.raises(NoCorrection, match="loan v1"):
        signs.ask(maker, signs.case("clr", "10").number)
    signs.approve(waiting, checker)
    assert signs.ask(maker, signs.case("clr", "10").number).state == "open"


def test_a_use_case_without_a_rule_is_refused(acme: Tenant, maker: Actor) -> None:
    bare = Signs(acme.id)
    bare.play(S04)
    bare.check_day("clr", "10")
    with pytest.raises(NoCorrection, match="loan has no posting rule yet"):
        bare.ask(maker, bare.case("clr", "10").number)


def test_who_may_not_ask(signs: Signs, support: Actor, admin: Actor, checker: Actor) -> None:
    signs.corrected_rule(admin, checker)
    for other in (support, admin):
        with pytest.raises(NotPermitted):
            signs.ask(other, signs.case("clr", "10").number)


def test_the_same_form_twice_is_one_request_and_another_is_told_of_it(
    signs: Signs, maker: Actor, checker: Actor, admin: Actor
) -> None:
    signs.corrected_rule(admin, checker)
    number = signs.case("clr", "10").number
    first, again = signs.ask(maker, number), signs.ask(maker, number)
    assert (first.id, first.created, again.created) == (again.id, True, False)
    with pytest.raises(AlreadyRequested, match=f"CR-{first.number} by Maker asks for this already"):
        signs.ask(maker, signs.case("clr", "09").number, key="other")
    signs.approve(first, checker)
    with pytest.raises(AlreadyRequested, match=f"CR-{first.number} is being carried out"):
        signs.ask(maker, signs.case("clr", "09").number, key="other")


def test_another_case_s_cause_or_reason_is_refused(signs: Signs, maker: Actor, checker: Actor, admin: Actor) -> None:
    signs.corrected_rule(admin, checker)
    signs.play("T7 10 ewa 30 @D9\n")
    signs.check_day("clr", "10")
    other = next(c for c in signs.cases("clr", "10") if c.cause != 3)
    with pytest.raises(NoCorrection, match="no case of a wrong sign"):
        signs.ask(maker, other.number)
    with pytest.raises(SecurityHold):
        signs.play("L9 clr 10 -700 @X9")
        signs.check_day("clr", "10")
        signs.ask(maker, next(c for c in signs.cases("clr", "10") if c.cause == 3).number)


def test_a_rule_that_names_too_few_accounts_is_refused_by_the_posting_s_name(
    signs: Signs, maker: Actor, checker: Actor, admin: Actor
) -> None:
    signs.approve(signs.ask_rule(admin, {"clr": "CREDIT", "rev": "DEBIT"}), checker)
    with pytest.raises(NoCorrection, match=r"of LT-.* would differ; the rule names too few of its accounts"):
        signs.ask(maker, signs.case("clr", "10").number)


def test_a_member_reversed_before_the_approval_makes_it_stale(
    signs: Signs, maker: Actor, checker: Actor, admin: Actor
) -> None:
    signs.corrected_rule(admin, checker)
    made = signs.ask(maker, signs.case("clr", "10").number)
    signs.play("R4 09 rev T4")
    decided = signs.approve(made, checker)
    assert decided.state == "stale"
    assert [c.fact for c in decided.changed] == ["members"]
    with tenant(signs.tenant_id):
        assert not OutboxItem.objects.filter(kind="correct_chunk").exists()


def test_a_member_changed_since_the_approval_stops_the_rest_and_is_named(
    signs: Signs, maker: Actor, checker: Actor, admin: Actor
) -> None:
    signs.play("T8 11 loan clr/emp 30 @K8\nL8 clr 11 -30 @K8")
    signs.check_day("clr", "11")
    signs.corrected_rule(admin, checker)
    made = signs.ask(maker, signs.case("clr", "10").number)
    signs.approve(made, checker)
    assert signs.chunk(made, at_a_time=1).done_count == 1  # T1 was posted first
    signs.play("R4 09 rev T4")
    batch = signs.chunk(made, at_a_time=1)

    changed = signs.transaction("T4")
    assert (batch.state, batch.done_count) == ("stopped", 1)
    assert batch.stopped_transaction_id == changed.id
    assert batch.stopped_because.startswith(f"{changed} was reversed by LT-")
    with tenant(signs.tenant_id):
        told = AuditEntry.objects.get(action="batch.stopped")
        assert told.detail["transaction"] == str(changed.public_id)
        assert (told.detail["done"], told.detail["of"]) == (1, 3)
        assert BatchDone.objects.filter(request_id=made.id).count() == 1
    assert signs.chunk(made).done_count == 1, "what stopped stays stopped"
    signs.play("N4 09 loan emp/clr 60 @K0")
    signs.work()
    assert signs.check_day("clr", "10", AFTER).verdict == "CLEAN", "what was done before stays done"

    rest = signs.ask(maker, signs.case("clr", "11").number, key="the rest")  # asked for anew, as it stands
    signs.approve(rest, checker)
    signs.work()
    assert (signs.batch(rest).state, signs.batch(rest).done_count) == ("done", 1)
    assert signs.check_day("clr", "11", AFTER).verdict == "CLEAN"


def test_another_rule_since_the_approval_stops_it(signs: Signs, maker: Actor, checker: Actor, admin: Actor) -> None:
    signs.corrected_rule(admin, checker)
    made = signs.ask(maker, signs.case("clr", "10").number)
    signs.approve(made, checker)
    signs.approve(signs.ask_rule(admin, {"clr": "CREDIT", "emp": "DEBIT", "rev": "CREDIT"}, key="v3"), checker)
    batch = signs.chunk(made)
    assert (batch.state, batch.done_count) == ("stopped", 0)
    assert batch.stopped_because == "posting rule loan v3 came into force since the approval"


def test_money_out_that_nobody_initiated_stops_it(signs: Signs, maker: Actor, checker: Actor, admin: Actor) -> None:
    signs.corrected_rule(admin, checker)
    made = signs.ask(maker, signs.case("clr", "10").number)
    signs.approve(made, checker)
    signs.play("L9 clr 10 -700 @X9")
    signs.check_day("clr", "10")
    batch = signs.chunk(made)
    assert (batch.state, batch.done_count) == ("stopped", 0)
    assert batch.stopped_because.startswith("security hold since the approval: C-")


def test_it_is_told_chunk_by_chunk(signs: Signs, maker: Actor, checker: Actor, admin: Actor) -> None:
    signs.corrected_rule(admin, checker)
    made = signs.ask(maker, signs.case("clr", "10").number)
    signs.approve(made, checker)
    for _ in range(3):
        signs.chunk(made, at_a_time=1)
    with tenant(signs.tenant_id):
        told = [
            (a.action, a.detail.get("done"))
            for a in AuditEntry.objects.filter(action__startswith="batch.").order_by("id")
        ]
        assert told == [("batch.begun", None), ("batch.corrected", 1), ("batch.corrected", 2), ("batch.done", 2)]
        assert AuditEntry.objects.filter(action="transaction.reposted").count() == 2
        assert ApprovalRequest.objects.get(id=made.id).state == "executed"


def test_a_code_of_another_kind_is_refused(signs: Signs, maker: Actor) -> None:
    from reconciliation.corrections.batches.request_batch import request_batch

    with tenant(signs.tenant_id), pytest.raises(BadInput, match=r"reason to correction\.batch"):
        request_batch(
            case=signs.case("clr", "10").number,
            note="",
            idempotency_key="k",
            actor=maker,
            at=NOW,
            reason_code="BANK_FEE",
        )
