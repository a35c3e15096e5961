"""What you approve is what runs: one changed byte of a stored request between its approvals, and nothing runs."""

import json
import random
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.approvals.digest import canonical, digest
from reconciliation.approvals.models import ApprovalExecution
from reconciliation.errors import ChangedSinceAsked, Refusal
from tests.people import UserMaker, acting
from tests.reconciliation.approvals.desk import Desk, Trial

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak]
PAYLOAD: dict[str, Any] = {
    "kind": "reverse", "transaction_id": 8819, "transaction": "5d3f0a52-7c1e-4b0e-9a53-0d9d5c0f5a11", "case_id": None,
    "entries": [
        {"account_id": 3, "account": "1042", "direction": "CREDIT", "amount_minor": "247500"},
        {"account_id": 7, "account": "1310", "direction": "DEBIT", "amount_minor": "247500"},
    ],
    "effective_on": "2026-03-10", "payment_id": "pay_7Hd2kQ9wXr", "reason_code": "BANK_REJECTED",
    "note": "desk confirmed, ሀ",
}  # fmt: skip

MUTATE = "UPDATE approval_request SET payload = %s, payload_sha256 = %s WHERE id = %s"


def one_byte_off(dice: random.Random, text: bytes) -> bytes:
    """Another JSON object that differs in one byte of its canonical text."""
    while True:
        place = dice.randrange(len(text))
        changed = text[:place] + bytes([dice.randrange(32, 127)]) + text[place + 1 :]
        try:
            other = json.loads(changed)
            if isinstance(other, dict) and canonical(other) != canonical(json.loads(text)):
                return changed
        except (ValueError, UnicodeDecodeError, Refusal):
            continue


def test_one_byte_mutations_between_approve_and_execute_are_all_refused(
    desk: Desk, trial: Trial, two_needed: None, maker: Actor, checker: Actor, user_of: UserMaker,
    raw_as: Callable[..., psycopg.Connection[Any]], sized: Callable[[int], int],
) -> None:  # fmt: skip
    second = acting(user_of("Second", "controller"), desk.tenant_id)
    made = desk.ask(maker, payload=PAYLOAD)
    assert desk.decide(made, checker).state == "open"
    frozen, dice, refused = canonical(PAYLOAD), random.Random(1187), 0
    admin = raw_as("superuser", autocommit=True)
    admin.execute(
        "SET session_replication_role = replica"
    )  # past every trigger and foreign key, as only a superuser can
    for turn in range(sized(1000)):
        changed = json.loads(one_byte_off(dice, frozen))
        sha = bytes.fromhex(made.payload_sha256)
        if turn % 3 == 1:  # the digest beside it, one bit off
            place = dice.randrange(32)
            changed, sha = PAYLOAD, sha[:place] + bytes([sha[place] ^ 1]) + sha[place + 1 :]
        elif turn % 3 == 2:  # both, so that they agree with each other
            sha = digest(changed)
        admin.execute(MUTATE, [Jsonb(changed), sha, made.id])
        with pytest.raises(ChangedSinceAsked):
            desk.decide(made.__class__(**{**_fields(made), "payload_sha256": sha.hex()}), second)
        refused += 1
    admin.execute(MUTATE, [Jsonb(PAYLOAD), digest(PAYLOAD), made.id])
    assert (refused, trial.ran) == (sized(1000), [])
    with tenant(desk.tenant_id):
        assert not ApprovalExecution.objects.filter(request_id=made.id).exists()
    assert desk.decide(made, second).state == "executed"  # unchanged, it runs
    assert trial.ran == [(PAYLOAD, second.id)]


def _fields(made: Any) -> dict[str, Any]:
    return {name: getattr(made, name) for name in made.__slots__}


def test_a_changed_precondition_or_policy_runs_nothing(
    desk: Desk, trial: Trial, maker: Actor, checker: Actor, sized: Callable[[int], int]
) -> None:
    dice = random.Random(20418)
    for turn in range(sized(1000)):
        trial.facts = {"status": "POSTED", "contribution": "-247500", "lines": [3118]}
        made = desk.ask(maker, key=f"k{turn}", subject=f"LT-{turn}")
        text = json.loads(one_byte_off(dice, canonical(trial.facts)))
        trial.facts = text
        assert desk.decide(made, checker).state == "stale"
    assert trial.ran == []
