"""A line without reference and the lone entry beside it: two people say whether they belong together."""

from typing import Any

import psycopg
import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.offer import offer
from reconciliation.corrections.request_joining import request_joining
from reconciliation.errors import NoCorrection, NotPermitted
from reconciliation.matching.models import LineIdentification
from tests.reconciliation.books import NOW, Books
from tests.reconciliation.corrections.batches.test_walls import RawAs

PAIR = 'T1 10 receipt 45 @I3 p1\nL1 cash 10 +45 "TRF"'
TWO = 'T1 10 receipt 45 @I3 p1\nT2 10 receipt 45 @I4 p2\nL1 cash 10 +45 "TRF"'


def joining(books: Books, case: ExceptionCase, by: Actor, kind: str = "join", name: str = "T1", key: str = "k") -> Made:
    code = "SAME_MONEY" if kind == "join" else "DIFFERENT_MONEY"
    with tenant(books.tenant_id):
        return request_joining(
            kind=kind, transaction=books.ids[name], case=case.number, reason_code=code, note="seen", idempotency_key=key,
            actor=by, at=NOW,
        )  # fmt: skip


@pytest.fixture
def pair(books: Books) -> ExceptionCase:
    assert books.play(PAIR).check_day("cash", "10").verdict == "DRIFTED"
    return books.case("cash", "10")


def test_what_belongs_together_matches_at_the_next_check(
    books: Books, pair: ExceptionCase, maker: Actor, checker: Actor
) -> None:
    with tenant(books.tenant_id):
        found, before = offer(pair, at=NOW), LedgerTransaction.objects.count()
    assert (found.proposal.kind, [c.kind for c in found.choices]) == ("join", ["apart"])
    assert found.preview is not None and (found.preview.refused, found.preview.entries) == ("", ())
    after = found.preview.days[0].after
    assert after is not None and (after.count, after.verdict) == (0, "CLEAN")
    made = joining(books, pair, maker)
    assert (made.state, made.quorum, books.again(pair).state) == ("open", 1, "waiting_approval")
    with pytest.raises(NotPermitted):
        books.approve(made, maker)
    assert books.approve(made, checker).state == "executed"
    check = books.check_day("cash", "10")
    assert (check.verdict, check.ledger_total, check.statement_total, check.gross) == ("CLEAN", 45, 45, 0)
    assert books.again(pair).state == "resolved"
    with tenant(books.tenant_id):
        assert LedgerTransaction.objects.count() == before, "nothing was posted"
        assert AuditEntry.objects.filter(action="line.joined", subject=books.ids["T1"]).count() == 1
    assert books.check_day("cash", "10").verdict == "CLEAN", "and stays so"


def test_a_later_line_of_the_reference_is_judged_beside_the_joined_one(
    books: Books, pair: ExceptionCase, maker: Actor, checker: Actor
) -> None:
    books.approve(joining(books, pair, maker), checker)
    assert books.check_day("cash", "10").verdict == "CLEAN"
    books.play("L2 cash 10 +45 @I3")
    check = books.check_day("cash", "10")
    (case,) = [c for c in books.cases("cash", "10") if c.state != "resolved"]
    assert (check.drift, case.exception_class) == (-45, "duplicate_observation")


def test_what_is_different_is_stated_each_by_itself(
    books: Books, pair: ExceptionCase, maker: Actor, checker: Actor
) -> None:
    books.approve(joining(books, pair, maker, "apart"), checker)
    check = books.check_day("cash", "10")
    assert (check.verdict, check.drift, check.gross, check.open_count) == ("DRIFTED", 0, 90, 2)
    cases = [c for c in books.cases("cash", "10") if c.state != "resolved"]
    assert {(c.exception_class, int(c.contribution_minor)) for c in cases} == {
        ("reference_mismatch", -45),
        ("missing_counterpart", 45),
    }
    with tenant(books.tenant_id), pytest.raises(NoCorrection):
        joining(books, next(c for c in cases if c.contribution_minor < 0), maker, key="again")


def test_of_several_people_choose_the_one(books: Books, maker: Actor, checker: Actor) -> None:
    books.play(TWO).check_day("cash", "10")
    (line,) = [c for c in books.cases("cash", "10") if c.exception_class == "reference_mismatch"]
    with tenant(books.tenant_id):
        found = offer(line, at=NOW)
    assert found.proposal.kind is None
    assert [(c.kind, c.transaction) for c in found.choices] == [("join", books.ids["T1"]), ("join", books.ids["T2"])]
    books.approve(joining(books, line, maker, name="T2"), checker)
    check = books.check_day("cash", "10")
    assert (check.drift, check.open_count) == (45, 1)
    (left,) = [c for c in books.cases("cash", "10") if c.state != "resolved"]
    assert left.payment_id == "p1"


def test_it_is_refused_to_others_and_of_other_pairs(
    books: Books, pair: ExceptionCase, maker: Actor, support: Actor
) -> None:
    with pytest.raises(NotPermitted):
        joining(books, pair, support)
    books.play("T2 10 receipt 46 @I9 p9")
    with pytest.raises(NoCorrection, match="stands alone beside"):
        joining(books, pair, maker, name="T2")


def test_one_reversed_meanwhile_makes_it_stale(books: Books, pair: ExceptionCase, maker: Actor, checker: Actor) -> None:
    made = joining(books, pair, maker)
    books.play("R1 10 rev T1")
    assert books.approve(made, checker).state == "stale"


@pytest.mark.parametrize("attack", ["another transaction", "apart instead", "not approved", "the line edited"])
def test_the_database_takes_only_what_was_asked_and_approved(
    books: Books, pair: ExceptionCase, maker: Actor, raw_as: RawAs, attack: str
) -> None:
    books.play("T2 10 receipt 45 @I9 p9")
    made = joining(books, pair, maker)
    with tenant(books.tenant_id):
        payload: dict[str, Any] = ApprovalRequest.objects.get(id=made.id).payload
        decision = ApprovalRequest.objects.get(id=made.id).decision_id
    one = books.transaction("T2" if attack == "another transaction" else "T1").id
    link = raw_as("app", autocommit=True)
    link.execute("SELECT set_config('app.tenant_id', %s, false)", [str(books.tenant_id)])
    with pytest.raises(psycopg.Error) as refused, link.transaction():
        if attack == "the line edited":
            link.execute("UPDATE bank_line SET reference = 'I3' WHERE id = %s", payload["lines"])
        link.execute(
            "INSERT INTO line_identification (line_id, transaction_id, bank_account_id, together, decision_id, said_at)"
            " VALUES (%s, %s, %s, %s, %s, now())",
            [payload["lines"][0], one, payload["bank_account_id"], attack != "apart instead", decision],
        )
    expected = {"not approved": "move_has_its_approval", "the line edited": None}
    assert refused.value.diag.constraint_name == expected.get(attack, "identification_is_as_asked")
    with tenant(books.tenant_id):
        assert not LineIdentification.objects.exists()
