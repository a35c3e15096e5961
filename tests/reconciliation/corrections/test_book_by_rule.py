"""What the bank alone shows is booked by rule exactly where a checkpoint names the rule, the bank's code and the amount; all else
is left for people."""

from typing import Any

import pytest
from django.db import IntegrityError, connection

from ledger.actors import Actor
from ledger.models import AuditEntry, LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalExecution, ApprovalRequest
from reconciliation.bank.set_booking_account import set_booking_account
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.corrections.book_by_rule import book_by_rule
from reconciliation.errors import NotPermitted
from reconciliation.outbox_models import OutboxItem
from reconciliation.work_off import work_off
from tests.checkpoints import Document, checkpoint, put_in_force, two_admins
from tests.people import UserMaker
from tests.reconciliation.books import NOW, Books
from tests.reconciliation.corrections.test_request_booking import book, entries

JOB = Actor("job", "book_by_rule", frozenset({"job"}))
FEE = 'L1 clr 10 -25 "FEE"'
BY_RULE: Document = {
    "moves": ["correction.book"], "when": {"door": ["rule"], "bank_code": ["FEE"], "use_case": ["bank_fee"]},
    "amounts": {"ETB": {"from": "1", "below": "100"}}, "outcome": "automatic",
    "reason": "Small fees of the bank are booked by themselves.",
}  # fmt: skip


@pytest.fixture
def admins(books: Books, user_of: UserMaker) -> tuple[Actor, Actor]:
    return two_admins(user_of, books.tenant_id)


def force(books: Books, admins: tuple[Actor, Actor], *clauses: Document) -> None:
    put_in_force(books.tenant_id, checkpoint(*clauses), maker=admins[0], checker=admins[1], at=NOW)


def set_by(books: Books, actor: Actor, account: str = "clr", use_case: str = "bank_fee", counter: str = "fee") -> None:
    with tenant(books.tenant_id):
        set_booking_account(bank_account=account, use_case=use_case, counter=counter, actor=actor, at=NOW)


def run(books: Books, account: str = "clr", **more: Any) -> int:
    with tenant(books.tenant_id):
        return book_by_rule(books.banks[account], "MR-1", more.pop("after", 0), actor=more.pop("actor", JOB), at=NOW)


def booked(books: Books) -> int:
    with tenant(books.tenant_id):
        return LedgerTransaction.objects.count()


def test_a_check_books_what_the_rule_names_and_the_next_one_is_clean(books: Books, admins: tuple[Actor, Actor]) -> None:
    force(books, admins, BY_RULE)
    set_by(books, admins[0])
    books.play(FEE).check_day("clr", "10")
    case = books.case("clr", "10")
    with tenant(books.tenant_id):
        item = OutboxItem.objects.get(kind="book_by_rule")
    assert work_off(books.tenant_id, item.id, at=item.due_at)
    with tenant(books.tenant_id):
        posted = LedgerTransaction.objects.get()
        request = ApprovalRequest.objects.get(kind="book")
        assert (request.quorum, request.state, request.made_by_id) == (0, "executed", admins[0].person_id)
        assert request.made_by_label == "the rule for bank fee of clr, set by First Admin"
        assert ApprovalExecution.objects.get(request=request).approved_by is None
        trail = AuditEntry.objects.filter(subject=f"CR-{request.number}").order_by("id").values_list("action", "actor")
        assert list(trail) == [("request.made", "book_by_rule"), ("request.executed", "book_by_rule")]
        inputs = CheckpointDecision.objects.get(id=request.decision_id).inputs
        assert (inputs["bank_code"], inputs["flow"], inputs["door"]) == ("FEE", "out", "rule")
    assert entries(books, posted) == [("fee", "DEBIT", 25), ("clr", "CREDIT", 25)]
    assert books.check_day("clr", "10").verdict == "CLEAN"
    assert books.again(case).state == "resolved"
    assert run(books) == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"when": {"door": ["rule"], "bank_code": ["CHRG"]}},
        {"when": {"door": ["rule"], "flow": ["in"]}},
        {"when": {"door": ["rule"], "use_case": ["interest"]}},
        {"amounts": {"ETB": {"from": "1", "below": "25"}}},
        {"when": {"door": ["screen"], "bank_code": ["FEE"]}},
        {"when": {"bank_code": ["FEE"]}},
        {"outcome": "approval", "approval": {"roles": ["controller"], "quorum": 1}},
        {"outcome": "forbidden"},
    ],
    ids=["code", "flow", "use case", "amount", "another door", "no door", "approval", "forbidden"],
)  # fmt: skip
def test_what_the_rule_does_not_name_is_left_for_people(
    books: Books, admins: tuple[Actor, Actor], maker: Actor, changed: Document
) -> None:
    force(books, admins, BY_RULE | changed)
    set_by(books, admins[0])
    books.play(FEE).check_day("clr", "10")
    assert (run(books), booked(books)) == (0, 0)
    with tenant(books.tenant_id):
        assert not ApprovalRequest.objects.filter(kind="book").exists(), "nothing waits in anybody's name"
    people = book(books, books.case("clr", "10").number, maker)
    assert people.state == ("executed" if changed.get("when") in ({"bank_code": ["FEE"]},) else people.state)


