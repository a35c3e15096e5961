"""Rules change by two people, receivers too, and the database holds both by itself."""

# ruff: noqa: E501 (statements of attacks read best whole)

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.errors import AlreadyRequested, BadInput, CannotBe, CheckerIsMaker, NotPermitted
from reconciliation.oversight.escalation.acknowledge_notification import acknowledge_notification
from reconciliation.oversight.escalation.add_receiver import add_receiver
from reconciliation.oversight.escalation.addresses import read_address
from reconciliation.oversight.escalation.carriers import reached
from reconciliation.oversight.escalation.errors import AlreadyAcknowledged
from reconciliation.oversight.escalation.in_force import rule_in_force
from reconciliation.oversight.escalation.models import Acknowledgement, Receiver
from reconciliation.oversight.escalation.request_receiver import request_receiver, request_receiver_end
from reconciliation.oversight.escalation.request_rule import request_rule
from reconciliation.oversight.escalation.rules import SHIPPED
from reconciliation.oversight.escalation.set_up_escalation import set_up_escalation
from reconciliation.provider.sealing import unseal
from tests.people import SET_UP, UserMaker, acting
from tests.reconciliation.books import NOW
from tests.reconciliation.oversight.escalation.watch import WEBHOOK_KEY, Watch

pytestmark = pytest.mark.django_db(transaction=True)
RawAs = Callable[..., psycopg.Connection[Any]]
SECURITY = SHIPPED[2].document
HOOK = "https://hooks.example.test/one"


def ask(watch: Watch, by: Actor, key: str = "one", rule: str = "cause-4", **changes: Any) -> Made:
    with tenant(watch.tenant_id):
        return request_rule(
            key=rule, said=SECURITY | changes, note="on purpose", idempotency_key=key, actor=by, at=NOW
        )  # fmt: skip


def page_security(watch: Watch) -> None:
    watch.play("L1 clr 11 -250 @X991")
    watch.check_day("clr", "11")
    watch.work(NOW, "escalate")


def test_a_rule_that_is_switched_off_needs_a_second_person(watch: Watch, admin: Actor, checker: Actor) -> None:
    made = ask(watch, admin, enabled=False)
    with tenant(watch.tenant_id):
        assert rule_in_force("cause-4") == SHIPPED[2]
    with pytest.raises(AlreadyRequested):
        ask(watch, admin, "two", severity="notify")
    watch.approve(made, checker)
    with tenant(watch.tenant_id):
        rule = rule_in_force("cause-4")
        assert rule is not None
        assert (rule.version, rule.enabled) == (1, False)
    page_security(watch)
    assert watch.said() == []


def test_nobody_approves_their_own_rule(watch: Watch, user_of: UserMaker) -> None:
    both = acting(user_of("Both", "policy_admin", "controller"), watch.tenant_id)
    made = ask(watch, both, enabled=False)
    with pytest.raises(CheckerIsMaker):
        watch.approve(made, both)


def test_a_least_gross_drift_keeps_a_rule_silent_below_it(watch: Watch, admin: Actor, checker: Actor) -> None:
    watch.approve(ask(watch, admin, least={"ETB": "251"}), checker)
    page_security(watch)
    assert watch.said() == []
    watch.play("L2 clr 12 -251 @X992")
    watch.check_day("clr", "12")
    watch.work(NOW, "escalate")
    assert watch.rules_said() == ["cause-4"]


def test_what_is_no_change_no_receiver_or_another_signal_is_refused(watch: Watch, admin: Actor, maker: Actor) -> None:
    with pytest.raises(BadInput, match="exactly this"):
        ask(watch, admin)
    with pytest.raises(CannotBe, match="no receiver is named nobody-known"):
        ask(watch, admin, receivers=["security", "nobody-known"])
    with pytest.raises(CannotBe, match="keeps its signal"):
        ask(watch, admin, signal="cause_1_clear")
    with pytest.raises(BadInput, match="hours"):
        ask(watch, admin, hours=5)
    with pytest.raises(NotPermitted):
        ask(watch, maker, enabled=False)


def test_rules_are_set_up_before_the_first_check_alone(watch: Watch, admin: Actor) -> None:
    with tenant(watch.tenant_id):
        set_up_escalation(key="sustained-drift", said={"hours": 48}, actor=SET_UP, at=NOW)
        with pytest.raises(NotPermitted):
            set_up_escalation(key="cause-4", said={"enabled": False}, actor=admin, at=NOW)
    watch.check_day("clr", "10")
    with tenant(watch.tenant_id), pytest.raises(NotPermitted):
        set_up_escalation(key="cause-4", said={"enabled": False}, actor=SET_UP, at=NOW)


def point(watch: Watch, by: Actor, name: str, address: str = HOOK, key: str = "", note: str = "on purpose") -> Made:
    with tenant(watch.tenant_id):
        return request_receiver(
            name=name, address=address, secret="", note=note, private=False, idempotency_key=key or uuid4().hex, actor=by, at=NOW
        ).made  # fmt: skip


