"""Move orders, many at once: the step that rules, matchers and a person's own move share. Compare-and-set in the database,
which writes each move with its state; one audit row for what was done together."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from reconciliation.commerce.rules import Source, require_move
from reconciliation.errors import BadInput

MOVE = "SELECT * FROM guard.move_orders(%s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class OrderStep:
    """One order to move: by its id, from the state in which it was seen. A rule and a matcher may name their reason."""

    order_id: int
    before: str
    after: str
    reason_code: str = ""
    ticket: str = ""
    note: str = ""
    sent_key: str | None = None


def apply_moves(
    steps: Sequence[OrderStep], *, source: Source, decision_id: int, by: Actor, at: datetime, policy_version: str
) -> set[int]:
    """Move the orders that still stand as their steps say; answers the ids of those. Needs a tenant scope, and a decision
    that its caller recorded for these moves. A rule or a matcher tells its audit row what it moved; a person's move is told
    by its use case. Raises MoveNotAllowed for a step that no order or not this source makes."""
    for before, after in {(s.before, s.after) for s in steps}:
        require_move(before, after, source)
    if len({s.order_id for s in steps}) != len(steps):
        raise BadInput("an order is moved once at a time", "steps")
    if not steps:
        return set()
    items = [asdict(s) | {"order": s.order_id, "from": s.before, "to": s.after} for s in steps]
    with connection.cursor() as cursor:
        cursor.execute(MOVE, [json.dumps(items), source, by.id, by.role, decision_id, at])
        moved = {int(order) for (order,) in cursor.fetchall()}
    if moved and source != "operator":
        kinds = Counter(f"{s.before} to {s.after}" for s in steps if s.order_id in moved)
        audit.record(
            by, at, "orders.moved", f"{len(moved)} orders", policy_version=policy_version, source=source,
            decision=decision_id, moves=dict(sorted(kinds.items())),
        )  # fmt: skip
    return moved
