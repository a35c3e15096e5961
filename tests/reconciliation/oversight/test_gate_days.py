"""How many clean days open the gate: by two people, from the approval on, as it was then; and the database holds it by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import errors

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.errors import AlreadyRequested, BadInput, CheckerIsMaker, NotPermitted, ReasonMissing
from reconciliation.oversight.gate_days.kind import gate_would
from reconciliation.oversight.gate_days.models import GateSetting
from reconciliation.oversight.gate_days.request_gate_days import request_gate_days
from reconciliation.oversight.gate_days.rules import asked_days, asked_note
from reconciliation.oversight.gate_rules import Gate
from reconciliation.oversight.release_gate import release_gate, whole_gate
from reconciliation.shell_figures import shell_figures
from tests.people import SET_UP, UserMaker, acting
from tests.proven import proven
from tests.reconciliation.books import NOW, Books

RawAs = Callable[..., psycopg.Connection[Any]]
LATER = NOW + timedelta(minutes=30)
database = pytest.mark.django_db(transaction=True)


@pytest.mark.quick
@pytest.mark.parametrize("needed", [1, 7, 60])
def test_days_within_the_bounds_may_be_asked_for(needed: int) -> None:
    assert asked_days(needed) == needed


@pytest.mark.quick
@pytest.mark.parametrize("needed", [0, -1, 61, 10**30, True, "7", 7.0, None])
def test_other_days_may_not(needed: object) -> None:
    with pytest.raises(BadInput, match="from 1 to 60"):
        asked_days(needed)


@pytest.mark.quick
@pytest.mark.parametrize("note", ["", "  ", "x" * 2001, "a\x00b"])
def test_a_reason_is_asked_for(note: str) -> None:
    with pytest.raises(ReasonMissing):
        asked_note(note)
    assert asked_note(" on purpose ") == "on purpose"


@pytest.fixture
def books(acme: Tenant) -> Books:
    """Every account is clean from the 10th to the 18th, but for a drifted 13th: five clean days in a row."""
    made = Books(acme.id).play("T1 13 ewa 900 @D1")
    for account in made.banks:
        for day in range(10, 19):
            made.check_day(account, str(day))
    return made


def ask(books: Books, by: Actor, needed: int, key: str = "one", note: str = "on purpose", at: datetime = NOW) -> Made:
    with tenant(books.tenant_id):
        return request_gate_days(needed=needed, note=note, idempotency_key=key, actor=by, at=at)


def gate(books: Books, at: datetime = LATER) -> Gate:
    proven(books.tenant_id, at)
    with tenant(books.tenant_id):
        found = release_gate(at=at)
        assert found.needed == whole_gate(at=at).needed
    return found


@database
def test_without_a_version_seven_days_open_it(books: Books) -> None:
    assert (gate(books).needed, gate(books).count, gate(books).open) == (7, 5, False)


@database
def test_another_number_holds_from_its_approval_and_not_before(books: Books, admin: Actor, checker: Actor) -> None:
    made = ask(books, admin, 5)
    assert gate(books).needed == 7, "asked for is not in force"
    books.approve(made, checker, at=LATER)
    assert (gate(books).needed, gate(books).open) == (5, True)
    before = gate(books, LATER - timedelta(microseconds=1))
    assert (before.needed, before.open) == (7, False), "what it said before is still there to be asked for"
    books.approve(ask(books, admin, 14, "two", at=LATER), checker, at=LATER + timedelta(minutes=1))
    assert [gate(books, at).needed for at in (NOW, LATER, LATER + timedelta(minutes=2))] == [7, 5, 14]
    with tenant(books.tenant_id):
        rows = list(GateSetting.objects.order_by("number").values_list("number", "needed_days", "why", "set_by"))
    assert rows == [(1, 5, "on purpose", "Checker"), (2, 14, "on purpose", "Checker")]


@database
def test_the_trail_says_who_set_which_number_and_why(books: Books, admin: Actor, checker: Actor) -> None:
    books.approve(ask(books, admin, 5, note="The soak is over."), checker)
    with tenant(books.tenant_id):
        row = AuditEntry.objects.get(action="gate.set")
    assert (row.actor, row.why, row.detail["needed"], row.detail["was"]) == (checker.id, "The soak is over.", 5, 7)


@database
def test_it_takes_two_people_one_of_whom_sets_up(
    books: Books, admin: Actor, maker: Actor, checker: Actor, user_of: UserMaker
) -> None:
    for nobody in (maker, checker, SET_UP):
        with pytest.raises(NotPermitted):
            ask(books, nobody, 5)
    both = acting(user_of("Both", "policy_admin", "controller"), books.tenant_id)
    made = ask(books, both, 5)
    with pytest.raises(CheckerIsMaker):
        books.approve(made, both)
    with pytest.raises(AlreadyRequested):
        ask(books, admin, 6, "two")
    books.reject(made, checker)
    assert gate(books).needed == 7


@database
def test_what_is_in_force_out_of_bounds_or_unreasoned_is_refused(books: Books, admin: Actor) -> None:
    with pytest.raises(BadInput, match="7 is the number in force"):
        ask(books, admin, 7)
    with pytest.raises(BadInput, match="from 1 to 60"):
        ask(books, admin, 61)
    with pytest.raises(ReasonMissing):
        ask(books, admin, 5, note=" ")
    made = ask(books, admin, 5)
    assert ask(books, admin, 5).number == made.number, "sent twice, it is one request"
    with pytest.raises(KeyReusedForAnotherPayload):
        ask(books, admin, 6)


@database
def test_what_another_number_would_say_today_is_told_and_changes_nothing(books: Books) -> None:
    proven(books.tenant_id, NOW)
    with tenant(books.tenant_id):
        lower, higher = gate_would(5, at=NOW), gate_would(60, at=NOW)
    assert [(g.needed, g.open) for g in (lower.now, lower.then)] == [(7, False), (5, True)]
    assert (higher.then.needed, higher.then.open) == (60, False)
    assert gate(books).needed == 7


@database
def test_the_mark_of_every_page_follows(books: Books, admin: Actor, checker: Actor) -> None:
    def mark() -> str:
        with tenant(books.tenant_id):
            return shell_figures(checker, at=LATER).gate_mark

    before = mark()
    books.approve(ask(books, admin, 5), checker)
    assert mark() != before


@database
def test_other_tenants_keep_their_own(books: Books, rival: Tenant, admin: Actor, checker: Actor) -> None:
    books.approve(ask(books, admin, 5), checker)
    with tenant(rival.id):
        assert release_gate(at=LATER).needed == 7
        assert not GateSetting.objects.exists()


@database
def test_as_many_days_are_looked_back_over_as_are_needed(
    books: Books, admin: Actor, checker: Actor, raw_as: RawAs
) -> None:
    superuser = raw_as("superuser", autocommit=True)
    superuser.execute("SET session_replication_role = replica")
    superuser.execute(LONG_AGO)
    assert gate(books).days[0].day > NOW.date() - timedelta(days=64)
    books.approve(ask(books, admin, 60), checker)
    assert gate(books).days[0].day < NOW.date() - timedelta(days=300), "a tenant of weekly settlement opens it too"


LONG_AGO = """
INSERT INTO bank_period SELECT (jsonb_populate_record(p, jsonb_build_object(
    'ordinal', p.ordinal + 100000, 'day', p.day - 360, 'until_on', p.until_on - 360, 'starts_at', p.starts_at - interval '360 days',
    'ends_at', p.ends_at - interval '360 days', 'due_at', p.due_at - interval '360 days'))).*
  FROM bank_period p WHERE p.day = '2026-03-10'