def standing(watch: Watch, name: str) -> Receiver | None:
    with tenant(watch.tenant_id):
        return Receiver.objects.filter(name=name, ended_at=None).first()


def test_a_receiver_is_added_pointed_elsewhere_and_ended_by_two_people(
    watch: Watch, admin: Actor, checker: Actor, maker: Actor
) -> None:
    with pytest.raises(NotPermitted):
        point(watch, maker, "security")
    made = point(watch, admin, "security", "https://hooks.example.test/s3cretpath")
    assert standing(watch, "security") is None
    with pytest.raises(CheckerIsMaker):
        watch.approve(made, replace(admin, roles=frozenset({"policy_admin", "controller"})))
    with tenant(watch.tenant_id):
        asked = ApprovalRequest.objects.get(id=made.id)
        told = json.dumps(asked.payload) + str(list(AuditEntry.objects.values_list("detail", "why", "subject")))
    assert "s3cret" not in told
    assert (asked.payload["named_by"], asked.payload["then"]["masked"]) == (
        "cause-4",
        "https://hooks.example.test/…",
    )
    assert watch.approve(made, checker).state == "executed"
    first = standing(watch, "security")
    assert first is not None
    opened = unseal(bytes(first.sealed))
    assert opened is not None
    assert json.loads(opened)["address"] == "https://hooks.example.test/s3cretpath"
    watch.approve(point(watch, admin, "security", "https://other.example.test/two"), checker)
    second = standing(watch, "security")
    assert second is not None
    assert (second.host, second.id != first.id) == ("other.example.test", True)
    with tenant(watch.tenant_id):
        end = request_receiver_end(receiver_id=second.id, note="gone", idempotency_key="e", actor=admin, at=NOW)
    assert standing(watch, "security") == second
    watch.approve(end, checker)
    assert standing(watch, "security") is None


def test_a_receiver_that_changed_meanwhile_makes_the_request_stale(watch: Watch, admin: Actor, checker: Actor) -> None:
    made = point(watch, admin, "ops")
    watch.receiver("ops", HOOK)
    assert watch.approve(made, checker).state == "stale"


def test_another_address_under_the_same_form_is_refused(watch: Watch, admin: Actor) -> None:
    made = point(watch, admin, "ops", key="same")
    assert point(watch, admin, "ops", key="same").id == made.id
    with pytest.raises(KeyReusedForAnotherPayload):
        point(watch, admin, "ops", "https://else.example.test/", key="same")


def test_receivers_are_set_up_before_the_first_check_alone(watch: Watch, admin: Actor) -> None:
    with tenant(watch.tenant_id), pytest.raises(NotPermitted):
        add_receiver(name="ops", address=HOOK, private=False, actor=admin, at=NOW)
    watch.check_day("clr", "10")
    with pytest.raises(NotPermitted):
        watch.receiver("ops", HOOK)


@pytest.mark.parametrize(
    "address",
    [
        "json://example.test/", "file:///etc/passwd", "http://127.0.0.1/", "https://me:pw@example.test/", "https://example.test/?a=1",
        "slack://A/B/C?template=/etc/passwd", "mailtos://u:p@mail.example.test?pgp=/etc/passwd", "mailto://u:p@mail.example.test",
        "slack://nonsense", "slack://A/B/C", "mailtos://nonsense", "mailtos://u:p@mail.example.test?to=nonsense",
        "mailtos://u:p@mail.example.test?smtp=127.0.0.1&to=a@b.test", "https://127.0.0.1/hook", "https://10.1.2.3/", "https://[::1]/",
        "https://localhost/hook", "pagerduty://k@a?action=resolve", "mailtos://u:p@mail.example.test?verify=no", "ftp://x.test/", "https://", "windows://x",
    ],
)  # fmt: skip
def test_an_address_may_ask_for_nothing_beyond_its_kind(address: str) -> None:
    with pytest.raises(BadInput) as refusal:
        reached(read_address(address, private=False), private=False)
    assert "passwd" not in str(refusal.value)
    assert "p@" not in str(refusal.value)


def test_a_notification_is_acknowledged_once_by_a_person_who_may(
    watch: Watch, checker: Actor, maker: Actor, auditor: Actor
) -> None:
    page_security(watch)
    with tenant(watch.tenant_id):
        for nobody in (maker, auditor, SET_UP):
            with pytest.raises(NotPermitted):
                acknowledge_notification(number=1, note="", actor=nobody, at=NOW)
        acknowledge_notification(number=1, note="I call the bank.", actor=checker, at=NOW)
        with pytest.raises(AlreadyAcknowledged, match="Checker"):
            acknowledge_notification(number=1, note="", actor=checker, at=NOW)
        assert Acknowledgement.objects.get().note == "I call the bank."
    watch.check_day("clr", "11")
    watch.work(NOW)
    assert watch.rules_said() == ["cause-4"], "acknowledged or not, it is told once"


