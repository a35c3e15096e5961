"""On which account a booking has its other side: who sets it, what is refused, and what the database holds by itself."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import errors

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.bank.booking_accounts import accounts_in_force, set_for
from reconciliation.bank.models import BookingAccount
from reconciliation.bank.set_booking_account import set_booking_account
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.errors import BadInput, ForbiddenByPolicy, NotFound, NotPermitted
from tests.checkpoints import Document, checkpoint, put_in_force, two_admins
from tests.people import UserMaker
from tests.reconciliation.books import NOW, Books

pytestmark = pytest.mark.django_db(transaction=True)
RawAs = Callable[..., psycopg.Connection[Any]]


@pytest.fixture
def books(acme: Tenant) -> Books:
    return Books(acme.id)


def put(books: Books, actor: Actor, **changed: str) -> BookingAccount:
    given = {"bank_account": "clr", "use_case": "bank_fee", "counter": "fee"} | changed
    with tenant(books.tenant_id):
        return set_booking_account(**given, actor=actor, at=NOW)


def test_it_is_set_with_its_decision_and_its_trail(books: Books, admin: Actor) -> None:
    made = put(books, admin)
    put(books, admin, counter="rnd")
    put(books, admin, use_case="interest", counter="int")
    with tenant(books.tenant_id):
        assert CheckpointDecision.objects.get(id=made.decision_id).move == "setting.booking"
        trail = AuditEntry.objects.filter(action="booking.set").order_by("id").values_list("subject", "actor")
        assert trail[0] == ("clr bank_fee", admin.id)
        assert str(set_for(books.banks["clr"].id, "bank_fee").counter) == "rnd rnd", "the newest counts"
        assert set_for(books.banks["cash"].id, "bank_fee") is None
        assert [(r.use_case, r.counter.code) for r in accounts_in_force()] == [("bank_fee", "rnd"), ("interest", "int")]
        assert BookingAccount.objects.count() == 3


@pytest.mark.parametrize(
    ("changed", "refusal", "where"),
    [
        ({"bank_account": "none"}, NotFound, None), ({"use_case": "rent"}, BadInput, "use_case"),
        ({"counter": "none"}, BadInput, "counter"), ({"counter": "pfee"}, BadInput, "counter"),
        ({"counter": "clr"}, BadInput, "counter"), ({"counter": "cash"}, BadInput, "counter"),
        ({"true_up": "rnd"}, BadInput, "true_up"), ({"use_case": "interest", "true_up": "fee"}, BadInput, "true_up"),
        ({"use_case": "interest", "true_up": "none"}, BadInput, "true_up"),
        ({"use_case": "interest", "true_up": "pfee"}, BadInput, "true_up"),
        ({"use_case": "interest", "true_up": "cash"}, BadInput, "true_up"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    books: Books, admin: Actor, changed: dict[str, str], refusal: type[Exception], where: str | None
) -> None:
    with pytest.raises(refusal) as found:
        put(books, admin, **changed)
    assert getattr(found.value, "where", None) == where


def test_only_a_policy_admin_sets_it(books: Books, maker: Actor, checker: Actor, auditor: Actor) -> None:
    for actor in (maker, checker, auditor):
        with pytest.raises(NotPermitted):
            put(books, actor)


def test_policy_may_forbid_it(books: Books, admin: Actor, user_of: UserMaker) -> None:
    never: Document = {
        "moves": ["setting.booking"], "when": {"account": ["fee"]}, "outcome": "forbidden", "reason": "Not on this one.",
    }  # fmt: skip
    first, second = two_admins(user_of, books.tenant_id)
    put_in_force(books.tenant_id, checkpoint(never), maker=first, checker=second, at=NOW)
    with pytest.raises(ForbiddenByPolicy, match="Not on this one"):
        put(books, admin)
    put(books, admin, counter="rnd")


ACCOUNT = "(SELECT id FROM ledger_account WHERE code = '{}')"
INSERT = (
    "INSERT INTO booking_account (bank_account_id, use_case, counter_id, true_up_id, ledger_account_id, currency, active_from,"
    " set_by, decision_id) SELECT b.id, '{use_case}', (SELECT id FROM ledger_account WHERE code = '{counter}'), {true_up},"
    " {reconciled}, '{currency}', now(), 'x', {decision} FROM bank_account b WHERE b.code = 'clr'"
)
USUAL = {
    "use_case": "bank_fee", "counter": "fee", "true_up": "NULL", "reconciled": "b.ledger_account_id", "currency": "ETB",
    "decision": "(SELECT max(decision_id) FROM booking_account)",
}  # fmt: skip


def signed_in(raw_as: RawAs, role: str, tenant_id: int) -> psycopg.Connection[Any]:
    found = raw_as(role, autocommit=True)
    found.execute("SELECT set_config('app.tenant_id', %s, false)", [str(tenant_id)])
    return found


@pytest.mark.parametrize("role", ["app", "owner", "check", "superuser"])
@pytest.mark.parametrize(
    "attack",
    ["UPDATE booking_account SET counter_id = 1", "DELETE FROM booking_account", "TRUNCATE booking_account"],
)
def test_what_was_set_is_never_rewritten(books: Books, admin: Actor, raw_as: RawAs, role: str, attack: str) -> None:
    put(books, admin)
    with pytest.raises((errors.InsufficientPrivilege, errors.RestrictViolation)):
        signed_in(raw_as, role, books.tenant_id).execute(attack)
    with tenant(books.tenant_id):
        assert BookingAccount.objects.count() == 1


@pytest.mark.parametrize("role", ["app", "owner", "superuser"])
@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"use_case": "rent"}, "booking_use_case_is_known"),
        ({"counter": "clr"}, "booking_moves_between_accounts"),
        ({"counter": "pfee"}, "booking_on_an_account_of_its_currency"),
        ({"counter": "pfee", "currency": "USD"}, "booking_at_a_known_bank_account"),
        ({"counter": "clr", "reconciled": "(SELECT id FROM ledger_account WHERE code = 'ap')"},
         "booking_at_a_known_bank_account"),
        ({"true_up": ACCOUNT.format("rnd")}, "booking_trues_up_interest"),
        ({"use_case": "interest", "true_up": ACCOUNT.format("fee")}, "booking_trues_up_interest"),
        ({"use_case": "interest", "true_up": "b.ledger_account_id"}, "booking_trues_up_interest"),
        ({"use_case": "interest", "true_up": ACCOUNT.format("pfee")}, "booking_trues_up_in_its_currency"),
        ({"decision": "0"}, "move_carries_its_decision"),
    ],
)  # fmt: skip
def test_the_database_holds_what_may_be_set(
    books: Books, admin: Actor, raw_as: RawAs, role: str, changed: dict[str, str], constraint: str
) -> None:
    put(books, admin)
    link = signed_in(raw_as, role, books.tenant_id)
    with pytest.raises((errors.IntegrityError, errors.InsufficientPrivilege)) as refused:
        link.execute(INSERT.format(**USUAL | changed))
    assert role == "owner" or refused.value.diag.constraint_name == constraint
    if role == "app":
        link.execute(INSERT.format(**USUAL))


@pytest.mark.parametrize("role", ["audit"])
def test_the_audit_role_reads_and_writes_nothing(books: Books, admin: Actor, raw_as: RawAs, role: str) -> None:
    put(books, admin)
    with pytest.raises(errors.InsufficientPrivilege):
        signed_in(raw_as, role, books.tenant_id).execute(INSERT.format(**USUAL))


def test_another_tenant_sees_none_of_it(books: Books, admin: Actor, rival: Tenant, raw_as: RawAs) -> None:
    put(books, admin)
    found = signed_in(raw_as, "app", rival.id).execute("SELECT count(*) FROM booking_account").fetchone()
    assert found == (0,)