"""
INSERT = "INSERT INTO gate_setting (number, needed_days, why, active_from, set_by, decision_id) "
ASKED = "(SELECT decision_id FROM approval_request WHERE kind = 'set_gate' ORDER BY id DESC LIMIT 1)"
AUTOMATIC = "(SELECT max(id) FROM checkpoint_decision WHERE outcome = 'automatic')"
ATTACKS = {
    "without a decision": (INSERT + "VALUES (2, 3, 'on purpose', now(), 'me', NULL)", "decision_id"),
    "an unknown decision": (INSERT + "VALUES (2, 3, 'on purpose', now(), 'me', 0)", "gate_by_two_people"),
    "an automatic decision": (INSERT + f"VALUES (2, 3, 'on purpose', now(), 'me', {AUTOMATIC})", "gate_by_two_people"),
    "asked for and approved by nobody": (INSERT + f"VALUES (2, 3, 'on purpose', now(), 'me', {ASKED})", "gate_by_two_people"),
    "the approval of the version before": (
        INSERT + "SELECT 2, needed_days, why, active_from, set_by, decision_id FROM gate_setting", "gate_by_two_people"),
    "two with one number": (INSERT + f"VALUES (1, 3, 'on purpose', now(), 'me', {ASKED})", "gate_setting_number_is_unique"),
    "a number left out": (INSERT + f"VALUES (3, 3, 'on purpose', now(), 'me', {ASKED})", "gate_setting_follows_the_last"),
    "no day": (INSERT + f"VALUES (2, 0, 'on purpose', now(), 'me', {ASKED})", "gate_days_in_bounds"),
    "too many days": (INSERT + f"VALUES (2, 61, 'on purpose', now(), 'me', {ASKED})", "gate_days_in_bounds"),
    "no reason": (INSERT + f"VALUES (2, 3, '  ', now(), 'me', {ASKED})", "gate_setting_says_why"),
    "before the last": (INSERT + f"VALUES (2, 3, 'on purpose', '2020-01-01Z', 'me', {ASKED})", "gate_setting_follows_the_last"),
}  # fmt: skip


@pytest.fixture
def filled(acme: Tenant, admin: Actor, checker: Actor) -> Books:
    """Version 1 says 5; a request for 3 waits. No day was checked."""
    books = Books(acme.id)
    books.approve(ask(books, admin, 5), checker)
    ask(books, admin, 3, "two")
    return books


def enter(raw_as: RawAs, role: str, tenant_id: int) -> psycopg.Connection[Any]:
    connection = raw_as(role, autocommit=True)
    connection.execute("SELECT set_config('app.tenant_id', %s, false)", [str(tenant_id)])
    return connection


@database
@pytest.mark.parametrize("attack", ATTACKS)
def test_raw_sql_gets_no_further(filled: Books, raw_as: RawAs, attack: str) -> None:
    statement, wall = ATTACKS[attack]
    with pytest.raises(psycopg.Error) as refused:
        enter(raw_as, "app", filled.tenant_id).execute(statement)
    assert wall in (refused.value.diag.constraint_name, refused.value.diag.column_name)
    assert gate(filled).needed == 5


@database
@pytest.mark.parametrize("change", ["needed_days = 4", "why = 'another'", "active_from = now()"])
def test_an_approved_request_makes_what_it_says_alone(
    books: Books, admin: Actor, checker: Actor, raw_as: RawAs, change: str
) -> None:
    """Approved by hand and not executed yet: the row of the request itself is let in, and no other."""
    made = ask(books, admin, 5)
    app = raw_as("app")
    app.execute("SELECT set_config('app.tenant_id', %s, false)", [str(books.tenant_id)])
    app.execute(
        "INSERT INTO approval_decision (request_id, made_by, payload_sha256, decided_by, role, verdict, reason, decided_at)"
        " SELECT id, made_by, payload_sha256, %s, 'controller', 'approve', '', %s FROM approval_request WHERE id = %s",
        [checker.person_id, NOW, made.id],
    )
    row = {"needed_days": "5", "why": "'on purpose'", "active_from": f"'{NOW.isoformat()}'"}
    name, _, value = change.partition(" = ")

    def insert(values: dict[str, str]) -> None:
        app.execute(
            INSERT + f"VALUES (1, {values['needed_days']}, {values['why']}, {values['active_from']}, 'me', {ASKED})"
        )

    app.execute("SAVEPOINT before")
    with pytest.raises(errors.CheckViolation) as refused:
        insert(row | {name: value})
    assert refused.value.diag.constraint_name == "gate_by_two_people"
    app.execute("ROLLBACK TO before")
    insert(row)
    app.rollback()


@database
@pytest.mark.parametrize("role", ["app", "owner", "audit", "figures"])
@pytest.mark.parametrize(
    "statement", ["UPDATE gate_setting SET needed_days = 1", "DELETE FROM gate_setting", "TRUNCATE gate_setting"]
)
def test_a_version_is_never_rewritten(filled: Books, raw_as: RawAs, role: str, statement: str) -> None:
    connection = enter(raw_as, "app" if role == "figures" else role, filled.tenant_id)
    if role == "figures":
        connection.execute("SET ROLE plumbline_figures")
    with pytest.raises((errors.InsufficientPrivilege, errors.RestrictViolation)):
        connection.execute(statement)


@database
def test_another_tenant_neither_sees_nor_writes_it(filled: Books, rival: Tenant, raw_as: RawAs) -> None:
    app = enter(raw_as, "app", rival.id)
    assert app.execute("SELECT count(*) FROM gate_setting").fetchone() == (0,)
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(
            "INSERT INTO gate_setting (tenant_id, number, needed_days, why, active_from, set_by, decision_id)"
            " VALUES (%s, 2, 3, 'on purpose', now(), 'me', 0)", [filled.tenant_id],
        )  # fmt: skip


@database
def test_the_role_of_the_figures_reads_the_number_and_no_reason(filled: Books, raw_as: RawAs) -> None:
    app = enter(raw_as, "app", filled.tenant_id)
    app.execute("SET ROLE plumbline_figures")
    assert app.execute("SELECT number, needed_days FROM gate_setting").fetchall() == [(1, 5)]
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute("SELECT why FROM gate_setting")