def test_a_clause_for_people_does_not_hide_the_rule_behind_it(books: Books, admins: tuple[Actor, Actor]) -> None:
    force(books, admins, BY_RULE | {"when": {"bank_code": ["FEE"]}}, BY_RULE)
    set_by(books, admins[0])
    books.play(FEE).check_day("clr", "10")
    assert (run(books), booked(books)) == (1, 1)


def test_without_a_rule_no_case_is_looked_at(
    books: Books, admins: tuple[Actor, Actor], django_assert_max_num_queries: Any
) -> None:
    set_by(books, admins[0])
    books.play(FEE).check_day("clr", "10")
    with django_assert_max_num_queries(5), tenant(books.tenant_id):
        assert book_by_rule(books.banks["clr"], "MR-1", 0, actor=JOB, at=NOW) == 0


def test_an_account_that_no_person_set_has_nobody_who_answers(books: Books, admins: tuple[Actor, Actor]) -> None:
    force(books, admins, BY_RULE)
    books.play(FEE).check_day("clr", "10")
    assert run(books) == 0, "no account is set"
    set_by(books, Actor("operator", "set-up", frozenset({"policy_admin"})))
    assert (run(books), booked(books)) == (0, 0)
    set_by(books, admins[1])
    assert (run(books), booked(books)) == (1, 1)


def test_what_waits_or_was_refused_is_left_to_those_who_looked(
    books: Books, admins: tuple[Actor, Actor], maker: Actor, checker: Actor
) -> None:
    set_by(books, admins[0])
    books.play(FEE).check_day("clr", "10")
    waits = book(books, books.case("clr", "10").number, maker)
    force(books, admins, BY_RULE)
    assert run(books) == 0
    books.reject(waits, checker)
    assert (run(books), booked(books)) == (0, 0), "a person said no: no rule says yes after it"


def test_nothing_is_booked_on_a_held_account(books: Books, admins: tuple[Actor, Actor]) -> None:
    force(books, admins, BY_RULE)
    set_by(books, admins[0])
    books.play(FEE).check_day("clr", "10")
    books.play("L2 clr 11 -250 @X991").check_day("clr", "11")
    assert (run(books), booked(books)) == (0, 0)


def test_one_that_cannot_be_booked_leaves_the_others(books: Books, admins: tuple[Actor, Actor]) -> None:
    force(books, admins, BY_RULE)
    set_by(books, admins[0])
    books.play(FEE + '\nL2 clr 10 -30 "FEE"').check_day("clr", "10")
    first = books.banks["clr"].lines.order_by("id")
    with tenant(books.tenant_id):
        taken = f"bank_fee of bank line {first[0].id}"
    from tests.reconciliation.corrections.test_request_booking import _post_under

    _post_under(books, taken)
    assert (run(books), booked(books)) == (1, 2)


def test_it_goes_on_where_it_stopped(
    books: Books, admins: tuple[Actor, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciliation.corrections.book_by_rule.AT_A_TIME", 1)
    force(books, admins, BY_RULE)
    set_by(books, admins[0])
    books.play(FEE + '\nL2 clr 10 -30 "FEE"').check_day("clr", "10")
    first, second = books.cases("clr", "10")
    assert run(books) == 1
    with tenant(books.tenant_id):
        item = OutboxItem.objects.get(unique_key=f"MR-1 after {first.id}")
    assert work_off(books.tenant_id, item.id, at=item.due_at)
    assert booked(books) == 2 and books.again(second).state != "resolved"


def test_whoever_set_the_account_approves_nothing_that_is_asked_in_their_name(
    books: Books, admins: tuple[Actor, Actor]
) -> None:
    """Held by the database's own key, whatever state the request is in and whatever roles they hold."""
    force(books, admins, BY_RULE)
    set_by(books, admins[0])
    books.play(FEE).check_day("clr", "10")
    run(books)
    attack = (
        "INSERT INTO approval_decision (request_id, made_by, payload_sha256, decided_by, role, verdict, reason, decided_at)"
        " SELECT id, made_by, payload_sha256, made_by, 'controller', 'approve', '', now() FROM approval_request WHERE kind = 'book'"
    )
    with pytest.raises(IntegrityError) as refused, connection.cursor() as cursor, tenant(books.tenant_id):
        cursor.execute(attack)
    assert refused.value.__cause__.diag.constraint_name == "decision_by_another_person"  # type: ignore[union-attr]


def test_only_a_job_s_role_runs_it(books: Books, support: Actor) -> None:
    with pytest.raises(NotPermitted):
        run(books, actor=support)
