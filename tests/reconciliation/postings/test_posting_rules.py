"""A posting follows the rule of its use case, by whatever door it comes; a rule changes by two people."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from ledger.actors import Actor
from ledger.errors import AgainstRule
from ledger.models import AuditEntry, LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import AlreadyRequested, BadInput, CannotBe, CheckerIsMaker, NotPermitted, ReasonMissing
from reconciliation.postings.models import PostingRule
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from reconciliation.postings.rule_versions import rule_in_force
from tests.people import INTEGRATION
from tests.reconciliation.books import NOW
from tests.reconciliation.corrections.batches.signs import RIGHT, WRONG, Signs

RawAs = Callable[..., psycopg.Connection[Any]]


@pytest.fixture
def signs(acme: Tenant) -> Signs:
    made = Signs(acme.id)
    made.rule(RIGHT)
    return made


def loan(key: str, debit: str = "emp", credit: str = "clr", **more: Any) -> PostingRequest:
    entries = [RequestedEntry(debit, "DEBIT", 120), RequestedEntry(credit, "CREDIT", 120)]
    return PostingRequest(key=key, use_case=more.pop("use_case", "loan"), entries=entries, **more)


def post(signs: Signs, *requests: PostingRequest) -> None:
    with tenant(signs.tenant_id):
        post_transactions(requests, actor=INTEGRATION, at=NOW, day_of=settlement_day)


@pytest.mark.django_db
@pytest.mark.parametrize("day", [None, NOW.date()], ids=["dated by us", "in one round trip"])
@pytest.mark.parametrize("status", ["POSTED", "PENDING"])
def test_what_goes_against_the_rule_is_refused(signs: Signs, day: Any, status: Any) -> None:
    with pytest.raises(AgainstRule, match="K1 debits account clr, and rule v1 of loan says that it is credited"):
        post(signs, loan("K1", "clr", "emp", effective_on=day, status=status))
    post(signs, loan("K2", effective_on=day, status=status), loan("K3", "clr", "rev", use_case="ewa"))


@pytest.mark.django_db
def test_one_of_a_batch_is_named_and_nothing_is_stored(signs: Signs) -> None:
    with pytest.raises(AgainstRule, match="K7 debits account clr"):
        post(signs, *[loan(f"K{n}") for n in range(7)], loan("K7", "clr", "emp"))
    with tenant(signs.tenant_id):
        assert LedgerTransaction.objects.count() == 0


@pytest.mark.django_db
def test_accounts_that_the_rule_does_not_name_go_either_way(signs: Signs) -> None:
    post(signs, loan("K1", "sus", "fee"), loan("K2", "fee", "sus"))


@pytest.mark.django_db
def test_a_reversal_mirrors_and_a_plain_re_post_with_the_old_sign_is_refused(
    acme: Tenant, admin: Actor, checker: Actor
) -> None:
    old = Signs(acme.id)
    old.rule(WRONG)
    old.play("T1 10 loan clr/emp 120 @K1")
    old.corrected_rule(admin, checker)
    old.play("R1 10 rev T1")
    with pytest.raises(AgainstRule, match="rule v2 of loan"):
        post(old, loan("again", "clr", "emp", corrects=old.ids["T1"]))
    post(old, loan("anew", corrects=old.ids["T1"]))


@pytest.mark.django_db
def test_what_was_planned_before_the_rule_came_is_not_confirmed_against_it(
    acme: Tenant, admin: Actor, checker: Actor
) -> None:
    old = Signs(acme.id)
    old.rule(WRONG)
    old.play("T1 10 PENDING loan clr/emp 120 @K1\nT2 10 PENDING ewa 20 @D2")
    old.corrected_rule(admin, checker)
    with pytest.raises(AgainstRule, match="debits account clr, and rule v2"):
        old.play("confirm T1 10")
    assert old.transaction("T1").status == "PENDING"


@pytest.mark.django_db
def test_the_first_version_is_set_and_a_later_one_asked_for(signs: Signs, admin: Actor, checker: Actor) -> None:
    with pytest.raises(NotPermitted, match="loan v1 is in force; another version is asked for"):
        signs.rule(WRONG)
    made = signs.ask_rule(admin, WRONG)
    with tenant(signs.tenant_id):
        assert rule_in_force("loan").number == 1, "nothing changes before a second person approves"
    with pytest.raises(AlreadyRequested):
        signs.ask_rule(admin, {"clr": "CREDIT", "rev": "DEBIT"}, key="other")
    signs.approve(made, checker)
    with tenant(signs.tenant_id):
        rule = rule_in_force("loan")
        assert (rule.number, rule.set_by, rule.active_from) == (2, "Checker", NOW)
        told = AuditEntry.objects.filter(action="posting_rule.set").order_by("id").last()
        assert (told.subject, told.detail["directions"]) == ("loan v2", WRONG)


@pytest.mark.django_db
def test_whoever_asks_for_a_rule_does_not_approve_it(signs: Signs, user_of: Any, maker: Actor, support: Actor) -> None:
    from tests.people import acting

    both = acting(user_of("Both", "policy_admin", "controller"), signs.tenant_id)
    made = signs.ask_rule(both, WRONG)
    with pytest.raises(CheckerIsMaker):
        signs.approve(made, both)
    for other in (maker, support):
        with pytest.raises(NotPermitted):
            signs.ask_rule(other, WRONG)


@pytest.mark.django_db
def test_what_a_rule_cannot_say(signs: Signs, admin: Actor) -> None:
    with pytest.raises(BadInput, match="debits one account at least"):
        signs.ask_rule(admin, {"clr": "DEBIT", "emp": "DEBIT"})
    with pytest.raises(BadInput, match="no account has the code 'nope'"):
        signs.ask_rule(admin, {"nope": "DEBIT", "emp": "CREDIT"})
    with pytest.raises(BadInput, match="goes DEBIT or CREDIT"):
        signs.ask_rule(admin, {"clr": "UP", "emp": "CREDIT"})
    with pytest.raises(CannotBe, match="loan v1 says exactly this"):
        signs.ask_rule(admin, RIGHT)
    with pytest.raises(BadInput, match="2 to 50 accounts"):
        signs.rule({"clr": "DEBIT"}, use_case="other")
    with pytest.raises(BadInput, match="lower-case"):
        signs.rule(RIGHT, use_case="Other Case")


@pytest.mark.django_db
def test_a_later_rule_says_why(signs: Signs, admin: Actor) -> None:
    from reconciliation.postings.request_posting_rule import request_posting_rule

    with tenant(signs.tenant_id), pytest.raises(ReasonMissing):
        request_posting_rule(use_case="loan", directions=WRONG, note=" ", idempotency_key="k", actor=admin, at=NOW)


@pytest.mark.django_db
def test_two_requests_and_the_second_is_stale(signs: Signs, admin: Actor, checker: Actor) -> None:
    made = signs.ask_rule(admin, WRONG)
    with tenant(signs.tenant_id):
        request = ApprovalRequest.objects.get(id=made.id)
        assert request.precondition["rule_in_force"] == 1
        assert set(request.touches) == {signs.accounts["clr"].id, signs.accounts["emp"].id}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["app", "audit", "owner", "superuser"])
def test_no_role_sets_a_later_rule_or_edits_one_in_sql(signs: Signs, raw_as: RawAs, role: str) -> None:
    with tenant(signs.tenant_id):
        allowed = record_decision(Move("setting.posting_rule", {"use_case": "loan"}), at=NOW, subjects=["loan"]).id
        before = PostingRule.objects.count()
    link = raw_as(role, autocommit=True)
    link.execute("SELECT set_config('app.tenant_id', %s, false)", [str(signs.tenant_id)])
    turned = f'{{"{signs.accounts["clr"].id}": "DEBIT", "{signs.accounts["emp"].id}": "CREDIT"}}'
    insert = (
        "INSERT INTO posting_rule (use_case, number, directions, note, active_from, set_by, decision_id)"
        " VALUES ('loan', %s, %s, '', now(), 'x', %s)"
    )
    attacks: list[tuple[str, list[Any]]] = [
        (insert, [2, turned, allowed]), (insert, [3, turned, allowed]), (insert, [1, turned, allowed]),
        ("UPDATE posting_rule SET directions = %s", [turned]), ("DELETE FROM posting_rule", []), ("TRUNCATE posting_rule", []),
    ]  # fmt: skip
    for statement, given in attacks:
        with pytest.raises(psycopg.Error):
            link.execute(statement, given)
    with tenant(signs.tenant_id):
        assert PostingRule.objects.count() == before
