"""The demo's own checkpoint: large corrections need two controllers, and a stricter version of it is under evaluation. Drafted by
one policy admin, approved by the other, as anybody would."""

from datetime import datetime, timedelta
from typing import Any

from ledger.actors import Actor
from reconciliation.approvals.decide_request import decide_request
from reconciliation.approvals.step_up import StepUp
from reconciliation.backtest.run_backtest import run_backtest
from reconciliation.checkpoints.documents import SCHEMA
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.people.models import User
from reconciliation.people.who import actor_of
from reconciliation.policies.request_activation import request_activation
from reconciliation.policies.save_draft import save_draft
from reconciliation.policies.start_evaluation import start_evaluation

KEY = "large-corrections"
FIRST, SECOND = "100000000", "50000000"  # from 1,000,000.00 ETB, then from 500,000.00 ETB


def large_corrections(start: str) -> dict[str, Any]:
    """Two controllers from `start` minor units of ETB."""
    return {
        "schema": SCHEMA, "key": KEY, "title": "Large corrections", "owner": "Paula Policy", "precedence": 1000,
        "clauses": [{
            "moves": ["correction.reverse", "correction.confirm", "correction.book", "correction.batch"],
            "amounts": {"ETB": {"from": start}},
            "outcome": "approval",
            "approval": {"roles": ["controller"], "quorum": 2},
            "reason": "A large correction needs 2 controllers other than its maker.", "never": ["override"],
        }],
    }  # fmt: skip


def put_in_force(at: datetime) -> None:
    """The first version, by two people. Needs the tenant's scope."""
    petra, paula = _admin("admin@demo.example"), _admin("admin2@demo.example")
    draft = save_draft(document=large_corrections(FIRST), seen_edits=None, actor=petra, at=at)
    start_evaluation(key=KEY, number=draft.number, actor=petra, at=at)
    kept = _tried(draft, petra, at, 28)
    made = request_activation(
        key=KEY, number=draft.number, note="agreed in the monthly review", idempotency_key="demo1", actor=petra, at=at,
        backtest={"document_sha256": kept["document_sha256"], "looser": kept["looser"], "flips": kept["flips"]},
    )  # fmt: skip
    proof = StepUp(at, made.id, made.payload_sha256)
    decide_request(request_id=made.id, verdict="approve", reason="as agreed", step_up=proof, actor=paula, at=at)


def evaluate_stricter(at: datetime) -> None:
    """The second version, in the shadow from now on. Needs the tenant's scope."""
    paula = _admin("admin2@demo.example")
    draft = save_draft(document=large_corrections(SECOND), seen_edits=None, actor=paula, at=at)
    start_evaluation(key=KEY, number=draft.number, actor=paula, at=at)


def try_stricter(at: datetime) -> None:
    """Hold the second version against all of the demo. Needs the tenant's scope."""
    draft = CheckpointVersion.objects.get(policy__key=KEY, number=2)
    _tried(draft, _admin("admin2@demo.example"), at, 45)


def _tried(draft: CheckpointVersion, by: Actor, at: datetime, days: int) -> dict[str, Any]:
    made = run_backtest(
        document=draft.document, since=at - timedelta(days=days), until=at, actor=by, at=at, number=draft.number
    )
    return dict(made.result)


def _admin(email: str) -> Actor:
    return actor_of(User.objects.get(email=email))
