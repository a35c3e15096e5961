"""Posted anew by request and approval: what failed or was reversed while the bank settled it, and what has another amount."""

import json
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from ledger.actors import Actor
from ledger.balancing import OPPOSITE
from ledger.errors import AgainstRule, AlreadyReposted
from ledger.models import AuditEntry, LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.offer import offer
from reconciliation.corrections.reposting import repost_of
from reconciliation.corrections.request_repost import request_repost
from reconciliation.corrections.target import find_target
from reconciliation.errors import AlreadyRequested, BadInput, CheckerIsMaker, NoCorrection, NotPermitted, SecurityHold
from reconciliation.postings.set_posting_rule import set_posting_rule
from tests.people import SET_UP
from tests.reconciliation.books import NOW, Books, march
from tests.reconciliation.corrections.batches.test_walls import RawAs
from tests.reconciliation.corrections.test_request_booking import entries

S02 = "T1 10 ewa 4500 @D1 p1\nT2 10 ewa 30000 emp/rev 450 @D2\nL1 clr 10 -5400 @D1"
S06 = "T2 10 FAILED ewa 40 @D7 p7\nL2 clr 10 -40 @D7"


def case_with(books: Books, cause: int | None, account: str = "clr", day: str = "10") -> ExceptionCase:
    return next(c for c in books.cases(account, day) if c.cause == cause)


def repost(
    books: Books, name: str, case: ExceptionCase, by: Actor, code: str, key: str = "k", note: str = "FIN-1"
) -> Made:
    with tenant(books.tenant_id):
        return request_repost(
            transaction=books.ids[name],
            case=case.number,
            reason_code=code,
            note=note,
            idempotency_key=key,
            actor=by,
            at=NOW,
        )


def anew(books: Books, name: str) -> LedgerTransaction | None:
    with tenant(books.tenant_id):
        return LedgerTransaction.objects.filter(corrects__public_id=books.ids[name]).first()


@pytest.fixture
def mismatch(books: Books) -> ExceptionCase:
    check = books.play(S02).check_day("clr", "10")
    assert (check.ledger_total, check.statement_total, check.drift) == (34500, 5400, 29100)
    return next(c for c in books.cases("clr", "10") if c.exception_class == "amount_mismatch")


@pytest.fixture
def failed(books: Books) -> ExceptionCase:
    books.play(S06).check_day("clr", "10")
    return case_with(books, 5)


def test_s02_another_amount_is_reversed_and_posted_anew_as_one(
    books: Books, mismatch: ExceptionCase, maker: Actor, checker: Actor
) -> None:
    made = repost(books, "T1", mismatch, maker, "WRONG_AMOUNT")
    assert (made.state, books.again(mismatch).state) == ("open", "waiting_approval")
    assert anew(books, "T1") is None and books.reversal_of("T1") is None, "trying it out left nothing"
    decided = books.approve(made, checker)
    back, new = books.reversal_of("T1"), anew(books, "T1")
    assert back is not None and new is not None
    assert decided.transaction_ids == (back.id, new.id)
    assert (back.effective_on, new.effective_on, new.payment_id) == (march("10"), march("10"), "p1")
    assert (new.partner_reference, new.use_case, new.status) == ("D1", "ewa", "POSTED")
    assert back.decision_id == new.decision_id
    books.approve(books.reverse("T2", by=maker), checker)
    check = books.check_day("clr", "10")
    assert (check.verdict, check.ledger_total, check.statement_total) == ("CLEAN", 5400, 5400)
    assert books.again(mismatch).state == "resolved"
    with tenant(books.tenant_id):
        acts = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"transaction.reversed", "transaction.reposted", "request.executed"} <= acts


def test_s06_what_failed_is_posted_anew_on_the_line_s_day(
    books: Books, failed: ExceptionCase, maker: Actor, checker: Actor
) -> None:
    decided = books.approve(repost(books, "T2", failed, maker, "FAILED_HERE"), checker)
    new = anew(books, "T2")
    assert new is not None and decided.transaction_ids == (new.id,)
    assert (new.effective_on, new.payment_id, new.partner_reference) == (march("10"), "p7", "D7")
    assert books.transaction("T2").status == "FAILED"
    assert books.check_day("clr", "10").verdict == "CLEAN"
    assert books.again(failed).state == "resolved"


