"""What is in force for the tenant: the active versions in their order, those under evaluation, the overrides and the freeze
windows. Read once and kept by its stamp; a decision is recorded only under the stamp that stands, so a stale copy decides nothing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from ledger.tenancy import current_tenant
from reconciliation.checkpoints.clauses import Clause
from reconciliation.checkpoints.documents import clauses_of
from reconciliation.checkpoints.freezing import Freeze
from reconciliation.checkpoints.rules import Asked, Override, in_order

STAMP = "SELECT stamp::text FROM checkpoint_standing"
VERSIONS = """
SELECT v.id, v.policy_id, v.number, v.state, v.document::text FROM checkpoint_version v
 WHERE v.state IN ('active', 'evaluate') ORDER BY (v.document->>'precedence')::integer, v.policy_id
"""
OVERRIDES = """
SELECT o.number, p.key, o.move, o.payment_id, o.starts_at, o.ends_at
  FROM checkpoint_override o JOIN checkpoint_policy p ON p.tenant_id = o.tenant_id AND p.id = o.policy_id
 WHERE o.ended_at IS NULL ORDER BY o.number
"""
FREEZES = """
SELECT w.number, w.kind, w.subject, w.opened_at, w.moves, w.accounts, w.first_day, w.until_day FROM freeze_window w
 WHERE NOT EXISTS (SELECT FROM freeze_end e WHERE e.tenant_id = w.tenant_id AND e.window_id = w.id) ORDER BY w.number
"""


@dataclass(frozen=True, slots=True)
class Shadow:
    """A version under evaluation: the checkpoints as they would be asked with it in force, and the moves that it, or what it
    would replace, speaks of; no other move can be decided otherwise."""

    version_id: int
    asked: Asked
    moves: frozenset[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """`stamp` marks this very set. `reads` says which facts decide a move, in force or in the shadow."""

    stamp: str
    asked: Asked
    shadows: tuple[Shadow, ...]
    overrides: tuple[tuple[Override, datetime, datetime], ...]
    reads: Mapping[str, frozenset[str]] = field(default_factory=dict)
    freezes: tuple[Freeze, ...] = ()

    def overrides_at(self, at: datetime) -> list[Override]:
        """Those whose time it is."""
        return [over for over, starts, ends in self.overrides if starts <= at < ends]


_known: dict[int, Standing] = {}


def in_force(*, sure: bool = False) -> Standing:
    """The set of the tenant in scope, as this process knows it; `sure` asks the database whether it still stands."""
    tid = current_tenant()
    known = _known.get(tid)
    if known is None or (sure and known.stamp != stamp_now()):
        known = _known[tid] = _load()
    return known


def known_for(tenant_id: int) -> Standing | None:
    """What this process knows of a tenant without asking; None when it has not asked yet."""
    return _known.get(tenant_id)


def forget(tenant_id: int) -> None:
    """The set changed: the next question reads it anew."""
    _known.pop(tenant_id, None)


def stamp_now() -> str:
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _load() -> Standing:
    stamp = stamp_now()  # before what it marks: a change in between makes the stamp stale, and it is asked again
    with connection.cursor() as cursor:
        cursor.execute(VERSIONS)
        rows = cursor.fetchall()
        cursor.execute(OVERRIDES)
        lifted = [(Override(n, key, move, payment), starts, ends) for n, key, move, payment, starts, ends in cursor]
        cursor.execute(FREEZES)
        freezes = tuple(_freeze(*row) for row in cursor)
    live = _laid_out([r for r in rows if r[3] == "active"])
    shadows = tuple(
        Shadow(r[0], _laid_out([x for x in rows if x is r or (x[3] == "active" and x[1] != r[1])]), _moves(rows, r[1]))
        for r in rows if r[3] == "evaluate"
    )  # fmt: skip
    reads: dict[str, frozenset[str]] = {}
    for asked in (live, *(s.asked for s in shadows)):
        for move, clauses in asked.items():
            reads[move] = reads.get(move, frozenset()).union(*(c.reads for c in clauses))
    return Standing(stamp, live, shadows, tuple(lifted), reads, freezes)


def _freeze(
    number: int, kind: str, subject: str, since: datetime, moves: list[str], accounts: list[str] | None, first: Any,
    until: Any,
) -> Freeze:  # fmt: skip
    return Freeze(
        number, kind, subject, since, frozenset(moves), frozenset(accounts) if accounts else None, first, until
    )


def _laid_out(chosen: Sequence[tuple[Any, ...]]) -> Asked:
    clauses: list[Clause] = []
    for _, _, number, _, document in chosen:
        clauses += clauses_of(json.loads(document), number)
    return in_order(clauses)


def _moves(rows: Sequence[tuple[Any, ...]], policy_id: int) -> frozenset[str]:
    own = [json.loads(document) for _, policy, _, _, document in rows if policy == policy_id]
    return frozenset(move for document in own for clause in document["clauses"] for move in clause["moves"])
