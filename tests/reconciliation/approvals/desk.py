"""A kind of request that only tests know: its facts can be turned, and it says what it did."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.decide_request import decide_request
from reconciliation.approvals.decided import Decided
from reconciliation.approvals.kinds import KINDS, Kind
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.step_up import StepUp
from tests.checkpoints import put_in_force, shipped, two_admins
from tests.people import UserMaker


@dataclass
class Trial:
    """What the kind sees and what it was told to do."""

    facts: dict[str, Any] = field(default_factory=lambda: {"status": "POSTED"})
    ran: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    ended: list[tuple[str, str]] = field(default_factory=list)

    def effect(
        self, payload: dict[str, Any], *, decision_id: int, policy_version: str, actor: Actor, at: datetime
    ) -> list[int]:
        self.ran.append((payload, actor.id))
        return []

    def told(self, requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
        self.ended.extend((str(r), state) for r in requests)


@pytest.fixture
def trial(monkeypatch: pytest.MonkeyPatch) -> Trial:
    made = Trial()
    kind = Kind(
        "trial",
        "correction.reverse",
        lambda p, at: p,
        lambda p: dict(made.facts),
        made.effect,
        made.told,
        together=True,
    )
    monkeypatch.setitem(KINDS, "trial", kind)
    return made


@dataclass
class Desk:
    """Asks and decides as people do: each act in a tenant scope of its own, as a request would."""

    tenant_id: int
    now: datetime

    def ask(self, by: Actor, key: str = "k1", at: datetime | None = None, **changed: Any) -> Made:
        given = {"kind": "trial", "title": "Try it", "subject": "LT-1", "payload": {"n": 1, "text": "Bole"},
        "amount_minor": 5,
                 "currency": "ETB", "reason_code": "OTHER", "note": "a note"}  # fmt: skip
        with tenant(self.tenant_id):
            return make_request(Draft(**(given | changed), idempotency_key=key), maker=by, at=at or self.now)  # type: ignore[arg-type]

    def decide(
        self,
        made: Made,
        by: Actor,
        verdict: Any = "approve",
        reason: str = "",
        at: datetime | None = None,
        **changed: Any,
    ) -> Decided:
        at = at or self.now
        step_up = changed.get("step_up", StepUp(at, made.id, made.payload_sha256))
        with tenant(self.tenant_id):
            return decide_request(request_id=made.id, verdict=verdict, reason=reason, step_up=step_up, actor=by, at=at)

    def stored(self, made: Made) -> ApprovalRequest:
        with tenant(self.tenant_id):
            return ApprovalRequest.objects.get(id=made.id)


@pytest.fixture
def desk(acme: Tenant, noon: datetime, trial: Trial) -> Desk:
    return Desk(acme.id, noon)


@pytest.fixture
def two_needed(acme: Tenant, noon: datetime, user_of: UserMaker) -> None:
    """Policy asks for two controllers."""
    maker, checker = two_admins(user_of, acme.id)
    asks_two = shipped("corrections", lambda d: d["clauses"][0]["approval"].update(quorum=2))
    put_in_force(acme.id, asks_two, maker=maker, checker=checker, at=noon)