def test_s21_what_outlived_its_grace_is_reversed_and_then_posted_anew(
    books: Books, maker: Actor, checker: Actor
) -> None:
    books.play("T1 10 ewa 900 @D1").check_day("clr", "10")
    books.play("L1 clr 13 -900 @D1").check_day("clr", "13")
    late = case_with(books, 5, day="13")
    assert "once it is reversed there" in books.propose(late).sentence
    with pytest.raises(NoCorrection, match="once it is reversed"):
        repost(books, "T1", late, maker, "REVERSED_HERE")
    books.approve(books.reverse("T1", by=maker, code="POSTED_IN_ERROR", case=case_with(books, 1).number), checker)
    assert books.check_day("clr", "10").verdict == "CLEAN"
    books.check_day("clr", "13")
    late = case_with(books, 5, day="13")
    books.approve(repost(books, "T1", late, maker, "REVERSED_HERE"), checker)
    new = anew(books, "T1")
    assert new is not None and new.effective_on == march("13")
    check = books.check_day("clr", "13")
    assert (check.verdict, check.ledger_total, check.statement_total) == ("CLEAN", 900, 900)


@pytest.mark.parametrize(("status", "fails"), [("PENDING", True), ("FAILED", False)])
def test_what_does_not_count_at_another_amount_is_posted_anew_at_the_line_s(
    books: Books, maker: Actor, checker: Actor, status: str, fails: bool
) -> None:
    books.play(f"T1 10 {status} ewa 990 @D6 p6\nL1 clr 11 -909 @D6").check_day("clr", "11")
    (case,) = books.cases("clr", "11")
    with tenant(books.tenant_id):
        found = offer(case, at=NOW)
    assert found.proposal.kind == "repost" and found.preview is not None and found.preview.refused == ""
    assert f"{case.number}" and found.choices == [], "a confirmation at another amount would be refused"
    assert ("it fails" in found.proposal.sentence) == fails
    after = found.preview.days[0].after
    assert after is not None and (after.net, after.gross, after.ledger_total) == (0, 0, 909)
    made = repost(books, "T1", case, maker, "WRONG_AMOUNT")
    with tenant(books.tenant_id):
        asked_for = ApprovalRequest.objects.get(id=made.id)
    assert (asked_for.amount_minor, asked_for.payload["fails"]) == (990, fails), "the larger of the two is weighed"
    assert books.transaction("T1").status == status
    decided = books.approve(made, checker)
    new = anew(books, "T1")
    assert new is not None and decided.transaction_ids == (new.id,)
    assert (new.effective_on, new.payment_id, new.partner_reference) == (march("11"), "p6", "D6")
    assert sorted(entries(books, new)) == [("clr", "CREDIT", 909), ("emp", "DEBIT", 909)]
    assert books.transaction("T1").status == "FAILED"
    assert books.check_day("clr", "11").verdict == "CLEAN"
    assert books.again(case).state == "resolved"


def test_a_pending_one_confirmed_meanwhile_makes_it_stale(books: Books, maker: Actor, checker: Actor) -> None:
    books.play("T1 10 PENDING ewa 990 @D6\nL1 clr 10 -909 @D6").check_day("clr", "10")
    made = repost(books, "T1", books.cases("clr", "10")[0], maker, "WRONG_AMOUNT")
    books.play("confirm T1 10")
    decided = books.approve(made, checker)
    assert (decided.state, anew(books, "T1")) == ("stale", None)


@pytest.mark.parametrize("attack", ["another", "posted", "nothing"])
def test_the_database_fails_no_other_transaction_than_the_one_asked_for(
    books: Books, maker: Actor, raw_as: RawAs, attack: str
) -> None:
    books.play("T1 10 PENDING ewa 990 @D6\nT2 10 PENDING ewa 50 @D7\nL1 clr 10 -909 @D6").check_day("clr", "10")
    case = next(c for c in books.cases("clr", "10") if c.exception_class == "amount_mismatch")
    made = repost(books, "T1", case, maker, "WRONG_AMOUNT")
    with tenant(books.tenant_id):
        decision = ApprovalRequest.objects.get(id=made.id).decision_id
    one = books.transaction("T2" if attack == "another" else "T1").id
    link = raw_as("app", autocommit=True)
    link.execute("SELECT set_config('app.tenant_id', %s, false)", [str(books.tenant_id)])
    who = json.dumps({"kind": "person", "id": "x", "role": "controller", "policy_version": "x"})
    to = "POSTED" if attack == "posted" else "FAILED"
    with pytest.raises(psycopg.Error) as refused, link.transaction():
        link.execute(
            "SELECT guard.settle_transaction(%s, %s, '2026-03-10', %s, %s::jsonb, 'x', now(), NULL)",
            [one, to, decision, who],
        )
    expected = "repost_fails_as_asked" if attack != "nothing" else "move_has_its_approval"
    assert refused.value.diag.constraint_name == expected
    assert books.transaction("T1").status == "PENDING"


