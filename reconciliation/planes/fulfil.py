"""Fulfil the orders whose rule's condition a run across the planes found met, and name those that were fulfilled before it. A step
of that run, in its transaction. A rule moves an order that never moved: what a person put back stays with people."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from ledger.actors import Actor
from reconciliation.cases.sync_log_cases import LogDifference, sync_log_cases, what_differs
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_whatever
from reconciliation.checkpoints.rules import Move
from reconciliation.commerce.apply_moves import OrderStep, apply_moves
from reconciliation.matching.planes.findings import Judged
from reconciliation.matching.planes.run_planes import PlanesFound
from reconciliation.matching.planes.units import ORDER, OrderRow, Unit
from reconciliation.planes.fulfilment import Rule, holds, rule_of
from reconciliation.planes.fulfilment_pages import rules_at

SHOP = "commerce-provider"
LAST_MOVES = """
SELECT DISTINCT ON (order_id) order_id, source FROM commerce_move
 WHERE tenant_id = tenant() AND order_id = ANY(%s) ORDER BY order_id, id DESC
"""
RECOGNISED = """
SELECT t.payment_id, sum(e.amount_minor)
  FROM ledger_transaction t JOIN ledger_entry e ON e.tenant_id = t.tenant_id AND e.transaction_id = t.id AND e.direction = 'DEBIT'
 WHERE t.tenant_id = tenant() AND t.payment_id = ANY(%s) AND t.use_case = 'recognise' AND t.status = 'POSTED'
   AND t.reverses_id IS NULL
   AND NOT EXISTS (SELECT FROM ledger_transaction r WHERE r.tenant_id = tenant() AND r.reverses_id = t.id)
 GROUP BY t.payment_id
"""


@dataclass(frozen=True, slots=True)
class _Ruled:
    order: OrderRow
    rule: Rule
    unit: Unit
    judged: Judged
    met: bool


def fulfil(found: PlanesFound, *, run_label: str, actor: Actor, at: datetime) -> int:
    """How many orders were fulfilled. Needs a tenant scope."""
    rules = rules_at(at)
    ruled = _ruled(found, rules) if rules else []
    moved = _moves([r.order.id for r in ruled])
    count = _fulfil(
        [r for r in ruled if r.met and r.order.state == "open" and r.order.id not in moved], run_label, actor, at
    )
    early = [r for r in ruled if not r.met and r.order.state == "fulfilled" and moved.get(r.order.id) == "operator"]
    sync = what_differs(SHOP, [_early(r) for r in early], at=at)
    if sync.changed or sync.gone:
        sync_log_cases(sync, run_id=found.run_id, run_label=run_label, at=at)
    return count


def _ruled(found: PlanesFound, rules: Sequence[Rule]) -> list[_Ruled]:
    own = [j for j in found.judged if j.pair == SHOP and not j.unit.torn]
    posted = _recognised([j.unit.payment_id for j in own if j.unit.orders])
    return [
        _Ruled(o, rule, j.unit, j.judged, holds(rule.fulfil_on, j.unit, j.judged, posted.get(j.unit.payment_id, 0)))
        for j in own for o in j.unit.orders if (rule := rule_of(o.rail, o.asset, rules)) is not None
    ]  # fmt: skip


def _moves(order_ids: Sequence[int]) -> dict[int, str]:
    """Order → who made its last move."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_MOVES, [list(order_ids)])
        return dict(cursor.fetchall())


def _recognised(payment_ids: Sequence[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(RECOGNISED, [list(payment_ids)])
        return {payment: int(amount) for payment, amount in cursor.fetchall()}


def _fulfil(met: Sequence[_Ruled], run_label: str, actor: Actor, at: datetime) -> int:
    alike: dict[tuple[int, str, str], list[_Ruled]] = defaultdict(list)
    for r in met:
        alike[r.rule.id, r.order.asset, r.order.rail].append(r)
    count = 0
    for (rule_id, asset, rail), members in sorted(alike.items()):
        on = members[0].rule.fulfil_on
        facts = {"rule": rule_id, "fulfil_on": on, "run": run_label, "from": "open", "to": "fulfilled", "asset": asset}
        decided = record_whatever(
            Move("commerce.move", facts | {"rail": rail} | by(actor)), at=at,
            subjects=(r.order.order_ref for r in members),
        )  # fmt: skip
        if decided.decision.outcome != "automatic":
            continue  # held: recorded, and asked again by the next run
        steps = [
            OrderStep(
                r.order.id, "open", "fulfilled", f"FULFILLED_ON_{on.upper()}", note=f"{run_label}, rule {rule_id}"
            )
            for r in members
        ]
        version = decided.decision.policy_version
        count += len(
            apply_moves(steps, source="matcher", decision_id=decided.id, by=actor, at=at, policy_version=version)
        )
    return count


def _early(r: _Ruled) -> LogDifference:
    o = r.order
    paid: list[list[Any]] = [
        [p.payment_ref, p.order_ref, p.status, list(p.flags), p.asset, _text(p.detected), _text(p.confirmed),
         p.detected_at and p.detected_at.isoformat(), p.confirmed_at and p.confirmed_at.isoformat()]
        for p in r.unit.payments
    ]  # fmt: skip
    return LogDifference(
        SHOP, "fulfilled_early", "timing_skew", None, (ORDER, o.id), o.placed_at.date(), 0, o.asset, r.unit.payment_id,
        o.order_ref, f"order {o.order_ref} was fulfilled by hand, its rule fulfils on {r.rule.fulfil_on}, which it is not yet",
        {"orders": [[o.order_ref, o.payment_id, str(o.expected), o.asset, o.rail, o.state]], "payments": paid,
         "fulfil_on": r.rule.fulfil_on},
    )  # fmt: skip


def _text(amount: int | None) -> str | None:
    return None if amount is None else str(amount)
