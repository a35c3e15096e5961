"""A case that the bank alone shows is booked: the stories' entries, asked for by one, approved by another, until the day is
CLEAN."""

from datetime import timedelta
from typing import Any

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Entry, LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.bank.set_booking_account import set_booking_account
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.corrections.offer import offer
from reconciliation.corrections.preview import Preview
from reconciliation.corrections.request_booking import request_booking
from reconciliation.errors import (
    AlreadyRequested,
    CannotBe,
    CaseNotOpen,
    CheckerIsMaker,
    ForbiddenByPolicy,
    Frozen,
    NoCorrection,
    NotPermitted,
    SecurityHold,
)
from reconciliation.outbox_models import OutboxItem
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from tests.checkpoints import Document, checkpoint, put_in_force, two_admins
from tests.people import INTEGRATION, SET_UP, UserMaker
from tests.reconciliation.books import NOW, Books, march

SET = {"bank_fee": "fee", "interest": "int", "suspense_receipt": "sus"}
CODES = {"bank_fee": "BANK_FEE", "interest": "BANK_INTEREST", "suspense_receipt": "UNIDENTIFIED_RECEIPT"}
# What the bank shows, on which account; use case, debit, credit, amount, partner reference ("" : the line's own name).
STORIES: dict[str, tuple[str, str, str, str, str, int, str]] = {
    "S07 N1": ("clr", 'L1 clr 10 -25 "FEE"', "bank_fee", "fee", "clr", 25, ""),
    "S07 N2": ("cash", 'L1 cash 10 -25 "FEE"', "bank_fee", "fee", "cash", 25, ""),
    "S07 N3": ("cash", 'L1 cash 10 +300 "INTEREST"', "interest", "cash", "int", 300, ""),
    "S09 N5": ("cash", 'L1 cash 10 -15 "FEE"', "bank_fee", "fee", "cash", 15, ""),
    "S11 N1": ("clr", "T1 10 ewa 50000 @D1\nL1 clr 10 -50050 @D1 charges 50", "bank_fee", "fee", "clr", 50, "D1"),
    "S11 N2": ("cash", "T1 10 settle 10000 @B2\nL1 cash 10 +9850 @B2 charges 150", "bank_fee", "fee", "cash", 150, "B2"),
    "S20 N1": ("cash", 'L1 cash 10 +45 "TRF"', "suspense_receipt", "cash", "sus", 45, ""),
    # Beyond the stories: the same things the other way round.
    "a fee given back": ("cash", 'L1 cash 10 +25 "FEE"', "bank_fee", "cash", "fee", 25, ""),
    "a fee given back, clearing": ("clr", 'L1 clr 10 +25 "FEE"', "bank_fee", "clr", "fee", 25, ""),
    "interest charged": ("cash", 'L1 cash 10 -300 "INTEREST"', "interest", "int", "cash", 300, ""),
    "interest charged, clearing": ("clr", 'L1 clr 10 -300 "INTEREST"', "interest", "int", "clr", 300, ""),
    "interest paid, clearing": ("clr", 'L1 clr 10 +300 "INTEREST"', "interest", "clr", "int", 300, ""),
    "a receipt, clearing": ("clr", 'L1 clr 10 +45 "TRF"', "suspense_receipt", "clr", "sus", 45, ""),
    "a receipt with a reference": ("cash", "L1 cash 10 +45 @x9", "suspense_receipt", "cash", "sus", 45, "x9"),
}  # fmt: skip
FEE = 'L1 clr 10 -25 "FEE"'


def set_accounts(books: Books, *accounts: str, **other: str) -> None:
    with tenant(books.tenant_id):
        for account in accounts or ("clr", "cash"):
            for use_case, counter in (SET | other).items():
                set_booking_account(bank_account=account, use_case=use_case, counter=counter, actor=SET_UP, at=NOW)


def book(books: Books, number: int, by: Actor, **more: Any) -> Made:
    said = {"reason_code": "BANK_FEE", "note": "seen on the statement", "idempotency_key": "once", "at": NOW} | more
    with tenant(books.tenant_id):
        return request_booking(case=number, actor=by, **said)


