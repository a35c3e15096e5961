"""Codes of the bank that no use case books: found, documented, mapped to an account and booked; and what the database holds."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import errors

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from ledger.models import AuditEntry, LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.bank.gap_models import ModelGapNote
from reconciliation.bank.set_booking_account import set_booking_account
from reconciliation.corrections.document_gap import document_gap
from reconciliation.corrections.gaps import Gap, gap_of, gaps
from reconciliation.errors import BadInput, NoCorrection, NotFound, NotPermitted
from tests.people import SET_UP
from tests.reconciliation.books import NOW, Books
from tests.reconciliation.corrections.test_request_booking import book, entries, set_accounts

RawAs = Callable[..., psycopg.Connection[Any]]
ROWS = 'L1 cash 10 -25 "ADJUSTMENT"\nL2 cash 10 +40 "ADJUSTMENT"\nL3 cash 10 -7 "FEE"'


@pytest.fixture
def gapped(books: Books) -> Books:
    set_accounts(books)
    books.play(ROWS).check_day("cash", "10")
    return books


def read(books: Books) -> list[Gap]:
    with tenant(books.tenant_id):
        return gaps()


def say(books: Books, actor: Actor, **changed: str) -> ModelGapNote:
    given = {
        "account": "cash",
        "bank_code": "ADJUSTMENT",
        "owner": "Treasury",
        "note": "Rounding.",
        "key": "k1",
    } | changed
    with tenant(books.tenant_id):
        return document_gap(**given, actor=actor, at=NOW)


def mapped(books: Books, use_case: str = "bank_adjustment", counter: str = "rnd") -> None:
    with tenant(books.tenant_id):
        set_booking_account(
            bank_account="cash", use_case=use_case, counter=counter, bank_code="ADJUSTMENT", actor=SET_UP, at=NOW
        )


def test_a_code_without_a_use_case_is_a_gap_with_its_residual(gapped: Books, maker: Actor) -> None:
    (gap,) = read(gapped)
    assert (gap.account, gap.code, gap.category, gap.currency, gap.cases) == (
        "cash",
        "ADJUSTMENT",
        "adjustment",
        "ETB",
        2,
    )
    assert (gap.net, gap.gross, gap.said_at) == (25 - 40, 25 + 40, None)
    assert {c.cause for c in gapped.cases("cash", "10")} == {6}
    case = next(c for c in gapped.cases("cash", "10") if c.contribution_minor == 25)
    found = gapped.propose(case)
    assert (found.kind, found.gap) == (None, True)
    assert found.sentence.startswith("No use case books code ADJUSTMENT of cash: model gap, not documented.")
    with pytest.raises(NoCorrection, match="no single booking"):
        book(gapped, case.number, maker)
    say(gapped, maker)
    assert "documented by Maker, Treasury looks after it" in gapped.propose(case).sentence
    fee = next(c for c in gapped.cases("cash", "10") if c.contribution_minor == 7)
    with tenant(gapped.tenant_id):
        assert gap_of(fee) is None, "a fee has its use case"


@pytest.mark.parametrize(
    ("use_case", "reason", "amount", "expected"),
    [
        ("bank_adjustment", "BANK_ADJUSTMENT", 25, [("rnd", "DEBIT", 25), ("cash", "CREDIT", 25)]),
        ("bank_adjustment", "BANK_ADJUSTMENT", -40, [("cash", "DEBIT", 40), ("rnd", "CREDIT", 40)]),
        ("bank_fee", "BANK_FEE", 25, [("rnd", "DEBIT", 25), ("cash", "CREDIT", 25)]),
    ],
)
def test_a_code_that_is_mapped_is_booked_and_no_gap(
    gapped: Books, maker: Actor, checker: Actor, use_case: str, reason: str, amount: int,
    expected: list[tuple[str, str, int]],
) -> None:  # fmt: skip
    mapped(gapped, use_case)
    assert read(gapped) == []
    case = next(c for c in gapped.cases("cash", "10") if c.contribution_minor == amount)
    gapped.approve(book(gapped, case.number, maker, reason_code=reason), checker)
    with tenant(gapped.tenant_id):
        posted = LedgerTransaction.objects.get(use_case=use_case)
    assert entries(gapped, posted) == expected
    gapped.check_day("cash", "10")
    assert gapped.again(case).state == "resolved"


def test_the_code_s_own_account_counts_before_that_of_the_use_case(gapped: Books, maker: Actor) -> None:
    mapped(gapped, "bank_fee", "rnd")
    by_amount = {int(c.contribution_minor): c for c in gapped.cases("cash", "10")}
    assert " on rnd rnd," in gapped.propose(by_amount[25]).sentence
    assert " on fee fee," in gapped.propose(by_amount[7]).sentence


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"use_case": "bank_adjustment"}, "bank_code"),
        ({"use_case": "suspense_receipt", "bank_code": "X"}, "bank_code"),
        ({"use_case": "bank_fee", "bank_code": "x" * 141}, "bank_code"),
    ],
)
def test_an_adjustment_is_mapped_by_its_code_alone(books: Books, changed: dict[str, str], where: str) -> None:
    with pytest.raises(BadInput) as refused, tenant(books.tenant_id):
        set_booking_account(bank_account="cash", counter="rnd", actor=SET_UP, at=NOW, **changed)
    assert refused.value.where == where


def test_notes_are_kept_beside_one_another_on_the_trail(gapped: Books, maker: Actor, checker: Actor) -> None:
    first = say(gapped, maker)
    assert say(gapped, maker).id == first.id, "the same form sent twice is one note"
    with pytest.raises(KeyReusedForAnotherPayload):
        say(gapped, maker, note="Other words.")
    say(gapped, checker, key="k2", owner="Anna", note="Asked the bank.")
    (gap,) = read(gapped)
    assert (gap.owner, gap.note, gap.said_by) == ("Anna", "Asked the bank.", checker.name)
    assert (gap.cases, gap.gross) == (2, 65), "a note more counts no case twice"
    with tenant(gapped.tenant_id):
        assert ModelGapNote.objects.count() == AuditEntry.objects.filter(action="gap.documented").count() == 2


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"owner": " "}, BadInput), ({"owner": "x" * 141}, BadInput), ({"note": ""}, BadInput), ({"note": "x" * 2001}, BadInput),
        ({"key": "-"}, BadInput), ({"bank_code": "FEE"}, NotFound), ({"account": "clr"}, NotFound),
    ],
)  # fmt: skip
def test_what_says_nothing_is_refused(
    gapped: Books, maker: Actor, changed: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        say(gapped, maker, **changed)


def test_who_only_reads_documents_nothing(gapped: Books, support: Actor, auditor: Actor, admin: Actor) -> None:
    for actor in (support, auditor):
        with pytest.raises(NotPermitted):
            say(gapped, actor)
    assert say(gapped, admin).actor == admin.name


INSERT = (
    "INSERT INTO model_gap_note (bank_account_id, bank_code, owner, note, at, person_id, actor, sent_key)"
    " SELECT {account}, 'X', {owner}, {note}, now(), (SELECT min(person_id) FROM model_gap_note), 'x', {key}"
)
USUAL = {"account": "(SELECT min(bank_account_id) FROM model_gap_note)", "owner": "'o'", "note": "'n'", "key": "'k9'"}


def signed_in(raw_as: RawAs, role: str, tenant_id: int) -> psycopg.Connection[Any]:
    found = raw_as(role, autocommit=True)
    found.execute("SELECT set_config('app.tenant_id', %s, false)", [str(tenant_id)])
    return found


@pytest.mark.parametrize("role", ["app", "owner", "check", "superuser"])
@pytest.mark.parametrize(
    "attack", ["UPDATE model_gap_note SET note = 'x'", "DELETE FROM model_gap_note", "TRUNCATE model_gap_note"]
)
def test_what_was_said_is_never_rewritten(gapped: Books, maker: Actor, raw_as: RawAs, role: str, attack: str) -> None:
    say(gapped, maker)
    with pytest.raises((errors.InsufficientPrivilege, errors.RestrictViolation)):
        signed_in(raw_as, role, gapped.tenant_id).execute(attack)
    assert read(gapped)[0].note == "Rounding."


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"owner": "''"}, "gap_note_says_who_and_what"), ({"note": "repeat('x', 2001)"}, "gap_note_says_who_and_what"),
        ({"account": "0"}, "gap_of_a_known_account"), ({"key": "'k1'"}, "gap_note_sent_once"),
    ],
)  # fmt: skip
def test_the_database_holds_what_may_be_said(
    gapped: Books, maker: Actor, raw_as: RawAs, changed: dict[str, str], constraint: str
) -> None:
    say(gapped, maker)
    link = signed_in(raw_as, "app", gapped.tenant_id)
    with pytest.raises(errors.IntegrityError) as refused:
        link.execute(INSERT.format(**USUAL | changed))
    assert refused.value.diag.constraint_name == constraint
    link.execute(INSERT.format(**USUAL))


def test_the_audit_role_and_another_tenant_get_none_of_it(
    gapped: Books, maker: Actor, rival: Tenant, raw_as: RawAs
) -> None:
    say(gapped, maker)
    with pytest.raises(errors.InsufficientPrivilege):
        signed_in(raw_as, "audit", gapped.tenant_id).execute(INSERT.format(**USUAL))
    assert signed_in(raw_as, "app", rival.id).execute("SELECT count(*) FROM model_gap_note").fetchone() == (0,)
    with tenant(rival.id):
        assert gaps() == []