def test_the_offer_shows_both_and_changes_nothing(books: Books, mismatch: ExceptionCase) -> None:
    with tenant(books.tenant_id):
        before = LedgerTransaction.objects.count()
        found = offer(books.again(mismatch), at=NOW)
        assert LedgerTransaction.objects.count() == before
    assert found.preview is not None and found.preview.refused == ""
    shown = [(e.account, e.direction, e.amount_minor) for e in found.preview.entries]
    assert shown == [("emp", "CREDIT", 4500), ("clr", "DEBIT", 4500), ("emp", "DEBIT", 5400), ("clr", "CREDIT", 5400)]
    after = found.preview.days[0].after
    assert after is not None and (after.ledger_total, after.net) == (35400, 30000)
    assert "amount of the bank's line, 54.00 ETB, both effective Tue 10 Mar 2026" in found.proposal.sentence


@pytest.mark.parametrize("code", ["WRONG_AMOUNT", "REVERSED_HERE", "BANK_FEE"])
def test_the_reason_is_that_of_what_stands(books: Books, failed: ExceptionCase, maker: Actor, code: str) -> None:
    with pytest.raises(BadInput):
        repost(books, "T2", failed, maker, code)


def test_it_happens_once(books: Books, failed: ExceptionCase, maker: Actor, checker: Actor) -> None:
    made = repost(books, "T2", failed, maker, "FAILED_HERE")
    assert repost(books, "T2", failed, maker, "FAILED_HERE").id == made.id
    with pytest.raises(AlreadyRequested):
        repost(books, "T2", failed, maker, "FAILED_HERE", key="other")
    books.approve(made, checker, at=NOW + timedelta(minutes=1))
    with pytest.raises(NoCorrection, match="no check has looked since"):
        repost(books, "T2", failed, maker, "FAILED_HERE", key="other")
    with tenant(books.tenant_id), pytest.raises(AlreadyReposted):
        repost_of(find_target(books.ids["T2"], failed.number))


def test_one_posted_anew_meanwhile_makes_it_stale(
    books: Books, failed: ExceptionCase, maker: Actor, checker: Actor
) -> None:
    made = repost(books, "T2", failed, maker, "FAILED_HERE")
    books.play("N2 10 ewa 40 @D7")
    decided = books.approve(made, checker)
    assert (decided.state, {c.fact for c in decided.changed}) == ("stale", {"corrected_by"})


def test_one_reversed_meanwhile_makes_it_stale(
    books: Books, mismatch: ExceptionCase, maker: Actor, checker: Actor
) -> None:
    made = repost(books, "T1", mismatch, maker, "WRONG_AMOUNT")
    books.play("R1 10 rev T1")
    assert books.approve(made, checker).state == "stale"
    assert anew(books, "T1") is None