def entries(books: Books, transaction: LedgerTransaction) -> list[tuple[str, str, int]]:
    with tenant(books.tenant_id):
        rows = Entry.objects.filter(transaction=transaction).select_related("account").order_by("leg")
        return [(e.account.code, e.direction, int(e.amount_minor)) for e in rows]


@pytest.mark.parametrize("name", STORIES)
def test_the_story_is_booked_by_two_people_and_its_day_is_clean(
    books: Books, maker: Actor, checker: Actor, name: str
) -> None:
    account, rows, use_case, debit, credit, amount, reference = STORIES[name]
    set_accounts(books)
    assert books.play(rows).check_day(account, "10").verdict == "DRIFTED"
    case = books.case(account, "10")
    proposed = books.propose(case)
    assert (proposed.kind, proposed.effective_on, proposed.reason_code) == ("book", march("10"), CODES[use_case])

    made = book(books, case.number, maker, reason_code=CODES[use_case])
    assert (made.state, made.quorum, books.again(case).state) == ("open", 1, "waiting_approval")
    with tenant(books.tenant_id):
        before = LedgerTransaction.objects.filter(use_case=use_case).count()
    assert before == 0, "nothing is posted before somebody else agrees"
    assert books.approve(made, checker).state == "executed"

    with tenant(books.tenant_id):
        posted = LedgerTransaction.objects.get(use_case=use_case)
        trail = AuditEntry.objects.filter(subject=f"CR-{made.number}").order_by("id").values_list("action", flat=True)
        assert list(trail) == ["request.made", "request.decided", "request.executed"]
        assert OutboxItem.objects.filter(kind="reconcile", unique_key__startswith="book ").exists()
    assert entries(books, posted) == [(debit, "DEBIT", amount), (credit, "CREDIT", amount)]
    assert (posted.status, posted.effective_on) == ("POSTED", march("10"))
    assert posted.partner_reference == (reference or books.line_keys["L1"].replace("-", ""))
    assert books.check_day(account, "10").verdict == "CLEAN"
    assert books.again(case).state == "resolved"


def test_the_preview_is_what_the_check_finds(books: Books) -> None:
    set_accounts(books)
    books.play(FEE).check_day("clr", "10")
    with tenant(books.tenant_id):
        found = offer(books.case("clr", "10"), at=NOW)
    assert isinstance(found.preview, Preview) and not found.preview.refused
    (day,) = found.preview.days
    assert (day.now.verdict, day.now.net) == ("DRIFTED", -25)
    assert day.after is not None and (day.after.verdict, day.after.net, day.after.count) == ("CLEAN", 0, 0)
    assert found.proposal.sentence.startswith("Book the bank's fee of 0.25 ETB on fee fee, effective Tue 10 Mar 2026.")
    assert "1 controller" in found.policy and not found.at_once
    with tenant(books.tenant_id):
        assert not LedgerTransaction.objects.exists(), "a preview leaves nothing behind"


def test_a_mixed_day_is_booked_line_by_line(books: Books, maker: Actor, checker: Actor) -> None:
    set_accounts(books)
    books.play('L1 cash 10 -25 "FEE"\nL2 cash 10 -25 "FEE"\nL3 cash 10 +300 "INTEREST"').check_day("cash", "10")
    for n, case in enumerate(books.cases("cash", "10")):
        code = "BANK_INTEREST" if case.contribution_minor < 0 else "BANK_FEE"
        books.approve(book(books, case.number, maker, reason_code=code, idempotency_key=f"k{n}"), checker)
    assert books.check_day("cash", "10").verdict == "CLEAN"
    assert books.balance("fee") == 50 and books.balance("int") == 300, "two equal fees are two"


def test_the_fee_of_a_mixed_day_is_booked_beside_its_other_corrections(
    books: Books, maker: Actor, checker: Actor
) -> None:
    """S09, whole: what else is wrong is put right as the story says, the fee by its booking."""
    set_accounts(books)
    books.play(
        """T2 10 supplier 9000 @V2
        T3 10 refund_in ar/cash 2500 @I3
        T4 10 PENDING supplier 7000 @V4
        L3 cash 10 +2500 @I3
        L4 cash 10 -7000 @V4
        L5 cash 10 -15 "FEE\""""
    )
    assert int(books.check_day("cash", "10").drift or 0) == -6985
    (fee,) = [c for c in books.cases("cash", "10") if c.cause == 6]
    books.approve(book(books, fee.number, maker), checker)
    books.play("R2 10 rev T2\nR3 10 rev T3\nN3 10 refund_in cash/ar 2500 @I3\nconfirm T4 10")
    found = books.check_day("cash", "10")
    assert (found.verdict, int(found.ledger_total)) == ("CLEAN", -4515)


