"""Puts a checkpoint in force as two people do: drafted and evaluated by one, approved by another."""

import copy
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.approvals.decide_request import decide_request
from reconciliation.approvals.step_up import StepUp
from reconciliation.checkpoints.baseline import baseline
from reconciliation.checkpoints.documents import SCHEMA, digest_of
from reconciliation.policies.request_activation import request_activation
from reconciliation.policies.save_draft import save_draft
from reconciliation.policies.start_evaluation import start_evaluation
from tests.people import acting

Document = dict[str, Any]


def shipped(key: str, change: Callable[[Document], object] = lambda d: None) -> Document:
    """A document that ships, changed."""
    document = copy.deepcopy(next(d for d in baseline() if d["key"] == key))
    change(document)
    return document


def checkpoint(*clauses: Document, key: str = "trial-checkpoint", precedence: int = 100, title: str = "") -> Document:
    """A document of one's own, asked before those that ship."""
    return {
        "schema": SCHEMA, "key": key, "title": title or key.replace("-", " ").capitalize(), "owner": "policy admins",
        "precedence": precedence, "clauses": list(clauses),
    }  # fmt: skip


def put_in_force(tenant_id: int, document: Document, *, maker: Actor, checker: Actor, at: datetime) -> int:
    """The number of the version that is in force now."""
    with tenant(tenant_id):
        draft = save_draft(document=document, seen_edits=None, actor=maker, at=at)
        start_evaluation(key=document["key"], number=draft.number, actor=maker, at=at)
        made = request_activation(
            key=document["key"], number=draft.number, note="because", idempotency_key=uuid4().hex, actor=maker, at=at,
            backtest={"document_sha256": digest_of(document).hex()},
        )  # fmt: skip
        proof = StepUp(at, made.id, made.payload_sha256)
        done = decide_request(request_id=made.id, verdict="approve", reason="", step_up=proof, actor=checker, at=at)
    assert done.state == "executed"
    return draft.number


def two_admins(user_of: Callable[..., Any], tenant_id: int) -> tuple[Actor, Actor]:
    return acting(user_of("First Admin", "policy_admin"), tenant_id), acting(
        user_of("Second Admin", "policy_admin"), tenant_id
    )