REFUSED = {
    "several lines": ("T1 10 ewa 4500 @D1\nL1 clr 10 -5000 @D1\nL2 clr 10 -400 @D1", "T1", "one bank line"),
    "more than two entries": (
        "T1 10 ewa 4500 emp/rev 450 @D1\nL1 clr 10 -5400 @D1",
        "T1",
        "how the other amount splits",
    ),
    "PENDING at the line's own amount": ("T1 10 PENDING ewa 174 @D6\nL1 clr 10 -174 @D6", "T1", "confirms it"),
    "PENDING, more than two entries": (
        "T1 10 PENDING ewa 4500 emp/rev 450 @D1\nL1 clr 10 -5400 @D1",
        "T1",
        "how the other amount splits",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_refused(books: Books, maker: Actor, name: str) -> None:
    rows, transaction, says = REFUSED[name]
    books.play(rows).check_day("clr", "10")
    case = books.cases("clr", "10")[0]
    assert books.propose(case).kind != "repost"
    with pytest.raises(NoCorrection, match=says):
        repost(books, transaction, case, maker, "OTHER")


def test_charge_detail_is_booked_and_not_posted_anew(books: Books, mismatch: ExceptionCase) -> None:
    with tenant(books.tenant_id):
        target = find_target(books.ids["T1"], mismatch.number)
        target.lines[0].charge_minor = 25  # type: ignore[assignment]
        with pytest.raises(NoCorrection, match="charge detail"):
            repost_of(target)


def test_a_held_account_is_left_alone(books: Books, failed: ExceptionCase, maker: Actor) -> None:
    books.play("L9 clr 10 -9 @X9").check_day("clr", "10")
    with pytest.raises(SecurityHold):
        repost(books, "T2", failed, maker, "FAILED_HERE")


def test_who_asks_and_who_agrees_are_two(books: Books, failed: ExceptionCase, checker: Actor, support: Actor) -> None:
    with pytest.raises(NotPermitted):
        repost(books, "T2", failed, support, "FAILED_HERE")
    made = repost(books, "T2", failed, checker, "FAILED_HERE")
    with pytest.raises(CheckerIsMaker):
        books.approve(made, checker)


def test_the_posting_rule_in_force_is_kept(books: Books, failed: ExceptionCase, maker: Actor) -> None:
    with tenant(books.tenant_id):
        set_posting_rule(use_case="ewa", directions={"clr": "DEBIT", "emp": "CREDIT"}, actor=SET_UP, at=NOW)
    with pytest.raises(AgainstRule):
        repost(books, "T2", failed, maker, "FAILED_HERE")


@pytest.mark.parametrize("change", ["amount", "day", "direction", "nothing"])
def test_the_database_takes_no_other_posting_than_the_one_asked_for(
    books: Books, mismatch: ExceptionCase, maker: Actor, raw_as: RawAs, change: str
) -> None:
    """Below the product: under the decision of the request, within the tenant, by the product's own role."""
    made = repost(books, "T1", mismatch, maker, "WRONG_AMOUNT")
    with tenant(books.tenant_id):
        request = ApprovalRequest.objects.get(id=made.id)
        payload: dict[str, Any] = request.payload
    original = books.transaction("T1")

    def item(n: int, rows: list[dict[str, str]], **over: Any) -> dict[str, Any]:
        legs = [[e["account_id"], e["direction"], e["amount_minor"]] for e in rows]
        return {
            "n": n, "key": f"attack {n}", "status": "POSTED", "use_case": "ewa", "partner_reference": "D1", "payment_id": "p1",
            "effective_on": "2026-03-10", "metadata": {}, "legs": legs, "fingerprint": "00" * 32,
            "decision": request.decision_id,
        } | over  # fmt: skip

    new = [dict(e) for e in payload["entries"]]
    over: dict[str, Any] = {"corrects": original.id}
    if change == "amount":
        new = [e | {"amount_minor": "5401"} for e in new]
    elif change == "day":
        over["effective_on"] = "2026-03-11"
    elif change == "direction":
        new = [e | {"direction": OPPOSITE[e["direction"]]} for e in new]  # type: ignore[index]
    items = [item(0, payload["undone"], reverses=original.id), item(1, new, **over)]
    link = raw_as("app", autocommit=True)
    link.execute("SELECT set_config('app.tenant_id', %s, false)", [str(books.tenant_id)])
    who = json.dumps({"kind": "person", "id": "x", "role": "controller", "policy_version": "x"})
    with pytest.raises(psycopg.Error) as refused, link.transaction():
        link.execute("SELECT * FROM ledger_post(%s::jsonb, %s::jsonb, now())", [json.dumps(items), who])
    expected = "repost_is_as_asked" if change != "nothing" else "move_has_its_approval"
    assert refused.value.diag.constraint_name == expected
    assert anew(books, "T1") is None


def test_what_it_wrote_is_put_right_again_by_its_own_reversal(
    books: Books, failed: ExceptionCase, maker: Actor, checker: Actor
) -> None:
    books.approve(repost(books, "T2", failed, maker, "FAILED_HERE"), checker)
    new = anew(books, "T2")
    assert new is not None
    assert sorted(entries(books, new)) == [("clr", "CREDIT", 40), ("emp", "DEBIT", 40)]
    books.ids["N2"] = str(new.public_id)
    assert books.approve(books.reverse("N2", by=maker, code="POSTED_IN_ERROR"), checker).state == "executed"