def test_another_correction_of_its_case_meanwhile_makes_it_stale(books: Books, maker: Actor, checker: Actor) -> None:
    set_accounts(books)
    books.play("T1 10 ewa 50000 @D1\nL1 clr 10 -50050 @D1 charges 50").check_day("clr", "10")
    case = books.case("clr", "10")
    booking = book(books, case.number, maker)
    reversal = books.reverse("T1", by=maker, case=case.number, code="POSTED_IN_ERROR")
    later = NOW + timedelta(minutes=1)
    assert books.approve(reversal, checker, at=later).state == "executed"
    assert books.approve(booking, checker, at=later).state == "stale"
    with pytest.raises(NoCorrection, match="carried out and no check has looked since"):
        book(books, case.number, maker, idempotency_key="unchecked", at=later)


def test_without_an_account_it_says_where_to_set_one(books: Books, maker: Actor) -> None:
    set_accounts(books, "cash")
    books.play(FEE).check_day("clr", "10")
    case = books.case("clr", "10")
    found = books.propose(case)
    assert (found.kind, found.payload) == (None, None)
    assert found.sentence == (
        "The bank's fee of 0.25 ETB has no account yet: a policy admin sets the one for bank fee of clr in Settings, Bank"
        " accounts."
    )
    with pytest.raises(NoCorrection, match="has no account yet"):
        book(books, case.number, maker)


def test_the_account_set_last_counts(books: Books, maker: Actor, checker: Actor) -> None:
    set_accounts(books)
    set_accounts(books, "clr", bank_fee="rnd")
    books.play(FEE).check_day("clr", "10")
    books.approve(book(books, books.case("clr", "10").number, maker), checker)
    assert (books.balance("rnd"), books.balance("fee")) == (25, 0)


def test_a_line_is_booked_once(books: Books, maker: Actor, checker: Actor) -> None:
    set_accounts(books)
    books.play(FEE).check_day("clr", "10")
    number = books.case("clr", "10").number
    made = book(books, number, maker)
    assert book(books, number, maker).id == made.id, "the same form sent twice is one request"
    with pytest.raises(AlreadyRequested, match=f"CR-{made.number} by Maker waits"):
        book(books, number, maker, idempotency_key="twice")
    books.approve(made, checker)
    with pytest.raises(NoCorrection, match="is booked by LT-"):
        book(books, number, maker, idempotency_key="thrice")
    books.check_day("clr", "10")
    with pytest.raises(CaseNotOpen):
        book(books, number, maker, idempotency_key="again")
    with tenant(books.tenant_id):
        assert LedgerTransaction.objects.count() == 1


def test_what_was_posted_under_its_key_meanwhile_makes_it_stale(books: Books, maker: Actor, checker: Actor) -> None:
    set_accounts(books)
    books.play(FEE).check_day("clr", "10")
    made = book(books, books.case("clr", "10").number, maker)
    with tenant(books.tenant_id):
        key = ApprovalRequest.objects.get(id=made.id).payload["key"]
        assert key == f"bank_fee of bank line {books.banks['clr'].lines.get().id}"
    _post_under(books, key)
    assert books.approve(made, checker).state == "stale"
    with tenant(books.tenant_id):
        assert LedgerTransaction.objects.count() == 1


def _post_under(books: Books, key: str) -> None:
    with tenant(books.tenant_id):
        entries = [RequestedEntry("fee", "DEBIT", 25), RequestedEntry("clr", "CREDIT", 25)]
        sent = PostingRequest(key=key, use_case="bank_fee", effective_on=march("10"), entries=entries)
        post_transactions([sent], actor=INTEGRATION, at=NOW, day_of=settlement_day)


def test_its_maker_does_not_approve_it(books: Books, checker: Actor) -> None:
    set_accounts(books)
    books.play(FEE).check_day("clr", "10")
    made = book(books, books.case("clr", "10").number, checker)
    with pytest.raises(CheckerIsMaker):
        books.approve(made, checker)