ATTACKS = {
    "rule_by_two_people": "INSERT INTO escalation_rule (key, version, document, why, active_from, set_by, decision_id)"
    " VALUES ('cause-4', 1, '{\"signal\": \"cause_4\", \"severity\": \"page\", \"receivers\": [], \"enabled\": false, \"hours\": 0, \"least\": {}}',"
    " '', now(), 'me', (SELECT max(id) FROM checkpoint_decision WHERE outcome = 'automatic'))",
    "subject_of_a_known_notification": "INSERT INTO escalation_subject (rule_key, subject, notification_id) VALUES ('cause-4', 'x', 999999)",
    "escalation_subject_pkey": "INSERT INTO escalation_subject (rule_key, subject, notification_id, case_id)"
    " SELECT rule_key, subject, notification_id, case_id FROM escalation_subject",
    "receiver_by_two_people": "UPDATE escalation_receiver SET ended_at = now(), end_decision_id = decision_id WHERE name = 'security'",
    "receiver_by_two_people ": "INSERT INTO escalation_receiver (name, kind, host, sealed, added_at, added_by, decision_id) SELECT 'ops', kind,"
    " host, sealed, now(), 'me', decision_id FROM escalation_receiver LIMIT 1",
    "receiver_ends_once": "UPDATE escalation_receiver SET ended_at = NULL WHERE name = 'spare'",
    "receiver_is_sealed": "INSERT INTO escalation_receiver (name, kind, host, sealed, added_at, added_by, decision_id) SELECT 'open', kind, host,"
    " 'https://hooks.example.test/one?and=a&long=enough&to=be&sixty=one'::bytea, now(), 'me', decision_id FROM escalation_receiver LIMIT 1",
    "receiver_by_two_people  ": "INSERT INTO escalation_receiver (name, kind, host, sealed, added_at, added_by, decision_id)"
    " SELECT 'other', kind, host, sealed, now(), 'me', 0 FROM escalation_receiver LIMIT 1",
    "delivery_tells_each_once": "INSERT INTO escalation_delivery (receiver_id, notification_id, message_id, asked_at, asked_by)"
    " SELECT receiver_id, notification_id, gen_random_uuid(), now(), 'me' FROM escalation_delivery",
    "try_failed_says_why": "INSERT INTO escalation_try SELECT tenant_id, id, 1, now(), true, 'no' FROM escalation_delivery",
}  # fmt: skip


@pytest.fixture
def filled(watch: Watch, admin: Actor, checker: Actor) -> Watch:
    """A page to security that waits, and a receiver that has ended."""
    watch.receiver("security", HOOK, WEBHOOK_KEY)
    spare = watch.receiver("spare", HOOK).receiver.id
    with tenant(watch.tenant_id):
        made = request_receiver_end(receiver_id=spare, note="unused", idempotency_key="e", actor=admin, at=NOW)
    watch.approve(made, checker)
    page_security(watch)
    return watch


@pytest.mark.parametrize("constraint", ATTACKS)
def test_raw_sql_gets_no_further(filled: Watch, raw_as: RawAs, constraint: str) -> None:
    app = raw_as("app")
    app.execute("SELECT set_config('app.tenant_id', %s, false)", [str(filled.tenant_id)])
    with pytest.raises(psycopg.Error) as refused:
        app.execute(ATTACKS[constraint])
        app.commit()
    assert refused.value.diag.constraint_name == constraint.strip()


@pytest.mark.parametrize("role", ["app", "owner"])
@pytest.mark.parametrize(
    "table",
    ["escalation_rule", "escalation_notification", "escalation_subject", "escalation_delivery", "escalation_try",
     "escalation_acknowledgement"],
)  # fmt: skip
def test_what_was_told_is_never_rewritten(filled: Watch, raw_as: RawAs, role: str, table: str) -> None:
    for verb in (f"UPDATE {table} SET tenant_id = tenant_id", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        connection = raw_as(role, autocommit=True)
        connection.execute("SELECT set_config('app.tenant_id', %s, false)", [str(filled.tenant_id)])
        with pytest.raises((errors.InsufficientPrivilege, errors.RestrictViolation)):
            connection.execute(verb)


def test_another_tenant_sees_nothing_of_it(filled: Watch, rival: Tenant) -> None:
    with tenant(rival.id):
        assert not Receiver.objects.exists()
        assert not Acknowledgement.objects.exists()


def test_the_code_and_the_database_name_the_same_shipped_receivers(filled: Watch, raw_as: RawAs) -> None:
    app = raw_as("app", autocommit=True)
    for rule in SHIPPED:
        for name in rule.receivers:
            (key,) = app.execute("SELECT guard.receiver_named_by(%s, %s)", [filled.tenant_id, name]).fetchone()  # type: ignore[misc]
            assert key in {r.key for r in SHIPPED if name in r.receivers}
    assert app.execute("SELECT guard.receiver_named_by(%s, 'spare')", [filled.tenant_id]).fetchone() == (None,)