def test_what_policy_forbids_is_not_asked_for(books: Books, maker: Actor, user_of: UserMaker) -> None:
    never: Document = {
        "moves": ["correction.book"], "when": {"use_case": ["bank_fee"], "reason_code": ["BANK_FEE"]},
        "outcome": "forbidden", "reason": "Fees are booked at the month's end.",
    }  # fmt: skip
    first, second = two_admins(user_of, books.tenant_id)
    put_in_force(books.tenant_id, checkpoint(never), maker=first, checker=second, at=NOW)
    set_accounts(books)
    books.play(FEE + '\nL2 clr 11 +45 "TRF"').check_day("clr", "10")
    books.check_day("clr", "11")
    with pytest.raises(ForbiddenByPolicy, match="Fees are booked at the month's end"):
        book(books, books.case("clr", "10").number, maker)
    assert book(books, books.case("clr", "11").number, maker, reason_code="UNIDENTIFIED_RECEIPT").state == "open"


def test_policy_may_let_it_run_at_once(books: Books, maker: Actor, user_of: UserMaker) -> None:
    small: Document = {
        "moves": ["correction.book"], "when": {"account": ["fee"]}, "amounts": {"ETB": {"from": "1", "below": "100"}},
        "outcome": "automatic", "reason": "A small fee is booked at once.",
    }  # fmt: skip
    first, second = two_admins(user_of, books.tenant_id)
    put_in_force(books.tenant_id, checkpoint(small), maker=first, checker=second, at=NOW)
    set_accounts(books)
    books.play(FEE + '\nL2 clr 11 -100 "FEE"').check_day("clr", "10")
    books.check_day("clr", "11")
    assert book(books, books.case("clr", "10").number, maker).state == "executed"
    assert book(books, books.case("clr", "11").number, maker, idempotency_key="big").state == "open"
    with pytest.raises(NoCorrection, match="is booked by LT-"):
        book(books, books.case("clr", "10").number, maker, idempotency_key="before its check ran")


def test_another_reason_than_the_line_s_is_refused(books: Books, maker: Actor) -> None:
    set_accounts(books)
    books.play(FEE).check_day("clr", "10")
    with pytest.raises(CannotBe, match="BANK_FEE or OTHER"):
        book(books, books.case("clr", "10").number, maker, reason_code="BANK_INTEREST")


def test_support_asks_for_none(books: Books, support: Actor) -> None:
    set_accounts(books)
    books.play(FEE).check_day("clr", "10")
    with pytest.raises(NotPermitted):
        book(books, books.case("clr", "10").number, support)


def test_nothing_is_booked_on_a_held_account(books: Books, maker: Actor, checker: Actor) -> None:
    set_accounts(books)
    books.play(FEE).check_day("clr", "10")
    fee = books.case("clr", "10")
    made = book(books, fee.number, maker)
    books.play("L2 clr 11 -250 @X991").check_day("clr", "11")
    with pytest.raises(Frozen, match="frozen by incident IN-1"):
        books.approve(made, checker)
    assert books.propose(books.again(fee)).security
    with pytest.raises(SecurityHold):
        book(books, fee.number, maker, idempotency_key="held")
    with pytest.raises(SecurityHold):
        book(books, books.case("clr", "11").number, maker, idempotency_key="cause 4")


@pytest.mark.parametrize(
    "rows",
    [
        "T1 10 ewa 30000 @D2",
        'T1 10 receipt 45 @I3 p1\nL1 cash 10 +45 "TRF"',
        'T1 10 receipt 45 @I3 p1\nT2 10 receipt 45 @I4 p2\nL1 cash 10 +45 "TRF"',
        "T1 10 receipt 4500 @D1\nL1 cash 10 +5400 @D1",
    ],
)
def test_what_may_be_ours_is_not_booked(books: Books, maker: Actor, rows: str) -> None:
    set_accounts(books)
    account = "clr" if " ewa " in rows else "cash"
    books.play(rows).check_day(account, "10")
    for case in books.cases(account, "10"):
        assert books.propose(case).kind != "book"
        with pytest.raises(NoCorrection, match="no single booking"):
            book(books, case.number, maker, idempotency_key=f"k{case.number}")
